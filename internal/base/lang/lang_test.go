package lang

import (
	"math"
	"testing"
	"time"

	"kilter/internal/base/fault"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, accept string
		choices      []string
		want         Lang
	}{
		{"nothing known", "", nil, English},
		{"the browser asks for Chinese", "zh-CN,zh;q=0.9,en;q=0.8", nil, Chinese},
		{"the browser asks for Hant", "zh-TW", nil, Chinese},
		{"the browser prefers English", "en-GB,zh;q=0.5", nil, English},
		{"a language we lack, then Chinese", "fr,zh;q=0.4", nil, Chinese},
		{"only languages we lack", "fr,de", nil, English},
		{"the cookie beats the browser", "en", []string{"", "zh"}, Chinese},
		{"the person beats the cookie", "zh", []string{"en", "zh"}, English},
		{"a broken header", ";;;", nil, English},
		{"a cookie from elsewhere", "zh", []string{"xx"}, Chinese},
	} {
		if got := Negotiate(c.accept, c.choices...); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTimesPerLanguage(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("CST", 8*3600)
	en, zh := For(English).In(shanghai), For(Chinese).In(shanghai)
	at := time.Date(2026, 11, 24, 6, 5, 9, 0, time.UTC)
	now := at.Add(3 * time.Hour)
	for _, c := range []struct{ name, got, want string }{
		{"date en", en.Date(at), "24 Nov 2026"},
		{"date zh", zh.Date(at), "2026年11月24日"},
		{"minute en", en.DateTime(at), "24 Nov 2026 14:05"},
		{"minute zh", zh.DateTime(at), "2026年11月24日 14:05"},
		{"on one day en", en.Between(at, at.Add(2*time.Hour)), "Tue 24 Nov 2026 14:05–16:05"},
		{"on one day zh", zh.Between(at, at.Add(2*time.Hour)), "2026年11月24日（周二）14:05–16:05"},
		{"over midnight en", en.Between(at, at.Add(12*time.Hour)), "Tue 24 Nov 2026 14:05 – Wed 25 Nov 2026 02:05"},
		{"over midnight zh", zh.Between(at, at.Add(12*time.Hour)), "2026年11月24日（周二）14:05 – 2026年11月25日（周三）02:05"},
		{"to no time", en.Between(at, time.Time{}), "24 Nov 2026 14:05"},
		{"exact", en.Exact(at), "24 Nov 2026 14:05:09 CST"},
		{"no time", en.Date(time.Time{}), ""},
		{"today is the clock", zh.Brief(at, now), "14:05"},
		{"this year", en.Brief(at, now.AddDate(0, 0, 2)), "24 Nov 14:05"},
		{"another year", zh.Brief(at, now.AddDate(1, 0, 0)), "2026年11月24日"},
		{"month", zh.Month(at), "2026年11月"},
		{"weekday en", en.Weekday(time.Monday), "Mon"},
		{"weekday zh", zh.Weekday(time.Sunday), "周日"},
		{"ago en", en.Ago(at, now), "3 h ago"},
		{"ago zh", zh.Ago(at, now), "3 小时前"},
		{"to come", en.Ago(now, at), "in 3 h"},
		{"just now", zh.Ago(at, at.Add(20*time.Second)), "刚刚"},
		{"long ago", en.Ago(at, now.AddDate(1, 0, 0)), "24 Nov 2026"},
		{"two units", en.Duration(27*time.Hour + 5*time.Minute), "1 d 3 h"},
		{"two units zh", zh.Duration(90 * time.Minute), "1 小时 30 分钟"},
		{"one unit is enough", en.Duration(2 * time.Hour), "2 h"},
		{"minutes hide seconds", en.Duration(5*time.Minute + 20*time.Second), "5 min"},
		{"seconds", en.Duration(20 * time.Second), "20 s"},
		{"nothing", en.Duration(0), "0 s"},
		{"overdue", en.Duration(-90 * time.Minute), "−1 h 30 min"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
	if Weekdays()[0] != time.Monday {
		t.Error("the week does not start on Monday")
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	en, zh := For(English), For(Chinese)
	for _, c := range []struct{ got, want string }{
		{en.Number(0), "0"},
		{en.Number(999), "999"},
		{en.Number(1000), "1,000"},
		{en.Number(-1234567), "−1,234,567"},
		{en.Decimal(1234.5, 2), "1,234.50"},
		{en.Decimal(math.NaN(), 1), "–"},
		{en.Percent(0.934, 1), "93.4 %"},
		{zh.Percent(0.934, 1), "93.4%"},
		{en.Size(512), "512 B"},
		{en.Size(1_468_006), "1.4 MB"},
		{en.Size(25 << 20), "25 MB"},
		{en.List([]string{"a", "b", "c"}), "a, b and c"},
		{zh.List([]string{"甲", "乙", "丙"}), "甲、乙和丙"},
		{en.List([]string{"a"}), "a"},
		{en.List(nil), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	p := &Printer{lang: English, zone: time.UTC, words: map[string]message{
		"plain":  {other: cut("Save")},
		"named":  {other: cut("{{.a}} of {{.b}}")},
		"plural": {other: cut("{{.n}} records in {{.view}}"), one: cut("{{.n}} record in {{.view}}"), plural: true},
	}}
	for _, c := range []struct{ name, got, want string }{
		{"plain", p.T("plain"), "Save"},
		{"unknown key shows itself", p.T("nope"), "nope"},
		{"pairs", p.T("named", "a", 1, "b", "two"), "1 of two"},
		{"map", p.T("named", map[string]any{"a": 7, "b": 3}), "7 of 3"},
		{"missing argument shows its name", p.T("named", "a", 1), "1 of {b}"},
		{"one", p.N("plural", 1, "view", "x"), "1 record in x"},
		{"many", p.N("plural", 1200, "view", "x"), "1,200 records in x"},
		{"none", p.N("plural", 0, "view", "x"), "0 records in x"},
		{"fault", p.Fault(fault.At("a", "named").With("a", "p").With("b", "q")), "p of q"},
		{"counted fault", p.Fault(fault.At("a", "plural").With("n", 1).With("view", "q")), "1 record in q"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func BenchmarkPlainMessage(b *testing.B) {
	p := For(English)
	b.ReportAllocs()
	for b.Loop() {
		p.T("list.and")
	}
}

// A day of the wall is the same day wherever its reader is; a moment is not.
func TestAKeptDayIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	west := For(English).In(time.FixedZone("west", -8*60*60))
	if kept, month, moment := west.KeptDay(day), west.KeptMonth(day), west.Date(day); kept != "1 Dec 2026" || month != "Dec 2026" || moment != "30 Nov 2026" {
		t.Error(kept, month, moment)
	}
	if zh := For(Chinese).In(time.FixedZone("west", -8*60*60)).KeptDay(day); zh != "2026年12月1日" {
		t.Error(zh)
	}
	if none := west.KeptDay(time.Time{}); none != "" {
		t.Error(none)
	}
}
