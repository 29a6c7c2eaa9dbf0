package knowledge

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where articles are written, reviewed, read and rated.
type Desk struct {
	*record.Desk[*Article]
	Ledger record.Ledger
	Shelf  Shelf
	// Reviewers are those who may review an article: who has the right, sees it
	// and is there. Nil asks whoever is named, without knowing.
	Reviewers func(a *Article) []approval.Seat
	Place     func() *time.Location // where the centre's days begin; nil is UTC

	library library
}

type sitting = record.Sitting[*Article]

// NewDesk makes a working desk; the inner one needs Store and Now and what
// wiring adds to its Rules.
func NewDesk(inner record.Desk[*Article], ledger record.Ledger, shelf Shelf) *Desk {
	d := &Desk{Desk: &inner, Ledger: ledger, Shelf: shelf}
	d.Kind, d.Flow, d.Sheet = record.Knowledge, Flow, Sheet()
	d.Rules.Settle, d.Rules.Then, d.Rules.Serves = settle, d.then, (*Article).forReaders
	d.Rules.Apart = []string{"submit", "attach"}
	return d
}

// Write begins an article in the name of its author.
func (d *Desk) Write(ctx context.Context, by people.Actor, in record.Input) (*Article, error) {
	return d.WriteFrom(ctx, by, nil, in)
}

// draftedFrom is the link from an article to the record that it was drafted
// from.
const draftedFrom = "drafted_from"

// WriteFrom begins an article out of what a record has taught; nil is no
// record. The link to it is kept.
func (d *Desk) WriteFrom(ctx context.Context, by people.Actor, from *record.Head, in record.Input) (*Article, error) {
	a := new(Article)
	a.Requester, a.Owner = by.ID, by.ID
	if from != nil {
		a.Source = from.Ref()
	}
	return a, d.Sit(ctx, by, func(s *sitting) error {
		if err := s.Open(a, in); err != nil {
			return err
		}
		if from != nil {
			s.Relate(a.Common(), from, draftedFrom)
		}
		return nil
	})
}

// settle derives the title and who may read the article.
func settle(a *Article) error {
	var many fault.Many
	if a.Audience == "" {
		a.Audience = ForStaff
	}
	if a.Audience != ForTeam {
		a.Crew = 0
	} else if a.Crew == 0 {
		many = append(many, fault.At("crew", "record.required"))
	}
	if a.Edition == 0 {
		a.Shown = a.Draft
		a.Title = a.Shown.Title()
	}
	a.Team = a.circle()
	if a.Draft.En.Title == "" && a.Draft.Zh.Title == "" {
		many = append(many, fault.At("title_en", "knowledge.no_title"))
	}
	return many.Err()
}

// then is what follows a deed in the same sitting, and what of it depends on
// who does it and when.
func (d *Desk) then(s *sitting, a *Article, deed string, _ record.Input) error {
	switch deed {
	case "edit":
		if a.State != Writing {
			return fault.New(fault.Conflict, "knowledge.not_a_draft")
		}
	case "submit":
		if !a.ReviewOn.IsZero() && !a.ReviewOn.After(s.Now) {
			return fault.At("review_on", "knowledge.review_in_past")
		}
		return d.ask(s, a)
	case "vote", "lapse":
		return d.decided(s, a)
	case "recall", "retire":
		return s.Withdraw(a)
	case "confirm":
		if !a.ReviewOn.After(s.Now) {
			return fault.At("review_on", "knowledge.review_in_past")
		}
	}
	return nil
}

// Next lists the moves that a person may make now: the buttons of the page.
func (d *Desk) Next(by people.Actor, a *Article) []flow.Move[*Article] {
	var out []flow.Move[*Article]
	for _, m := range d.Flow.From(a.State) {
		if !m.Sys && by.Can("knowledge."+m.Name) && (m.Name != "discard" || a.Edition > 0) {
			out = append(out, m)
		}
	}
	return out
}

// Age marks the articles whose day of review has come, or whose item or service
// has changed since they were last said to be right; their owners hear of it.
// A duty calls it as often as it likes.
func (d *Desk) Age(ctx context.Context) error {
	found, err := d.Shelf.Aged(ctx, d.Now())
	if err != nil {
		return err
	}
	for _, f := range found {
		_, err := d.One(ctx, people.System(people.ViaJob), f.Number, record.Input{}, func(s *sitting, a *Article) error {
			if !a.InForce() || a.Stale != "" {
				return nil // somebody has looked at it meanwhile
			}
			return s.Move(a, "age", record.Input{Fields: map[string]string{"stale": string(f.Why)}})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
