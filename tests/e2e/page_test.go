//go:build e2e

package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	protocol "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The two widths at which pages are used: a desk and a telephone, in CSS pixels.
const (
	wide   = 1280
	narrow = 390
	height = 900
)

// patience is how long a page may take to show what it is waited for. It is
// long because two cores may be busy with other tests; nothing waits for it
// unless something is wrong.
const patience = 20 * time.Second

//go:embed find.js
var findScript string

// A page is a tab with a profile of its own, as on a machine of its own. It
// finds things by the words a person reads, and presses real keys and the real
// mouse. Whatever is not as it should be ends the test, and says what was on
// the page.
//
// It hides the browser library from the journeys. Only one goroutine may use it.
type page struct {
	t     *testing.T
	ctx   context.Context
	base  string // address of the program, with a slash at its end
	width int

	mu      sync.Mutex // what the browser's own goroutine writes
	loads   int
	trouble []string // errors in the console, violations of the policy
	dialogs []string // alerts and the like, except the question on leaving
	allowed []string // words of troubles that the journey brings about
}

// newPage opens a tab. When the test ends, nothing that the journey did not
// foresee may stand in the browser's console.
func newPage(t *testing.T, p *program, width int) *page {
	t.Helper()
	return open(t, p, width, chromedp.WithNewBrowserContext())
}

// newTab opens another tab of the same profile, as Ctrl and T do.
func (p *page) newTab() *page {
	p.t.Helper()
	c := chromedp.FromContext(p.ctx)
	q := &page{t: p.t, base: p.base}
	q.start(p.width, chromedp.WithExistingBrowserContext(c.BrowserContextID))
	return q
}

func open(t *testing.T, prog *program, width int, profile chromedp.ContextOption) *page {
	t.Helper()
	p := &page{t: t, base: prog.url}
	p.start(width, profile)
	return p
}

func (p *page) start(width int, profile chromedp.ContextOption) {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(browser, profile, chromedp.WithListener(p.heard))
	p.ctx = ctx
	p.t.Cleanup(func() {
		if p.t.Failed() {
			p.keepShot("failed")
		}
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, s := range p.trouble {
			if !slices.ContainsFunc(p.allowed, func(words string) bool { return strings.Contains(s, words) }) {
				p.t.Errorf("in the browser's console: %s", s)
			}
		}
		for _, s := range p.dialogs {
			p.t.Errorf("a dialog opened: %s", s)
		}
	})
	p.do("open a tab", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, log.Enable, cdp.Empty{})
		return err
	}))
	p.resize(width)
}

// heard runs on the goroutine that reads what the browser says.
func (p *page) heard(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev := ev.(type) {
	case *protocol.EventLoadEventFired:
		p.loads++
	case *runtime.EventExceptionThrown:
		words := ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			words += " " + x.Description
		}
		p.trouble = append(p.trouble, "exception: "+words)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			var words []string
			for _, a := range ev.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			p.trouble = append(p.trouble, string(ev.Type)+": "+strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
			p.trouble = append(p.trouble, fmt.Sprintf("%s: %s (%s)", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL))
		}
	case *protocol.EventJavascriptDialogOpening:
		if ev.Type != protocol.DialogTypeBeforeunload {
			p.dialogs = append(p.dialogs, string(ev.Type)+": "+ev.Message)
		}
		// An answer is a command, which this goroutine must not wait for.
		go func() {
			_, _ = chromedp.Call(p.ctx, protocol.HandleJavaScriptDialog, protocol.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

// mayLog lets a line with these words stand in the console: the browser writes
// one for each answer that is not a success.
func (p *page) mayLog(words string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, words)
}

// do runs actions, each within patience.
func (p *page) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if p.loadsNow() == 0 {
		// The first action makes the tab, which lives as long as its context.
		ctx = p.ctx
	}
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.fatalf("%s: %v", what, err)
	}
}

// fatalf ends the test and says what was on the page.
func (p *page) fatalf(format string, a ...any) {
	p.t.Helper()
	p.t.Fatalf("%s\n%s", fmt.Sprintf(format, a...), p.describe())
}

func (p *page) describe() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.title + "\n" + document.body.innerText`))
	if err != nil {
		return fmt.Sprintf("(the page could not be read: %v)", err)
	}
	const most = 3000
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + " …"
	}
	return fmt.Sprintf("--- the page, %d wide ---\n%s\n--- end of the page ---", p.width, text)
}

// eval runs a script, for what no person does.
func eval[T any](p *page, script string) T {
	p.t.Helper()
	v, err := tryEval[T](p, script)
	if err != nil {
		p.fatalf("script %.80q: %v", script, err)
	}
	return v
}

func tryEval[T any](p *page, script string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// wait tries until it is so.
func (p *page) wait(what string, try func() (ok bool, why string)) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		ok, why := try()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			p.fatalf("%s: %s", what, why)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

func (p *page) loadsNow() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.loads
}

func (p *page) awaitLoad(before int, what string) {
	p.t.Helper()
	p.wait(what, func() (bool, string) { return p.loadsNow() > before, "no page came" })
}

// goTo goes to an address of the program, such as "/work".
func (p *page) goTo(path string) {
	p.t.Helper()
	p.do("go to "+path, chromedp.Navigate(p.base+strings.TrimPrefix(path, "/")))
}

// leave throws the page away, as when a lid is closed.
func (p *page) leave() {
	p.t.Helper()
	p.do("leave", chromedp.Navigate("about:blank"))
}

// menu follows a link of the menu, which a telephone folds away.
func (p *page) menu(words string) {
	p.t.Helper()
	if slices.Contains(p.names("button"), "Menu") {
		p.click(wanted{Kind: "button", Words: "Menu"})
	}
	p.follow(words)
}

// back presses the browser's own back button.
func (p *page) back() {
	p.t.Helper()
	p.do("go back", chromedp.NavigateBack())
}

// url is the address without the program's own part.
func (p *page) url() string {
	p.t.Helper()
	return "/" + strings.TrimPrefix(eval[string](p, "location.href"), p.base)
}

// resize makes the window so many pixels wide.
func (p *page) resize(width int) {
	p.t.Helper()
	p.width = width
	p.do("resize", chromedp.EmulateViewport(int64(width), height))
	// What is found before the page has that width is elsewhere a moment later.
	p.wait("be resized", func() (bool, string) {
		got, err := tryEval[int](p, "innerWidth")
		return err == nil && got == width, fmt.Sprintf("%d wide, want %d (%v)", got, width, err)
	})
	// And until it is drawn so, the mouse still points at what was drawn before.
	eval[bool](p, `new Promise((done) => {
		requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
		setTimeout(() => done(true), 500);
	})`)
}

// withoutScript turns scripts off for all pages that follow.
func (p *page) withoutScript() {
	p.t.Helper()
	p.do("turn scripts off", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// wanted says what to look for.
type wanted struct {
	Kind  string `json:"kind"`
	Words string `json:"words,omitempty"`
	Group string `json:"group,omitempty"` // the question above a group of fields
	Names bool   `json:"names,omitempty"` // the names of all of the kind, instead of one
}

func (w wanted) String() string {
	if w.Group != "" {
		return fmt.Sprintf("%s %q under %q", w.Kind, w.Words, w.Group)
	}
	return fmt.Sprintf("%s %q", w.Kind, w.Words)
}

// place is what find.js answers.
type place struct {
	X, Y    float64
	Goes    bool // pressing it leads to another page
	Value   string
	Checked bool
	Names   []string
	Wrong   string
}

func (p *page) look(w wanted) (place, error) {
	arg, err := json.Marshal(w)
	if err != nil {
		return place{}, err
	}
	at, err := tryEval[place](p, "("+findScript+")("+string(arg)+")")
	if err == nil && at.Wrong != "" {
		err = errors.New(at.Wrong)
	}
	return at, err
}

func (p *page) find(w wanted) place {
	p.t.Helper()
	var at place
	p.wait("find the "+w.String(), func() (bool, string) {
		var err error
		if at, err = p.look(w); err != nil {
			return false, err.Error()
		}
		return true, ""
	})
	return at
}

// names lists the buttons, links or fields that are there.
func (p *page) names(kind string) []string {
	p.t.Helper()
	return p.find(wanted{Kind: kind, Names: true}).Names
}

func (p *page) point(at place) {
	p.t.Helper()
	p.do("click", chromedp.MouseClickXY(at.X, at.Y))
}

func (p *page) click(w wanted) {
	p.t.Helper()
	at := p.find(w)
	before := p.loadsNow()
	p.point(at)
	if at.Goes {
		p.awaitLoad(before, "after the "+w.String())
	}
}

// press presses a button; where it leads to another page, that is there
// afterwards.
func (p *page) press(words string) {
	p.t.Helper()
	p.click(wanted{Kind: "button", Words: words})
}

// pressTwice presses a button twice, as quickly as a double click.
func (p *page) pressTwice(words string) {
	p.t.Helper()
	at := p.find(wanted{Kind: "button", Words: words})
	before := p.loadsNow()
	p.do("click twice", chromedp.MouseClickXY(at.X, at.Y), chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(2)))
	p.awaitLoad(before, "after "+words+" twice")
}

// follow presses a link.
func (p *page) follow(words string) {
	p.t.Helper()
	p.click(wanted{Kind: "link", Words: words})
}

// fill replaces what stands in the field with that label.
func (p *page) fill(label, text string) {
	p.t.Helper()
	p.fillIn("", label, text)
}

// fillIn is fill for a field of a group, such as the day of a date.
func (p *page) fillIn(group, label, text string) {
	p.t.Helper()
	w := wanted{Kind: "field", Words: label, Group: group}
	p.point(p.find(w))
	p.do("select all", chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if text == "" {
		p.keys(kb.Delete)
	} else {
		p.type_(text)
	}
	if at := p.find(w); at.Value != text {
		p.fatalf("the %s holds %.200q after %.200q was typed into it", w, at.Value, text)
	}
}

// type_ types where the cursor is: key by key, unless that would take long.
func (p *page) type_(text string) {
	p.t.Helper()
	if len(text) <= 80 && !strings.ContainsFunc(text, func(r rune) bool { _, ok := kb.Keys[r]; return !ok || r == '\n' }) {
		p.keys(text)
		return
	}
	p.do("type", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// keys presses keys, one after the other.
func (p *page) keys(keys string) {
	p.t.Helper()
	p.do("press keys", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			key, ok := kb.Keys[r]
			if !ok {
				return fmt.Errorf("there is no key %q", r)
			}
			// One event for key and character, as from a keyboard: with two, a key
			// that moves the cursor would also be typed where the cursor went.
			k := input.DispatchKeyEventParams{
				Type: kb.KeyDown, Key: key.Key, Code: key.Code,
				WindowsVirtualKeyCode: key.Windows, NativeVirtualKeyCode: key.Native,
			}
			if key.Print {
				k.Text, k.UnmodifiedText = key.Text, key.Unmodified
			}
			if key.Shift {
				k.Modifiers = int64(kb.ModifierShift)
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, k); err != nil {
				return err
			}
			k.Type, k.Text, k.UnmodifiedText = kb.KeyUp, "", ""
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, k); err != nil {
				return err
			}
		}
		return nil
	}))
}

// holds is what stands in a field.
func (p *page) holds(label string) string {
	p.t.Helper()
	return p.find(wanted{Kind: "field", Words: label}).Value
}

// wantField says that a field holds a text.
func (p *page) wantField(label, text string) {
	p.t.Helper()
	if got := p.holds(label); got != text {
		p.fatalf("field %q holds %.200q, want %.200q", label, got, text)
	}
}

// choose ticks a box or takes a choice.
func (p *page) choose(label string) {
	p.t.Helper()
	w := wanted{Kind: "choice", Words: label}
	p.click(w)
	if !p.find(w).Checked {
		p.fatalf("%q is not chosen after it was clicked", label)
	}
}

// wantChosen says that a choice is taken.
func (p *page) wantChosen(label string) {
	p.t.Helper()
	if !p.find(wanted{Kind: "choice", Words: label}).Checked {
		p.fatalf("%q is not chosen", label)
	}
}

// text is what can be read on the page, on one line.
func (p *page) text() (string, error) {
	return tryEval[string](p, `document.body.innerText.replace(/\s+/g, " ")`)
}

// see waits until these words can be read.
func (p *page) see(words ...string) {
	p.t.Helper()
	for _, w := range words {
		p.wait("see "+w, func() (bool, string) {
			text, err := p.text()
			if err != nil {
				return false, err.Error()
			}
			return strings.Contains(text, plain(w)), "it is not there"
		})
	}
}

// wantNot says that these words cannot be read.
func (p *page) wantNot(words ...string) {
	p.t.Helper()
	text, err := p.text()
	if err != nil {
		p.fatalf("read the page: %v", err)
	}
	for _, w := range words {
		if strings.Contains(text, plain(w)) {
			p.fatalf("the page says %q", w)
		}
	}
}

func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

// wantTitle waits for the page with that heading.
func (p *page) wantTitle(words string) {
	p.t.Helper()
	p.wait("be on the page "+words, func() (bool, string) {
		h, err := tryEval[string](p, `document.querySelector("h1")?.innerText ?? ""`)
		if err != nil {
			return false, err.Error()
		}
		return plain(h) == words, fmt.Sprintf("its heading is %q", h)
	})
}

// wantAlert says that something which a screen reader speaks up about has
// these words.
func (p *page) wantAlert(words string) {
	p.t.Helper()
	p.wait("be alerted of "+words, func() (bool, string) {
		alerts, err := tryEval[[]string](p, `[...document.querySelectorAll("[role=alert]")].map((e) => e.innerText.replace(/\s+/g, " "))`)
		if err != nil {
			return false, err.Error()
		}
		return slices.ContainsFunc(alerts, func(a string) bool { return strings.Contains(a, words) }), fmt.Sprintf("the alerts are %q", alerts)
	})
}

// A focus is where the keyboard is.
type focus struct {
	Tag     string
	Name    string // its label or its text
	ID      string
	Outline bool // whether it can be seen that it is there
	InView  bool
	Covered string // what lies over it
}

// focused is where the keyboard is now.
func (p *page) focused() focus {
	p.t.Helper()
	return eval[focus](p, `(() => {
		const el = document.activeElement;
		const plain = (s) => (s ?? "").replace(/\s+/g, " ").trim();
		const box = el.getBoundingClientRect();
		// The design system draws the ring of a choice beside its box.
		const drawn = [getComputedStyle(el), getComputedStyle(el.nextElementSibling ?? el, "::before")];
		const seen = (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
		return {
			Tag: el.tagName.toLowerCase(), ID: el.id,
			Name: plain(el.labels?.[0]?.textContent ?? el.getAttribute("aria-label") ?? el.textContent).slice(0, 200),
			Outline: seen(drawn[0]) || (el.matches("input[type=radio], input[type=checkbox]") && seen(drawn[1])),
			InView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
			Covered: (() => {
				if (el === document.body) return "";
				// All that counts is a part of it: it may be taller than the window.
				const rows = [...el.getClientRects()].flatMap((r) => [r.top + 2, r.top + r.height / 2, r.bottom - 2].map((y) => [r.left + Math.min(r.width / 2, 200), y]));
				const tops = rows.map(([x, y]) => document.elementFromPoint(x, y));
				const own = (e) => e && (el.contains(e) || e.contains(el) || (el.labels && [...el.labels].some((l) => l.contains(e))));
				return tops.some(own) ? "" : (tops.find((e) => e)?.outerHTML ?? "the edge of the window").slice(0, 150);
			})(),
		};
	})()`)
}

// shot keeps a picture of the page at both widths, where CASEFILE_SHOTS names a
// folder.
func (p *page) shot(name string) {
	p.t.Helper()
	if os.Getenv("CASEFILE_SHOTS") == "" {
		return
	}
	before := p.width
	for _, width := range []int{wide, narrow} {
		p.resize(width)
		p.keepShot(name)
	}
	p.resize(before)
}

// keepShot keeps one picture at the width as it is.
func (p *page) keepShot(name string) {
	dir := os.Getenv("CASEFILE_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	// In a window as tall as the page, so that what sticks to the window's edge
	// lies over nothing.
	tall, err := chromedp.Run(ctx, chromedp.Evaluate[int64]("document.documentElement.scrollHeight"))
	var png []byte
	if err == nil {
		err = chromedp.Do(ctx, chromedp.EmulateViewport(int64(p.width), max(tall, height)))
	}
	if err == nil {
		png, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
	}
	if err == nil {
		err = chromedp.Do(ctx, chromedp.EmulateViewport(int64(p.width), height))
	}
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		test := strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name())
		err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s.%s.%d.png", test, name, p.width)), png, 0o644)
	}
	if err != nil {
		p.t.Errorf("picture %s: %v", name, err)
	}
}
