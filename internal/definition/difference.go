package definition

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// differences says, under each file that differs, which kinds are gone, added and changed,
// each by name: a file of a folder takes the place of the built-in one as a whole, so that
// what it does not repeat is gone.
func differences(before []File, set *Set) []string {
	was := map[string]File{}
	for _, f := range before {
		was[f.Path] = f
	}
	var lines []string
	for _, c := range set.Changes {
		lines = append(lines, c.String())
		is, _ := set.File(c.Path)
		old, now := kindsIn(was[c.Path]), kindsIn(is)
		if c.How != Changed {
			for _, k := range now.list {
				if len(k.under) == 0 {
					lines = append(lines, "  added: "+k.name(c.Path))
				}
			}
			continue
		}
		more := slices.Concat(gone(old, now, c.Path), fresh(old, now, c.Path), otherwise(old, now, c.Path))
		if len(more) == 0 {
			more = []string{"  nothing but its order, its layout or its comments"}
		}
		lines = append(lines, more...)
	}
	return lines
}

// missing are those of one file that another has not: of what stands in one that is
// missing itself, nothing is said.
func missing(of, from kinds) []kindAt {
	var list []kindAt
	for _, k := range of.list {
		_, there := from.find(k.key())
		if !there && !slices.ContainsFunc(list, func(o kindAt) bool { return o.holds(k) }) {
			list = append(list, k)
		}
	}
	return list
}

func gone(old, now kinds, file string) (lines []string) {
	for _, k := range missing(old, now) {
		lines = append(lines, "  gone: "+k.name(file))
	}
	return lines
}

func fresh(old, now kinds, file string) (lines []string) {
	for _, k := range missing(now, old) {
		lines = append(lines, "  added: "+k.name(file))
	}
	return lines
}

func otherwise(old, now kinds, file string) (lines []string) {
	for _, k := range now.list {
		if o, there := old.find(k.key()); there && o.says != k.says {
			lines = append(lines, "  changed: "+k.name(file))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(now.fields)) {
		if old.fields[key] != now.fields[key] {
			lines = append(lines, "  changed: its "+key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(old.fields)) {
		if _, there := now.fields[key]; !there {
			lines = append(lines, "  gone: its "+key)
		}
	}
	return lines
}

// place is where in the file that is there now something that is gone would stand: at its
// list, at what it stood in, or at the head of the file.
func (k kinds) place(of kindAt) position {
	if at, ok := k.lists[kindAt{list: of.list, under: of.under}.key()]; ok {
		return at
	}
	for i := len(of.under); i > 0; i-- {
		for _, around := range k.list {
			if around.id == of.under[i-1] && slices.Equal(around.under, of.under[:i-1]) {
				return around.at
			}
		}
	}
	return position{1, 1}
}

// A Sort is what the records name of the definitions.
type Sort string

// The sorts, and what Used.In is of each: empty where nothing is said.
const (
	UsedService      Sort = "service"
	UsedEntryType    Sort = "entry type" // the service
	UsedCategory     Sort = "category"   // the service, a slash and the type of entry
	UsedRole         Sort = "role"
	UsedPurpose      Sort = "purpose"
	UsedCourse       Sort = "course"
	UsedOutcome      Sort = "outcome"
	UsedFileType     Sort = "type of file"
	UsedMeeting      Sort = "meeting"
	UsedTask         Sort = "task"
	UsedStage        Sort = "stage"
	UsedAlert        Sort = "alert"
	UsedPlan         Sort = "plan"
	UsedForm         Sort = "form" // the service; the id is that of the file, NAME.vN
	UsedRelationship Sort = "relationship"
	UsedWhereabouts  Sort = "whereabouts"
	UsedNumber       Sort = "number"
	UsedCodedFact    Sort = "coded fact"
	UsedCode         Sort = "code" // the kind of coded fact
)

// A Used is a kind that records name, and how many do.
type Used struct {
	Sort    Sort
	In, ID  string
	Records int
}

// stands is in which file, and as what, a kind that records name is defined. Of a code it
// is not ok where the kind of fact has no code set.
func (s *Set) stands(u Used) (file string, k kindAt, ok bool) {
	k.id = u.ID
	switch u.Sort {
	case UsedService:
		file, k.list = "services/"+u.ID+".yaml", "services"
	case UsedEntryType:
		file, k.list, k.under = "services/"+u.In+".yaml", "entry_types", []string{u.In}
	case UsedCategory:
		service, typ, _ := strings.Cut(u.In, "/")
		file, k.list, k.under = "services/"+service+".yaml", "categories", []string{service, typ}
	case UsedRole:
		file, k.list = rolesFile, "roles"
	case UsedPurpose:
		file, k.list = purposesFile, "purposes"
	case UsedCourse:
		file, k.list = trainingFile, "courses"
	case UsedOutcome:
		file, k.list = concernsFile, "outcomes"
	case UsedFileType:
		file, k.list = typesFile, "types"
	case UsedMeeting:
		file, k.list = meetingsFile, "meetings"
	case UsedTask:
		file, k.list = tasksFile, "tasks"
	case UsedStage:
		file, k.list = milestonesFile, "milestones"
	case UsedAlert:
		file, k.list = alertsFile, "kinds"
	case UsedPlan:
		file, k.list = plansFolder+"/"+u.ID+".yaml", plansFolder
	case UsedForm:
		file, k.list = formsFolder+"/"+u.In+"/"+u.ID+".yaml", formsFolder
	case UsedRelationship:
		file, k.list = relationsFile, "kinds"
	case UsedWhereabouts:
		file, k.list = relationsFile, "whereabouts"
	case UsedNumber:
		file, k.list = numbersFile, "numbers"
	case UsedCodedFact:
		file, k.list = kindsFile, "kinds"
	case UsedCode:
		kind, _ := s.people.Kind(u.In)
		k.list, k.under = codesList, []string{kind.Set}
		for _, f := range s.Files {
			if _, there := kindsIn(f).find(kindAt{list: setsList, id: kind.Set}.key()); there {
				file = f.Path
			}
		}
		return file, k, file != ""
	}
	return file, k, file != ""
}

// usedAndGone is a mistake for each kind that records use and that stood in the definitions
// before, in the files of any of several sets of them, and not any more: with the file and
// the line where it would have to stand. What was never defined here, such as a number that
// came with an import, is no mistake.
func usedAndGone(set *Set, used []Used, before ...[]File) Errors {
	p := &problems{}
	read := map[string]kinds{}
	in := func(f File) kinds {
		k, ok := read[f.Hash+f.Path]
		if !ok {
			k = kindsIn(f)
			read[f.Hash+f.Path] = k
		}
		return k
	}
	var out []string // kinds that are gone, so that nothing is said of what stood in them
	for _, u := range used {
		file, k, ok := set.stands(u)
		if !ok {
			continue
		}
		is, there := set.File(file)
		now := in(is)
		if !there {
			now = kinds{}
		}
		if _, still := now.find(k.key()); still {
			continue
		}
		for _, files := range before {
			was, defined := find(files, func(f File) bool { return f.Path == file })
			if !defined {
				continue
			}
			old, defined := in(was).find(k.key())
			if !defined || slices.ContainsFunc(old.under, func(id string) bool { return slices.Contains(out, file+" "+id) }) {
				continue
			}
			out = append(out, file+" "+old.id)
			at := now.place(old)
			p.report(file, at.line, at.column, "%s is gone, and %s; keep it, with its id", old.name(file), usedBy(u.Records))
			break
		}
	}
	return p.sorted()
}

func usedBy(records int) string {
	if records == 1 {
		return "1 record uses it"
	}
	return fmt.Sprintf("%d records use it", records)
}

// goneUnasked are the warnings about what is gone, where nobody has asked a database.
func goneUnasked(before []File, set *Set) []string {
	var lines []string
	for _, was := range before {
		is, there := set.File(was.Path)
		if !there || is.Hash == was.Hash {
			continue // a folder takes no file away
		}
		now := kindsIn(is)
		for _, k := range missing(kindsIn(was), now) {
			at := now.place(k)
			lines = append(lines, Error{was.Path, at.line, at.column, "warning: " + k.name(was.Path) + " is gone; records may use it"}.Error())
		}
	}
	return lines
}
