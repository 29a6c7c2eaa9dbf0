package record

import (
	"context"
	"encoding/json"
	"time"

	"kilter/internal/practice/people"
)

// Draft is what somebody has typed and not yet sent. The server keeps it, so
// that a closed page, another machine or a lost session loses nothing.
type Draft struct {
	Person  people.ID
	Place   string // which form: "incident.new", "INC-2026-00042.reply"
	Doc     json.RawMessage
	At      time.Time
	Version int64 // the version last seen; 0 for the first
}

// MostDraft is the longest draft, in bytes.
const MostDraft = 256 << 10

// Drafts keeps the drafts. A draft belongs to one person; nobody else reads it.
type Drafts interface {
	// Save keeps a draft and gives it the next version. If a newer one than the
	// version named is there (two windows, two machines) it is a Conflict that
	// carries that one, and both stay.
	Save(ctx context.Context, d *Draft) error
	// Find reads a draft; Missing when there is none.
	Find(ctx context.Context, person people.ID, place string) (Draft, error)
	// List gives all drafts of a person, newest first.
	List(ctx context.Context, person people.ID) ([]Draft, error)
	// Drop removes it once it has been sent or thrown away.
	Drop(ctx context.Context, person people.ID, place string) error
}
