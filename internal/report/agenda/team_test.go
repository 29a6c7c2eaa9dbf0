package agenda

import (
	"context"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	report "kilter/internal/report/desk"
)

// ola is the agreement of a team: so many hours to resolve what has priority 3, round the
// clock, from the moment it came to the team.
func ola(id, team int64, hours int) setting.Thing {
	return thing(setting.Agreement, id, "ola", sla.Agreement{Kind: sla.OLA, Party: team, NameEn: "a", NameZh: "a", Targets: []sla.Target{{Priority: 3, Clock: sla.Resolve, Minutes: hours * 60, Calendar: 1}}})
}

// tray is cases and what was kept of them, in memory.
type tray struct {
	cases   []Case
	moved   map[int64]time.Time
	kept    map[int64]Promised
	mark    Mark
	imports string
	read    int // cases, since it was set to 0
}

func (s *tray) Cases(_ context.Context, _ people.Scope, since time.Time, p review.Period, each func(*Case) error) error {
	for i := range s.cases {
		c := &s.cases[i]
		switch in := !c.Resolved.Before(p.From) && c.Resolved.Before(p.Until); {
		case p != (review.Period{}) && !in, p == (review.Period{}) && since.IsZero() && c.Resolved.IsZero(), s.moved[c.Record].Before(since):
			continue
		}
		s.read++
		if err := each(c); err != nil {
			return err
		}
	}
	return nil
}

func (s *tray) Sums(_ context.Context, _ people.Scope, before time.Time, p review.Period) (map[int64]Sum, error) {
	out := map[int64]Sum{}
	for id, one := range s.kept {
		if one.Resolved.Before(p.From) || !one.Resolved.Before(p.Until) || !s.moved[id].Before(before) {
			continue
		}
		sum := out[one.Agreement]
		if one.Met {
			sum.Met++
		} else {
			sum.Missed++
		}
		out[one.Agreement] = sum
	}
	return out, nil
}

func (s *tray) Keep(_ context.Context, all []Promised) error {
	for _, one := range all {
		if delete(s.kept, one.Record); one.Agreement != 0 {
			s.kept[one.Record] = one
		}
	}
	return nil
}

func (s *tray) Mark(context.Context) (Mark, error)      { return s.mark, nil }
func (s *tray) Imports(context.Context) (string, error) { return s.imports, nil }

func (s *tray) Settle(_ context.Context, m Mark) error {
	if s.mark = m; m.At.IsZero() {
		clear(s.kept)
	}
	return nil
}

// teams counts from a tray under some agreements.
func teams(t *testing.T, s *tray, agreements *[]setting.Thing) *Teams {
	t.Helper()
	all := func() *setting.All {
		return setting.NewAll(1, append(slices.Clone(*agreements), thing(setting.Team, first, "desk", nil)))
	}
	return &Teams{Shelf: s, Settings: all, Book: func() *sla.Book {
		var good []sla.Agreement
		for _, one := range *agreements {
			a, err := setting.Read[sla.Agreement](one)
			if err != nil {
				t.Fatal(err)
			}
			a.ID = one.ID
			good = append(good, a)
		}
		book, err := sla.NewBook(map[int64]*calendar.Calendar{1: nil}, good)
		if err != nil {
			t.Fatal(err)
		}
		return book
	}}
}

// opened is when the cases of these tests were; after is a moment some hours later.
var opened = today.AddDate(0, 0, -10)

func after(hours int) time.Time { return opened.Add(time.Duration(hours) * time.Hour) }

func step(hours int, state flow.State, team string) report.Step {
	return report.Step{At: after(hours).UnixMilli(), State: state, Team: team}
}

func solved(record int64, hours int, steps ...report.Step) Case {
	return Case{Record: record, Resolved: after(hours), Case: report.Case{Opened: opened.UnixMilli(), Priority: 3, Steps: steps}}
}

// TestWhatATeamPromisedIsReplayedFromWhenItHadIt: the team that resolved it last answers
// for the time since it came to it, whoever had it before.
func TestWhatATeamPromisedIsReplayedFromWhenItHadIt(t *testing.T) {
	t.Parallel()
	agreements := []setting.Thing{ola(71, first, 8), ola(72, second, 2)}
	book := teams(t, &tray{}, &agreements).Book()
	begun := report.Step{Team: "61"} // the team that it began with, at no moment of its own
	open := solved(9, 0, begun)
	open.Resolved = time.Time{}
	for _, c := range []struct {
		name string
		c    Case
		want Promised
	}{
		{"in time by the team it began with", solved(1, 7, begun, step(7, incident.Resolved, "")), Promised{Agreement: 71, Met: true}},
		{"too late by it", solved(1, 9, begun, step(9, incident.Resolved, "")), Promised{Agreement: 71}},
		{"handed on, and in time since", solved(1, 10, begun, step(9, incident.Assigned, "62"), step(10, incident.Resolved, "")), Promised{Agreement: 72, Met: true}},
		{"handed on when it was resolved already", solved(1, 7, begun, step(7, incident.Resolved, ""), step(8, "", "62")), Promised{Agreement: 71, Met: true}},
		{"reopened, and resolved by another team", solved(1, 30, begun, step(7, incident.Resolved, ""), step(20, incident.InProgress, "62"), step(30, incident.Resolved, "")), Promised{Agreement: 72}},
		{"by a team without an agreement", solved(1, 7, step(1, incident.Assigned, "63"), step(7, incident.Resolved, "")), Promised{}},
		{"by nobody that is known", solved(1, 7, step(7, incident.Resolved, "")), Promised{}},
		{"closed without being resolved", solved(1, 7, begun, step(7, incident.Closed, "")), Promised{}},
		{"not resolved any more", open, Promised{}},
	} {
		c.want.Record, c.want.Resolved = c.c.Record, c.c.Resolved
		if got, err := promised(&c.c, book); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.name, got, err, c.want)
		}
	}
	other := solved(1, 7, begun, step(7, incident.Resolved, ""))
	other.Priority = 1 // of which the agreement says nothing
	if got, err := promised(&other, book); err != nil || got.Agreement != 0 {
		t.Errorf("another priority: %+v, %v", got, err)
	}
}

// TestOnlyWhatChangedSinceIsReplayed: what was counted and what is replayed give the same
// figure at any moment; other agreements and history that is brought in count all anew.
func TestOnlyWhatChangedSinceIsReplayed(t *testing.T) {
	t.Parallel()
	agreements := []setting.Thing{ola(71, first, 8)}
	begun := report.Step{Team: "61"}
	s := &tray{kept: map[int64]Promised{}, moved: map[int64]time.Time{}, cases: []Case{
		solved(1, 7, begun, step(7, incident.Resolved, "")), solved(2, 9, begun, step(9, incident.Resolved, "")), solved(3, 300, begun, step(300, incident.Resolved, "")),
	}}
	m := teams(t, s, &agreements)
	p := review.Period{From: opened, Until: after(48)}
	is := func(name string, want Sum, read int) {
		t.Helper()
		s.read = 0
		got, err := m.between(t.Context(), people.Everything(), p)
		if err != nil || got[71] != want || s.read != read {
			t.Errorf("%s: %+v of %d cases, %v; want %+v of %d", name, got, s.read, err, want, read)
		}
	}
	count := func() {
		t.Helper()
		if err := m.Count(t.Context(), today); err != nil {
			t.Fatal(err)
		}
	}
	is("never counted", Sum{1, 1}, 2)
	count()
	is("counted", Sum{1, 1}, 0)

	s.cases[0].Resolved, s.cases[0].Steps = time.Time{}, append(s.cases[0].Steps, step(40, incident.InProgress, ""))
	s.moved[1] = today
	is("one is reopened", Sum{0, 1}, 0)
	s.cases = append(s.cases, solved(4, 6, begun, step(6, incident.Resolved, "")))
	s.moved[4] = today.Add(-lag / 2)
	is("another was being written while it was counted", Sum{1, 1}, 1)
	count()
	is("counted again", Sum{1, 1}, 1) // the last minute is read anew
	if _, left := s.kept[1]; left || len(s.kept) != 3 {
		t.Errorf("kept: %+v", s.kept)
	}

	agreements = []setting.Thing{ola(71, first, 10)}
	is("another time is promised", Sum{2, 0}, 2)
	count()
	is("and counted", Sum{2, 0}, 1)
	s.imports = "1 1 0"
	s.cases = append(s.cases, solved(5, 20, begun, step(20, incident.Resolved, "")))
	is("history was brought in", Sum{2, 1}, 3)
	count()
	is("and counted", Sum{2, 1}, 1)

	agreements = nil
	s.read = 0
	if count(); s.read != 0 || len(s.kept) != 0 {
		t.Errorf("without agreements %d cases are read, %d kept", s.read, len(s.kept))
	}
}

// TestAgreementsBetweenTeamsAreTold: those in force in the period, with nothing where
// nothing was resolved.
func TestAgreementsBetweenTeamsAreTold(t *testing.T) {
	t.Parallel()
	ended := thing(setting.Agreement, 73, "ended", sla.Agreement{Kind: sla.OLA, Party: first, NameEn: "a", NameZh: "a", To: opened.AddDate(-1, 0, 0), Targets: []sla.Target{{Priority: 3, Clock: sla.Resolve, Minutes: 60, Calendar: 1}}})
	agreements := []setting.Thing{ola(71, first, 8), ola(72, second, 2), ended}
	begun := report.Step{Team: "61"}
	s := &tray{cases: []Case{solved(1, 7, begun, step(7, incident.Resolved, "")), solved(2, 9, begun, step(9, incident.Resolved, ""))}}
	m := maker(&shelf{})
	m.Teams = teams(t, s, &agreements)
	all := setting.NewAll(2, append(slices.Clone(agreements), thing(setting.Team, first, "desk", nil), thing(setting.Team, second, "network", nil)))
	m.Settings = func() *setting.All { return all }
	r := &review.Review{Kind: review.Operations, Doc: review.Doc{From: opened.AddDate(0, 0, -1), Until: today}}
	got, err := m.Tell(t.Context(), reader("incident.read"), r, []review.Figure{review.Inside}, today)
	if err != nil {
		t.Fatal(err)
	}
	says(t, got[review.Inside], "1 of 2 incidents resolved in the time that teams promised each other, under 2 agreements", "the ola, the desk: 1 of 2 incidents", "the ola, the network: 0 of 0 incidents")
	agreements = nil
	if got, err = m.Tell(t.Context(), reader("incident.read"), r, []review.Figure{review.Inside}, today); err != nil {
		t.Fatal(err)
	}
	says(t, got[review.Inside], "no agreement between teams (OLA) is in force")
}
