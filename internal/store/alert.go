package store

import (
	"context"

	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/person"
)

// Alerts reads what must be seen before anything else on a file.
type Alerts interface {
	// Alerts are those on a person's own file, as Facts reads.
	Alerts(ctx context.Context, p person.ID, known date.Instant) ([]alert.Alert, error)
	// AlertsOn are those that hold on a day, as Facts reads, on the files of people:
	// their own and, of the linked kinds, those of whom they are related to, live with
	// or share an address with, once for each link. One statement reads them, whoever
	// has alerts. An address that is confidential, or stands on a file beside a
	// confidential one of the same postcode, links nobody.
	AlertsOn(ctx context.Context, q AlertQuery) ([]alert.On, error)
	// LinkedAlerts are the same, of the linked kinds, by whose alerts they are, without
	// those on their own files.
	LinkedAlerts(ctx context.Context, q AlertQuery) ([]alert.On, error)
	// AlertsForReview lists alerts that are to be looked at by a day, with whose they
	// are: at most limit after the one with the key after, in the order of their keys.
	AlertsForReview(ctx context.Context, by date.Date, after string, limit int) ([]alert.On, error)
	// AlertsOfKinds lists whose current alerts of some kinds there are, each once: at
	// most limit after after, in the order of their keys.
	AlertsOfKinds(ctx context.Context, kinds []string, after person.ID, limit int) ([]person.ID, error)
	// AlertsTold lists of which alerts those who work with a person were told: the keys
	// of those that are somebody else's.
	AlertsTold(ctx context.Context, p person.ID) ([]string, error)
	// ToldOfAlerts lists those of whom somebody was told because of alerts of a person.
	ToldOfAlerts(ctx context.Context, of person.ID) ([]person.ID, error)
}

// An AlertQuery asks for alerts. People are whose files, or whose alerts.
type AlertQuery struct {
	People []person.ID
	Linked []string // kinds
	Known  date.Instant
	Day    date.Date
}

// AlertWriter sets alerts, and keeps of which somebody was told.
type AlertWriter interface {
	AddAlert(ctx context.Context, p person.ID, a alert.Alert) error
	// TellOfAlert notes that those who work with a person were told of an alert, by its
	// key; false where they were before.
	TellOfAlert(ctx context.Context, p person.ID, key string) (bool, error)
	// ForgetAlert takes that note away.
	ForgetAlert(ctx context.Context, p person.ID, key string) error
}
