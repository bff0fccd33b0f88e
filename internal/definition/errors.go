package definition

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An Error is one mistake in a definition. Line and Column count from 1; a
// mistake of a whole file or folder is at 1:1. Columns count characters in YAML
// and bytes in CSV.
type Error struct {
	File    string // below definitions, with slashes
	Line    int
	Column  int
	Message string // a sentence without its capital and full stop
}

// Error is the mistake as compilers print it: file:line:column: message.
func (e Error) Error() string {
	return e.File + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column) + ": " + e.Message
}

// Errors are all the mistakes of a load, in the order of file, line and column.
type Errors []Error

// Error is one line for each mistake.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// problems collects mistakes while files are read.
type problems struct{ list Errors }

func (p *problems) report(file string, line, column int, format string, args ...any) {
	p.list = append(p.list, Error{file, max(line, 1), max(column, 1), fmt.Sprintf(format, args...)})
}

func (p *problems) sorted() Errors {
	slices.SortFunc(p.list, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(p.list)
}

// quote shows what somebody wrote, cut where it is long, and with what cannot
// be seen written out.
func quote(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	q := strconv.QuoteToGraphic(s)
	return "'" + strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) + "'"
}

// cause is the reason in an error about a file, without the path, which the
// report has already.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// meant is the end of a sentence about an unknown word: the known one that it
// is most like, or all of them where there are few and none is like it.
func meant(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		limit := min(least, len(k)/2+1) // a short word is not like every other short word
		if d := distance(strings.ToLower(word), strings.ToLower(k), limit); d < limit {
			best, least = k, d
		}
	}
	switch {
	case best != "":
		return "; did you mean '" + best + "'?"
	case len(known) == 0:
		return ""
	case len(known) <= 12:
		return "; it is one of " + strings.Join(known, ", ")
	}
	return ""
}

// distance is how many letters must be put in, left out, changed or exchanged
// with their neighbour to get from a to b; it is limit where it is at least that.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit {
		return limit
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := rows[i-1][j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			rows[i][j] = min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return min(rows[len(x)][len(y)], limit)
}
