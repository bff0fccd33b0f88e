package storetest

import (
	"crypto/sha256"
	"strings"

	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// File is a file ready to add. It has no content anywhere.
func File(p person.ID, author staff.Worker, title string) media.File {
	sum := sha256.Sum256([]byte(title))
	return media.File{
		ID: media.ID(id.New()), Person: p, Service: "service", Title: title, Kind: media.Photograph, Type: "png", TypeTitle: "PNG picture",
		Definition: "hash", MediaType: "image/png", Extension: "png", Size: 5_000_000_000, SHA256: sum[:], Dated: Today.AddDays(-1),
		Blob: strings.ReplaceAll(id.New(), "-", ""), Author: author.ID, AuthorName: author.Name(), AuthorRole: author.JobTitle,
		Recorded: date.Stamp{By: By},
	}
}
