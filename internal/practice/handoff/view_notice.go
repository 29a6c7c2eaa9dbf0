package handoff

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/view"
)

// Watch tells the readers of saved views when one shows more records than the
// number it carries: once when it goes above, and again only after it was not.
// What counts is what the reader may see.
type Watch struct {
	Views  *view.Views
	Alerts notice.AlertStore
	// People are all who may have views, Actor what one of them may do now.
	People func(context.Context) ([]people.Person, error)
	Actor  func(context.Context, people.ID) (people.Actor, error)
	Zone   func(people.Actor) *time.Location // for quiet hours
	Mails  func() bool                       // a mail server is named
	Lang   func() string                     // of mail to those who have not chosen
}

type watched struct {
	who  people.ID
	view int64
}

// Look compares every alerting view with its number, for each of its readers.
func (w Watch) Look(ctx context.Context, now time.Time) error {
	views, err := w.Views.Alerting()
	if err != nil {
		return err
	}
	held, err := w.Alerts.Above(ctx)
	if err != nil || len(views) == 0 && len(held) == 0 {
		return err
	}
	was := map[watched]bool{}
	for _, a := range held {
		was[watched{a.To, a.View}] = true
	}
	above := map[watched]bool{}
	if len(views) > 0 {
		if err := w.each(ctx, views, func(p people.Person, by people.Actor, v view.View) error {
			over, err := w.Views.Above(ctx, by, v)
			if err != nil || !over {
				if fault.All(err) != nil {
					return nil // a condition that names what is no more counts nothing
				}
				return err
			}
			k := watched{p.ID, v.ID}
			above[k] = true
			if was[k] {
				return nil
			}
			return w.tell(ctx, p, by, v, now)
		}); err != nil {
			return err
		}
	}
	for k := range was {
		if above[k] {
			continue
		}
		if err := w.Alerts.Below(ctx, k.who, k.view); err != nil {
			return err
		}
	}
	return nil
}

// each calls do with every reader of every view that he hears of.
func (w Watch) each(ctx context.Context, views []view.View, do func(people.Person, people.Actor, view.View) error) error {
	all, err := w.People(ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		by, err := w.Actor(ctx, p.ID)
		if fault.Is(err, fault.Unknown) || fault.Is(err, fault.Missing) {
			continue // retired, or his account has ended
		}
		if err != nil {
			return err
		}
		for _, v := range views {
			if !view.Hears(p, by, v) {
				continue
			}
			if err := do(p, by, v); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w Watch) tell(ctx context.Context, p people.Person, by people.Actor, v view.View, now time.Time) error {
	var zone *time.Location
	if w.Zone != nil {
		zone = w.Zone(by)
	}
	if p.Doc.Lang == "" && w.Lang != nil {
		p.Doc.Lang = w.Lang()
	}
	a, mail := notice.Alarm(p, notice.Called{ID: v.ID, Code: v.Code, Name: v.Name.In(p.Doc.Lang), Kind: v.Kind}, v.Doc.Alert, now, zone)
	if w.Mails == nil || !w.Mails() {
		mail = nil
	}
	_, err := w.Alerts.Cross(ctx, a, mail)
	return err
}
