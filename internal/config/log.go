package config

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"strings"
)

// Logger makes the logger of a program. It lets through what is known to be
// harmless and withholds the rest, so that a name, a search or a form that
// reaches it by mistake does not reach the log:
//
//   - values of types of their own are withheld, unless the type is an
//     identifier (its name is or ends in ID), a number, a truth value, an error,
//     a time, or decides for itself with LogValue;
//   - attributes whose key names something personal are withheld.
//
// Messages and errors are written by us and hold no personal data; that is a
// rule of the house, which no handler can check.
func Logger(w io.Writer, level slog.Level, asJSON bool) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if asJSON {
		return slog.New(Discreet(slog.NewJSONHandler(w, o)))
	}
	return slog.New(Discreet(slog.NewTextHandler(w, o)))
}

// Discreet wraps a handler as Logger describes.
func Discreet(h slog.Handler) slog.Handler { return discreet{h} }

type discreet struct{ next slog.Handler }

func (d discreet) Enabled(ctx context.Context, l slog.Level) bool { return d.next.Enabled(ctx, l) }

func (d discreet) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(discreetAttr(a))
		return true
	})
	return d.next.Handle(ctx, clean)
}

func (d discreet) WithAttrs(as []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(as))
	for i, a := range as {
		clean[i] = discreetAttr(a)
	}
	return discreet{d.next.WithAttrs(clean)}
}

func (d discreet) WithGroup(name string) slog.Handler { return discreet{d.next.WithGroup(name)} }

// personal are keys under which nothing is logged, whatever it is.
var personal = []string{
	"name", "first-name", "last-name", "surname", "forename", "born", "birth", "dob", "address", "postcode",
	"phone", "email", "login", "user", "query", "search", "q", "text", "note", "answer", "answers", "form", "body",
	"args", "sql", "password", "secret", "token", "cookie", "code", "payload", "url", "path",
}

func discreetAttr(a slog.Attr) slog.Attr {
	key := strings.ToLower(strings.ReplaceAll(a.Key, "_", "-"))
	if slices.Contains(personal, key) {
		return slog.String(a.Key, withheld)
	}
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindGroup:
		var inner []slog.Attr
		for _, g := range v.Group() {
			inner = append(inner, discreetAttr(g))
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(inner...)}
	case slog.KindAny:
		return slog.Attr{Key: a.Key, Value: discreetAny(v.Any())}
	}
	return slog.Attr{Key: a.Key, Value: v}
}

func discreetAny(v any) slog.Value {
	if err, ok := v.(error); ok {
		return slog.StringValue(err.Error()) // as text: a handler must not look inside
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Invalid:
		return slog.AnyValue(nil)
	case reflect.Bool:
		return slog.BoolValue(r.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return slog.Int64Value(r.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return slog.Uint64Value(r.Uint())
	case reflect.Float32, reflect.Float64:
		return slog.Float64Value(r.Float())
	case reflect.String:
		if strings.HasSuffix(r.Type().Name(), "ID") {
			return slog.StringValue(r.String())
		}
	}
	return slog.StringValue(fmt.Sprintf("%s (%T)", withheld, v))
}
