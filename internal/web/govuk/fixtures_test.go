package govuk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// published is where make assets puts the design system's own examples.
const published = "../../../node_modules/govuk-frontend/dist/govuk/components"

// A port is one component of ours, as its published examples reach it.
type port struct {
	component string
	make      func(options map[string]any) (templ.Component, error)
	// prepare rewrites options that have another shape in Go, and strip takes
	// from the published page what we leave out on purpose.
	prepare func(options map[string]any)
	strip   func(page *html.Node)
}

func of[O any](component string, make func(O) templ.Component) port {
	return port{component: component, make: func(options map[string]any) (templ.Component, error) {
		var o O
		if err := fill(reflect.ValueOf(&o).Elem(), options); err != nil {
			return nil, err
		}
		return make(o), nil
	}}
}

func (p port) preparing(f func(map[string]any)) port { p.prepare = f; return p }

func (p port) stripping(f func(*html.Node)) port { p.strip = f; return p }

var ports = []port{
	of("back-link", BackLink),
	of("breadcrumbs", Breadcrumbs),
	of("button", Button),
	of("character-count", CharacterCount),
	of("checkboxes", Checkboxes),
	of("date-input", DateInput).preparing(dateValues),
	of("details", Details),
	of("error-message", ErrorMessage),
	of("error-summary", ErrorSummary),
	of("exit-this-page", ExitThisPage),
	of("fieldset", Fieldset),
	of("file-upload", FileUpload),
	of("footer", Footer).preparing(crownOptions).stripping(crownParts),
	of("generic-header", GenericHeader),
	of("hint", Hint),
	of("input", Input),
	of("inset-text", InsetText),
	of("label", Label),
	of("notification-banner", NotificationBanner),
	of("pagination", Pagination),
	of("panel", Panel),
	of("password-input", PasswordInput),
	of("phase-banner", PhaseBanner),
	of("radios", Radios),
	of("select", Select),
	of("service-navigation", ServiceNavigation).preparing(endSlot),
	of("skip-link", SkipLink),
	of("summary-list", SummaryList),
	of("table", Table),
	of("tabs", Tabs),
	of("tag", Tag),
	of("task-list", TaskList),
	of("textarea", Textarea),
	of("warning-text", WarningText),
}

// dateValues moves the values, which the design system keeps beside the
// fields, into them, and says that a field given as false is left out.
func dateValues(o map[string]any) {
	values, _ := o["values"].(map[string]any)
	delete(o, "values")
	for _, part := range []string{"day", "month", "year"} {
		if o[part] == false {
			o[part] = map[string]any{"omit": true}
			continue
		}
		item, _ := o[part].(map[string]any)
		if item == nil {
			item = map[string]any{}
		}
		name := part
		if given, ok := item["name"].(string); ok {
			name = given
		}
		if prefix, ok := o["namePrefix"].(string); ok {
			name = prefix + "-" + name
		}
		for _, key := range []string{part, name} {
			if v, ok := values[key]; ok && item["value"] == nil {
				item["value"] = v
			}
		}
		o[part] = item
	}
}

// endSlot is either a component or a component and where it stands.
func endSlot(o map[string]any) {
	slots, _ := o["slots"].(map[string]any)
	if end, ok := slots["end"].(map[string]any); ok {
		slots["end"] = end["html"]
		slots["endInline"] = end["align"] == "inline"
	}
}

// The Crown's licence and copyright are left out of our footer, and so are
// the options that change their words.
func crownOptions(o map[string]any) {
	delete(o, "contentLicence")
	delete(o, "copyright")
}

func crownParts(page *html.Node) {
	for _, class := range []string{"govuk-footer__crown", "govuk-footer__licence-logo", "govuk-footer__licence-description"} {
		if n := withClass(page, class); n != nil {
			n.Parent.RemoveChild(n)
		}
	}
	if n := withClass(page, "govuk-footer__copyright-logo"); n != nil {
		n.Parent.Parent.RemoveChild(n.Parent)
	}
}

func withClass(n *html.Node, class string) *html.Node {
	for d := range n.Descendants() {
		if slices.Contains(strings.Fields(attr(d, "class")), class) {
			return d
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

type fixture struct {
	Name    string
	Options map[string]any
	HTML    string
}

// TestPublishedExamples renders every example that the design system publishes
// for our components and compares the pages as trees: spaces that a browser
// would not show, the order of attributes and of classes do not count. What we
// chose not to be able to say is in the list of exceptions, each with why.
func TestPublishedExamples(t *testing.T) {
	passed, listed := 0, 0
	for _, p := range ports {
		data, err := os.ReadFile(filepath.Join(published, p.component, "fixtures.json"))
		if errors.Is(err, fs.ErrNotExist) {
			t.Fatal("The published examples are not here: run make assets first.")
		}
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Fixtures []fixture }
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", p.component, err)
		}
		if len(file.Fixtures) == 0 {
			t.Errorf("%s: no examples", p.component)
		}
		seen := map[string]bool{}
		for _, f := range file.Fixtures {
			seen[f.Name] = true
			reason, excepted := exceptions[p.component][f.Name]
			problem := check(p, f)
			switch {
			case problem == "" && excepted:
				t.Errorf("%s, %q passes, but is listed as an exception (%s): take it off the list", p.component, f.Name, reason)
			case problem == "":
				passed++
			case excepted:
				listed++
			default:
				t.Errorf("%s, %q: %s", p.component, f.Name, problem)
			}
		}
		for name := range exceptions[p.component] {
			if !seen[name] {
				t.Errorf("%s: the list of exceptions names %q, which is not published", p.component, name)
			}
		}
	}
	for component := range exceptions {
		if !slices.ContainsFunc(ports, func(p port) bool { return p.component == component }) {
			t.Errorf("the list of exceptions names %q, which is not a component of ours", component)
		}
	}
	t.Logf("%d components: %d published examples pass, %d are listed exceptions", len(ports), passed, listed)
}

// check says what is wrong with our version of an example, or nothing.
func check(p port, f fixture) string {
	if p.prepare != nil {
		p.prepare(f.Options)
	}
	c, err := p.make(f.Options)
	if err != nil {
		return err.Error()
	}
	var ours bytes.Buffer
	if err := c.Render(context.Background(), &ours); err != nil {
		return err.Error()
	}
	want, err := tree(f.HTML, p.strip)
	if err != nil {
		return err.Error()
	}
	got, err := tree(ours.String(), nil)
	if err != nil {
		return err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return "differs (-published +ours):\n" + diff
	}
	return ""
}

// fill puts the options of an example into the struct of ours. What has no
// place there is an error: that example cannot be said in Go.
func fill(to reflect.Value, from any) error {
	if from == nil {
		return nil
	}
	switch to.Type() {
	case reflect.TypeFor[templ.Component]():
		return fillComponent(to, from)
	case reflect.TypeFor[templ.Attributes]():
		return fillAttributes(to, from)
	case reflect.TypeFor[Toggle]():
		to.SetString(fmt.Sprint(from))
		return nil
	}
	switch to.Kind() {
	case reflect.String:
		to.SetString(plain(from))
		return nil
	case reflect.Int:
		n, err := strconv.Atoi(plain(from))
		if err != nil {
			return err
		}
		to.SetInt(int64(n))
		return nil
	case reflect.Bool:
		b, ok := from.(bool)
		if !ok {
			return fmt.Errorf("%v is no yes or no", from)
		}
		to.SetBool(b)
		return nil
	case reflect.Pointer:
		if from == false {
			return nil
		}
		to.Set(reflect.New(to.Type().Elem()))
		return fill(to.Elem(), from)
	case reflect.Slice:
		list, ok := from.([]any)
		if !ok {
			return fmt.Errorf("%v is no list", from)
		}
		for _, each := range list {
			if each == nil || each == false || each == "" {
				continue // the design system skips these, and ours has none
			}
			item := reflect.New(to.Type().Elem()).Elem()
			if err := fill(item, each); err != nil {
				return err
			}
			to.Set(reflect.Append(to, item))
		}
		return nil
	case reflect.Struct:
		return fillStruct(to, from)
	}
	return fmt.Errorf("no rule for %s", to.Type())
}

func fillStruct(to reflect.Value, from any) error {
	options, ok := from.(map[string]any)
	if !ok {
		return fmt.Errorf("%v is no set of options", from)
	}
	for name, value := range options {
		// One option of ours serves a single field and a group of choices.
		goName := strings.TrimSuffix(name, "s")
		if goName != "beforeInput" && goName != "afterInput" {
			goName = name
		}
		member := to.FieldByNameFunc(func(f string) bool { return strings.EqualFold(f, goName) })
		if !member.IsValid() {
			return fmt.Errorf("%s has no option %s", to.Type().Name(), name)
		}
		if err := fill(member, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// fillComponent trusts the markup of the example, which comes with the package.
func fillComponent(to reflect.Value, from any) error {
	if options, ok := from.(map[string]any); ok {
		if len(options) != 1 {
			return fmt.Errorf("%v is more than a component", options)
		}
		from = options["html"]
	}
	switch markup := from.(type) {
	case string:
		if markup != "" {
			to.Set(reflect.ValueOf(templ.Raw(markup)))
		}
		return nil
	case nil, bool:
		return nil
	}
	return fmt.Errorf("%v is no component", from)
}

func fillAttributes(to reflect.Value, from any) error {
	options, ok := from.(map[string]any)
	if !ok {
		return fmt.Errorf("attributes %v are not by name", from)
	}
	all := templ.Attributes{}
	for name, value := range options {
		if choice, ok := value.(map[string]any); ok {
			value = choice["value"]
			if choice["optional"] == true {
				if b, ok := value.(bool); ok || value == nil {
					if b {
						all[name] = true
					}
					continue
				}
			}
		}
		all[name] = plain(value)
	}
	to.Set(reflect.ValueOf(all))
	return nil
}

// plain is a value as it stands in a page.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// tree writes a fragment of a page as indented lines, one for each element and
// each text, so that fragments which a browser shows alike are written alike.
func tree(fragment string, strip func(*html.Node)) (string, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(fragment), body)
	if err != nil {
		return "", err
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	if strip != nil {
		strip(body)
	}
	var w writer
	w.children(body, 0)
	return w.out.String(), nil
}

// writer follows the line of text across elements that do not break it: a
// space counts once, before the next word, wherever it stands.
type writer struct {
	out    bytes.Buffer
	inLine bool // words came before, on the same line
	space  bool // and a space after them
}

var inline = []atom.Atom{atom.A, atom.B, atom.Em, atom.I, atom.Span, atom.Strong, atom.Time}

func (w *writer) children(n *html.Node, depth int) {
	for c := range n.ChildNodes() {
		w.node(c, depth)
	}
}

func (w *writer) node(n *html.Node, depth int) {
	indent := strings.Repeat("  ", depth)
	switch n.Type {
	case html.TextNode:
		if n.Parent.DataAtom == atom.Textarea {
			fmt.Fprintf(&w.out, "%s%q\n", indent, n.Data)
			return
		}
		text := strings.Join(strings.Fields(n.Data), " ")
		if text == "" {
			w.space = w.space || n.Data != ""
			return
		}
		before := w.space || strings.TrimLeft(n.Data, " \t\r\n") != n.Data
		if before && w.inLine {
			text = " " + text
		}
		w.inLine, w.space = true, strings.TrimRight(n.Data, " \t\r\n") != n.Data
		fmt.Fprintf(&w.out, "%s%q\n", indent, text)
	case html.ElementNode:
		breaks := !slices.Contains(inline, n.DataAtom)
		if breaks {
			w.inLine, w.space = false, false
		}
		fmt.Fprintf(&w.out, "%s<%s%s>\n", indent, n.Data, attributes(n))
		w.children(n, depth+1)
		if breaks {
			w.inLine, w.space = false, false
		}
	}
}

func attributes(n *html.Node) string {
	var all []string
	for _, a := range n.Attr {
		switch {
		case a.Key == "class":
			names := strings.Fields(a.Val)
			slices.Sort(names)
			a.Val = strings.Join(slices.Compact(names), " ")
		case n.Data == "path" && a.Key == "d":
			continue // we draw our own arrows
		}
		all = append(all, fmt.Sprintf(" %s=%q", a.Key, a.Val))
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// Two fragments differ when a browser would show or announce them differently,
// and only then: without this the comparison above would prove nothing.
func TestTreeTellsApart(t *testing.T) {
	same := [][2]string{
		{`<p class="a b">x</p>`, "<p class=\"b  a\">\n  x\n</p>"},
		{`<a id="x" href="y">z</a>`, `<a href="y" id="x">z</a>`},
		{`<p><span>A</span> b</p>`, `<p><span>A </span>b</p>`},
		{`<textarea>x</textarea>`, "<textarea>\nx</textarea>"},
	}
	for _, pair := range same {
		if a, b := mustTree(t, pair[0]), mustTree(t, pair[1]); a != b {
			t.Errorf("%s and %s: differ\n%s\n%s", pair[0], pair[1], a, b)
		}
	}
	different := [][2]string{
		{`<p class="a">x</p>`, `<p class="b">x</p>`},
		{`<p>x</p>`, `<p>y</p>`},
		{`<p><span>A</span>b</p>`, `<p><span>A</span> b</p>`},
		{`<p>Ab</p>`, `<p>A b</p>`},
		{`<p hidden>x</p>`, `<p>x</p>`},
		{`<p>x</p>`, `<div>x</div>`},
		{`<p>x</p>`, `<p>x</p><p></p>`},
		{`<div><p>x</p></div>`, `<div></div><p>x</p>`},
		{`<textarea>x</textarea>`, `<textarea>x </textarea>`},
		{`<p>&lt;b&gt;</p>`, `<p><b></b></p>`},
	}
	for _, pair := range different {
		if a, b := mustTree(t, pair[0]), mustTree(t, pair[1]); a == b {
			t.Errorf("%s and %s: the same, %s", pair[0], pair[1], a)
		}
	}
}

func mustTree(t *testing.T, fragment string) string {
	t.Helper()
	s, err := tree(fragment, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
