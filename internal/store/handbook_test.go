package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// chapters is the room of the handbook over a store, at a time that the test
// moves, and whom it told.
func chapters(db *store.DB, now *time.Time, told *[]people.ID) *handbook.Room {
	return &handbook.Room{
		Book: &handbook.Book{Holders: func() []handbook.Holder { return nil }}, Store: db.Handbook(), Pen: db, Now: func() time.Time { return *now },
		Policy: handbook.StandardPolicy, Due: func(from time.Time, days int) time.Time { return from.AddDate(0, 0, days) },
		Approvers: func(context.Context) ([]approval.Seat, error) {
			return []approval.Seat{{Person: 1}, {Person: 2}, {Person: 3}}, nil
		},
		Deputies: func(context.Context, time.Time) ([]approval.Deputy, error) { return nil, nil },
		Tell: func(_ context.Context, _ *handbook.Edition, who []people.ID) error {
			*told = append(*told, who...)
			return nil
		},
	}
}

func member(id people.ID, deeds ...string) people.Actor {
	return people.Actor{ID: id, Staff: true, Grants: people.NewGrants(append(deeds, handbook.DeedRead)...), Scope: people.Everything()}
}

func TestAChapterIsWrittenAndApproved(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
		var told []people.ID
		m := chapters(db, &now, &told)
		writer, other, reader := member(1, handbook.DeedEdit, handbook.DeedApprove), member(2, handbook.DeedApprove), member(9)
		if _, err := m.Write(ctx, reader, "IM", handbook.Writing{}); !fault.Is(err, fault.Denied) {
			t.Errorf("written by a reader: %v", err)
		}
		goal := handbook.Texts{handbook.Goal: {En: "Back to work in an hour", Zh: "一小时内恢复工作"}}
		_, err := m.Write(ctx, writer, "IM", handbook.Writing{Texts: handbook.Texts{handbook.Goal: {En: "Only one"}, "nonsense": {}}})
		if all := fault.All(err); len(all) != 1 || all[0].Field != "nonsense" {
			t.Errorf("faults %v", err)
		}
		_, err = m.Write(ctx, writer, "IM", handbook.Writing{Texts: handbook.Texts{handbook.Goal: {En: "Only one"}, handbook.Policies: {En: "a\nb", Zh: "甲"}}})
		if all := fault.All(err); len(all) != 2 || all[0].Field != "goal_zh" || all[1].Field != "policies_zh" {
			t.Errorf("faults %v", err)
		}
		e, err := m.Write(ctx, writer, "IM", handbook.Writing{Texts: goal, Why: "an hour is promised"})
		if err != nil || e.N != 1 || e.Version != 1 {
			t.Fatalf("%+v: %v", e, err)
		}
		if _, err := m.Write(ctx, writer, "IM", handbook.Writing{Texts: goal}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second draft beside the first: %v", err)
		}
		twin := *e
		twin.ID, twin.Version = 0, 0
		if err := db.Handbook().Keep(ctx, &twin, audit.By(writer, now, handbook.DeedEdit, "x")); !fault.Is(err, fault.Stale) {
			t.Errorf("two editions of one number: %v", err)
		}
		v, err := m.Find(ctx, reader, "IM")
		if err != nil || v.Work != nil || v.Edition != nil || v.Goal.En == goal[handbook.Goal].En {
			t.Errorf("a reader sees the draft: %+v %v", v, err)
		}
		if _, all, _ := m.History(ctx, reader, "IM"); len(all) != 1 {
			t.Errorf("a reader sees %d editions", len(all))
		}
		if e, err = m.Ask(ctx, writer, "IM", e.Version); err != nil {
			t.Fatal(err)
		}
		if len(told) != 2 || told[0] != 2 || told[1] != 3 {
			t.Errorf("told %v", told)
		}
		if _, err := m.Vote(ctx, writer, "IM", e.Version, approval.Yes, ""); !fault.Is(err, fault.Denied) {
			t.Errorf("approved by who wrote it: %v", err)
		}
		if _, err := m.Write(ctx, writer, "IM", handbook.Writing{Version: e.Version, Texts: goal}); !fault.Is(err, fault.Conflict) {
			t.Errorf("written on while it is asked: %v", err)
		}
		if e, err = m.Vote(ctx, other, "IM", e.Version, approval.Yes, ""); err != nil || e.State != handbook.Approved || e.Shot == nil {
			t.Fatalf("%+v: %v", e, err)
		}
		if shot, err := db.Handbook().Shot(ctx, e.ID); err != nil || shot == nil || !shot.At.Equal(now) {
			t.Errorf("%+v: %v", shot, err)
		}
		if v, err = m.Find(ctx, reader, "IM"); err != nil || v.Goal != goal[handbook.Goal] || v.Edition.N != 1 {
			t.Errorf("%+v: %v", v, err)
		}
		if _, c, err := m.Compare(ctx, reader, "IM", 0, 1); err != nil || len(c.Fields) != 1 || c.Fields[0] != handbook.Goal {
			t.Errorf("%+v: %v", c, err)
		}
	})
}

func TestAnApprovalOfAChapterLapses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
		var told []people.ID
		m := chapters(db, &now, &told)
		writer, other := member(1, handbook.DeedEdit), member(2, handbook.DeedApprove)
		e, err := m.Write(ctx, writer, "CHG", handbook.Writing{Texts: handbook.Texts{handbook.Notes: {En: "Note", Zh: "说明"}}})
		if err == nil {
			_, err = m.Ask(ctx, writer, "CHG", e.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
		now, told = now.AddDate(0, 0, 6), nil
		if err := m.Tend(ctx); err != nil || len(told) != 2 {
			t.Errorf("reminded %v: %v", told, err)
		}
		if all, err := m.Waiting(ctx, other); err != nil || len(all) != 1 {
			t.Errorf("waits for %d: %v", len(all), err)
		}
		now = now.AddDate(0, 0, 6)
		if err := m.Tend(ctx); err != nil {
			t.Fatal(err)
		}
		v, err := m.Find(ctx, writer, "CHG")
		if err != nil || v.Work.State != handbook.Draft || len(v.Work.Back) != 1 || v.Work.Back[0].Verdict != approval.Lapsed {
			t.Fatalf("%+v: %v", v.Work, err)
		}
		e, err = m.Ask(ctx, writer, "CHG", v.Work.Version)
		if err == nil {
			e, err = m.Vote(ctx, other, "CHG", e.Version, approval.No, "too short")
		}
		if err != nil || e.State != handbook.Draft || e.Back[1].Why != "too short" || e.Back[1].By != 2 {
			t.Fatalf("%+v: %v", e, err)
		}
		parcels, err := m.Parcels(ctx)
		if err != nil || len(parcels) != 1 {
			t.Fatalf("%v: %v", parcels, err)
		}
		if there, fields, err := m.Weigh(ctx, parcels[0]); err != nil || !there || len(fields) != 0 {
			t.Errorf("%v %v: %v", there, fields, err)
		}
		if e, err = m.Drop(ctx, writer, "CHG", e.Version); err != nil || e.State != handbook.Dropped {
			t.Errorf("%+v: %v", e, err)
		}
		if err := m.Unpack(ctx, other, parcels[0]); !fault.Is(err, fault.Denied) {
			t.Errorf("brought in by who may not: %v", err)
		}
		if err := m.Unpack(ctx, writer, parcels[0]); err != nil {
			t.Fatal(err)
		}
		if v, err = m.Find(ctx, writer, "CHG"); err != nil || v.Work == nil || v.Work.N != 2 || v.Work.Texts[handbook.Notes].En != "Note" {
			t.Errorf("%+v: %v", v.Work, err)
		}
	})
}

// Cases are held to the flow, each breach is told with its cases, and whoever is
// not cleared for a zone learns neither of its cases nor how many there are.
func TestFlowsAreHeldToTheirLog(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
		c := handbook.Cycle{
			Name: "incident", Start: "new", States: []handbook.State{{Code: "new"}, {Code: "work"}, {Code: "done", Final: true}},
			Moves: []handbook.Move{{Name: "begin", From: []string{"new"}, To: "work"}, {Name: "end", From: []string{"work"}, To: "done"}},
		}
		ms := now.Add(-time.Hour).UnixMilli()
		err := db.FreeForTest(ctx, func(exec func(string, ...any) error) error {
			for i, one := range []struct {
				zone  any
				steps []string // "new>work", with ! one that was marked
			}{
				{nil, []string{">new", "new>work", "work>done"}},
				{nil, []string{">new", "new>done"}},
				{7, []string{">new", "new>work", "work>done"}},
				{7, []string{">new", "new>work", "work>new", "!new>done"}},
				{nil, []string{">work", "work>done"}},
			} {
				id := 1000 + i
				err := exec(`INSERT INTO record (id, kind, number, title, state, priority, zone, opened, moved, due, version, live, extra) VALUES ($1, 'incident', $1, 'x', 'done', 1, $2, $3, $3, 0, 1, $4, '{}')`, id, one.zone, ms, false)
				for _, s := range one.steps {
					s, marked := strings.CutPrefix(s, "!")
					was, became, _ := strings.Cut(s, ">")
					err = errors.Join(err, exec(`INSERT INTO timeline (record, at, deed, was, became, reason, text, public, irregular, changes) VALUES ($1, $2, 'incident.x', $3, $4, '', '', $5, $6, '')`, id, ms, was, became, false, marked))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		log := db.FlowLog()
		for range 2 { // what is held again takes the place of what was
			if err := log.Hold(ctx, "incident", record.Incident, c.Paths(), now.AddDate(0, 0, -7), now); err != nil {
				t.Fatal(err)
			}
		}
		if last, err := log.Last(ctx, "incident"); err != nil || !last.Equal(now) {
			t.Errorf("last %v: %v", last, err)
		}
		all, err := log.Held(ctx, people.Everything(), []string{"incident", "never"})
		if err != nil || len(all) != 1 || all[0].Cases != 5 || all[0].Regular != 2 || len(all[0].Kinds) != 4 {
			t.Fatalf("%+v: %v", all, err)
		}
		open := people.Scope{All: true}
		all, err = log.Held(ctx, open, []string{"incident"})
		if err != nil || all[0].Cases != 3 || all[0].Regular != 1 || len(all[0].Kinds) != 2 {
			t.Fatalf("%+v: %v", all, err)
		}
		marked := handbook.Breach{Kind: handbook.Marked, Was: "new", Became: "done"}
		if cases, err := log.Cases(ctx, people.Everything(), "incident", marked, 0, 10); err != nil || len(cases) != 1 || cases[0].ID != 1003 {
			t.Errorf("%+v: %v", cases, err)
		}
		if cases, err := log.Cases(ctx, open, "incident", marked, 0, 10); err != nil || len(cases) != 0 {
			t.Errorf("%+v: %v", cases, err)
		}
		skipped := handbook.Breach{Kind: handbook.Skipped, Was: "new", Became: "done"}
		if cases, err := log.Cases(ctx, open, "incident", skipped, 0, 10); err != nil || len(cases) != 1 || cases[0].ID != 1001 {
			t.Errorf("%+v: %v", cases, err)
		}
	})
}

// Items are held to their life by what they became in a time: each that moved is a
// case, whether it ended or not.
func TestItemsAreHeldToTheirLife(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
		c := handbook.Cycle{
			Name: "item", Start: "planned", States: []handbook.State{{Code: "planned"}, {Code: "live"}, {Code: "retired"}, {Code: "disposed", Final: true}},
			Moves: []handbook.Move{{From: []string{"planned"}, To: "live"}, {From: []string{"live"}, To: "retired"}, {From: []string{"retired"}, To: "disposed"}},
		}
		zone := &setting.Thing{Kind: setting.Zone, Code: "vault", Name: people.Text{En: "Vault"}, Changed: now}
		if err := db.Settings().Save(ctx, zone); err != nil {
			t.Fatal(err)
		}
		var items [3]record.ItemID
		for i := range items {
			one := &cmdb.Item{Code: "X" + string(rune('1'+i)), Name: people.Text{En: "Box", Zh: "盒"}, Class: "server", State: cmdb.Live, Created: now, Changed: now}
			if i == 2 {
				one.Zone = people.ZoneID(zone.ID)
			}
			if err := db.Items().Write(ctx, &cmdb.Lot{Items: []*cmdb.Item{one}}); err != nil {
				t.Fatal(err)
			}
			items[i] = one.ID
		}
		err := db.FreeForTest(ctx, func(exec func(string, ...any) error) (err error) {
			for i, steps := range [][]string{{"planned>live", "live>retired"}, {"planned>retired"}, {"retired>live"}} {
				for _, s := range steps {
					was, became, _ := strings.Cut(s, ">")
					err = errors.Join(err, exec(`INSERT INTO item_history (item, at, name, origin, field, was, became, because) VALUES ($1, $2, '', '', 'state', $3, $4, '')`, int64(items[i]), now.Add(-time.Hour).UnixMilli(), was, became))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		log := db.FlowLog()
		if err := log.Hold(ctx, "item", handbook.Items, c.Paths(), now.AddDate(0, 0, -7), now); err != nil {
			t.Fatal(err)
		}
		all, err := log.Held(ctx, people.Everything(), []string{"item"})
		if err != nil || len(all) != 1 || all[0].Cases != 3 || all[0].Regular != 1 || len(all[0].Kinds) != 2 {
			t.Fatalf("%+v: %v", all, err)
		}
		open := people.Scope{All: true}
		if all, err = log.Held(ctx, open, []string{"item"}); err != nil || all[0].Cases != 2 || len(all[0].Kinds) != 1 {
			t.Errorf("without the zone %+v: %v", all, err)
		}
		skipped, against := handbook.Breach{Kind: handbook.Skipped, Was: "planned", Became: "retired"}, handbook.Breach{Kind: handbook.Against, Was: "retired", Became: "live"}
		if cases, err := log.Cases(ctx, open, "item", skipped, 0, 10); err != nil || len(cases) != 1 || cases[0].Code != "X2" || cases[0].Title.Zh != "盒" || cases[0].At.IsZero() {
			t.Errorf("%+v: %v", cases, err)
		}
		if cases, err := log.Cases(ctx, open, "item", against, 0, 10); err != nil || len(cases) != 0 {
			t.Errorf("of a closed zone %+v: %v", cases, err)
		}
	})
}

// Every figure is measured on both engines, over nothing and over something.
func TestFiguresOfProcesses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
		all := setting.NewAll(1, nil)
		f := &handbook.Figures{Measurer: db.Figures(func() *setting.All { return all }), Now: func() time.Time { return now }, Days: func() int { return 90 }}
		reader := member(9)
		if v, err := f.Read(ctx, reader); err != nil || len(v.Values) != len(handbook.FigureKeys()) || v.Values["IM.bounce"].N != 0 {
			t.Fatalf("%+v: %v", v, err)
		}
		ms := now.Add(-time.Hour).UnixMilli()
		err := db.FreeForTest(ctx, func(exec func(string, ...any) error) error {
			var err error
			for i, spent := range []int64{1, 3} {
				id := 1000 + i
				err = errors.Join(err,
					exec(`INSERT INTO record (id, kind, number, title, state, priority, zone, opened, moved, due, version, live, extra) VALUES ($1, 'incident', $1, 'x', 'closed', $2, $3, $4, $4, 0, 1, $5, '{}')`, id, 1+i, 7*i, ms, false),
					exec(`INSERT INTO incident (id, description, channel, no_item, impact, urgency, vip, hall, override, why_priority, waiting, outside, room, callback, solution, ended_as, line, escalation, major, report, resolved, closed, reopened, reassigned, first_contact, rating)
						VALUES ($1, '', 'phone', '', 1, 1, $2, $2, 0, '', '', '', '', '', '', '', 1, '', $2, '', $3, $3, $4, $4, $2, 0)`, id, false, ms, i),
					exec(`INSERT INTO clock (record, name, target, spent, state, warned, misses) VALUES ($1, 'resolve', 1, $2, $3, 0, 0)`, id, spent*int64(time.Hour/time.Millisecond), []string{"met", "missed"}[i]))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Nightly(ctx); err != nil {
			t.Fatal(err)
		}
		v, err := f.Read(ctx, reader)
		if err != nil {
			t.Fatal(err)
		}
		if x := v.Values["IM.restore"]; x.N != 2 || x.Number != 2 || len(x.Parts) != 2 || x.Parts[1].Name != "2" || x.Parts[1].Number != 3 {
			t.Errorf("restored in %+v", x)
		}
		if x := v.Values["IM.in_target"]; x.N != 2 || x.Counts != 1 || x.Number != 0.5 {
			t.Errorf("in target %+v", x)
		}
		if x := v.Values["IM.reopened"]; x.Counts != 1 {
			t.Errorf("reopened %+v", x)
		}
		behind := func(by people.Actor, key string, counts bool) (out []int64) {
			t.Helper()
			_, rows, err := f.Behind(ctx, by, key, handbook.Slice{Counts: counts, Limit: 10})
			if err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			for _, r := range rows {
				out = append(out, r.ID)
			}
			return out
		}
		solver := member(9, "incident.read")
		if in, out := behind(solver, "IM.in_target", true), behind(solver, "IM.in_target", false); !slices.Equal(in, []int64{1000}) || !slices.Equal(out, []int64{1001}) {
			t.Errorf("in target %v, not in it %v", in, out)
		}
		if _, rows, err := f.Behind(ctx, solver, "IM.restore", handbook.Slice{After: 1000, Limit: 10}); err != nil || len(rows) != 1 || rows[0].Value != 3 || rows[0].Kind != record.Incident {
			t.Errorf("restored %+v: %v", rows, err)
		}
		if rows := behind(reader, "IM.restore", true); len(rows) != 0 {
			t.Errorf("who reads no incidents is told of %v", rows)
		}
		if _, _, err := f.Behind(ctx, solver, "CFG.unauthorised", handbook.Slice{Limit: 10}); !fault.Is(err, fault.Denied) {
			t.Errorf("items for who reads none: %v", err)
		}
		for _, key := range []string{handbook.Grades, "AVM.restore", "nonsense"} {
			if _, _, err := f.Behind(ctx, solver, key, handbook.Slice{Limit: 10}); !fault.Is(err, fault.Missing) {
				t.Errorf("%s: %v", key, err)
			}
		}
		everything := member(9, "item.read", "incident.read", "request.read", "problem.read", "change.read", "release.read")
		for _, key := range handbook.FigureKeys() {
			for _, counts := range []bool{true, false} {
				if key != handbook.Grades {
					behind(everything, key, counts)
				}
			}
		}
		outsider := reader
		outsider.Scope = people.Scope{All: true}
		solver.Scope = outsider.Scope
		if rows := behind(solver, "IM.restore", true); !slices.Equal(rows, []int64{1000}) {
			t.Errorf("behind it, without the zone: %v", rows)
		}
		if v, err := f.Read(ctx, outsider); err != nil || v.Values["IM.restore"].N != 1 {
			t.Errorf("without the zone %+v: %v", v.Values["IM.restore"], err)
		}
	})
}
