package licence_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"casefile/internal/house/licence"
)

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software, to deal without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense it. This notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED “AS IS”.`

const bsd2 = `Redistribution and use in source and binary forms, with or without
modification, are permitted provided that:
  * Redistributions in binary form must reproduce the above copyright notice.
THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS.`

const bsd3 = bsd2 + "\nThe name may not be used to endorse or promote products."

const isc = `Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted`

func TestRecognise(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []licence.Kind
	}{
		"MIT":                {mit, []licence.Kind{licence.MIT}},
		"BSD, two clauses":   {bsd2, []licence.Kind{licence.BSD2}},
		"BSD, three clauses": {bsd3, []licence.Kind{licence.BSD3}},
		"BSD, four clauses":  {bsd3 + " All advertising materials must say so.", nil},
		"ISC":                {isc + ", provided that the above copyright notice and this permission notice appear in all copies.", []licence.Kind{licence.ISC}},
		"0BSD":               {isc + ".", []licence.Kind{licence.ZeroBSD}},
		"in a comment":       {"// " + strings.ReplaceAll(mit, "\n", "\n# "), []licence.Kind{licence.MIT}},
		"two in one":         {mit + "\n----\n" + bsd3, []licence.Kind{licence.MIT, licence.BSD3}},
		"GPL":                {"GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991", nil},
		"MIT, and GPL":       {mit + "\nGNU GENERAL PUBLIC LICENSE\nVersion 3", nil},
		"Commons Clause":     {"“Commons Clause” License Condition v1.0\n" + mit, nil},
		"half of MIT":        {mit[:200], nil},
		"nothing":            {"", nil},
	} {
		if got := licence.Recognise(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestOurOwnLicence(t *testing.T) {
	text, err := os.ReadFile("../../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if got := licence.Recognise(string(text)); !slices.Equal(got, []licence.Kind{licence.Apache2}) {
		t.Errorf("LICENSE: got %q, want Apache-2.0", got)
	}
	if got := licence.Copyright(string(text)); len(got) != 0 {
		t.Errorf("LICENSE: its own sentences were taken for holders: %q", got)
	}
}

func TestOnlySomeMayBeLinked(t *testing.T) {
	for kind, want := range map[licence.Kind]bool{
		licence.Apache2: true, licence.MIT: true, licence.ISC: true, licence.BSD2: true, licence.BSD3: true,
		licence.ZeroBSD: true, licence.PublicDomain: true, licence.MPL2: false, licence.Unknown: false,
	} {
		if got := kind.Linked(); got != want {
			t.Errorf("%q.Linked() = %v, want %v", kind, got, want)
		}
	}
}

func TestCopyright(t *testing.T) {
	text := `Copyright (c) 2017 The Example Authors. All rights reserved.
Original work Copyright (c) 2012 A. Person
   Copyright 2009 Somebody
copyright notice, this list of conditions and the following disclaimer
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM
   Copyright [yyyy] [name of copyright owner]
`
	want := []string{"Copyright (c) 2017 The Example Authors", "Copyright (c) 2012 A. Person", "Copyright 2009 Somebody"}
	if got := licence.Copyright(text); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
