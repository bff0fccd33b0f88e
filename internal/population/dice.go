package population

import (
	"math/bits"
	"math/rand/v2"
	"sort"
)

// dice draw whole numbers only: floating-point sums may differ in the last
// place between kinds of processor, and one such difference changes everybody
// after it.
type dice struct{ pcg *rand.PCG }

// Salts keep the streams for different purposes apart.
const (
	saltFamily = iota + 1
	saltAddress
	saltStaff
	saltLong
	saltServices
	saltAgency
	saltSlips
	saltFeed
	saltFarStaff
)

func (a *Authority) dice(salt, n uint64) dice {
	return dice{rand.NewPCG(mix(a.seed+salt), mix(n^a.seed<<32))}
}

// mix spreads neighbouring numbers apart (the finaliser of SplitMix64), since
// streams seeded with neighbours begin alike.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below draws from 0 to n-1.
func (d dice) below(n int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(hi)
}

// between draws from lo to hi, both included; lo where they cross.
func (d dice) between(lo, hi int) int { return lo + d.below(max(hi-lo+1, 1)) }

// chance is true in so many cases of a thousand.
func (d dice) chance(perMille int) bool { return d.below(1000) < perMille }

// one draws one of a list evenly.
func one[T any](d dice, list []T) T { return list[d.below(len(list))] }

// weights draw an index with chances in proportion.
type weights []int // running sums

func weigh(ws ...int) weights {
	sum := 0
	out := make(weights, len(ws))
	for i, w := range ws {
		sum += w
		out[i] = sum
	}
	return out
}

// ranked weighs n ranks by 1/(rank+flat), rank from 1.
func ranked(n, flat int) weights {
	ws := make([]int, n)
	for i := range ws {
		ws[i] = 10_000_000 / (i + 1 + flat)
	}
	return weigh(ws...)
}

func (w weights) draw(d dice) int {
	x := d.below(w[len(w)-1])
	return sort.Search(len(w), func(i int) bool { return w[i] > x })
}
