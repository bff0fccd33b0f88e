package population

import (
	"fmt"
	"iter"
	"slices"

	"casefile/internal/date"
)

// Slips that only a feed makes.
const (
	TwinName   Slip = "name of the twin"
	OldAddress Slip = "old address"
	NoAddress  Slip = "address left out"
)

// FeedShares is how the rows that another agency's system sends go wrong, in a
// thousand. Names, dates of birth, addresses and rows are drawn apart, so that one
// row may hold one slip of each. Where a slip cannot be made of a child (one
// address only, no accent) the row has it as recorded, and its truth says so. A
// confidential address is in no feed: the one before is sent, or none.
//
// Source: recalled and rounded. Records kept by machines are typed with more care
// than searches, so slips of the keyboard are fewer than in SlipShares; what goes
// wrong instead is what one system does not know of another: names in use, moves,
// numbers, and when a row arrives.
//
//	of the name                       of the address
//	as recorded              800      as recorded        850
//	known-as name, nickname   70      old address        110
//	typo                      50      left out            40
//	sounds alike              25
//	accent left out           25      of the row
//	names swapped             15      number missing      15
//	half of a double name     15      sent twice          30
//	                                  second number       20
//	of the date of birth              late                50
//	as recorded              938
//	not known                 30      of twins
//	one digit wrong           20      name of the twin    60
//	day and month exchanged   12
var FeedShares = struct {
	Name, Birth, Address                    []SlipShare
	NoNumber, Again, Second, Late, TwinName int
}{
	Name: []SlipShare{
		{AsRecorded, 800}, {Nickname, 70}, {Typo, 50}, {SoundAlike, 25}, {Accent, 25}, {Swapped, 15}, {Half, 15},
	},
	Birth:    []SlipShare{{AsRecorded, 938}, {NoBirth, 30}, {BirthDigit, 20}, {BirthTurned, 12}},
	Address:  []SlipShare{{AsRecorded, 850}, {OldAddress, 110}, {NoAddress, 40}},
	NoNumber: 15, Again: 30, Second: 20, Late: 50, TwinName: 60,
}

const (
	feedDays = 28  // a feed holds what changed in so many days
	feedLag  = 500 // a late row comes at most so many rows after its turn
)

// A FeedRow is what another agency's system sends of a child.
type FeedRow struct {
	Number        string    // the sender's own; empty where it is missing
	Changed       date.Date // when the sender knew it; a late row has an earlier day than those before it
	Given, Family string
	Born          date.Date
	Sex           string
	Line1, Town   string
	Postcode      string
	Truth         FeedTruth
}

// FeedTruth is what a test holds a matcher to and no feed says.
type FeedTruth struct {
	Child                string // the key of who the row is about
	Name, Birth, Address Slip
	NoNumber             bool
	Again                bool // a second time the same row, under the same number; either may arrive first
	Second               bool // the second row of a child, under another number than the first
	Late                 bool
}

// Feed yields the rows that another agency sends of the first children of the
// authority. The same authority and number yield the same. Beside the authority it
// keeps no more in memory than one family and the rows that are late.
func (a *Authority) Feed(children int) iter.Seq[FeedRow] {
	return func(yield func(FeedRow) bool) {
		var late []lateRow
		sent := 0
		// send gives out a row, and those late ones whose turn has come.
		send := func(r FeedRow) bool {
			sent++
			if !yield(r) {
				return false
			}
			for i := 0; i < len(late); {
				if late[i].at > sent {
					i++
					continue
				}
				if !yield(late[i].row) {
					return false
				}
				late = slices.Delete(late, i, i+1)
			}
			return true
		}
		n := 0
		for f := range a.Families() {
			for i, c := range f.Children {
				if n == children {
					break
				}
				d := a.dice(saltFeed, uint64(n))
				day := a.today.AddDays(n*feedDays/max(children, 1) - feedDays)
				for _, r := range a.feedRows(d, f, i, c, n, day) {
					r.Truth.Late = d.chance(FeedShares.Late)
					if r.Truth.Late {
						late = append(late, lateRow{sent + d.between(1, feedLag), r})
					} else if !send(r) {
						return
					}
				}
				n++
			}
			if n == children {
				break
			}
		}
		for _, l := range late {
			if !yield(l.row) {
				return
			}
		}
	}
}

type lateRow struct {
	at  int // how many others are sent before it
	row FeedRow
}

// feedRows are the rows of one child: one, the same again, or one more under a
// second number, with slips of its own.
func (a *Authority) feedRows(d dice, f Family, i int, c Child, n int, day date.Date) []FeedRow {
	rows := []FeedRow{a.feedRow(d, f, i, c, feedNumber(2*n), day)}
	if d.chance(FeedShares.NoNumber) {
		rows[0].Number, rows[0].Truth.NoNumber = "", true
	}
	if d.chance(FeedShares.Again) {
		again := rows[0]
		again.Truth.Again = true
		rows = append(rows, again)
	}
	if d.chance(FeedShares.Second) {
		second := a.feedRow(d, f, i, c, feedNumber(2*n+1), day)
		second.Truth.Second = true
		rows = append(rows, second)
	}
	return rows
}

func (a *Authority) feedRow(d dice, f Family, i int, c Child, number string, day date.Date) FeedRow {
	t := a.typed(d, c, drawSlip(d, FeedShares.Name), drawSlip(d, FeedShares.Birth))
	r := FeedRow{Number: number, Changed: day, Given: t.Given, Family: t.Family, Born: t.Born, Sex: c.Sex}
	r.Truth = FeedTruth{Child: c.Key, Name: t.Name, Birth: t.Birth}
	if t.Swapped {
		r.Given, r.Family = r.Family, r.Given
	}
	if twin, ok := twinOf(f, i); ok && d.chance(FeedShares.TwinName) {
		r.Given, r.Family, r.Truth.Name = twin.Legal().Given, twin.Legal().Family, TwinName
	}
	open := slices.DeleteFunc(slices.Clone(c.Addresses), func(ad Address) bool { return ad.Confidential })
	r.Truth.Address = drawSlip(d, FeedShares.Address)
	last := len(open) - 1
	switch {
	case last < 0 || r.Truth.Address == NoAddress:
		r.Truth.Address = NoAddress
		return r
	case len(open) < len(c.Addresses): // a refuge is in no feed
		r.Truth.Address = OldAddress
	case r.Truth.Address == OldAddress && last > 0:
		last--
	default:
		r.Truth.Address = AsRecorded
	}
	r.Line1, r.Town, r.Postcode = open[last].Line1, open[last].Town, open[last].Postcode
	return r
}

// twinOf finds a child of the family born on the same day.
func twinOf(f Family, i int) (Child, bool) {
	for j, c := range f.Children {
		if j != i && !c.Born.IsZero() && c.Born == f.Children[i].Born {
			return c, true
		}
	}
	return Child{}, false
}

// feedNumber scatters numbers, so that none says which are of one child.
func feedNumber(n int) string { return fmt.Sprintf("MF%09d", n*7_654_321%100_000_007) }
