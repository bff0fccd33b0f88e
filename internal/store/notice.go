package store

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/task"
)

// A Notice tells a worker of something that happened to a child of theirs. By
// is who did it, Entry what they recorded, and one of Task, Document, Plan and Meeting
// what it is of; each may be empty.
type Notice struct {
	ID       string
	Worker   staff.ID
	Person   person.ID
	Entry    entry.ID
	Task     task.ID
	Document document.ID
	Plan     plan.ID
	Meeting  meeting.ID
	By       staff.ID
	Kind     string // without a space
	At       date.Instant
	Seen     date.Instant
}

// A StaffNotice tells a worker of something about another worker, and of no
// child. Subject is the key of what it tells of.
type StaffNotice struct {
	ID      string
	Worker  staff.ID
	About   staff.ID
	Name    string // of the worker it is about; read, never written
	Subject string
	Kind    string
	At      date.Instant
}

// Notices reads notices.
type Notices interface {
	// UnseenNotices lists a worker's unseen notices of children in scope, the
	// latest first.
	UnseenNotices(ctx context.Context, w staff.ID, sc access.Scope, now date.Instant, limit int) ([]Notice, error)
	// StaffNotices lists a worker's unseen notices about other workers, the
	// latest first.
	StaffNotices(ctx context.Context, w staff.ID, limit int) ([]StaffNotice, error)
	// AllocatedWorkers lists who is allocated to a person today, further
	// workers too.
	AllocatedWorkers(ctx context.Context, p person.ID, today date.Date) ([]staff.ID, error)
}

// NoticeWriter changes notices.
type NoticeWriter interface {
	// AddNotice ignores a notice of the same kind and entry already there, so
	// that a job may run twice.
	AddNotice(ctx context.Context, n Notice) error
	AddStaffNotice(ctx context.Context, n StaffNotice) error
	// SeeNotice puts a notice of either kind aside.
	SeeNotice(ctx context.Context, w staff.ID, id string, at date.Instant) error
}
