package definition

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
	"casefile/internal/calendar"
	"casefile/internal/codeset"
	"casefile/internal/match"
	"casefile/internal/service"
)

// A loader gathers a set from its files, and then checks what one file says
// about another.
type loader struct {
	p   *problems
	set *Set

	parsed   map[string]bool // the files of access that could be
	broken   map[string]bool // the folders with a file that could not
	roles    []roleAt
	rules    []ruleAt
	grants   []grantAt
	setFiles map[string]string // the file that each code set stands in

	wantedSets, wantedFacts []wantedSet

	forms          []formAt
	plans          []planAt
	calendarsNamed []calendarAt
	servicesNamed  []serviceAt
	alertsBy       []rolesAt
	rolesNamed     []meetingRoles
	stagesNamed    []stagesAt
}

// newLoader goes on from the mistakes found while the files were looked for.
func newLoader(p *problems) *loader {
	l := &loader{p: p, set: &Set{groups: Groups{Claim: groupsClaim}, nicknames: &match.Nicknames{}}, parsed: map[string]bool{}, broken: map[string]bool{}, setFiles: map[string]string{}}
	for _, e := range p.list {
		folder, _, _ := strings.Cut(e.File, "/")
		l.broken[folder] = true
	}
	return l
}

// read takes up one file.
func (l *loader) read(f File) {
	folder, _, _ := strings.Cut(f.Path, "/")
	text, ok := checkText(f, l.p)
	if ok && folder == "codesets" {
		l.readCodeSets(f.Path, text)
		return
	}
	if ok && folder == "names" {
		l.readNicknames(f.Path, text)
		return
	}
	d := &document{path: f.Path, p: l.p}
	var root ast.Node
	if ok {
		root, ok = d.parse(text)
	}
	if !ok {
		l.broken[folder] = true
		return
	}
	switch {
	case f.Path == rolesFile:
		l.readRoles(d, root)
	case f.Path == rulesFile:
		l.readRules(d, root)
	case f.Path == purposesFile:
		l.readPurposes(d, root)
	case f.Path == grantsFile:
		l.readGrants(d, root)
	case f.Path == trainingFile:
		l.readTraining(d, root)
	case f.Path == concernsFile:
		l.readConcerns(d, root)
	case f.Path == watchFile:
		l.readWatch(d, root)
	case f.Path == groupsFile:
		l.readGroups(d, root)
	case f.Path == typesFile:
		l.readTypes(d, root)
	case f.Path == passingFile:
		l.readPassing(d, root)
	case f.Path == tasksFile:
		l.readTasks(d, root)
	case f.Path == milestonesFile:
		l.readMilestones(d, root)
	case f.Path == meetingsFile:
		l.readMeetings(d, root)
	case f.Path == relationsFile:
		l.readRelations(d, root)
	case f.Path == kindsFile:
		l.readCharacteristics(d, root)
	case f.Path == numbersFile:
		l.readNumbers(d, root)
	case f.Path == addressesFile:
		l.readAddresses(d, root)
	case folder == wordsFolder:
		l.readWords(d, root)
	case f.Path == alertsFile:
		l.readAlerts(d, root)
	case folder == "services":
		l.readService(d, root)
	case folder == "calendars":
		l.readCalendar(d, root)
	case folder == formsFolder:
		l.readForm(d, root)
	case folder == plansFolder:
		l.readPlan(d, root)
	}
}

// readNicknames reads names/nicknames.csv: which first names are used for which.
func (l *loader) readNicknames(file, text string) {
	names, err := match.ReadNicknames(strings.NewReader(text))
	if err != nil {
		if at, ok := errors.AsType[*match.LineError](err); ok {
			l.p.report(file, at.Line, 1, "%s", at.Problem)
		} else {
			l.p.report(file, 1, 1, "%v", err)
		}
		return
	}
	l.set.nicknames = names
}

// named reports a file whose name is not the id that it defines: who looks for
// a definition looks for the file of its name.
func (d *document) named(m *mapping, key, id string) bool {
	if !idShape.MatchString(id) {
		return false // reported when it was read
	}
	if id != strings.TrimSuffix(path.Base(d.path), ".yaml") {
		d.report(m.place(key), "%s stands in the file '%s'; the two names must agree", m, path.Base(d.path))
		return false
	}
	return true
}

// check reports what is missing and what does not fit together, and puts the
// set in order.
func (l *loader) check() {
	l.checkAccess()
	l.checkGroups()
	l.checkPeople()
	l.checkForms()
	l.checkPlans()
	l.checkWork()
	l.checkAlerts()
	l.checkMeetings()
	slices.SortFunc(l.set.services, func(a, b service.Service) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(l.set.codeSets, func(a, b codeset.Set) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(l.set.calendars, func(a, b *calendar.Calendar) int { return strings.Compare(a.ID(), b.ID()) })
	rules := make([]access.Rule, len(l.rules))
	for i, r := range l.rules {
		rules[i] = r.Rule
	}
	l.set.table = access.NewTable(rules)
}
