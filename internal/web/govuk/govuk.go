// Package govuk is the GOV.UK Design System as templ components. Each
// component and each of its options has the design system's own name, so that
// its pages at design-system.service.gov.uk are the guide to this package; the
// tests hold every component to the examples published with it.
//
// Options that take words come in pairs: Text is escaped, HTML is a component
// that has escaped its own. Where both are given HTML is shown. The zero value
// of an option means that it was not given. Attributes are set by the program
// and never from what somebody typed: templ does not look into them for
// addresses or scripts.
//
// No component writes a style attribute or a script, so the pages work under a
// content security policy that allows neither. All components may be rendered
// at once from many goroutines.
package govuk

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"casefile/internal/fault"
)

// Content is either words or a component.
type Content struct {
	Text string
	HTML templ.Component
}

func (c Content) given() bool { return c.Text != "" || c.HTML != nil }

// A Toggle is a yes or no that differs from not having said: the browser, or
// the component, then decides.
type Toggle string

// The two ways to have said.
const (
	On  Toggle = "true"
	Off Toggle = "false"
)

// or gives what was said, or else what the component decides.
func (t Toggle) or(otherwise bool) bool {
	if t == "" {
		return otherwise
	}
	return t == On
}

// FormGroupOptions reach the box around a question. BeforeInput and AfterInput
// stand directly beside the field, or inside the group of choices.
type FormGroupOptions struct {
	Classes     string
	Attributes  templ.Attributes
	BeforeInput Content
	AfterInput  Content
}

// field is what every question with one label has in common.
type field struct {
	id           string
	describedBy  string
	label        LabelOptions
	hint         HintOptions
	errorMessage ErrorMessageOptions
	group        FormGroupOptions
}

// described lists what a screen reader reads after the label of the field.
func (f field) described() string { return described(f.id, f.describedBy, f.hint, f.errorMessage) }

func described(id, by string, hint HintOptions, message ErrorMessageOptions) string {
	return words(by, when(hint.given(), id+"-hint"), when(message.given(), id+"-error"))
}

// show is one of a pair of words and component. It is Go because templ writes
// a space after words at the end of a block, which would stand before a
// closing bracket and be underlined in a link.
func show(text string, html templ.Component) templ.Component {
	if html != nil {
		return html
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(text))
		return err
	})
}

// words joins those that are not empty with spaces: classes and id lists.
func words(all ...string) string {
	var b strings.Builder
	for _, w := range all {
		if w == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func when(so bool, word string) string {
	if so {
		return word
	}
	return ""
}

// either gives the first that is not empty.
func either(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// with adds attributes to those that the component sets itself. The caller's
// win, as they do in the design system.
func with(own, callers templ.Attributes) templ.Attributes {
	all := make(templ.Attributes, len(own)+len(callers))
	for _, from := range []templ.Attributes{own, callers} {
		for name, value := range from {
			all[name] = value
		}
	}
	return all
}

// Problems makes the summary at the top of a form that failed; each problem
// links to its field, whose id is its name. With no problems the summary is
// empty and ErrorSummary shows nothing.
func Problems(ps []fault.Problem) ErrorSummaryOptions {
	if len(ps) == 0 {
		return ErrorSummaryOptions{}
	}
	o := ErrorSummaryOptions{TitleText: "There is a problem"}
	for _, p := range ps {
		item := ErrorSummaryItem{Text: p.Message}
		if p.Field != "" {
			item.Href = "#" + p.Field
		}
		o.ErrorList = append(o.ErrorList, item)
	}
	return o
}

// ProblemWith makes the message beside a question: its first problem, or
// nothing. A question of several fields has several names: the problems of a
// date are with "when", or with "when-day" so that the summary links to the
// part that is wrong.
func ProblemWith(ps []fault.Problem, fields ...string) ErrorMessageOptions {
	for _, p := range ps {
		if p.Field != "" && slices.Contains(fields, p.Field) {
			return ErrorMessageOptions{Text: p.Message}
		}
	}
	return ErrorMessageOptions{}
}

// Question is the short form of a fieldset whose legend asks the question of a
// group of choices or of a date.
func Question(text string) *FieldsetOptions {
	return &FieldsetOptions{Legend: LegendOptions{Text: text, Classes: "govuk-fieldset__legend--s"}}
}

// PageQuestion is Question where the question is the heading of the page.
func PageQuestion(text string) *FieldsetOptions {
	return &FieldsetOptions{Legend: LegendOptions{Text: text, Classes: "govuk-fieldset__legend--l", IsPageHeading: true}}
}
