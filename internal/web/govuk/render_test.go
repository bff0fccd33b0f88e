package govuk

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"casefile/internal/fault"
)

// hostile is what somebody might type to break out of a text, an attribute or
// an address.
const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt; javascript:alert(1)`

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return b.String()
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	n, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return n
}

func find(n *html.Node, matches func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && matches(d) {
			found = append(found, d)
		}
	}
	return found
}

func named(a atom.Atom) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.DataAtom == a }
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// everywhere fills each option of a component, at any depth, with the same
// words: yes for a choice, 2 for a number, a list of two.
func everywhere(to reflect.Value, words string) {
	switch to.Type() {
	case reflect.TypeFor[templ.Component]():
		return // a component escapes its own words
	case reflect.TypeFor[templ.Attributes]():
		to.Set(reflect.ValueOf(templ.Attributes{"data-typed": words}))
		return
	}
	switch to.Kind() {
	case reflect.String:
		to.SetString(words)
	case reflect.Bool:
		to.SetBool(true)
	case reflect.Int:
		to.SetInt(2)
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		everywhere(to.Elem(), words)
	case reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), 2, 2))
		for i := range 2 {
			everywhere(to.Index(i), words)
		}
	case reflect.Struct:
		for i := range to.NumField() {
			everywhere(to.Field(i), words)
		}
	}
}

// sample is one component with every option filled in, and again with those
// left out that hide others.
func sample[O any](make func(O) templ.Component, hiding ...string) func(words string) []templ.Component {
	return func(words string) []templ.Component {
		var full O
		everywhere(reflect.ValueOf(&full).Elem(), words)
		bare := full
		clear(reflect.ValueOf(&bare).Elem(), hiding)
		return []templ.Component{make(full), make(bare)}
	}
}

func clear(v reflect.Value, hiding []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			clear(v.Elem(), hiding)
		}
	case reflect.Slice:
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(copied, v)
		v.Set(copied)
		for i := range v.Len() {
			clear(v.Index(i), hiding)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if slices.Contains(hiding, v.Type().Field(i).Name) {
				v.Field(i).SetZero()
			} else {
				clear(v.Field(i), hiding)
			}
		}
	}
}

var samples = map[string]func(words string) []templ.Component{
	"BackLink":           sample(BackLink, "Href"),
	"Breadcrumbs":        sample(Breadcrumbs, "Href"),
	"Button":             sample(Button, "Href"),
	"CharacterCount":     sample(CharacterCount, "Maxlength", "Maxwords"),
	"Checkboxes":         sample(Checkboxes, "Divider", "Fieldset"),
	"DateInput":          sample(DateInput, "Items", "Omit"),
	"Details":            sample(Details, "Open"),
	"ErrorMessage":       sample(ErrorMessage, "VisuallyHiddenText"),
	"ErrorSummary":       sample(ErrorSummary, "Href"),
	"ExitThisPage":       sample(ExitThisPage, "Text"),
	"Fieldset":           sample(Fieldset, "IsPageHeading"),
	"FileUpload":         sample(FileUpload, "Javascript"),
	"Footer":             sample(Footer, "VisuallyHiddenTitle"),
	"GenericHeader":      sample(GenericHeader, "URL"),
	"Hint":               sample(Hint, "ID"),
	"Input":              sample(Input, "FormGroup", "Prefix", "Suffix"),
	"InsetText":          sample(InsetText, "ID"),
	"Label":              sample(Label, "IsPageHeading"),
	"NotificationBanner": sample(NotificationBanner, "TitleText"),
	"Page":               sample(Page, "PrintHeader"),
	"Pagination":         sample(Pagination, "Ellipsis", "Text"),
	"Panel":              sample(Panel, "Type"),
	"PasswordInput":      sample(PasswordInput, "ID"),
	"PhaseBanner":        sample(PhaseBanner, "Classes"),
	"Radios":             sample(Radios, "Divider", "Fieldset"),
	"Select":             sample(Select, "Value"),
	"ServiceNavigation":  sample(ServiceNavigation, "ServiceURL", "Href", "Current", "Active"),
	"SkipLink":           sample(SkipLink, "Href"),
	"SummaryList":        sample(SummaryList, "Card"),
	"Table":              sample(Table, "FirstCellIsHeader"),
	"Tabs":               sample(Tabs, "ID"),
	"Tag":                sample(Tag, "Classes"),
	"TaskList":           sample(TaskList, "Tag", "Href"),
	"Textarea":           sample(Textarea, "ID"),
	"WarningText":        sample(WarningText, "IconFallbackText"),
}

// Whatever is typed stays words: it makes no element, no attribute and no
// address that runs something. Nothing a component writes needs an exception
// in the content security policy.
func TestHostileWordsStayWords(t *testing.T) {
	for _, p := range ports {
		name := ""
		for word := range strings.SplitSeq(p.component, "-") {
			name += capital(word)
		}
		if samples[name] == nil {
			t.Errorf("%s has no sample", name)
		}
	}
	for name, makes := range samples {
		innocent, attacked := makes("words"), makes(hostile)
		for i := range attacked {
			want := skeleton(parse(t, render(t, innocent[i])))
			page := parse(t, render(t, attacked[i]))
			if got := skeleton(page); !slices.Equal(got, want) {
				t.Errorf("%s (%d): hostile words change the elements:\n%s\nwant\n%s", name, i, got, want)
			}
			safe(t, name, page)
			if !strings.Contains(text(page), hostile) && !strings.Contains(fmt.Sprint(values(page)), hostile) {
				t.Errorf("%s (%d): what was typed is nowhere to be read", name, i)
			}
		}
	}
}

// skeleton is what a page is made of, without what is written in it.
func skeleton(n *html.Node) []string {
	var all []string
	for d := range n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		names := []string{d.Data}
		for _, a := range d.Attr {
			names = append(names, a.Key)
		}
		slices.Sort(names[1:])
		all = append(all, strings.Join(names, " "))
	}
	return all
}

func values(n *html.Node) []string {
	var all []string
	for d := range n.Descendants() {
		for _, a := range d.Attr {
			all = append(all, a.Val)
		}
	}
	return all
}

// safe refuses what the content security policy would block or a browser run.
func safe(t *testing.T, name string, page *html.Node) {
	t.Helper()
	for d := range page.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		if d.DataAtom == atom.Script && (attr(d, "src") == "" || text(d) != "") {
			t.Errorf("%s: a script within the page", name)
		}
		if d.DataAtom == atom.Style {
			t.Errorf("%s: a stylesheet within the page", name)
		}
		for _, a := range d.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: attribute %s on <%s>", name, a.Key, d.Data)
			}
			if (a.Key == "href" || a.Key == "src") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				t.Errorf("%s: address %q", name, a.Val)
			}
		}
	}
}

func TestAddressesThatRunSomethingAreRefused(t *testing.T) {
	for _, bad := range []string{"javascript:alert(1)", " JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x"} {
		for name, c := range map[string]templ.Component{
			"BackLink":    BackLink(BackLinkOptions{Href: bad}),
			"Button":      Button(ButtonOptions{Text: "Go", Href: bad}),
			"SummaryList": SummaryList(SummaryListOptions{Rows: []SummaryRow{{Actions: SummaryActions{Items: []SummaryAction{{Text: "Go", Href: bad}}}}}}),
			"Pagination":  Pagination(PaginationOptions{Next: PaginationLink{Href: bad}}),
		} {
			for _, a := range find(parse(t, render(t, c)), named(atom.A)) {
				if got := attr(a, "href"); got != "about:invalid#TemplFailedSanitizationURL" {
					t.Errorf("%s with %q: href %q, want the address templ puts for a bad one", name, bad, got)
				}
			}
		}
	}
}

func TestTextareaKeepsEveryLetter(t *testing.T) {
	for _, typed := range []string{"", "\n", "\n\nafter two breaks", "  spaces  ", "</textarea><b>", "a\tb", "&amp;", hostile} {
		page := parse(t, render(t, Textarea(TextareaOptions{Name: "note", Value: typed})))
		area := find(page, named(atom.Textarea))
		if len(area) != 1 || text(area[0]) != typed {
			t.Errorf("typed %q: the page holds %q", typed, text(area[0]))
		}
	}
}

func TestChildren(t *testing.T) {
	child := templ.Raw(`<p id="child">inside</p>`)
	for name, c := range map[string]templ.Component{
		"Details":            Details(DetailsOptions{SummaryText: "More"}),
		"Fieldset":           Fieldset(*Question("Where?")),
		"InsetText":          InsetText(InsetTextOptions{}),
		"NotificationBanner": NotificationBanner(NotificationBannerOptions{}),
		"Page":               Page(PageOptions{Title: "My work"}),
	} {
		var b bytes.Buffer
		if err := c.Render(templ.WithChildren(context.Background(), child), &b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := strings.Count(b.String(), `id="child"`); n != 1 {
			t.Errorf("%s shows its children %d times, want once", name, n)
		}
	}
}

func TestProblems(t *testing.T) {
	ps := []fault.Problem{
		{Field: "when", Message: "Enter a date that is not in the future"},
		{Field: "when", Message: "Enter a year with four digits"},
		{Message: "Choose somebody or something"},
	}
	page := parse(t, render(t, ErrorSummary(Problems(ps))))
	links := find(page, named(atom.A))
	if len(links) != 2 || attr(links[0], "href") != "#when" || strings.TrimSpace(text(links[0])) != ps[0].Message {
		t.Errorf("links of the summary: %d, want one to #when for each of its two problems", len(links))
	}
	if items := find(page, named(atom.Li)); len(items) != 3 {
		t.Errorf("the summary lists %d problems, want 3", len(items))
	}
	if got := render(t, ErrorSummary(Problems(nil))); got != "" {
		t.Errorf("summary of no problems: %q, want nothing", got)
	}
	if got := ProblemWith(ps, "start", "when").Text; got != ps[0].Message {
		t.Errorf("problem with when: %q, want the first", got)
	}
	if ProblemWith(ps, "who", "").given() {
		t.Error("problem with a field that has none: given, want none")
	}
}

func TestPage(t *testing.T) {
	page := parse(t, render(t, Page(PageOptions{
		Title:         "Record a contact",
		Site:          "Northfold children's service",
		Wrong:         true,
		PrintHeader:   "Printed by the records team",
		Header:        GenericHeader(GenericHeaderOptions{LogoText: "Northfold"}),
		BeforeContent: BackLink(BackLinkOptions{}),
		Footer:        Footer(FooterOptions{Meta: FooterMeta{Text: "Northfold Council"}}),
	})))
	root := find(page, named(atom.Html))[0]
	if attr(root, "lang") != "en-GB" || !strings.Contains(attr(root, "class"), "govuk-template") {
		t.Errorf("html: lang %q, class %q", attr(root, "lang"), attr(root, "class"))
	}
	if got, want := text(find(page, named(atom.Title))[0]), "Error: Record a contact – Northfold children's service"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	for _, a := range []atom.Atom{atom.Header, atom.Main, atom.Footer} {
		if n := len(find(page, named(a))); n != 1 {
			t.Errorf("%d elements %s, want one", n, a)
		}
	}
	// The skip link has to lead somewhere, and come before what it skips.
	skip := withClass(page, "govuk-skip-link")
	if skip == nil || attr(skip, "href") != "#main-content" || attr(find(page, named(atom.Main))[0], "id") != "main-content" {
		t.Error("the skip link does not lead to the main part")
	}
	if first := find(page, named(atom.A))[0]; first != skip {
		t.Errorf("the first link is %q, want the skip link", text(first))
	}
	scripts := find(page, named(atom.Script))
	if len(scripts) != 2 || attr(scripts[0], "type") != "module" || attr(scripts[1], "type") != "" {
		t.Errorf("%d scripts, want the module, and the one that runs before the page is drawn", len(scripts))
	}
	for _, n := range find(page, func(n *html.Node) bool { return attr(n, "src") != "" || n.DataAtom == atom.Link }) {
		if address := attr(n, "src") + attr(n, "href"); !strings.HasPrefix(address, "/static/") {
			t.Errorf("the page loads %s, which is not ours", address)
		}
	}
	bare := parse(t, render(t, Page(PageOptions{Title: "Sign in"})))
	for _, a := range []atom.Atom{atom.Header, atom.Footer} {
		if n := len(find(bare, named(a))); n != 0 {
			t.Errorf("a page without %s has %d", a, n)
		}
	}
}
