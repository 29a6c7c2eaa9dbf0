package problem

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Why somebody is reminded of a problem.
const (
	WatchOver = "watch_over" // nothing came back in the watch period: it can be resolved
	ReviewDue = "review_due" // it was major, was resolved, and nobody has reviewed it
)

// Remind reminds of the problems whose watch has ended and of the reviews that
// are due, once of each: who owns it and who answers for problems are told. A
// duty calls it as often as it likes.
func (d *Desk) Remind(ctx context.Context) error {
	due, err := d.Shelf.ToRemind(ctx, d.Now())
	if err != nil {
		return err
	}
	for _, n := range due {
		_, err := d.One(ctx, people.System(people.ViaJob), n, record.Input{}, func(s *sitting, p *Problem) error {
			switch {
			case p.State == Verifying && !p.WatchUntil.IsZero() && !p.WatchUntil.After(s.Now):
				return s.Log(p, "remind", record.Entry{Reason: WatchOver})
			case p.State == Resolved && p.Major && p.Review == "" && !d.reviewBy(p).After(s.Now):
				return s.Log(p, "remind", record.Entry{Reason: ReviewDue})
			}
			return nil // it has gone on meanwhile
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reviewBy is until when a resolved major problem is to be reviewed.
func (d *Desk) reviewBy(p *Problem) time.Time {
	if d.City.Workdays == nil {
		return p.Resolved.AddDate(0, 0, ReviewDays)
	}
	return d.City.Workdays(p.Resolved, ReviewDays)
}
