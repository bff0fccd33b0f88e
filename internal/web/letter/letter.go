// Package letter is the pages that give an address to be put on a letter, and warn
// where it may not be so any more.
package letter

import (
	"strings"

	"casefile/internal/casework"
	"casefile/internal/person"
	"casefile/internal/web/details"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

// ListPage is to whom a letter may go. Changed says that an address was asked for as
// it stood before.
type ListPage struct {
	file.File
	Masked  bool
	Letters casework.Letters
	Changed bool
}

// AskPage asks why somebody is written to at an address that something speaks against.
type AskPage struct {
	file.File
	details.Form
	Letters casework.Letters
	To      casework.Recipient
}

// GivenPage is the address.
type GivenPage struct {
	file.File
	To    casework.Recipient
	After int
	Why   string
}

func href(f file.File, to casework.Recipient) string {
	return frame.File(f.Header) + file.Letter + "/" + to.Who.Reference.String()
}

// who says who it is, and what they are to the child.
func who(to casework.Recipient) string {
	if to.Word == "" {
		return to.Who.DisplayName()
	}
	return to.Who.DisplayName() + ", " + strings.ToLower(to.Word)
}

// heavy are the doubts that a page says in red.
var heavy = map[person.Doubt]string{
	person.HasDied: "Has died", person.AddressEnded: "Out of date", person.NotChecked: "Not checked", person.KeptSecret: "Confidential", person.PartOfAddress: "Incomplete",
}

// doubt says what speaks against an address.
func doubt(to casework.Recipient, d person.Doubt, after int) string {
	switch d {
	case person.NoAddress:
		return "No address is recorded for them."
	case person.HasDied:
		return frame.Died(to.Who) + ". A letter to them may hurt those who open it."
	case person.AddressEnded:
		return "They have not lived there since " + to.Address.Period.To.Long() + ", and no other address is recorded."
	case person.NotChecked:
		return "Nobody has confirmed it since " + to.Checked.Long() + ". An address is checked every " + frame.Count(after, "month", "months") + "."
	case person.KeptSecret:
		if to.Masked {
			return "Their address is confidential and is not shown to you. Ask whoever works with them."
		}
		return "It is confidential. A letter, its envelope or a returned letter may give away where they are."
	case person.PartOfAddress:
		return "It is not complete: " + lacks(to.Address) + "."
	}
	return ""
}

func lacks(a person.Address) string {
	switch {
	case a.Line1 == "" && a.Postcode == "":
		return "the first line and the postcode are missing"
	case a.Line1 == "":
		return "the first line is missing"
	}
	return "the postcode is missing"
}

func lines(a person.Address) []string {
	var list []string
	for _, s := range []string{a.Line1, a.Line2, a.Town, a.Postcode} {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

// checked says how well an address is known.
func checked(to casework.Recipient) string {
	s := "Recorded or confirmed " + to.Checked.Long()
	if to.Address.Kind == person.Mailing {
		return s + ". Their post goes there."
	}
	return s + "."
}
