package id

import (
	"errors"
	"fmt"
	"strings"
)

// A number by which somebody else knows a person is read as people type it: any
// case, with spaces or hyphens. What comes back is its one spelling; doubt says
// what is unlikely about it, and the error what makes it impossible, each as the
// end of a sentence that begins with the number's name.

func compact(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(s))
}

// upnLetters are worth their place, 0 to 22. I, O and S are none. Source: DfE,
// Unique pupil numbers, version 1.2.
const upnLetters = "ABCDEFGHJKLMNPQRTUVWXYZ"

// ParseUPN reads a unique pupil number. known says which authorities there are.
func ParseUPN(s string, known func(authority string) bool) (upn, doubt string, err error) {
	upn = compact(s)
	if len(upn) != 13 {
		return "", "", errors.New("must have 13 characters")
	}
	check := strings.IndexByte(upnLetters, upn[0])
	if check < 0 {
		return "", "", errors.New("must begin with a letter, and not with I, O or S")
	}
	sum := 0
	for i := 1; i < len(upn); i++ {
		v := int(upn[i] - '0')
		if upn[i] < '0' || upn[i] > '9' {
			if v = strings.IndexByte(upnLetters, upn[i]); i != 12 || v < 0 {
				return "", "", errors.New("must be a letter and 12 digits; only the last may be a letter too, and not I, O or S")
			}
		}
		sum += (i + 1) * v
	}
	if sum%len(upnLetters) != check {
		return "", "", fmt.Errorf("is not right: its first letter does not agree with the rest. Check each character")
	}
	if !known(upn[1:4]) {
		return "", "", fmt.Errorf("is not right: there is no authority %s (characters 2 to 4)", upn[1:4])
	}
	if upn[12] > '9' {
		doubt = "is a temporary number"
	}
	return upn, doubt, nil
}

// digits reads exactly n digits.
func digits(s string, n int) (string, error) {
	s = compact(s)
	if len(s) != n || strings.Trim(s, "0123456789") != "" {
		return "", fmt.Errorf("must be %d digits", n)
	}
	return s, nil
}

// weighed is the sum of the first nine of ten digits by 10 down to 2.
func weighed(s string) int {
	sum := 0
	for i := range 9 {
		sum += (10 - i) * int(s[i]-'0')
	}
	return sum
}

// ParseULN reads a unique learner number. Source: Learning Records Service,
// Unique Learner Number validation, v3.
func ParseULN(s string) (uln, doubt string, err error) {
	if uln, err = digits(s, 10); err != nil {
		return "", "", err
	}
	rest := weighed(uln) % 11
	switch {
	case uln == "9999999999":
		return "", "", errors.New("of ten nines means that it is not known. Leave this empty")
	case uln[0] == '0':
		return "", "", errors.New("must not begin with 0")
	case rest == 0 || 10-rest != int(uln[9]-'0'):
		return "", "", errors.New("is not right: its last digit does not agree with the rest. Check each digit")
	}
	return uln, "", nil
}

// ParseNHS reads an NHS number. Source: uk-fci/nhs-number, for the ranges.
func ParseNHS(s string) (nhs, doubt string, err error) {
	if nhs, err = digits(s, 10); err != nil {
		return "", "", err
	}
	check := (11 - weighed(nhs)%11) % 11
	if check == 10 || check != int(nhs[9]-'0') {
		return "", "", errors.New("is not right: its last digit does not agree with the rest. Check each digit")
	}
	within := func(from, to string) bool { return from <= nhs && nhs <= to }
	switch {
	case within("4000000000", "4999999999"), within("6000000000", "7999999999"):
	case within("0100000000", "3112999999"):
		doubt = "is in the range of Scotland"
	case within("3200000000", "3999999999"):
		doubt = "is in the range of Northern Ireland"
	case within("8000000000", "8599999999"):
		doubt = "is in the range of the Republic of Ireland"
	case within("9000000000", "9999999999"):
		doubt = "is in a range that is never given out"
	default:
		doubt = "is in a range that is not used"
	}
	return nhs, doubt, nil
}

// ParseNationalInsurance reads a National Insurance number. Source: recalled.
func ParseNationalInsurance(s string) (number, doubt string, err error) {
	number = compact(s)
	wrong := errors.New("must be two letters, six digits and a letter from A to D")
	if len(number) != 9 || strings.Trim(number[2:8], "0123456789") != "" || !strings.Contains("ABCD", number[8:]) {
		return "", "", wrong
	}
	for _, c := range number[:2] {
		if c < 'A' || c > 'Z' {
			return "", "", wrong
		}
	}
	if strings.ContainsAny(number[:1], "DFIQUV") || strings.ContainsAny(number[1:2], "DFIOQUV") ||
		strings.Contains(" BG GB KN NK NT TN ZZ ", " "+number[:2]+" ") {
		return "", "", fmt.Errorf("is not right: none begins with %s", number[:2])
	}
	return number, "", nil
}

// ParsePostcode reads a postcode: upper case, with one space. Source: BS 7666 as
// quoted by the Bulk Data Transfer specification (2015). Its shape says nothing of
// whether there is such a place.
func ParsePostcode(s string) (string, error) {
	s = compact(s)
	wrong := errors.New("must be a full postcode, such as ZX1 1AA")
	if len(s) < 5 || len(s) > 7 {
		return "", wrong
	}
	out, in := s[:len(s)-3], s[len(s)-3:]
	if s == "GIR0AA" || out == "BFPO" || out == "ZZ99" { // the last are the health service's, for no fixed abode
		return out + " " + in, nil
	}
	if shapeOf(in) != "9AA" || strings.ContainsAny(in[1:], "CIKMOV") {
		return "", wrong
	}
	switch shapeOf(out) {
	case "A9", "A99", "AA9", "AA99", "A9A", "AA9A":
	default:
		return "", wrong
	}
	if strings.ContainsAny(out[:1], "QVX") || out[1] > '9' && strings.ContainsAny(out[1:2], "IJZ") {
		return "", wrong
	}
	return out + " " + in, nil
}

// shapeOf writes A for a letter, 9 for a digit and ? for anything else.
func shapeOf(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '9'
		case r >= 'A' && r <= 'Z':
			return 'A'
		}
		return '?'
	}, s)
}
