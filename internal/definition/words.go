package definition

import (
	"github.com/goccy/go-yaml/ast"

	"casefile/internal/wording"
)

// wordsFolder has what is pointed out to whoever writes. Its files add to one another.
const wordsFolder = "words"

// readWords reads words/NAME.yaml.
func (l *loader) readWords(d *document, root ast.Node) {
	m, ok := d.mapping(root, "what is pointed out in writing", "plain", "acronyms", "phrases", "posts", "titles")
	if !ok {
		return
	}
	w := &l.set.wording
	w.Plain, w.Titles = append(w.Plain, m.strings("plain")...), append(w.Titles, m.strings("titles")...)
	each := func(key, noun string, read func(*mapping), fields ...string) {
		if !m.has(key) {
			return
		}
		for _, n := range m.list(key) {
			if v, ok := d.mapping(n, noun, fields...); ok {
				read(v)
			}
		}
	}
	each("acronyms", "an acronym", func(v *mapping) {
		w.Acronyms = append(w.Acronyms, wording.Abbreviation{Short: v.text("short"), Long: v.text("long"), Source: v.source("source")})
	}, "short", "long", "source")
	each("phrases", "a phrase", func(v *mapping) {
		kind, _ := v.word("kind", "kind", []string{string(wording.Colloquial), string(wording.Loaded)}) // reported where it is neither
		w.Phrases = append(w.Phrases, wording.Phrase{Words: v.strings("words"), Kind: wording.Kind(kind), Say: v.text("say"), Source: v.source("source")})
	}, "words", "kind", "say", "source")
	each("posts", "a post", func(v *mapping) {
		w.Posts = append(w.Posts, wording.Post{Words: v.strings("words"), Source: v.source("source")})
	}, "words", "source")
}

// strings reads a list of words, or none where it is not there.
func (m *mapping) strings(key string) []string {
	if !m.has(key) {
		return nil
	}
	var list []string
	for _, n := range m.list(key) {
		if s, ok := m.plain(n, key); ok {
			list = append(list, s)
		}
	}
	return list
}

// Wording is what is pointed out to whoever writes; nothing but acronyms without its
// files.
func (s *Set) Wording() wording.Practice { return s.wording }
