package notice

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// A person's choices stand among his preferences: "notice.replied.mail" is
// "on" or "off", "notice.quiet" is "22:00-07:30".

// QuietPref is the name of the preference that holds the quiet hours.
const QuietPref = "notice.quiet"

// Pref is the name of the preference for a kind on a channel.
func Pref(w What, c Channel) string { return "notice." + string(w) + "." + string(c) }

// For lists the kinds that concern somebody: staff all of them, others those
// about their own reports, what they decide on, and the notice board.
func For(staff bool) []What {
	if staff {
		return Kinds
	}
	return []What{Major, Asked, Replied, Followed, SurveyAsked, SurveyLeft, WorkTold}
}

// sequels are the kinds that follow up another: who wants to be told that is told
// what became of it.
var sequels = map[What]What{WorkStands: WorkTold, WorkReopened: WorkTold, WorkMoved: WorkTold, WorkOff: WorkTold}

// Wants reports whether a kind reaches a person on a channel.
func Wants(p people.Prefs, w What, c Channel) bool {
	if first, ok := sequels[w]; ok {
		w = first
	}
	switch p[Pref(w, c)] {
	case "on":
		return true
	case "off":
		return false
	}
	return c == Bell || slices.Contains(mailed, w)
}

// Awake is the first moment from at on that is outside a person's quiet hours.
func Awake(p people.Prefs, at time.Time, zone *time.Location) time.Time {
	from, to, ok := hours(p[QuietPref])
	if !ok {
		return at
	}
	local := at.In(zone)
	minute := local.Hour()*60 + local.Minute()
	quiet := minute >= from && minute < to
	if from > to { // over midnight
		quiet = minute >= from || minute < to
	}
	if !quiet {
		return at
	}
	day := local.Day()
	if minute >= to {
		day++
	}
	return time.Date(local.Year(), local.Month(), day, to/60, to%60, 0, 0, zone).In(at.Location())
}

// hours reads "22:00-07:30" as minutes of the day; false when there are none.
func hours(v string) (from, to int, ok bool) {
	a, b, cut := strings.Cut(v, "-")
	x, err1 := time.Parse("15:04", a)
	y, err2 := time.Parse("15:04", b)
	if !cut || err1 != nil || err2 != nil {
		return 0, 0, false
	}
	from, to = x.Hour()*60+x.Minute(), y.Hour()*60+y.Minute()
	return from, to, from != to
}

// Check reports what is wrong with the choices that somebody wants to save.
func Check(p people.Prefs) error {
	var many fault.Many
	for name, v := range p {
		rest, ok := strings.CutPrefix(name, "notice.")
		switch {
		case !ok:
		case name == QuietPref:
			if _, _, fine := hours(v); v != "" && !fine {
				many = append(many, fault.At(name, "notice.bad_hours"))
			}
		default:
			w, c, _ := strings.Cut(rest, ".")
			if !slices.Contains(Kinds, What(w)) || !slices.Contains(Channels, Channel(c)) || v != "on" && v != "off" && v != "" {
				many = append(many, fault.At(name, "notice.bad_choice"))
			}
		}
	}
	return many.Err()
}
