package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A form is shown as its pages would be; the file is read anew for each page, and what is
// wrong with it stands there with file and line; nothing but answers in memory is kept.
func TestFormPreview(t *testing.T) {
	body, err := os.ReadFile("../../internal/casework/testdata/documents/forms/participation/plan.v1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir() // what the form leads to, without the form
	if err := errors.Join(os.CopyFS(folder, os.DirFS("../../internal/casework/testdata/documents")), os.Remove(filepath.Join(folder, "forms", "participation", "plan.v1.yaml"))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "plan.v1.yaml")
	put := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(string(body))
	h := newPreview(folder, file)
	ask := func(method, path string, form url.Values, status int, want ...string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s %s: %d, want %d", method, path, w.Code, status)
		}
		for _, words := range want {
			if !strings.Contains(w.Body.String(), words) {
				t.Errorf("%s %s does not say %q:\n%s", method, path, words, w.Body)
			}
		}
	}
	ask("GET", "/", nil, http.StatusOK, "nothing is saved", "Where things stand", "Not needed as things are", "Select yes or no: Is it working?")
	ask("GET", "/sections/start", nil, http.StatusOK, "How many hours a week?", "[observed]")
	ask("GET", "/sections/nowhere", nil, http.StatusNotFound)
	ask("POST", "/sections/start", url.Values{"asked": {"working", "hours"}, "a--working": {"no"}, "a--hours": {"lots"}}, http.StatusOK, "Enter a whole number", `value="lots"`, "Enter an answer: Why not?")
	ask("GET", "/", nil, http.StatusOK, "Trouble", "/sections/trouble")
	put(strings.Replace(string(body), "How many hours a week?", "How many days a week?", 1))
	ask("GET", "/sections/start", nil, http.StatusOK, "How many days a week?", `value="lots"`)
	put(strings.Replace(string(body), "start.effort < 3", "start.efort < 3", 1))
	ask("GET", "/", nil, http.StatusUnprocessableEntity, "The form has mistakes", "plan.v1.yaml:", "efort")
	put(string(body))
	ask("POST", "/clear", nil, http.StatusSeeOther)
	ask("GET", "/sections/start", nil, http.StatusOK, `name="a--hours"`)
}

// Each form that the program comes with is shown whole.
func TestPreviewOfEveryForm(t *testing.T) {
	files, err := filepath.Glob("../../definitions/forms/*/*.yaml")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d forms, %v", len(files), err)
	}
	for _, file := range files {
		h := newPreview("", file)
		get := func(path string) string {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if w.Code != http.StatusOK {
				t.Errorf("%s: %s answers %d:\n%s", file, path, w.Code, w.Body)
			}
			return w.Body.String()
		}
		links := regexp.MustCompile(`href="(/sections/[a-z0-9-]+)`).FindAllStringSubmatch(get("/"), -1)
		if len(links) == 0 {
			t.Errorf("%s: no section is shown", file)
		}
		for _, l := range links {
			get(l[1])
		}
	}
}
