package calendar

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/testkit"
)

func TestValidateNamesTheField(t *testing.T) {
	t.Parallel()
	good := func() Spec { return office(t).Spec() }
	for name, x := range map[string]struct {
		spoil      func(*Spec)
		field, key string
	}{
		"no name":                     {func(s *Spec) { s.Name = " " }, "name", "calendar.no_name"},
		"zone of this machine":        {func(s *Spec) { s.Zone = "Local" }, "zone", "calendar.bad_zone"},
		"unknown zone":                {func(s *Spec) { s.Zone = "Asia/Nowhere" }, "zone", "calendar.bad_zone"},
		"no hours":                    {func(s *Spec) { s.Week, s.Work = nil, nil }, "week", "calendar.no_hours"},
		"misspelt day":                {func(s *Spec) { s.Week["monday"] = nil }, "week.monday", "calendar.bad_weekday"},
		"backwards interval":          {func(s *Spec) { s.Week["mon"][1] = Interval{"18:00", "14:00"} }, "week.mon[1]", "calendar.bad_interval"},
		"night shift in one interval": {func(s *Spec) { s.Week["mon"][1] = Interval{"22:00", "06:00"} }, "week.mon[1]", "calendar.bad_interval"},
		"25 o'clock":                  {func(s *Spec) { s.Week["mon"][1] = Interval{"14:00", "25:00"} }, "week.mon[1]", "calendar.bad_interval"},
		"overlap":                     {func(s *Spec) { s.Week["mon"][1] = Interval{"11:00", "18:00"} }, "week.mon", "calendar.overlap"},
		"30 February":                 {func(s *Spec) { s.Off[0].Date = "2026-02-30" }, "off[0].date", "calendar.bad_date"},
		"a date twice":                {func(s *Spec) { s.Off[1].Date = s.Off[0].Date }, "off[1].date", "calendar.date_twice"},
		"off and worked":              {func(s *Spec) { s.Work[0].Date = s.Off[0].Date }, "work[0].date", "calendar.date_twice"},
		"like a weekday without work": {func(s *Spec) { s.Work[0].Like = "sun" }, "work[0].like", "calendar.like_empty"},
		"like nothing":                {func(s *Spec) { s.Work[0].Like = "friday" }, "work[0].like", "calendar.bad_weekday"},
		"yearly day":                  {func(s *Spec) { s.Annual = []Annual{{Day: "13-01"}} }, "annual[0].day", "calendar.bad_annual"},
		"make-up weekday":             {func(s *Spec) { s.MakeUp = "x" }, "makeUp", "calendar.bad_weekday"},
		"year":                        {func(s *Spec) { s.Years = []int{3} }, "years[0]", "calendar.bad_year"},
	} {
		s := good()
		s.Week = EveryDay(Weekdays[:5], s.Week["mon"]...)
		s.Off, s.Work = slices.Clone(s.Off), slices.Clone(s.Work)
		x.spoil(&s)
		all := fault.All(s.Validate())
		if len(all) != 1 || all[0].Field != x.field || all[0].Key != x.key {
			t.Errorf("%s: got %v, want %s %s", name, all, x.field, x.key)
		}
		if _, err := New(s); err == nil {
			t.Errorf("%s: New took it", name)
		}
	}
}

func TestParseRefusesUnknownWords(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "{", `{"name":"a","zone":"UTC","week":{"mon":[["09:00","17:00"]]},"holidays":[]}`, `{"name":"a","zone":"UTC","week":{"mon":[["09:00","17:00"]]}} 7`} {
		if _, err := Parse([]byte(bad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v, want a fault", bad, err)
		}
	}
}

const year2031 = `{"year":2031,"days":[
 {"name":"元旦","date":"2030-12-31","isOffDay":true},
 {"name":"元旦","date":"2031-01-01","isOffDay":true},
 {"name":"春节","date":"2031-01-18","isOffDay":false}]}`

func TestYearFileIsEnteredAndReplaced(t *testing.T) {
	t.Parallel()
	s := office(t).Spec()
	h, err := ReadYear(strings.NewReader("\ufeff" + year2031))
	if err != nil {
		t.Fatal(err)
	}
	s.Off = append(s.Off, Off{Date: "2031-01-01", Name: "by hand"})
	if entered, kept := s.Enter(h); entered != 2 || kept != 1 {
		t.Errorf("entered %d, kept %d; want 2 and 1", entered, kept)
	}
	if !s.Covers(2031) || s.Covers(2030) {
		t.Errorf("covers %v", s.Years)
	}
	c := compiled(t, s)
	at := local(t, c.Zone)
	if c.Open(at("2030-12-31 10:00")) || !c.Open(at("2031-01-18 17:00")) {
		t.Error("the December day before or the make-up Saturday was not taken over")
	}
	// A corrected file: the make-up day is another one.
	again, err := ReadYear(strings.NewReader(strings.Replace(year2031, "01-18", "01-25", 1)))
	if err != nil {
		t.Fatal(err)
	}
	before := len(s.Off)
	s.Enter(again)
	s.Enter(again)
	c = compiled(t, s)
	if c.Open(at("2031-01-18 10:00")) || !c.Open(at("2031-01-25 10:00")) || len(s.Off) != before {
		t.Errorf("the corrected file did not replace the first: %+v %+v", s.Off, s.Work)
	}
	if i := slices.IndexFunc(s.Off, func(o Off) bool { return o.Date == "2031-01-01" }); s.Off[i].Name != "by hand" {
		t.Error("a day entered by hand was overwritten")
	}
	if s.MakeUp = "thu"; true {
		s.Enter(again)
	}
	if w := s.Work[len(s.Work)-1]; w.Like != "thu" || w.Date != "2031-01-25" {
		t.Errorf("the make-up day is worked %+v, want like Thursday", w)
	}
}

func TestYearFileFaults(t *testing.T) {
	t.Parallel()
	day := func(s string) string { return `{"year":2027,"days":[` + s + `]}` }
	for in, want := range map[string]string{
		`[]`:                       "calendar.bad_json",
		`{"days":[]}`:              "calendar.bad_year",
		`{"year":2027,"days":[]}`:  "calendar.year_empty",
		day(`{"date":"2027-1-1"}`): "calendar.bad_date",
		day(`{"date":"2025-12-31","isOffDay":true}`):                                        "calendar.other_year",
		day(`{"date":"2028-01-01","isOffDay":true}`):                                        "calendar.other_year",
		day(`{"date":"2027-01-01"}`):                                                        "calendar.off_or_work",
		day(`{"date":"2027-01-01","isOffDay":true},{"date":"2027-01-01","isOffDay":false}`): "calendar.date_twice",
	} {
		_, err := ReadYear(strings.NewReader(in))
		if all := fault.All(err); len(all) != 1 || all[0].Key != want {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
}

// TestYearFilesOfChina reads the real files and holds the pack against them.
func TestYearFilesOfChina(t *testing.T) {
	t.Parallel()
	dir := testkit.Shared(t, "holidays")
	s := office(t).Spec()
	for y := 2020; y <= 2025; y++ {
		f, err := os.Open(fmt.Sprintf("%s/%d.json", dir, y))
		if err != nil {
			t.Fatal(err)
		}
		h, err := ReadYear(f)
		_ = f.Close()
		if err != nil {
			t.Errorf("%d: %v", y, err)
		}
		s.Enter(h)
		if y == 2025 {
			if diff := cmp.Diff(h, Pack("cn")[0]); diff != "" {
				t.Errorf("the pack for 2025 differs from the file (-file +pack):\n%s", diff)
			}
		}
	}
	c := compiled(t, s)
	at := local(t, c.Zone)
	// 2023's file says that 31 December 2022 is off.
	if c.Open(at("2022-12-30 19:00")) || c.Open(at("2022-12-31 10:00")) || !c.Open(at("2023-01-28 10:00")) {
		t.Error("the turn of the year 2022 to 2023 is wrong")
	}
	// 249 working days in 2023, as counted from the State Council's notice.
	if got, want := c.Between(at("2023-01-01 00:00"), at("2024-01-01 00:00")), time.Duration(workdays(t, s, 2023))*450*time.Minute; got != want {
		t.Errorf("2023 has %v of business time, want %v", got, want)
	}
}

// workdays counts by the plain rule: weekdays, minus days off that fall on
// them, plus make-up days.
func workdays(tb testing.TB, s Spec, year int) (n int) {
	tb.Helper()
	for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
		date := d.Format(time.DateOnly)
		off := slices.ContainsFunc(s.Off, func(o Off) bool { return o.Date == date })
		work := slices.ContainsFunc(s.Work, func(w Work) bool { return w.Date == date })
		if work || !off && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			n++
		}
	}
	return n
}

func TestWarnsOfMissingYear(t *testing.T) {
	t.Parallel()
	c := office(t) // 2025 and 2026
	at := local(t, c.Zone)
	for when, want := range map[string][]int{
		"2025-12-15 10:00": nil,
		"2026-11-30 23:59": nil,
		"2026-12-01 00:00": {2027},
		"2027-01-01 00:00": {2027},
		"2027-12-24 10:00": {2027, 2028},
	} {
		if diff := cmp.Diff(want, c.Warns(at(when))); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	never := compiled(t, Spec{Name: "7x24", Zone: "Asia/Shanghai", Week: RoundTheClock()})
	if got := never.Warns(at("2027-12-24 10:00")); got != nil {
		t.Errorf("a calendar without official holidays warns of %v", got)
	}
}

func TestPacksAreValid(t *testing.T) {
	t.Parallel()
	for _, country := range Packs() {
		years := Pack(country)
		if len(years) == 0 {
			t.Errorf("pack %s is empty", country)
		}
		for _, h := range years {
			s := Spec{Name: country, Zone: "UTC", Week: EveryDay(Weekdays[:5], Interval{"09:00", "17:00"})}
			if _, kept := s.Enter(h); kept != 0 {
				t.Errorf("%s %d: %d days twice", country, h.Year, kept)
			}
			if err := s.Validate(); err != nil {
				t.Errorf("%s %d: %v", country, h.Year, err)
			}
		}
	}
	if Pack("xx") != nil {
		t.Error("a country without a pack has holidays")
	}
}

func event(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//kilter//test//EN\r\nBEGIN:VEVENT\r\nUID:1@test\r\nDTSTAMP:20260101T000000Z\r\n" +
		strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

func TestReadICS(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		in        string
		off, work []string
		skipped   string
	}{
		"one day":              {event("SUMMARY:Founding day", "DTSTART;VALUE=DATE:20260312"), []string{"2026-03-12"}, nil, ""},
		"end is not included":  {event("DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261004"), []string{"2026-10-01", "2026-10-02", "2026-10-03"}, nil, ""},
		"end equal to start":   {event("DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261001"), []string{"2026-10-01"}, nil, ""},
		"duration":             {event("DTSTART;VALUE=DATE:20261001", "DURATION:P2D"), []string{"2026-10-01", "2026-10-02"}, nil, ""},
		"every year":           {event("DTSTART;VALUE=DATE:20200312", "RRULE:FREQ=YEARLY"), []string{"2025-03-12", "2026-03-12", "2027-03-12"}, nil, ""},
		"every year until":     {event("DTSTART;VALUE=DATE:20200312", "RRULE:FREQ=YEARLY;UNTIL=20260401T000000Z", "EXDATE;VALUE=DATE:20250312"), []string{"2026-03-12"}, nil, ""},
		"fourth Thursday":      {event("DTSTART;VALUE=DATE:20251127", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"), []string{"2025-11-27", "2026-11-26", "2027-11-25"}, nil, ""},
		"over New Year":        {event("DTSTART;VALUE=DATE:20241230", "DTEND;VALUE=DATE:20250102"), []string{"2025-01-01"}, nil, ""},
		"Apple's working day":  {event("SUMMARY:春节", "DTSTART;VALUE=DATE:20260214", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY"), nil, []string{"2026-02-14"}, ""},
		"working day by title": {event("SUMMARY:春节（班）", "DTSTART;VALUE=DATE:20260228"), nil, []string{"2026-02-28"}, ""},
		"a meeting":            {event("SUMMARY:CAB", "DTSTART:20260312T090000Z", "DTEND:20260312T100000Z"), nil, nil, "calendar.ics_timed"},
		"cancelled":            {event("DTSTART;VALUE=DATE:20260312", "STATUS:CANCELLED"), nil, nil, "calendar.ics_cancelled"},
		"weekly":               {event("DTSTART;VALUE=DATE:20260312", "RRULE:FREQ=WEEKLY"), nil, nil, "calendar.ics_rule"},
		"no date":              {event("DTSTART;VALUE=DATE:someday"), nil, nil, "calendar.ics_date"},
		"backwards":            {event("DTSTART;VALUE=DATE:20260312", "DTEND;VALUE=DATE:20260310"), nil, nil, "calendar.ics_date"},
	} {
		h, skipped, err := ReadICS(strings.NewReader(x.in), 2025, 2027)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var off, work []string
		for _, o := range h.Off {
			off = append(off, o.Date)
		}
		for _, w := range h.Work {
			work = append(work, w.Date)
		}
		if diff := cmp.Diff(x.off, off); diff != "" {
			t.Errorf("%s: days off: %s", name, diff)
		}
		if diff := cmp.Diff(x.work, work); diff != "" {
			t.Errorf("%s: working days: %s", name, diff)
		}
		why := ""
		if len(skipped) > 0 {
			why = skipped[0].Key
		}
		if why != x.skipped {
			t.Errorf("%s: skipped because of %q, want %q", name, why, x.skipped)
		}
	}
	for _, bad := range []string{"", "hello", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n", `{"year":2026}`} {
		if _, _, err := ReadICS(strings.NewReader(bad), 2025, 2027); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v, want a fault", bad, err)
		}
	}
	s := office(t).Spec()
	h, _, err := ReadICS(strings.NewReader(event("SUMMARY:Founding day", "DTSTART;VALUE=DATE:20260312")), 2025, 2027)
	if err != nil {
		t.Fatal(err)
	}
	if entered, _ := s.Enter(h); entered != 1 || compiled(t, s).Open(local(t, time.UTC)("2026-03-12 03:00")) {
		t.Error("the founding day is still worked")
	}
}

func TestFilesThatAreTooLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(" ", maxFile+1)
	if _, err := ReadYear(strings.NewReader(long)); !fault.Is(err, fault.TooMuch) {
		t.Errorf("year file: %v", err)
	}
	if _, _, err := ReadICS(strings.NewReader(long), 2025, 2027); !fault.Is(err, fault.TooMuch) {
		t.Errorf("ics: %v", err)
	}
	if _, err := Parse([]byte(long)); !fault.Is(err, fault.TooMuch) {
		t.Errorf("spec: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"name":"a","zone":"Asia/Shanghai","week":{"mon":[["08:30","12:00"],["14:00","24:00"]]},"off":[{"date":"2026-01-01"}],"annual":[{"day":"02-29"}],"work":[{"date":"2026-01-04","like":"mon"}],"years":[2026]}`))
	f.Add([]byte(`{"week":{"mon":[["24:00","00:00"]]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			if fault.All(err) == nil {
				t.Fatalf("%v is not a fault", err)
			}
			return
		}
		c, err := New(s)
		if err != nil {
			t.Fatalf("valid, but %v", err)
		}
		t0 := time.Date(2026, 2, 13, 9, 0, 0, 0, time.UTC)
		due, err := c.Add(t0, time.Minute)
		if err == nil && c.Between(t0, due) != time.Minute {
			t.Fatalf("%s: Add and Between differ at %v", data, due)
		}
	})
}

func FuzzReadYear(f *testing.F) {
	f.Add([]byte(year2031))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ReadYear(strings.NewReader(string(data)))
		if err != nil {
			if fault.All(err) == nil {
				t.Fatalf("%v is not a fault", err)
			}
			return
		}
		s := Spec{Name: "a", Zone: "UTC", Week: EveryDay(Weekdays, Interval{"09:00", "17:00"})}
		s.Enter(h)
		if err := s.Validate(); err != nil {
			t.Fatalf("the year was taken, but the calendar is not valid: %v", err)
		}
	})
}

func FuzzReadICS(f *testing.F) {
	f.Add([]byte(event("DTSTART;VALUE=DATE:20200312", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2FR", "EXDATE:20250312")))
	f.Add([]byte(event("DTSTART;VALUE=DATE:20261001", "DURATION:P2W", "SUMMARY:(班)")))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, _, err := ReadICS(strings.NewReader(string(data)), 2025, 2027)
		if err != nil {
			if fault.All(err) == nil {
				t.Fatalf("%v is not a fault", err)
			}
			return
		}
		s := Spec{Name: "a", Zone: "UTC", Week: EveryDay(Weekdays, Interval{"09:00", "17:00"})}
		s.Enter(h)
		if err := s.Validate(); err != nil {
			t.Fatalf("the file was taken, but the calendar is not valid: %v", err)
		}
	})
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`[{"op":"due","timezone":"UTC","hours":{"mon":[["09:00","17:00"]]},"start":"2026-03-02T09:00:00Z","seconds":28800,"expect_due":"2026-03-02T17:00:00Z"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out strings.Builder
		passed, failed, err := Check(strings.NewReader(string(data)), &out)
		if err == nil && !strings.HasSuffix(out.String(), fmt.Sprintf("%d passed, %d failed\n", passed, failed)) {
			t.Fatalf("no tally: %s", out.String())
		}
	})
}
