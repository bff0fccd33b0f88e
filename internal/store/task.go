package store

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/task"
)

// Tasks reads tasks and the stages of processes.
type Tasks interface {
	// Task is one task; NotFound where there is none.
	Task(ctx context.Context, t task.ID) (task.Task, error)
	// TaskEvents lists what was done with a task, the last first.
	TaskEvents(ctx context.Context, t task.ID) ([]task.Event, error)
	// TasksOf lists the tasks about a person: the open ones, those due first first;
	// or else the closed ones, the last closed first. At most limit.
	TasksOf(ctx context.Context, p person.ID, open bool, limit int) ([]task.Task, error)
	// TasksLeading lists the open tasks about a person that lead to a place, or into it, by
	// their keys, however many others there are.
	TasksLeading(ctx context.Context, p person.ID, link string) ([]task.Task, error)
	// Tray is a page of open tasks in scope.
	Tray(ctx context.Context, q task.Query) ([]task.Line, error)
	// CountTray counts those of a query, whatever page it asks for.
	CountTray(ctx context.Context, q task.Query) (task.Counts, error)
	// PeopleOfTasks lists whom open tasks are about, each once, in the order of their
	// keys: at most limit after after.
	PeopleOfTasks(ctx context.Context, after person.ID, limit int) ([]person.ID, error)
	// Milestones lists the stages of the cases of a person, as Facts reads.
	Milestones(ctx context.Context, p person.ID, known date.Instant) ([]task.Milestone, error)
}

// TaskWriter changes tasks and states stages.
type TaskWriter interface {
	// AddTask adds a task at Rev 1. It goes with its Put when files part, and where what
	// its link names moves.
	AddTask(ctx context.Context, t task.Task, at task.Place) error
	// SaveTask replaces the task whose Rev is t.Rev, and counts Rev on. Conflict where
	// it was changed since.
	SaveTask(ctx context.Context, t task.Task) error
	AddTaskEvent(ctx context.Context, e task.Event) error
	// PlaceTasks has the open tasks about a person stand elsewhere in an order.
	PlaceTasks(ctx context.Context, p person.ID, at task.Place) error
	// AddMilestone states a stage; Conflict where there is one of its case and kind.
	AddMilestone(ctx context.Context, m task.Milestone) error
}

// A Mail is how a worker wants to be told by e-mail that something is new, and how that
// went. Sent is up to when they were told, Failed since when telling them fails.
type Mail struct {
	Worker staff.ID
	Choice string
	Sent   date.Instant
	Failed date.Instant
	Reason string // why it fails, in one word
}

// Mails reads how workers are told by e-mail.
type Mails interface {
	// Mail is that of a worker; with no Choice where they have not chosen.
	Mail(ctx context.Context, w staff.ID) (Mail, error)
	// NewsFor lists the workers with a notice that they have not seen and were not told
	// of by e-mail, in the order of their keys.
	NewsFor(ctx context.Context) ([]staff.ID, error)
	// NewsSince reports whether a worker has a notice that they have not seen and that is
	// younger than a moment: one of a child in scope or, with about, about a worker.
	NewsSince(ctx context.Context, w staff.ID, sc access.Scope, about bool, since, now date.Instant) (bool, error)
	// FailingMails counts those whom telling fails, and says since when it has failed
	// longest and why it failed last.
	FailingMails(ctx context.Context) (n int, since date.Instant, reason string, err error)
}

// MailWriter changes it.
type MailWriter interface {
	SaveMail(ctx context.Context, m Mail) error
}
