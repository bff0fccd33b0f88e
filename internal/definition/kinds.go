package definition

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A kindAt is something that a file of definitions names: a kind of meeting, a task, a
// type of entry and each of its categories, a code. Its list is the key that it stands
// under; empty for what a whole file is, such as a service.
type kindAt struct {
	list, id string
	under    []string // the ids of those in which it stands, the outermost first
	title    string
	says     string // all of it, in one form, to compare
	at       position
}

func (k kindAt) key() string {
	return k.list + " " + strings.Join(append(slices.Clone(k.under), k.id), "/")
}

// holds reports whether another stands in it.
func (k kindAt) holds(o kindAt) bool {
	return len(o.under) > len(k.under) && o.under[len(k.under)] == k.id && slices.Equal(o.under[:len(k.under)], k.under)
}

// What a list holds, in words. What is not here is called by its key.
var nouns = map[string]string{
	"services": "service", "plans": "kind of plan", "forms": "form", "calendars": "calendar",
	"meetings": "kind of meeting", "invite": "invitation", "minutes": "heading of minutes",
	"tasks": "kind of task", "trays": "tray", "milestones": "stage", "reasons": "reason",
	"entry_types": "type of entry", "categories": "category", "wanted": "wanted fact",
	"roles": "role", "purposes": "purpose", "asks": "question", "courses": "course", "outcomes": "outcome of a concern",
	"numbers": "kind of number", "whereabouts": "parent", "types": "type of file", "limits": "limit of files",
	"holidays": "holiday", "acronyms": "acronym", "marks": "mark", "values": "value",
	alertsFile: "kind of alert", relationsFile: "kind of relationship", kindsFile: "kind of coded fact",
	setsList: "code set", codesList: "code",
}

// The lists of codesets/NAME.csv, which has no keys.
const (
	setsList  = "sets"
	codesList = "codes"
)

// name is what it is, which one, and what it is called.
func (k kindAt) name(file string) string {
	noun, ok := nouns[k.list]
	if of, own := nouns[file]; own && k.list == "kinds" {
		noun, ok = of, true
	}
	if !ok {
		noun = "entry of " + k.list
	}
	words := noun + " " + quote(k.id)
	if k.title != "" {
		words += " (" + k.title + ")"
	}
	if n := len(k.under); n > 0 {
		words += " of " + quote(k.under[n-1])
	}
	return words
}

// kinds are all that a file names, each before those that stand in it, and where each of
// its lists is written. fields are what else it says, by key.
type kinds struct {
	list   []kindAt
	lists  map[string]position // by the list and the ids around it, as in key
	fields map[string]string
}

func (k kinds) find(key string) (kindAt, bool) {
	return find(k.list, func(o kindAt) bool { return o.key() == key })
}

// kindsIn reads a file that is free of mistakes; of one that is not, what can be read.
func kindsIn(f File) kinds {
	out := kinds{lists: map[string]position{}, fields: map[string]string{}}
	p := &problems{}
	text, ok := checkText(f, p)
	if !ok {
		return out
	}
	folder, _, _ := strings.Cut(f.Path, "/")
	switch {
	case folder == "codesets":
		out.readCodes(text)
	case strings.HasSuffix(f.Path, ".yaml"):
		d := &document{path: f.Path, p: p}
		if root, ok := d.parse(text); ok {
			out.readRoot(folder, f.Path, root)
		}
	default:
		out.fields["rows"] = text
	}
	return out
}

// wholes are the folders of which each file is one thing, with the key of its id.
var wholes = map[string]string{"services": "service", plansFolder: "plan", formsFolder: "form", "calendars": "calendar"}

func (out *kinds) readRoot(folder, file string, root ast.Node) {
	values := valuesOf(root)
	if key, whole := wholes[folder]; whole {
		k := kindAt{list: folder, id: textOf(values[key]), title: textOf(values["title"]), says: oneForm(root), at: where(root)}
		if folder == formsFolder {
			k.id = strings.TrimSuffix(file[strings.LastIndex(file, "/")+1:], ".yaml")
		}
		out.list = append(out.list, k)
		if folder != formsFolder { // which is never edited
			out.readLists(root, []string{k.id})
		}
		return
	}
	named := out.readLists(root, nil)
	for key, v := range values {
		if !slices.Contains(named, key) {
			out.fields[key] = oneForm(v)
		}
	}
}

// readLists reads the lists of a mapping whose members have names, and gives their keys.
func (out *kinds) readLists(n ast.Node, under []string) (named []string) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return nil
	}
	for _, v := range m.Values {
		key := textOf(v.Key)
		seq, ok := v.Value.(*ast.SequenceNode)
		if !ok {
			continue
		}
		for _, member := range seq.Values {
			of := valuesOf(member)
			id := ""
			for _, by := range []string{"id", "kind", "fact", "day", "short"} {
				if id = textOf(of[by]); id != "" {
					break
				}
			}
			if id == "" {
				continue // a rule, a word: it is compared with all of its list
			}
			if !slices.Contains(named, key) {
				named = append(named, key)
				out.lists[kindAt{list: key, under: under}.key()] = positionOf(v.Key.GetToken())
			}
			k := kindAt{list: key, id: id, under: under, says: oneForm(member), at: where(member)}
			for _, by := range []string{"title", "words", "label", "name", "long"} {
				if k.title = textOf(of[by]); k.title != "" {
					break
				}
			}
			if k.title == "" {
				k.title = textOf(valuesOf(of["first"])["any"])
			}
			out.list = append(out.list, k)
			out.readLists(member, append(slices.Clone(under), id))
		}
	}
	return named
}

// readCodes reads a file of code sets: the sets, and in each its codes.
func (out *kinds) readCodes(text string) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return // reported where it was loaded
	}
	at := map[string]int{} // in the list, by key
	for i, row := range rows[1:] {
		if len(row) != len(codeSetHeader) {
			continue
		}
		k := kindAt{list: codesList, id: row[1], under: []string{row[0]}, title: row[2], at: position{i + 2, 1}}
		if row[1] == "" {
			k = kindAt{list: setsList, id: row[0], title: row[2], at: position{i + 2, 1}}
			out.lists[kindAt{list: codesList, under: []string{row[0]}}.key()] = k.at
		}
		says := strings.Join(row, "\x00")
		if j, twice := at[k.key()]; twice { // a label that changed
			out.list[j].says += "\n" + says
			continue
		}
		at[k.key()] = len(out.list)
		k.says = says
		out.list = append(out.list, k)
	}
}

// valuesOf are the values of a mapping; none of anything else.
func valuesOf(n ast.Node) map[string]ast.Node {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return nil
	}
	values := make(map[string]ast.Node, len(m.Values))
	for _, v := range m.Values {
		values[textOf(v.Key)] = v.Value
	}
	return values
}

func textOf(n ast.Node) string {
	switch v := n.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(v.Value)
	case *ast.LiteralNode:
		return strings.TrimSpace(v.Value.Value)
	}
	return ""
}

// oneForm is all that a value says, however it is laid out.
func oneForm(n ast.Node) string {
	switch v := n.(type) {
	case nil:
		return ""
	case *ast.StringNode, *ast.LiteralNode:
		return strconv.Quote(textOf(n))
	case *ast.SequenceNode:
		parts := make([]string, len(v.Values))
		for i, in := range v.Values {
			parts[i] = oneForm(in)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *ast.MappingNode:
		parts := make([]string, len(v.Values))
		for i, in := range v.Values {
			parts[i] = strconv.Quote(textOf(in.Key)) + ": " + oneForm(in.Value)
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return n.GetToken().Value
}
