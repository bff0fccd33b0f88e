// Package watchlist is the pages on which looks are listed that somebody has to
// explain, and on which they are.
package watchlist

import (
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/watch"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
	"casefile/internal/web/moj"
)

// Home is the address of the list.
const Home = "/watch-list"

// ListPage is the hits about workers in the viewer's scope.
type ListPage struct {
	frame.Frame
	List     casework.WatchListed
	Resolved bool
	Newer    string
	Older    string
	Told     frame.Told
}

// HitPage is one hit, and what to do about it. Clash says that somebody took a
// step since the page was made on which this was typed.
type HitPage struct {
	frame.Frame
	Hit      casework.HitPage
	Step     casework.HitStep // as typed; its keys are drawn with the page
	Clash    bool
	Told     frame.Told
	Problems []fault.Problem
}

// AskedPage is a hit as the looker sees it.
type AskedPage struct {
	frame.Frame
	Asked    casework.Explaining
	ID       string
	Text     string
	Clash    bool
	Problems []fault.Problem
}

// MarkPage asks whether a file is high-profile.
type MarkPage struct {
	file.File
	Mark     *watch.Mark
	Told     frame.Told
	Problems []fault.Problem
}

// Address is where a hit stands.
func Address(hit string) string { return Home + "/" + hit }

var kinds = map[watch.Kind]string{
	watch.SameName: "Same family name", watch.SameAddress: "Same address", watch.NoWork: "No work afterwards",
	watch.ClosedFiles: "Going through closed files", watch.Burst: "Many files at once", watch.HighProfile: "High-profile file",
}

func kind(k watch.Kind) string {
	if w, ok := kinds[k]; ok {
		return w
	}
	return string(k)
}

// why says in a sentence why a hit is listed, with its figures.
func why(h watch.Hit) string {
	f := h.Figures
	switch h.Kind {
	case watch.SameName:
		// How few stays from the page: a file that the reader may not know of counts
		// among them.
		return "The child has a family name of the worker’s, or part of one, which few people in the record bear."
	case watch.SameAddress:
		return "The child lives at the address from which the worker says they work."
	case watch.NoWork:
		return "The file is outside the worker’s own work, and in the " + frame.Count(f.Days, "day", "days") +
			" that followed they did nothing for the child: no entry, no file added, no allocation."
	case watch.ClosedFiles:
		return "In one day the worker opened " + frame.Count(f.Files, "file", "files") + " that had been closed for more than " +
			frame.Count(f.ClosedDays, "day", "days") + "."
	case watch.Burst:
		words := "The worker opened " + frame.Count(f.Files, "file", "files") + " within " + frame.Count(f.Minutes, "minute", "minutes") + ". "
		if f.Usual == 0 {
			return words + "In the " + frame.Count(f.UsualDays, "day", "days") + " before, they opened none."
		}
		return words + "In the " + frame.Count(f.UsualDays, "day", "days") + " before, their busiest such time of a day had " +
			frame.Count(f.Usual, "file", "files") + " on average."
	case watch.HighProfile:
		return "The file is marked as high-profile, and the worker does not work with the child."
	}
	return ""
}

// A group is the hits of one worker.
type group struct {
	worker string
	hits   []watch.Hit
}

// byWorker groups the hits, which come by worker.
func (p ListPage) byWorker() []group {
	var gs []group
	for i, h := range p.List.Hits {
		if i == 0 || p.List.Hits[i-1].Worker != h.Worker {
			gs = append(gs, group{worker: h.WorkerName})
		}
		g := &gs[len(gs)-1]
		g.hits = append(g.hits, h)
	}
	return gs
}

// stand says how a hit stands.
func stand(h watch.Hit) govuk.TagOptions {
	if end, ok := h.Resolved(); ok {
		if end.Kind == watch.Explained {
			return govuk.TagOptions{Text: "Explained", Classes: "govuk-tag--green"}
		}
		return govuk.TagOptions{Text: "Not explained", Classes: "govuk-tag--red"}
	}
	switch {
	case h.Waiting():
		return govuk.TagOptions{Text: "Asked", Classes: "govuk-tag--yellow"}
	case len(h.Steps) > 0:
		return govuk.TagOptions{Text: "Answered", Classes: "govuk-tag--blue"}
	}
	return govuk.TagOptions{Text: "New", Classes: "govuk-tag--purple"}
}

var steps = map[watch.StepKind]string{
	watch.Asked: "Asked the worker to explain", watch.Answered: "Answered", watch.Explained: "Explained",
	watch.NotExplained: "Not explained: a concern is reported",
}

func timeline(list []watch.Step) []moj.TimelineItem {
	items := make([]moj.TimelineItem, 0, len(list))
	for _, s := range list {
		items = append(items, moj.TimelineItem{
			Label: govuk.Content{Text: steps[s.Kind]}, Byline: govuk.Content{Text: s.ByName + ", " + s.ByRole},
			Datetime: s.Recorded.At.Time().Format("2006-01-02T15:04"), Date: s.Recorded.At.Long(), HTML: words(s),
		})
	}
	return items
}

// files are the choices of whose file a concern is about.
func (p HitPage) files() []govuk.RadiosItem {
	items := make([]govuk.RadiosItem, 0, len(p.Hit.Files))
	for _, f := range p.Hit.Files {
		items = append(items, govuk.RadiosItem{Value: string(f.Child.ID), Text: called(f.Child)})
	}
	return items
}

// called is the name of a child where the viewer may know it, and the
// reference.
func called(h person.Header) string {
	if name := h.DisplayName(); name != "" && h.Name.Full() != "" {
		return name + ", reference " + h.Reference.String()
	}
	return "Reference " + h.Reference.String()
}
