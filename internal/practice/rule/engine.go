package rule

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Desk is the desk of a practice, as rules use it.
type Desk interface {
	See(ctx context.Context, scope people.Scope, n record.Number) (record.Picture, error)
	Carry(ctx context.Context, by people.Actor, n record.Number, e record.Errand) ([]record.Change, error)
	Remark(ctx context.Context, by people.Actor, n record.Number, deed string, e record.Entry) error
	Ground() record.Ground
	TypeOf(field string) record.Type
	Deeds() []string
}

// Engine considers rules and carries them out.
type Engine struct {
	Settings func() *setting.All
	Desks    map[record.Kind]Desk
	World    func(by people.Actor, k record.Kind) World // as somebody means it
	Ledger   record.Ledger
	Traces   Store
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
	Members  func(people.TeamID) []people.ID
	Ranked   func(h record.Head, rank string) []people.ID
	Lang     func() string // in which rules write
	// Blanks are what placeholders of their texts stand for, in a language; may
	// be nil.
	Blanks func(by people.Actor, lang string) func(record.Head) map[string]string
	Place  func() *time.Location // where days begin
	Now    func() time.Time
	Log    *slog.Logger

	held atomic.Pointer[book]
}

// kilter is who carries rules out.
func kilter() people.Actor { return people.System(people.ViaJob) }

// book is the rules in force, read once for each version of the settings and
// again after a while: persons can get other names.
type book struct {
	version int64
	read    time.Time
	rules   map[int64]*ready
	deeds   map[string][]*ready // by "kind.deed": considered at once
	waits   map[string][]*ready // likewise, later
	states  map[string][]*ready // by "kind.state": when a record comes into it
	daily   []*ready
}

// ready is a rule with its condition read; broken says why it cannot be.
type ready struct {
	*Known
	cond   *Condition
	broken *fault.Fault
}

// fresh is how long conditions are held that have been read.
const fresh = time.Minute

func (e *Engine) book() (*book, error) {
	all, now := e.Settings(), e.Now()
	if b := e.held.Load(); b != nil && b.version == all.Version && now.Sub(b.read) < fresh {
		return b, nil
	}
	known, err := Read(all)
	if err != nil {
		return nil, err
	}
	b := &book{version: all.Version, read: now, rules: map[int64]*ready{}, deeds: map[string][]*ready{}, waits: map[string][]*ready{}, states: map[string][]*ready{}}
	worlds := map[record.Kind]World{}
	for _, k := range known {
		if !k.On || e.Desks[k.Practice] == nil {
			continue
		}
		w, ok := worlds[k.Practice]
		if !ok {
			w = e.World(kilter(), k.Practice)
			worlds[k.Practice] = w
		}
		r := &ready{Known: k}
		r.cond, err = Compile(k.Language, k.If, w)
		if err != nil {
			f := fault.All(err)
			if f == nil {
				return nil, err
			}
			r.broken = f[0]
		}
		b.add(r)
	}
	e.held.Store(b)
	return b, nil
}

func (b *book) add(r *ready) {
	b.rules[r.ID] = r
	in := map[When]map[string][]*ready{OnDeed: b.deeds, After: b.waits}[r.When]
	switch r.When {
	case OnDeed, After:
		for _, d := range r.Deeds {
			key := string(r.Practice) + "." + d
			in[key] = append(in[key], r)
		}
	case InState:
		key := string(r.Practice) + "." + r.State
		b.states[key] = append(b.states[key], r)
	case Daily:
		b.daily = append(b.daily, r)
	}
}

// Carry considers the rules that a piece of news concerns; it is called with
// every entry of every timeline, and may be called twice.
func (e *Engine) Carry(ctx context.Context, n record.News) error {
	b, err := e.book()
	if err != nil {
		return err
	}
	if err := e.later(ctx, b, n); err != nil {
		return err
	}
	rules := b.deeds[n.Entry.Deed]
	if len(rules) == 0 {
		return nil
	}
	return e.consider(ctx, rules, n.Head.Kind, n.Head.Number, OfEntry(n.Entry.ID), n.Entry)
}

// later notes which rules want to be asked when some time has passed.
func (e *Engine) later(ctx context.Context, b *book, n record.News) error {
	rules := b.waits[n.Entry.Deed]
	if n.Entry.To != "" && n.Entry.To != n.Entry.From {
		rules = slices.Concat(rules, b.states[string(n.Head.Kind)+"."+string(n.Entry.To)])
	}
	if len(rules) == 0 {
		return nil
	}
	var waits []Wait
	for _, r := range rules {
		waits = append(waits, Wait{Rule: r.ID, Record: n.Head.ID, Kind: n.Head.Kind, Number: n.Head.Number, Entry: n.Entry.ID, Deed: n.Entry.Deed, Due: n.Entry.At.Add(time.Duration(r.Hours) * time.Hour)})
	}
	return e.Traces.Wait(ctx, waits)
}

// consider asks rules, one after the other, about a record, and carries out
// those that fire; what one changes the next one sees.
func (e *Engine) consider(ctx context.Context, rules []*ready, k record.Kind, n record.Number, cause Cause, deed record.Entry) error {
	desk := e.Desks[k]
	pic, err := desk.See(ctx, people.Everything(), n)
	if err != nil {
		return settled(err)
	}
	standings, err := e.Traces.Standings(ctx)
	if err != nil {
		return err
	}
	author, _ := deed.Author()
	missed := Missed{Record: pic.ID, Cause: cause, Deed: deed.Deed, At: e.Now()}
	if cause[0] == 't' { // each rule waits for itself
		missed.Cause += Cause("." + number(rules[0].ID))
	}
	for _, r := range rules {
		why, part, err := e.withheld(ctx, r, pic, deed, author, standings[r.ID])
		if err != nil {
			return err
		}
		if why != "" {
			missed.Misses = append(missed.Misses, Miss{Rule: r.ID, Version: r.Version, Why: why, Part: part})
			continue
		}
		run := Run{Rule: r.ID, Version: r.Version, Record: pic.ID, Kind: k, Number: n, Cause: cause, Deed: deed.Deed, Depth: author.Depth + 1}
		if err := e.fire(ctx, desk, r, run, standings[r.ID]); err != nil {
			return err
		}
		if pic, err = desk.See(ctx, people.Everything(), n); err != nil {
			return settled(err)
		}
	}
	if len(missed.Misses) == 0 {
		return nil
	}
	return e.Traces.Missed(ctx, missed)
}

// withheld says why a rule does not fire, "" when it does.
func (e *Engine) withheld(ctx context.Context, r *ready, pic record.Picture, deed record.Entry, author record.Author, s Standing) (Reason, string, error) {
	switch {
	case r.broken != nil:
		return Broken, r.broken.Key, nil
	case s.Version == r.Version && !s.Aside.IsZero():
		return Aside, "", nil
	case author.Code == r.Code && author.Depth > 0:
		return ItsOwn, "", nil
	case author.Depth >= MaxDepth:
		return TooDeep, "", nil
	}
	holds, part, err := r.cond.Holds(Case{Picture: pic, Deed: deed, Now: e.Now()})
	if fault.All(err) != nil {
		return Broken, fault.All(err)[0].Key, nil
	}
	if err != nil {
		return "", "", err
	}
	if !holds {
		return NotSo, part, nil
	}
	n, err := e.Traces.Since(ctx, r.ID, pic.ID, e.Now().Add(-time.Hour))
	if err == nil && n >= MostOften {
		return TooOften, "", nil
	}
	return "", "", err
}

// fire carries a rule out on a record, once for each cause: that it did and
// what it changed are one transaction.
func (e *Engine) fire(ctx context.Context, desk Desk, r *ready, run Run, s Standing) error {
	run.At = e.Now()
	err := e.Together(ctx, func(ctx context.Context) error {
		one := run
		if ok, err := e.Traces.Claim(ctx, &one); err != nil || !ok {
			return err
		}
		did, err := desk.Carry(ctx, kilter(), run.Number, e.errand(r, run.Depth))
		if err != nil {
			return err
		}
		one.Did, one.Outcome = did, Fired
		if len(did) == 0 {
			one.Outcome = Idle
		}
		return e.Traces.Did(ctx, one)
	})
	if err != nil {
		return e.failed(ctx, desk, r, run, s, err)
	}
	if s.Version == r.Version && s.Failures > 0 {
		s.Failures, s.Why = 0, nil
		return e.Traces.Stand(ctx, s)
	}
	return nil
}

// errand is what a rule has done.
func (e *Engine) errand(r *ready, depth int) record.Errand {
	out := record.Errand{Actions: r.Then, Author: r.mark(depth), All: e.Settings(), Members: e.Members, Ranked: e.Ranked, Link: e.link, Lang: "en"}
	if e.Lang != nil {
		out.Lang = e.Lang()
	}
	out.Label = r.Name(out.Lang)
	if e.Blanks != nil {
		out.Blanks = e.Blanks(kilter(), out.Lang)
	}
	return out
}

func (e *Engine) link(ctx context.Context, by people.Actor, ref string) (record.Row, error) {
	return record.Lookup(ctx, e.Ledger, by.Scope, ref)
}

// SetAside is the deed by which a record tells that a rule failed on it once
// too often.
const SetAside = "rule_aside"

// failed notes that the desk refused a rule. What may go better the next time
// is an error; what fails again and again is set aside, and those who make
// rules are told.
func (e *Engine) failed(ctx context.Context, desk Desk, r *ready, run Run, s Standing, err error) error {
	all := fault.All(err)
	if all == nil || settled(err) != nil {
		return err
	}
	run.Outcome, run.Why = Failed, all[0]
	if s.Version != r.Version {
		s = Standing{Rule: r.ID, Version: r.Version, Day: s.Day}
	}
	s.Failures++
	s.Why = all[0]
	aside := s.Failures >= MostFailures
	if aside {
		s.Aside = run.At
	}
	return e.Together(ctx, func(ctx context.Context) error {
		if ok, err := e.Traces.Claim(ctx, &run); err != nil || !ok {
			return err
		}
		if err := e.Traces.Did(ctx, run); err != nil {
			return err
		}
		if err := e.Traces.Stand(ctx, s); err != nil || !aside {
			return err
		}
		e.Log.Warn("a rule failed again and again and is set aside; mend it, or take it up again on its page", "rule", r.Code, "failures", s.Failures, "why", all[0].Key)
		entry := record.Entry{Reason: r.Code, Changes: []record.Change{{Field: record.RuleField, Now: r.Code + "@" + number(r.Version)}}}
		return desk.Remark(ctx, kilter(), run.Number, SetAside, entry)
	})
}

// settled is nil when trying again would change nothing: the record is gone, or
// says no.
func settled(err error) error {
	all := fault.All(err)
	if all == nil || slices.ContainsFunc(all, func(f *fault.Fault) bool { return strings.HasSuffix(f.Key, "changed_meanwhile") }) {
		return err
	}
	return nil
}

// Resume takes a rule up again that was set aside.
func (e *Engine) Resume(ctx context.Context, by people.Actor, id int64) error {
	if err := by.May(DeedEdit); err != nil {
		return err
	}
	t := e.Settings().Find(setting.Rule, id)
	if t == nil {
		return fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.Rule)).With("id", id)
	}
	all, err := e.Traces.Standings(ctx)
	if err != nil {
		return err
	}
	s := all[id]
	s.Rule, s.Version, s.Failures, s.Aside, s.Why = id, t.Version, 0, time.Time{}, nil
	return e.Traces.Stand(ctx, s)
}

// TypeOf says what a field of a practice holds, as its sheet has it.
func (e *Engine) TypeOf(k record.Kind, field string) record.Type {
	if d := e.Desks[k]; d != nil {
		return d.TypeOf(field)
	}
	return ""
}

// Fields are what a condition on a practice's records can name.
func (e *Engine) Fields(k record.Kind) query.Fields { return e.World(kilter(), k).Fields }
