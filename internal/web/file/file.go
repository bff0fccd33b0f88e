// Package file is the pages of one child's file.
package file

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/footprint"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
	"casefile/internal/web/moj"
)

// The tabs of a file.
const (
	Overview    = ""
	Details     = "/details" // and the kind of fact
	Relations   = "/relations"
	Letter      = "/letter"
	Timeline    = "/timeline"
	Workers     = "/workers"
	Documents   = "/documents"
	Plans       = "/plans"
	Meetings    = "/meetings"
	Decisions   = "/decisions"
	Work        = "/work"
	Tasks       = "/tasks" // and the key of one
	Files       = "/files"
	Looks       = "/looks"
	Restriction = "/restriction"
	Restrict    = "/restriction/change"
	Grants      = "/grants"
	Corrections = "/corrections"
	Alerts      = "/alerts" // and the row of one
)

// A File is what every page of a file shows around its own part.
type File struct {
	frame.Frame
	Words  frame.Words
	Header person.Header
	Offers casework.Offers
	Known  date.Date // the day as of which the file is shown; zero for today
}

// AsOf is the day as of which the file is shown.
func (f File) AsOf() date.Date {
	if f.Known.IsZero() {
		return f.Words.Today()
	}
	return f.Known
}

// KnownQuery leads to another page of the file as of the same day.
func (f File) KnownQuery() string {
	if f.Known.IsZero() {
		return ""
	}
	return "?" + url.Values{
		"known-day": {strconv.Itoa(f.Known.Day())}, "known-month": {strconv.Itoa(f.Known.Month())}, "known-year": {strconv.Itoa(f.Known.Year())},
	}.Encode()
}

// WithKnown adds the day of a page to the address of another of the same list.
func (f File) WithKnown(address string) string {
	known := f.KnownQuery()
	if address == "" || known == "" {
		return address
	}
	return known + "&" + strings.TrimPrefix(address, "?")
}

// name is who it is, as the identity bar has it.
func (f File) name() string {
	if name := f.Header.DisplayName(); name != "" || f.Known.IsZero() {
		return name
	}
	return "No name was recorded on that day"
}

// OverviewPage is who the person is. Masked says that something is there that
// this viewer may not see.
type OverviewPage struct {
	File
	Masked   bool
	Overview casework.Overview
	Known    KnownOn
	Told     frame.Told
}

// KnownOn is the day on which a page shows what was known; zero for today. Problem
// is what is wrong with the day that was asked for.
type KnownOn struct {
	Day     date.Date
	Problem string
}

func (p OverviewPage) numbers() []row {
	var rows []row
	for _, i := range p.Overview.Identifiers {
		what := "Number in " + i.System
		if k, ok := p.Overview.Practice.Number(i.System); ok {
			what = k.Title
		}
		rows = append(rows, row{what: what, value: i.Value, when: dated(i.Clocks), former: i.Status == person.FormerNumber || past(i.Clocks, p.Words.Today())})
	}
	return rows
}

func (f File) href(tab string) string { return frame.File(f.Header) + tab }

// facts are the line under the name (CX-32, KF-10).
func (f File) facts() []govuk.Content {
	gender := "Gender not recorded"
	if f.Header.Gender != "" {
		gender = frame.Label(f.Words, "gender", f.Header.Gender, f.AsOf())
	}
	var facts []govuk.Content
	if !f.Known.IsZero() {
		facts = append(facts, govuk.Content{HTML: strong("As known on " + f.Known.Long())})
	}
	born := govuk.Content{Text: "Born " + frame.Born(f.Header, f.AsOf())}
	if f.Header.Born.IsZero() {
		born.Text = "Date of birth not recorded"
	}
	facts = append(facts, born, govuk.Content{Text: "Reference " + f.Header.Reference.String()}, govuk.Content{Text: gender})
	if died := frame.Died(f.Header); died != "" {
		facts = append(facts, govuk.Content{HTML: strong(died)})
	}
	if f.Header.MadeAs == person.AsRelation && len(f.Header.Episodes) == 0 && !f.Header.Unsaid {
		return append(facts, govuk.Content{Text: "On the record as a relation, with no file of their own"})
	}
	if f.Header.Unsaid {
		return append(facts, govuk.Content{Text: "Who works with them is not shown to you"})
	}
	open := frame.Open(f.Header.Episodes, f.AsOf())
	if len(open) == 0 {
		if !f.Known.IsZero() {
			return append(facts, govuk.Content{Text: "No service was working with them"})
		}
		return append(facts, govuk.Content{Text: "No service is working with them now"})
	}
	for _, e := range open {
		facts = append(facts, govuk.Content{HTML: serviceFact(f.Words, e)})
	}
	return facts
}

func (f File) tabs(current string) []moj.SubNavigationItem {
	tabs := []moj.SubNavigationItem{
		{Text: "Overview", Href: f.href(Overview) + f.KnownQuery(), Active: current == Overview},
	}
	if f.Offers.Relations || current == Relations {
		tabs = append(tabs, moj.SubNavigationItem{Text: "Family", Href: f.href(Relations) + f.KnownQuery(), Active: current == Relations})
	}
	if f.Offers.Timeline || current == Timeline {
		tabs = append(tabs, moj.SubNavigationItem{Text: "Timeline", Href: f.href(Timeline) + f.KnownQuery(), Active: current == Timeline})
	}
	if f.Offers.Workers || current == Workers {
		tabs = append(tabs, moj.SubNavigationItem{HTML: workersTab(), Href: f.href(Workers) + f.KnownQuery(), Active: current == Workers})
	}
	if f.Offers.Documents || current == Documents {
		tabs = append(tabs, moj.SubNavigationItem{HTML: documentsTab(), Href: f.href(Documents) + f.KnownQuery(), Active: current == Documents})
	}
	if f.Offers.Plans || current == Plans {
		tabs = append(tabs, moj.SubNavigationItem{Text: "Plans", Href: f.href(Plans) + f.KnownQuery(), Active: current == Plans})
	}
	if f.Offers.Meetings || current == Meetings {
		tabs = append(tabs, moj.SubNavigationItem{Text: "Meetings", Href: f.href(Meetings) + f.KnownQuery(), Active: current == Meetings})
	}
	if f.Offers.Tasks || current == Work {
		tabs = append(tabs, moj.SubNavigationItem{Text: "Work", Href: f.href(Work), Active: current == Work})
	}
	if f.Offers.Files || current == Files {
		tabs = append(tabs, moj.SubNavigationItem{HTML: filesTab(), Href: f.href(Files), Active: current == Files})
	}
	switch access := f.accessTabs(current); len(access) {
	case 0:
	case 1:
		tabs = append(tabs, access[0])
	default:
		tabs = append(tabs, moj.SubNavigationItem{HTML: accessTab(), Href: access[0].Href, Active: f.accessShown(current)})
	}
	return tabs
}

// accessTabs are who has looked at the file, to whom it is opened, and to whom it is
// restricted: with more than one of them, they share a tab of the file.
func (f File) accessTabs(current string) []moj.SubNavigationItem {
	var tabs []moj.SubNavigationItem
	if f.Offers.Looks || current == Looks {
		tabs = append(tabs, moj.SubNavigationItem{Text: "Who has looked", Href: f.href(Looks), Active: current == Looks})
	}
	if f.Offers.Grants {
		tabs = append(tabs, moj.SubNavigationItem{Text: "Open to others", Href: f.href(Grants), Active: current == Grants})
	}
	switch {
	case f.Offers.Restriction:
		tabs = append(tabs, moj.SubNavigationItem{Text: "Restriction", Href: f.href(Restriction), Active: current == Restriction})
	case f.Offers.Restrict:
		tabs = append(tabs, moj.SubNavigationItem{Text: "Restriction", Href: f.href(Restrict), Active: current == Restriction})
	}
	return tabs
}

func (f File) accessShown(current string) bool {
	return slices.ContainsFunc(f.accessTabs(current), func(i moj.SubNavigationItem) bool { return i.Active })
}

func (f File) accessShared(current string) bool {
	return f.accessShown(current) && len(f.accessTabs(current)) > 1
}

// PrintHeader is repeated on every printed page.
func (f File) PrintHeader() string {
	of := ""
	if !f.Known.IsZero() {
		of = " · as known on " + f.Known.Long()
	}
	return f.name() + of + " · " + f.Header.Reference.String() + " · born " + frame.Born(f.Header, f.AsOf()) +
		" · printed " + f.Words.Today().Long() + " by " + f.Worker
}

// A row of the overview: what is so, and since when. A former one no longer is.
type row struct {
	what   string
	value  string
	when   string
	former bool
}

var nameKinds = map[string]string{person.Legal: "Legal name", person.KnownAs: "Known as", person.Former: "Former name"}

func (p OverviewPage) names() []row {
	var rows []row
	for _, n := range p.Overview.Names {
		rows = append(rows, row{what: or(nameKinds[n.Kind], "Name"), value: n.Full(), when: dated(n.Clocks), former: past(n.Clocks, p.AsOf())})
	}
	for _, b := range p.Overview.Births {
		h := person.Header{Born: b.Day, Estimated: b.Estimated, Exactness: b.Exactness, Dead: p.Header.Dead, Died: p.Header.Died}
		rows = append(rows, row{what: "Born", value: frame.Capital(frame.Born(h, p.AsOf()))})
	}
	for _, d := range p.Overview.Deaths {
		rows = append(rows, row{what: "Died", value: or(d.Day.Long(), "On a day not known")})
	}
	return rows
}

func (p OverviewPage) characteristics() []row {
	var rows []row
	for _, c := range p.Overview.Characteristics {
		day := c.Period.From
		if day.IsZero() {
			day = p.AsOf()
		}
		k, _ := p.Overview.Practice.Kind(c.Kind)
		value := c.Note
		if c.Code != "" {
			value = frame.Label(p.Words, or(k.Set, c.Kind), c.Code, day)
			if c.Note != "" {
				value += ". " + c.Note
			}
		}
		rows = append(rows, row{what: frame.Capital(p.Words.KindTitle(c.Kind)), value: value, when: dated(c.Clocks), former: past(c.Clocks, p.AsOf())})
	}
	return rows
}

// dated says when a fact was so, and nothing where nobody said.
func dated(c date.Clocks) string {
	if c.Period.From.IsZero() && c.Period.To.IsZero() {
		return ""
	}
	return frame.Period(c.Period)
}

func past(c date.Clocks, today date.Date) bool {
	return !c.Period.To.IsZero() && c.Period.To.Before(today)
}

func addressLines(a person.Address) []string {
	var lines []string
	for _, l := range []string{a.Line1, a.Line2, a.Town, a.Postcode} {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// happened is the day, and the time where it is known.
func happened(l entry.Line) string {
	s := or(l.Content.Happened.Long(), "Date not known")
	if l.Content.Time != "" {
		s += " at " + frame.Clock(l.Content.Time)
	}
	return s
}

// machine is the same for the datetime attribute.
func machine(l entry.Line) string {
	s := l.Content.Happened.String()
	if l.Content.Time != "" {
		s += "T" + l.Content.Time
	}
	return s
}

// late says how long after the day an entry was recorded; empty on the day.
func late(l entry.Line) string {
	if l.Content.Happened.IsZero() {
		return ""
	}
	days := l.WrittenOn().Sub(l.Content.Happened)
	if days <= 0 {
		return ""
	}
	return "Written " + frame.Count(days, "day", "days") + " later"
}

// overdue says by how much an entry was recorded after its last day; empty in time.
func overdue(l entry.Line) string {
	days := l.Deadline().DaysLate(l.WrittenOn())
	if days == 0 {
		return ""
	}
	return "Late by " + frame.Count(days, "day", "days")
}

func title(l entry.Line) string {
	t := or(l.TypeTitle, l.Content.Type)
	if c := or(l.CategoryTitle, l.Content.Category); c != "" {
		t += ": " + c
	}
	return t
}

// entryFacts are what stands under the text of an entry.
func entryFacts(l entry.Line) []row {
	var rows []row
	add := func(what, value string) {
		if value != "" {
			rows = append(rows, row{what: what, value: value})
		}
	}
	c := l.Content
	add("With", c.WithWhom)
	add("Seen", yesNo[c.Seen])
	add("Seen alone", yesNo[c.SeenAlone])
	add("Reason", c.Reason)
	add("Key topics", c.Topics)
	add("Decided", c.Decisions)
	add("Decision made by", c.DecidedBy)
	add("Evidence for it", c.For)
	add("Evidence against it", c.Against)
	add("Intended outcome", c.Outcome)
	add("Reasons for it", c.Why)
	next := c.FollowUp
	if next != "" && !c.FollowUpBy.IsZero() {
		next += " (by " + c.FollowUpBy.Long() + ")"
	}
	add("To do next", next)
	if !l.Due.IsZero() {
		add("To be recorded by", l.Due.Long())
	}
	add("Why it is late", c.LateReason)
	return rows
}

var yesNo = map[string]string{"yes": "Yes", "no": "No"}

var documentDone = map[string]string{
	casework.BeginsDocument: "Began an assessment or form", casework.CompletesDocument: "Completed an assessment or form",
	casework.AuthorisesDocument: "Authorised an assessment or form", casework.ReturnsDocument: "Returned an assessment or form with requests",
	casework.ReopensDocument: "Began to correct an assessment or form", casework.KeepsDocument: "Left an assessment or form as it was",
	casework.DropsDocument: "Threw away an assessment or form that was not completed",
}

// nextDates are by when a plan is to be reviewed, and the first end of what is done.
func nextDates(l casework.PlanLine) string {
	words := "To be reviewed by " + l.Content.Next.Long() + "."
	var next plan.Action
	for _, a := range l.Content.Actions() {
		if a.Stands == plan.GoesOn && !a.End.IsZero() && (next.End.IsZero() || a.End.Before(next.End.Date)) {
			next = a
		}
	}
	if !next.End.IsZero() {
		words += " Next: " + plan.Short(next.Words) + ", by " + next.End.Long() + "."
	}
	return words
}

var planDone = map[string]string{
	casework.BeginsPlan: "Began a plan, or to change, review or close one", casework.WritesPlan: "Wrote a plan", casework.ReviewsPlan: "Reviewed a plan", casework.ClosesPlan: "Closed a plan",
	casework.ServesPlan: "Said which entries served an action of a plan", casework.AuthorisesPlan: "Authorised a plan", casework.ReturnsPlan: "Returned a plan with requests", casework.DropsPlan: "Threw away a plan, or a change, that was being written",
}

func whatPlan(l footprint.Look) string {
	switch {
	case planDone[l.Action] != "":
		return planDone[l.Action]
	case l.Action == string(access.Record) && len(l.DetailHash) > 0:
		return "Wrote in a plan, or opened it to write"
	case l.Action == string(access.Record):
		return "Opened the page to begin a plan"
	case l.Action == string(access.Look) && len(l.DetailHash) > 0:
		return "Opened a plan"
	}
	return access.Plans.Title()
}

func whatDocument(l footprint.Look) string {
	switch {
	case documentDone[l.Action] != "":
		return documentDone[l.Action]
	case l.Action == string(access.Record) && len(l.DetailHash) > 0:
		return "Wrote in an assessment or form, or opened it to write"
	case l.Action == string(access.Record):
		return "Opened the page to begin an assessment or form"
	case l.Action == string(access.Look) && len(l.DetailHash) > 0:
		return "Opened an assessment or form"
	}
	return access.Documents.Title()
}

// what says what a look was of.
func what(l footprint.Look) string {
	part := access.Part(l.Part).Title()
	switch {
	case l.Search > 0:
		return "Shown in a search or a list"
	case l.Action == string(access.Record) && l.Part == string(access.Workers), l.Action == string(access.Change) && l.Part == string(access.Workers):
		if len(l.DetailHash) > 0 {
			return "Changed who works with them"
		}
		return "Opened a page to change who works with them"
	case l.Action == string(access.Record) && l.Part == string(access.Tasks):
		if len(l.DetailHash) > 0 {
			return "Changed what is due about them"
		}
		return "Opened a page to change what is due about them"
	case l.Action == casework.FindsByImport:
		return "An import looked whether they are on the record"
	case l.Action == casework.TellsOfAlert:
		return "Told those who work with a child of an alert"
	case l.Action == string(access.Record) && l.Part == string(access.Alerts):
		if len(l.DetailHash) > 0 {
			return "Changed an alert"
		}
		return "Opened a page to change an alert"
	case l.Action == string(access.Record) && l.Part == string(access.Files) && len(l.DetailHash) > 0:
		return "Added a file"
	case l.Part == string(access.Documents):
		return whatDocument(l)
	case l.Part == string(access.Plans):
		return whatPlan(l)
	case l.Action == string(access.Record) && (l.Part == string(access.Identity) || l.Part == string(access.Relations)):
		return changedKnown(l)
	case l.Action == string(access.Record) && len(l.DetailHash) > 0:
		return "Recorded an entry"
	case l.Action == string(access.Record):
		return "Opened a page to record on"
	case l.Action == string(access.Look) && l.Part == string(access.Files) && len(l.DetailHash) > 0:
		return "Opened a file"
	case l.Action == casework.TakesAddress,
		// Footprints from before it was an action of its own.
		l.Action == string(access.Look) && l.Part == string(access.Identity) && len(l.DetailHash) > 0:
		return "Took an address for a letter"
	case l.Action == string(access.Look):
		return part
	case l.Action == casework.StatesReason && l.Outcome == access.Shown.String():
		return "Said why they needed to see it"
	case l.Action == casework.StatesReason:
		return "Opened the page that asks why"
	case l.Action == "explain":
		return "Had it explained who may see it: " + part
	case l.Action == string(access.Change) && l.Part == string(access.Restriction):
		return "Opened the page to restrict the file"
	case l.Action == "restrict":
		return "Restricted the file to named people"
	case l.Action == string(access.Change) && l.Part == string(access.Grants):
		return "Opened the page to open the file to others"
	case l.Action == "grant":
		return "Opened the file to somebody for a time"
	case l.Action == "end-grant":
		return "Ended what the file was open to somebody for"
	case l.Action == "connect":
		return "Declared that they know the person or the family"
	case l.Action == "lift":
		return "Lifted the restriction"
	case l.Action == "hold":
		return "Held back what an import brought"
	case l.Action == "take-over":
		return "Took over what an import brought"
	case l.Action == "set-aside":
		return "Set aside what an import brought"
	case l.Action == "make":
		return "Made the file"
	}
	return frame.Capital(l.Action) + ": " + part
}

// changedKnown says what a change of who somebody is, or of their family, was.
func changedKnown(l footprint.Look) string {
	of := "what is known of them"
	if l.Part == string(access.Relations) {
		of = "their family and household"
	}
	if len(l.DetailHash) > 0 {
		return "Changed " + of
	}
	return "Opened a page to change " + of
}

// why says what the look rested on, and what came of it where it was not shown.
func why(l footprint.Look) string {
	switch l.Outcome {
	case access.Absent.String():
		return "Not shown: their role gave them no right to it"
	case access.Masked.String():
		return "Told only that something is there"
	case access.ReasonFirst.String():
		return "Was asked why first"
	}
	switch l.Ground {
	case "":
		return "The system’s own work"
	case footprint.Shared:
		return "A meeting that is about them"
	}
	return access.Ground(l.Ground).Title()
}

func looker(l footprint.Look) string {
	if l.Name == "" {
		return "Casefile itself (" + l.Actor + ")"
	}
	return l.Name
}

func lookerRole(l footprint.Look) string {
	switch {
	case l.Name == "":
		return ""
	case l.JobTitle == "" || l.JobTitle == l.RoleName:
		return l.RoleName
	case l.RoleName == "":
		return l.JobTitle
	}
	return l.JobTitle + ", acting as " + l.RoleName
}

// signed says for which service and when an entry was recorded; its head says
// by whom (CR-40).
func signed(l entry.Line, service string) string {
	if l.Version > 1 {
		return service + ". Last added to " + l.Recorded.At.Long() + "."
	}
	if !l.Written.IsZero() {
		return service + ". Written " + l.Written.Long() + " in an earlier system, recorded here " + l.Recorded.At.Long() + "."
	}
	return service + ". Recorded " + l.Recorded.At.Long() + "."
}

// addresses are those of now before those of then, the latest first.
func (p OverviewPage) addresses() []person.Address {
	as := slices.Clone(p.Overview.Addresses)
	slices.SortStableFunc(as, func(a, b person.Address) int {
		return b.Period.From.Compare(a.Period.From)
	})
	slices.SortStableFunc(as, func(a, b person.Address) int {
		switch pa, pb := past(a.Clocks, p.AsOf()), past(b.Clocks, p.AsOf()); {
		case pa == pb:
			return 0
		case pa:
			return 1
		}
		return -1
	})
	return as
}
