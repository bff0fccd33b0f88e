package definition_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"casefile/internal/definition"
)

const (
	inService  = "services/kitchen.yaml"
	inRoles    = "access/roles.yaml"
	inRules    = "access/rules.yaml"
	inPurposes = "access/purposes.yaml"
	inTraining = "access/training.yaml"
	inConcerns = "access/concerns.yaml"
	inWatch    = "access/watch.yaml"
	inGrants   = "access/grants.yaml"
	inCodes    = "codesets/size.csv"
	inCalendar = "calendars/high-season.yaml"
)

// One case for each kind of mistake that the loader reports: old is replaced by
// new in the file (all of it, where old is empty), and want is every mistake
// that follows, as line:column: message.
var mistakes = []struct {
	name, file, old, new string
	want                 []string
}{
	// The text of a file.
	{"not UTF-8", inService, "Soup", "So\xffup", []string{"19:29: the text is not UTF-8; save the file as UTF-8"}},
	{"tab in YAML", inService, "    help", "\thelp", []string{"13:1: a tab; use spaces"}},
	{"tab in CSV", inCodes, "Small", "Sm\tall", []string{"3:10: a tab in a value; a comma divides columns"}},
	{"unseen character", inRules, "ground: service", "ground: \u202eservice", []string{"2:56: a character that cannot be seen, U+202E"}},
	{"control character", inCodes, "Small", "Sm\x00all", []string{"3:10: a character that cannot be seen, U+0000"}},
	{"line too long", inService, "Something hot.", strings.Repeat("x", 2000), []string{"13:2001: the line is longer than 2000 characters"}},
	{"file too large", inService, "", "# " + strings.Repeat(strings.Repeat("x", 1000)+"\n# ", 1100), []string{"1:1: the file is larger than 1 MiB"}},
	{"brackets too deep", inService, "Soup", strings.Repeat("[", 60), []string{"19:76: more than 50 brackets are open at once"}},
	{"too many keys", inService, "", strings.Repeat("a: b\n", 20_000), []string{"16667:4: the file has more than 50000 words and signs; divide it"}},
	{"long word", inService, "service: kitchen", "service: " + strings.Repeat("x", 70), []string{
		"1:10: service '" + strings.Repeat("x", 60) + "…' stands in the file 'kitchen.yaml'; the two names must agree",
	}},
	{"not YAML", inService, "{one: guest, many: guests}", "{one: guest", []string{"6:3: this is not YAML that can be read: ',' or '}' must be specified"}},
	{"empty YAML", inService, "", "# nothing\n", []string{"1:1: the file is empty"}},
	{"two documents", inService, "words:", "---\nwords:", []string{"5:1: a second document; a file holds one, so take out the line '---'"}},

	// The shape of YAML.
	{"unknown key", inService, "    title: Meal", "    titel: Meal", []string{
		"11:5: entry type 'meal' has no title", "12:5: unknown key 'titel'; did you mean 'title'?",
	}},
	{"unknown key like none", inService, "words:", "words: {}\ncolour:", []string{
		"4:8: service 'kitchen' has no word for 'child'", "4:8: service 'kitchen' has no word for 'entry'",
		"4:8: service 'kitchen' has no word for 'episode'", "4:8: service 'kitchen' has no word for 'file'",
		"4:8: service 'kitchen' has no word for 'worker'",
		"5:1: unknown key 'colour'; it is one of service, title, source, sensitive, words, wanted, entry_types",
	}},
	{"key twice", inService, "title: Kitchen", "title: Kitchen\ntitle: Large kitchen", []string{"3:1: key 'title' is given twice; first on line 2"}},
	{"key that is no word", inService, "title: Kitchen", "title: Kitchen\n12: y", []string{"3:1: a key is a plain word"}},
	{"list instead of keys", inService, "", "- kitchen\n", []string{"1:1: a service is written as 'key: value' lines, not as a list"}},
	{"text instead of keys", inService, "{one: guest, many: guests}", "guest", []string{"5:10: a word is written as 'key: value' lines, not as text"}},
	{"nothing instead of keys", inService, "{one: guest, many: guests}", "", []string{"5:9: a word is written as 'key: value' lines, not as nothing"}},
	{"text instead of words", inService, "words:\n  child: {one: guest, many: guests}\n  worker: {one: cook, many: cooks}\n  file: {one: tab, many: tabs}\n  entry: {one: order, many: orders}\n  episode: {one: stay, many: stays}\n", "words: true\n", []string{"4:8: a set of words is written as 'key: value' lines, not as true or false"}},
	{"number instead of keys", inService, "- {id: pie, title: Pie, source: recalled}", "- 3.14", []string{"20:9: a category is written as 'key: value' lines, not as a number"}},
	{"entry type that is none", inService, "entry_types:", "entry_types:\n  - nothing", []string{"11:5: an entry type is written as 'key: value' lines, not as text"}},
	{"list instead of text", inService, "title: Kitchen", "title: [Kitchen]", []string{"2:8: the title of service 'kitchen' is text, not a list"}},
	{"keys instead of text", inService, "title: Kitchen", "title: {a: b}", []string{"2:8: the title of service 'kitchen' is text, not 'key: value' lines"}},
	{"number instead of text", inService, "title: Kitchen", "title: 12", []string{"2:8: the title of service 'kitchen' is text; put it in quotes"}},
	{"true instead of text", inService, "title: Soup", "title: true", []string{"19:27: the title of category 'soup' is text; put it in quotes"}},
	{"anchor", inService, "title: Kitchen", "title: &k Kitchen", []string{"2:8: the title of service 'kitchen' is text, not an anchor, an alias or a tag, which definitions do not use"}},
	{"text instead of true", inRoles, "case: true", "case: yes", []string{"5:11: the case of role 'cook' is true or false"}},
	{"no true or false", inRoles, "    case: true\n", "", []string{"2:5: role 'cook' has no case; say true or false"}},
	{"text instead of list", inService, "entry_types:", "entry_types: meal\nx:", []string{"10:14: the entry_types of service 'kitchen' are a list, not text", "11:1: unknown key 'x'; it is one of service, title, source, sensitive, words, wanted, entry_types"}},
	{"empty list", inService, "categories:", "categories: []\n    x:", []string{"18:17: the list of categories is empty", "19:5: unknown key 'x'; it is one of id, title, help, source, with_child, category_label, category_missing, text_label, text_hint, asks, due, categories"}},
	{"missing list", inCalendar, "weekend: [Monday]\n", "", []string{"1:1: calendar 'high-season' has no weekend"}},
	{"missing text", inService, "    text_label: What was eaten\n", "", []string{"11:5: entry type 'meal' has no text_label"}},
	{"empty text", inService, "title: Kitchen", "title:", []string{"2:1: the title of service 'kitchen' is empty"}},
	{"empty optional text", inService, "Something hot.", `" "`, []string{"13:11: the help of entry type 'meal' is empty"}},
	{"bad id", inService, "id: soup", "id: Hot_Soup", []string{"19:14: id 'Hot_Soup' must be lower-case words with hyphens between them"}},
	{"no source", inService, `title: Soup, source: "confirmed: the menu"`, "title: Soup", []string{"19:9: category 'soup' has no source"}},
	{"source without mark", inService, `title: Soup, source: "confirmed: the menu"`, "title: Soup, source: the menu", []string{
		"19:41: a source starts with how well it is known, not with 'the menu'; it is one of confirmed, inferred, recalled",
	}},
	{"source without place", inService, `title: Soup, source: "confirmed: the menu"`, "title: Soup, source: confirmed", []string{
		"19:41: source 'confirmed' does not say from what; write 'confirmed: …'",
	}},

	// Services.
	{"other name than the file's", inService, "service: kitchen", "service: canteen", []string{
		"1:10: service 'canteen' stands in the file 'kitchen.yaml'; the two names must agree",
	}},
	{"no words", inService, "words:\n  child: {one: guest, many: guests}\n  worker: {one: cook, many: cooks}\n  file: {one: tab, many: tabs}\n  entry: {one: order, many: orders}\n  episode: {one: stay, many: stays}\n", "", []string{"1:1: service 'kitchen' has no words"}},
	{"half a word", inService, "{one: guest, many: guests}", "{one: guest}", []string{"5:10: word 'child' has no many"}},
	{"entry type twice", inService, "entry_types:", "entry_types:\n  - {id: meal, title: Meal, source: recalled, with_child: false, text_label: Text}", []string{
		"12:9: entry type 'meal' is defined twice; first on line 11",
	}},
	{"category twice", inService, "id: pie", "id: soup", []string{"20:14: category 'soup' is defined twice; first on line 19"}},
	{"unknown field", inService, "seen: optional", "sen: optional", []string{"17:33: unknown key 'sen'; did you mean 'seen'?"}},
	{"unknown need", inService, "seen: optional", "seen: optionnal", []string{"17:39: unknown need 'optionnal'; did you mean 'optional'?"}},
	{"fields that are a list", inService, "{with-whom: required, seen: optional}", "[seen]", []string{"17:11: a set of fields is written as 'key: value' lines, not as a list"}},

	// Rights.
	{"role twice", inRoles, "id: landlord", "id: cook", []string{"8:9: role 'cook' is defined twice; first on line 2"}},
	{"roles that are none", inRoles, "  - id: landlord\n    title: Landlord\n    services: any\n    case: false\n    source: recalled\n", "  - landlord\n", []string{"8:5: a role is written as 'key: value' lines, not as text"}},
	{"file of roles without keys", inRoles, "", "- id: cook\n", []string{"1:1: the file of roles is written as 'key: value' lines, not as a list"}},
	{"file of rules without keys", inRules, "", "- {}\n", []string{"1:1: the file of rules is written as 'key: value' lines, not as a list"}},
	{"services in a word", inRoles, "services: any", "services: all", []string{"10:15: the services of role 'landlord' are a list of services or the word any, not 'all'"}},
	{"service twice", inRoles, "[kitchen]", "[kitchen, kitchen]", []string{"4:25: role 'cook' names service 'kitchen' twice"}},
	{"service unknown", inRoles, "[kitchen]", "[kitchne]", []string{"4:16: service 'kitchne' of role 'cook' is not in services; did you mean 'kitchen'?"}},
	{"service that is no text", inRoles, "[kitchen]", "[7]", []string{"4:16: the service of role 'cook' is text; put it in quotes"}},
	{"rule that is none", inRules, "rules:", "rules:\n  - all", []string{"2:5: a rule is written as 'key: value' lines, not as text"}},
	{"role without rules", inRoles, "  - id: landlord", "  - {id: chef, title: Chef, plain: a chef, services: any, case: true, source: recalled}\n  - id: landlord", []string{
		"8:10: role 'chef' has case: true but no rule in rules.yaml gives it anything",
	}},
	{"rule of unknown role", inRules, "role: cook, part: timeline", "role: cok, part: timeline", []string{"3:12: role 'cok' is not in roles.yaml; did you mean 'cook'?"}},
	{"rule of role without case", inRules, "role: cook, part: timeline", "role: landlord, part: timeline", []string{
		"3:12: role 'landlord' has case: false in roles.yaml, so no rule may give it anything of a child's file",
	}},
	{"rule without role", inRules, "role: cook, part: timeline", "part: timeline", []string{"3:5: a rule has no role"}},
	{"unknown part", inRules, "timeline", "tmeline", []string{"3:24: unknown part 'tmeline'; did you mean 'timeline'?"}},
	{"unknown action", inRules, "part: timeline, action: look", "part: timeline, action: see", []string{"3:42: unknown action 'see'; it is one of find, look, record, change"}},
	{"unknown ground", inRules, "ground: team", "ground: tema", []string{"3:56: unknown ground 'tema'; did you mean 'team'?"}},
	{"unknown outcome", inRules, "reason first", "reason-first", []string{"3:71: unknown outcome 'reason-first'; did you mean 'reason first'?"}},
	{"rule twice", inRules, "part: timeline, action: look, ground: team", "part: identity, action: look, ground: service", []string{
		"3:5: a rule for cook, identity, look, service is there twice; first on line 2",
	}},

	{"one word of several unknown", inRules, "action: look, ground: team", "action: [look, see], ground: team", []string{"3:49: unknown action 'see'; it is one of find, look, record, change"}},
	{"one of several empty", inRules, "role: cook, part: timeline", "role: [cook, ''], part: timeline", []string{"3:19: the role of a rule is empty"}},
	{"no words at all", inRules, "role: cook, part: timeline", "role: [], part: timeline", []string{"3:12: the list of role is empty"}},
	{"a ground that the office has not", inRules, "part: timeline, action: look, ground: team", "part: caseloads, action: look, ground: allocated", []string{
		"3:57: part 'caseloads' is not about one child, so its ground is one of team, service, everyone, not 'allocated'",
	}},

	// Reasons and training.
	{"file of purposes without keys", inPurposes, "", "- {}\n", []string{"1:1: the file of purposes is written as 'key: value' lines, not as a list"}},
	{"hours without end", inPurposes, "hours: 12", "hours: 1000", []string{"1:21: the lapses_after_hours of the file of purposes is between 1 and 336"}},
	{"a note type that is no id", inPurposes, "note_type: tasted", "note_type: Tasted it", []string{"2:12: note_type 'Tasted it' must be lower-case words with hyphens between them"}},
	{"a purpose that is none", inPurposes, "purposes:\n", "purposes:\n  - none\n", []string{"6:5: a purpose is written as 'key: value' lines, not as text"}},
	{"a purpose twice", inPurposes, "purposes:\n", "purposes:\n  - {id: taste, title: T, note: N, source: recalled}\n", []string{"7:9: purpose 'taste' is defined twice; first on line 6"}},
	{"a question that is none", inPurposes, "    asks:\n", "    asks:\n      - none\n", []string{"10:9: a question is written as 'key: value' lines, not as text"}},
	{"a question twice", inPurposes, "id: salt", "id: dish", []string{"11:14: question 'dish' is defined twice; first on line 10"}},
	{"a question at no time", inPurposes, "when: later", "when: never", []string{"11:62: unknown time to ask 'never'; it is one of first, later"}},
	{"a question neither long nor short", inPurposes, "long: true", "long: very", []string{"11:50: the long of question 'salt' is true or false"}},
	{"a note of what nobody asked", inPurposes, "{dish}", "{drink}", []string{"8:11: the note of purpose 'taste' has {drink}, which nothing asked first is called; it is one of child, dish"}},
	{"a note of what is asked later", inPurposes, "{dish}", "{salt}", []string{"8:11: the note of purpose 'taste' has {salt}, which nothing asked first is called; it is one of child, dish"}},
	{"file of training without keys", inTraining, "", "knives\n", []string{"1:1: the file of training is written as 'key: value' lines, not as text"}},
	{"a course that is none", inTraining, "courses:\n", "courses:\n  - none\n", []string{"2:5: a course is written as 'key: value' lines, not as text"}},
	{"a course twice", inTraining, "courses:\n", "courses:\n  - {id: knives, title: K, months: 1, warn_days: 1, source: recalled}\n", []string{"3:10: course 'knives' is defined twice; first on line 2"}},
	{"file of grants without keys", inGrants, "", "nine\n", []string{"1:1: the file of grants is written as 'key: value' lines, not as text"}},
	{"grants for ever", inGrants, "months: 9", "months: 1200", []string{"1:14: the most_months of the file of grants is between 1 and 120"}},
	{"a course for ever", inTraining, "months: 12", "months: 1200", []string{"2:41: the months of course 'knives' is between 1 and 120"}},

	// Concerns, the watch list, and what children are told.
	{"file of concerns without keys", inConcerns, "", "burnt\n", []string{"1:1: the file of concerns is written as 'key: value' lines, not as text"}},
	{"an outcome that is none", inConcerns, "outcomes:\n", "outcomes:\n  - none\n", []string{"2:5: an outcome is written as 'key: value' lines, not as text"}},
	{"an outcome twice", inConcerns, "id: fine", "id: burnt", []string{"3:10: outcome 'burnt' is defined twice; first on line 2"}},
	{"an outcome neither a breach nor none", inConcerns, "confirmed: true", "confirmed: perhaps", []string{"2:77: the confirmed of outcome 'burnt' is true or false"}},
	{"watch list without keys", inWatch, "", "- same_name\n", []string{"1:1: the watch list is written as 'key: value' lines, not as a list"}},
	{"watch list without a rule", inWatch, "same_address: {quiet_days: 90, source: recalled}\n", "", []string{"1:1: the watch list has no same_address"}},
	{"a rule of the watch list that is none", inWatch, "{quiet_days: 90, source: recalled}", "often", []string{"2:15: a rule is written as 'key: value' lines, not as text"}},
	{"a rule of the watch list without its source", inWatch, "{quiet_days: 90, source: recalled}", "{quiet_days: 90}", []string{"2:15: rule 'same_address' has no source"}},
	{"more than everybody", inWatch, "per_10000: 20", "per_10000: 10001", []string{"1:24: the per_10000 of rule 'same_name' is between 0 and 10000"}},
	{"work never awaited", inWatch, "days: 3,", "days: 0,", []string{"3:46: the days of rule 'no_work' is between 1 and 60"}},
	{"a ground nobody knows", inWatch, "[reason, everyone]", "[reason, anyone]", []string{"3:29: unknown ground 'anyone'; it is one of named, allocated, cover, team, review, grant, reason, service, everyone"}},
	{"a ground twice", inWatch, "[reason, everyone]", "[reason, reason]", []string{"3:29: rule 'no_work' names ground 'reason' twice"}},
	{"no number of files", inWatch, "{files: 5,", "{files: many,", []string{"4:23: the files of rule 'closed_files' is a whole number, not text"}},
	{"a burst of one", inWatch, "{files: 20,", "{files: 1,", []string{"5:16: the files of rule 'burst' is between 2 and 10000"}},
	{"quiet for ever", inWatch, "quiet_days: 7", "quiet_days: 99999", []string{"6:48: the quiet_days of rule 'high_profile' is between 0 and 3660"}},
	{"a role without plain words", inRoles, "    plain: a cook\n", "", []string{"2:5: role 'cook' has no plain"}},
	{"plain words that do not read on", inRoles, "plain: a cook", "plain: cook", []string{"6:12: the plain of role 'cook' begins with a or an, as in 'a social worker'"}},
	{"a service neither sensitive nor not", inService, "sensitive: true\n", "", []string{"1:1: service 'kitchen' has no sensitive; say true or false"}},

	// Code sets.
	{"empty CSV", inCodes, "", "", []string{"1:1: the file is empty"}},
	{"not CSV", inCodes, "Small", `"Sm"all`, []string{`3:11: this is not CSV that can be read: extraneous or missing " in quoted-field`}},
	{"unknown column", inCodes, "label", "lable", []string{"1:10: unknown column 'lable'; did you mean 'label'?"}},
	{"missing column", inCodes, ",source", "", []string{"1:1: the first line must be set,code,label,from,to,source"}},
	{"comma without quotes", inCodes, "Small", "Small, hot", []string{"3:1: the row has 7 columns instead of 6; text with a comma goes in double quotes"}},
	{"space around a value", inCodes, "Small", "Small ", []string{"3:8: the label 'Small ' has space around it"}},
	{"line break in a value", inCodes, "Small", "\"Sm\nall\"", []string{"3:8: the label has a line break in it; is a double quote without its partner?"}},
	{"bad set", inCodes, "size,S", "Size!,S", []string{"3:1: set 'Size!' must be lower-case words with hyphens between them"}},
	{"no label", inCodes, "Small", "", []string{"3:8: set 'size', code 'S': the label is empty"}},
	{"no source in a code set", inCodes, "Small,,,recalled", "Small,,,", []string{"3:16: set 'size', code 'S' has no source"}},
	{"bad source in a code set", inCodes, "Small,,,recalled", "Small,,,recaled", []string{
		"3:16: a source starts with how well it is known, not with 'recaled'; did you mean 'recalled'?",
	}},
	{"no title", inCodes, "size,,Size,,,\"confirmed: the menu\"\n", "", []string{
		"2:1: set 'size' has no title: give it a row with no code and the title as its label",
	}},
	{"title twice", inCodes, "size,S,Small", "size,,Small", []string{"3:1: set 'size' is given a title twice; first on line 2"}},
	{"title with dates", inCodes, "size,,Size,,", "size,,Size,2020-01-01,", []string{"2:12: the title of set 'size' has no dates; only codes have"}},
	{"no codes", inCodes, "size,S,Small,,,recalled", "shape,,Shape,,,recalled", []string{"3:1: set 'shape' has no codes"}},
	{"code twice at once", inCodes, "2014-09-01", "2014-08-31", []string{"5:6: code 'L' is in use twice at once in set 'size'; first on line 4"}},
	{"from after to", inCodes, "L,Large,,", "L,Large,2014-09-02,", []string{"4:14: code 'L' ends on 31 August 2014, before it begins on 2 September 2014"}},
	{"bad date in a code set", inCodes, "2014-08-31", "2014-02-31", []string{"4:15: '2014-02-31' is not a date: February 2014 has no day 31"}},

	// Calendars.
	{"calendar without keys", inCalendar, "", "high season\n", []string{"1:1: a calendar is written as 'key: value' lines, not as text"}},
	{"unknown day of the week", inCalendar, "[Monday]", "[Mnoday]", []string{"4:11: unknown day of the week 'Mnoday'; did you mean 'Monday'?"}},
	{"day of the week that is no text", inCalendar, "[Monday]", "[1]", []string{"4:11: the weekend of calendar 'high-season' is text; put it in quotes"}},
	{"day of the week twice", inCalendar, "[Monday]", "[Monday, Monday]", []string{"4:19: Monday is in the weekend twice"}},
	{"no working day", inCalendar, "[Monday]", "[Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]", []string{
		"1:1: calendar 'high-season': a calendar has at least one working day",
	}},
	{"covers nothing", inCalendar, "covers: {from: 2026-01-01, to: 2026-12-31}\n", "", []string{"1:1: calendar 'high-season' has no covers"}},
	{"covers no period", inCalendar, "{from: 2026-01-01, to: 2026-12-31}", "2026", []string{"5:9: a period is written as 'key: value' lines, not as a number"}},
	{"covers without end", inCalendar, ", to: 2026-12-31", "", []string{"5:9: a period has no to"}},
	{"covers backwards", inCalendar, "to: 2026-12-31", "to: 2025-12-31", []string{"5:32: the period ends on 31 December 2025, before it begins on 1 January 2026"}},
	{"covers too much", inCalendar, "to: 2026-12-31", "to: 2126-12-31", []string{"5:32: the period is longer than 100 years"}},
	{"covers a year without holidays", inCalendar, "to: 2026-12-31", "to: 2027-12-31", []string{"5:9: the calendar covers 2027 but has no holiday in it"}},
	{"holiday that is none", inCalendar, "{day: 2026-03-06, name: Day after the Pie}", "Christmas", []string{"8:5: a holiday is written as 'key: value' lines, not as text"}},
	{"bad date", inCalendar, "2026-03-06", "2026-3-6", []string{"8:11: '2026-3-6' is not a date: a date is written YYYY-MM-DD"}},
	{"day that is not", inCalendar, "2026-03-06", "2026-02-29", []string{"8:11: '2026-02-29' is not a date: February 2026 has no day 29"}},
	{"holiday twice", inCalendar, "2026-03-06", "2026-03-05", []string{"8:11: 5 March 2026 is a holiday twice; first on line 7"}},
	{"holiday outside", inCalendar, "2026-03-06", "2027-03-06", []string{"8:11: 6 March 2027 is outside the days covered, 1 January 2026 to 31 December 2026"}},
}

func TestMistakes(t *testing.T) {
	for _, c := range mistakes {
		t.Run(c.name, func(t *testing.T) {
			files := tree()
			body := c.new
			if c.old != "" {
				was := string(files[c.file].Data)
				if strings.Count(was, c.old) != 1 {
					t.Fatalf("%q is there %d times", c.old, strings.Count(was, c.old))
				}
				body = strings.Replace(was, c.old, c.new, 1)
			}
			files[c.file] = &fstest.MapFile{Data: []byte(body)}
			set, err := definition.Load(files, "")
			if set != nil {
				t.Error("a set with mistakes is handed out")
			}
			var want []string
			for _, w := range c.want {
				want = append(want, c.file+":"+w)
			}
			wantErrors(t, err, want...)
		})
	}
}

func TestMistakesOfPlace(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"unknown folder", "servces/kitchen.yaml", "servces:1:1: unknown folder 'servces'; did you mean 'services'?"},
		{"folder in a folder", "services/old/kitchen.yaml", "services/old:1:1: unknown folder 'old'; it is one of access, calendars, codesets, files, forms, names, people, plans, services, words, work"},
		{"file outside the folders", "kitchen.yaml", "kitchen.yaml:1:1: unknown file 'kitchen.yaml'; definitions stand in a folder: access, calendars, codesets, files, forms, names, people, plans, services, words, work"},
		{"unknown file of rights", "access/rule.yaml", "access/rule.yaml:1:1: unknown file 'rule.yaml'; did you mean 'rules.yaml'?"},
		{"unknown file of types", "files/type.yaml", "files/type.yaml:1:1: unknown file 'type.yaml'; did you mean 'types.yaml'?"},
		{"other ending", "services/kitchen.yml", "services/kitchen.yml:1:1: unknown file 'kitchen.yml'; in services a file's name ends in .yaml"},
		{"left by an editor", "codesets/size.csv~", "codesets/size.csv~:1:1: unknown file 'size.csv~'; in codesets a file's name ends in .csv"},
		{"bad name", "services/Kitchen 2.yaml", "services/Kitchen 2.yaml:1:1: the name of the file must be lower-case words with hyphens between them, then .yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := tree()
			files[c.file] = &fstest.MapFile{Data: []byte(kitchen)}
			_, err := definition.Load(files, "")
			wantErrors(t, err, c.want)
		})
	}
}

func TestFilesThatAreNotDefinitionsArePassedOver(t *testing.T) {
	files := tree()
	for _, name := range []string{"README.md", "services/README.md", "embed.go"} {
		files[name] = &fstest.MapFile{Data: []byte("anything")}
	}
	if set := mustLoad(t, files, ""); len(set.Files) != 10 {
		t.Errorf("files of the set: got %d, want 10", len(set.Files))
	}
}

func TestMissingFiles(t *testing.T) {
	_, err := definition.Load(fstest.MapFS{}, "")
	wantErrors(t, err,
		"access/concerns.yaml:1:1: the file is missing", "access/grants.yaml:1:1: the file is missing", "access/purposes.yaml:1:1: the file is missing", "access/roles.yaml:1:1: the file is missing",
		"access/rules.yaml:1:1: the file is missing", "access/training.yaml:1:1: the file is missing",
		"access/watch.yaml:1:1: the file is missing")
}

// A file of another kind is not reported character by character.
func TestFileOfAnotherKind(t *testing.T) {
	files := tree()
	files[inCodes] = &fstest.MapFile{Data: []byte(strings.Repeat("\x00\x01\n", 500))}
	_, err := definition.Load(files, "")
	errs, _ := errors.AsType[definition.Errors](err)
	if len(errs) != 20 || errs[19].Error() != "codesets/size.csv:10:2: a character that cannot be seen, U+0001" {
		t.Errorf("got %d mistakes:\n%v", len(errs), err)
	}
}

func TestSetInTwoFiles(t *testing.T) {
	files := tree()
	files["codesets/again.csv"] = &fstest.MapFile{Data: []byte(sizes)}
	_, err := definition.Load(files, "")
	wantErrors(t, err, "codesets/size.csv:2:1: set 'size' is also in codesets/again.csv; a set stands in one file")
}

// Many slips are reported together, in order, and a file that cannot be read
// does not make others look wrong.
func TestAllMistakesAtOnce(t *testing.T) {
	files := tree()
	files[inService] = &fstest.MapFile{Data: []byte("{")}
	files[inRules] = &fstest.MapFile{Data: []byte(strings.NewReplacer("identity", "identify", "team", "teem").Replace(rules))}
	files[inCodes] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(sizes, "recalled", "recaled"))}
	_, err := definition.Load(files, "")
	wantErrors(t, err,
		"access/rules.yaml:2:24: unknown part 'identify'; did you mean 'identity'?",
		"access/rules.yaml:3:56: unknown ground 'teem'; did you mean 'team'?",
		"codesets/size.csv:3:16: a source starts with how well it is known, not with 'recaled'; did you mean 'recalled'?",
		"codesets/size.csv:4:26: a source starts with how well it is known, not with 'recaled'; did you mean 'recalled'?",
		"services/kitchen.yaml:1:1: this is not YAML that can be read: could not find flow mapping end token '}'",
	)
}

func TestMarksAndLineEndsOfOtherSystems(t *testing.T) {
	files := tree()
	for name, f := range files {
		files[name] = &fstest.MapFile{Data: []byte("\ufeff" + strings.ReplaceAll(string(f.Data), "\n", "\r\n"))}
	}
	set := mustLoad(t, files, "")
	if size, _ := set.CodeSet("size"); len(size.Codes) != 3 || size.Codes[2].Source != "the menu" {
		t.Errorf("code set: got %+v", size)
	}
	if s, _ := set.Service("kitchen"); s.Words.Episode.Many != "stays" {
		t.Errorf("service: got %+v", s)
	}
}

// A faulty disk is reported like any mistake.
func TestDiskThatFails(t *testing.T) {
	for fails, want := range map[string][]string{
		"open": {"services/kitchen.yaml:1:1: cannot be opened: disk on fire"},
		"stat": {"services/kitchen.yaml:1:1: cannot be read: disk on fire"},
		"read": {"services/kitchen.yaml:1:1: cannot be read: disk on fire"},
		"list": {"services:1:1: cannot be read: disk on fire"},
		"root": {".:1:1: cannot be read: disk on fire"},
	} {
		// The role of a service that could not be read is not wrong for it.
		_, err := definition.Load(faulty{tree(), fails}, "")
		errs, _ := errors.AsType[definition.Errors](err)
		if len(errs) == 0 || !strings.Contains(errs.Error(), want[0]) {
			t.Errorf("%s fails: got\n%v\nwant\n%s", fails, err, want[0])
		}
	}
}

var errFire = errors.New("disk on fire")

type faulty struct {
	fstest.MapFS
	fails string
}

func (f faulty) hit(op, name, path string) error {
	if f.fails == op && name == path {
		return &fs.PathError{Op: op, Path: name, Err: errFire}
	}
	return nil
}

func (f faulty) Open(name string) (fs.File, error) {
	if err := f.hit("open", name, inService); err != nil {
		return nil, err
	}
	file, err := f.MapFS.Open(name)
	if f.fails == "read" && name == inService {
		return badFile{file}, err
	}
	return file, err
}

func (f faulty) Stat(name string) (fs.FileInfo, error) {
	if err := f.hit("stat", name, inService); err != nil {
		return nil, err
	}
	return f.MapFS.Stat(name)
}

func (f faulty) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := errors.Join(f.hit("list", name, "services"), f.hit("root", name, ".")); err != nil {
		return nil, err
	}
	return f.MapFS.ReadDir(name)
}

type badFile struct{ fs.File }

func (badFile) Read([]byte) (int, error) { return 0, errFire }

// Whatever is in a file, loading does not panic; every mistake has a place that
// is there; and a set without mistakes loads again to the same.
func FuzzLoad(f *testing.F) {
	paths := []string{inService, inRoles, inRules, inCodes, inCalendar}
	for i, p := range paths {
		f.Add(i, string(tree()[p].Data))
	}
	for _, c := range mistakes {
		for i, p := range paths {
			if p == c.file && len(c.new) < 500 {
				f.Add(i, strings.Replace(string(tree()[p].Data), c.old, c.new, 1))
				f.Add(i, c.new)
			}
		}
	}
	f.Add(0, "a: &a [*a, *a]\n<<: *a\n--- !!map {? x : y}\n...\n")
	f.Add(0, strings.Repeat("- ", 900))
	f.Add(3, "set,code,label,from,to,source\n\"\n")
	f.Fuzz(func(t *testing.T, which int, body string) {
		path := paths[uint(which)%uint(len(paths))]
		files := tree()
		files[path] = &fstest.MapFile{Data: []byte(body)}
		set, err := definition.Load(files, "")
		if err == nil {
			if again := mustLoad(t, files, ""); again.Hash != set.Hash || len(set.Files) != len(files) {
				t.Errorf("loads again to something else")
			}
			return
		}
		errs, ok := errors.AsType[definition.Errors](err)
		if !ok || len(errs) == 0 || set != nil {
			t.Fatalf("got %v, %v", set, err)
		}
		for _, e := range errs {
			lines := 1
			if own, there := files[e.File]; there {
				lines += strings.Count(string(own.Data), "\n")
			}
			if e.File == "" || e.Message == "" || e.Line < 1 || e.Line > lines || e.Column < 1 {
				t.Errorf("a mistake without a place: %v (the file has %d lines)", e, lines)
			}
		}
	})
}
