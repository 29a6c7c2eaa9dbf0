package handbook

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// Shape says how a figure is read.
type Shape string

// The shapes.
const (
	Share  Shape = "share"  // so many of so many
	Count  Shape = "count"  // so many
	Mean   Shape = "mean"   // of a number
	Hours  Shape = "hours"  // the mean of spans, in hours
	Days   Shape = "days"   // the mean of spans, in days
	Absent Shape = "absent" // nothing measures it, see Gauge.Why
)

// Gauge is where a figure comes from.
type Gauge struct {
	Shape  Shape
	Why    string // of one that nothing measures, what would give it
	Enough int    // fewer cases are too few to say; 0 is one
}

// gauges are by the code of the process and that of the figure.
var gauges = map[string]Gauge{
	"SD.first_contact": {Shape: Share}, "SD.answer_time": {Shape: Absent, Why: "telephone"}, "SD.abandoned": {Shape: Absent, Why: "telephone"},
	"SD.self_service": {Shape: Share}, "SD.csat": {Shape: Mean, Enough: 10},
	"IM.restore": {Shape: Hours}, "IM.in_target": {Shape: Share}, "IM.reopened": {Shape: Share}, "IM.bounce": {Shape: Mean}, "IM.change_caused": {Shape: Share},
	"PM.repeats": {Shape: Count}, "PM.linked": {Shape: Share}, "PM.to_known_error": {Shape: Days}, "PM.proactive": {Shape: Share}, "PM.hours_avoided": {Shape: Absent, Why: "hours"},
	"CFG.accuracy": {Shape: Absent, Why: "audit"}, "CFG.completeness": {Shape: Absent, Why: "demanded"}, "CFG.unauthorised": {Shape: Count}, "CFG.settle_time": {Shape: Days},
	"CHG.success": {Shape: Share}, "CHG.emergency": {Shape: Share}, "CHG.unauthorised": {Shape: Count}, "CHG.lead_time": {Shape: Days}, "CHG.reviewed": {Shape: Share},
	"REL.on_time": {Shape: Share}, "REL.failed": {Shape: Share}, "REL.incidents_after": {Shape: Mean}, "REL.verified": {Shape: Share},
	"SLM.under_agreement": {Shape: Share}, "SLM.targets_met": {Shape: Share}, "SLM.availability": {Shape: Absent, Why: "outage"}, "SLM.reviews": {Shape: Absent, Why: "review"},
	"AVM.availability": {Shape: Absent, Why: "outage"}, "AVM.restore": {Shape: Absent, Why: "outage"}, "AVM.between_failures": {Shape: Absent, Why: "outage"}, "AVM.minutes_lost": {Shape: Absent, Why: "outage"},
	"CAP.headroom": {Shape: Absent, Why: "monitoring"}, "CAP.to_threshold": {Shape: Absent, Why: "monitoring"}, "CAP.forecast_error": {Shape: Absent, Why: "monitoring"}, "CAP.surprises": {Shape: Absent, Why: "monitoring"},
	"CON.tested": {Shape: Absent, Why: "exercise"}, "CON.reached": {Shape: Absent, Why: "exercise"}, "CON.restores": {Shape: Absent, Why: "backup"}, "CON.plan_age": {Shape: Absent, Why: "plan"},
	"FIN.variance": {Shape: Absent, Why: "finance"}, "FIN.assigned": {Shape: Absent, Why: "finance"}, "FIN.unit_cost": {Shape: Absent, Why: "finance"}, "FIN.late_renewals": {Shape: Absent, Why: "contracts"},
}

// FigureKey is the name of a figure of a process.
func FigureKey(p maturity.Process, code string) string { return string(p) + "." + code }

// GaugeOf is where a figure comes from.
func GaugeOf(key string) Gauge { return gauges[key] }

// FigureKeys lists all that are measured.
func FigureKeys() []string {
	var out []string
	for key, g := range gauges {
		if g.Shape != Absent {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// Value is what a figure comes to.
type Value struct {
	Number float64 `json:"value"`
	Counts int     `json:"counts"` // of a share, those that count
	N      int     `json:"n"`      // cases behind it
	Parts  []Part  `json:"parts,omitempty"`
}

// Part is the figure of a part of the cases: a priority, a type.
type Part struct {
	Name string `json:"name"`
	Value
}

// Known reports whether enough stands behind a figure to say it.
func (g Gauge) Known(v Value) bool { return g.Shape == Count || v.N >= max(g.Enough, 1) }

// Values are all figures at a moment.
type Values struct {
	At     time.Time        `json:"at"`
	From   time.Time        `json:"from"`
	Values map[string]Value `json:"values"` // by FigureKey
}

// Measurer measures figures, and keeps what was measured of the whole centre.
type Measurer interface {
	// Measure looks at the cases from a moment to another, without those of zones
	// that the scope does not clear.
	Measure(ctx context.Context, zones people.Scope, key string, from, to time.Time) (Value, error)
	// Behind lists the cases behind one, within a scope.
	Behind(ctx context.Context, scope people.Scope, q Wanted) ([]Behind, error)
	Keep(ctx context.Context, v *Values, most int) error
	// Kept is the last; nil when there is none.
	Kept(ctx context.Context) (*Values, error)
}

// Figures tells the figures of processes. One a node, for it remembers what it
// measured for those who may not know of every zone.
type Figures struct {
	Measurer Measurer
	Now      func() time.Time
	Days     func() int // back over which they are taken

	mu    sync.Mutex
	parts map[string]*Values
}

// The times in which figures are measured anew.
const (
	mostValues = 400
	freshFor   = time.Hour
	nightly    = 20 * time.Hour
)

func (f *Figures) measure(ctx context.Context, zones people.Scope) (*Values, error) {
	now := f.Now().UTC().Truncate(time.Millisecond)
	out := &Values{At: now, From: now.AddDate(0, 0, -f.Days()), Values: map[string]Value{}}
	for _, key := range FigureKeys() {
		v, err := f.Measurer.Measure(ctx, zones, key, out.From, now)
		if err != nil {
			return nil, fmt.Errorf("figure %s: %w", key, err)
		}
		out.Values[key] = v
	}
	return out, nil
}

// Nightly measures the whole centre, unless that was done in the last hours.
func (f *Figures) Nightly(ctx context.Context) error {
	last, err := f.Measurer.Kept(ctx)
	if err != nil || last != nil && f.Now().Sub(last.At) < nightly {
		return err
	}
	v, err := f.measure(ctx, people.Everything())
	if err != nil {
		return err
	}
	return f.Measurer.Keep(ctx, v, mostValues)
}

// Read is what was measured last. Whoever is not cleared for every zone is told
// what the others come to.
func (f *Figures) Read(ctx context.Context, by people.Actor) (*Values, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	if by.Scope.AllZones {
		if kept, err := f.Measurer.Kept(ctx); err != nil || kept != nil {
			return kept, err
		}
	}
	zones := slices.Clone(by.Scope.Cleared)
	slices.SortFunc(zones, func(a, b people.ZoneID) int { return cmp.Compare(a, b) })
	key := fmt.Sprint(by.Scope.AllZones, zones)
	f.mu.Lock()
	defer f.mu.Unlock() // whoever asks meanwhile waits for the same figures
	if v := f.parts[key]; v != nil && f.Now().Sub(v.At) < freshFor {
		return v, nil
	}
	v, err := f.measure(ctx, people.Scope{All: true, AllZones: by.Scope.AllZones, Cleared: zones})
	if err != nil {
		return nil, err
	}
	if f.parts == nil {
		f.parts = map[string]*Values{}
	}
	f.parts[key] = v
	return v, nil
}
