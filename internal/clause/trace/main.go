// Command trace writes into docs/requirements.md which passing tests show each
// clause. The tests say so themselves, with clause.Shows, in a folder that
// `make test` keeps.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	from := flag.String("from", "build/trace", "folder of what the tests declared")
	page := flag.String("page", "docs/requirements.md", "page of the clauses")
	check := flag.Bool("check", false, "write nothing; fail when the page is out of date")
	flag.Parse()
	if err := run(*from, *page, *check); err != nil {
		fmt.Fprintln(os.Stderr, "trace:", err)
		os.Exit(1)
	}
}

func run(from, page string, check bool) error {
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("there is no trace in %s: it is left by a `make test` in which all tests passed", from)
	}
	shown, err := read(os.DirFS(from))
	if err != nil {
		return err
	}
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	now, err := rewrite(string(old), shown)
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	switch {
	case now == string(old):
		return nil
	case check:
		return fmt.Errorf("%s is not what the tests show; run make trace\n%s", page, difference(string(old), now))
	}
	return os.WriteFile(page, []byte(now), 0o644)
}

// A declaration is one test that says it shows one clause, or a part of one.
type declaration struct{ clause, pkg, test string }

// read reads what the tests declared: in each file, lines of clause, package
// and test with tabs between them.
func read(folder fs.FS) ([]declaration, error) {
	var all []declaration
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(f) != 3 {
				return fmt.Errorf("%s: %q is not clause, package and test", name, line)
			}
			all = append(all, declaration{f[0], f[1], f[2]})
		}
		return nil
	})
	return all, err
}

var (
	clauseLine = regexp.MustCompile(`^- ((?:CX|CR|YJ|CP|KF)-\d\d) (.*)`)
	family     = regexp.MustCompile(`^## ((?:CX|CR|YJ|CP|KF): .*)`)
	lettered   = regexp.MustCompile(`^([A-Z]{2}-\d\d)\([a-z]\)$`)
)

// A clause is what the page says must hold. One with lettered parts holds when
// each part does.
type clause struct {
	id, family string
	parts      []string // "CR-22(a)", …; none when the clause is one
}

// clauses reads the clauses of the page, in its order.
func clauses(text string) ([]clause, error) {
	var all []clause
	under := ""
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if m := family.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			under = m[1]
		}
		m := clauseLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		c := clause{id: m[1], family: under}
		if seen[c.id] {
			return nil, fmt.Errorf("%s stands there twice", c.id)
		}
		seen[c.id] = true
		for letter := 'a'; strings.Contains(m[2], fmt.Sprintf("(%c)", letter)); letter++ {
			c.parts = append(c.parts, fmt.Sprintf("%s(%c)", c.id, letter))
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, errors.New("there are no clauses")
	}
	return all, nil
}

const (
	begin = "<!-- Written by make trace. Everything from here to the end mark is replaced. -->"
	end   = "<!-- The end of what make trace writes. -->"
)

// rewrite puts the trace into the page, in the place of the last one or at the
// end.
func rewrite(page string, shown []declaration) (string, error) {
	before, after := strings.TrimRight(page, "\n")+"\n\n", "\n"
	if b, rest, ok := strings.Cut(page, begin); ok {
		_, a, ok := strings.Cut(rest, end)
		if !ok || strings.Contains(a, begin) {
			return "", errors.New("the marks of the trace are not one pair")
		}
		before, after = b, a
	} else if strings.Contains(page, end) {
		return "", errors.New("the marks of the trace are not one pair")
	}
	all, err := clauses(before + after)
	if err != nil {
		return "", err
	}
	section, err := render(all, shown)
	if err != nil {
		return "", err
	}
	return before + begin + "\n" + section + end + after, nil
}

// render writes the section, in the order of the clauses.
func render(all []clause, shown []declaration) (string, error) {
	tests := map[string][]declaration{}
	for _, d := range shown {
		tests[d.clause] = append(tests[d.clause], d)
	}
	if err := known(all, shown); err != nil {
		return "", err
	}

	var families []string
	count := map[string][3]int{} // clauses, shown, shown in part
	var rows strings.Builder
	for _, c := range all {
		n, ok := count[c.family]
		if !ok {
			families = append(families, c.family)
		}
		n[0]++
		ids := c.parts
		if len(ids) == 0 {
			ids = []string{c.id}
		}
		have := 0
		for _, id := range ids {
			if len(tests[id]) == 0 {
				continue
			}
			have++
			fmt.Fprintf(&rows, "| %s | %s |\n", id, strings.Join(names(tests[id]), "<br>"))
		}
		switch {
		case have == len(ids):
			n[1]++
		case have > 0:
			n[2]++
		}
		count[c.family] = n
	}

	var b strings.Builder
	b.WriteString("## Clauses and the passing tests that show them\n\n")
	b.WriteString("| | clauses | shown | shown in part |\n|---|---:|---:|---:|\n")
	var sum [3]int
	for _, f := range families {
		n := count[f]
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", cell(f), n[0], n[1], n[2])
		for i := range n {
			sum[i] += n[i]
		}
	}
	fmt.Fprintf(&b, "| all | %d | %d | %d |\n\n", sum[0], sum[1], sum[2])
	if rows.Len() > 0 {
		b.WriteString("| clause | tests |\n|---|---|\n" + rows.String() + "\n")
	}
	return b.String(), nil
}

// known reports every declaration of a clause that the page does not have.
func known(all []clause, shown []declaration) error {
	have := map[string]bool{}
	parts := map[string][]string{}
	for _, c := range all {
		if len(c.parts) == 0 {
			have[c.id] = true
		}
		for _, p := range c.parts {
			have[p] = true
		}
		parts[c.id] = c.parts
	}
	var wrong []error
	for _, d := range shown {
		if have[d.clause] {
			continue
		}
		say := "the page has no such clause"
		if p := parts[d.clause]; len(p) > 0 {
			say = fmt.Sprintf("it has parts; name one of %s to %s", p[0], p[len(p)-1])
		} else if m := lettered.FindStringSubmatch(d.clause); m != nil && have[m[1]] {
			say = m[1] + " has no parts"
		}
		wrong = append(wrong, fmt.Errorf("%s %s declares %s: %s", d.pkg, d.test, d.clause, say))
	}
	return errors.Join(wrong...)
}

// names lists tests once each. One that passed on both engines stands there
// once and says so.
func names(tests []declaration) []string {
	type key struct{ pkg, test string }
	engines := map[key][]string{}
	for _, d := range tests {
		k, engine := key{d.pkg, d.test}, ""
		elements := strings.Split(d.test, "/")
		if i := slices.IndexFunc(elements, func(e string) bool { return e == "sqlite" || e == "postgres" }); i > 0 {
			engine = elements[i]
			k.test = strings.Join(slices.Delete(elements, i, i+1), "/")
		}
		if !slices.Contains(engines[k], engine) {
			engines[k] = append(engines[k], engine)
		}
	}
	var keys []key
	for k := range engines {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.test, b.test)) })
	var list []string
	for _, k := range keys {
		say := fmt.Sprintf("`%s` %s", cell(k.pkg), cell(k.test))
		on := slices.DeleteFunc(engines[k], func(e string) bool { return e == "" })
		switch len(on) {
		case 1:
			say += " (" + on[0] + ")"
		case 2:
			say += " (both engines)"
		}
		list = append(list, say)
	}
	return list
}

// cell makes a text safe in a cell of a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "_", `\_`, "*", `\*`).Replace(s)
}

// difference lists the lines that went and the lines that came.
func difference(old, now string) string {
	var b strings.Builder
	for _, side := range []struct{ sign, here, there string }{{"- ", old, now}, {"+ ", now, old}} {
		there := strings.Split(side.there, "\n")
		for line := range strings.SplitSeq(side.here, "\n") {
			if !slices.Contains(there, line) {
				b.WriteString(side.sign + line + "\n")
			}
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
