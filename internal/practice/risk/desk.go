package risk

import (
	"context"
	"slices"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where risks are kept.
type Desk struct {
	*record.Desk[*Risk]
	Shelf Shelf
	Scale func() Scale // by which figures become classes; nil is the standard one
}

// Shelf reads what only the risk register asks for.
type Shelf interface {
	// Top lists open risks that were analysed, within a scope, by their
	// exposure, the highest first; of equals that of the higher loss to be expected, then
	// the older.
	Top(ctx context.Context, scope people.Scope, most int) ([]*Risk, error)
	// Matrix counts the same risks by probability and impact.
	Matrix(ctx context.Context, scope people.Scope) ([]Cell, error)
	// Due lists open risks of everywhere whose day of review lies between two
	// moments, the latest first.
	Due(ctx context.Context, from, until time.Time, most int) ([]*Risk, error)
}

// Cell is how many open risks have one probability and one impact.
type Cell struct {
	Probability int `json:"probability"`
	Impact      int `json:"impact"`
	N           int `json:"n"`
}

// TopTen is how many risks a management review looks at (domain/mof 1.3).
const TopTen = 10

// Deeds lists what may be done to a risk beside what may be done to any record.
func Deeds() []string { return Flow.Names() }

// NewDesk makes a working desk; the inner one needs Store and Now and what
// wiring adds to its Rules.
func NewDesk(inner record.Desk[*Risk], shelf Shelf) *Desk {
	d := &Desk{Desk: &inner, Shelf: shelf}
	d.Kind, d.Flow, d.Sheet = record.Risk, Flow, Sheet()
	d.Rules.Settle = func(r *Risk) error {
		scale := StandardScale()
		if d.Scale != nil {
			scale = d.Scale()
		}
		scale.settle(r)
		return nil
	}
	return d
}

// Identify enters a risk in the name of whoever sees it.
func (d *Desk) Identify(ctx context.Context, by people.Actor, in record.Input) (*Risk, error) {
	r := new(Risk)
	r.Requester = by.ID
	return r, d.Open(ctx, by, r, in)
}

// Next lists the moves that a person may make now: the buttons of the page.
func (d *Desk) Next(by people.Actor, r *Risk) []flow.Move[*Risk] {
	return slices.DeleteFunc(d.Flow.From(r.State), func(m flow.Move[*Risk]) bool { return !by.Can("risk." + m.Name) })
}

// Ranking is the register as a management review looks at it.
type Ranking struct {
	Top    []*Risk
	Matrix []Cell
}

// Rank gives the top ten and the matrix, as far as the actor sees risks.
func (d *Desk) Rank(ctx context.Context, by people.Actor) (out Ranking, err error) {
	if err := by.May("risk.read"); err != nil {
		return out, err
	}
	if out.Top, err = d.Shelf.Top(ctx, by.Scope, TopTen); err != nil {
		return out, err
	}
	out.Matrix, err = d.Shelf.Matrix(ctx, by.Scope)
	return out, err
}
