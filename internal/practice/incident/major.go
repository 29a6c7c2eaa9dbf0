package incident

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Post is a line on the public notice board about a major incident. It says
// what its writer chose to say and nothing else of the record.
type Post struct {
	Number  record.Number
	Service record.ServiceID
	Zone    people.ZoneID
	State   flow.State
	Major   bool // it is still a major incident
	Opened  time.Time
	At      time.Time
	Text    string
}

func notMajor(i *Incident) error {
	if i.Major {
		return fault.New(fault.Conflict, "incident.is_major")
	}
	return nil
}

func isMajor(i *Incident) error {
	if !i.Major {
		return fault.New(fault.Conflict, "incident.not_major")
	}
	return nil
}

func declared(i *Incident, _ time.Time) { i.Major = true }

func stoodDown(i *Incident, _ time.Time) { i.Major, i.NextUpdate = false, time.Time{} }

func reported(i *Incident, _ time.Time) { i.ReportDue = time.Time{} }

// every is the time between two updates of a major incident.
func (d *Desk) every() time.Duration { return time.Duration(d.City.Policy().Update) * time.Minute }

// updated starts the next-update clock of a major incident anew: people have
// just been told something by the centre.
func (d *Desk) updated(s *sitting, i *Incident) {
	if i.Major && s.By.Staff && d.Flow.Live(i.State) {
		i.NextUpdate = s.Now.Add(d.every())
	}
}

// Claim takes a role in a major incident: "lead", "liaison" or "scribe".
func (d *Desk) Claim(ctx context.Context, by people.Actor, n record.Number, role string) (*Incident, error) {
	switch role {
	case "lead", "liaison", "scribe":
	default:
		if _, err := d.Find(ctx, by, n); err != nil { // what he may not see is missing, whatever he asks of it
			return nil, err
		}
		return nil, fault.At("role", "record.not_a_choice").With("choices", "lead, liaison, scribe")
	}
	return d.Move(ctx, by, n, "man", record.Input{Fields: map[string]string{role: id(by.ID)}})
}

// Publish puts a text on the public notice board. It is read by everybody who
// is cleared for the incident's network, whether he sees the incident or not.
func (d *Desk) Publish(ctx context.Context, by people.Actor, n record.Number, text string) (*Incident, error) {
	return d.One(ctx, by, n, record.Input{}, func(s *sitting, i *Incident) error {
		if err := isMajor(i); err != nil {
			return err
		}
		if text == "" {
			return fault.At("text", "record.required")
		}
		if err := s.Log(i, "post", record.Entry{Text: text, Public: true}); err != nil {
			return err
		}
		d.updated(s, i)
		return nil
	})
}

// Board is the public notice board as somebody may read it: what was posted
// since a moment about major incidents of networks he is cleared for.
func (d *Desk) Board(ctx context.Context, by people.Actor, since time.Time) ([]Post, error) {
	return d.Shelf.Board(ctx, people.Scope{All: true, AllZones: by.Scope.AllZones, Cleared: by.Scope.Cleared}, since)
}

// LateUpdates lists the major incidents of which people should have heard by
// now and have not.
func (d *Desk) LateUpdates(ctx context.Context, now time.Time) ([]record.Number, error) {
	return d.Shelf.Late(ctx, now)
}

// Remind notes on a major incident that people should have heard of it by now;
// its team and the incident managers are told. It does so once for every
// update that is late, however often it is called.
func (d *Desk) Remind(ctx context.Context, by people.Actor, n record.Number) error {
	_, err := d.One(ctx, by, n, record.Input{}, func(s *sitting, i *Incident) error {
		if i.NextUpdate.IsZero() || i.NextUpdate.After(s.Now) || !d.Flow.Live(i.State) {
			return nil
		}
		past, err := s.Past(i)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(past, func(e record.Entry) bool { return e.Deed == "incident.remind" && !e.At.Before(i.NextUpdate) }) {
			return nil
		}
		return s.Log(i, "remind", record.Entry{})
	})
	return err
}
