package file_test

import (
	"bytes"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/service"
	"casefile/internal/web/file"
)

// words are no definitions at all.
type words struct{}

func (words) Codes(string) (codeset.Set, bool)          { return codeset.Set{}, false }
func (words) Definition(string) (service.Service, bool) { return service.Service{}, false }
func (words) RoleTitle(access.Role) string              { return "" }
func (words) KindTitle(kind string) string              { return kind }
func (words) Today() date.Date                          { return date.Must(2026, 3, 5) }

// To say that nobody has looked would be untrue.
func TestMaskedLooksSayThatSomethingIsThere(t *testing.T) {
	var b bytes.Buffer
	page := file.LooksPage{File: file.File{Words: words{}}, Masked: true}
	if err := file.ShowLooks(page).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "There are no earlier looks") || !strings.Contains(b.String(), "your role does not show you") {
		t.Errorf("a masked page of looks:\n%s", b.String())
	}
}
