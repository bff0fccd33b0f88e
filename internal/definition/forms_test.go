package definition_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"casefile/definitions"
	"casefile/internal/definition"
)

const (
	inTasting = "forms/kitchen/tasting.v1.yaml"
	inMenu    = "forms/kitchen/menu.v1.yaml"
)

// formTree is the invented definitions that package form is tested with.
func formTree(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS("../form/testdata/kitchen")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil || len(files) < 10 {
		t.Fatalf("testdata of forms: %d files, %v", len(files), err)
	}
	return files
}

// One case for each kind of mistake that can be made in a form: old is replaced by
// new (all of the file, where old is empty), and want is each mistake that follows,
// in the order of their places. The first is reported where the text at begins.
var formMistakes = []struct {
	name, file, old, new string
	at                   string // a text in the changed file at which the first mistake is reported
	want                 []string
}{
	// Its names.
	{"another name", inTasting, "form: tasting", "form: testing", "testing\n", []string{
		"form 'testing' of version 1 stands in the file 'tasting.v1.yaml'; its name is 'testing.v1.yaml'",
	}},
	{"another version", inTasting, "version: 1", "version: 2", "tasting\n", []string{
		"form 'tasting' of version 2 stands in the file 'tasting.v1.yaml'; its name is 'tasting.v2.yaml'",
	}},
	{"another folder", inTasting, "service: kitchen", "service: stables", "stables\n", []string{
		"form 'tasting' is of service 'stables' and stands in the folder 'kitchen'",
	}},
	{"key unknown", inTasting, "complete_by:", "completed_by:", "completed_by", []string{
		"unknown key 'completed_by'; did you mean 'complete_by'?",
	}},

	// Who completes and authorises it.
	{"nobody completes", inTasting, "complete_by: [cook]\n", "", "tasting\n", []string{"tasting version 1 does not say which role completes it"}},
	{"nobody authorises", inTasting, "authorise_by: [landlord]\n", "", "tasting\n", []string{
		"tasting version 1 does not say which role authorises it; where none has to, say authorise: none",
	}},
	{"both", inTasting, "authorise_by: [landlord]", "authorise_by: [landlord]\nauthorise: none", "tasting\n", []string{
		"tasting version 1 says both who authorises it and that nobody has to",
	}},
	{"role unknown", inTasting, "[cook]", "[cok]", "cok]", []string{"role 'cok' is not in roles.yaml; did you mean 'cook'?"}},
	{"role twice", inTasting, "[cook]", "[cook, cook]", "cook]", []string{"role 'cook' is named twice"}},
	{"authorise in another word", inTasting, "authorise_by: [landlord]", "authorise: nobody", "nobody", []string{"unknown authorise 'nobody'; it is one of none"}},

	// Dates.
	{"calendar unknown", inTasting, "calendar: high-season", "calendar: low-season", "low-season", []string{"there is no calendar 'low-season'; it is one of high-season"}},
	{"working days by none", inTasting, ", calendar: high-season", "", "{after", []string{"working days are counted by a calendar, which is not named"}},
	{"a calendar for nothing", inTasting, "working_days: 10", "days: 10", "high-season", []string{"a calendar is named, and no working days are counted"}},
	{"two counts", inTasting, "working_days: 10", "working_days: 10, weeks: 2", "{after", []string{"a document is due after a number of days, working_days, weeks or months, and of one of them"}},
	{"due after nothing", inTasting, "episode.opened", "episode.closed", "episode.closed", []string{
		"a document is due after episode.opened, document.final:FORM, fact.KIND or meeting.KIND, not after 'episode.closed'",
	}},
	{"due after no form", inTasting, "episode.opened", "document.final:bill", "document.final:bill", []string{"the due of tasting version 1 names form 'bill', which there is not; it is one of menu, tasting"}},
	{"due after no fact", inTasting, "episode.opened", "fact.portions", "fact.portions", []string{"nobody records the fact 'portions'; did you mean 'portion'?"}},
	{"due after no meeting", inTasting, "episode.opened", "meeting.banquet", "meeting.banquet", []string{"there is no kind of meeting 'banquet'"}},
	{"a limit without source", inTasting, "calendar: high-season, source: recalled", "calendar: high-season", "{after", []string{"a due date has no source"}},
	{"never reviewed", inTasting, "every_months: 3, ", "", "{dates_match", []string{"a document is reviewed every_days or every_months, and by one of them"}},
	{"dates of no form", inTasting, "dates_match: menu", "dates_match: bill", "bill", []string{"the dates_match of tasting version 1 names form 'bill', which there is not; it is one of menu, tasting"}},

	// Other forms.
	{"uses no form", inTasting, "uses: [menu]", "uses: [bill]", "bill]", []string{"the uses of tasting version 1 names form 'bill', which there is not; it is one of menu, tasting"}},
	{"uses itself", inTasting, "uses: [menu]", "uses: [menu, tasting]", "tasting]", []string{"a form reads its own last document as previous, and does not use itself"}},
	{"copies from no form", inTasting, "form: menu, from", "form: bill, from", "bill, from", []string{"the copy_from of tasting version 1 names form 'bill', which there is not; it is one of menu, tasting"}},
	{"copies from no section", inTasting, "from: dinner", "from: supper", "supper", []string{"form 'menu' has no section 'supper' to copy from"}},
	{"copies to no section", inTasting, "to: dish", "to: plate", "plate,", []string{"there is no section 'plate' to copy to"}},
	{"copies no question", inTasting, "questions: [hot, taste]", "questions: [hot, tongue]", "tongue]", []string{"section 'dinner' of form 'menu' has no question 'tongue' to copy"}},
	{"copies to no question", inTasting, "questions: [hot, taste]", "questions: [hot, courses]", "courses]", []string{"section 'dish' has no question 'courses' to copy to"}},
	{"copies other answers", inMenu, "{id: sweet, label: Sweet}", "{id: hot, label: Hot}", "", []string{"question 'taste' of form 'menu' takes other answers than the one here, so that they cannot be copied"}},
	{"nothing in common", inTasting, "to: dish, questions: [hot, taste]", "to: judgement", "{form: menu", []string{"sections 'dinner' and 'judgement' have no question in common"}},
	{"copied or not", inTasting, ", review: false", "", "{from: people", []string{"a copy has no review; say true or false"}},

	// Questions.
	{"section twice", inTasting, "id: judgement", "id: dish", "dish\n    title: Judgement", []string{
		"section 'dish' is there twice", "rule 'all-liked' stands beside 'judgement.look', and there is no section 'judgement'",
	}},
	{"evidence from elsewhere", inTasting, "id: judgement\n", "id: judgement\n    evidence: recrod\n", "recrod", []string{"unknown evidence 'recrod'; did you mean 'record'?"}},
	{"section of a kept name", inTasting, "id: judgement", "id: today", "today\n", []string{"section 'today' has a name that expressions keep for themselves; give it another", "rule 'all-liked' stands beside 'judgement.look', and there is no section 'judgement'"}},
	{"section of a form's name", inTasting, "id: judgement", "id: menu", "menu\n    title: J", []string{"section 'menu' has the name of a form", "rule 'all-liked' stands beside 'judgement.look', and there is no section 'judgement'"}},
	{"question twice", inTasting, "id: served", "id: weight", "weight, type: date", []string{"question 'weight' is there twice; first on line 32"}},
	{"question of a section's name", inTasting, "id: served", "id: people", "people, type: date", []string{"question 'people' has the name of a section, so that 'people' in an expression could be either"}},
	{"question of a kept name", inTasting, "id: again", "id: sum", "sum, type", []string{"question 'sum' has a name that expressions keep for themselves; give it another"}},
	{"question of a list's neighbour", inTasting, "{id: name, type: text", "{id: signed, type: text", "signed, type: text", []string{"question 'signed' of a list has the name of a question beside the list"}},
	{"a list in a list", inTasting, "{id: name, type: text, text: Name, required: true}", "{id: name, type: list, text: Name, item: [{id: x, type: text, text: X}]}", "name, type: list", []string{"question 'name': a list has no lists inside it"}},
	{"a column called row", inTasting, "{id: used, type: yes-no, text: Used?}", "{id: used, type: yes-no, text: Used?}\n          - {id: row, type: text, text: Row}", "row, type: text", []string{"a column is not called row: that is which row it is"}},
	{"type unknown", inTasting, "type: person", "type: persn", "persn", []string{"unknown type of question 'persn'; did you mean 'person'?"}},
	{"key of another type", inTasting, "type: date, text", "type: date, set: size, text", "set: size, text: When", []string{"question 'served' of type date has no set; that is for code, codes"}},
	{"min above max", inTasting, "min: 0, max: 50", "min: 60, max: 50", "60, max", []string{"question 'weight' has a min of 60 and a max of 50, which nothing is between"}},
	{"list too long", inTasting, "max: 30", "max: 300", "300", []string{"question 'guests' has a max of 300; at most 100"}},
	{"option twice", inTasting, "{id: green, label: Green}", "{id: red, label: Green}", "red, label: Green", []string{"option 'red' of question 'sauce' is there twice"}},
	{"one option", inTasting, "{id: red, label: Red}, {id: green, label: Green}, {id: brown, label: Brown}", "{id: red, label: Red}", "sauce", []string{"question 'sauce' has fewer than two options to choose from"}},
	{"code set unknown", inTasting, "type: code, set: size", "type: code, set: width", "width", []string{"there is no code set 'width'"}},
	{"labels that are too few", inTasting, "labels: [Not at all, Faintly,", "labels: [Faintly,", "smell", []string{"rating 'smell' has 4 labels for 5 values"}},
	{"rating without end", inTasting, "type: rating, min: 0, max: 4, text: How did it look?", "type: rating, min: 0, text: How did it look?", "{id: look", []string{"question 'look' has no max"}},
	{"required and computed", inTasting, "type: computed, gives", "type: computed, required: true, gives", "required: true, gives", []string{
		"question 'days-kept' of type computed has no required; that is for yes-no, yes-no-unknown, rating, choice, choices, code, codes, number, date, period, person, text, list, signature, attachment",
	}},
	{"computed of nothing", inTasting, `, value: "days(served, eaten.from)"`, "", "{id: days-kept", []string{"question 'days-kept' has no value"}},

	// Demands.
	{"answer that is none demands", inTasting, `{unknown: [finding-out]}`, `{maybe: [finding-out]}`, "maybe: [", []string{"question 'burnt' can never be 'maybe'; it is one of yes, no, unknown"}},
	{"demands no question", inTasting, `"no": [cold-why]`, `"no": [cold-wy]`, "cold-wy]", []string{"question 'hot' demands 'cold-wy', which is no question beside it; did you mean 'cold-why'?"}},
	{"demanded and when", inTasting, "{id: finding-out, type: text,", "{id: finding-out, type: text, when: \"hot == 'yes'\",", "finding-out]", []string{
		"question 'finding-out' has a when, and is demanded by an answer to 'burnt'; one of the two says when it is shown",
	}},
	{"demands that are text", inTasting, "{unknown: [finding-out]}", "finding-out", "finding-out}", []string{"the demands of question 'burnt' are written as 'answer: [question]', not as text"}},
	{"demands nothing", inTasting, "{unknown: [finding-out]}", "{unknown: []}", "[]}", []string{"what answer 'unknown' of question 'burnt' demands is a list of questions"}},

	// Expressions.
	{"not an expression", inTasting, `"look > 2"`, `"look >"`, "", []string{"this is not an expression that can be read: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"}},
	{"name unknown", inTasting, `"look > 2"`, `"look > 2 && lok < 4"`, "lok < 4", []string{"unknown name 'lok'; did you mean 'look'?"}},
	{"name of another section", inTasting, `"look > 2"`, `"hot == 'yes'"`, "hot == 'yes'\"}", []string{"unknown name 'hot'; a question of section 'dish' is dish.hot here"}},
	{"question unknown", inTasting, "judgement.look + judgement.smell", "judgement.look + judgement.smel", ".smel\"", []string{"there is no 'smel' there; did you mean 'smell'?"}},
	{"types that do not go together", inTasting, `"look > 2"`, `"look > '2'"`, "> '2'", []string{"'>' does not go with a whole number and text"}},
	{"a when that is no condition", inTasting, `"look > 2"`, `"look + 2"`, "look + 2", []string{"the when of question 'again' is a whole number, and has to be true or false"}},
	{"a rule that is no condition", inTasting, `"menu.dinner.hot == dish.hot"`, `"menu.dinner.hot"`, "menu.dinner.hot\"", []string{"the check of rule 'as-on-the-menu' is text, and has to be true or false"}},
	{"a score that is no number", inTasting, `"judgement.look + judgement.smell"`, `"dish.hot"`, "dish.hot\"\n    bands", []string{"the value of score 'total' is text, and has to be a whole number"}},
	{"computed otherwise than said", inTasting, "gives: whole", "gives: text", "days(served", []string{"the value of question 'days-kept' is a whole number, and has to be text"}},
	{"an answer nobody can give", inTasting, "dish.hot == 'yes' ||", "dish.hot == 'maybe' ||", "'maybe'", []string{"question 'hot' can never be 'maybe'; it is one of yes, no"}},
	{"an answer nobody can give, in a list", inTasting, "g.liked == 'yes'", "g.liked == 'perhaps'", "'perhaps'", []string{"question 'liked' can never be 'perhaps'; it is one of yes, no"}},
	{"an answer nobody can give, of several", inTasting, "dish.taste == 'sweet'", "dish.taste in ['sweet', 'salty']", "'salty'", []string{"question 'taste' can never be 'salty'; it is one of sweet, sour, nothing"}},
	{"a row that there is not", inTasting, "row != 'salt'", "row != 'sugar'", "'sugar'", []string{"question 'row' can never be 'sugar'; it is one of salt, pepper"}},
	{"a code that there is not", inTasting, `"answered(dish.portion)"`, `"dish.portion == 'XL'"`, "'XL'", []string{"question 'portion' can never be 'XL'; it is one of S, L, L, M"}},
	{"a number out of range", inTasting, `"look > 2"`, `"look > 4"`, "4\"}", []string{"question 'look' is never > 4; it is from 0 to 4"}},
	{"a date that is none", inTasting, `"look > 2"`, `"today > date('2026-13-01')"`, "'2026-13-01'", []string{"'2026-13-01' is not a date, such as 2026-03-05"}},
	{"a taken name for items", inTasting, "all(g, g.liked", "all(dish, g.liked", "g.liked", []string{"unknown name 'g'; it is one of dish, episode, fact, judgement, menu, people, person, previous, score, today"}},
	{"shadowing", inTasting, "all(g, g.liked == 'yes')", "all(dish, dish.liked == 'yes')", "people.guests.all", []string{"'dish' is the name of something already; call each item of the list otherwise"}},
	{
		"too costly", inTasting, `"dish.taste != 'sour' || dish.hot == 'no'"`,
		`"people.guests.all(a, people.guests.all(b, people.guests.all(c, a.spoons + b.spoons + c.spoons > 0)))"`, "people.guests.all(a",
		[]string{"the check of rule 'sour-is-cold' may take 12060603 steps, and may take 250000: it goes through lists inside lists, or through long texts of each item"},
	},
	{"in a circle", inTasting, "{id: served, type: date,", "{id: served, type: date, when: \"days_kept > 1\",", "served, type", []string{"goes round in a circle: dish.served needs dish.days-kept needs dish.served"}},
	{"in a circle by a score", inTasting, `when: "dish.hot == 'yes' || dish.taste == 'sweet'"`, `when: "score.total > 2"`, "judgement\n    title", []string{
		"goes round in a circle: section judgement needs score.total needs judgement.look needs section judgement",
	}},
	{"in a circle inside a list", inTasting, "{id: spoons, type: number,", "{id: spoons, type: number, when: \"hungry == 'yes'\",", "spoons, type", []string{"goes round in a circle in list 'guests': spoons needs hungry needs spoons"}},

	// What is impossible.
	{"section never shown", inTasting, `when: "dish.hot == 'yes' || dish.taste == 'sweet'"`, `when: "dish.hot == 'no' && dish.burnt == 'yes'"`, "dish.hot == 'no' && dish", []string{
		"section 'judgement' can never be shown",
		"question 'look' is required, and its section 'judgement' can never be shown",
	}},
	{"question never shown", inTasting, "{id: served, type: date,", "{id: served, type: date, when: \"hot == 'yes' && hot == 'no'\",", "served, type", []string{
		"question 'served' can never be shown", "question 'days-kept' can never be shown",
	}[:1]},
	{"rule that says nothing", inTasting, "dish.taste != 'sour' || dish.hot == 'no'", "dish.hot == 'yes' || dish.hot == 'no'", "dish.hot == 'yes' || dish.hot == 'no'", []string{
		"rule 'sour-is-cold' holds for every answer, so it says nothing",
	}},
	{"rule that nobody can keep", inTasting, "dish.taste != 'sour' || dish.hot == 'no'", "dish.hot == 'yes' && dish.hot == 'no'", "dish.hot == 'yes' && dish.hot == 'no'", []string{
		"rule 'sour-is-cold' fails for every answer, so nothing could be completed",
	}},

	// Rules, scores and effects.
	{"rule twice", inTasting, "id: all-liked", "id: sour-is-cold", "id: sour-is-cold\n    check: \"people", []string{"rule 'sour-is-cold' is there twice"}},
	{"beside no section", inTasting, "beside: judgement.look", "beside: jugement.look", "jugement", []string{"rule 'all-liked' stands beside 'jugement.look', and there is no section 'jugement'"}},
	{"beside no question", inTasting, "beside: judgement.look", "beside: judgement.lok", "judgement.lok", []string{"rule 'all-liked' stands beside 'judgement.lok', and section 'judgement' has no question 'lok'; did you mean 'look'?"}},
	{"exception in another word", inTasting, "exception: allowed", "exception: maybe", "maybe\n", []string{"unknown exception 'maybe'; it is one of allowed"}},
	{"score twice", inTasting, "id: spoons, title: Spoons", "id: total, title: Spoons", "{id: total, title: Spoons", []string{"score 'total' is there twice"}},
	{"bands out of order", inTasting, "{from: 5, label: Good}", "{from: 0, label: Good}", "{from: 0, label: Good}", []string{"band 'Good' of score 'total' begins at 0, and the one before it at 0"}},
	{"fact unknown", inTasting, "{kind: portion, value", "{kind: portions, value", "portions", []string{"nobody records the fact 'portions'; did you mean 'portion'?"}},
	{"fact in words", inTasting, "{kind: portion, value", "{kind: nickname, value", "nickname", []string{"fact 'nickname' is told in words, so a form cannot set it"}},
	{"fact of no code", inTasting, "value: dish.portion", "value: dish.taste", "dish.taste, when", []string{"fact 'portion' would be set to 'sweet', an answer to 'taste', which is no code of set 'size'"}},
	{"fact of a literal that is no code", inTasting, "value: dish.portion", `value: "dish.hot == 'yes' ? 'S' : 'XL'"`, "dish.hot == 'yes' ?", []string{"fact 'portion' would be set to 'XL', which is no code of set 'size'"}},
	{"fact that cannot be told", inTasting, "value: dish.portion", "value: dish.cold_why", "dish.cold_why", []string{"which code fact 'portion' would be set to cannot be told; name a question, a code, or choose between them with ? and :"}},
	{"requires no form", inTasting, "{form: menu, when", "{form: bill, when", "bill, when", []string{"the require of tasting version 1 names form 'bill', which there is not; it is one of menu, tasting"}},
	{"requires itself", inTasting, "{form: menu, when", "{form: tasting, when", "tasting, when", []string{"a form does not require itself: that would never end"}},
	{"milestone of nothing", inTasting, "{id: tasted}", "{id: tastd}", "tastd", []string{"there is no milestone 'tastd' of service 'kitchen'; did you mean 'tasted'?"}},
	{"task of nobody", inTasting, "to: cook", "to: chef", "chef", []string{"'chef' is no role, and none of author, allocated, line-manager; it is one of author, allocated, line-manager, cook, landlord"}},
	{"directory in another word", inTasting, "tell: update", "tell: stop", "stop", []string{"the directory cannot be told 'stop'; it is one of start, update, end"}},
	{"effect unknown", inTasting, "milestone: {id: tasted}", "milestne: {id: tasted}", "milestne", []string{"an effect has one key, which says what it does", "unknown key 'milestne'; did you mean 'milestone'?"}},
}

func TestFormMistakes(t *testing.T) {
	for _, m := range formMistakes {
		t.Run(m.name, func(t *testing.T) {
			files := formTree(t)
			body := string(files[m.file].Data)
			if !strings.Contains(body, m.old) {
				t.Fatalf("%s has no %q", m.file, m.old)
			}
			changed := strings.Replace(body, m.old, m.new, 1)
			files[m.file] = &fstest.MapFile{Data: []byte(changed)}
			_, err := definition.Load(files, "")
			errs, _ := err.(definition.Errors)
			got := make([]string, len(errs))
			for i, e := range errs {
				got[i] = e.Message
			}
			if strings.Join(got, "\n") != strings.Join(m.want, "\n") {
				t.Fatalf("mistakes:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(m.want, "\n"))
			}
			if m.at == "" {
				return
			}
			i := strings.Index(changed, m.at)
			if i < 0 {
				t.Fatalf("the changed file has no %q", m.at)
			}
			line := 1 + strings.Count(changed[:i], "\n")
			column := i - strings.LastIndex(changed[:i], "\n")
			if errs[0].File != m.file || errs[0].Line != line || errs[0].Column != column {
				t.Errorf("reported at %s:%d:%d, want %s:%d:%d", errs[0].File, errs[0].Line, errs[0].Column, m.file, line, column)
			}
		})
	}
}

func TestFormsStandInTheirFolders(t *testing.T) {
	body := formTree(t)[inTasting].Data
	for name, want := range map[string]string{
		"forms/tasting.v1.yaml":             "forms/tasting.v1.yaml:1:1: a form stands in the folder of its service: forms/SERVICE/NAME.v1.yaml",
		"forms/kitchen/tasting.yaml":        "forms/kitchen/tasting.yaml:1:1: the name of a form's file is lower-case words with hyphens between them, then its version and .yaml, as in NAME.v1.yaml",
		"forms/kitchen/tasting.v0.yaml":     "forms/kitchen/tasting.v0.yaml:1:1: the name of a form's file is lower-case words with hyphens between them, then its version and .yaml, as in NAME.v1.yaml",
		"forms/kitchen/old/tasting.v1.yaml": "forms/kitchen/old:1:1: unknown folder 'old'; it is one of access, calendars, codesets, files, forms, names, people, plans, services, words, work",
	} {
		files := formTree(t)
		delete(files, inTasting)
		files[name] = &fstest.MapFile{Data: body}
		_, err := definition.Load(files, "")
		wantErrors(t, err, want)
	}
}

// What other services wrote is behind a right of its own, so that no form reads it for
// whoever fills it in.
func TestFormsReadTheirOwnService(t *testing.T) {
	files := formTree(t)
	files["forms/stables/menu.v1.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(files[inMenu].Data), "service: kitchen", "service: stables", 1))}
	delete(files, inMenu)
	_, err := definition.Load(files, "")
	for _, key := range []string{"uses", "copy_from"} {
		if want := "the " + key + " of tasting version 1 names form 'menu' of service 'stables'; a form reads those of its own service"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not said: %s\n%v", want, err)
		}
	}
}

func TestVersionsOfForms(t *testing.T) {
	further := func(files fstest.MapFS, name, version string) {
		body := strings.Replace(string(files[inMenu].Data), "version: 1", "version: "+version, 1)
		files[name] = &fstest.MapFile{Data: []byte(body)}
	}
	files := formTree(t)
	further(files, "forms/kitchen/menu.v2.yaml", "2")
	set := mustLoad(t, files, "")
	if f, ok := set.Form("menu", 0); !ok || f.Version != 2 {
		t.Errorf("the newest menu is version %d", f.Version)
	}
	if f, ok := set.Form("menu", 1); !ok || f.Version != 1 || len(set.Forms()) != 3 {
		t.Errorf("version 1 is not there beside version 2: %v", ok)
	}
	if second(set.Form("menu", 3)) {
		t.Error("there is a version 3")
	}
	files = formTree(t)
	further(files, "forms/kitchen/menu.v3.yaml", "3")
	_, err := definition.Load(files, "")
	wantErrors(t, err, "forms/kitchen/menu.v3.yaml:2:7: form 'menu' has a version 3 and no version 2")
}

// A folder adds versions, and edits none that the program was built with.
func TestAPublishedVersionIsNotEdited(t *testing.T) {
	built := formTree(t)
	same := write(t, map[string]string{inMenu: string(built[inMenu].Data)})
	if set := mustLoad(t, built, same); len(set.Changes) != 0 {
		t.Errorf("the same form changes %v", set.Changes)
	}
	edited := write(t, map[string]string{inMenu: strings.Replace(string(built[inMenu].Data), "Is it hot?", "Is it very hot?", 1)})
	_, err := definition.Load(built, edited)
	wantErrors(t, err, "forms/kitchen/menu.v1.yaml:1:1: a version of a form that is published is not edited: documents were written under it; add a further version")
	added := write(t, map[string]string{"forms/kitchen/menu.v2.yaml": strings.Replace(string(built[inMenu].Data), "version: 1", "version: 2", 1)})
	if f, ok := mustLoad(t, built, added).Form("menu", 0); !ok || f.Version != 2 {
		t.Error("a folder cannot add a version")
	}
}

// Who completes and who authorises a form are rights: a second person approves them,
// and until they have, those approved before hold. A form nobody approved is
// completed by nobody.
func TestWhoCompletesAFormIsApproved(t *testing.T) {
	files := formTree(t)
	set := mustLoad(t, files, "")
	approved := set.Rights()
	files[inMenu].Data = []byte(strings.Replace(string(files[inMenu].Data), "complete_by: [cook]", "complete_by: [landlord]", 1))
	files["forms/kitchen/menu.v2.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(formTree(t)[inMenu].Data), "version: 1", "version: 2", 1))}
	changed := mustLoad(t, files, "")
	if changed.RightsHash() == set.RightsHash() {
		t.Error("another role completes the menu, and no rights change")
	}
	held, err := changed.WithRights(approved)
	if err != nil {
		t.Fatal(err)
	}
	if held.RightsHash() != set.RightsHash() {
		t.Error("the approved rights have another hash over other forms")
	}
	first, _ := held.Form("menu", 1)
	second, _ := held.Form("menu", 2)
	if len(first.CompleteBy) != 1 || first.CompleteBy[0].Text != "cook" {
		t.Errorf("version 1 is completed by %v, want those approved", first.CompleteBy)
	}
	if len(second.CompleteBy) != 0 || len(second.AuthoriseBy) != 0 || second.NoAuthorise {
		t.Errorf("version 2, which nobody approved, is completed by %v", second.CompleteBy)
	}
	if given, _ := changed.Form("menu", 1); given.CompleteBy[0].Text != "landlord" {
		t.Error("holding the rights changed the set that was given")
	}
	said := strings.Join(definition.CompareRights(held, changed), " ")
	for _, want := range []string{"version 1, is completed by “Landlord”, and not by “Cook”.", "version 2, is completed by “Cook”, and not by nobody."} {
		if !strings.Contains(said, want) {
			t.Errorf("in words: %s; want %s", said, want)
		}
	}
	older, err := changed.WithRights(slices.DeleteFunc(slices.Clone(approved), func(f definition.File) bool { return f.Path == "access/forms.yaml" }))
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := older.Form("menu", 1); f.CompleteBy[0].Text != "landlord" {
		t.Error("under rights of a release that did not count forms, a form is not as it says itself")
	}
}

// Which facts a form sets is a right too: what an edited form sets beside them is not set
// before a second person has approved that, whichever version of the file is read.
func TestWhatAFormSetsIsApproved(t *testing.T) {
	files := formTree(t)
	const effect = "  - set_fact: {kind: portion, value: dish.portion, when: \"answered(dish.portion)\"}\n"
	with := string(files[inTasting].Data)
	files[inTasting].Data = []byte(strings.Replace(with, effect, "", 1))
	without := mustLoad(t, files, "")
	files[inTasting].Data = []byte(with)
	changed := mustLoad(t, files, "")
	held, err := changed.WithRights(without.Rights())
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := changed.Form("tasting", 1); !slices.Equal(f.Sets(), []string{"portion"}) {
		t.Errorf("it says that it sets %v", f.Sets())
	}
	if f, _ := held.Form("tasting", 1); len(f.Sets()) != 0 {
		t.Errorf("unapproved, it sets %v", f.Sets())
	}
	if f, ok := held.KeptForm(inTasting, with); !ok || len(f.Sets()) != 0 {
		t.Error("of a document that was begun on it, it sets what nobody approved")
	}
	if f, ok := changed.KeptForm(inTasting, with); !ok || !slices.Equal(f.Sets(), []string{"portion"}) {
		t.Error("approved, a kept form does not set it")
	}
	if f, ok := without.KeptForm("forms/kitchen/gone.v1.yaml", strings.Replace(with, "form: tasting", "form: gone", 1)); !ok || len(f.Sets()) != 0 {
		t.Error("of a form that has left, something is set")
	}
	if said := strings.Join(definition.CompareRights(held, changed), " "); !strings.Contains(said, "The form “Tasting”, version 1, sets “") {
		t.Errorf("in words: %s", said)
	}
	if said := strings.Join(definition.CompareRights(changed, held), " "); !strings.Contains(said, "on the file any more.") {
		t.Errorf("in words: %s", said)
	}
}

// Documents were written under each version of a form that was published, so that
// it stays as it was. testdata/published.txt has their hashes, as sha256sum lists
// them: a new version gets a line, and a line changes only before its release.
func TestPublishedFormsAreAsTheyWere(t *testing.T) {
	list, err := os.ReadFile("testdata/published.txt")
	if err != nil {
		t.Fatal(err)
	}
	set := mustLoad(t, definitions.FS, "")
	published := map[string]string{}
	for line := range strings.Lines(string(list)) {
		hash, path, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("a line that cannot be read: %q", line)
		}
		published[path] = hash
		if f, ok := set.File(path); !ok || f.Hash != hash {
			t.Errorf("%s is not as it was published; put it back, and add a further version", path)
		}
	}
	for _, f := range set.Files {
		if strings.HasPrefix(f.Path, "forms/") && published[f.Path] == "" {
			t.Errorf("%s is not in testdata/published.txt; add: %s  %s", f.Path, f.Hash, f.Path)
		}
	}
}

// What forms name is not judged while the file that has it cannot be read.
func TestFormsAreLeftAloneWhileOthersAreBroken(t *testing.T) {
	files := formTree(t)
	files["people/characteristics.yaml"] = &fstest.MapFile{Data: []byte("kinds: [\n")}
	_, err := definition.Load(files, "")
	errs, _ := err.(definition.Errors)
	if len(errs) == 0 {
		t.Fatal("no mistake")
	}
	for _, e := range errs {
		if e.File != "people/characteristics.yaml" {
			t.Errorf("a mistake that only follows: %v", e)
		}
	}
}
