package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/keys"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
)

// MostFound is how many people a search shows. Where there are more, it says
// so, and asks for more to go by.
const MostFound = 25

// An Ask is what a search is for: what was typed into the one box, and into the
// form with a box for each part.
type Ask struct {
	Typed  string       `json:"typed,omitempty"`
	Fields match.Fields `json:"fields,omitzero"`
	Show   string       `json:"show,omitempty"` // whom: one of those below; empty for everybody
}

// Whom a search shows.
const (
	ShowUnderAge = "under-18"
	ShowOfAge    = "18-and-over"
)

func (k Ask) ages() store.Ages {
	switch k.Show {
	case ShowUnderAge:
		return store.UnderAge
	case ShowOfAge:
		return store.OfAge
	}
	return store.AllAges
}

// query reads it.
func (k Ask) query(n *match.Nicknames) match.Query {
	return n.ParseQuery(k.Typed).With(n.Query(k.Fields))
}

// words is how it stands in the footprint.
func (k Ask) words() string {
	switch k.Show {
	case ShowUnderAge, ShowOfAge:
		return k.said() + " (" + strings.ReplaceAll(k.Show, "-", " ") + ")"
	}
	return k.said()
}

func (k Ask) said() string {
	if !k.Fields.Filled() {
		return k.Typed
	}
	f := k.Fields
	var parts []string
	if k.Typed != "" {
		parts = append(parts, k.Typed)
	}
	for _, p := range []struct{ name, value string }{
		{"given", f.Given},
		{"family", f.Family},
		{"born", strings.Join(strings.Fields(f.Day+" "+f.Month+" "+f.Year), " ")},
		{"age", f.Age},
		{"postcode", f.Postcode},
		{"number", f.Number},
	} {
		if p.value != "" {
			parts = append(parts, p.name+": "+p.value)
		}
	}
	return strings.Join(parts, "; ")
}

// Found is what a search shows.
type Found struct {
	People []person.Found
	More   bool     // there are others
	Tied   bool     // so many answer equally well that more is needed to tell them apart
	Add    []string // what would narrow it, of those below
	Unread []string // what was typed and could not be understood
	Asked  bool     // there was something to look for
}

// What narrows a search.
const (
	AddName     = "name"
	AddBorn     = "born"
	AddPostcode = "postcode"
)

// tied is how many answer equally well before a search is to be narrowed.
const tied = 10

// Find searches by what was typed into the one box.
func (s *Service) Find(ctx context.Context, a Actor, typed string) (Found, error) {
	return s.FindBy(ctx, a, Ask{Typed: typed})
}

// FindBy searches the files in the viewer's scope: by name, reference,
// identifier, date of birth and postcode. A search is a look: it leaves a
// footprint for itself and one for each person shown.
func (s *Service) FindBy(ctx context.Context, a Actor, ask Ask) (Found, error) {
	q := ask.query(s.set().Nicknames())
	if q.IsZero() {
		return Found{Unread: q.Unread}, nil
	}
	found := Found{Unread: q.Unread, Asked: true}
	list, err := s.list(ctx, a, listing{terms: ask.words(), atLeast: everybody(access.ReasonFirst), read: func(r store.Reader, v access.Viewer) ([]person.Found, error) {
		people, err := s.search(ctx, r, v, q, ask.ages())
		found.More = len(people) > MostFound
		found.Tied = len(people) > tied && people[tied].Score == people[0].Score
		return people[:min(len(people), MostFound)], err
	}})
	found.People = list
	if found.More || found.Tied {
		found.Add = narrows(q)
	}
	return found, err
}

// search reads one more than is shown.
func (s *Service) search(ctx context.Context, r store.Reader, v access.Viewer, q match.Query, ages store.Ages) ([]person.Found, error) {
	table := s.set().Access()
	return r.FindPeople(ctx, store.Search{
		Query: q, Now: date.At(s.now()), Limit: MostFound + 1, Ages: ages,
		Scope: table.Scope(v, access.Identity, access.Find, access.ReasonFirst),
		Whole: table.Scope(v, access.Identity, access.Find, access.Shown),
	})
}

// narrows says what could be added to a query.
func narrows(q match.Query) []string {
	var add []string
	if len(q.Words) < 2 {
		add = append(add, AddName)
	}
	if q.Born.IsZero() {
		add = append(add, AddBorn)
	}
	if q.Postcode == "" {
		add = append(add, AddPostcode)
	}
	return add
}

// Likely finds those in the viewer's scope who may be the same person as one
// whose file is to be made, the likeliest first, each with the reasons. It is a
// search, and leaves its footprints.
func (s *Service) Likely(ctx context.Context, a Actor, n person.New) ([]person.Found, error) {
	q := s.set().Nicknames().Of(n.Card())
	if q.IsZero() {
		return nil, nil
	}
	return s.list(ctx, a, listing{terms: n.Card().Said(), atLeast: everybody(access.ReasonFirst), read: func(r store.Reader, v access.Viewer) ([]person.Found, error) {
		people, err := s.search(ctx, r, v, q, store.AllAges)
		return people[:min(len(people), tied)], err
	}})
}

// SealSearch makes a search into something that can stand in an address: sealed,
// and only for the worker who made it. It leads back to the search, which is then
// made, and leaves its footprints, anew. It shows, too, that a search was made.
func (s *Service) SealSearch(a Actor, ask Ask) (string, error) {
	plain, err := json.Marshal(ask)
	if err != nil {
		return "", err
	}
	return s.sealText(plain, searchPlace(a))
}

// Start is what a search says of a child for whom a file is to be made, as a form
// has it: names with capitals, the day of birth and a whole postcode. What is not
// sure is left for whoever makes the file.
func (s *Service) Start(ask Ask) person.Form {
	q := ask.query(s.set().Nicknames())
	f := person.Form{}
	put := func(name, value string) {
		if value != "" {
			f[name] = value
		}
	}
	typed := match.ParseQuery(ask.Typed).Spelt
	for i, w := range typed {
		if r := []rune(w); strings.ToLower(w) == w {
			typed[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
		}
	}
	switch n := len(typed); {
	case ask.Fields.Given != "" || ask.Fields.Family != "":
		put("given", ask.Fields.Given)
		put("family", ask.Fields.Family)
	case n == 1:
		put("given", typed[0])
	case n > 1:
		put("given", strings.Join(typed[:n-1], " "))
		put("family", typed[n-1])
	}
	if !q.Born.IsZero() {
		f["say"] = person.SayDay
		f.SetDay("born", q.Born)
	}
	if match.Whole(q.Postcode) {
		f["postcode"] = q.Postcode
	}
	return f
}

// OpenSearch is what SealSearch sealed for the same worker; NotFound otherwise.
func (s *Service) OpenSearch(a Actor, token string) (Ask, error) {
	var ask Ask
	plain, err := s.openText(token, searchPlace(a))
	if err == nil {
		err = json.Unmarshal(plain, &ask)
	}
	if err != nil {
		return Ask{}, fault.Wrap(fault.NotFound, "There is no such search.", err)
	}
	return ask, nil
}

func searchPlace(a Actor) []byte { return keys.Row("search", string(a.Worker), "typed") }

// MayFind reports whether a role finds children at all, whatever ties the
// worker to them: whether to offer a search.
func (s *Service) MayFind(role access.Role) bool {
	return len(s.set().Access().Scope(access.Viewer{Role: role}, access.Identity, access.Find, access.ReasonFirst).Gives) > 0
}

// everybody says the same of everybody on a list.
func everybody(o access.Outcome) func(person.ID) access.Outcome {
	return func(person.ID) access.Outcome { return o }
}

// A listing is a list of named people, which is a search: one footprint for the
// list, one for each person on it. Those of whom the viewer may find less than
// atLeast, at the moment of leaving the footprints, are not shown; of those who
// are found for a reason only, little is.
type listing struct {
	terms string
	// part is the part of a file that the footprints are of: who looks into something
	// must not be given away by a list of it. Empty for who somebody is.
	part access.Part
	// shows is the part that must be shown of somebody, too; empty for none. nil is none
	// of anybody.
	shows func(person.ID) access.Part
	// besides are further parts that must be shown of somebody; nil is none of anybody.
	besides func(person.ID) []access.Part
	// forAction says that somebody is to do something about those on the list, and so
	// what is missing of each (CX-02).
	forAction bool
	atLeast   func(person.ID) access.Outcome
	read      func(store.Reader, access.Viewer) ([]person.Found, error)
}

// list shows a listing.
func (s *Service) list(ctx context.Context, a Actor, l listing) ([]person.Found, error) {
	const tries = 3
	for try := 1; ; try++ {
		people, err := s.tryList(ctx, a, l)
		if !changed(err) {
			return people, err
		}
		if try == tries {
			return nil, fault.Wrap(fault.Unavailable, "The rights to these files are being changed. Try again.", err)
		}
	}
}

// lacking says of each of a list for action which facts are missing that the viewer's
// service wants known: of those of whom the viewer is shown who they are. It is one
// statement for the whole list.
func (s *Service) lacking(ctx context.Context, r store.Reader, v access.Viewer, people []person.Found, shown []*sitting) error {
	svc, ok := s.set().Service(v.Service)
	if !ok || len(svc.Wanted) == 0 {
		return nil
	}
	of, err := r.KnownOf(ctx, ids(people))
	if err != nil {
		return err
	}
	for i := range people {
		sat, k := shown[i], of[people[i].ID]
		if people[i].Outside || sat.ask(access.Identity, access.Look).Outcome != access.Shown {
			continue
		}
		if slices.ContainsFunc(k.Addresses, func(a person.Address) bool { return a.Confidential }) && sat.ask(access.ConfidentialAddresses, access.Look).Outcome == access.Absent {
			k.Addresses = slices.DeleteFunc(k.Addresses, func(a person.Address) bool { return a.Confidential })
		}
		people[i].Missing = person.Missing(svc.Wanted, k)
	}
	return nil
}

func (s *Service) tryList(ctx context.Context, a Actor, l listing) ([]person.Found, error) {
	var people []person.Found
	var shown []*sitting
	var viewer access.Viewer
	err := s.db.View(ctx, func(r store.Reader) error {
		people, shown = nil, nil
		v, defs, err := s.informed(ctx, r, a)
		if err != nil {
			return err
		}
		viewer = v
		listed, err := l.read(r, viewer)
		if err != nil {
			return err
		}
		held, err := r.HeldOf(ctx, v, ids(listed), date.At(s.now()))
		if err != nil {
			return err
		}
		for _, f := range listed {
			sat := s.sit(standing{v, held[f.ID], defs}, a, f.ID)
			outcome := sat.ask(access.Identity, access.Find).Outcome
			if outcome < l.atLeast(f.ID) {
				continue
			}
			if l.shows != nil && l.shows(f.ID) != "" && sat.ask(l.shows(f.ID), access.Look).Outcome != access.Shown {
				continue
			}
			if l.besides != nil && slices.ContainsFunc(l.besides(f.ID), func(part access.Part) bool { return sat.ask(part, access.Look).Outcome != access.Shown }) {
				continue
			}
			f.Relative = f.MadeAs == person.AsRelation && len(f.Episodes) == 0
			switch {
			case outcome < access.Shown:
				f = person.Found{Outside: true, Relative: f.Relative, Header: person.Header{
					ID: f.ID, Reference: f.Reference, Name: f.Name, KnownAs: f.KnownAs, Born: f.Born, Estimated: f.Estimated,
				}, Score: f.Score, Exact: f.Exact, Reasons: outside(f.Reasons)}
			case f.Address.Confidential:
				f.Address = person.Address{Confidential: true}
			}
			if !f.Outside && sat.ask(access.Workers, access.Look).Outcome != access.Shown {
				f.Header = f.WithoutWorkers()
			}
			people = append(people, f)
			shown = append(shown, sat)
		}
		var heads []headed
		for i := range people {
			if !people[i].Outside {
				heads = append(heads, headed{shown[i], &people[i].Header})
			}
		}
		if err := s.firstOnFiles(ctx, r, v, defs, heads, 0, s.Today()); err != nil {
			return err
		}
		if !l.forAction {
			return nil
		}
		return s.lacking(ctx, r, v, people, shown)
	})
	if err != nil {
		return nil, err
	}
	part := cmp.Or(l.part, access.Identity)
	err = s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		// All decisions first: what is written before one that comes out otherwise
		// is kept, and would say that people were shown who were not.
		decisions, err := s.allStillStand(ctx, tx, a, shown)
		if err != nil {
			return err
		}
		number, err := s.leave(ctx, tx, footprint.Footprint{
			Actor: viewer.Worker, Role: string(viewer.Role), Action: string(access.Find),
			Part: string(part), Outcome: access.Shown.String(),
		}, &footprint.Detail{Terms: l.terms, Shown: len(shown)})
		if err != nil {
			return err
		}
		prints := make([]footprint.Footprint, len(shown))
		for i, sat := range shown {
			prints[i] = sat.footprint(decisions[i])
			prints[i].Search, prints[i].Part = number, string(part)
		}
		return tx.LeaveFootprints(ctx, prints)
	})
	if err != nil {
		return nil, err
	}
	return people, nil
}

// outside are the reasons that may be given for somebody of whom a former name
// is not shown.
func outside(reasons []match.Reason) []match.Reason {
	if !slices.ContainsFunc(reasons, func(r match.Reason) bool { return r.Why == match.WhyFormer }) {
		return reasons
	}
	out := slices.Clone(reasons)
	for i := range out {
		out[i].Recorded = ""
	}
	return out
}

// ids are the keys of those on a list.
func ids(list []person.Found) []person.ID {
	out := make([]person.ID, len(list))
	for i, f := range list {
		out[i] = f.ID
	}
	return out
}

// informed is the viewer, with the training that the definitions ask for, and
// the definitions themselves.
func (s *Service) informed(ctx context.Context, r store.Reader, a Actor) (access.Viewer, *definition.Set, error) {
	v, err := s.viewer(ctx, r, a)
	defs := s.set()
	v.Courses = defs.CourseIDs()
	return v, defs, err
}

// allStillStand is stillStands for everybody on a list.
func (s *Service) allStillStand(ctx context.Context, tx store.Tx, a Actor, shown []*sitting) ([]access.Decision, error) {
	if len(shown) == 0 {
		return nil, nil
	}
	v, defs, err := s.informed(ctx, tx, a)
	if fault.Is(err, fault.Refused) {
		return nil, errRightsChanged
	}
	if err != nil {
		return nil, err
	}
	people := make([]person.ID, len(shown))
	var links []link
	for i, sat := range shown {
		people[i], links = sat.person, append(links, sat.links...)
	}
	held, err := tx.HeldOf(ctx, v, withLinks(people, links), date.At(s.now()))
	if err != nil {
		return nil, err
	}
	if err := s.linksStand(v, defs, links, held); err != nil {
		return nil, err
	}
	decisions := make([]access.Decision, len(shown))
	for i, sat := range shown {
		if decisions[i], err = sat.standsBy(standing{v, held[sat.person], defs}); err != nil {
			return nil, err
		}
	}
	return decisions, nil
}
