package moj

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"casefile/internal/web/govuk"
)

// published is where make assets puts the Ministry's own templates.
const published = "../../../node_modules/@ministryofjustice/frontend/moj/components"

// full is every component with all of its options, and w for each word.
func full(w string) map[string]templ.Component {
	content := govuk.Content{Text: w}
	menu := ButtonMenuOptions{
		Items:         []govuk.ButtonOptions{{Text: w, Href: w}, {Text: w, Name: w, Value: w}},
		ButtonText:    w,
		ButtonClasses: w,
		AlignMenu:     w,
		Classes:       w,
	}
	return map[string]templ.Component{
		"badge":       Badge(BadgeOptions{Text: w, Classes: w}),
		"button-menu": ButtonMenu(menu),
		"filter": Filter(FilterOptions{
			Heading:    w,
			ClearHref:  w,
			SubmitText: w,
			Selected:   []FilterCategory{{Heading: w, Items: []FilterTag{{Text: w, Href: w}}}},
		}),
		"identity-bar": IdentityBar(IdentityBarOptions{
			Title:   content,
			Facts:   []govuk.Content{content, content},
			Alerts:  []govuk.TagOptions{{Text: w, Classes: w}},
			Menus:   []ButtonMenuOptions{menu},
			Label:   w,
			Classes: w,
		}),
		"sub-navigation": SubNavigation(SubNavigationOptions{
			Label:   w,
			Classes: w,
			Items:   []SubNavigationItem{{Text: w, Href: w, Active: true, Classes: w}, {Text: w, Href: w}},
		}),
		"timeline": Timeline(TimelineOptions{
			Classes: w,
			Items:   []TimelineItem{{Label: content, ID: w, Byline: content, Datetime: w, Date: w, Text: w, Classes: w}},
		}),
	}
}

// elsewhere are classes that our component has and the Ministry's template has
// not, because they belong to a component inside it, or the other way round.
var elsewhere = map[string]map[string]string{
	"identity-bar": {
		"moj-button-menu":       "the menu inside has a template of its own",
		"moj-button-menu__item": "the menu inside has a template of its own",
	},
	"filter": {
		"moj-filter__header-action": "the place of a close button that only the script makes",
	},
}

var (
	mojClass = regexp.MustCompile(`moj-[a-z_-]*[a-z]`)
	comment  = regexp.MustCompile(`(?s)\{#.*?#\}`)
)

// The Ministry publishes templates and no examples, so what is compared is the
// set of its classes: the stylesheet hangs on them, and an upgrade that
// renames one must not pass.
func TestClassesOfTheTemplates(t *testing.T) {
	for name, c := range full("x") {
		data, err := os.ReadFile(filepath.Join(published, name, "template.njk"))
		if errors.Is(err, fs.ErrNotExist) {
			t.Fatal("The Ministry's templates are not here: run make assets first.")
		}
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, class := range mojClass.FindAllString(comment.ReplaceAllString(string(data), ""), -1) {
			want[class] = true
		}
		got := map[string]bool{}
		for _, n := range elements(t, render(t, c)) {
			for _, class := range strings.Fields(attr(n, "class")) {
				if strings.HasPrefix(class, "moj-") {
					got[class] = true
				}
			}
		}
		for class := range elsewhere[name] {
			if want[class] && got[class] {
				t.Errorf("%s: %s is in both, and need not be listed", name, class)
			}
			delete(want, class)
			delete(got, class)
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s: classes differ (-published +ours):\n%s", name, diff)
		}
	}
}

// The marks that scripts and screen readers go by.
func TestMarks(t *testing.T) {
	all := full("x")
	for _, c := range []struct{ component, class, attribute, want string }{
		{"button-menu", "moj-button-menu", "data-module", "moj-button-menu"},
		{"button-menu", "moj-button-menu", "data-button-text", "x"},
		{"sub-navigation", "moj-sub-navigation__link", "aria-current", "page"},
		{"sub-navigation", "moj-sub-navigation", "aria-label", "x"},
		{"identity-bar", "moj-identity-bar", "role", "region"},
		{"identity-bar", "moj-identity-bar", "aria-label", "x"},
		{"timeline", "moj-timeline__item", "id", "x"},
	} {
		found := false
		for _, n := range elements(t, render(t, all[c.component])) {
			if slices.Contains(strings.Fields(attr(n, "class")), c.class) {
				found = true
				if got := attr(n, c.attribute); got != c.want {
					t.Errorf("%s: %s of .%s is %q, want %q", c.component, c.attribute, c.class, got, c.want)
				}
				break
			}
		}
		if !found {
			t.Errorf("%s: no .%s", c.component, c.class)
		}
	}
}

func TestTimelineReads(t *testing.T) {
	page := render(t, Timeline(TimelineOptions{HeadingLevel: 3, Items: []TimelineItem{{
		Label:    govuk.Content{Text: "Visit"},
		Byline:   govuk.Content{Text: "Ada Ashdown"},
		Datetime: "2026-03-05",
		Date:     "5 March 2026",
		Text:     "Seen alone.",
	}}}))
	var got []string
	for _, n := range elements(t, page) {
		switch n.Data {
		case "h3", "p", "time":
			got = append(got, n.Data+": "+strings.Join(strings.Fields(text(n)), " "))
		}
	}
	want := []string{"h3: Visit", "p: by Ada Ashdown", "p: 5 March 2026", "time: 5 March 2026"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the timeline reads otherwise (-want +got):\n%s", diff)
	}
}

// Whatever is typed stays words, as in package govuk.
func TestHostileWordsStayWords(t *testing.T) {
	const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
	innocent, attacked := full("words"), full(hostile)
	for name := range attacked {
		want, got := shape(elements(t, render(t, innocent[name]))), shape(elements(t, render(t, attacked[name])))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: hostile words change the elements (-innocent +attacked):\n%s", name, diff)
		}
		read := false
		for _, n := range elements(t, render(t, attacked[name])) {
			read = read || strings.Contains(text(n), hostile)
			for _, a := range n.Attr {
				read = read || strings.Contains(a.Val, hostile)
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: attribute %s", name, a.Key)
				}
			}
		}
		if !read {
			t.Errorf("%s: what was typed is nowhere to be read", name)
		}
	}
	for name, c := range full("javascript:alert(1)") {
		for _, n := range elements(t, render(t, c)) {
			if strings.HasPrefix(attr(n, "href"), "javascript:") {
				t.Errorf("%s: a link that runs a script", name)
			}
		}
	}
}

func TestFilterHoldsItsFields(t *testing.T) {
	ctx := templ.WithChildren(context.Background(), templ.Raw(`<input name="service">`))
	var b bytes.Buffer
	if err := Filter(FilterOptions{}).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	inOptions := false
	for _, n := range elements(t, b.String()) {
		inOptions = inOptions || attr(n, "name") == "service" && attr(n.Parent, "class") == "moj-filter__options"
	}
	if !inOptions {
		t.Error("the field is not among the options of the filter")
	}
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return b.String()
}

func elements(t *testing.T, page string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	var all []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func shape(elements []*html.Node) []string {
	var all []string
	for _, n := range elements {
		names := []string{}
		for _, a := range n.Attr {
			names = append(names, a.Key)
		}
		slices.Sort(names)
		all = append(all, n.Data+" "+strings.Join(names, " "))
	}
	return all
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
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
