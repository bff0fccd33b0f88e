package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"casefile/definitions"
	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/form"
	"casefile/internal/web/documents"
	"casefile/internal/web/frame"
	"casefile/internal/web/static"
)

type formPreviewCmd struct {
	Definitions string `help:"A folder of definitions that the form may name things of." type:"existingdir"`
	Listen      string `default:"127.0.0.1:0" help:"Address and port, on this machine only. Port 0 takes a free one."`
	File        string `arg:"" help:"The file of the form, such as NAME.v2.yaml."`
}

// Run serves the form's pages until it is stopped. The file is read anew for each page.
func (c *formPreviewCmd) Run(ctx context.Context) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("--listen: a preview is for this machine only: use 127.0.0.1 or localhost")
	}
	if _, err := definition.CheckForms(definitions.FS, c.Definitions, []string{c.File}, io.Discard); err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen at %s: %w", c.Listen, err)
	}
	fmt.Printf("The form is at http://%s/ and nothing is saved. Stop it with Ctrl-C.\n", l.Addr())
	server := &http.Server{Handler: newPreview(c.Definitions, c.File), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() }) // nothing is saved that could be lost
	defer stopped()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A preview is a form's pages over answers that are kept in memory alone.
type preview struct {
	folder, file string

	mu      sync.Mutex
	answers form.Answers
}

func newPreview(folder, file string) http.Handler {
	p := &preview{folder: folder, file: file}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", static.Handler())
	mux.HandleFunc("GET /{$}", p.sections)
	mux.HandleFunc("POST /clear", p.clear)
	mux.HandleFunc("GET /sections/{section}", p.section)
	mux.HandleFunc("POST /sections/{section}", p.try)
	return http.NewCrossOriginProtection().Handler(mux)
}

var previewFrame = frame.Frame{Authority: "Preview of a form"}

// form reads the form, or answers with what is wrong with it and gives nil.
func (p *preview) form(w http.ResponseWriter, r *http.Request) *form.Form {
	var said strings.Builder
	forms, err := definition.CheckForms(definitions.FS, p.folder, []string{p.file}, &said)
	if err != nil {
		said.WriteString(err.Error())
	}
	if len(forms) == 0 {
		w.Header().Set("Refresh", "2")
		p.render(w, r, http.StatusUnprocessableEntity, documents.PreviewMistakes(previewFrame, p.file, said.String()))
		return nil
	}
	return forms[0]
}

func (p *preview) render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	var b strings.Builder
	if err := page.Render(r.Context(), &b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, b.String()) // the only failure is that nobody listens any more
}

func (p *preview) today() date.Date { return date.Of(time.Now().In(date.London)) }

func (p *preview) sections(w http.ResponseWriter, r *http.Request) {
	f := p.form(w, r)
	if f == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := form.Context{Today: p.today()}
	j := f.Judge(p.answers, c)
	w.Header().Set("Refresh", "5") // nothing is typed here that it could take away
	p.render(w, r, http.StatusOK, documents.Preview(documents.PreviewPage{Frame: previewFrame, Form: f, Judgement: j, Printed: f.PrintJudged(j, p.answers, c)}))
}

func (p *preview) clear(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.answers = form.Answers{}
	p.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (p *preview) section(w http.ResponseWriter, r *http.Request) {
	if f := p.form(w, r); f != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.page(w, r, f, http.StatusOK, false)
	}
}

// page is a section with the answers as they are.
func (p *preview) page(w http.ResponseWriter, r *http.Request, f *form.Form, status int, all bool) {
	i := slices.IndexFunc(f.Sections, func(s form.Section) bool { return s.ID == r.PathValue("section") })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	sec := f.Sections[i]
	j := f.Judge(p.answers, form.Context{Today: p.today()})
	page := documents.PreviewPage{Frame: previewFrame, Form: f, Judgement: j, Fields: documents.Fields{
		Form: f, Section: sec, Answers: p.answers.Sections[sec.ID], Me: "yourself", Today: p.today(), Codes: p.codes, Extra: r.PostForm.Get(documents.Add),
	}}
	for _, s := range j.Sections {
		if s.ID == sec.ID {
			page.Fields.Shown = s.Questions
		}
	}
	page.Fields.Beside, page.Problems = documents.Problems(f, sec.ID, j.Problems, func(x form.Problem) bool { return all || x.Drafting() })
	p.render(w, r, status, documents.PreviewSection(page))
}

func (p *preview) codes(id string) (codeset.Set, bool) {
	set, err := definition.Load(definitions.FS, p.folder)
	if err != nil {
		return codeset.Set{}, false
	}
	return set.CodeSet(id)
}

// try takes answers up and shows the section again, with all that is wrong or missing.
func (p *preview) try(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<20)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "What was sent could not be read.", http.StatusBadRequest)
		return
	}
	f := p.form(w, r)
	if f == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range f.Sections {
		if s.ID != r.PathValue("section") {
			continue
		}
		values := documents.Sent(s, r.PostForm)
		for _, q := range s.Ask {
			if said, ok := values[q.ID].(string); ok && q.Kind == form.Signature && said != "" {
				values[q.ID] = map[string]any{"by": "yourself", "role": "preview", "on": p.today().String()}
			}
		}
		p.answers = documents.Over(p.answers, s.ID, values)
		p.answers = f.Canonical(p.answers, form.Context{Today: p.today()})
	}
	p.page(w, r, f, http.StatusOK, r.PostForm.Get(documents.Add) == "")
}
