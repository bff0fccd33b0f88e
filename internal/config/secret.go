package config

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// A Secret is text that must not be printed, logged or encoded by accident: all
// of these show "withheld". Reveal gives it to the one place that needs it. The
// zero Secret is none.
type Secret struct{ text string }

const withheld = "withheld"

// NewSecret makes a secret of text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal is the text itself.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether there is none.
func (s Secret) IsZero() bool { return s.text == "" }

// Format hides the secret from every verb of package fmt, %#v and %x included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, s.String()) } // a Formatter cannot report

// String is "withheld", or empty where there is no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return withheld
}

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from encoders, JSON among them.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Lookup finds a variable of the environment. os.LookupEnv is one.
type Lookup func(name string) (value string, ok bool)

// ReadSecret reads a secret from the variable name, or from the file that the
// variable name_FILE names; one newline at the end of the file is dropped. With
// neither set it is the zero Secret. Errors are sentences that do not hold it.
func ReadSecret(lookup Lookup, name string) (Secret, error) {
	value, given := lookup(name)
	file, inFile := lookup(name + "_FILE")
	switch {
	case given && inFile:
		return Secret{}, fmt.Errorf("%s and %s_FILE are both set: keep one", name, name)
	case given && value == "":
		return Secret{}, fmt.Errorf("%s is set but empty", name)
	case given:
		return Secret{value}, nil
	case !inFile:
		return Secret{}, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return Secret{}, fmt.Errorf("%s_FILE: %w", name, withoutOp(err))
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if text == "" {
		return Secret{}, fmt.Errorf("%s_FILE: %s is empty", name, file)
	}
	return Secret{text}, nil
}

// withoutOp drops "open" from a file error: the sentence around it says more.
func withoutOp(err error) error {
	if e, ok := err.(*fs.PathError); ok {
		return fmt.Errorf("%s: %w", e.Path, e.Err)
	}
	return err
}
