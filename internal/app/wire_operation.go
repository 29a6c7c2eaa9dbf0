package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/lang"
	"kilter/internal/job"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// operations is the room of recurring operations, with the city around it.
func (h *house) operations() *operation.Room {
	return &operation.Room{
		Store: h.db.Operations(), Settings: h.settings.All, Now: Now, Together: h.db.Together, Raise: h.raiseOf, Ended: h.handIn, Find: h.itemsOf,
		Calendar: h.calendarOf,
	}
}

// calendarOf is a calendar of the centre, its usual one for 0 and what is gone.
func (h *house) calendarOf(id int64) *calendar.Calendar {
	v := h.directory.View()
	if c, ok := v.Book.Calendar(id); ok && id != 0 {
		return c
	}
	return v.Calendar(0)
}

// itemsOf looks up items by their codes, those within the zones that somebody is
// cleared for. Whoever shows them asks for the grant.
func (h *house) itemsOf(ctx context.Context, by people.Actor, codes ...string) ([]operation.Item, error) {
	ids, err := h.db.Items().Coded(ctx, codes...)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	found, err := h.db.Items().Find(ctx, by.Scope, slices.Collect(maps.Values(ids))...)
	var out []operation.Item
	for _, i := range found {
		out = append(out, operation.Item{ID: int64(i.ID), Code: i.Code, Name: i.Name})
	}
	slices.SortFunc(out, func(a, b operation.Item) int { return strings.Compare(a.Code, b.Code) })
	return out, err
}

// raiseOf makes an incident of what deviates in a run, for the team that found it.
func (h *house) raiseOf(ctx context.Context, by people.Actor, r *operation.Run) (string, error) {
	fields := map[string]string{"title": r.Name.In(by.Lang), "description": strings.Join(r.Texts(by.Lang), "\n"), "requester": by.ID.String()}
	if t := h.settings.All().Find(setting.Operation, r.Plan); t != nil {
		p, err := setting.Read[operation.Plan](*t)
		if err != nil {
			return "", err
		}
		if len(p.Services) > 0 {
			fields["service"] = strconv.FormatInt(p.Services[0], 10)
		}
	}
	if r.Network != 0 {
		fields["zone"] = strconv.FormatInt(int64(r.Network), 10)
	}
	i, err := h.incidents.Register(ctx, by, incident.Call{Input: record.Input{Fields: fields}, Channel: "monitor", Team: r.Team})
	if err != nil {
		return "", err
	}
	return i.Ref(), nil
}

// handIn writes what came of an operation in the duty log of its team.
func (h *house) handIn(ctx context.Context, by people.Actor, r *operation.Run) error {
	p := lang.For(lang.Lang(by.Lang))
	said := r.Name.In(by.Lang) + ": " + p.T("operation.state."+string(r.State))
	if n := r.Deviations(); n > 0 {
		said = r.Name.In(by.Lang) + ": " + p.N("operation.deviations", n)
	}
	if r.Network != 0 { // the log is read by the whole team, cleared or not
		said = p.T("watch.an_operation")
	}
	return h.duty().HandIn(ctx, by, r.Team, r.ID, said)
}

// operationDuty makes the runs that are due soon, and tells of those that were
// missed.
func (h *house) operationDuty() job.Duty {
	room := h.operations()
	return job.Duty{Name: "operations", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		return false, errors.Join(room.Make(ctx, now), h.remindMissed(ctx, now))
	}}
}
