package change

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// RegisterPolicy is what a centre arranges about its risk register and its
// changes.
type RegisterPolicy struct {
	// Entry demands an open risk of the register, linked to it, of a significant
	// or major change before it is authorised (domain/mof 1.3).
	Entry bool `json:"risk_entry"`
}

// NoEntry is the key of the fault of a change that lacks its risk in the register.
const NoEntry = "change.no_risk_entry"

// Demands reports whether a change needs a risk in the register before it is
// authorised. A standard one was weighed with its model; an emergency cannot wait.
func (p RegisterPolicy) Demands(c *Change) bool {
	return p.Entry && c.Type == Normal && (c.Class == Significant || c.Class == Major)
}

// Entries finds the open risks of the register that are linked to a change, as far
// as whoever asks sees them.
func (d *Desk) Entries(ctx context.Context, by people.Actor, c *Change) ([]record.Row, error) {
	around, err := d.Ledger.Around(ctx, by.Scope, c.ID)
	if err != nil {
		return nil, err
	}
	var out []record.Row
	for i := range around.Links {
		r := around.Links[i].Row
		if r.Kind == record.Risk && r.Live && !slices.ContainsFunc(out, func(o record.Row) bool { return o.ID == r.ID }) {
			out = append(out, r)
		}
	}
	return out, nil
}

// entered reports a change that lacks its risk in the register.
func (d *Desk) entered(s *sitting, c *Change) error {
	if d.City.Register == nil || !d.City.Register().Demands(c) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if all, err := d.Entries(ctx, s.By, c); err != nil || len(all) > 0 {
		return err
	}
	return fault.New(fault.Conflict, NoEntry)
}
