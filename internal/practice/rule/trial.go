package rule

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// TrialDays is how far back a trial looks.
const TrialDays = 30

// The bounds of a trial; what is cut is told.
const (
	mostTried = 3000            // records
	mostWould = 300             // lines
	trialTime = 8 * time.Second // that it may take
	pageTried = 200
)

// Cut is why a trial did not look at everything.
type Cut string

// The reasons.
const (
	Whole      Cut = ""
	CutRecords Cut = "records"
	CutLines   Cut = "lines"
	CutTime    Cut = "time"
)

// Would is what a rule would have done once.
type Would struct {
	Row     record.Row
	At      time.Time
	Deed    string // of the entry; "" for a day
	Changes []record.Change
}

// Trial is what a rule would have done to the records of the last days.
type Trial struct {
	From    time.Time
	Records int // that were looked at
	Deeds   int // on which it was considered
	Held    int // for which its condition held
	Would   []Would
	Cut     Cut
	Reached time.Time // of the last record looked at, when it was cut
}

// Try tells what a rule would have done in the last days to the records that
// somebody sees, and does nothing. Conditions are evaluated on what each record
// was then, read back out of its timeline; when something was due then is not
// known any more, and what other rules would have made of it is left out. Texts
// are filled in and in the reader's language.
func (e *Engine) Try(ctx context.Context, by people.Actor, r Rule, lang string) (Trial, error) {
	for _, deed := range []string{DeedEdit, string(r.Practice) + ".read"} {
		if err := by.May(deed); err != nil {
			return Trial{}, err
		}
	}
	desk, now := e.Desks[r.Practice], e.Now()
	if desk == nil {
		return Trial{}, fault.At("practice", "record.not_a_choice").With("choices", "incident")
	}
	w := e.World(by, r.Practice)
	cond, err := Compile(r.Language, r.If, w)
	if err != nil {
		return Trial{}, err
	}
	t := &trial{e: e, by: by, rule: r, cond: cond, now: now, until: now.Add(trialTime)}
	t.errand = record.Errand{Actions: r.Then, All: e.Settings(), Lang: lang}
	if e.Blanks != nil {
		t.errand.Blanks = e.Blanks(kilter(), lang)
	}
	t.From = now.AddDate(0, 0, -TrialDays)
	where := query.Node{Op: query.Ge, Field: "moved", Values: []string{number(t.From.UnixMilli())}}
	if r.When == Daily || r.When == InState { // what lies still is considered, too
		where = query.Any(where, query.Is("open", "true"))
	}
	q := record.Query{Kind: r.Practice, Where: where, Order: record.Latest, Limit: pageTried, Now: now, Inner: true}
	for t.Cut == Whole {
		rows, err := e.Ledger.List(ctx, by.Scope, q)
		if err != nil {
			return t.Trial, err
		}
		for _, row := range rows {
			if t.full() {
				break
			}
			if err := t.record(ctx, desk, row); err != nil {
				return t.Trial, err
			}
		}
		if len(rows) < pageTried {
			break
		}
		last := rows[len(rows)-1]
		q.After = record.Cursor{Value: last.Moved.UnixMilli(), ID: last.ID}
	}
	slices.SortStableFunc(t.Would, func(a, b Would) int { return b.At.Compare(a.At) })
	return t.Trial, nil
}

// trial is one under way.
type trial struct {
	Trial
	e      *Engine
	by     people.Actor
	rule   Rule
	cond   *Condition
	errand record.Errand
	now    time.Time
	until  time.Time
}

// full reports that a bound was reached.
func (t *trial) full() bool {
	switch {
	case t.Records >= mostTried:
		t.Cut = CutRecords
	case len(t.Would) >= mostWould:
		t.Cut = CutLines
	case t.e.Now().After(t.until):
		t.Cut = CutTime
	}
	return t.Cut != Whole
}

// stage is what a record was from an entry on.
type stage struct {
	entry record.Entry
	pic   record.Picture
}

func (t *trial) record(ctx context.Context, desk Desk, row record.Row) error {
	pic, err := desk.See(ctx, t.by.Scope, row.Number)
	if err != nil {
		return settled(err)
	}
	past, err := t.e.Ledger.Timeline(ctx, row.ID, false)
	if err != nil {
		return err
	}
	t.Records++
	t.Reached = row.Moved
	stages := stagesOf(pic, past)
	switch t.rule.When {
	case Daily:
		return t.days(row, stages)
	case OnDeed:
		for _, s := range stages {
			if t.hears(s.entry) && !s.entry.At.Before(t.From) {
				if err := t.ask(row, s.pic, s.entry, s.entry.At); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return t.waits(row, stages)
}

// stagesOf takes a record back entry by entry; the oldest stage is the first.
func stagesOf(pic record.Picture, past []record.Entry) []stage {
	out := make([]stage, len(past))
	for i, entry := range slices.Backward(past) {
		pic.Moved = entry.At
		out[i] = stage{entry, pic}
		pic = pic.Before(entry)
	}
	return out
}

// hears reports whether the rule waits for an entry.
func (t *trial) hears(e record.Entry) bool {
	if t.rule.When == InState {
		return string(e.To) == t.rule.State && e.From != e.To
	}
	_, verb, _ := strings.Cut(e.Deed, ".")
	return t.rule.hears(verb)
}

// waits asks the rule about each deed some hours later.
func (t *trial) waits(row record.Row, stages []stage) error {
	for i, s := range stages {
		at := s.entry.At.Add(time.Duration(t.rule.Hours) * time.Hour)
		if !t.hears(s.entry) || at.Before(t.From) || at.After(t.now) {
			continue
		}
		then := s.pic
		gone := false
		for _, next := range stages[i+1:] {
			if next.entry.At.After(at) {
				break
			}
			then = next.pic
			gone = gone || next.entry.To != "" && next.entry.From != next.entry.To
		}
		if gone && t.rule.When == InState {
			continue
		}
		if err := t.ask(row, then, s.entry, at); err != nil {
			return err
		}
	}
	return nil
}

// days asks the rule every day; what it did the day before counts as having
// moved the record.
func (t *trial) days(row record.Row, stages []stage) error {
	minutes, _ := clock(t.rule.At)
	from, next := t.From.In(t.e.Place()), 0
	var then record.Picture
	var fired time.Time
	for d := 0; d <= TrialDays; d++ {
		at := time.Date(from.Year(), from.Month(), from.Day()+d, minutes/60, minutes%60, 0, 0, from.Location())
		for next < len(stages) && !stages[next].entry.At.After(at) {
			then = stages[next].pic
			next++
		}
		if next == 0 || at.After(t.now) || at.Before(t.From) || !then.Live {
			continue
		}
		if fired.After(then.Moved) {
			then.Moved = fired
		}
		before := len(t.Would)
		if err := t.ask(row, then, record.Entry{}, at); err != nil {
			return err
		}
		if len(t.Would) > before && len(t.rule.Then) > 0 {
			fired = at
		}
	}
	return nil
}

// ask evaluates the condition and notes what would have happened.
func (t *trial) ask(row record.Row, pic record.Picture, deed record.Entry, at time.Time) error {
	t.Deeds++
	holds, _, err := t.cond.Holds(Case{Picture: pic, Deed: deed, Now: at})
	if fault.All(err) != nil || err == nil && !holds {
		return nil
	}
	if err != nil {
		return err
	}
	t.Held++
	if len(t.Would) >= mostWould {
		t.Cut = CutLines
		return nil
	}
	t.Would = append(t.Would, Would{Row: row, At: at, Deed: deed.Deed, Changes: record.Effects(pic, t.errand)})
	return nil
}
