package web

import (
	"fmt"
	"net/http"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/web/workers"
)

// inSentence is a title in the middle of a sentence.
func inSentence(title string) string {
	if len(title) > 1 && title[1] >= 'a' && title[1] <= 'z' { // not that of an abbreviation
		return strings.ToLower(title[:1]) + title[1:]
	}
	return title
}

// lapsed says which training of a worker's has lapsed, so that no file opens to
// them, and what to do (KF-08).
func lapsed(list []casework.Trained, today date.Date) []string {
	var sentences []string
	for _, t := range list {
		switch title := inSentence(t.Course.Title); {
		case t.Until.IsZero():
			sentences = append(sentences, fmt.Sprintf("Your training in %s is not recorded, so no file opens to you. Files open once your manager has recorded it.", title))
		case t.Lapsed(today):
			sentences = append(sentences, fmt.Sprintf("Your training in %s lapsed on %s. Files open again once your manager has recorded the refresher.", title, t.Until.AddDays(1).Long()))
		}
	}
	return sentences
}

// lapsing warns of training that lapses soon.
func lapsing(list []casework.Trained, today date.Date) []string {
	var sentences []string
	for _, t := range list {
		if t.Soon(today) {
			sentences = append(sentences, fmt.Sprintf("Your training in %s is good until %s. Take the refresher before then: files close to you the day after.",
				inSentence(t.Course.Title), t.Until.Long()))
		}
	}
	return sentences
}

// GET /workers/training
func (s *Server) training(w http.ResponseWriter, r *http.Request) error {
	return s.trainingPage(w, r, http.StatusOK, nil)
}

func (s *Server) trainingPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	list, err := s.Casework.StaffTraining(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	get := r.PostForm.Get
	return s.render(w, r, status, workers.Training(workers.TrainingPage{
		Frame: s.frame(r), Today: s.Casework.Today(), List: list, Told: s.told(r), Problems: ps,
		Worker: get("worker"), Course: get("course"), Day: get("on-day"), Month: get("on-month"), Year: get("on-year"),
	}))
}

// POST /workers/training
func (s *Server) recordTraining(w http.ResponseWriter, r *http.Request) error {
	get := r.PostForm.Get
	worker := get("worker")
	if !id.Valid(worker) {
		return s.trainingPage(w, r, http.StatusUnprocessableEntity, []fault.Problem{{Field: "worker", Message: "Select who passed it"}})
	}
	on, err := date.FromParts(get("on-day"), get("on-month"), get("on-year"))
	if err != nil {
		return s.trainingPage(w, r, http.StatusUnprocessableEntity, []fault.Problem{{Field: "on-day", Message: "The day on which they passed it " + err.Error()}})
	}
	err = s.Casework.RecordTraining(r.Context(), s.actor(r), staff.ID(worker), get("course"), on)
	if ps := problemsOf(err, "worker"); ps != nil {
		return s.trainingPage(w, r, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldTrained)
	http.Redirect(w, r, "/workers/training", http.StatusSeeOther)
	return nil
}

// GET /workers/training/{training}/take-back
func (s *Server) askTakeBackTraining(w http.ResponseWriter, r *http.Request) error {
	return s.takeBackTrainingPage(w, r, http.StatusOK, "", nil)
}

func (s *Server) takeBackTrainingPage(w http.ResponseWriter, r *http.Request, status int, reason string, ps []fault.Problem) error {
	of, t, err := s.trainingRecorded(r)
	if err != nil {
		return err
	}
	return s.render(w, r, status, workers.TakeBackTraining(workers.TakeBackTrainingPage{Frame: s.frame(r), Of: of, Training: t, Reason: reason, Problems: ps}))
}

// trainingRecorded is the record that the address names, of a worker whom the
// actor manages.
func (s *Server) trainingRecorded(r *http.Request) (casework.TeamTraining, casework.Trained, error) {
	list, err := s.Casework.StaffTraining(r.Context(), s.actor(r))
	if err != nil {
		return casework.TeamTraining{}, casework.Trained{}, err
	}
	for _, w := range list {
		for _, t := range w.Training {
			if w.MayChange && t.ID != "" && t.ID == r.PathValue("training") {
				return w, t, nil
			}
		}
	}
	return casework.TeamTraining{}, casework.Trained{}, errNothing
}

// POST /workers/training/{training}/take-back
func (s *Server) takeBackTraining(w http.ResponseWriter, r *http.Request) error {
	of, t, err := s.trainingRecorded(r)
	if err != nil {
		return err
	}
	reason := r.PostForm.Get("reason")
	err = s.Casework.TakeBackTraining(r.Context(), s.actor(r), of.Worker, t.ID, reason)
	if ps := problemsOf(err, "reason"); ps != nil {
		return s.takeBackTrainingPage(w, r, http.StatusUnprocessableEntity, reason, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldUntrained)
	http.Redirect(w, r, "/workers/training", http.StatusSeeOther)
	return nil
}
