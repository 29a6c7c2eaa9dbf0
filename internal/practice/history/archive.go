package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Import is one log that was brought in.
type Import struct {
	ID     int64 // also the number of the batch that its entries carry
	Source string
	File   string
	Map    string // as it was used
	At     time.Time
	By     people.ID
	Name   string    // of By
	Done   bool      // it ran to its end
	Undone time.Time // zero while it stands
	Result Result
}

// Result counts what an import did, or in a dry run would do.
type Result struct {
	Summary
	New     int                  `json:"new"`               // cases that became records
	Known   int                  `json:"known"`             // brought in before, the same as now
	Updated int                  `json:"updated"`           // brought in before, and told differently now: told anew
	Changed int                  `json:"changed"`           // told differently now, but left as they are; the rejects say why
	Numbers []string             `json:"numbers,omitempty"` // the first and the last that records got
	Made    map[setting.Kind]int `json:"made"`              // teams, persons, ... that Kilter did not know
	Rejects []Reject             `json:"rejects"`           // rows and values not used, the first ten thousand
}

// Filed is a case as it is put into the archive: the whole record, and what
// makes it known again.
type Filed[R record.Body] struct {
	Key      string
	Hash     string // of the story, see Story.Hash
	Rows     int    // of the log that it is made of
	InTarget *bool
	Whole    *record.Whole[R]
}

// Held is a case that was brought in before.
type Held struct {
	Record int64
	Hash   string
	Rows   int
	// Touched says that somebody has worked on the record since, or that it was
	// masked. It is looked up for cases that are told differently only.
	Touched bool
}

// Archive keeps what was brought in.
type Archive[R record.Body] interface {
	// Begin notes an import down and gives it its number.
	Begin(ctx context.Context, in *Import) error
	// Known finds which cases of a source are there already. It is given their
	// hashes as they are told now, by key.
	Known(ctx context.Context, source string, hashes map[string]string) (map[string]Held, error)
	// File writes cases with their records, all of them or none.
	File(ctx context.Context, in *Import, cases []Filed[R], log audit.Row) error
	// Retell replaces what the records of known cases say, and keeps what stood
	// there before. Their wholes bear the ids of the records.
	Retell(ctx context.Context, in *Import, cases []Filed[R], log audit.Row) error
	// Made notes down what the import added to the settings.
	Made(ctx context.Context, in *Import, kind setting.Kind, ids []int64) error
	// End writes down how the import ended.
	End(ctx context.Context, in *Import, log audit.Row) error
}

// Shelf is where past imports are found again and taken back.
type Shelf interface {
	Imports(ctx context.Context, limit int) ([]Import, error)
	Import(ctx context.Context, id int64) (Import, error)
	// Later is the last import that has told cases of this one on, 0 when none.
	Later(ctx context.Context, id int64) (int64, error)
	// Restore brings some of the records that an import told anew back to what
	// they said before, and counts them; 0 when none is left.
	Restore(ctx context.Context, id int64) (int, error)
	// Remove takes some of the records of an import away that nobody has
	// touched since, and counts them; 0 when none is left.
	Remove(ctx context.Context, id int64) (int, error)
	// Close ends an undoing: what the import added to the settings and nothing
	// names any more is retired. It counts the records that had to stay.
	Close(ctx context.Context, id int64, now time.Time, log audit.Row) (kept int, err error)
}

// Hash tells whether a story is the one that was told before.
func (s *Story) Hash() (string, error) {
	// Where it stands in the log is no part of it: a longer log has it elsewhere.
	told := *s
	told.Line, told.Events = 0, slices.Clone(s.Events)
	for i := range told.Events {
		told.Events[i].Line = min(1, told.Events[i].Line)
	}
	text, err := json.Marshal(&told)
	if err != nil {
		return "", fmt.Errorf("history: %s: %w", s.Key, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12]), nil
}

// Outcome is where an import stands: undone, done or broken_off.
func (in Import) Outcome() string {
	switch {
	case !in.Undone.IsZero():
		return "undone"
	case in.Done:
		return "done"
	}
	return "broken_off"
}
