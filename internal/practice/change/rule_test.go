package change

import (
	"context"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// book is what a centre has written down: a freeze of everything, one of an item
// that is gone, and a window of Saturdays.
func book(t *testing.T, things ...setting.Thing) Book {
	t.Helper()
	return Book{
		Settings: func() *setting.All { return setting.NewAll(1, things) },
		Items: func(context.Context, ...string) (map[string]record.ItemID, error) {
			return map[string]record.ItemID{"H1": 11}, nil
		},
		Calendar: func(int64) *calendar.Calendar { return nil },
	}
}

func written1[D any](t *testing.T, id int64, k setting.Kind, d D) setting.Thing {
	t.Helper()
	th := setting.Thing{ID: id, Kind: k, Code: string(k), Name: people.Text{En: "Rule"}}
	if err := setting.Write(&th, d); err != nil {
		t.Fatal(err)
	}
	return th
}

// TestFreezesAndWindowsAreRead: days are whole days of the place, codes become
// items, what is about things that are gone is about nothing, what is retired
// does not count.
func TestFreezesAndWindowsAreRead(t *testing.T) {
	retired := written1(t, 4, setting.Freeze, FreezePlan{From: "2026-12-24", Until: "2026-12-25"})
	retired.Retired = true
	b := book(
		t, retired,
		written1(t, 1, setting.Freeze, FreezePlan{From: "2026-12-24", FromTime: "18:00", Until: "2026-12-25"}),
		written1(t, 2, setting.Freeze, FreezePlan{From: "2026-12-24", Until: "2026-12-25", Of: Of{Items: "GONE"}}),
		written1(t, 3, setting.Window, WindowPlan{Rule: "FREQ=WEEKLY;BYDAY=SA", From: "2026-11-01", Time: "22:00", Minutes: 240, Of: Of{Items: "H1, GONE"}}),
	)
	from := time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)
	got, err := b.Arranged(t.Context(), Span{from, from.AddDate(0, 0, 14)})
	if err != nil || len(got.Freezes) != 1 || len(got.Upkeep) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if f := got.Freezes[0]; f.ID != 1 || !f.Span.From.Equal(time.Date(2026, 12, 24, 10, 0, 0, 0, time.UTC)) || !f.Span.Until.Equal(time.Date(2026, 12, 25, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("freeze: %+v", f)
	}
	u := got.Upkeep[0]
	if len(u.About.Items) != 1 || u.About.Items[0] != 11 || len(u.Spans) != 2 || !u.Spans[0].From.Equal(time.Date(2026, 12, 26, 14, 0, 0, 0, time.UTC)) || u.Spans[0].Length() != 4*time.Hour {
		t.Errorf("window: %+v", u)
	}
	if got, err = b.Arranged(t.Context(), Span{from.AddDate(1, 0, 0), from.AddDate(1, 0, 1)}); err != nil || len(got.Freezes) != 0 {
		t.Errorf("a year later: %+v, %v", got, err)
	}
	// A window that is open when the span begins counts.
	night := time.Date(2026, 12, 26, 15, 0, 0, 0, time.UTC)
	if got, err = b.Arranged(t.Context(), Span{night, night.Add(time.Hour)}); err != nil || len(got.Upkeep[0].Spans) != 1 {
		t.Errorf("open already: %+v, %v", got, err)
	}
}

// TestFreezesAndWindowsAreChecked: what a centre writes down wrongly is said at
// its field.
func TestFreezesAndWindowsAreChecked(t *testing.T) {
	at := func(err error) string {
		var out []string
		for _, f := range fault.All(err) {
			out = append(out, f.Field+" "+f.Key)
		}
		return strings.Join(out, ", ")
	}
	for _, tc := range []struct {
		want string
		FreezePlan
	}{
		{"until change.ends_before", FreezePlan{From: "2026-12-24", Until: "2026-12-23"}},
		{"until change.freeze_too_long", FreezePlan{From: "2026-12-24", Until: "2028-12-23"}},
		{"from record.not_a_date", FreezePlan{From: "24.12.", Until: "2026-12-25"}},
		{"until_time change.not_a_time", FreezePlan{From: "2026-12-24", Until: "2026-12-25", UntilTime: "25:00"}},
		{"time_zone calendar.bad_zone", FreezePlan{From: "2026-12-24", Until: "2026-12-25", Zone: "Nowhere"}},
		{"", FreezePlan{From: "2026-12-24", Until: "2026-12-24"}},
		{"until change.ends_before", FreezePlan{From: "2026-12-24", FromTime: "10:00", Until: "2026-12-24", UntilTime: "10:00"}},
		{"from_time change.not_a_time", FreezePlan{From: "2026-12-24", FromTime: "x", Until: "2026-12-24"}},
	} {
		if _, err := tc.Span(); at(err) != tc.want {
			t.Errorf("%+v: %v, want %q", tc.FreezePlan, at(err), tc.want)
		}
	}
	sheet := windowSheet()
	for want, w := range map[string]WindowPlan{
		"rule recur.too_often":   {Rule: "FREQ=HOURLY", From: "2026-12-24", Time: "22:00", Minutes: 60},
		"time change.not_a_time": {Rule: "FREQ=DAILY", From: "2026-12-24", Time: "late", Minutes: 60},
		"from record.not_a_date": {Rule: "FREQ=DAILY", From: "", Time: "22:00", Minutes: 60},
	} {
		if err := sheet.Check(nil, &setting.Form{Doc: &w}); at(err) != want {
			t.Errorf("%+v: %v, want %q", w, at(err), want)
		}
	}
}

// TestRulesOfClosedNetworksAreNotTold: a rule about what somebody is not cleared
// for is not told to him.
func TestRulesOfClosedNetworksAreNotTold(t *testing.T) {
	all := setting.NewAll(1, []setting.Thing{
		{ID: 5, Kind: setting.Service, Code: "mail", Doc: []byte(`{"zone":7}`)},
	})
	some := people.Scope{All: true, Cleared: []people.ZoneID{8}}
	for _, tc := range []struct {
		of    Of
		tells bool
	}{
		{Of{}, true},
		{Of{Networks: []people.ZoneID{8}}, true},
		{Of{Networks: []people.ZoneID{8, 7}}, false},
		{Of{Services: []record.ServiceID{5}}, false},
		{Of{Items: "H1"}, false},
	} {
		th := written1(t, 1, setting.Freeze, FreezePlan{Of: tc.of})
		if got := Cleared(all, some, &th); got != tc.tells {
			t.Errorf("%+v: %v", tc.of, got)
		}
		if !Cleared(all, people.Scope{All: true, AllZones: true}, &th) {
			t.Errorf("%+v is kept from who is cleared for all", tc.of)
		}
	}
}
