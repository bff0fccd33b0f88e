package web

import "casefile/internal/entry"

// A remark is one thing that a page is told of the wording of a field.
type remark struct {
	Words string `json:"words"`
	Say   string `json:"say"`
}

// saved is the answer to what was saved while it is typed. Its contract is at the head of
// assets/autosave.js.
type saved struct {
	Rev     int                 `json:"rev"`
	Saved   string              `json:"saved"`
	Remarks map[string][]remark `json:"remarks"`
}

// remarks is what is pointed out in the texts of a page, by their fields.
func (s *Server) remarks(texts map[string]string) map[string][]remark {
	out := map[string][]remark{}
	for field, text := range texts {
		for _, r := range s.Casework.Wording(text) {
			out[field] = append(out[field], remark{r.Words, r.Say})
		}
	}
	return out
}

// entryProse are the texts of an entry.
func entryProse(fields map[string]string) map[string]string {
	out := map[string]string{}
	for _, f := range []string{entry.FieldText, entry.FieldReason, entry.FieldFollowUp, entry.FieldLateReason} {
		out[f] = fields[f]
	}
	return out
}
