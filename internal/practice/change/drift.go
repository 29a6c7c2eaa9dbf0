package change

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// DriftKind is how a difference came to be known.
type DriftKind string

// The kinds.
const (
	Imported DriftKind = "import" // a source brought another value or relation for an item that was there
	Audited  DriftKind = "audit"  // an audit or a source found that the record is not true
)

// CoveredFor is how long after a change ended a difference on its items is taken
// to be its work: a source may only look once in a while.
const CoveredFor = 7 * 24 * time.Hour

// MostDrifts bounds how many are listed, and LongestDrift over what time.
const (
	MostDrifts   = 1000
	LongestDrift = 366 * 24 * time.Hour
)

// DriftKey names a difference: one item in one import, or a discrepancy.
type DriftKey struct {
	Kind   DriftKind
	Target int64 // the import, or the discrepancy
	Item   record.ItemID
}

// DriftField is one thing that is otherwise than recorded before.
type DriftField struct {
	Name, Was, Became string
	Zone              people.ZoneID // of the item at the other end of a relation
}

// Drift is a difference of the configuration without a change that was carried
// out on that item at that time.
type Drift struct {
	DriftKey
	Code   string
	Name   people.Text
	Zone   people.ZoneID // of the item
	At     time.Time     // when it was found
	Origin string        // the source; "" for people
	Fields []DriftField
	Why    string        // how somebody explained it; "" while nobody did
	Change record.Number // that was found to cover it, or was opened about it, as far as the reader sees it
	By     people.ID
	Told   time.Time
}

// Explained reports whether somebody has said what it was.
func (d *Drift) Explained() bool { return !d.Told.IsZero() }

// DriftStore reads differences without a change, the latest first, as far as a
// scope sees their items, and keeps what is said of them.
type DriftStore interface {
	Drifts(ctx context.Context, scope people.Scope, within Span) ([]Drift, error)
	// ExplainDrift keeps what is said of one in the place of what was said at a
	// moment, zero when nothing was; a Conflict when somebody has said something since.
	ExplainDrift(ctx context.Context, d *Drift, was time.Time, log audit.Row) error
}

// Drifts are the unauthorised changes: what is otherwise in the configuration
// and was no change.
type Drifts struct {
	Store DriftStore
	Desk  *Desk
	Now   func() time.Time
}

// DeedItems is the grant by which somebody is shown items.
const DeedItems = "item.read"

// ExplainsDrift is the deed of whoever says what a difference was.
const ExplainsDrift = "change.review"

// List lists them for a time.
func (d *Drifts) List(ctx context.Context, by people.Actor, within Span) ([]Drift, error) {
	for _, deed := range []string{"change.read", DeedItems} {
		if err := by.May(deed); err != nil {
			return nil, err
		}
	}
	if !within.Until.After(within.From) || within.Length() > LongestDrift {
		return nil, fault.At("days", "record.out_of_range").With("low", 1).With("high", int(LongestDrift.Hours()/24))
	}
	return d.Store.Drifts(ctx, by.Scope, within)
}

// Find is one that the actor sees, of the last year.
func (d *Drifts) Find(ctx context.Context, by people.Actor, key DriftKey) (*Drift, error) {
	until := d.Now().Add(time.Minute) // the one just found, too
	all, err := d.List(ctx, by, Span{until.Add(-LongestDrift), until})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(one Drift) bool { return one.DriftKey == key })
	if i < 0 {
		return nil, fault.New(fault.Missing, "change.drift.no_such")
	}
	return &all[i], nil
}

// Explain says what a difference was: a reason, and the change that covers it
// where there is one.
func (d *Drifts) Explain(ctx context.Context, by people.Actor, key DriftKey, why, ref string) (*Drift, error) {
	if err := by.May(ExplainsDrift); err != nil {
		return nil, err
	}
	one, err := d.Find(ctx, by, key)
	if err != nil {
		return nil, err
	}
	why = strings.TrimSpace(why)
	switch n := utf8.RuneCountInString(why); {
	case n == 0:
		return nil, fault.At("reason", "record.required")
	case n > longestWhy:
		return nil, fault.At("reason", "record.too_long").With("max", longestWhy).With("length", n)
	}
	was := *one
	one.Change = 0
	if ref = strings.ToUpper(strings.TrimSpace(ref)); ref != "" {
		kind, n, err := record.ParseRef(ref)
		if err != nil || kind != record.Changes {
			return nil, fault.At("change", "record.no_such").With("ref", ref)
		}
		c, err := d.Desk.Find(ctx, by, n)
		if fault.Is(err, fault.Missing) {
			return nil, fault.At("change", "record.no_such").With("ref", ref)
		}
		if err != nil {
			return nil, err
		}
		one.Change = c.Number
	}
	return one, d.keep(ctx, by, one, was, why)
}

// Open opens a change about a difference, with what differs as its reason, and
// notes it down as its explanation.
func (d *Drifts) Open(ctx context.Context, by people.Actor, key DriftKey, title, reason string) (*Change, error) {
	if err := by.May("change.open"); err != nil {
		return nil, err
	}
	one, err := d.Find(ctx, by, key)
	if err != nil {
		return nil, err
	}
	if one.Explained() {
		return nil, fault.New(fault.Conflict, "change.drift.explained_already")
	}
	var c *Change
	err = d.together(ctx, func(ctx context.Context) error {
		fields := map[string]string{"title": title, "reason": reason, "type": string(Normal), "items": strconv.FormatInt(int64(one.Item), 10)}
		if one.Zone != 0 { // whoever may not know of the item learns nothing by the change
			fields["zone"] = strconv.FormatInt(int64(one.Zone), 10)
		}
		var err error
		if c, err = d.Desk.Raise(ctx, by, record.Input{Fields: fields}); err != nil {
			return err
		}
		was := *one
		one.Change = c.Number
		return d.keep(ctx, by, one, was, title)
	})
	return c, err
}

func (d *Drifts) together(ctx context.Context, do func(context.Context) error) error {
	if d.Desk.Together == nil {
		return do(ctx)
	}
	return d.Desk.Together(ctx, do)
}

// keep writes an explanation down; the audit log keeps what was said before.
func (d *Drifts) keep(ctx context.Context, by people.Actor, one *Drift, was Drift, why string) error {
	one.Why, one.By, one.Told = why, by.ID, d.Now()
	log := audit.By(by, one.Told, "change.review", string(one.Kind)+":"+strconv.FormatInt(one.Target, 10))
	said := []any{"item", one.Item, "why", why}
	if one.Change != 0 {
		said = append(said, "change", record.Ref(record.Changes, one.Change))
	}
	if was.Explained() {
		said = append(said, "was", was.Why, "was_by", was.By)
		if was.Change != 0 {
			said = append(said, "was_change", record.Ref(record.Changes, was.Change))
		}
	}
	log.Detail = audit.Detail(said...)
	return d.Store.ExplainDrift(ctx, one, was.Told, log)
}

// Covers reports whether any of some work explains a difference on an item.
func Covers(work map[record.ItemID][]Span, item record.ItemID, at time.Time) bool {
	return slices.ContainsFunc(work[item], func(s Span) bool { return !at.Before(s.From) && at.Before(s.Until) })
}
