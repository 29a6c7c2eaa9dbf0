package assessment

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// MostFiles is how many evidence files an assessment holds.
const MostFiles = 400

// Attach puts a file that somebody brought before on a statement; of a zone, when it
// tells of what not everybody may know.
func (m *Room) Attach(ctx context.Context, by people.Actor, id int64, h *Held) error {
	a, err := m.open(ctx, by, DeedAssess, id)
	if err != nil {
		return err
	}
	if !slices.Contains(a.Assessors, by.ID) {
		return fault.New(fault.Denied, "assessment.not_yours")
	}
	set, err := m.SetOf(ctx, a)
	if err != nil {
		return err
	}
	if _, known := set.Question(h.Question); !known {
		return fault.At("question", "maturity.no_question").With("value", h.Question)
	}
	if !by.Scope.Clears(h.Zone) || h.Zone != 0 && m.Zone != nil && !m.Zone(h.Zone) {
		return fault.At("zone", "record.not_a_choice")
	}
	h.Person, h.At, h.Name = by.ID, m.now(), record.FileName(h.Name)
	return m.Store.Attach(ctx, id, h, m.row(by, DeedAssess, id, "file for "+h.Question))
}

// Detach takes a file back, of an assessment that is open: its bringer, or whoever
// leads the assessment.
func (m *Room) Detach(ctx context.Context, by people.Actor, id, file int64) error {
	if _, err := m.open(ctx, by, DeedAssess, id); err != nil {
		return err
	}
	h, err := m.File(ctx, by, id, file)
	if err != nil {
		return err
	}
	if h.Person != by.ID && !by.Can(DeedLead) {
		return fault.New(fault.Denied, "assessment.not_yours")
	}
	return m.Store.Detach(ctx, id, file, m.row(by, DeedAssess, id, "file taken back from "+h.Question))
}

// Files lists the evidence files that somebody may know of: while the assessment is
// open his own, and all to whoever leads it; of a zone only those cleared for it.
func (m *Room) Files(ctx context.Context, by people.Actor, id int64) ([]Held, error) {
	a, err := m.Find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	all, err := m.Store.Files(ctx, id)
	return slices.DeleteFunc(all, func(h Held) bool { return !a.shows(&h, by) }), err
}

// File finds one of them.
func (m *Room) File(ctx context.Context, by people.Actor, id, file int64) (*Held, error) {
	all, err := m.Files(ctx, by, id)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == file {
			return &all[i], nil
		}
	}
	return nil, fault.New(fault.Missing, "record.no_such_file")
}

func (a *Assessment) shows(h *Held, by people.Actor) bool {
	return by.Scope.Clears(h.Zone) && (a.State == Signed || by.Can(DeedLead) || h.Person == by.ID)
}
