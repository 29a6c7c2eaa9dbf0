package calendar

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
)

// TestAFeedIsReadByAnotherProgram writes a feed and reads it with a parser of
// another project: texts come back whole, whatever is in them, and no line is
// longer than the standard lets it be.
func TestAFeedIsReadByAnotherProgram(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, time.December, 4, 22, 0, 0, 0, time.FixedZone("CST", 8*3600))
	long := "更换政务云核心交换机，双机热备切换；第一台（H1）与第二台（H2）不得在同一夜里一起变更，请各部门注意。"
	nasty := "one; two, three \\ four\r\nBEGIN:VEVENT\nUID:forged"
	f := Feed{Name: "变更日历", Lang: "zh-Hans", Every: time.Hour, Events: []FeedEvent{
		{UID: "chg-2026-00001@desk.example", Sequence: 7, Stamp: from.Add(-time.Hour), From: from, Until: from.Add(4 * time.Hour), Summary: long, Text: nasty, Categories: []string{"普通变更", "a,b"}, URL: "https://desk.example/changes/CHG-2026-00001", Status: Confirmed},
		{UID: "chg-2026-00002@desk.example", Stamp: from, From: from, Until: from.Add(time.Hour), Summary: "x", Status: Cancelled, Free: true},
	}}
	out := f.ICS()
	for line := range strings.SplitSeq(string(out), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	read, err := ics.ParseCalendar(bytes.NewReader(out))
	if err != nil || len(read.Events()) != 2 {
		t.Fatalf("%d events, %v in\n%s", len(read.Events()), err, out)
	}
	one, two := read.Events()[0], read.Events()[1]
	get := func(e *ics.VEvent, p ics.ComponentProperty) string { return ics.FromText(value(e, p)) }
	for p, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertySummary: long, ics.ComponentPropertyDescription: strings.ReplaceAll(nasty, "\r\n", "\n"), ics.ComponentPropertyUniqueId: "chg-2026-00001@desk.example",
		ics.ComponentPropertySequence: "7", ics.ComponentPropertyStatus: "CONFIRMED", ics.ComponentPropertyUrl: "https://desk.example/changes/CHG-2026-00001",
	} {
		if got := get(one, p); got != want {
			t.Errorf("%s reads %q, want %q", p, got, want)
		}
	}
	if at, err := one.GetStartAt(); err != nil || !at.Equal(from) {
		t.Errorf("it starts %v, %v", at, err)
	}
	if at, err := one.GetEndAt(); err != nil || !at.Equal(from.Add(4*time.Hour)) {
		t.Errorf("it ends %v, %v", at, err)
	}
	if get(two, ics.ComponentPropertyStatus) != "CANCELLED" || value(two, ics.ComponentPropertyTransp) != "TRANSPARENT" {
		t.Error("the second is not cancelled and free")
	}
}
