package knowledge

import (
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/record"
)

// The states of an article. One that was published before stays in force while
// its next edition is written and reviewed.
const (
	Writing   flow.State = "draft"
	InReview  flow.State = "review"
	Published flow.State = "published"
	Retired   flow.State = "retired"
)

// ReviewAfter is how long an edition holds when its author names no day
// (product policy: once a year).
const ReviewAfter = 365 * 24 * time.Hour

var alive = flow.At(Writing, InReview, Published)

// Flow is the life of an article.
var Flow = flow.Flow[*Article]{
	Start: Writing,
	Asks:  flow.Asks("title_en", "title_zh", "text_en", "text_zh", "keywords", "service", "category", "item", "audience", "crew", "zone"),
	Places: []flow.Place{
		{State: Writing, Pace: flow.Work},
		{State: InReview, Pace: flow.Wait},
		{State: Published, Pace: flow.Stop},
		{State: Retired, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Article]{
		{Name: "submit", From: flow.At(Writing), To: InReview, Asks: flow.Asks("reviewer", "review_on"), Drops: flow.Asks("reviewer", "review_on"), Needs: flow.Needs(isWritten)},
		{Name: "publish", From: flow.At(InReview), To: Published, Needs: flow.Needs(isWritten), Sys: true, Does: published},
		{Name: "send_back", From: flow.At(InReview), To: Writing, Sys: true},
		{Name: "lapsed", From: flow.At(InReview), To: Writing, Sys: true},
		{Name: "recall", From: flow.At(InReview), To: Writing},
		{Name: "revise", From: flow.At(Published), To: Writing},
		{Name: "discard", From: flow.At(Writing), To: Published, Needs: flow.Needs(wasPublished), Does: discarded},
		{Name: "confirm", From: flow.At(Published), Asks: flow.Asks("review_on"), Drops: flow.Asks("review_on"), Does: confirmed},
		{Name: "attach", From: flow.At(Writing), Says: flow.Silent, Told: true},
		{Name: "address", From: alive, Asks: flow.Asks("audience", "crew", "zone"), Does: addressed},
		{Name: "assign", From: alive, Asks: flow.Asks("owner"), Needs: flow.Needs(record.HasOwner[*Article])},
		{Name: "retire", From: alive, To: Retired, Says: flow.MustSay, Does: addressed},
		{Name: "age", From: alive, Asks: flow.Asks("stale"), Why: "stale", Sys: true, Does: aged},
	},
}

// isWritten is the need that there is something to read: a title with its text
// in one language at least, and in neither the one without the other.
func isWritten(a *Article) error {
	var many fault.Many
	if a.Draft == (Pages{}) {
		return fault.At("title_en", "knowledge.nothing_written")
	}
	for _, p := range []struct {
		lang string
		page Page
	}{{"en", a.Draft.En}, {"zh", a.Draft.Zh}} {
		if p.page.Title != "" && p.page.Text == "" {
			many = append(many, fault.At("text_"+p.lang, "knowledge.title_without_text"))
		}
		if p.page.Title == "" && p.page.Text != "" {
			many = append(many, fault.At("title_"+p.lang, "knowledge.text_without_title"))
		}
	}
	return many.Err()
}

func wasPublished(a *Article) error {
	if a.Edition == 0 {
		return fault.New(fault.Conflict, "knowledge.never_published")
	}
	return nil
}

// What moves note on the article besides the state.

func published(a *Article, now time.Time) {
	a.Edition++
	a.Shown, a.Published, a.Reviewer = a.Draft, now, 0
	a.Title = a.Shown.Title()
	if !a.ReviewOn.After(now) {
		a.ReviewOn = time.Time{} // it took longer than whoever asked thought
	}
	confirmed(a, now)
	addressed(a, now)
}

// confirmed says that the article is right as it stands.
func confirmed(a *Article, now time.Time) {
	if a.ReviewOn.IsZero() {
		a.ReviewOn = now.Add(ReviewAfter)
	}
	a.Checked, a.Stale, a.StaleSince = now, "", time.Time{}
}

func discarded(a *Article, _ time.Time) { a.Draft = a.Shown }

func addressed(a *Article, _ time.Time) { a.Team = a.circle() }

func aged(a *Article, now time.Time) { a.StaleSince = now }
