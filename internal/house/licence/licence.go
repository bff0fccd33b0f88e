// Package licence tells the licences of other people's code apart by their
// words, so that nothing comes in under terms that nobody has read.
package licence

import (
	"regexp"
	"strings"
)

// A Kind is a licence, by its SPDX name. The zero Kind is one we do not know.
type Kind string

// The licences that the house accepts. Source: docs/third-party.md.
const (
	Unknown      Kind = ""
	Apache2      Kind = "Apache-2.0"
	MIT          Kind = "MIT"
	ISC          Kind = "ISC"
	BSD2         Kind = "BSD-2-Clause"
	BSD3         Kind = "BSD-3-Clause"
	ZeroBSD      Kind = "0BSD"
	PublicDomain Kind = "public domain"
	MPL2         Kind = "MPL-2.0" // beside the program, in tests; never in it
)

// Linked reports whether code under this licence may be part of the program.
func (k Kind) Linked() bool { return k != Unknown && k != MPL2 }

// Each licence has words that no other has; what must not be there keeps its
// near relations apart.
var marks = []struct {
	kind    Kind
	words   []string
	without string
}{
	{Apache2, []string{"apache license version 2.0, january 2004", "grant of patent license", "disclaimer of warranty"}, ""},
	{MPL2, []string{"mozilla public license version 2.0", "covered software"}, ""},
	{MIT, []string{
		"permission is hereby granted, free of charge, to any person obtaining a copy",
		"without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense",
		"shall be included in all copies or substantial portions",
		`the software is provided "as is"`,
	}, ""},
	{BSD3, []string{
		"redistribution and use in source and binary forms, with or without modification, are permitted",
		"redistributions in binary form must reproduce the above copyright notice", "used to endorse or promote products",
		"this software is provided by the copyright",
	}, "advertising materials"},
	{BSD2, []string{
		"redistribution and use in source and binary forms, with or without modification, are permitted",
		"redistributions in binary form must reproduce the above copyright notice",
		"this software is provided by the copyright",
	}, "endorse or promote"},
	{ISC, []string{
		"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted",
		"provided that the above copyright notice and this permission notice appear in all copies",
	}, ""},
	{ZeroBSD, []string{
		"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted",
	}, "provided that the above copyright notice"},
	{PublicDomain, []string{"has been dedicated to the public domain by the authors", "anyone is free to copy, modify, publish, use"}, ""},
}

// Recognise finds the licences whose words the text has, in a fixed order. A
// text may be several, one behind another. None means that a person must read
// it. Words of a licence that takes rights away make the whole text unknown.
func Recognise(text string) []Kind {
	words := plain(text)
	for _, no := range []string{"gnu general public license version", "gnu affero general public license", "gnu lesser general public license", "business source license", "commons clause", "server side public license", "non-commercial purposes only"} {
		if strings.Contains(words, no) && !strings.Contains(words, "mozilla public license version 2.0") {
			return nil
		}
	}
	var found []Kind
next:
	for _, m := range marks {
		for _, w := range m.words {
			if !strings.Contains(words, w) {
				continue next
			}
		}
		if m.without != "" && strings.Contains(words, m.without) {
			continue
		}
		found = append(found, m.kind)
	}
	return found
}

var quotes = strings.NewReplacer("“", `"`, "”", `"`, "``", `"`, "''", `"`, "’", "'")

// plain is the text in lower case with single spaces, without the signs that
// lay comments and lists out.
func plain(text string) string {
	text = quotes.Replace(strings.ToLower(text))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r == ' ' || r == '\n' || r == '\r' || r == '\t' || r == '*' || r == '#' || r == '>'
	}), " ")
}

var copyright = regexp.MustCompile(`(?i)^[\s*#>/]*(?:(?:original|modified) work )?(copyright\s+(?:\(c\)|©|[0-9]|the\b|crown\b|[A-Z]).*)$`)

// Copyright lists who holds the rights, in the words of the text.
func Copyright(text string) []string {
	var holders []string
	for line := range strings.Lines(text) {
		m := copyright.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || notHolder.MatchString(m[1]) {
			continue
		}
		h := strings.TrimSpace(allRights.ReplaceAllString(m[1], ""))
		holders = append(holders, strings.TrimRight(h, " ."))
	}
	return holders
}

var (
	// Sentences of the licences themselves that begin with the word.
	notHolder = regexp.MustCompile(`(?i)^copyright (notice|holder|owner|license|\[yyyy\]|law|and related|the names?\b)`)
	allRights = regexp.MustCompile(`(?i)\s*all rights reserved\.?`)
)
