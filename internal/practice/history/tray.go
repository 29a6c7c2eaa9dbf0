package history

import (
	"context"
	"io"
	"time"

	"kilter/internal/base/eventlog"
	"kilter/internal/practice/people"
)

// Upload is a log that somebody has sent in and not yet brought in.
type Upload struct {
	ID     int64
	By     people.ID
	Name   string // of the file
	Size   int64
	Map    string // as far as it is written
	At     time.Time
	Import int64 // that it became, 0 before
}

// MostUpload is how large a log may be that is sent in through the page; the
// command line takes any.
const MostUpload = 512 << 20

// Tray keeps uploads for a while.
type Tray interface {
	// Put takes a log in and gives the upload its number and size.
	Put(ctx context.Context, up *Upload, log io.Reader) error
	Upload(ctx context.Context, id int64) (Upload, error)
	// Note keeps the map written so far, and the import that it became.
	Note(ctx context.Context, up Upload) error
	Open(ctx context.Context, id int64) (io.ReadCloser, error)
	// Drop forgets one.
	Drop(ctx context.Context, id int64) error
	// Clear forgets uploads older than a moment.
	Clear(ctx context.Context, before time.Time) error
}

// Trial is what a map makes of the first rows of a log.
type Trial struct {
	Columns []string
	Sample  []eventlog.Row // the first rows as they stand in the log
	Cases   []*Story       // the first few
	Result  Result
	Rows    int // read at most
}

// Progress is how far bringing a log in has come.
type Progress struct {
	Running  bool
	Rows, Of int
	Import   int64
	Err      error
}
