package calendar

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// slow is the definition of business time, stepped through minute by minute
// with no cleverness: a minute counts when the latest wall-clock time shown so
// far lies in an interval of its day. (The latest, because an hour that comes
// twice in autumn does not reopen what has closed.)
type slow struct {
	c    *Calendar
	zone *time.Location
}

func (s slow) minutes(from, to time.Time) map[int64]bool {
	open := map[int64]bool{}
	var latest int64
	for t := from.Add(-48 * time.Hour); t.Before(to); t = t.Add(time.Minute) {
		_, off := t.In(s.zone).Zone()
		latest = max(latest, t.Unix()+int64(off))
		shown := time.Unix(latest, 0).UTC()
		clock := shown.Format("15:04")
		for _, in := range s.intervals(shown) {
			if clock >= in[0] && clock < in[1] {
				open[t.Unix()] = true
			}
		}
	}
	return open
}

func (s slow) intervals(day time.Time) []Interval {
	date := day.Format(time.DateOnly)
	for _, w := range s.c.spec.Work {
		if w.Date == date {
			return s.c.spec.Week[w.Like]
		}
	}
	for _, o := range s.c.spec.Off {
		if o.Date == date {
			return nil
		}
	}
	for _, a := range s.c.spec.Annual {
		if a.Day == date[5:] {
			return nil
		}
	}
	return s.c.spec.Week[[]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[day.Weekday()]]
}

var zones = []string{"UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Tehran", "Pacific/Apia"}

// turns are days near which something happens to the clock or the year.
var turns = []string{"2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2018-11-03", "2018-02-17", "2026-04-04", "2026-10-03", "2016-03-20", "2016-09-20", "2011-12-29", "2025-12-30", "2026-02-13", "2024-02-28"}

func drawSpec(t *rapid.T) Spec {
	s := Spec{Name: "drawn", Zone: rapid.SampledFrom(zones).Draw(t, "zone"), Week: map[string][]Interval{}}
	for _, d := range Weekdays {
		cut := rapid.SliceOfNDistinct(rapid.IntRange(0, 48), 0, 5, rapid.ID[int]).Draw(t, d)
		cut = sorted(cut)
		for i := 0; i+1 < len(cut); i += 2 {
			s.Week[d] = append(s.Week[d], Interval{half(cut[i]), half(cut[i+1])})
		}
	}
	if len(s.Week) == 0 {
		s.Week["wed"] = []Interval{{"09:00", "10:00"}}
	}
	return s
}

func sorted(in []int) []int {
	for i := range in {
		for j := i; j > 0 && in[j] < in[j-1]; j-- {
			in[j], in[j-1] = in[j-1], in[j]
		}
	}
	return in
}

func half(n int) string { return fmt.Sprintf("%02d:%02d", n/2, n%2*30) }

// drawCalendar gives a calendar and a moment near which it is interesting.
func drawCalendar(t *rapid.T) (*Calendar, time.Time) {
	s := drawSpec(t)
	near, err := time.Parse(time.DateOnly, rapid.SampledFrom(turns).Draw(t, "near"))
	if err != nil {
		t.Fatal(err)
	}
	var like string
	for _, d := range Weekdays {
		if len(s.Week[d]) > 0 {
			like = d
		}
	}
	for i := range 5 {
		date := near.AddDate(0, 0, i).Format(time.DateOnly)
		switch rapid.IntRange(0, 4).Draw(t, "day") {
		case 0:
			s.Off = append(s.Off, Off{Date: date})
		case 1:
			s.Work = append(s.Work, Work{Date: date, Like: like})
		case 2:
			s.Annual = append(s.Annual, Annual{Day: date[5:]})
		}
	}
	c, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return c, near.Add(time.Duration(rapid.IntRange(-600, 5*1440).Draw(t, "start")) * time.Minute)
}

func TestFastAgreesWithMinuteByMinute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, a := drawCalendar(t)
		b := a.Add(time.Duration(rapid.IntRange(0, 6*1440).Draw(t, "length")) * time.Minute)
		open := slow{c, c.Zone}.minutes(a.Add(-24*time.Hour), b)
		var want time.Duration
		for m := a; m.Before(b); m = m.Add(time.Minute) {
			if open[m.Unix()] {
				want += time.Minute
			}
		}
		if got := c.Between(a, b); got != want {
			t.Fatalf("between %v and %v: %v, minute by minute %v", a, b, got, want)
		}
		// The same for Add: the first moment by which so much has passed.
		if want > 0 {
			d := time.Duration(rapid.IntRange(1, int(want/time.Minute)).Draw(t, "d")) * time.Minute
			left, due := d, a
			for left > 0 {
				if open[due.Unix()] {
					left -= time.Minute
				}
				due = due.Add(time.Minute)
			}
			if got, err := c.Add(a, d); err != nil || !got.Equal(due) {
				t.Fatalf("add %v to %v: %v (%v), minute by minute %v", d, a, got, err, due)
			}
		}
	})
}

func drawTime(t *rapid.T, name string) time.Duration {
	return time.Duration(rapid.Int64Range(1, int64(400*time.Hour)).Draw(t, name))
}

func drawPauses(t *rapid.T, near time.Time) []Pause {
	var out []Pause
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		from := near.Add(time.Duration(rapid.IntRange(-1440, 10*1440).Draw(t, "from")) * time.Minute)
		out = append(out, Pause{from, from.Add(time.Duration(rapid.IntRange(0, 3*1440).Draw(t, "for")) * time.Minute)})
	}
	return out
}

func must(t *rapid.T) func(time.Time, error) time.Time {
	return func(at time.Time, err error) time.Time {
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
}

func TestLawsOfBusinessTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, a := drawCalendar(t)
		ok, d, e := must(t), drawTime(t, "d"), drawTime(t, "e")
		due := ok(c.Add(a, d))
		if got := c.Between(a, due); got != d {
			t.Fatalf("Between(a, Add(a, %v)) = %v", d, got)
		}
		if got := c.Between(a, due.Add(-1)); got >= d {
			t.Fatalf("%v is not the earliest moment: %v had passed a moment before", due, got)
		}
		if one, two := ok(c.Add(a, d+e)), ok(c.Add(due, e)); !one.Equal(two) {
			t.Fatalf("Add in one step %v, in two %v", one, two)
		}
		from := ok(c.Sub(due, d))
		if got := c.Between(from, due); got != d {
			t.Fatalf("Between(Sub(due, %v), due) = %v", d, got)
		}
		if from.Before(a) {
			t.Fatalf("Sub(due) = %v is not the latest moment: %v does as well", from, a)
		}
		if again := ok(c.Add(from, d)); !again.Equal(due) {
			t.Fatalf("Add(Sub(due, d), d) = %v, want %v", again, due)
		}
		mid := a.Add(due.Sub(a) / 3)
		if c.Between(a, mid)+c.Between(mid, due) != d {
			t.Fatal("a span split in two has another length")
		}
		if c.Between(due, a) != -d {
			t.Fatal("Between is not antisymmetric")
		}
	})
}

func TestLawsOfPauses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, a := drawCalendar(t)
		ok, d, pauses := must(t), drawTime(t, "d"), drawPauses(t, a)
		due := ok(c.AddExcept(a, d, pauses))
		if got := c.BetweenExcept(a, due, pauses); got != d {
			t.Fatalf("BetweenExcept(a, AddExcept(a, %v)) = %v", d, got)
		}
		if got := c.BetweenExcept(a, due.Add(-1), pauses); got >= d {
			t.Fatalf("%v is not the earliest moment", due)
		}
		if due.Before(ok(c.Add(a, d))) {
			t.Fatal("a pause brought the due moment forward")
		}
		from := ok(c.SubExcept(due, d, pauses))
		if got := c.BetweenExcept(from, due, pauses); got != d {
			t.Fatalf("BetweenExcept(SubExcept(due, %v), due) = %v", d, got)
		}
		if again := ok(c.AddExcept(from, d, pauses)); !again.Equal(due) {
			t.Fatalf("AddExcept does not undo SubExcept: %v, want %v", again, due)
		}
		roll := ok(c.AddExcept(a, 0, pauses))
		if !c.Open(roll) {
			t.Fatalf("no time at all led to %v, which is not open", roll)
		}
		for _, p := range pauses {
			if !roll.Before(p.From) && roll.Before(p.To) {
				t.Fatalf("no time at all led to %v, inside the pause %v", roll, p)
			}
		}
	})
}
