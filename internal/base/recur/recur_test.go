package recur_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
)

func place(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The rules and dates are examples of RFC 5545, section 3.8.5.3, all of which
// begin on 2 September 1997 or as said, at 9 in New York, through the end of
// summer time.
func TestTheExamplesOfRFC5545(t *testing.T) {
	t.Parallel()
	ny := place(t, "America/New_York")
	for _, c := range []struct {
		name, start, rule string
		want              []string
	}{
		{"daily for 10 occurrences", "1997-09-02", "FREQ=DAILY;COUNT=10", []string{"1997-09-02", "1997-09-03", "1997-09-04", "1997-09-05", "1997-09-06", "1997-09-07", "1997-09-08", "1997-09-09", "1997-09-10", "1997-09-11"}},
		{"every 10 days, 5 occurrences", "1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", []string{"1997-09-02", "1997-09-12", "1997-09-22", "1997-10-02", "1997-10-12"}},
		{"every other week on Monday, Wednesday and Friday", "1997-09-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971001T000000Z;WKST=SU;BYDAY=MO,WE,FR", []string{"1997-09-01", "1997-09-03", "1997-09-05", "1997-09-15", "1997-09-17", "1997-09-19", "1997-09-29"}},
		{"weekly on Tuesday and Thursday for five weeks", "1997-09-02", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", []string{"1997-09-02", "1997-09-04", "1997-09-09", "1997-09-11", "1997-09-16", "1997-09-18", "1997-09-23", "1997-09-25", "1997-09-30", "1997-10-02"}},
		{"monthly on the first Friday", "1997-09-05", "FREQ=MONTHLY;COUNT=4;BYDAY=1FR", []string{"1997-09-05", "1997-10-03", "1997-11-07", "1997-12-05"}},
		{"every other month on the first and last Sunday", "1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=6;BYDAY=1SU,-1SU", []string{"1997-09-07", "1997-09-28", "1997-11-02", "1997-11-30", "1998-01-04", "1998-01-25"}},
		{"monthly on the third-to-the-last day", "1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=4", []string{"1997-09-28", "1997-10-29", "1997-11-28", "1997-12-29"}},
		{"monthly on the first and last day", "1997-09-30", "FREQ=MONTHLY;COUNT=5;BYMONTHDAY=1,-1", []string{"1997-09-30", "1997-10-01", "1997-10-31", "1997-11-01", "1997-11-30"}},
		{"every Friday the 13th", "1997-09-02", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", []string{"1998-02-13", "1998-03-13", "1998-11-13"}},
		{"the third instance of Tuesday, Wednesday or Thursday", "1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", []string{"1997-09-04", "1997-10-07", "1997-11-06"}},
		{"the second-to-last weekday", "1997-09-29", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=4", []string{"1997-09-29", "1997-10-30", "1997-11-27", "1997-12-30"}},
		{"yearly in June and July", "1997-06-10", "FREQ=YEARLY;COUNT=4;BYMONTH=6,7", []string{"1997-06-10", "1997-07-10", "1998-06-10", "1998-07-10"}},
		{"Monday of week 20", "1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", []string{"1997-05-12", "1998-05-11", "1999-05-17"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start, err := time.ParseInLocation("2006-01-02 15:04", c.start+" 09:00", ny)
			if err != nil {
				t.Fatal(err)
			}
			s := recur.Spec{Rule: c.rule, Start: start, Place: ny}
			var got []string
			for from := start; from.Before(start.AddDate(4, 0, 0)); from = from.AddDate(1, 0, 0) {
				dates, err := s.Dates(from, from.AddDate(1, 0, 0))
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range dates {
					if h := d.At.In(ny).Format("15:04"); h != "09:00" {
						t.Errorf("%s at %s", d.At.In(ny).Format(time.DateOnly), h)
					}
					got = append(got, d.At.In(ny).Format(time.DateOnly))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// china is a centre's calendar with the holidays and make-up days of 2026.
func china(t testing.TB) *calendar.Calendar {
	t.Helper()
	s := calendar.Spec{Name: "office", Zone: "Asia/Shanghai", Week: calendar.EveryDay([]string{"mon", "tue", "wed", "thu", "fri"}, calendar.Interval{"09:00", "17:00"})}
	for _, h := range calendar.Pack("cn") {
		s.Enter(h)
	}
	c, err := calendar.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Daily over Spring Festival 2026: off from 15 to 23 February, made up on the
// Saturdays 14 and 28.
func TestShiftsOverSpringFestival(t *testing.T) {
	t.Parallel()
	cst := place(t, "Asia/Shanghai")
	day := func(text string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, text, cst)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		name  string
		rule  string
		shift recur.Shift
		want  []string
		why   string
	}{
		{"kept", "FREQ=WEEKLY;BYDAY=MO", recur.Keep, []string{"02-16", "02-23", "03-02"}, ""},
		{"skipped", "FREQ=WEEKLY;BYDAY=MO", recur.Skip, []string{"-02-16", "-02-23", "03-02"}, "春节"},
		{"next: two Mondays fall on one Tuesday", "FREQ=WEEKLY;BYDAY=MO", recur.Next, []string{"02-24", "-02-23", "03-02"}, "春节"},
		{"previous: the make-up Saturday before", "FREQ=WEEKLY;BYDAY=MO", recur.Previous, []string{"02-14", "-02-23", "03-02"}, "春节"},
		{"a make-up Saturday is worked", "FREQ=WEEKLY;BYDAY=SA", recur.Skip, []string{"02-14", "-02-21", "02-28"}, "春节"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := recur.Spec{Rule: c.rule, Start: day("2026-01-01").Add(9 * time.Hour), Place: cst, Shift: c.shift, Days: china(t)}
			dates, err := s.Dates(day("2026-02-14"), day("2026-03-03"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range dates {
				if d.At.IsZero() {
					got = append(got, "-"+d.Planned.In(cst).Format("01-02"))
				} else {
					got = append(got, d.At.In(cst).Format("01-02"))
				}
				if d.Fate != recur.AsPlanned && d.Why != c.why {
					t.Errorf("%s: because of %q, want %q", d.Planned, d.Why, c.why)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Whatever the rule: what is done is done on a working day, once a day, at the
// hour of the rule; the nearest working day in its direction; and two windows
// side by side give what one gives.
func TestShiftsHold(t *testing.T) {
	t.Parallel()
	cst, cal := place(t, "Asia/Shanghai"), china(t)
	rules := []string{"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,SA", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "FREQ=MONTHLY;BYDAY=1SU", "FREQ=WEEKLY;INTERVAL=2"}
	works := func(at time.Time) bool {
		y, m, d := at.In(cst).Date()
		begin := time.Date(y, m, d, 0, 0, 0, 0, cst)
		return cal.Between(begin, begin.AddDate(0, 0, 1)) > 0
	}
	rapid.Check(t, func(t *rapid.T) {
		s := recur.Spec{
			Rule: rapid.SampledFrom(rules).Draw(t, "rule"), Start: time.Date(2025, 1, 1, 9, 30, 0, 0, cst).AddDate(0, 0, rapid.IntRange(0, 30).Draw(t, "start")), Place: cst,
			Shift: rapid.SampledFrom([]recur.Shift{recur.Skip, recur.Next, recur.Previous}).Draw(t, "shift"), Days: cal,
		}
		from := time.Date(2025, 3, 1, 0, 0, 0, 0, cst).AddDate(0, 0, rapid.IntRange(0, 500).Draw(t, "from"))
		mid, to := from.AddDate(0, 0, rapid.IntRange(1, 60).Draw(t, "mid")), from.AddDate(0, 0, 61)
		all, err := s.Dates(from, to)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, d := range all {
			if d.At.IsZero() {
				continue
			}
			day := d.At.In(cst).Format(time.DateOnly)
			if !works(d.At) || seen[day] || d.At.In(cst).Format("15:04") != "09:30" {
				t.Fatalf("%s: works %v, seen %v", d.At.In(cst), works(d.At), seen[day])
			}
			seen[day] = true
			for at := d.Planned; d.Fate == recur.Moved && !at.Equal(d.At); {
				if works(at) {
					t.Fatalf("from %s to %s over the working day %s", d.Planned.In(cst), d.At.In(cst), at.In(cst))
				}
				if s.Shift == recur.Next {
					at = at.AddDate(0, 0, 1)
				} else {
					at = at.AddDate(0, 0, -1)
				}
			}
		}
		first, err1 := s.Dates(from, mid)
		rest, err2 := s.Dates(mid, to)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		count := func(dates []recur.Date) (n int) {
			for _, d := range dates {
				if !d.At.IsZero() {
					n++
				}
			}
			return n
		}
		if count(first)+count(rest) != count(all) {
			t.Fatalf("%d and %d dates in two windows, %d in one", count(first), count(rest), count(all))
		}
	})
}

func TestRulesThatAreRefused(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		"": "record.required", "FREQ=HOURLY": "recur.too_often", "FREQ=DAILY;BYHOUR=9,10": "recur.too_often", "every day": "recur.bad_rule",
		"FREQ=DAILY\nDTSTART:19970902T090000Z": "recur.bad_rule", "FREQ=SOMETIMES": "recur.bad_rule", "FREQ=MONTHLY;BYMONTHDAY=40": "recur.bad_rule",
	} {
		err := recur.Spec{Rule: rule, Start: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)}.Check("rule")
		if all := fault.All(err); len(all) != 1 || all[0].Key != want || all[0].Field != "rule" {
			t.Errorf("%q: %v, want %s", rule, err, want)
		}
	}
}
