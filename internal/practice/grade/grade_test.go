package grade_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/base/fault"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
)

// monday is a Monday noon.
var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func terms() grade.Terms {
	return grade.Terms{
		Policy: grade.StandardPolicy(), Ended: monday.Add(-time.Hour),
		Days:   func(from time.Time, n int) time.Time { return from.AddDate(0, 0, n) },
		Duty:   func() people.ID { return 8 },
		Known:  func(id int64) bool { return id == 3 },
		Sample: func(int64, int) bool { return true },
	}
}

func keys(err error) []string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return out
}

func TestWhatAGradeAsksFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		say  grade.Given
		with func(*grade.Terms)
		want []string
	}{
		{name: "a good one, nothing", say: grade.Given{Value: grade.Satisfied}},
		{name: "a neutral one, nothing", say: grade.Given{Value: grade.Neutral}},
		{name: "a bad one, reason and words", say: grade.Given{Value: grade.Dissatisfied}, want: []string{"reason grade.reason_needed", "words grade.words_needed"}},
		{name: "a bad one with both", say: grade.Given{Value: grade.VeryDissatisfied, Reason: 3, Words: "slow"}},
		{name: "a reason that is not there", say: grade.Given{Value: grade.Satisfied, Reason: 4}, want: []string{"reason grade.no_such_reason"}},
		{name: "no grade", say: grade.Given{}, want: []string{"rating grade.no_such_value"}},
		{name: "a sixth grade", say: grade.Given{Value: 6}, want: []string{"rating grade.no_such_value"}},
		{name: "of what has not ended", say: grade.Given{Value: 5}, with: func(t *grade.Terms) { t.Ended = time.Time{} }, want: []string{" grade.not_ended"}},
		{name: "a month later", say: grade.Given{Value: 5}, with: func(t *grade.Terms) { t.Ended = monday.AddDate(0, 0, -31) }, want: []string{" grade.too_late"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			by := terms()
			if c.with != nil {
				c.with(&by)
			}
			_, err := grade.Give(monday, 1, 5, c.say, by)
			if got := keys(err); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The duty of a bad grade: called back, answered, reminded once, brought up
// once when it is late, and over with its answer.
func TestTheDutyOfABadGrade(t *testing.T) {
	t.Parallel()
	g, err := grade.Give(monday, 1, 5, grade.Given{Value: 1, Reason: 3, Words: "slow"}, terms())
	if err != nil {
		t.Fatal(err)
	}
	if g.Who != 8 || !g.CallBy.Equal(monday.AddDate(0, 0, 1)) || !g.AnswerBy.Equal(monday.AddDate(0, 0, 5)) || !g.Open() {
		t.Fatalf("the duty: %+v", g.Duty)
	}
	day := func(n int) time.Time { return monday.AddDate(0, 0, n).Add(time.Minute) }
	for _, c := range []struct {
		at   time.Time
		want grade.Step
	}{{monday, grade.Nothing}, {day(1), grade.Remind}, {day(1), grade.Nothing}, {day(4), grade.Nothing}, {day(5), grade.Escalate}, {day(6), grade.Nothing}} {
		if got := g.Tend(c.at); got != c.want {
			t.Errorf("at %s: %q, want %q", c.at, got, c.want)
		}
	}
	if !g.Next().IsZero() || !g.Late(day(6)) {
		t.Error("time asks for something more, or it is not late")
	}
	if err := g.Call(day(6), 8, " "); keys(err)[0] != "note record.required" {
		t.Errorf("a call without words: %v", err)
	}
	if err := g.Call(day(6), 8, "sorry"); err != nil {
		t.Fatal(err)
	}
	if err := g.Call(day(6), 8, "again"); keys(err)[0] != " grade.called_already" {
		t.Errorf("called twice: %v", err)
	}
	if err := g.Reply(day(6), 8, "mended"); err != nil || g.Open() || !g.DueBy().IsZero() {
		t.Errorf("answered: %v, open %v", err, g.Open())
	}
	if err := g.Reply(day(7), 8, "again"); keys(err)[0] != " grade.answered_already" {
		t.Errorf("answered twice: %v", err)
	}
}

// A good grade that is among the sample is called back and needs no answer.
func TestASampleIsCalledBack(t *testing.T) {
	t.Parallel()
	by := terms()
	by.Policy.Sample = 10
	g, err := grade.Give(monday, 1, 5, grade.Given{Value: 5}, by)
	if err != nil || !g.Open() || !g.AnswerBy.IsZero() {
		t.Fatalf("%+v, %v", g, err)
	}
	if err := g.Reply(monday, 8, "thanks"); keys(err)[0] != " grade.no_duty" {
		t.Errorf("answered: %v", err)
	}
	if g.Tend(g.CallBy.Add(time.Hour)) != grade.Remind || g.Tend(g.CallBy.AddDate(0, 0, 30)) != grade.Nothing {
		t.Error("reminded not once")
	}
	if err := g.Call(monday, 8, "is content"); err != nil || g.Open() {
		t.Errorf("called: %v, open %v", err, g.Open())
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	p := grade.StandardPolicy()
	got := grade.Tell(grade.ByTeam, []grade.Count{{ID: 1, N: [5]int{1, 1, 2, 4, 12}, Ended: 40}, {ID: 2, N: [5]int{0, 0, 0, 1, 1}, Ended: 0}}, p)
	one, two := got.Of[0], got.Of[1]
	if one.Total != 20 || one.Mean != 4.25 || one.Content != 0.8 || one.Response != 0.5 || one.Few {
		t.Errorf("the first: %+v", one)
	}
	if !two.Few || two.Response != -1 || two.Hidden {
		t.Errorf("the second: %+v", two)
	}
	if got.Whole.Total != 22 || got.Whole.Ended != 40 {
		t.Errorf("the whole: %+v", got.Whole)
	}
}

// Of departments none with fewer grades than the policy shows is shown, and
// what is hidden cannot be found as what the others lack in the whole: it is
// that of two at least, and of enough grades, or everything is hidden.
func TestNobodyIsFoundOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var counts []grade.Count
		for i := range rapid.IntRange(0, 12).Draw(t, "departments") {
			c := grade.Count{ID: int64(i + 1)}
			for v := range c.N {
				c.N[v] = rapid.IntRange(0, 4).Draw(t, "n")
			}
			counts = append(counts, c)
		}
		p := grade.StandardPolicy()
		got := grade.Tell(grade.ByDepartment, counts, p)
		hidden, rest, shown := 0, got.Whole.Total, 0
		for _, f := range got.Of {
			switch {
			case f.Hidden:
				hidden++
				if f.Total != 0 || f.N != [5]int{} || f.Ended != 0 {
					t.Fatalf("hidden and yet told: %+v", f)
				}
			case f.Total > 0:
				shown++
				if f.Total < p.Anonymous {
					t.Fatalf("shown with %d grades", f.Total)
				}
			}
			rest -= f.Total
		}
		if hidden > 0 && shown > 0 && (hidden < 2 || rest < p.Anonymous) {
			t.Fatalf("%d hidden with %d grades together", hidden, rest)
		}
	})
}
