// Package questions keeps the editions of the questions that a self-assessment of
// maturity asks. The one that ships with Kilter is edition 1 and stays as it is;
// a centre copies an edition, edits the draft, publishes it and takes it up. What
// is published never changes again, so an assessment keeps the questions that it
// was begun with, whatever is taken up later.
package questions

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// State is how far an edition is.
type State string

// The states.
const (
	Draft     State = "draft"     // it is edited, and nothing asks it
	Published State = "published" // it never changes again
)

// Edition is one edition of the questions.
type Edition struct {
	ID          int64 // 0 of the one that ships
	Version     string
	Name        people.Text
	Base        string // the edition that it was copied from; "" for one from a file
	State       State
	Made        time.Time
	MadeBy      people.ID
	Changed     time.Time
	ChangedBy   people.ID
	Published   time.Time
	PublishedBy people.ID
	Row         int64            // version of the row
	Set         *maturity.Set    // nil in lists
	Count       int              // questions
	Numbers     maturity.Numbers // that its questions ever had; nil when they were not kept
	InUse       bool             // new assessments ask it
}

// BuiltIn says whether it is the edition that ships with Kilter.
func (e *Edition) BuiltIn() bool { return e.ID == 0 }

// Use is one time that an edition was taken up.
type Use struct {
	Version string
	At      time.Time
	By      people.ID
}

// Store keeps editions.
type Store interface {
	// List lists them without their questions, the newest first.
	List(ctx context.Context) ([]Edition, error)
	// Find is Missing when there is none.
	Find(ctx context.Context, version string) (*Edition, error)
	// Keep adds one when its id is 0 and gives it its version, or replaces a draft;
	// Stale when it is of another row.
	Keep(ctx context.Context, e *Edition, log audit.Row) error
	// Drop takes a draft away; Stale when it is of another row, or no draft.
	Drop(ctx context.Context, e *Edition, log audit.Row) error
	// Uses lists when editions were taken up last, the newest first, at most so many.
	Uses(ctx context.Context, most int) ([]Use, error)
	// TakeUp notes that one is taken up.
	TakeUp(ctx context.Context, u Use, log audit.Row) error
}

const mostName = 200

// check tidies the edition and says what is wrong with it; ready demands what an
// assessment needs.
func (e *Edition) check(m maturity.Metric, ready bool) error {
	var many fault.Many
	e.Name = e.Name.Trim()
	e.Set.Tidy()
	if e.Name == (people.Text{}) {
		many = append(many, fault.At("name_en", "record.required"))
	}
	for _, is := range []struct{ field, text string }{{"name_en", e.Name.En}, {"name_zh", e.Name.Zh}} {
		if !utf8.ValidString(is.text) || utf8.RuneCountInString(is.text) > mostName {
			many = append(many, fault.At(is.field, "record.too_long").With("max", mostName))
		}
	}
	if err := many.Add(e.Set.Check(m, ready)); err != nil {
		return err
	}
	return many.Err()
}

func count(s *maturity.Set) (n int) {
	for _, p := range s.Processes {
		n += len(p.Questions)
	}
	return n
}

func shipped(s *maturity.Set) *Edition {
	return &Edition{Version: s.Version, State: Published, Set: s, Count: count(s)}
}

// newest is of each name the edition that was published last, in the order of
// their codes.
func newest(all []Edition) []Edition {
	known := map[string]bool{}
	var out []Edition
	for _, e := range all { // the newest first
		if code := e.Code(); e.State == Published && !e.BuiltIn() && !known[code] {
			known[code] = true
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b Edition) int { return strings.Compare(a.Code(), b.Code()) })
	return out
}
