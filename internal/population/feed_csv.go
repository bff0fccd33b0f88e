package population

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
)

// FeedColumns are the columns of a feed as a CSV file.
var FeedColumns = []string{"number", "changed", "given", "family", "born", "sex", "address", "town", "postcode"}

// TruthColumns are those of its truth: one line for each line of the feed, by its
// number. What is yes or no is "yes" or empty.
var TruthColumns = []string{"line", "child", "name", "born", "address", "number missing", "sent again", "second number", "late"}

// WriteFeed writes a feed and, apart from it, its truth, each with a line of column
// names. It says how many rows there were.
func WriteFeed(feed, truth io.Writer, rows iter.Seq[FeedRow]) (n int, err error) {
	f, t := csv.NewWriter(feed), csv.NewWriter(truth)
	write := func(w *csv.Writer, cells []string) {
		if err == nil {
			err = w.Write(cells)
		}
	}
	write(f, FeedColumns)
	write(t, TruthColumns)
	for r := range rows {
		n++
		write(f, []string{r.Number, r.Changed.String(), r.Given, r.Family, r.Born.String(), r.Sex, r.Line1, r.Town, r.Postcode})
		write(t, []string{
			strconv.Itoa(n + 1), r.Truth.Child, string(r.Truth.Name), string(r.Truth.Birth), string(r.Truth.Address),
			yes(r.Truth.NoNumber), yes(r.Truth.Again), yes(r.Truth.Second), yes(r.Truth.Late),
		})
		if err != nil {
			return n, err
		}
	}
	f.Flush()
	t.Flush()
	if err = f.Error(); err == nil {
		err = t.Error()
	}
	return n, err
}

func yes(is bool) string {
	if is {
		return string(Yes)
	}
	return ""
}
