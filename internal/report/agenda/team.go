package agenda

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/report/desk"
)

// Case is an incident as promises between teams are counted of it.
type Case struct {
	desk.Case
	Record   int64
	Resolved time.Time // zero while it is not
}

// Promised is what came of what a team promised the others with one incident.
type Promised struct {
	Record    int64
	Agreement int64 // 0 when nothing was promised, or it is not resolved any more
	Resolved  time.Time
	Met       bool
}

// Sum is how many incidents were resolved in the time that teams promised, and how many
// later.
type Sum struct{ Met, Missed int }

// Mark is up to when it was counted, by which agreements and after which imports.
type Mark struct {
	At            time.Time
	Book, Imports string
}

// TeamShelf keeps what came of promises between teams.
type TeamShelf interface {
	// Cases reads the incidents that changed since a moment and were resolved in a period.
	// Without a moment it is all that are resolved, without a period also those that are not.
	Cases(ctx context.Context, scope people.Scope, since time.Time, p review.Period, each func(*Case) error) error
	// Sums adds up by agreement what was resolved in a period and did not change since a moment.
	Sums(ctx context.Context, scope people.Scope, before time.Time, p review.Period) (map[int64]Sum, error)
	Keep(ctx context.Context, all []Promised) error
	Mark(ctx context.Context) (Mark, error)
	// Settle sets the mark; one without a moment forgets all that was counted.
	Settle(ctx context.Context, m Mark) error
	// Imports tells apart which history was brought in, whose records are old when they come.
	Imports(ctx context.Context) (string, error)
}

// Teams counts what came of the agreements between teams: of each incident that a team
// with one resolved the clock to resolve of that agreement, replayed from when the
// incident came to the team. It is kept beside the incidents; only those that changed
// since are replayed when somebody asks.
type Teams struct {
	Shelf    TeamShelf
	Settings func() *setting.All
	Book     func() *sla.Book
}

// keepPart is how many incidents are written together.
const keepPart = 2000

// lag is how long before it begins to count a change counts as one that comes after: the
// clocks of nodes differ, and what is being written is not read yet.
const lag = time.Minute

// Count counts the incidents that changed since it was counted last; all of them when
// agreements or calendars have changed, or history was brought in.
func (m *Teams) Count(ctx context.Context, now time.Time) error {
	mark, err := m.stands(ctx)
	if err != nil {
		return err
	}
	since, book := mark.At, m.Book()
	if since.IsZero() {
		if err := m.Shelf.Settle(ctx, Mark{}); err != nil {
			return err
		}
	}
	var rows []Promised
	keep := func(least int) error {
		if len(rows) < least {
			return nil
		}
		err := m.Shelf.Keep(ctx, rows)
		rows = rows[:0]
		return err
	}
	if len(m.agreements()) > 0 {
		err := m.Shelf.Cases(ctx, people.Everything(), since, review.Period{}, func(c *Case) error {
			one, err := promised(c, book)
			if err != nil || one.Agreement == 0 && since.IsZero() {
				return err
			}
			rows = append(rows, one)
			return keep(keepPart)
		})
		if err != nil {
			return err
		}
	}
	if err := keep(1); err != nil {
		return err
	}
	mark.At = now.Add(-lag)
	return m.Shelf.Settle(ctx, mark)
}

// stands is up to when it was counted as it would be counted now, with a zero moment when
// it was not.
func (m *Teams) stands(ctx context.Context) (Mark, error) {
	now := Mark{Book: m.fingerprint()}
	var err error
	if now.Imports, err = m.Shelf.Imports(ctx); err != nil {
		return now, err
	}
	was, err := m.Shelf.Mark(ctx)
	if was.Book == now.Book && was.Imports == now.Imports {
		now.At = was.At
	}
	return now, err
}

// agreements are those between teams.
func (m *Teams) agreements() (out []*setting.Thing) {
	for _, one := range m.Settings().Of(setting.Agreement) {
		if a, err := setting.Read[sla.Agreement](*one); err == nil && !one.Retired && a.Kind == sla.OLA && a.Party != 0 {
			out = append(out, one)
		}
	}
	return out
}

// fingerprint tells apart by which agreements and calendars it is counted.
func (m *Teams) fingerprint() string {
	sum := sha256.New()
	for _, all := range [][]*setting.Thing{m.agreements(), slices.Clone(m.Settings().Of(setting.Calendar))} {
		slices.SortFunc(all, func(a, b *setting.Thing) int { return cmp.Compare(a.ID, b.ID) })
		for _, one := range all {
			text, err := json.Marshal([]any{one.ID, one.Retired, one.Doc})
			if err != nil { // a document that is no JSON names no times either
				text = []byte(strconv.FormatInt(one.ID, 10))
			}
			sum.Write(text)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// between adds up by agreement what was resolved in a period, as it is now.
func (m *Teams) between(ctx context.Context, scope people.Scope, p review.Period) (map[int64]Sum, error) {
	mark, err := m.stands(ctx)
	if err != nil {
		return nil, err
	}
	sums := map[int64]Sum{}
	if !mark.At.IsZero() {
		if sums, err = m.Shelf.Sums(ctx, scope, mark.At, p); err != nil {
			return nil, err
		}
	}
	book := m.Book()
	err = m.Shelf.Cases(ctx, scope, mark.At, p, func(c *Case) error {
		one, err := promised(c, book)
		if err != nil || one.Agreement == 0 {
			return err
		}
		s := sums[one.Agreement]
		if one.Met {
			s.Met++
		} else {
			s.Missed++
		}
		sums[one.Agreement] = s
		return nil
	})
	return sums, err
}

// promised replays the clock to resolve of the agreement of the team that resolved a case.
func promised(c *Case, book *sla.Book) (Promised, error) {
	out := Promised{Record: c.Record, Resolved: c.Resolved}
	team, facts := heldBy(&c.Case)
	if c.Resolved.IsZero() || team == 0 {
		return out, nil
	}
	service, _ := strconv.ParseInt(c.Service, 10, 64) // none is 0
	terms, id := book.Under(sla.OLA, team, service, c.Priority, time.UnixMilli(c.Opened))
	clocks, err := sla.Replay(facts, terms)
	for _, k := range clocks {
		if k.Name == sla.Resolve && (k.State == sla.Met || k.State == sla.Missed) {
			out.Agreement, out.Met = id, k.State == sla.Met
		}
	}
	return out, err
}

// heldBy is the team that resolved a case, and what happened from the moment it came to
// that team until it was resolved last; 0 when nobody did.
func heldBy(c *desk.Case) (team int64, facts []sla.Fact) {
	end := -1
	for i, s := range c.Steps {
		if s.State == incident.Resolved {
			end = i
		}
	}
	from, holder := -1, ""
	for i, s := range c.Steps[:end+1] {
		if s.Team != "" && s.Team != holder {
			holder, from = s.Team, i
		}
	}
	id, err := strconv.ParseInt(holder, 10, 64)
	if err != nil || from < 0 {
		return 0, nil
	}
	state, reason := incident.Flow.Start, ""
	for i, s := range c.Steps[:end+1] {
		if s.State != "" {
			state, reason = s.State, s.Reason
		} else if s.Reason != "" {
			reason = s.Reason
		}
		if i >= from {
			// the team it began with has no moment of its own
			facts = append(facts, sla.Fact{At: time.UnixMilli(max(s.At, c.Opened)), Pace: incident.Flow.Place(state).Pace, Reason: reason})
		}
	}
	return id, facts
}
