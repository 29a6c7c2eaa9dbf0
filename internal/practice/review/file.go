package review

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// MostFiles is how many files a review holds.
const MostFiles = 200

// Part is what of a review a file belongs to.
type Part string

// The parts.
const (
	OfMinutes    Part = "minutes"
	OfChecks     Part = "checks"
	OfConditions Part = "conditions"
	OfActions    Part = "actions"
)

// Parts lists them in the order of the page.
var Parts = []Part{OfChecks, OfMinutes, OfConditions, OfActions}

// File is a file of a review.
type File struct {
	ID      int64
	Part    Part
	N       int // the place in its part, from 0; 0 of the minutes
	Person  people.ID
	File    int64
	Zone    people.ZoneID // that one has to be cleared for to know of it; 0 for none
	Name    string
	At      time.Time
	Content record.Content
}

// of reports whether a review has what a file is to belong to.
func (h *File) of(r *Review) bool {
	most := 0
	switch h.Part {
	case OfMinutes:
		most = 1
	case OfChecks:
		most = len(r.Checks)
	case OfConditions:
		most = len(r.Conditions)
	case OfActions:
		most = len(r.Actions)
	}
	return h.N >= 0 && h.N < most
}

// takes reports whether files come to a part of the review as it stands, or are
// taken back from it. The checklist stands once the review is held; signed minutes
// come after it, and what shows that something is done comes until then. What was
// brought by then stays, but for the minutes: whoever leads the review takes those
// back with a reason, until it is closed.
func (r *Review) takes(h *File) bool {
	switch {
	case r.Shut() || !h.of(r):
		return false
	case h.Part == OfConditions:
		return r.Conditions[h.N].Done.IsZero()
	case h.Part == OfActions:
		return r.Actions[h.N].Done.IsZero()
	case h.Part == OfMinutes:
		return true
	}
	return r.State == Called
}

// Reasoned reports whether a file is taken back for a reason that stays with the
// review: it was brought to what is over.
func (r *Review) Reasoned(h *File) bool { return r.State == Held && h.Part == OfMinutes }

// Brings reports whether somebody may bring a file to a part of a review: whoever
// holds reviews, and to an action whoever has it to do.
func (r *Review) Brings(by people.Actor, h *File) bool { return r.takes(h) && r.may(by, h) }

// TakesBack reports whether somebody may take a file back: who brought it, or
// whoever holds reviews, as long as what it belongs to is open; after the review
// whoever leads it (Room.May).
func (r *Review) TakesBack(by people.Actor, h *File, leads bool) bool {
	if r.Reasoned(h) {
		return r.takes(h) && leads
	}
	return r.takes(h) && (by.Can(DeedHold) || h.Person == by.ID && r.may(by, h))
}

func (r *Review) may(by people.Actor, h *File) bool {
	return by.Can(DeedHold) || by.Can(DeedRead) && h.Part == OfActions && h.of(r) && r.Actions[h.N].Owner == by.ID
}

// asked refuses whoever may not bring or take back, and notes that he tried.
func (m *Room) asked(ctx context.Context, by people.Actor, r *Review, h *File) error {
	if r.may(by, h) {
		return nil
	}
	return audit.Ask(ctx, m.Pen, by, m.now(), DeedHold, object(r.ID))
}

// Ready reports what keeps somebody from bringing a file to a part of a review,
// before its content is taken in.
func (m *Room) Ready(ctx context.Context, by people.Actor, id int64, h *File) error {
	r, err := m.find(ctx, by, id)
	if err != nil {
		return err
	}
	if err := m.asked(ctx, by, r, h); err != nil {
		return err
	}
	switch {
	case !slices.Contains(Parts, h.Part):
		return fault.At("part", "record.not_a_choice").With("choices", joined(Parts))
	case !h.of(r):
		return fault.At("part", "review.no_part")
	case !r.takes(h):
		return fault.New(fault.Conflict, "review.over")
	case !by.Scope.Clears(h.Zone) || h.Zone != 0 && m.Zone != nil && !m.Zone(h.Zone):
		return fault.At("zone", "record.not_a_choice")
	}
	return nil
}

// Attach puts a file that somebody brought before to a part of a review; of a zone,
// when it tells of what not everybody may know.
func (m *Room) Attach(ctx context.Context, by people.Actor, id int64, h *File) error {
	if err := m.Ready(ctx, by, id, h); err != nil {
		return err
	}
	h.Person, h.At, h.Name = by.ID, m.now(), record.FileName(h.Name)
	return m.Store.Attach(ctx, id, h, func(r *Review) bool { return r.takes(h) }, m.log(by, id, "file for "+string(h.Part)))
}

// Detach takes a file back; after the review with a reason, which stays with it.
func (m *Room) Detach(ctx context.Context, by people.Actor, id, file int64, why string) error {
	h, err := m.File(ctx, by, id, file)
	if err != nil {
		return err
	}
	r, err := m.find(ctx, by, id)
	if err != nil {
		return err
	}
	if err := m.asked(ctx, by, r, h); err != nil {
		return err
	}
	var gone *Gone
	why = strings.TrimSpace(why)
	switch {
	case !r.takes(h):
		return fault.New(fault.Conflict, "review.over")
	case r.Reasoned(h):
		if err := m.led(ctx, by, r); err != nil {
			return err
		}
		if why == "" {
			return fault.At("why", "record.required")
		}
		if err := long("why", why, mostText); err != nil {
			return err
		}
		gone = &Gone{Name: h.Name, Zone: h.Zone, By: by.ID, At: m.now(), Why: why}
	case !by.Can(DeedHold) && h.Person != by.ID:
		return fault.New(fault.Denied, "review.not_your_file")
	}
	stands := func(now *Review) bool { return now.takes(h) && now.Reasoned(h) == (gone != nil) }
	return m.Store.Detach(ctx, id, file, stands, gone, m.log(by, id, "file taken back from "+string(h.Part)))
}

// Files lists the files of a review that somebody may know of: of a zone only those
// who are cleared for it.
func (m *Room) Files(ctx context.Context, by people.Actor, id int64) ([]File, error) {
	if _, err := m.find(ctx, by, id); err != nil {
		return nil, err
	}
	all, err := m.Store.Files(ctx, id)
	return slices.DeleteFunc(all, func(h File) bool { return !by.Scope.Clears(h.Zone) }), err
}

// File finds one of them.
func (m *Room) File(ctx context.Context, by people.Actor, id, file int64) (*File, error) {
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
