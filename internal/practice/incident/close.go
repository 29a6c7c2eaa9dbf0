package incident

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// DueToClose is the moment at which an incident resolved then is closed by
// silence: so many working days later as the policy says.
func (d *Desk) DueToClose(resolved time.Time) time.Time {
	return d.City.Workdays(resolved, d.City.Policy().CloseAfter)
}

// CloseSilent closes incidents whose requesters have said nothing for long
// enough, at most limit, and reports which. A job calls it.
func (d *Desk) CloseSilent(ctx context.Context, limit int) ([]record.Number, error) {
	now := d.Now()
	// No working day is shorter than a day, so none resolved later is due.
	candidates, err := d.Shelf.Silent(ctx, now.AddDate(0, 0, -d.City.Policy().CloseAfter), limit)
	if err != nil {
		return nil, err
	}
	var done []record.Number
	for _, n := range candidates {
		_, err := d.One(ctx, people.System(people.ViaJob), n, record.Input{}, func(s *sitting, i *Incident) error {
			if i.State != Resolved || s.Now.Before(d.DueToClose(i.Resolved)) {
				return errNotYet
			}
			return s.Move(i, "close", record.Input{})
		})
		switch {
		case err == nil:
			done = append(done, n)
		case fault.Is(err, fault.Conflict): // moved on since it was listed, or not yet due
		default:
			return done, err
		}
	}
	return done, nil
}

var errNotYet = fault.New(fault.Conflict, "incident.not_yet_silent")

// Similar hints at incidents that may be the same trouble: open ones of the
// service and category, opened within the hours that the policy names.
func (d *Desk) Similar(ctx context.Context, by people.Actor, s record.ServiceID, c record.CategoryID) ([]record.Row, error) {
	if s == 0 || c == 0 {
		return nil, nil
	}
	return d.Shelf.Similar(ctx, by.Scope, s, c, d.Now().Add(-time.Duration(d.City.Policy().Similar)*time.Hour))
}
