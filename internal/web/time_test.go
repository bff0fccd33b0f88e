package web_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// The time an answer takes does not tell a restricted file from nobody's: not
// its page, not what is sent to it, not a search for the child's name. The two
// are asked for in turn, in an order drawn for each pair, so that whatever else
// the machine does falls on both alike. If the two sorts of times came from one
// source, the share of pairs in which the restricted one is slower would be a
// half, with a standard error of sqrt((2n+1)/12)/n: 0.0058 for the 5,000 of make
// soak, whose bounds of 0.45 and 0.55 are more than eight of these away; 0.033
// for the sample, whose bounds are more than four away.
func TestTheTimeDoesNotTell(t *testing.T) {
	clause.Shows(t, "CR-31")
	w := newWorld(t)
	b := w.as(w.adviser)
	const hiddenFiles = 30
	refs, names := make([]id.Reference, hiddenFiles), make([]string, hiddenFiles)
	for i := range refs {
		names[i] = fmt.Sprintf("Qu%cx%corth", 'a'+rune(i), 'z'-rune(i)%26)
		refs[i] = w.child("Sal", names[i])
		var hidden person.ID
		w.db.Read(t, func(ctx context.Context, r store.Reader) error {
			p, err := r.PersonByReference(ctx, refs[i])
			hidden = p.ID
			return err
		})
		w.lay(hidden, restrictedTo("nobody-here"))
	}
	if got := match.Fold(names[0]); got == "" {
		t.Fatal("a name that folds to nothing is found by nobody")
	}
	n := storetest.Count(150, 5000)
	low, high := 0.36, 0.64
	if n >= 5000 {
		low, high = 0.45, 0.55
	}
	for name, ask := range map[string]func(hidden bool, i int) answer{
		"a page": func(hidden bool, i int) answer {
			ref := id.NewReference()
			if hidden {
				ref = refs[i]
			}
			return b.get("/children/" + ref.String() + "/timeline").wantStatus(http.StatusNotFound)
		},
		"what is sent": func(hidden bool, i int) answer {
			ref := id.NewReference()
			if hidden {
				ref = refs[i]
			}
			return b.post("/children/"+ref.String()+"/record", url.Values{"type": {"contact-with-client"}}).wantStatus(http.StatusNotFound)
		},
		"a search": func(hidden bool, i int) answer {
			typed := names[i] + "y"
			if hidden {
				typed = names[i]
			}
			return b.post("/find", url.Values{"q": {typed}}).wantStatus(http.StatusOK).wantWords("Nobody found")
		},
		"a connection declared": func(hidden bool, i int) answer {
			ref := id.NewReference()
			if hidden {
				ref = refs[i]
			}
			return b.post("/workers/me/connections", url.Values{"reference": {ref.String()}, "nature": {"We are neighbours."}}).wantStatus(http.StatusUnprocessableEntity)
		},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(31, 1))
			took := func(hidden bool) time.Duration {
				i := rng.IntN(hiddenFiles)
				began := time.Now()
				ask(hidden, i)
				took := time.Since(began)
				if took < 10*time.Millisecond {
					t.Errorf("an answer that gives nothing after %v: its time is not rounded up", took)
				}
				return took
			}
			for range 5 { // to warm up both
				took(true)
				took(false)
			}
			var hidden, nobodys []time.Duration
			for range n {
				first := rng.IntN(2) == 0
				one, other := took(first), took(!first)
				if !first {
					one, other = other, one
				}
				hidden, nobodys = append(hidden, one), append(nobodys, other)
			}
			if got := auc(hidden, nobodys); got < low || got > high {
				t.Errorf("a restricted file is slower than nobody's in %.3f of pairs, want %.2f to %.2f", got, low, high)
			}
			slow := make([]time.Duration, len(nobodys)) // the test can fail
			for i, v := range nobodys {
				slow[i] = v + v/2
			}
			if got := auc(slow, nobodys); got <= high {
				t.Errorf("times half as long again are told apart in %.3f of pairs only: this test would see nothing", got)
			}
		})
	}
}

// auc is the share of all pairs of one of each in which the first is longer;
// pairs of equals count half.
func auc(a, b []time.Duration) float64 {
	type one struct {
		t     time.Duration
		first bool
	}
	var all []one
	for _, t := range a {
		all = append(all, one{t, true})
	}
	for _, t := range b {
		all = append(all, one{t, false})
	}
	slices.SortFunc(all, func(x, y one) int { return cmp.Compare(x.t, y.t) })
	below, sum := 0.0, 0.0
	for i := 0; i < len(all); {
		j, firsts, others := i, 0.0, 0.0
		for ; j < len(all) && all[j].t == all[i].t; j++ {
			if all[j].first {
				firsts++
			} else {
				others++
			}
		}
		sum += firsts * (below + others/2)
		below += others
		i = j
	}
	return sum / float64(len(a)) / float64(len(b))
}
