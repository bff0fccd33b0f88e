// Package media holds the files that are kept on a child's record beside its
// text: documents, photographs, diagrams, audio and video (CR-01). It knows what
// may be kept and how such a file is described; the content itself is in
// package blob.
package media

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/scan"
	"casefile/internal/staff"
)

// ID is a file's key.
type ID string

// A Kind is what the record calls a file. Source: CR-01.
type Kind string

// The kinds. A diagram is a document or a picture of which the worker says so.
const (
	Document   Kind = "document"
	Photograph Kind = "photograph"
	Diagram    Kind = "diagram"
	Audio      Kind = "audio"
	Video      Kind = "video"
)

// Kinds are those that a type can have of itself.
var Kinds = []Kind{Document, Photograph, Audio, Video}

// A File is one file on a child's record. Its content is never changed: another
// content is another file. Who added it, in which role and when stand in it as
// the system knew them then (CR-40).
type File struct {
	ID      ID
	Person  person.ID
	Service string // of the team in which its author acted
	Title   string
	Kind    Kind
	// Type and TypeTitle are those of the definition at the time, which is kept
	// by its hash.
	Type       string
	TypeTitle  string
	Definition string
	MediaType  string
	Extension  string
	Size       int64  // bytes
	SHA256     []byte // of the content
	Dated      date.Date
	Blob       string // where the content is; never shown
	Author     staff.ID
	AuthorName string
	AuthorRole string
	Recorded   date.Stamp
	Superseded date.Stamp // zero while it stands on the record
	// Scanned is what the virus scanner said last, and ScannedAt when; unknown
	// where it was never asked.
	Scanned   scan.Verdict
	ScannedAt date.Instant
	// Small says that there is a thumbnail.
	Small bool
}

// shown are the types of image that every browser shows, and that can do nothing in
// it: no SVG is among them. Source: recalled, from the HTML standard's image types.
var shown = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

// Showable reports whether the file is a picture that a page can show, and may.
func (f File) Showable() bool { return slices.Contains(shown, f.MediaType) && f.Scanned != scan.Found }

// Same reports whether two files are one, added twice by the same press of a
// button: everything that a person chose is the same.
func (f File) Same(o File) bool {
	return f.Person == o.Person && f.Author == o.Author && f.Title == o.Title && f.Kind == o.Kind &&
		f.Type == o.Type && f.Dated == o.Dated && string(f.SHA256) == string(o.SHA256)
}

// A Type is one of the types of file that may be kept, as definitions/files
// describes it.
type Type struct {
	ID         string
	Title      string
	Kind       Kind
	Diagram    bool     // may be a diagram
	Extensions []string // without the dot, in lower case
	Contents   []string // what the content is recognised as
	MediaType  string
	Source     string
}

// A Limit is how large a file of a kind may be.
type Limit struct {
	Kind   Kind
	MiB    int
	Source string
}

// Bytes is the limit in bytes.
func (l Limit) Bytes() int64 { return int64(l.MiB) << 20 }

// Rules are what may be kept. The zero Rules let nothing in.
type Rules struct {
	Types  []Type
	Limits []Limit
}

// Limit is how large a file of the type may be.
func (r Rules) Limit(t Type) Limit {
	for _, l := range r.Limits {
		if l.Kind == t.Kind {
			return l
		}
	}
	return Limit{Kind: t.Kind}
}

// Largest is the greatest of the limits, in bytes.
func (r Rules) Largest() int64 {
	var most int64
	for _, l := range r.Limits {
		most = max(most, l.Bytes())
	}
	return most
}

// Extensions lists the ends of names that are taken, each with its dot.
func (r Rules) Extensions() []string {
	var all []string
	for _, t := range r.Types {
		for _, e := range t.Extensions {
			all = append(all, "."+e)
		}
	}
	return all
}

// The names of the fields of the form on the page.
const (
	FieldTitle    = "title"
	FieldDay      = "dated-day"
	FieldMonth    = "dated-month"
	FieldYear     = "dated-year"
	FieldDiagram  = "diagram"
	FieldPortrait = "portrait"
	FieldFile     = "file"
)

// MaxTitle is how many characters a title may have.
const MaxTitle = 200

// Typed is what a worker types about a file.
type Typed struct {
	Title            string
	Day, Month, Year string
	Diagram          bool
	Portrait         bool // a photograph by which the person is known
}

// Read makes a title and a date out of what was typed, or says what is wrong
// with each. The date is when a photograph was taken or a document written; it
// may be left empty, and is not in the future.
func (t Typed) Read(today date.Date) (title string, dated date.Date, ps []fault.Problem) {
	title = strings.Join(strings.Fields(t.Title), " ")
	switch n := utf8.RuneCountInString(title); {
	case n == 0:
		ps = append(ps, fault.Problem{Field: FieldTitle, Message: "Enter a title"})
	case n > MaxTitle:
		ps = append(ps, fault.TooLong(FieldTitle, "Title", MaxTitle))
	}
	dated, err := date.FromParts(t.Day, t.Month, t.Year)
	switch {
	case err != nil:
		ps = append(ps, fault.Problem{Field: FieldDay, Message: "The date of the file " + err.Error()})
	case dated.After(today):
		ps = append(ps, fault.Problem{Field: FieldDay, Message: "The date of the file must be today or in the past"})
	}
	return title, dated, ps
}

// HeadSize is how many of the first bytes of a file Judge needs; fewer where
// there are no more. Office documents do not say at the very beginning what
// they are.
const HeadSize = 64 << 10

// lookFurther has the recogniser look at all of a head, and not only at its
// beginning.
var lookFurther = sync.OnceFunc(func() { mimetype.SetLimit(HeadSize) })

// Recognised reports whether content can be recognised as a media type.
func Recognised(mediaType string) bool { return mimetype.Lookup(mediaType) != nil }

// Judge says what type a file is by its name and its first bytes, or what is
// wrong with it. Both must say the same: a file that calls itself a picture and
// is something else is refused.
func (r Rules) Judge(name string, head []byte, diagram bool) (Type, Kind, []fault.Problem) {
	wrong := func(field, message string) (Type, Kind, []fault.Problem) {
		return Type{}, "", []fault.Problem{{Field: field, Message: message}}
	}
	if len(head) == 0 {
		if name == "" {
			return wrong(FieldFile, "Select a file")
		}
		return wrong(FieldFile, "The selected file is empty")
	}
	t, ok := r.named(name)
	if !ok {
		return wrong(FieldFile, "The selected file must be "+r.titles())
	}
	lookFurther()
	content := mimetype.Detect(head)
	if !slices.ContainsFunc(t.Contents, content.Is) {
		return wrong(FieldFile, fmt.Sprintf("The selected file is named %s, and its content is something else", strings.ToLower(path.Ext(strings.TrimSpace(name)))))
	}
	switch {
	case diagram && !t.Diagram:
		return wrong(FieldDiagram, fmt.Sprintf("A file of type %s cannot be a diagram", t.Title))
	case diagram:
		return t, Diagram, nil
	}
	return t, t.Kind, nil
}

func (r Rules) named(name string) (Type, bool) {
	end := strings.ToLower(strings.TrimPrefix(path.Ext(strings.TrimSpace(name)), "."))
	for _, t := range r.Types {
		if slices.Contains(t.Extensions, end) {
			return t, true
		}
	}
	return Type{}, false
}

// titles lists the types as in a sentence: "a PDF, JPEG picture or CSV table".
func (r Rules) titles() string {
	titles := make([]string, 0, len(r.Types))
	for _, t := range r.Types {
		titles = append(titles, t.Title)
	}
	switch n := len(titles); n {
	case 0:
		return "of a type that may be kept, and there is none"
	case 1:
		return "a " + titles[0]
	default:
		return "a " + strings.Join(titles[:n-1], ", ") + " or " + titles[n-1]
	}
}

// TooLarge is the problem of a file over its limit.
func (l Limit) TooLarge() fault.Problem {
	return fault.Problem{Field: FieldFile, Message: fmt.Sprintf("The selected file must be %d MB or smaller", l.MiB)}
}

// maxName is how many characters a file's name has at most, before its end.
const maxName = 100

// Name is what the file is called when it is taken from the record: its title,
// as far as every system can have it in a name, and the end that its type has.
// Neither a path nor a sign that cannot be seen is left in it.
func (f File) Name() string {
	var b strings.Builder
	n, title := 0, f.Title
	if end := path.Ext(title); strings.EqualFold(end, "."+f.Extension) {
		title = strings.TrimSuffix(title, end) // or it would be there twice
	}
	for _, c := range title {
		if n == maxName {
			break
		}
		switch {
		case unicode.In(c, unicode.L, unicode.M, unicode.N), strings.ContainsRune("-_,()'’ ", c):
			b.WriteRune(c)
		default:
			b.WriteByte(' ')
		}
		n++
	}
	name := strings.Join(strings.Fields(b.String()), " ")
	// Names that mean a device on some systems, and none at all.
	if len(name) < 5 || strings.HasPrefix(name, "-") {
		name = strings.TrimSpace("File " + name)
	}
	return name + "." + f.Extension
}
