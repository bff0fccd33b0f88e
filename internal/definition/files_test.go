package definition_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/definition"
	"casefile/internal/media"
)

const (
	inTypes = "files/types.yaml"
	types   = `types:
  - {id: menu, title: Menu, kind: document, diagram: true, extensions: [pdf], contents: [application/pdf], media_type: application/pdf, source: recalled}
  - id: portrait
    title: Portrait of a pie
    kind: photograph
    diagram: false
    extensions: [jpg, jpeg]
    contents: [image/jpeg]
    media_type: image/jpeg
    source: "confirmed: the menu"
limits:
  - {kind: document, mib: 2, source: recalled}
  - {kind: photograph, mib: 3, source: "inferred: the menu"}
`
)

func withTypes(text string) fstest.MapFS {
	files := tree()
	files[inTypes] = &fstest.MapFile{Data: []byte(text)}
	return files
}

func TestFileRules(t *testing.T) {
	want := media.Rules{
		Types: []media.Type{
			{ID: "menu", Title: "Menu", Kind: media.Document, Diagram: true, Extensions: []string{"pdf"}, Contents: []string{"application/pdf"}, MediaType: "application/pdf", Source: "recalled"},
			{ID: "portrait", Title: "Portrait of a pie", Kind: media.Photograph, Extensions: []string{"jpg", "jpeg"}, Contents: []string{"image/jpeg"}, MediaType: "image/jpeg", Source: "confirmed: the menu"},
		},
		Limits: []media.Limit{{Kind: media.Document, MiB: 2, Source: "recalled"}, {Kind: media.Photograph, MiB: 3, Source: "inferred: the menu"}},
	}
	if diff := cmp.Diff(want, mustLoad(t, withTypes(types), "").FileRules()); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if got := mustLoad(t, tree(), "").FileRules(); len(got.Types) != 0 || got.Largest() != 0 {
		t.Errorf("without the file: got %+v, want nothing to be taken", got)
	}
}

func TestMistakesInFileRules(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"no keys", "", "- menu\n", []string{"1:1: the file of types is written as 'key: value' lines, not as a list"}},
		{"type that is none", "types:\n", "types:\n  - menu\n", []string{"2:5: a type is written as 'key: value' lines, not as text"}},
		{"unknown key", "title: Menu", "titel: Menu", []string{"2:5: type 'menu' has no title", "2:16: unknown key 'titel'; did you mean 'title'?"}},
		{"unknown kind", "kind: photograph\n", "kind: photogarph\n", []string{"5:11: unknown kind 'photogarph'; did you mean 'photograph'?"}},
		{"a kind of its own for diagrams", "kind: photograph\n", "kind: diagram\n", []string{"5:11: unknown kind 'diagram'; it is one of document, photograph, audio, video"}},
		{"type twice", "id: portrait", "id: menu", []string{"3:9: type 'menu' is defined twice; first on line 2"}},
		{"diagram or not", "diagram: true", "diagram: maybe", []string{"2:54: the diagram of type 'menu' is true or false"}},
		{"end with a dot", "[jpg, jpeg]", "[.jpg]", []string{"7:18: extension '.jpg' is written without its dot, in lower-case letters and digits"}},
		{"end in capitals", "[jpg, jpeg]", "[JPG]", []string{"7:18: extension 'JPG' is written without its dot, in lower-case letters and digits"}},
		{"end that leads away", "[jpg, jpeg]", "['../jpg']", []string{"7:18: extension '../jpg' is written without its dot, in lower-case letters and digits"}},
		{"end of another type", "[jpg, jpeg]", "[pdf]", []string{"7:18: extension 'pdf' is that of type 'menu' already"}},
		{"end that is no text", "[jpg, jpeg]", "[7]", []string{"7:18: the extension of type 'portrait' is text; put it in quotes"}},
		{"no ends", "[jpg, jpeg]", "[]", []string{"7:17: the list of extensions is empty"}},
		{"content nobody recognises", "[image/jpeg]", "[image/pie]", []string{"8:16: content 'image/pie' is not one that the program can recognise"}},
		{"content that is no text", "[image/jpeg]", "[true]", []string{"8:16: the content of type 'portrait' is text; put it in quotes"}},
		{"no media type", "media_type: image/jpeg", "media_type: picture", []string{"9:17: 'picture' is not a media type, such as image/png"}},
		{"media type that breaks a header", "media_type: image/jpeg", `media_type: "image/jpeg; x=y"`, []string{"9:17: 'image/jpeg; x=y' is not a media type, such as image/png"}},
		{"no limits", "limits:\n  - {kind: document, mib: 2, source: recalled}\n  - {kind: photograph, mib: 3, source: \"inferred: the menu\"}\n", "", []string{"1:1: the file of types has no limits"}},
		{"limit that is none", "limits:\n", "limits:\n  - none\n", []string{"12:5: a limit is written as 'key: value' lines, not as text"}},
		{"limit of no kind", "{kind: photograph, mib", "{kind: pie, mib", []string{"12:3: there is no limit for kind 'photograph', which type 'portrait' has", "13:12: unknown kind 'pie'; it is one of document, photograph, audio, video"}},
		{"limit twice", "{kind: photograph, mib", "{kind: document, mib", []string{"12:3: there is no limit for kind 'photograph', which type 'portrait' has", "13:12: limit 'document' is defined twice; first on line 12"}},
		{"limit that is no number", "mib: 2,", "mib: two,", []string{"12:27: the mib of a limit is a whole number, not text"}},
		{"limit of nothing", "mib: 2,", "mib: 0,", []string{"12:27: the mib of a limit is between 1 and 500"}},
		{"limit below nothing", "mib: 2,", "mib: -2,", []string{"12:27: the mib of a limit is between 1 and 500"}},
		{"limit too large", "mib: 2,", "mib: 501,", []string{"12:27: the mib of a limit is between 1 and 500"}},
		{"limit without size", "mib: 2, ", "", []string{"12:5: a limit has no mib"}},
		{"limit without source", "mib: 2, source: recalled", "mib: 2", []string{"12:5: a limit has no source"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.new
			if c.old != "" {
				if strings.Count(types, c.old) != 1 {
					t.Fatalf("%q is there %d times", c.old, strings.Count(types, c.old))
				}
				text = strings.Replace(types, c.old, c.new, 1)
			}
			_, err := definition.Load(withTypes(text), "")
			var want []string
			for _, w := range c.want {
				want = append(want, inTypes+":"+w)
			}
			wantErrors(t, err, want...)
		})
	}
}
