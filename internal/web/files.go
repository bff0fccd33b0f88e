package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/web/file"
	"casefile/internal/web/files"
)

// fileTime is how long sending or fetching one file may take: the largest over
// a line of a megabit a second. It is our own choice.
const fileTime = 15 * time.Minute

func filesPath(ref id.Reference) string { return "/children/" + ref.String() + file.Files }

// GET /children/{ref}/files
func (s *Server) files(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	at := trailOf(r)
	f, err := casework.Open(r.Context(), s.Casework, look, casework.FilesPart(at.before))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, files.List(files.ListPage{
		File:   s.file(r, f.Header, f.Offers),
		Masked: f.Outcome == access.Masked,
		Files:  f.Value.Files, MayAdd: f.Value.MayAdd,
		Newer: at.newer(), Older: at.older(f.Value.Older), Told: s.told(r),
	}))
}

// GET /children/{ref}/files/add
func (s *Server) chooseFile(w http.ResponseWriter, r *http.Request) error {
	return s.addFilePage(w, r, http.StatusOK, media.Typed{}, nil)
}

func (s *Server) addFilePage(w http.ResponseWriter, r *http.Request, status int, typed media.Typed, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.AddFilePart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, files.Add(files.AddPage{
		File: s.file(r, f.Header, f.Offers), ID: media.ID(id.New()), Rules: s.Casework.FileRules(), Typed: typed, Problems: ps,
	}))
}

// POST /children/{ref}/files/add
//
// The content goes through without being held, neither in memory nor readable
// on this machine's disk. So the file comes last in the form.
func (s *Server) addFile(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	// Room to hear out a file that is too large: a browser whose file is not
	// read to its end shows no answer.
	if err := allow(w, r, maxBody+2*s.Casework.FileRules().Largest(), fileTime); err != nil {
		return err
	}
	up, err := readUpload(r)
	if err == nil {
		_, err = s.Casework.AddFile(r.Context(), look.Actor, look.Reference, up)
	}
	if err == nil {
		s.Sessions.Tell(r.Context(), toldAdded)
		http.Redirect(w, r, filesPath(look.Reference), http.StatusSeeOther)
		return nil
	}
	_, _ = io.Copy(io.Discard, r.Body) // the answer is the same, however much more there was
	if ps := problemsOf(err, media.FieldFile); ps != nil {
		return s.addFilePage(w, r, http.StatusUnprocessableEntity, up.Typed, ps)
	}
	return err
}

const (
	fieldFileID = "file-id"
	maxField    = 4096 // bytes
	maxParts    = 20
)

var errNotOurForm = fault.New(fault.Invalid, "What your browser sent could not be read.")

// readUpload reads the form up to the file, whose content is still to be read.
// Without one, the content is empty.
func readUpload(r *http.Request) (casework.Upload, error) {
	up := casework.Upload{Content: strings.NewReader("")}
	form, err := r.MultipartReader()
	if err != nil {
		return up, errNotOurForm // the cause quotes what was sent
	}
	for range maxParts {
		part, err := form.NextPart()
		if err == io.EOF {
			return up, nil
		}
		if err != nil {
			return up, errNotOurForm
		}
		if part.FormName() == media.FieldFile {
			up.Name, up.Content = part.FileName(), part
			return up, nil
		}
		if err := readField(&up, part); err != nil {
			return up, err
		}
	}
	return up, errNotOurForm
}

func readField(up *casework.Upload, part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil || len(b) > maxField {
		return errNotOurForm
	}
	value := storable(string(b))
	switch part.FormName() {
	case fieldFileID:
		up.ID = media.ID(value)
	case media.FieldTitle:
		up.Title = value
	case media.FieldDay:
		up.Day = value
	case media.FieldMonth:
		up.Month = value
	case media.FieldYear:
		up.Year = value
	case media.FieldPortrait:
		up.Portrait = value == "yes"
	case media.FieldDiagram:
		up.Diagram = value == "yes"
	}
	return nil
}

// GET /children/{ref}/files/{file}
//
// Nothing is shown in the browser by this: it is told to save the file, and, should
// it show it all the same, to let it do nothing.
func (s *Server) fileContent(w http.ResponseWriter, r *http.Request) error {
	return s.giveFile(w, r, false)
}

// GET /children/{ref}/files/{file}/view
func (s *Server) viewPicture(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key := r.PathValue("file")
	if !id.Valid(key) {
		return errNothing
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.PicturePart(media.ID(key)))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, files.View(files.ViewPage{File: s.file(r, f.Header, f.Offers), Photograph: f.Value}))
}

// GET /children/{ref}/files/{file}/picture
//
// The content of a photograph, for the page that shows it; of anything else there
// is none here. It is the same look, by the same door, as saving the file.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) error {
	return s.giveFile(w, r, true)
}

// giveFile gives the content of a file: to save, or inside a page of ours.
func (s *Server) giveFile(w http.ResponseWriter, r *http.Request, inside bool) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key := r.PathValue("file")
	if !id.Valid(key) {
		return errNothing
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.FilePart(media.ID(key)))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	defer func() { _ = f.Value.Content.Close() }() // only read from: nothing can be lost in closing
	if inside && !f.Value.Showable() {
		return errNothing
	}
	content := &noted{r: bufio.NewReader(f.Value.Content)}
	if _, err := content.r.Peek(1); err != nil { // while there can still be a page that says so
		return fmt.Errorf("read file %s: %w", key, err)
	}
	if err := allow(w, r, maxBody, fileTime); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", f.Value.MediaType)
	h.Set("Content-Length", strconv.FormatInt(f.Value.Size, 10))
	h.Set("Content-Disposition", attachment(f.Value.Name()))
	if inside {
		h.Set("Content-Disposition", "inline")
	}
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(w, content); err != nil {
		if content.err != nil {
			s.Log.ErrorContext(r.Context(), "a file broke off", slog.String("file", key), slog.Any("error", content.err))
		}
		panic(http.ErrAbortHandler) // so that the browser does not take a part for the whole
	}
	return nil
}

// noted notes what goes wrong in reading, to tell it from a browser that went
// away.
type noted struct {
	r   *bufio.Reader
	err error
}

func (n *noted) Read(p []byte) (int, error) {
	m, err := n.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return m, err
}

// attachment has a browser save what it is sent, under a name of any letters;
// the first form is for those that know only the second half of the rule.
// Source: RFC 6266 and RFC 5987.
func attachment(name string) string {
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%' {
			return '_'
		}
		return c
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
