package calendar

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/testkit"
)

// office is the 5x8 calendar of a Chinese city with the holidays that come
// with Kilter.
func office(tb testing.TB) *Calendar {
	tb.Helper()
	s := Spec{Name: "office", Zone: "Asia/Shanghai", Week: EveryDay(Weekdays[:5], Interval{"08:30", "12:00"}, Interval{"14:00", "18:00"})}
	for _, h := range Pack("cn") {
		s.Enter(h)
	}
	return compiled(tb, s)
}

func compiled(tb testing.TB, s Spec) *Calendar {
	tb.Helper()
	c, err := New(s)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestVectorsOfOtherTools(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(testkit.Shared(t, "sla/vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	passed, failed, err := Check(bytes.NewReader(data), &out)
	if err != nil {
		t.Fatal(err)
	}
	if passed != 127 || failed != 0 {
		t.Errorf("passed %d, failed %d:\n%s", passed, failed, out.String())
	}
	for _, want := range []string{"v136: documented convention, closing time", "v227: documented convention, zero time"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output does not say %q:\n%s", want, out.String())
		}
	}
	if !strings.HasSuffix(out.String(), "\n127 passed, 0 failed\n") {
		t.Errorf("the last line is not the tally:\n%s", out.String())
	}
}

func TestMakeUpWorkingDays(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/workdays.json")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	passed, failed, err := Check(bytes.NewReader(data), &out)
	if err != nil {
		t.Fatal(err)
	}
	if passed < 24 || failed != 0 {
		t.Errorf("passed %d, failed %d:\n%s", passed, failed, out.String())
	}
}

// TestPackGivesTheSameAnswers holds the embedded holidays against the four
// cases that follow from the notice for 2026.
func TestPackGivesTheSameAnswers(t *testing.T) {
	t.Parallel()
	c := office(t)
	at := local(t, c.Zone)
	for _, x := range []struct {
		name, opened string
		target       time.Duration
		due          string
	}{
		{"Friday evening into the make-up Saturday", "2026-02-13 17:00", 4 * time.Hour, "2026-02-14 11:30"},
		{"make-up Saturday evening over the Spring Festival", "2026-02-14 17:30", 2 * time.Hour, "2026-02-24 10:00"},
		{"Labour Day", "2026-05-01 10:00", time.Hour, "2026-05-06 09:30"},
		{"Friday into Saturday 10 October", "2026-10-09 17:00", 4 * time.Hour, "2026-10-10 11:30"},
		{"2025: Sunday 26 January is worked", "2025-01-25 10:00", time.Hour, "2025-01-26 09:30"},
		{"2025: eight days of October", "2025-09-30 17:30", time.Hour, "2025-10-09 09:00"},
	} {
		got, err := c.Add(at(x.opened), x.target)
		if err != nil || !got.Equal(at(x.due)) {
			t.Errorf("%s: due %v (%v), want %s", x.name, got, err, x.due)
		}
		if got.Location() != c.Zone {
			t.Errorf("%s: the answer is in %v, want the zone of the question", x.name, got.Location())
		}
	}
}

func local(tb testing.TB, zone *time.Location) func(string) time.Time {
	return func(s string) time.Time {
		tb.Helper()
		t, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			tb.Fatal(err)
		}
		return t
	}
}

func TestDaylightSaving(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, zone, from, to string
		hours                Interval
		want                 time.Duration
	}{
		{"the spring day of a 24-hour service has 23 hours", "Europe/Berlin", "2026-03-29 00:00", "2026-03-30 00:00", Interval{"00:00", "24:00"}, 23 * time.Hour},
		{"the autumn day has 25", "Europe/Berlin", "2026-10-25 00:00", "2026-10-26 00:00", Interval{"00:00", "24:00"}, 25 * time.Hour},
		{"an interval within the skipped hour has no length", "Europe/Berlin", "2026-03-29 00:00", "2026-03-30 00:00", Interval{"02:00", "03:00"}, 0},
		{"one that begins in it begins when it is over", "Europe/Berlin", "2026-03-29 00:00", "2026-03-30 00:00", Interval{"02:30", "04:00"}, time.Hour},
		{"one that ends in the doubled hour ends the first time", "Europe/Berlin", "2026-10-25 00:00", "2026-10-26 00:00", Interval{"00:00", "02:30"}, 150 * time.Minute},
		{"one that begins in it begins the first time", "Europe/Berlin", "2026-10-25 00:00", "2026-10-26 00:00", Interval{"02:30", "04:00"}, 150 * time.Minute},
		{"midnight itself is skipped", "America/Sao_Paulo", "2015-10-17 12:00", "2015-10-18 12:00", Interval{"00:00", "24:00"}, 23 * time.Hour},
		{"the hour before midnight comes twice", "America/Sao_Paulo", "2015-02-21 00:00", "2015-02-22 00:00", Interval{"00:00", "24:00"}, 25 * time.Hour},
		{"a whole day is skipped", "Pacific/Apia", "2011-12-29 00:00", "2011-12-31 00:00", Interval{"00:00", "24:00"}, 24 * time.Hour},
		{"half an hour of summer time", "Australia/Lord_Howe", "2026-10-04 00:00", "2026-10-05 00:00", Interval{"00:00", "24:00"}, 23*time.Hour + 30*time.Minute},
		{"no summer time in China now", "Asia/Shanghai", "2026-03-29 00:00", "2026-03-30 00:00", Interval{"08:30", "12:00"}, 210 * time.Minute},
	} {
		// A yearly day off elsewhere keeps the round-the-clock shortcut out.
		c := compiled(t, Spec{Name: x.name, Zone: x.zone, Week: EveryDay(Weekdays, x.hours), Annual: []Annual{{Day: "06-15"}}})
		at := local(t, c.Zone)
		if got := c.Between(at(x.from), at(x.to)); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
}

func TestCalendarWithoutTimeFailsInsteadOfLooping(t *testing.T) {
	t.Parallel()
	t0 := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	if _, err := New(Spec{Name: "never", Zone: "UTC"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("New of an empty week: %v, want a fault", err)
	}
	never, err := compile(Spec{Name: "never", Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	once, err := compile(Spec{Name: "once", Zone: "UTC", Week: map[string][]Interval{}, Work: []Work{{Date: "2026-03-07", Like: "sat"}}})
	if err != nil {
		t.Fatal(err)
	}
	rare := compiled(t, Spec{Name: "rare", Zone: "UTC", Week: map[string][]Interval{"mon": {{"09:00", "09:01"}}}})
	for _, x := range []struct {
		c *Calendar
		d time.Duration
	}{{never, time.Hour}, {never, 0}, {never, -time.Hour}, {once, time.Hour}, {once, -time.Hour}, {rare, maxDuration}, {rare, -maxDuration}} {
		if got, err := x.c.Add(t0, x.d); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: Add %v = %v, %v; want a fault", x.c.Name, x.d, got, err)
		}
	}
	if got := never.Between(t0, t0.AddDate(5, 0, 0)); got != 0 {
		t.Errorf("a calendar without hours counted %v", got)
	}
	if got := rare.Between(time.Time{}, t0.AddDate(5000, 0, 0)); got <= 0 {
		t.Errorf("thousands of years counted %v", got)
	}
}

func TestSubOfZeroIsTheLastClosing(t *testing.T) {
	t.Parallel()
	c := office(t)
	at := local(t, c.Zone)
	for from, want := range map[string]string{
		"2026-03-03 07:00": "2026-03-02 18:00",
		"2026-03-03 08:30": "2026-03-02 18:00", // opening time: nothing lies before it today
		"2026-03-03 09:00": "2026-03-03 09:00",
		"2026-03-03 13:00": "2026-03-03 12:00",
		"2026-02-20 10:00": "2026-02-14 18:00",
	} {
		if got, err := c.Sub(at(from), 0); err != nil || !got.Equal(at(want)) {
			t.Errorf("from %s: %v (%v), want %s", from, got, err, want)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	c := office(t)
	at := local(t, c.Zone)
	for when, want := range map[string]bool{
		"2026-03-03 08:29": false, "2026-03-03 08:30": true, "2026-03-03 11:59": true, "2026-03-03 12:00": false,
		"2026-02-14 10:00": true, "2026-02-16 10:00": false, "2026-03-07 10:00": false,
	} {
		if got := c.Open(at(when)); got != want {
			t.Errorf("open at %s: %v, want %v", when, got, want)
		}
	}
	var always *Calendar
	if !always.Open(at("2026-03-07 03:00")) {
		t.Error("round the clock was closed")
	}
}

func TestUnusualDaysAreNamed(t *testing.T) {
	t.Parallel()
	c := office(t)
	at := local(t, c.Zone)
	days, more := c.Unusual(at("2026-02-13 17:00"), at("2026-02-24 10:00"), 50)
	if more || len(days) != 10 {
		t.Fatalf("got %d days (more %v): %+v", len(days), more, days)
	}
	if d := days[0]; d != (Day{Date: "2026-02-14", Kind: MakeUp, Name: "春节", Like: time.Friday}) {
		t.Errorf("the make-up Saturday came out as %+v", d)
	}
	if d := days[1]; d != (Day{Date: "2026-02-15", Kind: Holiday, Name: "春节"}) {
		t.Errorf("the festival came out as %+v", d)
	}
	if d := c.Day(at("2026-03-07 10:00")); d.Kind != Rest {
		t.Errorf("an ordinary Saturday is %+v", d)
	}
	if days, more := c.Unusual(at("2026-01-01 00:00"), at("2026-12-31 00:00"), 3); len(days) != 3 || !more {
		t.Errorf("limit: %d days, more %v", len(days), more)
	}
}

func TestCheckNamesEachDifference(t *testing.T) {
	t.Parallel()
	in := `[
	 {"id":"good","op":"elapsed","timezone":"UTC","hours":{"mon":[["09:00","17:00"]]},"start":"2026-03-02T00:00:00Z","end":"2026-03-03T00:00:00Z","expect_seconds":28800},
	 {"id":"wrong","op":"elapsed","timezone":"UTC","hours":{"mon":[["09:00","17:00"]]},"start":"2026-03-02T00:00:00Z","end":"2026-03-03T00:00:00Z","expect_seconds":1},
	 {"id":"late","op":"due","timezone":"UTC","hours":{"mon":[["09:00","17:00"]]},"start":"2026-03-02T09:00:00Z","seconds":28800,"expect_due":"2026-03-09T09:00:00Z"},
	 {"id":"differs","op":"due","timezone":"UTC","hours":{"mon":[["09:00","17:00"]]},"start":"2026-03-02T09:00:00Z","seconds":28800,"expect_due":"2026-03-09T09:00:00Z","agrees":false},
	 {"id":"excuse","op":"due","timezone":"UTC","hours":{"mon":[["09:00","17:00"]]},"start":"2026-03-02T09:00:00Z","seconds":3600,"expect_due":"2026-03-09T09:00:00Z","agrees":false},
	 {"id":"empty","op":"due","timezone":"UTC","hours":{},"start":"2026-03-02T09:00:00Z","seconds":3600,"expect_due":"2026-03-09T09:00:00Z"},
	 {"id":"zone","op":"due","timezone":"Mars/Olympus","hours":{},"start":"2026-03-02T09:00:00Z","seconds":3600,"expect_due":"2026-03-09T09:00:00Z"},
	 {"id":"op","op":"guess","timezone":"UTC","hours":{},"start":"2026-03-02T09:00:00Z"},
	 {"id":"pause","op":"due","timezone":"UTC","hours":{"mon":[["09:00","17:00"]]},"pauses":[["2026-03-02T10:00:00Z"]],"start":"2026-03-02T09:00:00Z","seconds":3600,"expect_due":"2026-03-02T10:00:00Z"},
	 {"id":"date","op":"due","start":"yesterday"}]`
	var out bytes.Buffer
	passed, failed, err := Check(strings.NewReader(in), &out)
	if err != nil || passed != 2 || failed != 8 {
		t.Errorf("passed %d, failed %d, %v:\n%s", passed, failed, err, out.String())
	}
	for _, want := range []string{
		"wrong: got 28800 seconds, want 1\n", "late: got 2026-03-02T17:00:00Z, want 2026-03-09T09:00:00Z; it would be so by another convention",
		"differs: documented convention", "excuse: got 2026-03-02T10:00:00Z", "empty: invalid calendar.no_time", "zone: invalid zone calendar.bad_zone",
		`op: unknown op "guess"`, "pause: a pause needs", "date: cannot be read", "2 passed, 8 failed\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
	for _, bad := range []string{"", "{", "{}", `{"vectors": 3}`, "[1"} {
		if _, _, err := Check(strings.NewReader(bad), &out); err == nil {
			t.Errorf("%q was taken for a file of cases", bad)
		}
	}
}

func TestSpecKeepsItsJSON(t *testing.T) {
	t.Parallel()
	was := office(t).Spec()
	data, err := json.Marshal(was)
	if err != nil {
		t.Fatal(err)
	}
	now, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(now)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("%v: the spec changed on the way:\n%s\n%s", err, data, again)
	}
}

func BenchmarkBetween(b *testing.B) {
	c := office(b)
	at := local(b, c.Zone)
	for name, end := range map[string]time.Time{"day": at("2026-02-14 11:00"), "month": at("2026-03-13 17:00"), "years": at("2036-03-13 17:00")} {
		from := at("2026-02-13 09:00")
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.Between(from, end)
			}
		})
	}
}

// BenchmarkAdd: working out a due moment may cost no more than a microsecond,
// so that a list of a thousand clocks, or an import of a million, never
// notices it.
func BenchmarkAdd(b *testing.B) {
	c := office(b)
	from := local(b, c.Zone)("2026-02-13 17:00")
	for name, d := range map[string]time.Duration{"4h": 4 * time.Hour, "100h": 100 * time.Hour, "10000h": 10000 * time.Hour} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Add(from, d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBuild is what a calendar pays once for each year it is asked about.
func BenchmarkBuild(b *testing.B) {
	for _, zone := range []string{"Asia/Shanghai", "Europe/Berlin"} {
		s := office(b).Spec()
		s.Zone = zone
		c := compiled(b, s)
		b.Run(zone, func(b *testing.B) {
			for b.Loop() {
				c.build(2026)
			}
		})
	}
}
