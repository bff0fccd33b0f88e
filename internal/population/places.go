package population

import (
	"fmt"
	"strconv"

	"casefile/internal/date"
)

var mailHosts = []string{"example.org", "example.com", "example.net"}

// workHost is where the authority's own mail is.
const workHost = "marlowe-fenwick.example.org"

func mobile(d dice) string { return fmt.Sprintf("07700 900%03d", d.below(1000)) }

func landline(d dice) string { return fmt.Sprintf("01632 960%03d", d.below(1000)) }

func officeLine(d dice) string { return fmt.Sprintf("020 7946 0%03d", d.below(1000)) }

// most is how many addresses one family can have had.
const most = 4

// moves gives the addresses of a household since the birth of its eldest.
// A few families live where another one does, or once did.
func (a *Authority) moves(d dice, family uint64, since date.Date) []Address {
	n := 1 + weigh(45, 30, 17, 8).draw(d)
	days := a.today.Sub(since)
	n = min(n, 1+days/200)
	var out []Address
	from := since
	for i := range n {
		where := family*most + uint64(i)
		if family > 60 && d.chance(30) {
			where = (family - 1 - uint64(d.below(50))) * most
		}
		ad := a.address(where)
		ad.Period.From = from
		if i < n-1 {
			end := from.AddDays(d.between(100, max(100, days/n)))
			ad.Period.To = end.AddDays(-1)
			from = end
		}
		out = append(out, ad)
	}
	return out
}

// inward has the letters that postcodes end in. Source: codes-person, 1.5.
const inward = "ABDEFGHJLNPQRSTUWXYZ"

// address is the address of one number, always the same.
func (a *Authority) address(n uint64) Address {
	d := a.dice(saltAddress, n)
	p := a.data.places
	town := d.below(len(p["town"]))
	street := one(d, p["street-first"]) + " " + one(d, p["street-last"])
	line := strconv.Itoa(d.between(1, 180)) + " " + street
	switch {
	case d.chance(100):
		line = "Flat " + strconv.Itoa(d.between(1, 60)) + ", " + one(d, p["building"])
	case d.chance(90):
		line = "Flat " + strconv.Itoa(d.between(1, 6)) + ", " + line
	}
	return Address{
		Line1: line, Town: p["town"][town],
		Postcode: fmt.Sprintf("ZX%d %d%c%c", town+1, d.below(10), inward[d.below(len(inward))], inward[d.below(len(inward))]),
	}
}
