package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// shelf is settings of one field each, by their codes. What they hold is for
// whoever changes settings.
type shelf map[string]string

func (s shelf) Shows(by people.Actor, _ programme.CarryField) (known, read bool) {
	return true, by.Can("setting.edit")
}

func (s shelf) Weigh(_ context.Context, _ people.Actor, fields []programme.CarryField) ([]programme.CarryField, error) {
	for i := range fields {
		fields[i].Was = s[fields[i].Code]
	}
	return fields, nil
}

func (s shelf) Seats(context.Context, []programme.CarryField) ([]approval.Seat, error) {
	return []approval.Seat{{Person: 1}, {Person: 2}}, nil
}

func (s shelf) Carry(_ context.Context, o programme.Order) error {
	if o.Planned != 1 || len(o.Approved) != 1 || o.Approved[0] != 2 {
		return fmt.Errorf("planned by %d, approved by %d", o.Planned, o.Approved)
	}
	for _, f := range o.Fields {
		if held := s[f.Code]; held != f.Was && held != f.To {
			return fault.New(fault.Conflict, "programme.carry_meanwhile")
		}
	}
	for _, f := range o.Fields {
		s[f.Code] = f.To
	}
	return nil
}

// A step's change to settings is approved by another, applied on its day, and
// undone when the step fails; what somebody changed meanwhile stands.
func TestAStepCarriesAProcessChange(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
		held := shelf{"matrix": "old"}
		m := &programme.Room{
			Store: db.Programmes(), Pen: db, Now: func() time.Time { return now }, Arranger: held,
			Workdays: func(from time.Time, days int) time.Time { return from.AddDate(0, 0, days) },
		}
		grants := func(id people.ID, deeds ...string) people.Actor {
			return people.Actor{ID: id, Staff: true, Grants: people.NewGrants(append(deeds, programme.DeedRead)...), Scope: people.Everything()}
		}
		lead, keeper := grants(1, programme.DeedEdit, "setting.edit"), grants(2, "setting.edit")
		p := &programme.Programme{Name: people.Text{En: "P"}, State: programme.Approved, Doc: programme.Doc{Start: now, Horizon: now.AddDate(1, 0, 0)}, Made: now}
		log := audit.By(lead, now, programme.DeedEdit, "roadmap")
		if err := db.Programmes().Keep(ctx, p, log); err != nil {
			t.Fatal(err)
		}
		steps := []programme.Step{{Phase: 1, Place: 1, Kind: roadmap.Step, Process: maturity.Incident, To: maturity.Level(2), State: roadmap.InWork}}
		if err := db.Programmes().Lay(ctx, p, steps, log); err != nil {
			t.Fatal(err)
		}
		plan := func(s *programme.Step, to string) (*programme.Step, error) {
			return m.Propose(ctx, lead, p.ID, s.ID, s.Version, programme.Carry{
				Why: "sharper", Day: now.AddDate(0, 0, 3), Fields: []programme.CarryField{{Kind: setting.Centre, Code: "matrix", Field: "grid", To: to}},
			})
		}
		if _, err := m.Propose(ctx, keeper, p.ID, steps[0].ID, 1, programme.Carry{}); !fault.Is(err, fault.Denied) {
			t.Errorf("planned by who may not: %v", err)
		}
		if _, err := plan(&steps[0], "old"); !fault.Is(err, fault.Invalid) {
			t.Errorf("nothing changed: %v", err)
		}
		grid := programme.CarryField{Kind: setting.Centre, Code: "matrix", Field: "grid", To: "new"}
		_, err := m.Propose(ctx, lead, p.ID, steps[0].ID, 1, programme.Carry{Why: "sharper", Day: now.AddDate(0, 0, 3), Fields: []programme.CarryField{grid, grid}})
		if all := fault.All(err); len(all) != 1 || all[0].Field != "fields[1].field" || all[0].Key != "programme.carry_twice" {
			t.Errorf("one field twice: %v", err)
		}
		s, err := plan(&steps[0], "new")
		if err != nil {
			t.Fatal(err)
		}
		for who, reads := range map[people.ID]bool{2: true, 3: false} {
			by := grants(who, map[bool][]string{true: {"setting.edit"}}[reads]...)
			v, err := m.Look(ctx, by, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if f := v.Steps[0].Carry.Fields; len(f) != 1 || f[0].Hidden == reads || (f[0].Was == "old" && f[0].To == "new") != reads {
				t.Errorf("%d is shown %+v", who, f)
			}
		}
		if _, err := m.Answer(ctx, lead, p.ID, s.ID, s.Version, approval.Yes, ""); !fault.Is(err, fault.Denied) {
			t.Errorf("approved by who planned it: %v", err)
		}
		if _, err := m.Answer(ctx, grants(2), p.ID, s.ID, s.Version, approval.Yes, ""); !fault.Is(err, fault.Denied) {
			t.Errorf("approved without the right to change the setting: %v", err)
		}
		if s, err = m.Answer(ctx, keeper, p.ID, s.ID, s.Version, approval.Yes, ""); err != nil || s.Carry.State != programme.CarryAgreed {
			t.Fatalf("%+v: %v", s, err)
		}
		look := func() *programme.Step {
			t.Helper()
			if err := m.CarryOut(ctx); err != nil {
				t.Fatal(err)
			}
			all, err := db.Programmes().Steps(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return &all[0]
		}
		if s = look(); s.Carry.State != programme.CarryAgreed || held["matrix"] != "old" {
			t.Errorf("applied before its day: %+v", s.Carry)
		}
		now = now.AddDate(0, 0, 3)
		if s = look(); s.Carry.State != programme.CarryApplied || held["matrix"] != "new" {
			t.Errorf("not applied on its day: %+v", s.Carry)
		}
		s.State = roadmap.Regressed
		if err := db.Programmes().KeepStep(ctx, s, log); err != nil {
			t.Fatal(err)
		}
		if s = look(); s.Carry.State != programme.CarryUndone || held["matrix"] != "old" {
			t.Errorf("not undone: %+v", s.Carry)
		}
		s.State = roadmap.InWork
		if err := db.Programmes().KeepStep(ctx, s, log); err != nil {
			t.Fatal(err)
		}
		if s, err = plan(s, "newer"); err == nil {
			_, err = m.Answer(ctx, keeper, p.ID, s.ID, s.Version, approval.Yes, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		held["matrix"], now = "another's", now.AddDate(0, 0, 4)
		if s = look(); s.Carry.State != programme.CarryFailed || held["matrix"] != "another's" {
			t.Errorf("another's change is gone: %+v", s.Carry)
		}
		if all, err := m.Carries(ctx, lead, "IM"); err != nil || len(all) != 1 {
			t.Errorf("%d: %v", len(all), err)
		}
	})
}
