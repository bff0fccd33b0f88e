package definition

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/media"
)

// maxMiB is how large a file may be allowed to be; above it, sending one takes
// longer than a request may.
const maxMiB = 500

// readTypes reads files/types.yaml.
func (l *loader) readTypes(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of types", "types", "limits")
	if !ok {
		return
	}
	kinds := words(media.Kinds)
	seen, ends := map[string]position{}, map[string]string{}
	for _, n := range m.list("types") {
		t, ok := d.mapping(n, "a type", "id", "title", "kind", "diagram", "extensions", "contents", "media_type", "source")
		if !ok {
			continue
		}
		made := media.Type{ID: t.id("id"), Title: t.text("title"), MediaType: t.mediaType("media_type"), Source: t.source("source")}
		kind, _ := t.word("kind", "kind", kinds) // reported where it is none
		made.Kind = media.Kind(kind)
		made.Diagram, _ = t.flag("diagram") // reported where it is neither
		t.once(seen, "id", made.ID)
		for _, e := range t.list("extensions") {
			end, ok := t.plain(e, "extension")
			switch first, twice := ends[end]; {
			case !ok:
			case !plainEnd(end):
				t.report(where(e), "extension %s is written without its dot, in lower-case letters and digits", quote(end))
			case twice:
				t.report(where(e), "extension '%s' is that of type '%s' already", end, first)
			default:
				ends[end] = made.ID
				made.Extensions = append(made.Extensions, end)
			}
		}
		for _, c := range t.list("contents") {
			content, ok := t.plain(c, "content")
			switch {
			case !ok:
			case !media.Recognised(content):
				t.report(where(c), "content %s is not one that the program can recognise", quote(content))
			default:
				made.Contents = append(made.Contents, content)
			}
		}
		l.set.files.Types = append(l.set.files.Types, made)
	}
	l.readLimits(d, m, kinds)
}

// readLimits reads how large files may be; each kind has one limit.
func (l *loader) readLimits(d *document, m *mapping, kinds []string) {
	seen := map[string]position{}
	for _, n := range m.list("limits") {
		v, ok := d.mapping(n, "a limit", "kind", "mib", "source")
		if !ok {
			continue
		}
		kind, ok := v.word("kind", "kind", kinds)
		limit := media.Limit{Kind: media.Kind(kind), MiB: v.number("mib", 1, maxMiB), Source: v.source("source")}
		if ok {
			v.name = kind
			v.once(seen, "kind", kind)
		}
		l.set.files.Limits = append(l.set.files.Limits, limit)
	}
	if !m.has("limits") {
		return // reported
	}
	for _, t := range l.set.files.Types {
		if _, ok := seen[string(t.Kind)]; !ok && t.Kind != "" && slices.Contains(kinds, string(t.Kind)) {
			d.report(m.place("limits"), "there is no limit for kind '%s', which type '%s' has", t.Kind, t.ID)
			return
		}
	}
}

// mediaType reads a media type without parameters, as a header can have it.
func (m *mapping) mediaType(key string) string {
	s := m.text(key)
	if s == "" {
		return ""
	}
	top, sub, ok := strings.Cut(s, "/")
	fits := func(part string) bool {
		return part != "" && !strings.ContainsFunc(part, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune(".+-", r)
		})
	}
	if !ok || !fits(top) || !fits(sub) {
		m.report(m.place(key), "%s is not a media type, such as image/png", quote(s))
	}
	return s
}

func plainEnd(s string) bool {
	return s != "" && len(s) <= 10 && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}
