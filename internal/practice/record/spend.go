package record

import (
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Worked is working time on a record.
type Worked struct {
	Minutes int    // a negative number corrects an earlier one
	On      string // the day it was done, 2026-11-27; "" is the day it is written down
	Text    string
}

// Minutes is the field in which an entry carries working time, WorkedOn the one
// with its day when that is another than the entry's.
const (
	Minutes  = "minutes"
	WorkedOn = "worked_on"
)

// Spend writes down working time. A day that has not come yet is refused; so
// is one before the record was opened, or more than a day's worth at once.
func (s *Sitting[R]) Spend(r R, w Worked) error {
	if w.Minutes == 0 || w.Minutes > 24*60 || w.Minutes < -24*60 {
		return fault.At("minutes", "record.minutes")
	}
	changes := []Change{{Field: Minutes, Now: strconv.Itoa(w.Minutes)}}
	if w.On != "" {
		day, err := time.Parse(time.DateOnly, w.On)
		// A day may have begun in another zone, hence one day to either side.
		if err != nil || day.After(s.Now.AddDate(0, 0, 1)) || day.Before(r.Common().Opened.AddDate(0, 0, -2)) {
			return fault.At("on", "record.worked_on")
		}
		changes = append(changes, Change{Field: WorkedOn, Now: w.On})
	}
	return s.Log(r, "spend", Entry{Text: w.Text, Changes: changes})
}

// Spent is the working time in a timeline, in minutes, by person.
func Spent(entries []Entry) map[people.ID]int {
	out := map[people.ID]int{}
	for _, e := range entries {
		for _, c := range e.Changes {
			if c.Field != Minutes {
				continue
			}
			if n, err := strconv.Atoi(c.Now); err == nil {
				out[e.By] += n
			}
		}
	}
	return out
}
