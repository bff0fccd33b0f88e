// Package kill has no code but its tests. They do to the program what machines
// do: it is killed, its database goes away, its disk is full. What it had
// acknowledged must be there afterwards, and nothing by halves.
//
// CASEFILE_SOAK=1 takes more kill points; CASEFILE_KILL_POINT=17 takes one, to
// see a failure again.
package kill
