package person

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// A Place is an address that anybody can have, found by its postcode (CR-10). It
// says nothing of who lives there.
type Place struct {
	ID       string // the UPRN, or where there is none made from the address
	Postcode string // as id.ParsePostcode writes it
	Line1    string
	Line2    string
	Town     string
}

// PlaceID is the key of a place without a UPRN: the same address gets the same.
func PlaceID(p Place) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join([]string{p.Postcode, p.Line1, p.Line2, p.Town}, "\n"))))
	return "made-" + hex.EncodeToString(sum[:12])
}

// Words is the place in one line, without its postcode.
func (p Place) Words() string {
	var parts []string
	for _, s := range []string{p.Line1, p.Line2, p.Town} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}
