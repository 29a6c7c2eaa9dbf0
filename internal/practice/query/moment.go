package query

import (
	"strconv"
	"strings"
	"time"
)

// span is what a word about time means: [from, until). A point in time is a
// span of one millisecond.
type span struct{ from, until time.Time }

func point(t time.Time) span { return span{t, t.Add(time.Millisecond)} }

func day(t time.Time) span {
	d := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	return span{d, d.AddDate(0, 0, 1)}
}

// layouts of dates and what they cover.
var layouts = []struct {
	layout string
	until  func(time.Time) time.Time
}{
	{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006/1/2", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006年1月2日", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
	{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{"2006-01-02 15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{time.RFC3339, func(t time.Time) time.Time { return t.Add(time.Millisecond) }},
}

// dayWords are the days that have a name; the number is how far off they are.
var dayWords = map[string]int{"today": 0, "今天": 0, "yesterday": -1, "昨天": -1, "tomorrow": 1, "明天": 1}

// moment reads a word about time: a date, a month, a year, an RFC 3339 moment,
// now, today, yesterday, tomorrow, week, month (the current ones), each with
// steps such as -7d, +2h, -30min, +1w, -1m (a month), -1y, +2bd (business
// days, when a calendar is given).
func moment(word string, k Context) (span, bool) {
	word = strings.ToLower(word)
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l.layout, strings.ToUpper(word), k.place()); err == nil && t.Year() >= 1900 && t.Year() < 2300 {
			return span{t, l.until(t)}, true
		}
	}
	cut := strings.IndexAny(word, "+-")
	base, steps := word, ""
	if cut >= 0 {
		base, steps = word[:cut], word[cut:]
	}
	now := k.Now.In(k.place())
	var s span
	switch base {
	case "now", "现在":
		s = point(now)
	case "week", "本周":
		monday := day(now.AddDate(0, 0, -(int(now.Weekday())+6)%7)).from
		s = span{monday, monday.AddDate(0, 0, 7)}
	case "month", "本月":
		first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
		s = span{first, first.AddDate(0, 1, 0)}
	default:
		off, ok := dayWords[base]
		if !ok {
			return s, false
		}
		s = day(now.AddDate(0, 0, off))
	}
	for steps != "" {
		next := strings.IndexAny(steps[1:], "+-") + 1
		if next == 0 {
			next = len(steps)
		}
		var ok bool
		if s, ok = shift(s, steps[:next], base, k); !ok {
			return s, false
		}
		steps = steps[next:]
	}
	return s, true
}

// shift moves a span by one step such as -7d.
func shift(s span, step, base string, k Context) (span, bool) {
	cut := strings.IndexFunc(step[1:], func(r rune) bool { return r < '0' || r > '9' }) + 1
	if cut < 2 {
		return s, false
	}
	n, err := strconv.Atoi(step[:cut])
	if err != nil || n > 100_000 || n < -100_000 {
		return s, false
	}
	both := func(f func(time.Time) time.Time) (span, bool) { return span{f(s.from), f(s.until)}, true }
	switch unit := step[cut:]; unit {
	case "min", "分钟":
		return both(func(t time.Time) time.Time { return t.Add(time.Duration(n) * time.Minute) })
	case "h", "小时":
		return both(func(t time.Time) time.Time { return t.Add(time.Duration(n) * time.Hour) })
	case "d", "天":
		return both(func(t time.Time) time.Time { return t.AddDate(0, 0, n) })
	case "w", "周":
		return both(func(t time.Time) time.Time { return t.AddDate(0, 0, 7*n) })
	case "m", "月", "y", "年":
		if unit == "y" || unit == "年" {
			n *= 12
		}
		return both(func(t time.Time) time.Time { return t.AddDate(0, n, 0) })
	case "bd", "工作日":
		if k.Business == nil {
			return s, false
		}
		from, ok := k.Business(s.from, n)
		if !ok {
			return s, false
		}
		if base == "now" || base == "现在" {
			return point(from), true
		}
		return day(from), true
	}
	return s, false
}
