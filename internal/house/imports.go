package house

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

const module = "casefile"

// A floor is where a package stands; imports go down, never up. Source:
// docs/design.md, "The house".
type floor int

const (
	leaf    floor = iota // know nothing of the house
	domain               // our rules, with no database and no web in sight
	support              // keys, settings, sign-in, the runner of jobs: what the program needs beside its rules
	storage              // the contract
	engine               // SQL
	useCase              // casework, directory, report
	door                 // pages and the API
	command              // cmd, and the packages that only tests use
)

// floors lists every package that is not below another in this list. A new one
// is given its floor here, so that it is a decision.
var floors = map[string]floor{
	"fault": leaf, "date": leaf, "id": leaf, "clause": leaf, "house": leaf, "genogram": leaf, "scan": leaf,

	"person": domain, "staff": domain, "entry": domain, "media": domain, "service": domain, "footprint": domain,
	"concern": domain, "watch": domain, "correction": domain,
	"codeset": domain, "calendar": domain, "caseload": domain, "match": domain, "access": domain, "definition": domain,
	"right": domain,
	"form":  domain, "document": domain, "plan": domain, "task": domain, "wording": domain, "meeting": domain, "alert": domain,

	// The engines keep what auth and jobs ask to have kept, so both are below.
	"keys": support, "config": support, "auth": support, "jobs": support, "intake": support, "blob": support,
	"population": support, "oidc": support, "mail": support,

	"store": storage,

	"store/sqldb": engine, "store/sqlite": engine, "store/postgres": engine,

	"casework": useCase, "directory": useCase, "report": useCase,

	"web": door, "api": door,

	"store/storetest": command, "media/mediatest": command, "oidc/oidctest": command, "mail/mailtest": command,
}

// place finds the floor of a package: its own, or that of the nearest one above.
func place(pkg string) (name string, f floor, ok bool) {
	if pkg == module+"/definitions" {
		return "definitions", leaf, true // data, embedded
	}
	for _, top := range []string{"cmd", "tests"} {
		if pkg == module+"/"+top || strings.HasPrefix(pkg, module+"/"+top+"/") {
			return top, command, true
		}
	}
	rest, internal := strings.CutPrefix(pkg, module+"/internal/")
	for internal && rest != "" {
		if f, ok := floors[rest]; ok {
			return rest, f, true
		}
		i := strings.LastIndex(rest, "/")
		if i < 0 {
			break
		}
		rest = rest[:i]
	}
	return "", 0, false
}

// Imports finds arrows that point back. It reads what files that are not tests
// import, whatever their build tags; a test may bring what it likes.
func Imports(root fs.FS) ([]Finding, error) {
	all, err := sources(root, "cmd", "definitions", "internal", "tests")
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, s := range all {
		if s.isTest() {
			continue
		}
		from := module + "/" + s.room()
		if _, _, ok := place(from); !ok {
			found = append(found, Finding{s.name, s.line(s.Package), fmt.Sprintf("%s has no floor; give it one in internal/house/imports.go", from)})
			continue
		}
		for _, spec := range s.File.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return nil, err
			}
			if why := backwards(from, to); why != "" {
				found = append(found, Finding{s.name, s.line(spec.Pos()), short(from) + " → " + short(to) + ": " + why})
			}
		}
	}
	return found, nil
}

func short(pkg string) string {
	return strings.TrimPrefix(strings.TrimPrefix(pkg, module+"/"), "internal/")
}

// backwards says why one package may not import another; "" when it may.
func backwards(from, to string) string {
	a, fa, _ := place(from)
	if fa == domain {
		for _, outside := range []string{"database/sql", "net/http"} {
			if to == outside || strings.HasPrefix(to, outside+"/") {
				return "the rules of the domain know no database and no web"
			}
		}
	}
	if !strings.HasPrefix(to, module+"/") {
		return ""
	}
	b, fb, ok := place(to)
	switch {
	case fa == command:
		return ""
	case !ok:
		return "it has no floor; give it one in internal/house/imports.go"
	case a == b:
		return "" // inside one room
	case fb == command:
		return "only commands and tests use it"
	case fa == leaf:
		return "a leaf imports no other package of ours"
	case fa == domain && fb > domain:
		return "the rules of the domain rest on other rules and on leaves alone"
	case a == "store" && fb > domain:
		return "the contract rests on the domain and on leaves alone"
	case fb == engine && !(fa == engine && b == "store/sqldb"):
		return "only commands and tests choose an engine"
	case b == "store" && fa != engine && a != "casework":
		return "records are reached through casework alone"
	case a == "casework" && b == "directory", a == "directory" && b == "casework":
		return "a case system and the directory meet at the directory's own interface, like anybody else's"
	case fb > fa:
		return "imports go down the house, never up"
	}
	return ""
}
