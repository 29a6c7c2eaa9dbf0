package evidence

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Shelf keeps what was measured.
type Shelf interface {
	Keep(ctx context.Context, r *Report, most int) error
	// Kept is the last report, or the last before a moment; nil when there is none.
	Kept(ctx context.Context, before time.Time) (*Report, error)
}

// mostKept is how many nights are kept.
const mostKept = 400

// fresh is how long figures for a part of the zones are not measured again.
const fresh = time.Hour

// longest is how long such figures are waited for, in the queue and at work.
const longest = 2 * time.Minute

// Maker measures each night, and tells what was measured.
type Maker struct {
	Source   Source
	Shelf    Shelf
	Settings func() *setting.All
	Now      func() time.Time
	Place    func() *time.Location                        // where the centre is; UTC without
	Carried  Carried                                      // who carries the processes; nil: nothing says it
	Set      func(context.Context) (*maturity.Set, error) // that is in use; nil: the one that ships

	mu    sync.Mutex
	parts map[string]*Report // of those who are not cleared for every zone, while they are fresh
	asked singleflight.Group
	turn  chan struct{} // whoever holds it measures; others would only take the machine from him
	first sync.Once
}

// now is the moment as the centre's clock shows it, so that its days are those of the
// centre.
func (m *Maker) now() time.Time {
	now := m.Now().UTC().Truncate(time.Millisecond)
	if m.Place != nil {
		if place := m.Place(); place != nil {
			return now.In(place)
		}
	}
	return now
}

func (m *Maker) set(ctx context.Context) (*maturity.Set, error) {
	if m.Set == nil {
		return maturity.Current(), nil
	}
	return m.Set(ctx)
}

// Nightly measures the whole centre and keeps it, unless that was done in the
// last hours by the same questions; it returns what turned since the time before.
func (m *Maker) Nightly(ctx context.Context) (*Report, []Turn, error) {
	set, err := m.set(ctx)
	if err != nil {
		return nil, nil, err
	}
	before, err := m.Shelf.Kept(ctx, time.Time{})
	const night = 20 * time.Hour
	if err != nil || before != nil && before.Set == set.Version && m.now().Sub(before.At) < night {
		return nil, nil, err
	}
	now, err := m.measure(ctx, people.Everything(), set)
	if err != nil {
		return nil, nil, err
	}
	return now, Turns(set, before, now), m.Shelf.Keep(ctx, now, mostKept)
}

func (m *Maker) measure(ctx context.Context, scope people.Scope, set *maturity.Set) (*Report, error) {
	begun := m.Now()
	r, err := Measure(ctx, m.Source, m.Settings(), scope, set, m.now())
	if err == nil {
		err = m.staffed(ctx, r, set)
	}
	if err == nil {
		r.Took = m.Now().Sub(begun).Milliseconds()
	}
	return r, err
}

// Read is what was measured last. Whoever is not cleared for every zone is told
// what holds without the records that he may not know of.
func (m *Maker) Read(ctx context.Context, by people.Actor) (*Report, error) {
	set, err := m.set(ctx)
	if err != nil {
		return nil, err
	}
	return m.ReadFor(ctx, by, set)
}

// ReadFor is what was measured last for a set of questions; what is not measured
// each night is measured when it is asked for.
func (m *Maker) ReadFor(ctx context.Context, by people.Actor, set *maturity.Set) (*Report, error) {
	if err := by.May(assessment.DeedRead); err != nil {
		return nil, err
	}
	if by.Scope.AllZones {
		kept, err := m.Shelf.Kept(ctx, time.Time{})
		if err != nil || kept != nil && kept.Set == set.Version {
			return kept, err
		}
	}
	zones := slices.Clone(by.Scope.Cleared)
	slices.Sort(zones)
	key := fmt.Sprint(set.Version, by.Scope.AllZones, zones)
	if r := m.part(key); r != nil {
		return r, nil
	}
	scope := people.Scope{All: true, AllZones: by.Scope.AllZones, Cleared: zones}
	done := m.asked.DoChan(key, func() (any, error) { // whoever asks meanwhile waits for the same figures
		return m.measurePart(context.WithoutCancel(ctx), key, scope, set)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case out := <-done:
		if out.Err != nil {
			return nil, out.Err
		}
		return out.Val.(*Report), nil // nothing else is measured
	}
}

// part is what was measured for a key within the last hour, or nil.
func (m *Maker) part(key string) *Report {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.parts, func(_ string, r *Report) bool { return m.now().Sub(r.At) >= fresh })
	return m.parts[key]
}

func (m *Maker) measurePart(ctx context.Context, key string, scope people.Scope, set *maturity.Set) (*Report, error) {
	m.first.Do(func() { m.turn = make(chan struct{}, 1) })
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if r := m.part(key); r != nil {
		return r, nil
	}
	r, err := m.measure(ctx, scope, set)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.parts == nil {
		m.parts = map[string]*Report{}
	}
	m.parts[key] = r
	return r, nil
}

// Behind lists what is behind the figure of a statement, of what somebody may
// see.
func (m *Maker) Behind(ctx context.Context, by people.Actor, question string, s Slice) (Query, []Row, error) {
	set, err := m.set(ctx)
	if err != nil {
		return Query{}, nil, err
	}
	return m.BehindFor(ctx, by, set, question, s)
}

// BehindFor is Behind for a statement of another set.
func (m *Maker) BehindFor(ctx context.Context, by people.Actor, set *maturity.Set, question string, s Slice) (Query, []Row, error) {
	if err := by.May(assessment.DeedRead); err != nil {
		return Query{}, nil, err
	}
	asked, known := set.Question(question)
	r, err := m.ReadFor(ctx, by, set)
	if err != nil {
		return Query{}, nil, err
	}
	f, measured := r.Figure(question)
	if measured && f.Why == "" && (f.Metric == roleHeld || f.Metric == trainingValid) {
		return m.carriers(ctx, by, asked, f, s)
	}
	q, ok := Ask(asked.Process(), asked.Evidence, f.To)
	if !known || !measured || !ok || q.Why != "" {
		return q, nil, fault.New(fault.Missing, "evidence.not_measured")
	}
	if !q.Opens(by) {
		return q, nil, fault.New(fault.Denied, "evidence.not_yours")
	}
	rows, err := Behind(ctx, m.Source, m.Settings(), by.Scope, q, s)
	rows = slices.DeleteFunc(rows, func(r Row) bool { return !r.setting() && !by.Can(deedOf(r.Of)) })
	return q, rows, err
}

func (r Row) setting() bool { return r.Of == Service || r.Of == Agreement }

// Opens reports whether somebody may look at the rows.
func (q Query) Opens(by people.Actor) bool {
	deed := q.Deed()
	return deed == "" || by.Can(deed)
}

func deedOf(of Of) string { return string(of) + ".read" }

// Deed is what somebody has to be granted to see the rows; "" when each row has
// its own, or none.
func (q Query) Deed() string {
	if q.Of == Record || q.Of == Service || q.Of == Agreement || q.Of == "contact" {
		return ""
	}
	return deedOf(q.Of)
}
