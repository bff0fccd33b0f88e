package frame

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"casefile/internal/fault"
)

// Page is a whole page in its frame; its children are the main part. Problems are
// listed in the order of their fields on the page, whatever order they were found in.
func Page(f Frame, o Options) templ.Component {
	if len(o.Problems) < 2 {
		return page(f, o)
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var main bytes.Buffer
		if err := templ.GetChildren(ctx).Render(templ.ClearChildren(ctx), &main); err != nil {
			return err
		}
		o := o
		o.Problems = inOrder(o.Problems, main.String())
		written := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, err := w.Write(main.Bytes())
			return err
		})
		return page(f, o).Render(templ.WithChildren(ctx, written), w)
	})
}

// inOrder puts problems into the order of their fields on a page; those of no field
// of it come last.
func inOrder(ps []fault.Problem, html string) []fault.Problem {
	at := func(p fault.Problem) int {
		first := len(html)
		for _, mark := range []string{`name="` + p.Field + `"`, `id="` + p.Field + `"`} {
			if i := strings.Index(html, mark); p.Field != "" && i >= 0 {
				first = min(first, i)
			}
		}
		return first
	}
	ordered := slices.Clone(ps)
	slices.SortStableFunc(ordered, func(a, b fault.Problem) int { return cmp.Compare(at(a), at(b)) })
	return ordered
}
