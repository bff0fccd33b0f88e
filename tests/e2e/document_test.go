//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"casefile/internal/clause"
)

// chooseIn takes a choice of a group of them.
func (p *page) chooseIn(group, label string) {
	p.t.Helper()
	w := wanted{Kind: "choice", Words: label, Group: group}
	p.click(w)
	if !p.find(w).Checked {
		p.fatalf("%s is not chosen after it was clicked", w)
	}
}

const planFolder = "../../internal/casework/testdata/documents"

// The pages of documents: no rule of accessibility broken, nothing to scroll sideways, no
// error in the console.
func TestEveryPageOfDocuments(t *testing.T) {
	clause.Shows(t, "CR-26", "CR-58")
	folder, err := filepath.Abs(planFolder)
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir() + "/demo"
	prog := startFor(t, demoCommand(data, 200, "--definitions", folder)...)
	a, m := newPage(t, prog, wide), newPage(t, prog, wide)
	for _, p := range []*page{a, m} {
		p.mayLog("status of 422")
		p.mayLog("status of 409")
	}
	a.signIn(adviser)
	c := a.untouched("/documents", "/alerts")
	a.goTo(c.path("/documents"))
	a.inspect("documents-none")
	a.press("Begin an assessment or form")
	a.inspect("choose")
	a.press("Begin")
	a.wantAlert("Select a form")
	a.choose("Plan")
	a.press("Begin")
	a.wantTitle("Plan")
	a.inspect("tasks")
	a.follow("Where things stand")
	a.wantTitle("Where things stand")
	a.inspect("section")
	a.chooseIn("Is it working?", "No")
	a.fill("Why not?", "The bus does not come")
	a.chooseIn("How hard is it?", "3, Hard")
	a.fill("Why this rating?", "Early mornings")
	a.fill("How many hours a week? (optional)", "lots")
	a.see(draftSaved)
	a.press("Save and continue")
	a.wantAlert("There is a problem")
	a.inspect("section-wrong")
	a.fill("How many hours a week? (optional)", "20")
	a.fill("What was said and seen (optional)", "[observed] She smiled.\n\n[their words] I like it.")
	a.press("Save and continue")
	a.wantTitle("People and steps")
	a.press("Add one to: The steps")
	a.fill("What is to be done?", "Ring the college")
	a.chooseIn("Will it be hard? (optional)", "Yes")
	a.fill("Who helps with it?", "Her aunt")
	a.inspect("section-list")
	a.press("Save and continue")
	a.wantTitle("Trouble")
	a.press("Save and continue")
	a.wantTitle("Check the answers")
	a.see("1 thing still stands in the way", "Enter an answer: What if it fails?")
	a.inspect("check")
	a.follow("Enter an answer: What if it fails?")
	a.wantTitle("Trouble")
	a.wantAlert("Enter an answer: What if it fails?")

	// A colleague writes in the same section meanwhile.
	m.signIn(manager)
	m.goTo(c.path("/documents"))
	m.follow("Plan")
	m.follow("Trouble")
	m.fill("What if it fails?", "The other bus")
	m.see(draftSaved)
	m.awaitSaved()
	a.fill("What if it fails?", "Ring me")
	a.see("This draft was changed somewhere else.")
	a.press("Compare the two versions")
	a.see("saved this section after you opened it", "saved here meanwhile:", "The other bus")
	a.wantField("What if it fails?", "Ring me")
	a.inspect("conflict")
	a.fill("What if it fails?", "Ring me, or the other bus")
	a.press("Save and continue")
	a.wantTitle("Check the answers")
	a.inspect("check-ready")
	a.press("Complete it")
	a.wantTitle("Plan")
	a.see("Not final: waits to be authorised")
	a.inspect("waiting")

	m.goTo(c.path("/documents"))
	m.follow("Plan")
	m.see("It is authorised by: Team manager. You wrote in it, so somebody else does.")
	m.inspect("waiting-own")
	m = anotherManager(t, prog, data, folder)
	m.goTo("/work?tray=team")
	m.see("Authorise: Plan", "Pass it on")
	m.inspect("tray-authorise")
	m.goTo("/work")
	m.inspect("work-authorise")
	m.goTo(c.path("/documents"))
	m.follow("Plan")
	m.see("also wrote in it.")
	m.press("Authorise it or return it")
	m.inspect("decide")
	m.press("Continue")
	m.wantAlert("Select whether it is fit to be final")
	m.choose("Yes, authorise it")
	m.press("Continue")
	m.wantAlert("It is authorised, and final.")
	m.inspect("documents")

	a.goTo(c.path("/documents"))
	a.follow("Plan")
	a.inspect("final")
	a.follow("Something in it is wrong: correct it")
	a.inspect("correct")
	a.choose("It is significantly inaccurate")
	a.fill("What is wrong, and how do you know?", "The college says 30 hours.")
	a.press("Begin the correction")
	a.wantTitle("Plan")
	a.inspect("correcting")
	a.follow("Where things stand")
	a.fill("How many hours a week? (optional)", "30")
	a.press("Save, back to all sections")
	a.follow("Give the correction up")
	a.inspect("give-up")
	a.goTo(c.path("/timeline"))
	a.see("Plan: authorised", "Plan: being corrected")
	a.inspect("timeline")
}

// A service that exists only in a folder of definitions, with a form of its own: written,
// completed and authorised in a browser, and no line of the program knows of it.
func TestAServiceOfAFolder(t *testing.T) {
	clause.Shows(t, "CR-26", "CR-58", "CR-35")
	folder := t.TempDir()
	put := func(name, body string) {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	built := func(name string) string {
		t.Helper()
		body, err := os.ReadFile(filepath.Join("../../definitions", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	put("services/lanterns.yaml", strings.NewReplacer("service: participation", "service: lanterns", "title: Participation and guidance", "title: Lanterns").Replace(built("services/participation.yaml")))
	put("access/roles.yaml", built("access/roles.yaml")+"\n  - {id: lantern-guide, title: Lantern guide, services: [lanterns], case: true, plain: a lantern guide, source: recalled}\n")
	put("access/rules.yaml", built("access/rules.yaml")+`
  - {role: lantern-guide, part: identity, action: find, ground: everyone, outcome: shown}
  - {role: lantern-guide, part: [identity, timeline, documents], action: look, ground: everyone, outcome: shown}
  - {role: lantern-guide, part: [identity, timeline, documents, workers], action: record, ground: everyone, outcome: shown}
  - {role: lantern-guide, part: new-files, action: record, ground: everyone, outcome: shown}
`)
	put("forms/lanterns/walk.v1.yaml", `form: walk
version: 1
title: Lantern walk
service: lanterns
source: "recalled: invented for a test"
complete_by: [lantern-guide]
authorise_by: [team-manager]
sections:
  - id: night
    title: The night
    evidence: record
    ask:
      - {id: dark, type: yes-no, text: Was it dark?, required: true, demands: {"no": [why-light]}}
      - {id: why-light, type: text, text: Why was it light?}
      - {id: said, type: text, text: What was said, marks: required, required: true}
      - {id: brightness, type: rating, text: How bright was the lantern?, min: 1, max: 3, why: none, required: true}
      - id: stops
        type: list
        text: The stops
        min: 1
        item: [{id: where, type: text, text: Where?, required: true}]
rules:
  - {id: bright-stops, check: "night.brightness < 3 || size(night.stops) > 0", say: A bright lantern stops somewhere., beside: night.stops}
scores:
  - {id: glow, title: Glow, value: "night.brightness + size(night.stops)", source: recalled}
on_sign:
  - task: {title: Put the lantern back, to: author, days: 3}
`)
	walk := filepath.Join(folder, "forms/lanterns/walk.v1.yaml")
	if out := command(t, "form", "check", "--definitions", folder, walk); !strings.Contains(out, "No mistakes: walk version 1") {
		t.Fatal(out)
	}
	data, set := filepath.Join(t.TempDir(), "data"), "CASEFILE_DEFINITIONS="+folder
	command(t, set, "migrate", "--data", data)
	add := func(login, given, role string, more ...string) (password, secret string) {
		t.Helper()
		out := command(t, append([]string{
			set, "user", "add", login, "--data", data, "--given", given, "--family", "Testworth", "--role", role, "--team", "Lantern Team",
			"--trained", time.Now().AddDate(0, 0, -7).Format(time.DateOnly),
		}, more...)...)
		return passwordLine.FindStringSubmatch(out)[1], secretLine.FindStringSubmatch(out)[1]
	}
	guidePassword, guideSecret := add("guide", "Greta", "lantern-guide", "--service", "lanterns")
	managerPassword, managerSecret := add("manager", "Moss", "team-manager")
	prog := serveAt(t, data, freeAddress(t), "--definitions", folder)
	in := func(login, password, secret string) *page {
		p := newPage(t, prog, wide)
		p.mayLog("status of 422")
		p.goTo("/")
		p.fill("Login", login)
		p.fill("Password", password)
		p.press("Continue")
		p.fill("Code", nextCode(t, secret, ""))
		p.press("Sign in")
		p.fill("Password you have now", password)
		p.fill("New password", "lantern harbour "+login)
		p.fill("New password again", "lantern harbour "+login)
		p.press("Change password")
		return p
	}
	g := in("guide", guidePassword, guideSecret)
	g.goTo("/find/add")
	g.fill("Given names", "Quillianne")
	g.fill("Family name", "Zebedee")
	g.choose("Nothing")
	g.choose("Lantern Team, nobody of it yet")
	g.press("Add this young person")
	g.see("The file is made.")
	file := strings.TrimPrefix(g.url(), prog.url)
	g.goTo("/" + file)
	g.begin(contactWith)
	g.choose("Phone call")
	g.on(today())
	g.fill(whatHappened, "She rang about the walk.")
	g.press(record)
	g.goTo("/" + file + "/documents/new")
	g.choose("Lantern walk")
	g.press("Begin")
	g.follow("The night")
	g.chooseIn("Was it dark?", "Yes")
	g.fill("What was said", "It was lovely.")
	g.see("From the record", contactWith+", "+today().Long())
	g.inspect("evidence")
	g.resize(narrow)
	g.see("From the record, below: 1 entry to look at")
	g.resize(wide)
	g.press("Take it up: " + contactWith + ", " + today().Long())
	g.see("Taken up for this section", "Nothing else was recorded since")
	g.inspect("evidence-taken")
	g.wantField("What was said", "It was lovely.")
	g.chooseIn("How bright was the lantern?", "3")
	g.press("Save and continue")
	g.wantAlert("Begin each paragraph with its mark")
	g.fill("What was said", "[their words] It was lovely.\n\n[allegation by a passer-by] They were loud.")
	g.press("Save and continue")
	g.wantAlert("A bright lantern stops somewhere.")
	g.press("Add one to: The stops")
	g.fill("Where?", "The old bridge")
	g.press("Save and continue")
	g.wantTitle("Check the answers")
	g.see("Their words", "Allegation by a passer-by", "The old bridge", "Glow")
	g.press("Complete it")
	g.see("Not final: waits to be authorised", "It is authorised by: Team manager.")
	at := strings.TrimPrefix(g.url(), prog.url)

	m := in("manager", managerPassword, managerSecret)
	m.goTo("/" + at)
	m.press("Authorise it or return it")
	m.choose("Yes, authorise it")
	m.press("Continue")
	m.wantAlert("It is authorised, and final.")
	g.goTo("/" + at)
	g.see("Evidence from the record", contactWith+", "+today().Long(), "Authorised, and so final", "To do: For whoever completed it: Put the lantern back, by")
}
