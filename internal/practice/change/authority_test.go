package change_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
)

// drawSeats seats a few persons in every capacity, some in several.
func drawSeats(t *rapid.T) func(change.Capacity) []approval.Seat {
	held := map[change.Capacity][]approval.Seat{}
	for _, as := range []change.Capacity{change.Manager, change.Board, change.Director, change.Committee, change.ServiceOwner} {
		for range rapid.IntRange(0, 4).Draw(t, string(as)) {
			held[as] = append(held[as], approval.Seat{Person: people.ID(rapid.IntRange(1, 7).Draw(t, "person"))})
		}
	}
	return func(as change.Capacity) []approval.Seat { return held[as] }
}

// However persons are seated, answer, and stand in for one another: no change is
// authorised by whoever asked for it or carries it out, a significant one needs
// its board, a major one the director besides, an emergency two persons of whom
// one owns a service.
func TestNobodyAuthorisesHisOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := &change.Change{Type: rapid.SampledFrom([]change.Type{change.Normal, change.Normal, change.Emergency}).Draw(t, "type")}
		c.Class = rapid.SampledFrom([]change.Class{change.Minor, change.Significant, change.Major}).Draw(t, "class")
		person := rapid.Map(rapid.IntRange(0, 7), func(n int) people.ID { return people.ID(n) })
		c.Requester, c.Owner, c.Second = person.Draw(t, "requester"), person.Draw(t, "owner"), person.Draw(t, "second")
		a := change.Authority{Quorum: rapid.IntRange(1, 3).Draw(t, "quorum")}
		seats := drawSeats(t)
		stages, err := a.Stages(c, seats)
		if err != nil {
			return // too few may decide: nothing is asked
		}
		now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
		round, err := approval.Begin(now, stages, change.Barred(c), approval.Terms{})
		if err != nil {
			return
		}
		deputy := map[[2]people.ID]bool{}
		for range rapid.IntRange(0, 4).Draw(t, "deputies") {
			deputy[[2]people.ID{person.Draw(t, "deputy"), person.Draw(t, "of")}] = true
		}
		for range 25 {
			by := people.ID(rapid.IntRange(1, 7).Draw(t, "by"))
			_ = round.Vote(approval.Vote{By: by, Answer: approval.Yes, At: now, Stands: func(by, of people.ID) bool { return deputy[[2]people.ID{by, of}] }}, approval.Terms{})
		}
		if round.Verdict == approval.Approved {
			checkAuthority(t, c, a, round, seats)
		}
		checkApart(t, c, round, person.Draw(t, "then owner"), person.Draw(t, "then second"))
	})
}

func checkAuthority(t *rapid.T, c *change.Change, a change.Authority, round *approval.Round, seats func(change.Capacity) []approval.Seat) {
	said := map[change.Capacity][]people.ID{}
	for _, st := range round.Stages {
		for _, s := range st.Seats {
			if s.Answer != approval.Yes {
				continue
			}
			if slices.Contains(change.Barred(c), s.By) || slices.Contains(change.Barred(c), s.Person) {
				t.Fatalf("%d said yes in the place of %d, barred are %v", s.By, s.Person, change.Barred(c))
			}
			as := change.Capacity(s.As)
			if !slices.ContainsFunc(seats(as), func(o approval.Seat) bool { return o.Person == s.Person }) {
				t.Fatalf("%d has no seat as %s", s.Person, as)
			}
			if !slices.Contains(said[as], s.By) {
				said[as] = append(said[as], s.By)
			}
		}
	}
	switch {
	case c.Type == change.Emergency:
		if len(round.Took()) < 2 || len(said[change.ServiceOwner]) == 0 {
			t.Fatalf("an emergency was authorised by %v, as owners %v", round.Took(), said[change.ServiceOwner])
		}
	case c.Class == change.Minor:
		if len(said[change.Manager]) == 0 {
			t.Fatal("no change manager said yes")
		}
	case len(said[change.Board]) < a.Quorum:
		t.Fatalf("the board needs %d, and %v said yes", a.Quorum, said[change.Board])
	case c.Class == change.Major && len(said[change.Director]) == 0:
		t.Fatal("the director did not say yes")
	}
}

// checkApart gives the change to others after the votes: to nobody who has had
// a say, and to everybody else.
func checkApart(t *rapid.T, c *change.Change, round *approval.Round, owner, second people.ID) {
	if err := change.Apart(c, []*approval.Round{round}); err != nil {
		t.Fatalf("those who were barred have had a say: %v", err)
	}
	c.Owner, c.Second = owner, second
	want := owner != 0 && slices.Contains(round.Took(), owner) || second != 0 && slices.Contains(round.Took(), second)
	if err := change.Apart(c, []*approval.Round{round}); (err != nil) != want {
		t.Fatalf("given to %d and %d after %v had a say: %v", owner, second, round.Took(), err)
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	seats := func(as change.Capacity) []approval.Seat {
		return map[change.Capacity][]approval.Seat{
			change.Manager: {{Person: 1}}, change.Board: {{Person: 2}, {Person: 3}, {Person: 4}}, change.Director: {{Person: 5}},
			change.Committee: {{Person: 6}}, change.ServiceOwner: {{Person: 7}},
		}[as]
	}
	for _, x := range []struct {
		name   string
		change change.Change
		want   []string
	}{
		{"standard", change.Change{Type: change.Standard}, nil},
		{"minor", change.Change{Type: change.Normal, Assessment: change.Assessment{Class: change.Minor}}, []string{"change_manager"}},
		{"significant", change.Change{Type: change.Normal, Assessment: change.Assessment{Class: change.Significant}}, []string{"cab"}},
		{"major", change.Change{Type: change.Normal, Assessment: change.Assessment{Class: change.Major}}, []string{"cab", "director"}},
		{"emergency", change.Change{Type: change.Emergency}, []string{"service_owner", "ecab"}},
	} {
		stages, err := change.StandardAuthority().Stages(&x.change, seats)
		var got []string
		for _, st := range stages {
			got = append(got, st.Seats[0].As)
		}
		if err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, %v, want %v", x.name, got, err, x.want)
		}
	}
	if _, err := change.StandardAuthority().Stages(&change.Change{Type: change.Normal}, seats); err == nil {
		t.Error("a change that was not assessed has stages")
	}
	alone := &change.Change{Type: change.Emergency}
	alone.Requester = 6
	if _, err := change.StandardAuthority().Stages(alone, seats); err == nil {
		t.Error("one person is asked to be two")
	}
}

// By telephone, too, one of the two owns a service, and it was said already.
func TestVoiced(t *testing.T) {
	t.Parallel()
	c := &change.Change{First: 6, Other: 7, Spoken: noon}
	owns := func(id people.ID) bool { return id == 7 }
	if err := c.Voiced(noon, owns); err != nil {
		t.Error(err)
	}
	if err := c.Voiced(noon.Add(-time.Minute), owns); err == nil {
		t.Error("it was not said yet")
	}
	if err := c.Voiced(noon, func(people.ID) bool { return false }); err == nil {
		t.Error("no owner said it")
	}
	if c.Owner = 6; change.Apart(c, nil) == nil {
		t.Error("whoever said yes by telephone carries it out")
	}
}
