package sqldb

import (
	"context"
	"fmt"

	"casefile/internal/date"
	"casefile/internal/person"
)

// KnownOf reads what of the facts of each of a list of people tells what is missing.
func (t *tx) KnownOf(ctx context.Context, people []person.ID) (map[person.ID]person.Known, error) {
	of := make(map[person.ID]person.Known, len(people))
	if len(people) == 0 {
		return of, nil
	}
	list, err := values(people)
	if err != nil {
		return nil, err
	}
	const names, births, addresses, contacts, coded = "name", "birth", "address", "reach", "coded"
	// Every branch has the same columns: a kind, two texts, whether it is confidential.
	branch := func(what, table, columns string) string {
		return fmt.Sprintf("SELECT f.file_id, '%s', %s, f.from_day, f.to_day FROM %s f WHERE %s AND f.superseded_seq = 0",
			what, columns, onFile(table), t.d.In("f.file_id", "$1"))
	}
	type row struct {
		p                person.ID
		what, kind, a, b string
		hidden           bool
		from, to         date.Date
	}
	rows, err := all(ctx, t, func(s scanner) (r row, err error) {
		return r, s.Scan(&r.p, &r.what, &r.kind, &r.a, &r.b, &r.hidden, day{&r.from}, day{&r.to})
	}, branch(names, "person_name", "f.kind, f.given, f.family, FALSE")+
		" UNION ALL "+branch(births, "person_birth", "'', '', '', FALSE")+
		" UNION ALL "+branch(addresses, "person_address", "f.kind, f.line1, f.postcode, f.confidential")+
		" UNION ALL "+branch(contacts, "person_contact", "f.kind, '', '', FALSE")+
		" UNION ALL "+branch(coded, "person_characteristic", "f.kind, f.code, '', FALSE"), list)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		k, c := of[r.p], date.Clocks{Period: date.Period{From: r.from, To: r.to}}
		switch r.what {
		case names:
			k.Names = append(k.Names, person.Name{Kind: r.kind, Given: r.a, Family: r.b, Clocks: c})
		case births:
			k.Births = append(k.Births, person.Birth{Clocks: c})
		case addresses:
			k.Addresses = append(k.Addresses, person.Address{Kind: r.kind, Line1: r.a, Postcode: r.b, Confidential: r.hidden, Clocks: c})
		case contacts:
			k.Contacts = append(k.Contacts, person.Contact{Kind: r.kind, Clocks: c})
		case coded:
			k.Characteristics = append(k.Characteristics, person.Characteristic{Kind: r.kind, Code: r.a, Clocks: c})
		}
		of[r.p] = k
	}
	return of, nil
}
