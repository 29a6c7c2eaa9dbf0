// Package board is what hangs on the wall of a service desk: what is open and
// how old it is, what is late, who has it, and whether more comes in than goes
// out. It is read from counters that are kept with every change, under the
// same scope as the lists it leads to.
package board

import (
	"context"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Ask says what board is wanted.
type Ask struct {
	Kind  record.Kind
	Live  []flow.State // the states in which a record still needs somebody
	Now   time.Time
	Soon  time.Duration // how near a breach is soon
	Days  int           // how many days of in and out, today the last
	Place *time.Location
}

// Board is the dashboard of one practice as one reader may see it.
type Board struct {
	At         time.Time
	Open       int
	Overdue    int // the next breach moment of a clock has passed
	Soon       int // it comes soon
	Unassigned int // nobody has taken it yet
	ByState    []Bar
	ByPriority []Bar // ID is the priority
	ByTeam     []Bar // largest first; ID 0 is none
	ByService  []Bar
	Days       []Day // oldest first, without gaps
	Ages       []Age // youngest first
}

// Bar is a count of open records.
type Bar struct {
	ID    int64
	State flow.State // of ByState only
	N     int
}

// Day is what happened on one day.
type Day struct {
	Day       time.Time // midnight where the centre is
	Opened    int
	Done      int // resolved; a record reopened and resolved again counts twice
	First     int // of these, without ever having been handed on: first contact
	Cancelled int
	Reopened  int
}

// Out is what no longer needs anybody since that day.
func (d Day) Out() int { return d.Done + d.Cancelled }

// Age counts open records by how long ago they were opened.
type Age struct {
	From, Until int // days; Until 0: no end
	N           int
}

// AgeBounds are the borders of the ages, in days.
var AgeBounds = []int{1, 3, 7, 14, 30, 90}

// FirstContact is the share of what was solved that was solved at the first
// contact, over all days of the board; ok is false when nothing was solved.
func (b Board) FirstContact() (share float64, ok bool) {
	var all, at int
	for _, d := range b.Days {
		all, at = all+d.Done, at+d.First
	}
	if all == 0 {
		return 0, false
	}
	return float64(at) / float64(all), true
}

// Source reads boards.
type Source interface {
	Board(ctx context.Context, scope people.Scope, ask Ask) (Board, error)
}
