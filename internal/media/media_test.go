package media_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/media"
)

var rules = media.Rules{
	Types: []media.Type{
		{ID: "pdf", Title: "PDF", Kind: media.Document, Diagram: true, Extensions: []string{"pdf"}, Contents: []string{"application/pdf"}},
		{ID: "word", Title: "Word document", Kind: media.Document, Extensions: []string{"docx"}, Contents: []string{"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}},
		{ID: "text", Title: "Plain text", Kind: media.Document, Extensions: []string{"txt"}, Contents: []string{"text/plain"}},
		{ID: "png", Title: "PNG picture", Kind: media.Photograph, Diagram: true, Extensions: []string{"png"}, Contents: []string{"image/png"}},
		{ID: "wav", Title: "WAV recording", Kind: media.Audio, Extensions: []string{"wav", "wave"}, Contents: []string{"audio/wav"}},
	},
	Limits: []media.Limit{{Kind: media.Document, MiB: 2}, {Kind: media.Photograph, MiB: 3}, {Kind: media.Audio, MiB: 5}},
}

const (
	pdf  = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
	png  = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
	wav  = "RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00"
	html = "<!DOCTYPE html><html><script>alert(1)</script></html>"
	exe  = "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
)

// office is a package as office programs write it, whose first part is large
// enough that what tells its type comes late.
func office(t *testing.T, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(strings.Repeat("<x/>", 2000))); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJudge(t *testing.T) {
	docx := office(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml")
	for _, c := range []struct {
		name, head string
		diagram    bool
		typ        string
		kind       media.Kind
		problem    string // field: message
	}{
		{"plan.pdf", pdf, false, "pdf", media.Document, ""},
		{"Plan.PDF", pdf, false, "pdf", media.Document, ""},
		{" plan.pdf ", pdf, false, "pdf", media.Document, ""},
		{`C:\files\plan.pdf`, pdf, false, "pdf", media.Document, ""},
		{"genogram.pdf", pdf, true, "pdf", media.Diagram, ""},
		{"letter.docx", docx, false, "word", media.Document, ""},
		{"note.txt", "She has a place at college, she says.", false, "text", media.Document, ""},
		{"photo.png", png, false, "png", media.Photograph, ""},
		{"ecomap.png", png, true, "png", media.Diagram, ""},
		{"voice.wave", wav, false, "wav", media.Audio, ""},

		{"", "", false, "", "", "file: Select a file"},
		{"plan.pdf", "", false, "", "", "file: The selected file is empty"},
		{"plan", pdf, false, "", "", "file: The selected file must be a PDF, Word document, Plain text, PNG picture or WAV recording"},
		{"plan.pdf.exe", pdf, false, "", "", "file: The selected file must be a PDF, Word document, Plain text, PNG picture or WAV recording"},
		{"page.html", html, false, "", "", "file: The selected file must be a PDF, Word document, Plain text, PNG picture or WAV recording"},
		{"plan.pdf", html, false, "", "", "file: The selected file is named .pdf, and its content is something else"},
		{"note.txt", html, false, "", "", "file: The selected file is named .txt, and its content is something else"},
		{"photo.png", exe, false, "", "", "file: The selected file is named .png, and its content is something else"},
		{"photo.png", pdf, false, "", "", "file: The selected file is named .png, and its content is something else"},
		{"letter.docx", office(t, "a.exe"), false, "", "", "file: The selected file is named .docx, and its content is something else"},
		{"voice.wav", wav, true, "", "", "diagram: A file of type WAV recording cannot be a diagram"},
	} {
		typ, kind, ps := rules.Judge(c.name, []byte(c.head), c.diagram)
		got := ""
		if len(ps) > 0 {
			got = ps[0].Field + ": " + ps[0].Message
		}
		if typ.ID != c.typ || kind != c.kind || got != c.problem || len(ps) > 1 {
			t.Errorf("%q: got %q, %q, %q; want %q, %q, %q", c.name, typ.ID, kind, got, c.typ, c.kind, c.problem)
		}
	}
	if _, _, ps := (media.Rules{}).Judge("plan.pdf", []byte(pdf), false); len(ps) != 1 {
		t.Errorf("with no rules a file is taken: %v", ps)
	}
}

func TestLimits(t *testing.T) {
	if got := rules.Limit(media.Type{Kind: media.Photograph}); got.Bytes() != 3<<20 || got.TooLarge().Message != "The selected file must be 3 MB or smaller" {
		t.Errorf("limit: %+v, %q", got, got.TooLarge().Message)
	}
	if got := rules.Limit(media.Type{Kind: media.Video}); got.Bytes() != 0 {
		t.Errorf("a kind without a limit may have %d bytes", got.Bytes())
	}
	if got := rules.Largest(); got != 5<<20 {
		t.Errorf("largest: %d", got)
	}
}

func TestReadTyped(t *testing.T) {
	today := date.Must(2026, 3, 5)
	for _, c := range []struct {
		typed media.Typed
		title string
		dated date.Date
		want  []fault.Problem
	}{
		{media.Typed{Title: "  School \n report "}, "School report", date.Date{}, nil},
		{media.Typed{Title: "Report", Day: "5", Month: "March", Year: "2026"}, "Report", today, nil},
		{media.Typed{Day: "6", Month: "3", Year: "2026"}, "", date.Must(2026, 3, 6), []fault.Problem{
			{Field: "title", Message: "Enter a title"}, {Field: "dated-day", Message: "The date of the file must be today or in the past"},
		}},
		{media.Typed{Title: strings.Repeat("é", 201), Day: "30", Month: "2", Year: "2026"}, strings.Repeat("é", 201), date.Date{}, []fault.Problem{
			{Field: "title", Message: "Title must be 200 characters or less"}, {Field: "dated-day", Message: "The date of the file must be a real date"},
		}},
		{media.Typed{Title: strings.Repeat("é", 200)}, strings.Repeat("é", 200), date.Date{}, nil},
	} {
		title, dated, ps := c.typed.Read(today)
		if title != c.title || dated != c.dated || len(ps) != len(c.want) {
			t.Errorf("%+v: got %q, %v, %v", c.typed, title, dated, ps)
			continue
		}
		for i := range ps {
			if ps[i] != c.want[i] {
				t.Errorf("%+v: problem %+v, want %+v", c.typed, ps[i], c.want[i])
			}
		}
	}
}

func TestName(t *testing.T) {
	for title, want := range map[string]string{
		"School report":                "School report.pdf",
		"School report.PDF":            "School report.pdf",
		"report.pdf.pdf":               "report pdf.pdf",
		"../../etc/passwd":             "etc passwd.pdf",
		`C:\windows\system32`:          "C windows system32.pdf",
		"a\r\nSet-Cookie: x=1":         "a Set-Cookie x 1.pdf",
		`"quoted"; filename="evil.exe`: "quoted filename evil exe.pdf",
		"fdp.\u202eexe.Report":         "fdp exe Report.pdf",
		"CON":                          "File CON.pdf",
		"":                             "File.pdf",
		"...":                          "File.pdf",
		"-rf everything":               "File -rf everything.pdf",
		"Zoë’s café, 5 March (copy_2)": "Zoë’s café, 5 March (copy_2).pdf",
		strings.Repeat("é", 300):       strings.Repeat("é", 100) + ".pdf",
		"\x00\x1b[31mred alert":        "31mred alert.pdf",
	} {
		if got := (media.File{Title: title, Extension: "pdf"}).Name(); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

// Whatever a title holds, the name is one that can be saved anywhere and cannot
// break out of a header.
func FuzzName(f *testing.F) {
	for _, s := range []string{"School report", "../x", "a\x00b", "\u202etxt", strings.Repeat("x", 500), "CON", "“”"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, title string) {
		name := media.File{Title: title, Extension: "pdf"}.Name()
		stem, ok := strings.CutSuffix(name, ".pdf")
		if !ok || stem == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 120 || strings.ContainsAny(stem, "/\\:*?\"<>|.;%\x00") ||
			strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) || strings.TrimSpace(stem) != stem {
			t.Errorf("%q makes the name %q", title, name)
		}
	})
}

// Whatever bytes and name somebody sends: what is taken has a type whose name
// and content agree, and nothing makes the recogniser fall over.
func FuzzJudge(f *testing.F) {
	for _, head := range []string{pdf, png, wav, html, exe, ""} {
		f.Add("photo.png", []byte(head))
	}
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		typ, kind, ps := rules.Judge(name, head, false)
		if (len(ps) == 0) != (kind != "") || (kind == "") != (typ.ID == "") {
			t.Errorf("%q: type %q, kind %q, problems %v", name, typ.ID, kind, ps)
		}
	})
}
