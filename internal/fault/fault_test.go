package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"casefile/internal/fault"
)

func TestKindSurvivesWrapping(t *testing.T) {
	err := fmt.Errorf("update entry: %w", fault.Wrap(fault.Conflict, "Changed by someone else.", io.EOF))
	if got := fault.KindOf(err); got != fault.Conflict {
		t.Errorf("kind of a wrapped conflict: got %v, want conflict", got)
	}
	if !errors.Is(err, io.EOF) {
		t.Error("the cause is lost")
	}
}

func TestUnclassifiedIsInternal(t *testing.T) {
	if got := fault.KindOf(io.EOF); got != fault.Internal {
		t.Errorf("kind of a plain error: got %v, want internal", got)
	}
	if fault.Is(nil, fault.Internal) {
		t.Error("nil counts as an internal error")
	}
}

func TestNoProblemsIsNoError(t *testing.T) {
	if err := fault.Problems(nil); err != nil {
		t.Errorf("no problems: got %v, want nil", err)
	}
	err := fault.Problems([]fault.Problem{{Field: "text", Message: "Enter what happened"}})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("one problem: got %v, want invalid", err)
	}
}
