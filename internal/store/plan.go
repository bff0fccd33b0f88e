package store

import (
	"context"

	"casefile/internal/person"
	"casefile/internal/plan"
)

// Plans reads plans.
type Plans interface {
	// Plans lists a person's, the last begun first, with their steps and without
	// their content.
	Plans(ctx context.Context, p person.ID) ([]plan.Plan, error)
	// Plan is one, likewise.
	Plan(ctx context.Context, key plan.ID) (plan.Plan, error)
	// PlanContent is what a plan says at a step; NotFound for a step without one.
	PlanContent(ctx context.Context, key plan.ID, step int) (plan.Content, error)
	// PlanParts is the draft, by the keys of its parts; none where there is none.
	PlanParts(ctx context.Context, key plan.ID) ([]plan.Part, error)
	// EarlierPlanParts is what others had saved before it was written over, and what
	// was taken out, by part and the last first. One without fields is that it was taken
	// out, by whom.
	EarlierPlanParts(ctx context.Context, key plan.ID) ([]plan.Part, error)
	// Served lists which entries served which actions of a person's plans, as was
	// said last: those that stand on the person's file now, by plan, action and entry.
	Served(ctx context.Context, p person.ID) ([]plan.Served, error)
}

// PlanDraftWriter writes drafts.
type PlanDraftWriter interface {
	// SavePlanPart replaces the fields of the part whose Rev is p.Rev and counts Rev on,
	// or with Rev 0 adds it, and gives its Rev. What another worker had saved is kept
	// as earlier. Conflict when it was saved or taken out since, or is there already;
	// NotFound when the plan is not being written.
	SavePlanPart(ctx context.Context, p plan.Part) (rev int, err error)
	// RemovePlanPart takes a part out, and keeps it as earlier. Errors as those of
	// SavePlanPart.
	RemovePlanPart(ctx context.Context, p plan.Part) error
}

// PlanWriter makes plans, and does things with them.
type PlanWriter interface {
	AddPlan(ctx context.Context, p plan.Plan) error
	// AddPlanDraft begins a draft of a plan that has none: Conflict where it has.
	AddPlanDraft(ctx context.Context, key plan.ID, d plan.Draft, parts []plan.Part) error
	// DropPlanDraft removes the draft, which is that of the Rev that was read: Conflict
	// where anything was saved since.
	DropPlanDraft(ctx context.Context, key plan.ID, rev int) error
	// AddPlanStep adds a step; c is nil for one without content. Conflict when there is
	// one of that number.
	AddPlanStep(ctx context.Context, key plan.ID, s plan.Step, c *plan.Content) error
	AddServed(ctx context.Context, s plan.Served) error
}
