package main

import (
	"errors"
	"fmt"
	"strings"

	"casefile/internal/house/licence"
)

// mit is the notice that the MIT licence wants kept; the two embedded packages
// arrive without it.
const mit = `> Permission is hereby granted, free of charge, to any person obtaining a copy
> of this software and associated documentation files (the "Software"), to deal
> in the Software without restriction, including without limitation the rights
> to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
> copies of the Software, and to permit persons to whom the Software is
> furnished to do so, subject to the following conditions:
>
> The above copyright notice and this permission notice shall be included in all
> copies or substantial portions of the Software.
>
> THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
> IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
> FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
> AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
> LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
> OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
> SOFTWARE.
`

// render writes the page. What is part of the program may not be under a
// licence that reaches into our own files.
func render(linked, tests, shipped, tools []part) (string, error) {
	var wrong []error
	for _, p := range append(linked[:len(linked):len(linked)], shipped...) {
		for _, k := range p.kinds {
			if !k.Linked() {
				wrong = append(wrong, fmt.Errorf("%s is under %q, which may be used beside the program and not in it", p.name, string(k)))
			}
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(`# Other people's code

Written by ` + "`make third-party`" + ` from the modules and packages themselves; do not
edit it. Casefile's own licence is in [LICENSE](../LICENSE). A licence is known
by its words, and one that we have not read stops ` + "`make check`" + `.

## In the program: Go

The packages are compiled into the binary. The full text of each licence is in
the module.

`)
	table(&b, linked, true)
	b.WriteString(`
## In the program: styles and scripts

` + "`make assets`" + ` compiles these into the files that the binary embeds. Their
archives carry no licence text, so the notice stands here. The crown, the
GOV.UK logotype and the typeface GDS Transport are not under this licence, and
Casefile uses none of them.

`)
	table(&b, shipped, true)
	b.WriteString("\n" + mit)
	b.WriteString("\n## In tests only: Go\n\n")
	table(&b, tests, true)
	b.WriteString("\n## For building and testing only: npm\n\nThe licence is the one that the package declares.\n\n")
	table(&b, tools, false)
	return b.String(), nil
}

func table(b *strings.Builder, parts []part, holders bool) {
	head, rule := "| what | version | licence |", "|---|---|---|"
	if holders {
		head, rule = head+" holder |", rule+"---|"
	}
	b.WriteString(head + "\n" + rule + "\n")
	for _, p := range parts {
		fmt.Fprintf(b, "| %s | %s | %s |", p.name, p.version, join(p.kinds))
		if holders {
			held := strings.Join(p.holders, "; ")
			if len(p.further) > 0 {
				held += "; and others, listed in its " + strings.Join(p.further, ", ")
			}
			b.WriteString(" " + strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;").Replace(held) + " |")
		}
		b.WriteString("\n")
	}
}

func join(kinds []licence.Kind) string {
	var all []string
	for _, k := range kinds {
		all = append(all, string(k))
	}
	return strings.Join(all, ", ")
}
