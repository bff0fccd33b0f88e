package web

import (
	"net/http"

	"casefile/internal/web/static"
)

// A door says who may come to a route.
type door int

const (
	signedIn  door = iota // in a role; the zero door, so that forgetting to choose keeps people out
	nameKnown             // signed in, but not yet in a role, or still with a password to change
	anybody               // with a session to put things in
	machines              // no session at all
)

// A route is one address.
type route struct {
	pattern string
	door    door
	do      page
}

// A page answers a request, or says why not; the error becomes a status, a page
// and, if it is ours, a line in the log.
type page func(w http.ResponseWriter, r *http.Request) error

// routes lists every address of the program.
func (s *Server) routes() []route {
	rs := []route{
		{"GET /healthz", machines, machine(s.healthz)},
		{"GET /readyz", machines, machine(s.readyz)},
		{"GET /static/", machines, machine(static.Handler().ServeHTTP)},

		{"GET /sign-in", anybody, s.signIn},
		{"POST /sign-in", anybody, s.takePassword},
		{"GET /sign-in/code", anybody, s.code},
		{"POST /sign-in/code", anybody, s.takeCode},
		{"POST /sign-out", anybody, s.signOut},

		{"GET /password", nameKnown, s.password},
		{"POST /password", nameKnown, s.changePassword},
		{"GET /role", nameKnown, s.role},
		{"POST /role", nameKnown, s.chooseRole},

		{"GET /{$}", signedIn, s.home},
		{"GET /work", signedIn, s.myWork},
		{"POST /work/notices/{notice}/seen", signedIn, s.seeNotice},
		{"GET /work/counts", signedIn, s.trayCounts},
		{"GET /work/messages", signedIn, s.messages},
		{"POST /work/messages", signedIn, s.chooseMessages},

		// What is due about a child: tasks, and the stages of their cases.
		{"GET /children/{ref}/work", signedIn, s.fileWork},
		{"GET /children/{ref}/work/{case}/{stage}", signedIn, s.askStage},
		{"POST /children/{ref}/work/{case}/{stage}", signedIn, s.reachStage},
		{"GET /children/{ref}/tasks/add", signedIn, s.askTask},
		{"POST /children/{ref}/tasks/add", signedIn, s.openTask},
		{"GET /children/{ref}/tasks/{task}", signedIn, s.task},
		{"GET /children/{ref}/tasks/{task}/{step}", signedIn, s.askStep},
		{"POST /children/{ref}/tasks/{task}/{step}", signedIn, s.takeStep},

		{"POST /kept", signedIn, s.readKept},

		{"GET /find", signedIn, s.find},
		{"POST /find", signedIn, s.find},

		// A file for a child who has none, what is known of who people are, and their
		// families.
		{"GET /find/add", signedIn, s.askChild},
		{"POST /find/add", signedIn, s.addChild},
		{"GET /new-identity", signedIn, s.newIdentity},
		{"GET /children/{ref}/details/{kind}", signedIn, s.facts},
		{"GET /children/{ref}/details/{kind}/add", signedIn, s.askFact},
		{"POST /children/{ref}/details/{kind}/add", signedIn, s.stateFact},
		{"GET /children/{ref}/details/{kind}/{fact}/correct", signedIn, s.askFact},
		{"POST /children/{ref}/details/{kind}/{fact}/correct", signedIn, s.stateFact},
		{"GET /children/{ref}/details/{kind}/{fact}/end", signedIn, s.askEndFact},
		{"POST /children/{ref}/details/{kind}/{fact}/end", signedIn, s.endFact},
		{"GET /children/{ref}/details/{kind}/{fact}/check", signedIn, s.askCheckFact},
		{"POST /children/{ref}/details/{kind}/{fact}/check", signedIn, s.checkFact},
		{"GET /children/{ref}/letter", signedIn, s.letters},
		{"GET /children/{ref}/letter/{to}", signedIn, s.askLetter},
		{"POST /children/{ref}/letter/{to}", signedIn, s.takeLetter},
		{"GET /children/{ref}/relations", signedIn, s.relations},
		{"GET /children/{ref}/genogram", signedIn, s.genogram},
		{"GET /children/{ref}/relations/add", signedIn, s.askRelative},
		{"POST /children/{ref}/relations/add", signedIn, s.addRelative},
		{"GET /children/{ref}/relations/{relation}/change", signedIn, s.askChangeRelative},
		{"POST /children/{ref}/relations/{relation}/change", signedIn, s.changeRelative},
		{"GET /children/{ref}/relations/{relation}/end", signedIn, s.askEndRelative},
		{"POST /children/{ref}/relations/{relation}/end", signedIn, s.endRelative},
		{"GET /children/{ref}/relations/{relation}/house", signedIn, s.askHouse},
		{"POST /children/{ref}/relations/{relation}/house", signedIn, s.house},
		{"GET /children/{ref}/relations/household/{member}/end", signedIn, s.askEndStay},
		{"POST /children/{ref}/relations/household/{member}/end", signedIn, s.endStay},
		{"GET /children/{ref}/relations/whereabouts", signedIn, s.askWhereabouts},
		{"POST /children/{ref}/relations/whereabouts", signedIn, s.stateWhereabouts},

		// What must be seen first.
		{"GET /children/{ref}/alerts", signedIn, s.alerts},
		{"GET /children/{ref}/alerts/add", signedIn, s.askAlert},
		{"POST /children/{ref}/alerts/add", signedIn, s.setAlert},
		{"GET /children/{ref}/alerts/{alert}/change", signedIn, s.askAlert},
		{"POST /children/{ref}/alerts/{alert}/change", signedIn, s.setAlert},
		{"GET /children/{ref}/alerts/{alert}/end", signedIn, s.askEndAlert},
		{"POST /children/{ref}/alerts/{alert}/end", signedIn, s.endAlert},

		{"GET /children/{ref}", signedIn, s.overview},
		{"GET /children/{ref}/timeline", signedIn, s.timeline},
		{"GET /children/{ref}/looks", signedIn, s.looks},

		// Forms that are filled in: written, completed, authorised, corrected.
		{"GET /children/{ref}/documents", signedIn, s.documents},
		{"GET /children/{ref}/documents/new", signedIn, s.chooseForm},
		{"POST /children/{ref}/documents", signedIn, s.beginDocument},
		{"GET /children/{ref}/documents/{document}", signedIn, s.document},
		{"GET /children/{ref}/documents/{document}/write", signedIn, s.writeDocument},
		{"GET /children/{ref}/documents/{document}/sections/{section}", signedIn, s.documentSection},
		{"POST /children/{ref}/documents/{document}/sections/{section}", signedIn, s.saveSection},
		{"POST /children/{ref}/documents/{document}/sections/{section}/autosave", signedIn, s.autosaveSection},
		{"GET /children/{ref}/documents/{document}/sections/{section}/earlier", signedIn, s.earlierSections},
		{"GET /children/{ref}/documents/{document}/check", signedIn, s.checkDocument},
		{"POST /children/{ref}/documents/{document}/exceptions", signedIn, s.saveExceptions},
		{"POST /children/{ref}/documents/{document}/complete", signedIn, s.completeDocument},
		{"GET /children/{ref}/documents/{document}/decide", signedIn, s.askDecideDocument},
		{"POST /children/{ref}/documents/{document}/decide", signedIn, s.decideDocument},
		{"GET /children/{ref}/documents/{document}/correct", signedIn, s.askCorrectDocument},
		{"POST /children/{ref}/documents/{document}/correct", signedIn, s.correctDocument},
		{"GET /children/{ref}/documents/{document}/drop", signedIn, s.askDropDocument},
		{"POST /children/{ref}/documents/{document}/drop", signedIn, s.dropDocument},
		{"GET /children/{ref}/documents/{document}/compare", signedIn, s.compareDocument},

		// Plans: written piece by piece, authorised, reviewed, changed, closed.
		{"GET /children/{ref}/plans", signedIn, s.plans},
		{"GET /children/{ref}/plans/new", signedIn, s.choosePlan},
		{"POST /children/{ref}/plans", signedIn, s.beginPlan},
		{"GET /children/{ref}/plans/{plan}", signedIn, s.plan},
		{"GET /children/{ref}/plans/{plan}/write", signedIn, s.writePlan},
		{"GET /children/{ref}/plans/{plan}/add/{sort}", signedIn, s.addPlanPart},
		{"GET /children/{ref}/plans/{plan}/parts/{part}", signedIn, s.planPart},
		{"POST /children/{ref}/plans/{plan}/parts/{part}", signedIn, s.savePlanPart},
		{"POST /children/{ref}/plans/{plan}/parts/{part}/autosave", signedIn, s.autosavePlanPart},
		{"POST /children/{ref}/plans/{plan}/parts/{part}/remove", signedIn, s.removePlanPart},
		{"POST /children/{ref}/plans/{plan}/parts/{part}/take-up", signedIn, s.takeUpTarget},
		{"GET /children/{ref}/plans/{plan}/earlier", signedIn, s.earlierPlanParts},
		{"POST /children/{ref}/plans/{plan}/finish", signedIn, s.finishPlan},
		{"POST /children/{ref}/plans/{plan}/again", signedIn, s.writePlanAgain},
		{"GET /children/{ref}/plans/{plan}/compare", signedIn, s.comparePlan},
		{"GET /children/{ref}/plans/{plan}/actions/{action}/served", signedIn, s.askServed},
		{"POST /children/{ref}/plans/{plan}/actions/{action}/served", signedIn, s.served},
		{"GET /children/{ref}/plans/{plan}/decide", signedIn, s.askDecidePlan},
		{"POST /children/{ref}/plans/{plan}/decide", signedIn, s.decidePlan},
		{"GET /children/{ref}/plans/{plan}/drop", signedIn, s.askDropPlan},
		{"POST /children/{ref}/plans/{plan}/drop", signedIn, s.dropPlan},

		// Meetings: what is arranged, who is invited and came.
		{"GET /children/{ref}/meetings", signedIn, s.meetings},
		{"GET /children/{ref}/meetings/new", signedIn, s.chooseMeeting},
		{"POST /children/{ref}/meetings", signedIn, s.setUpMeeting},
		{"GET /children/{ref}/meetings/{meeting}", signedIn, s.meeting},
		{"GET /children/{ref}/meetings/{meeting}/change", signedIn, s.askArrange},
		{"POST /children/{ref}/meetings/{meeting}/change", signedIn, s.arrange},
		{"GET /children/{ref}/meetings/{meeting}/cancel", signedIn, s.askCancel},
		{"POST /children/{ref}/meetings/{meeting}/cancel", signedIn, s.cancelMeeting},
		{"GET /children/{ref}/meetings/{meeting}/withdraw", signedIn, s.askWithdraw},
		{"POST /children/{ref}/meetings/{meeting}/withdraw", signedIn, s.withdrawMeeting},
		{"GET /children/{ref}/meetings/{meeting}/hold", signedIn, s.askHold},
		{"POST /children/{ref}/meetings/{meeting}/hold", signedIn, s.hold},
		{"GET /children/{ref}/meetings/{meeting}/invite", signedIn, s.askInvite},
		{"POST /children/{ref}/meetings/{meeting}/invite", signedIn, s.invite},
		{"GET /children/{ref}/meetings/{meeting}/invitees/{invitee}", signedIn, s.invitee},
		{"POST /children/{ref}/meetings/{meeting}/invitees/{invitee}", signedIn, s.changeInvitee},
		{"GET /meetings", signedIn, s.myMeetings},

		// What was said there and what was decided, and who was sent it.
		{"GET /children/{ref}/meetings/{meeting}/minutes", signedIn, s.writeMinutes},
		{"POST /children/{ref}/meetings/{meeting}/minutes", signedIn, s.saveMinutes},
		{"POST /children/{ref}/meetings/{meeting}/minutes/autosave", signedIn, s.autosaveMinutes},
		{"GET /children/{ref}/meetings/{meeting}/minutes/earlier", signedIn, s.earlierMinutes},
		{"GET /children/{ref}/meetings/{meeting}/minutes/before/{step}", signedIn, s.minutesBefore},
		{"GET /children/{ref}/meetings/{meeting}/minutes/agree", signedIn, s.askAgree},
		{"POST /children/{ref}/meetings/{meeting}/minutes/agree", signedIn, s.agree},
		{"GET /children/{ref}/meetings/{meeting}/minutes/correct", signedIn, s.askCorrectMinutes},
		{"POST /children/{ref}/meetings/{meeting}/minutes/correct", signedIn, s.correctMinutes},
		{"GET /children/{ref}/meetings/{meeting}/minutes/keep", signedIn, s.askKeep},
		{"POST /children/{ref}/meetings/{meeting}/minutes/keep", signedIn, s.keepMinutes},
		{"GET /children/{ref}/meetings/{meeting}/decisions/{decision}", signedIn, s.askDecision},
		{"POST /children/{ref}/meetings/{meeting}/decisions/{decision}", signedIn, s.decide},
		{"GET /children/{ref}/meetings/{meeting}/print", signedIn, s.printMeeting},
		{"GET /children/{ref}/meetings/{meeting}/send", signedIn, s.askSend},
		{"POST /children/{ref}/meetings/{meeting}/send", signedIn, s.noteSent},
		{"GET /children/{ref}/meetings/{meeting}/sent/{sent}/back", signedIn, s.askSentBack},
		{"POST /children/{ref}/meetings/{meeting}/sent/{sent}/back", signedIn, s.takeSentBack},
		{"GET /children/{ref}/decisions", signedIn, s.decisions},

		{"GET /children/{ref}/files", signedIn, s.files},
		{"GET /children/{ref}/files/add", signedIn, s.chooseFile},
		{"POST /children/{ref}/files/add", signedIn, s.addFile},
		{"GET /children/{ref}/files/{file}", signedIn, s.fileContent},
		{"GET /children/{ref}/files/{file}/view", signedIn, s.viewPicture},
		{"GET /children/{ref}/files/{file}/picture", signedIn, s.picture},

		// Saying why, and the note that it leaves.
		{"GET /children/{ref}/reason", signedIn, s.reason},
		{"POST /children/{ref}/reason", signedIn, s.stateReason},
		{"GET /children/{ref}/notes/{note}", signedIn, s.note},
		{"POST /children/{ref}/notes/{note}", signedIn, s.addToNote},

		// To whom a file is restricted.
		{"GET /children/{ref}/restriction", signedIn, s.restriction},
		{"GET /children/{ref}/restriction/change", signedIn, s.changeRestriction},
		{"POST /children/{ref}/restriction/change", signedIn, s.restrict},
		{"POST /children/{ref}/restriction/lift", signedIn, s.liftRestriction},
		{"POST /children/{ref}/restriction/held/{held}", signedIn, s.decideHeld},

		// Of whom a record is: two files merged, something moved to the right
		// child, and that undone.
		{"GET /children/{ref}/corrections", signedIn, s.corrections},
		{"GET /children/{ref}/corrections/{correction}/undo", signedIn, s.askUndo},
		{"POST /children/{ref}/corrections/{correction}/undo", signedIn, s.undoCorrection},
		{"GET /children/{ref}/merge", signedIn, s.askMerge},
		{"POST /children/{ref}/merge", signedIn, s.merge},
		{"GET /children/{ref}/entries/{entry}/move", signedIn, s.askMove},
		{"POST /children/{ref}/entries/{entry}/move", signedIn, s.move},
		{"GET /children/{ref}/files/{file}/move", signedIn, s.askMove},
		{"POST /children/{ref}/files/{file}/move", signedIn, s.move},
		{"GET /children/{ref}/documents/{document}/move", signedIn, s.askMove},
		{"POST /children/{ref}/documents/{document}/move", signedIn, s.move},
		{"GET /children/{ref}/plans/{plan}/move", signedIn, s.askMove},
		{"POST /children/{ref}/plans/{plan}/move", signedIn, s.move},
		{"GET /children/{ref}/meetings/{meeting}/move", signedIn, s.askMove},
		{"POST /children/{ref}/meetings/{meeting}/move", signedIn, s.move},

		// Whom a file is open to for a time.
		{"GET /children/{ref}/grants", signedIn, s.grants},
		{"GET /children/{ref}/grants/add", signedIn, s.addGrantForm},
		{"POST /children/{ref}/grants/add", signedIn, s.addGrant},
		{"POST /children/{ref}/grants/{grant}/end", signedIn, s.endGrant},
		{"GET /grants/add", signedIn, s.grantListForm},
		{"POST /grants/add", signedIn, s.grantList},

		{"GET /children/{ref}/record", signedIn, s.chooseEntry},
		{"POST /children/{ref}/record", signedIn, s.startDraft},
		{"GET /children/{ref}/drafts/{draft}", signedIn, s.draft},
		{"POST /children/{ref}/drafts/{draft}", signedIn, s.recordDraft},
		{"POST /children/{ref}/drafts/{draft}/save", signedIn, s.saveDraft},
		{"POST /children/{ref}/drafts/{draft}/autosave", signedIn, s.autosaveDraft},
		{"POST /children/{ref}/drafts/{draft}/merge", signedIn, s.mergeDraft},
		{"GET /children/{ref}/drafts/{draft}/drop", signedIn, s.askDropDraft},
		{"POST /children/{ref}/drafts/{draft}/drop", signedIn, s.dropDraft},

		{"GET /workers", signedIn, s.workers},
		{"POST /workers", signedIn, s.workers},
		{"GET /workers/me", signedIn, s.contact},
		{"POST /workers/me", signedIn, s.saveContact},

		// Who may see or do what, why, and changes of it.
		{"GET /rights", signedIn, s.rightsTable},
		{"GET /rights/explain", signedIn, s.explain},
		{"POST /rights/explain", signedIn, s.explain},
		{"GET /rights/changes", signedIn, s.rightsChanges},
		{"POST /rights/changes", signedIn, s.decideRights},

		// Who works with whom: on the file, in lists, and the workers themselves.
		{"GET /caseloads", signedIn, s.caseloads},
		{"GET /children/{ref}/workers", signedIn, s.fileWorkers},
		{"GET /children/{ref}/workers/open", signedIn, s.askOpenCase},
		{"POST /children/{ref}/workers/open", signedIn, s.openCase},
		{"GET /children/{ref}/workers/{case}/allocate", signedIn, s.askAllocate},
		{"POST /children/{ref}/workers/{case}/allocate", signedIn, s.allocate},
		{"GET /children/{ref}/workers/{case}/further", signedIn, s.askAllocate},
		{"POST /children/{ref}/workers/{case}/further", signedIn, s.allocate},
		{"POST /children/{ref}/workers/{case}/further/end", signedIn, s.endFurther},
		{"GET /children/{ref}/workers/{case}/transfer", signedIn, s.askTransfer},
		{"POST /children/{ref}/workers/{case}/transfer", signedIn, s.transfer},
		{"GET /children/{ref}/workers/{case}/close", signedIn, s.askCloseCase},
		{"POST /children/{ref}/workers/{case}/close", signedIn, s.closeCase},
		{"GET /children/{ref}/professionals/add", signedIn, s.askProfessional},
		{"POST /children/{ref}/professionals/add", signedIn, s.addProfessional},
		{"GET /children/{ref}/professionals/{professional}/end", signedIn, s.askEndProfessional},
		{"POST /children/{ref}/professionals/{professional}/end", signedIn, s.endProfessional},
		{"GET /workers/{worker}", signedIn, s.workerDesk},
		{"GET /workers/{worker}/plans", signedIn, s.workersPlans},
		{"GET /workers/{worker}/absence", signedIn, s.askAbsence},
		{"POST /workers/{worker}/absence", signedIn, s.declareAbsence},
		{"POST /workers/{worker}/absences/{absence}/end", signedIn, s.endAbsence},
		{"GET /workers/{worker}/roles/{assignment}/end", signedIn, s.askEndRole},
		{"POST /workers/{worker}/roles/{assignment}/end", signedIn, s.endRole},
		// Connections that workers declare, and training.
		{"GET /workers/me/connections", signedIn, s.connections},
		{"POST /workers/me/connections", signedIn, s.declare},
		{"GET /workers/connections", signedIn, s.staffConnections},
		{"POST /workers/connections/{connection}/end", signedIn, s.takeBack},
		{"GET /workers/training", signedIn, s.training},
		{"POST /workers/training", signedIn, s.recordTraining},
		{"GET /workers/training/{training}/take-back", signedIn, s.askTakeBackTraining},
		{"POST /workers/training/{training}/take-back", signedIn, s.takeBackTraining},

		// When it went wrong: concerns, the watch list, and who has looked.
		{"GET /children/{ref}/concerns/report", signedIn, s.reportConcern},
		{"POST /children/{ref}/concerns/report", signedIn, s.keepConcern},
		{"GET /concerns", signedIn, s.concerns},
		{"GET /concerns/{concern}", signedIn, s.concern},
		{"GET /concerns/{concern}/steps/{step}", signedIn, s.concernStep},
		{"POST /concerns/{concern}/steps/{step}", signedIn, s.takeConcernStep},
		{"GET /concerns/{concern}/answer", signedIn, s.concernQuestion},
		{"POST /concerns/{concern}/answer", signedIn, s.answerConcern},
		{"GET /watch-list", signedIn, s.watchList},
		{"GET /watch-list/{hit}", signedIn, s.watchHit},
		{"POST /watch-list/{hit}", signedIn, s.takeHitStep},
		{"GET /watch-list/{hit}/answer", signedIn, s.askedLooks},
		{"POST /watch-list/{hit}/answer", signedIn, s.explainLooks},
		{"GET /children/{ref}/high-profile", signedIn, s.highProfile},
		{"POST /children/{ref}/high-profile", signedIn, s.markHighProfile},
		{"GET /children/{ref}/looks/for-them", signedIn, s.sheet},
		{"GET /children/{ref}/looks/for-them/names", signedIn, s.looksNames},
		{"POST /children/{ref}/looks/for-them/names", signedIn, s.decideNames},

		{"/", signedIn, s.nothing},
	}
	if s.Provider != nil {
		rs = append(
			rs,
			// A link and no button: a browser holds where a form leads against
			// form-action all the way, and the provider may send people on.
			route{"GET /sign-in/provider", anybody, s.leaveForProvider},
			route{"GET /sign-in/provider/callback", anybody, s.backFromProvider},
			route{"GET /sign-in/emergency", anybody, s.emergency},
			route{"POST /sign-in/emergency", anybody, s.takeSealedSecret},
		)
	}
	if s.Demo != nil {
		rs = append(
			rs,
			route{"GET /demo", anybody, s.demo},
			route{"POST /demo", anybody, s.demoSignIn},
		)
	}
	return rs
}

// mux puts the routes behind their doors.
func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	limit, limitProvider := s.limitSignIn(signInPosts), s.limitSignIn(providerTrips)
	for _, rt := range s.routes() {
		var h http.Handler
		switch rt.door {
		case machines:
			h = s.answer(rt.do)
		case anybody:
			h = s.session(s.answer(rt.do))
		case nameKnown:
			h = s.session(s.answer(s.known(rt.do)))
		default:
			h = s.session(s.answer(s.known(s.inRole(rt.do))))
		}
		switch rt.pattern {
		case "POST /sign-in", "POST /sign-in/code", "POST /sign-in/emergency", "POST /password":
			h = limit(h)
		case "GET /sign-in/provider", "GET /sign-in/provider/callback":
			h = limitProvider(h)
		}
		mux.Handle(rt.pattern, h)
	}
	return mux
}

func machine(h http.HandlerFunc) page {
	return func(w http.ResponseWriter, r *http.Request) error {
		h(w, r)
		return nil
	}
}

// nothing answers every address that is not listed.
func (s *Server) nothing(http.ResponseWriter, *http.Request) error { return errNothing }

// Patterns lists every route, in the order of the table.
func (s *Server) Patterns() []string {
	var ps []string
	for _, rt := range s.routes() {
		ps = append(ps, rt.pattern)
	}
	return ps
}
