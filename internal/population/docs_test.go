package population_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/population"
)

// The published tables are those that are drawn from.
func TestPublishedShares(t *testing.T) {
	text, err := os.ReadFile("../../docs/invented.md")
	if err != nil {
		t.Fatal(err)
	}
	published := map[string][]string{}
	table := ""
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		switch {
		case !strings.HasPrefix(line, "| ") || len(cells) != 2:
		case strings.TrimSpace(cells[1]) == "share":
			table = strings.TrimSpace(cells[0])
		default:
			published[table] = append(published[table], strings.TrimSpace(cells[0])+" "+strings.TrimSpace(cells[1]))
		}
	}
	words := func(shares []population.SlipShare) (lines []string) {
		for _, s := range shares {
			lines = append(lines, fmt.Sprint(s.Slip, " ", s.PerMille))
		}
		return lines
	}
	feed := population.FeedShares
	want := map[string][]string{
		"of the name": words(population.SlipShares.Name), "of the date of birth": words(population.SlipShares.Birth),
		"of the name in the feed": words(feed.Name), "of the date of birth in the feed": words(feed.Birth), "of the address in the feed": words(feed.Address),
		"of the row in the feed": {
			fmt.Sprint("number missing ", feed.NoNumber), fmt.Sprint("sent again ", feed.Again), fmt.Sprint("second number ", feed.Second),
			fmt.Sprint("late ", feed.Late), fmt.Sprint("name of the twin ", feed.TwinName),
		},
	}
	if diff := cmp.Diff(want, published); diff != "" {
		t.Errorf("docs/invented.md (-the program +the page):\n%s", diff)
	}
}
