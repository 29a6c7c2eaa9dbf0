package rule

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Outcome is how it went when a rule fired.
type Outcome string

// The outcomes.
const (
	Fired  Outcome = "fired"
	Idle   Outcome = "idle"   // all was as the rule wants it already
	Failed Outcome = "failed" // the desk refused it
)

// Cause is what a rule fired on account of: an entry of the timeline, some time
// having passed since one, or a day. A rule fires once for each.
type Cause string

// OfEntry, OfTime and OfDay make causes.
func OfEntry(id int64) Cause { return Cause("e" + strconv.FormatInt(id, 10)) }

// OfTime is that some time has passed since an entry.
func OfTime(id int64) Cause { return Cause("t" + strconv.FormatInt(id, 10)) }

// OfDay is that a day has come.
func OfDay(t time.Time) Cause { return Cause("d" + t.Format(time.DateOnly)) }

// Run is a rule having fired on a record.
type Run struct {
	ID      int64
	Rule    int64
	Version int64
	Record  int64
	Cause   Cause
	Deed    string // of the entry, "incident.open"; "" for a day
	At      time.Time
	Outcome Outcome
	Depth   int
	Did     []record.Change
	Why     *fault.Fault // of Failed
	Kind    record.Kind  // of the record, and its number, filled in on reading
	Number  record.Number
}

// Miss is a rule that was considered and did not fire.
type Miss struct {
	Rule    int64  `json:"rule"`
	Version int64  `json:"version"`
	Why     Reason `json:"why"`
	Part    string `json:"part,omitempty"` // of the condition, as it is written
}

// Reason is why a rule did not fire.
type Reason string

// The reasons.
const (
	NotSo    Reason = "condition" // the part of the condition does not hold
	TooDeep  Reason = "depth"     // rules had brought about the deed, one upon the other
	ItsOwn   Reason = "own"       // the rule had brought about the deed itself
	TooOften Reason = "often"     // it has fired too often on this record within an hour
	Aside    Reason = "aside"     // it has been set aside after failing again and again
	Gone     Reason = "state"     // the record had left the state meanwhile
	Broken   Reason = "broken"    // its condition could not be evaluated
)

// Missed is what did not fire on account of one cause.
type Missed struct {
	Record int64
	Cause  Cause
	Deed   string
	At     time.Time
	Misses []Miss
}

// Standing is how a rule is doing.
type Standing struct {
	Rule     int64
	Version  int64 // that it is about; a newer one begins anew
	Failures int   // in a row
	Aside    time.Time
	Why      *fault.Fault // the last failure
	Day      string       // of its last daily round
}

// Wait is a record that a rule will be considered on when a time has come.
type Wait struct {
	ID     int64
	Rule   int64
	Record int64
	Kind   record.Kind
	Number record.Number
	Entry  int64
	Deed   string
	Due    time.Time
}

// Store keeps what rules did. Written under a context of Together, it belongs
// to that transaction.
type Store interface {
	// Claim notes that a rule fires on account of a cause; false, and nothing,
	// when it has done so before.
	Claim(ctx context.Context, r *Run) (bool, error)
	// Did notes what came of a claim.
	Did(ctx context.Context, r Run) error
	// Missed notes what did not fire, once for each record and cause.
	Missed(ctx context.Context, m Missed) error
	// Trace reads what happened on a record, newest first.
	Trace(ctx context.Context, record int64, limit int) ([]Run, []Missed, error)
	// Runs lists those of a rule with their records, newest first, as far as a
	// scope sees these.
	Runs(ctx context.Context, scope people.Scope, rule int64, limit int) ([]Run, error)
	// Since counts the runs of a rule on a record since a moment.
	Since(ctx context.Context, rule, record int64, since time.Time) (int, error)
	// Standings reads how all rules are doing, by their ids.
	Standings(ctx context.Context) (map[int64]Standing, error)
	Stand(ctx context.Context, s Standing) error
	// Wait notes records to be considered later; one that is there already stays.
	Wait(ctx context.Context, w []Wait) error
	// Due lists those whose time has come, the oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Wait, error)
	Waited(ctx context.Context, id int64) error
	// Trim forgets what did not fire before one moment, and what did before
	// another.
	Trim(ctx context.Context, missed, ran time.Time) error
}

// How long it is remembered what rules did: what did not fire is many rows and
// asked for soon, what did is part of the record's story.
const (
	KeepMissed = 30 * 24 * time.Hour
	KeepRuns   = 400 * 24 * time.Hour
)

// Told is a fault as it can be kept: its arguments are written out.
func Told(f *fault.Fault) *fault.Fault {
	if f == nil {
		return nil
	}
	out := &fault.Fault{Kind: f.Kind, Field: f.Field, Key: f.Key}
	for name, v := range f.Args {
		out.With(name, fmt.Sprint(v))
	}
	return out
}

// WriteFault and ReadFault carry a fault through a column of text.
func WriteFault(f *fault.Fault) (string, error) {
	if f == nil {
		return "", nil
	}
	b, err := json.Marshal(Told(f))
	if err != nil {
		return "", fmt.Errorf("rule: fault: %w", err)
	}
	return string(b), nil
}

// ReadFault reads what WriteFault wrote.
func ReadFault(text string) (*fault.Fault, error) {
	if text == "" {
		return nil, nil
	}
	var f fault.Fault
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return nil, fmt.Errorf("rule: fault: %w", err)
	}
	return &f, nil
}
