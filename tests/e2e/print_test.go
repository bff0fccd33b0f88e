//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Paper has whose record it is on every page, and not the way around the
// screen.
func TestPrintTheTimeline(t *testing.T) {
	p := newPage(t, demo, wide)
	who := p.signIn(adviser)
	// Somebody about whom more is written than one sheet of paper holds.
	number := forPages
	c := p.someone(number)
	for p.goTo(c.path("/timeline")); eval[int](p, `document.querySelectorAll(".moj-timeline__item").length`) < 12; p.goTo(c.path("/timeline")) {
		number++
		c = p.someone(number) // which fails where there is nobody left
	}

	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFOutlineAndTagged(), chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		p.fatalf("print: %v", err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 10_000 {
		p.fatalf("printed %d bytes, which begin with %.8q", len(pdf), pdf)
	}
	if !bytes.Contains(pdf, []byte("/MarkInfo")) {
		p.fatalf("the printed file has no tags, so a screen reader finds no order in it")
	}
	if pages := len(regexp.MustCompile(`/Type ?/Page\b`).FindAll(pdf, -1)); pages < 2 {
		p.fatalf("the printed timeline has %d pages, so this shows nothing about headers on each", pages)
	}

	p.do("look as the printer does", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	text, err := p.text()
	if err != nil {
		p.fatalf("read the page: %v", err)
	}
	for _, words := range []string{c.name, c.reference, "born " + c.born, "printed " + today().Long() + " by " + who} {
		if !strings.Contains(text, words) {
			p.fatalf("paper does not say %q", words)
		}
	}
	// A head of a table is what browsers repeat on each page.
	if d := eval[string](p, `getComputedStyle(document.querySelector(".app-print-header")).display`); d != "table-header-group" {
		p.fatalf("the line of whose record it is stands on paper as %q, so it is not repeated", d)
	}
	if css := eval[string](p, `[...document.styleSheets].flatMap((s) => [...s.cssRules]).flatMap((r) => r.cssRules ? [...r.cssRules] : [r]).filter((r) => r instanceof CSSPageRule).map((r) => r.cssText).join(" ")`); !strings.Contains(css, "counter(page)") || !strings.Contains(css, "counter(pages)") {
		p.fatalf("the rules of the paper number no pages: %q", css)
	}
	for _, kind := range []string{"button", "field"} {
		if names := p.names(kind); len(names) > 0 {
			p.fatalf("on paper there are still: %s %q", kind, names)
		}
	}
	for _, words := range []string{"My work", "Workers", "Sign out", "Skip to main content", "That you looked at this is recorded."} {
		if strings.Contains(text, words) {
			p.fatalf("paper says %q, which is for the screen", words)
		}
	}
}

// wantOnPaper prints what is open: it is tagged, numbers its pages of how many, repeats
// whose record it is, says some words, and has nothing to press, nor other words that are
// for the screen. The page stays as the printer sees it.
func (p *page) wantOnPaper(screen string, words ...string) {
	p.t.Helper()
	p.do("look as the printer does", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	text, err := p.text()
	if err != nil {
		p.fatalf("read the page: %v", err)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.fatalf("paper does not say %q:\n%s", w, text)
		}
	}
	if strings.Contains(text, screen) {
		p.fatalf("paper says %q, which is for the screen", screen)
	}
	if names := p.names("button"); len(names) > 0 {
		p.fatalf("on paper there are still buttons %q", names)
	}
	if d := eval[string](p, `getComputedStyle(document.querySelector(".app-print-header")).display`); d != "table-header-group" {
		p.fatalf("the line of whose record it is stands on paper as %q, so it is not repeated", d)
	}
	if css := eval[string](p, `[...document.styleSheets].flatMap((s) => [...s.cssRules]).flatMap((r) => r.cssRules ? [...r.cssRules] : [r]).filter((r) => r instanceof CSSPageRule).map((r) => r.cssText).join(" ")`); !strings.Contains(css, "counter(page)") || !strings.Contains(css, "counter(pages)") {
		p.fatalf("the rules of the paper number no pages: %q", css)
	}
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFOutlineAndTagged(), chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		p.fatalf("print: %v", err)
	}
	for _, mark := range []string{"/MarkInfo", "/StructTreeRoot"} {
		if !bytes.Contains(pdf, []byte(mark)) {
			p.fatalf("what is printed has no %s, so a screen reader finds no order in it", mark)
		}
	}
	if !regexp.MustCompile(`/Lang ?\(en-GB\)`).Match(pdf) {
		p.fatalf("what is printed does not say in which language it is")
	}
	if dir := os.Getenv("CASEFILE_SHOTS"); dir != "" {
		name := strings.Map(func(r rune) rune {
			if r == ' ' {
				return '-'
			}
			return r
		}, strings.ToLower(words[0]))
		if err := os.WriteFile(filepath.Join(dir, "paper-"+name+".pdf"), pdf, 0o600); err != nil {
			p.fatalf("keep what is printed: %v", err)
		}
	}
}

// asOnScreen has the page be as the screen shows it again.
func (p *page) asOnScreen() {
	p.t.Helper()
	p.do("look as the screen does", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: ""})
		return err
	}))
}
