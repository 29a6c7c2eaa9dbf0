package handbook

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Grades is the figure whose cases are nobody's to list: what officials said of a
// record is told in sums alone, where grades are.
const Grades = "SD.csat"

// Services is the figure of which the cases are services.
const Services = "SLM.under_agreement"

// Service stands for a kind where the cases behind a figure are services.
const Service record.Kind = "service"

// BehindKind is what the cases behind a figure are: Items, Service, or "" for
// records, each of a kind of its own; ok is false where none are listed.
func BehindKind(key string) (kind record.Kind, ok bool) {
	switch g := gauges[key]; {
	case g.Shape == "" || g.Shape == Absent || key == Grades:
		return "", false
	case key == Services:
		return Service, true
	case strings.HasPrefix(key, "CFG.") || key == "CHG.unauthorised":
		return Items, true
	}
	return "", true
}

// Slice is which of the cases behind a figure are wanted, in the order of their
// places.
type Slice struct {
	Counts bool // of a share, those that count; else those that do not
	After  int64
	Limit  int
}

// Behind is a case behind a figure.
type Behind struct {
	Kind   record.Kind
	ID     int64
	Place  int64 // where the next slice begins
	Number record.Number
	Code   string
	Name   people.Text
	Value  float64 // of a mean: what the case adds to it, in the unit of the figure
}

// Wanted is what the cases behind a figure are asked with.
type Wanted struct {
	Key      string
	Kinds    []record.Kind // of records, those that the reader may read
	From, To time.Time
	Slice
}

// Valued reports whether each case has a number of its own.
func (g Gauge) Valued() bool { return g.Shape == Mean || g.Shape == Hours || g.Shape == Days }

// Behind lists the cases behind a figure as it was measured last, of what somebody
// may see.
func (f *Figures) Behind(ctx context.Context, by people.Actor, key string, s Slice) (*Values, []Behind, error) {
	kind, ok := BehindKind(key)
	if !ok {
		return nil, nil, fault.New(fault.Missing, "handbook.no_figure").With("key", key)
	}
	v, err := f.Read(ctx, by)
	if err != nil {
		return nil, nil, err
	}
	asked := Wanted{Key: key, From: v.From, To: v.At, Slice: s}
	switch kind {
	case Items:
		if err := by.May(string(Items) + ".read"); err != nil {
			return nil, nil, err
		}
	case Service: // the catalogue is open, its zones are not
	default:
		asked.Kinds = slices.DeleteFunc(slices.Clone(record.Kinds), func(k record.Kind) bool { return !by.Can(string(k) + ".read") })
	}
	rows, err := f.Measurer.Behind(ctx, by.Scope, asked)
	return v, rows, err
}
