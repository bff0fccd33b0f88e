package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/task"
	"casefile/internal/web/file"
	"casefile/internal/web/tasks"
)

// What pages about tasks leave for the next to say.
const (
	toldTaskOpened = "task-opened"
	toldStage      = "task-stage"
	toldMessages   = "task-messages"
	toldTask       = "task-step-" // and the step
)

var taskWords = map[string]string{
	toldTaskOpened:                     "The task is opened. Whoever has it has been told.",
	toldMessages:                       "Your choice is kept.",
	toldStage:                          "The stage is saved.",
	toldTask + string(task.Taken):      "The task is yours.",
	toldTask + string(task.Finished):   "The task is done.",
	toldTask + string(task.Reassigned): "The task is passed on. Whoever had it, and whoever has it now, has been told.",
	toldTask + string(task.Drop):       "The task is dropped.",
	toldTask + string(task.Reopened):   "The task is open again.",
	toldTask + string(task.AskedWhy):   "Whoever has the task is asked why it is late.",
	toldTask + string(task.SaidWhy):    "Why the task is late is kept with it.",
}

// trayAsk is what the address of a tray asks for.
func trayAsk(r *http.Request) casework.TrayAsk {
	q := r.URL.Query()
	ask := casework.TrayAsk{Tray: q.Get("tray"), Order: task.Order(q.Get("sort")), Nobodys: q.Get("only") == "nobodys", After: task.ID(q.Get("after"))}
	if !slices.Contains(task.Orders, ask.Order) {
		ask.Order = task.ByDue
	}
	if !id.Valid(string(ask.After)) {
		ask.After = ""
	}
	return ask
}

// tray answers GET /work where it asks for a tray.
func (s *Server) tray(w http.ResponseWriter, r *http.Request, ask casework.TrayAsk) error {
	p, err := s.Casework.Tray(r.Context(), s.actor(r), ask)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, tasks.Tray(tasks.TrayPage{
		Frame: s.frame(r), Words: s.Casework, Tray: p, Ask: ask, First: ask.After == "", Told: s.told(r),
	}))
}

// GET /work/counts
//
// It is for the script that keeps the tabs of My work fresh. Counts name nobody.
func (s *Server) trayCounts(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Casework.TrayCounts(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	counts := make(map[string]string, len(list))
	for _, t := range list {
		counts[t.Key] = tasks.CountWords(t.Counts)
	}
	return writeJSON(w, http.StatusOK, counts)
}

// GET /children/{ref}/work
func (s *Server) fileWork(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.FileWorkPart())
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, tasks.Work(tasks.WorkPage{
		File: s.file(r, f.Header, f.Offers), Masked: f.Outcome == access.Masked, Work: f.Value, Told: s.told(r),
	}))
}

// GET /children/{ref}/tasks/add
func (s *Server) askTask(w http.ResponseWriter, r *http.Request) error {
	return s.newTaskPage(w, r, http.StatusOK, nil)
}

func (s *Server) newTaskPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.NewTaskPart())
	if err != nil {
		return err
	}
	form := r.PostForm
	return s.render(w, r, status, tasks.Add(tasks.AddPage{
		File: s.file(r, f.Header, f.Offers), Kinds: f.Value, Kind: form.Get("kind"), Words: form.Get(task.FieldWords),
		Day: form.Get("due-day"), Month: form.Get("due-month"), Year: form.Get("due-year"), Problems: ps,
	}))
}

// POST /children/{ref}/tasks/add
func (s *Server) openTask(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	form := r.PostForm
	due, wrong := date.FromParts(form.Get("due-day"), form.Get("due-month"), form.Get("due-year"))
	n := casework.NewTask{Kind: form.Get("kind"), Words: form.Get(task.FieldWords), Due: due}
	if wrong != nil {
		n.Words = "" // nothing is opened: the page says what else is wrong, too
	}
	_, err = s.Casework.OpenTask(r.Context(), look.Actor, look.Reference, n)
	if fault.Is(err, fault.Invalid) {
		ps := problemsOf(err, "kind")
		if wrong != nil {
			if form.Get(task.FieldWords) != "" {
				ps = slices.DeleteFunc(ps, func(p fault.Problem) bool { return p.Field == task.FieldWords })
			}
			ps = append(ps, fault.Problem{Field: task.FieldDue, Message: fmt.Sprintf("The day by when it is due %s", wrong)})
		}
		return s.newTaskPage(w, r, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldTaskOpened)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Work, http.StatusSeeOther)
	return nil
}

// taskOf is the task that an address names.
func taskOf(r *http.Request) (task.ID, error) {
	key := r.PathValue("task")
	if !id.Valid(key) {
		return "", errNothing
	}
	return task.ID(key), nil
}

// GET /children/{ref}/tasks/{task}
func (s *Server) task(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key, err := taskOf(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.TaskPart(key, false))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, tasks.Task(tasks.TaskPage{File: s.file(r, f.Header, f.Offers), Task: f.Value, Told: s.told(r)}))
}

// GET /children/{ref}/tasks/{task}/{step}
func (s *Server) askStep(w http.ResponseWriter, r *http.Request) error {
	return s.taskStepPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) taskStepPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key, err := taskOf(r)
	if err != nil {
		return err
	}
	step := task.Step(r.PathValue("step"))
	f, err := casework.Open(r.Context(), s.Casework, look, casework.TaskPart(key, step == task.Reassigned))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown || !f.Value.May.Step(step) {
		return errNothing
	}
	return s.render(w, r, status, tasks.Step(tasks.StepPage{
		File: s.file(r, f.Header, f.Offers), Task: f.Value, Step: step, Problems: ps, Changed: changed,
		Reason: stepReason(r), To: r.PostForm.Get(task.FieldTo),
	}))
}

// stepReason is what was typed as a reason, under either of its names.
func stepReason(r *http.Request) string {
	return or(r.PostForm.Get(task.FieldReason), r.PostForm.Get(task.LateReason))
}

// POST /children/{ref}/tasks/{task}/{step}
func (s *Server) takeStep(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key, err := taskOf(r)
	if err != nil {
		return err
	}
	rev, err := strconv.Atoi(r.PostForm.Get("rev"))
	if err != nil {
		rev = -1 // of no page of ours: it shows the task first
	}
	step := task.Step(r.PathValue("step"))
	err = s.Casework.StepTask(r.Context(), look.Actor, look.Reference, key, casework.TaskStep{
		Step: step, Rev: rev, Reason: stepReason(r), To: task.Holder(r.PostForm.Get(task.FieldTo)),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return s.taskStepPage(w, r, http.StatusUnprocessableEntity, problemsOf(err, task.FieldReason), false)
	case fault.Is(err, fault.Conflict):
		page := s.taskStepPage(w, r, http.StatusConflict, nil, true)
		if fault.Is(page, fault.NotFound) { // as it stands now, the step is not to be taken any more
			return err
		}
		return page
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldTask+string(step))
	http.Redirect(w, r, tasks.TaskAddress(look.Reference, key), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/work/{case}/{stage}
func (s *Server) askStage(w http.ResponseWriter, r *http.Request) error {
	return s.stagePage(w, r, http.StatusOK, nil)
}

func (s *Server) stagePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.StagePart(r.PathValue("case"), r.PathValue("stage")))
	if err != nil {
		return err
	}
	p := tasks.StagePage{File: s.file(r, f.Header, f.Offers), Stage: f.Value, Problems: ps, Typed: map[string]string{"seen": f.Value.Now.ID}}
	if r.Method == http.MethodPost {
		for _, name := range tasks.StageFields {
			p.Typed[name] = r.PostForm.Get(name)
		}
		return s.render(w, r, status, tasks.Stage(p))
	}
	for name, day := range map[string]date.Date{"planned": f.Value.Now.Planned, "actual": f.Value.Now.Actual} {
		if !day.IsZero() {
			p.Typed[name+"-day"], p.Typed[name+"-month"], p.Typed[name+"-year"] = strconv.Itoa(day.Day()), strconv.Itoa(day.Month()), strconv.Itoa(day.Year())
		}
	}
	p.Typed[task.LateReason] = f.Value.Now.Late
	return s.render(w, r, status, tasks.Stage(p))
}

// POST /children/{ref}/work/{case}/{stage}
func (s *Server) reachStage(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	form := r.PostForm
	var ps []fault.Problem
	day := func(name, label string) date.Date {
		d, err := date.FromParts(form.Get(name+"-day"), form.Get(name+"-month"), form.Get(name+"-year"))
		if err != nil {
			ps = append(ps, fault.Problem{Field: name + "-day", Message: fmt.Sprintf("%s %s", label, err)})
		}
		return d
	}
	n := casework.NewStage{
		Planned: day("planned", "The day for which it is planned"), Actual: day("actual", "The day on which it was reached"),
		Late: form.Get(task.LateReason), Why: form.Get(task.FieldWhy), Seen: form.Get("seen"),
	}
	if len(ps) > 0 {
		return s.stagePage(w, r, http.StatusUnprocessableEntity, ps)
	}
	err = s.Casework.ReachStage(r.Context(), look.Actor, look.Reference, r.PathValue("case"), r.PathValue("stage"), n)
	if fault.Is(err, fault.Invalid) {
		return s.stagePage(w, r, http.StatusUnprocessableEntity, problemsOf(err, task.FieldPlanned))
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldStage)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Work, http.StatusSeeOther)
	return nil
}
