package questions

import (
	"context"
	"sync"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
)

// mostEditions is how many a centre keeps; mostUses how many takings up are told.
const (
	mostEditions = 200
	mostUses     = 100
)

// Room is where editions are edited. Reading needs the grant to read maturity,
// everything else the grant to lead assessments.
type Room struct {
	Store  Store
	Pen    audit.Pen
	Now    func() time.Time
	Metric maturity.Metric

	known sync.Map // sets of published editions, by version: they never change
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

func (m *Room) row(by people.Actor, version, what string) audit.Row {
	out := audit.By(by, m.now(), assessment.DeedLead, "maturity_set:"+version)
	out.Detail = audit.Detail("what", what)
	return out
}

func (m *Room) ask(ctx context.Context, by people.Actor, version string) error {
	return audit.Ask(ctx, m.Pen, by, m.now(), assessment.DeedLead, "maturity_set:"+version)
}

// Current is the set that new assessments ask: the one taken up last, else the
// one that ships.
func (m *Room) Current(ctx context.Context) (*maturity.Set, error) {
	version, err := m.inUse(ctx)
	if err != nil {
		return nil, err
	}
	return m.Of(ctx, version)
}

func (m *Room) inUse(ctx context.Context) (string, error) {
	uses, err := m.Store.Uses(ctx, 1)
	if err != nil || len(uses) == 0 {
		return maturity.Current().Version, err
	}
	return uses[0].Version, nil
}

// Of is the set of a published edition.
func (m *Room) Of(ctx context.Context, version string) (*maturity.Set, error) {
	if s, ok := maturity.Shipped(version); ok {
		return s, nil
	}
	if s, ok := m.known.Load(version); ok {
		return s.(*maturity.Set), nil // nothing else is stored
	}
	e, err := m.Store.Find(ctx, version)
	if err != nil {
		return nil, err
	}
	if e.State != Published {
		return nil, fault.New(fault.Missing, "maturity.set.none")
	}
	m.known.Store(version, e.Set)
	return e.Set, nil
}

// List lists the editions without their questions, the newest first and last
// what ships or did; drafts only for whoever leads assessments.
func (m *Room) List(ctx context.Context, by people.Actor) ([]Edition, error) {
	if err := by.May(assessment.DeedRead); err != nil {
		return nil, err
	}
	use, err := m.inUse(ctx)
	if err != nil {
		return nil, err
	}
	all, err := m.Store.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range maturity.AllShipped() {
		own := *shipped(s)
		own.Set = nil
		all = append(all, own)
	}
	var out []Edition
	for _, e := range all {
		if e.State == Published || by.Can(assessment.DeedLead) {
			e.InUse = e.Version == use
			out = append(out, e)
		}
	}
	return out, nil
}

// Find reads one with its questions.
func (m *Room) Find(ctx context.Context, by people.Actor, version string) (*Edition, error) {
	if err := by.May(assessment.DeedRead); err != nil {
		return nil, err
	}
	e, err := m.find(ctx, version)
	if err != nil {
		return nil, err
	}
	if e.State != Published && !by.Can(assessment.DeedLead) {
		return nil, fault.New(fault.Missing, "maturity.set.none")
	}
	use, err := m.inUse(ctx)
	e.InUse = e.Version == use
	return e, err
}

func (m *Room) find(ctx context.Context, version string) (*Edition, error) {
	if s, ok := maturity.Shipped(version); ok {
		return shipped(s), nil
	}
	return m.Store.Find(ctx, version)
}

// Uses lists when editions were taken up last, the newest first.
func (m *Room) Uses(ctx context.Context, by people.Actor) ([]Use, error) {
	if err := by.May(assessment.DeedRead); err != nil {
		return nil, err
	}
	return m.Store.Uses(ctx, mostUses)
}

// Copy makes a draft of an edition, under a name.
func (m *Room) Copy(ctx context.Context, by people.Actor, of string, name people.Text) (*Edition, error) {
	if err := m.ask(ctx, by, of); err != nil {
		return nil, err
	}
	from, err := m.find(ctx, of)
	if fault.Is(err, fault.Missing) {
		return nil, fault.At("base", "maturity.set.none")
	}
	if err != nil {
		return nil, err
	}
	return m.add(ctx, by, &Edition{Name: name, Base: of, Set: from.Set.Copy()}, "copy of "+of)
}

// Bring makes a draft of a set that came as a file.
func (m *Room) Bring(ctx context.Context, by people.Actor, name people.Text, s *maturity.Set) (*Edition, error) {
	if err := m.ask(ctx, by, ""); err != nil {
		return nil, err
	}
	return m.add(ctx, by, &Edition{Name: name, Set: s.Copy()}, "from a file")
}

func (m *Room) add(ctx context.Context, by people.Actor, e *Edition, what string) (*Edition, error) {
	if err := m.room(ctx); err != nil {
		return nil, err
	}
	now := m.now()
	e.Count = count(e.Set)
	e.State, e.Made, e.MadeBy, e.Changed, e.ChangedBy = Draft, now, by.ID, now, by.ID
	if err := e.check(m.Metric, false); err != nil {
		return nil, err
	}
	return e, m.Store.Keep(ctx, e, m.row(by, "", what))
}

// room reports whether there is room for one edition more.
func (m *Room) room(ctx context.Context) error {
	all, err := m.Store.List(ctx)
	if err == nil && len(all) >= mostEditions {
		err = fault.New(fault.TooMuch, "maturity.set.editions").With("max", mostEditions)
	}
	return err
}

// change edits a draft whose row somebody has seen; 0 is whatever row.
func (m *Room) change(ctx context.Context, by people.Actor, version string, seen int64, what string, edit func(*Edition) error) (*Edition, error) {
	if err := m.ask(ctx, by, version); err != nil {
		return nil, err
	}
	e, err := m.find(ctx, version)
	if err != nil {
		return nil, err
	}
	if e.State != Draft {
		return nil, fault.New(fault.Conflict, "maturity.set.published")
	}
	if seen != 0 && seen != e.Row {
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	}
	if err := edit(e); err != nil {
		return nil, err
	}
	e.Changed, e.ChangedBy, e.Count = m.now(), by.ID, count(e.Set)
	return e, m.Store.Keep(ctx, e, m.row(by, version, what))
}

// Frame is what an edition says beside its questions.
type Frame struct {
	Name     people.Text
	Rule     maturity.Rule
	Defaults maturity.Defaults
}

// Reframe changes names, rule and defaults of a draft.
func (m *Room) Reframe(ctx context.Context, by people.Actor, version string, seen int64, f Frame) (*Edition, error) {
	return m.change(ctx, by, version, seen, "rule", func(e *Edition) error {
		e.Name, e.Set.Rule, e.Set.Defaults = f.Name, f.Rule, f.Defaults
		return e.check(m.Metric, false)
	})
}

// Replace puts a whole set in the place of a draft's.
func (m *Room) Replace(ctx context.Context, by people.Actor, version string, seen int64, name people.Text, s *maturity.Set) (*Edition, error) {
	return m.change(ctx, by, version, seen, "all questions", func(e *Edition) error {
		e.Name, e.Set = name, s.Copy()
		return e.check(m.Metric, false)
	})
}

// Put adds a question to a draft, or replaces the one of its id. A new one of
// which only the process is known ("SD-") is given its id.
func (m *Room) Put(ctx context.Context, by people.Actor, version string, seen int64, q *maturity.Question) (*Edition, error) {
	return m.change(ctx, by, version, seen, "question "+q.ID, func(e *Edition) error {
		if p := q.Process(); q.ID == string(p)+"-" && p.Known() && q.Level >= maturity.Bottom && q.Level <= maturity.Top {
			id, err := m.nextID(ctx, e, p, q.Level)
			if err != nil {
				return err
			}
			q.ID = id
		} else if _, there := e.Set.Question(q.ID); !there {
			return fault.At("id", "maturity.no_question").With("value", q.ID)
		}
		q.Tidy()
		if err := q.Check(m.Metric); err != nil {
			return err
		}
		e.Set.Put(*q)
		if len(e.Set.Part(q.Process()).Questions) > maturity.MostQuestions {
			return fault.At("questions", "maturity.set.too_many").With("max", maturity.MostQuestions)
		}
		return nil
	})
}

// nextID looks at the numbers that all editions have used, so that the id of a new
// question never was another's.
func (m *Room) nextID(ctx context.Context, e *Edition, p maturity.Process, l maturity.Level) (string, error) {
	used := []maturity.Numbers{maturity.ShippedNumbers(), e.Set.Numbers()}
	all, err := m.Store.List(ctx)
	if err != nil {
		return "", err
	}
	for i := range all {
		if all[i].Numbers == nil { // kept before its numbers were
			one, err := m.Store.Find(ctx, all[i].Version)
			if err != nil {
				return "", err
			}
			all[i].Numbers = one.Set.Numbers()
		}
		used = append(used, all[i].Numbers)
	}
	return maturity.NextID(p, l, used...), nil
}

// Remove takes a question out of a draft.
func (m *Room) Remove(ctx context.Context, by people.Actor, version string, seen int64, id string) (*Edition, error) {
	return m.change(ctx, by, version, seen, "without "+id, func(e *Edition) error {
		if !e.Set.Remove(id) {
			return fault.New(fault.Missing, "maturity.no_question").With("value", id)
		}
		return nil
	})
}

// Publish ends the editing of a draft. It is not asked before it is taken up.
func (m *Room) Publish(ctx context.Context, by people.Actor, version string, seen int64) (*Edition, error) {
	return m.change(ctx, by, version, seen, "publish", func(e *Edition) error {
		if err := e.check(m.Metric, true); err != nil {
			return err
		}
		e.State, e.Published, e.PublishedBy = Published, m.now(), by.ID
		return nil
	})
}

// TakeUp makes a published edition the one that new assessments ask; those that
// run or are signed keep theirs.
func (m *Room) TakeUp(ctx context.Context, by people.Actor, version string) (*Edition, error) {
	if err := m.ask(ctx, by, version); err != nil {
		return nil, err
	}
	e, err := m.find(ctx, version)
	if err != nil {
		return nil, err
	}
	if e.State != Published {
		return nil, fault.New(fault.Conflict, "maturity.set.not_published")
	}
	use, err := m.inUse(ctx)
	if err != nil {
		return nil, err
	}
	e.InUse = true
	if use == version {
		return e, nil
	}
	return e, m.Store.TakeUp(ctx, Use{version, m.now(), by.ID}, m.row(by, version, "taken up"))
}

// Drop takes a draft away.
func (m *Room) Drop(ctx context.Context, by people.Actor, version string, seen int64) error {
	if err := m.ask(ctx, by, version); err != nil {
		return err
	}
	e, err := m.find(ctx, version)
	if err != nil {
		return err
	}
	if e.State != Draft {
		return fault.New(fault.Conflict, "maturity.set.published")
	}
	if seen != 0 && seen != e.Row {
		return fault.New(fault.Stale, "record.changed_meanwhile")
	}
	return m.Store.Drop(ctx, e, m.row(by, version, "dropped"))
}
