package app

import (
	"cmp"
	"context"
	"time"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// usualZone is where a centre is that has not said where.
const usualZone = "Asia/Shanghai"

// place is the centre's time zone: its days begin and its quiet hours lie
// there.
func (h *house) place() *time.Location {
	name := cmp.Or(h.directory.View().Centre().Zone, usualZone)
	place, err := time.LoadLocation(name)
	if err != nil {
		h.env.Log.Warn("this machine does not know the centre's time zone; China's holds", "zone", name, "err", err)
		place = time.FixedZone(usualZone, 8*3600)
	}
	return place
}

// placeOf is the time zone a person chose, else the centre's.
func (h *house) placeOf(a people.Actor) *time.Location {
	if a.Place != nil {
		return a.Place
	}
	return h.place()
}

// refresh reads settings that another node has changed, the time zone too.
func (h *house) refresh(ctx context.Context) error {
	if err := h.directory.Refresh(ctx); err != nil {
		return err
	}
	h.db.SetPlace(h.place())
	return nil
}

// means says what the words of a condition stand for when somebody asks.
func (h *house) means(by people.Actor) query.Context {
	return query.Context{
		Me: by.ID, MyTeams: by.Teams, Now: Now(), Place: h.placeOf(by), Settings: h.settings.All(), Business: h.business,
		Sees: func(t *setting.Thing) bool { return catalogue.Cleared(by.Scope, t) },
		Look: func(t query.Type, text string) ([]int64, error) { return h.look(by, t, text) },
	}
}

// business goes so many working days of the centre's usual calendar from a
// moment, into the past when they are negative; false beyond ten years.
func (h *house) business(from time.Time, days int) (time.Time, bool) {
	cal, step := h.directory.View().Calendar(0), 1
	if days < 0 {
		days, step = -days, -1
	}
	from = from.In(h.place())
	for limit := 3660; days > 0; limit-- {
		if limit == 0 {
			return from, false
		}
		from = from.AddDate(0, 0, step)
		midnight := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
		if cal.Between(midnight, midnight.AddDate(0, 0, 1)) > 0 {
			days--
		}
	}
	return from, true
}

// fields are what a condition on records of a kind ("": of every) can name.
// Who is not staff cannot ask for what he cannot see.
func (h *house) fields(k record.Kind, staff bool) query.Fields {
	switch k {
	case record.Incident:
		return fieldsOf(h.incidents.Desk.Flow, h.incidents.Desk.Sheet, h.own(k)(), staff)
	case "item":
		return h.model().Conditions()
	case record.Contact:
		return fieldsOf(h.contacts.Desk.Flow, h.contacts.Desk.Sheet, h.own(k)(), staff)
	case record.Problem:
		return fieldsOf(h.problems.Desk.Flow, h.problems.Desk.Sheet, h.own(k)(), staff)
	case record.Changes:
		return fieldsOf(h.changes.Desk.Flow, h.changes.Desk.Sheet, h.own(k)(), staff)
	case record.Release:
		return fieldsOf(h.releases.Desk.Flow, h.releases.Desk.Sheet, h.own(k)(), staff)
	case record.Risk:
		return fieldsOf(h.risks.Desk.Flow, h.risks.Desk.Sheet, h.own(k)(), staff)
	case record.Knowledge:
		return fieldsOf(h.articles.Desk.Flow, h.articles.Desk.Sheet, h.own(k)(), staff)
	case record.Request:
		return fieldsOf(h.requests.Desk.Flow, h.requests.Desk.Sheet, h.own(k)(), staff)
	}
	return query.Head()
}

func fieldsOf[R record.Body](f flow.Flow[R], sheet record.Sheet[R], own []record.Own, staff bool) query.Fields {
	if !staff {
		sheet = sheet.ForGuests()
	}
	var more []query.Field
	for _, o := range own {
		if staff || !o.Hidden {
			more = append(more, o.Condition())
		}
	}
	return record.Conditions(f, sheet, more...)
}
