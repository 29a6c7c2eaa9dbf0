package sla

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// Kind says between whom an agreement is.
type Kind string

// The kinds of agreements.
const (
	SLA Kind = "sla" // with the customer
	OLA Kind = "ola" // with a team of our own
	UC  Kind = "uc"  // underpinning contract, with a supplier
)

// Kinds lists them.
var Kinds = []Kind{SLA, OLA, UC}

// Reasons are the waiting reasons that Kilter comes with. With "province" the
// record carries the number of the province's ticket.
var Reasons = []string{"user", "supplier", "change", "parts", "province"}

// Agreement promises times by priority, for some services or for all. Its JSON
// is what the settings keep.
type Agreement struct {
	ID       int64             `json:"id,omitempty"`
	Kind     Kind              `json:"kind"`
	NameEn   string            `json:"nameEn"`
	NameZh   string            `json:"nameZh"`
	Party    int64             `json:"party,omitempty"`    // the team of an OLA, the supplier of a UC
	Services []int64           `json:"services,omitempty"` // none is every service
	Targets  []Target          `json:"targets"`
	Stops    map[string][]Name `json:"stops,omitempty"` // waiting reason -> the clocks it stops; left out, all go on
	Warn     []int             `json:"warn,omitempty"`  // percent of the target; none is 50, 80, 100
	From     time.Time         `json:"from,omitzero"`   // valid for records opened from here on; zero is always
	To       time.Time         `json:"to,omitzero"`     // and before this moment; zero is until further notice
}

// Target is one promised time.
type Target struct {
	Priority int   `json:"priority"` // 1 is the highest
	Clock    Name  `json:"clock"`
	Minutes  int   `json:"minutes"`  // of the calendar's business time
	Calendar int64 `json:"calendar"` // id of the calendar it is measured on
}

// Limits of what an agreement may promise.
const (
	MaxPriority = 9
	maxMinutes  = 10 * 366 * 24 * 60
	maxPercent  = 1000
	maxWarnings = 10
)

// Validate says what is wrong, field by field ("targets[2].minutes").
func (a Agreement) Validate() error {
	var m fault.Many
	add := func(field, key string) *fault.Fault {
		f := fault.At(field, key)
		m = append(m, f)
		return f
	}
	if !slices.Contains(Kinds, a.Kind) {
		add("kind", "sla.bad_kind").With("kind", string(a.Kind))
	}
	if strings.TrimSpace(a.NameEn) == "" {
		add("nameEn", "sla.no_name")
	}
	if strings.TrimSpace(a.NameZh) == "" {
		add("nameZh", "sla.no_name")
	}
	if !a.From.IsZero() && !a.To.IsZero() && !a.From.Before(a.To) {
		add("to", "sla.ends_first")
	}
	a.checkTargets(add)
	for _, reason := range slices.Sorted(maps.Keys(a.Stops)) {
		field := "stops." + reason
		if strings.TrimSpace(reason) == "" {
			add("stops", "sla.no_reason")
		}
		for _, c := range a.Stops[reason] {
			switch {
			case c == Respond:
				add(field, "sla.respond_never_waits")
			case !slices.Contains(Names, c):
				add(field, "sla.bad_clock").With("clock", string(c))
			}
		}
	}
	if len(a.Warn) > maxWarnings {
		add("warn", "sla.many_warnings").With("max", maxWarnings)
	}
	for i, p := range a.Warn {
		if p < 1 || p > maxPercent || slices.Contains(a.Warn[:i], p) {
			add(fmt.Sprintf("warn[%d]", i), "sla.bad_percent").With("percent", p).With("max", maxPercent)
		}
	}
	return m.Err()
}

func (a Agreement) checkTargets(add func(field, key string) *fault.Fault) {
	if len(a.Targets) == 0 {
		add("targets", "sla.no_targets")
	}
	type promise struct {
		priority int
		clock    Name
	}
	seen := map[promise]bool{}
	for i, t := range a.Targets {
		field := fmt.Sprintf("targets[%d].", i)
		if t.Priority < 1 || t.Priority > MaxPriority {
			add(field+"priority", "sla.bad_priority").With("priority", t.Priority).With("max", MaxPriority)
		}
		if !slices.Contains(Names, t.Clock) {
			add(field+"clock", "sla.bad_clock").With("clock", string(t.Clock))
		}
		if t.Minutes < 1 || t.Minutes > maxMinutes {
			add(field+"minutes", "sla.bad_target").With("clock", string(t.Clock)).With("max", maxMinutes)
		}
		if t.Calendar == 0 {
			add(field+"calendar", "sla.no_calendar")
		}
		if seen[promise{t.Priority, t.Clock}] {
			add(field+"clock", "sla.clock_twice").With("clock", string(t.Clock))
		}
		seen[promise{t.Priority, t.Clock}] = true
	}
}

// On gives the agreement other calendars: ids maps its own to the new ones.
// Those that ids does not name stay.
func (a Agreement) On(ids map[int64]int64) Agreement {
	a.Targets = slices.Clone(a.Targets)
	for i, t := range a.Targets {
		if id, ok := ids[t.Calendar]; ok {
			a.Targets[i].Calendar = id
		}
	}
	return a
}

// valid reports whether the agreement holds for what is opened at t.
func (a Agreement) valid(t time.Time) bool {
	return (a.From.IsZero() || !t.Before(a.From)) && (a.To.IsZero() || t.Before(a.To))
}

// stops lists the reasons that stop a clock, in alphabetical order.
func (a Agreement) stops(clock Name) []string {
	var out []string
	for _, reason := range slices.Sorted(maps.Keys(a.Stops)) {
		if slices.Contains(a.Stops[reason], clock) {
			out = append(out, reason)
		}
	}
	return out
}
