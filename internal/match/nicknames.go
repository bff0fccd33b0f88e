package match

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"casefile/definitions"
	"casefile/internal/fault"
)

// Nicknames says which first names are used for which. The zero Nicknames
// knows none. It does not change once read.
type Nicknames struct {
	others map[string][]string // sorted
}

// nicknameColumns is the header of the table. A row is a name, the others that
// one person may bear instead of it, whether those are short forms or other
// spellings, and how well the row is sourced.
var nicknameColumns = []string{"name", "others", "kind", "source"}

// ReadNicknames reads the table. An error is Invalid and names the line.
func ReadNicknames(r io.Reader) (*Nicknames, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(nicknameColumns)
	in.ReuseRecord = true
	n := &Nicknames{others: map[string][]string{}}
	for first := true; ; first = false {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "The table of nicknames cannot be read.", err)
		}
		line, _ := in.FieldPos(0)
		if first {
			if !slices.Equal(row, nicknameColumns) {
				return nil, fault.New(fault.Invalid, "The table of nicknames must begin with the line "+strings.Join(nicknameColumns, ",")+".")
			}
			continue
		}
		if problem := n.add(row); problem != "" {
			return nil, fault.Wrap(fault.Invalid, fmt.Sprintf("Table of nicknames, line %d: %s.", line, problem), &LineError{line, problem})
		}
	}
	for name := range n.others {
		slices.Sort(n.others[name])
		n.others[name] = slices.Compact(n.others[name])
	}
	return n, nil
}

// A LineError says what is wrong with a line of the table.
type LineError struct {
	Line    int
	Problem string
}

// Error is the problem alone: whoever shows it says where.
func (e *LineError) Error() string { return e.Problem }

func (n *Nicknames) add(row []string) (problem string) {
	group := append([]string{row[0]}, strings.Fields(row[1])...)
	switch {
	case len(group) < 2:
		return "there is no other name"
	case row[2] != "short" && row[2] != "spelling":
		return "the kind must be short or spelling"
	case row[3] != "confirmed" && row[3] != "inferred" && row[3] != "recalled":
		return "the source must be confirmed, inferred or recalled"
	}
	for _, name := range group {
		if name == "" || Fold(name) != name || strings.Contains(name, " ") {
			return "names are single words in lower case without accents"
		}
	}
	for i, name := range group {
		for j, other := range group {
			if i != j && name != other {
				n.others[name] = append(n.others[name], other)
			}
		}
	}
	return ""
}

// Variants lists the other names that somebody called token may be recorded
// under, in the order of the alphabet: for bill among them william and billy.
// Names that begin with mc are spelt with mac as well. The token is one key of
// Tokens; it is not among the variants. The slice is the caller's.
func (n *Nicknames) Variants(token string) []string {
	out := slices.Clone(n.others[token])
	// Five letters at least, so that mack does not become mck.
	if rest, ok := strings.CutPrefix(token, "mac"); ok && len(rest) >= 3 {
		out = append(out, "mc"+rest)
	} else if rest, ok := strings.CutPrefix(token, "mc"); ok && len(rest) >= 3 {
		out = append(out, "mac"+rest)
	}
	return out
}

// common is the table that the program was built with.
var common = sync.OnceValue(func() *Nicknames {
	f, err := definitions.FS.Open("names/nicknames.csv")
	if err != nil {
		panic(err) // the table is embedded, so this is a build mistake
	}
	defer f.Close()
	n, err := ReadNicknames(f)
	if err != nil {
		panic(err) // and tested
	}
	return n
})

// Variants asks the table that comes with the program.
func Variants(token string) []string { return common().Variants(token) }
