package part

import (
	"strconv"
	"time"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// SLAState is where a service level clock stands.
type SLAState string

// The states of a clock as shown; SLAOff is outside service hours.
const (
	SLARunning SLAState = "running"
	SLAPaused  SLAState = "paused"
	SLAOff     SLAState = "off"
	SLAMet     SLAState = "met"
	SLAMissed  SLAState = "missed"
)

// SLA is a service level clock as a chip. It ticks in the browser from these
// facts: Left was true at At, and time runs until Until (the end of the
// service hours; zero when nothing stops it).
type SLA struct {
	Name  string // "Resolve"; "" leaves the name out, as lists do
	State SLAState
	Left  time.Duration // working time left, negative when over
	Due   time.Time     // wall clock
	At    time.Time
	Until time.Time
	Why   string // the whole explanation, shown on hover and read aloud
}

// The nearness of a target: calm above an hour, soon below, near below half
// an hour, late past it (ux.md 3.5; the same limits stand in time.js).
func (s SLA) level() string {
	switch {
	case s.State == SLAMet, s.State == SLAMissed:
		return string(s.State)
	case s.Left < 0:
		return "late"
	case s.Left < 30*time.Minute:
		return "near"
	case s.Left < time.Hour:
		return "soon"
	}
	return "calm"
}

func (s SLA) icon() string {
	switch s.State {
	case SLAPaused:
		return "clock-pause"
	case SLAOff:
		return "moon"
	case SLAMet:
		return "circle-check"
	case SLAMissed:
		return "circle-x"
	}
	switch s.level() {
	case "late":
		return "alert-triangle"
	case "near":
		return "alarm"
	}
	return ""
}

// left is what the chip says when the page is made.
func (s SLA) left(w W) string {
	switch s.State {
	case SLAMet:
		return w.T("sla.met")
	case SLAMissed:
		return w.T("sla.missed")
	}
	return w.Duration(s.Left)
}

// why is the chip's explanation: its own, or the due moment.
func (s SLA) why(w W) string {
	switch {
	case s.Why != "":
		return s.Why
	case s.Due.IsZero():
		return ""
	}
	return w.T("sla.due", "at", s.Due)
}

// StateShape is the drawing of a pace: hollow while waiting, half while at
// work, bars while paused, a tick when done. Shape and colour go together.
var stateShape = map[string]struct {
	icon string
	tone Tone
}{
	"wait":    {"circle-dashed", Slate},
	"work":    {"circle-half-2", Jade},
	"pause":   {"player-pause", Amber},
	"done":    {"circle-check", Plain},
	"closed":  {"lock", Plain},
	"cancel":  {"circle-x", Plain},
	"failed":  {"alert-triangle", Vermilion},
	"planned": {"calendar-event", Violet},
}

// Status is a state as a pill: colour, shape and word. Look is one of wait,
// work, pause, done, closed, cancel, failed, planned.
type Status struct {
	Word string
	Look string
}
