package handbook

import (
	"slices"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// Status is how far an edition is.
type Status string

// The statuses.
const (
	Draft    Status = "draft"    // being written
	Asked    Status = "asked"    // its approval is asked for
	Approved Status = "approved" // in force until a later one is
	Dropped  Status = "dropped"  // nothing came of it
)

// Edition is the texts of a chapter at a time: written, approved, superseded.
type Edition struct {
	ID      int64
	Chapter maturity.Process
	N       int // within the chapter, from 1; 0 is what ships
	State   Status
	EditionDoc
	Shot    *Snapshot // what ran when it was approved; kept apart, see Store.Shot
	Version int64
}

// EditionDoc is what is kept of an edition.
type EditionDoc struct {
	Texts   Texts           `json:"texts"`
	Why     string          `json:"why,omitempty"` // what was changed and what for
	Made    time.Time       `json:"made"`
	Wrote   []people.ID     `json:"wrote,omitempty"` // none of them approves it
	Changed time.Time       `json:"changed"`
	Asked   time.Time       `json:"asked,omitzero"`
	Round   *approval.Round `json:"round,omitempty"` // the last that was asked
	Back    []Back          `json:"back,omitempty"`  // why it was not approved
	Decided time.Time       `json:"decided,omitzero"`
}

// Back is an approval that came to nothing.
type Back struct {
	At      time.Time        `json:"at"`
	By      people.ID        `json:"by,omitempty"`
	Verdict approval.Verdict `json:"verdict"`
	Why     string           `json:"why,omitempty"`
}

// Open reports whether the edition is still worked on.
func (e *Edition) Open() bool { return e != nil && (e.State == Draft || e.State == Asked) }

// ApprovedBy are those whose consent it has.
func (e *Edition) ApprovedBy() []people.ID {
	if e == nil || e.Round == nil || e.State != Approved {
		return nil
	}
	var out []people.ID
	for _, st := range e.Round.Stages {
		for _, seat := range st.Seats {
			if seat.Answer == approval.Yes && !slices.Contains(out, seat.By) {
				out = append(out, seat.By)
			}
		}
	}
	return out
}

// wrote notes who has written on it.
func (e *Edition) wrote(by people.ID) {
	if by != 0 && !slices.Contains(e.Wrote, by) {
		e.Wrote = append(e.Wrote, by)
	}
}

// back puts it into the hands of those who write it.
func (e *Edition) back(b Back) {
	e.State = Draft
	e.Back = append(e.Back, b)
}
