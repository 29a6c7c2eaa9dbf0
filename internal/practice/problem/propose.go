package problem

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Facts are what the rules are applied to: incidents that were not given up,
// problems that ended, and how many incidents there were in each week.
type Facts interface {
	// Recent reads the incidents opened since a moment, the newest first, at most so many.
	Recent(ctx context.Context, since time.Time, most int) ([]Case, error)
	// Graves reads the major incidents opened since a moment.
	Graves(ctx context.Context, since time.Time) ([]Case, error)
	// Ended reads the problems that were resolved since a moment and stayed so.
	Ended(ctx context.Context, since time.Time) ([]Past, error)
	// CountWeeks counts some of the weeks up to now anew; more says that there
	// are weeks that were never counted.
	CountWeeks(ctx context.Context, now time.Time) (more bool, err error)
	// Weekly reads the counts of the weeks from and to (with it), by network.
	Weekly(ctx context.Context, of Dimension, from, to Week) ([]Series, error)
	// Week is the week of a moment where the centre is.
	Week(t time.Time) Week
}

// Dimension is what incidents are counted by.
type Dimension string

// The dimensions.
const (
	Whole      Dimension = "all"
	ByService  Dimension = "service"
	ByCategory Dimension = "category"
	ByItem     Dimension = "item"
	ByCause    Dimension = "cause"
)

// Week numbers weeks from Monday to Sunday; week 0 began on 29 December 1969.
type Week int

// Monday is the first day of the week.
func (w Week) Monday() time.Time { return time.Unix(0, 0).UTC().AddDate(0, 0, 7*int(w)-3) }

// Series is how many incidents there were of one thing in one network.
type Series struct {
	ID     int64 // of the service, category, item or cause; 0 for all
	Zone   people.ZoneID
	Counts map[Week]int
}

// What the rules look at (product policy; the 30 days and the three incidents
// are those of domain/mof, section PM).
const (
	window      = 30 * 24 * time.Hour
	leastAlike  = 3
	graveWindow = 90 * 24 * time.Hour
	againWindow = 365 * 24 * time.Hour
	mostRecent  = 60_000 // incidents of the window that are looked at, the newest
	mostOfARule = 40     // candidates of a rule in a network
	risingWeeks = 26     // whole weeks that are tested for a trend
	leastWeeks  = 10     // below these nothing is tested
	leastLately = 3      // incidents of the last four weeks
	lately      = 4
	level       = 0.05                // of the false discovery rate
	quietAside  = 28 * 24 * time.Hour // new evidence of a rise that was set aside are four new weeks
	quietOpened = 84 * 24 * time.Hour // a rise that a problem was opened for stays away while its cause is removed
)

// LeastCounted is how many incidents a thing has to have had in the weeks that
// are tested: of fewer nothing can be said.
const LeastCounted = 12

// Propose applies the rules and keeps the candidates that they find. A duty
// calls it as often as it likes; more says that weeks are still to be counted
// and it should be called again. Its work does not grow with the number of
// incidents there ever were: it reads the newest of the window, and counts that
// are kept by week.
func (d *Desk) Propose(ctx context.Context) (more bool, err error) {
	now := d.Now()
	if more, err = d.Facts.CountWeeks(ctx, now); err != nil || more {
		return more, err
	}
	f := found{now: now}
	if err := f.read(ctx, d); err != nil {
		return false, err
	}
	all := slices.Concat(f.grave(), f.repeated(), f.alike())
	rising, err := f.rising(ctx, d.Facts)
	if err != nil {
		return false, err
	}
	return false, d.Proposals.Keep(ctx, bounded(append(all, rising...)), now)
}

// bounded keeps the candidates of a rule and a network with the most incidents.
func bounded(all []Candidate) []Candidate {
	slices.SortStableFunc(all, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(slices.Index(Rules, a.Rule), slices.Index(Rules, b.Rule)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key))
	})
	type part struct {
		zone people.ZoneID
		rule Rule
	}
	n := map[part]int{}
	return slices.DeleteFunc(all, func(c Candidate) bool {
		p := part{c.Zone, c.Rule}
		n[p]++
		return n[p] > mostOfARule
	})
}

// found is what the rules know while they are applied.
type found struct {
	now    time.Time
	recent []Case // not explained
	graves []Case
	past   []Past
	judged judged
}

func (f *found) read(ctx context.Context, d *Desk) (err error) {
	verdicts, err := d.Proposals.Verdicts(ctx, f.now.Add(-KeepVerdicts))
	if err != nil {
		return err
	}
	f.judged = judgedBy(verdicts, f.now)
	if f.recent, err = d.Facts.Recent(ctx, f.now.Add(-window), mostRecent); err != nil {
		return err
	}
	if f.graves, err = d.Facts.Graves(ctx, f.now.Add(-graveWindow)); err != nil {
		return err
	}
	explained := func(c Case) bool { return c.Explained }
	f.recent, f.graves = slices.DeleteFunc(f.recent, explained), slices.DeleteFunc(f.graves, explained)
	f.past, err = d.Facts.Ended(ctx, f.now.Add(-againWindow))
	return err
}

// judged is what was said about candidates before: incidents that count no more
// for a rule, groups of which only newer ones count, rises that are quiet.
type judged struct {
	cases map[Rule]map[record.Number]bool
	since map[string]time.Time // by the key of a candidate
	quiet map[string]bool
}

func judgedBy(verdicts []Verdict, now time.Time) judged {
	j := judged{cases: map[Rule]map[record.Number]bool{}, since: map[string]time.Time{}, quiet: map[string]bool{}}
	for _, v := range verdicts {
		c := v.Candidate
		if j.cases[c.Rule] == nil {
			j.cases[c.Rule] = map[record.Number]bool{}
		}
		for _, n := range c.Cases {
			j.cases[c.Rule][n] = true
		}
		if v.At.After(j.since[c.Key]) {
			j.since[c.Key] = v.At
		}
		if c.Rule == Rising {
			quiet := quietAside
			if v.Problem != 0 {
				quiet = quietOpened
			}
			j.quiet[c.Key] = j.quiet[c.Key] || now.Sub(v.At) < quiet
		}
	}
	return j
}

// fresh are the incidents of a group that count for a rule: what was there when
// the same was judged does not.
func (j judged) fresh(r Rule, key string, cases []Case) []Case {
	return slices.DeleteFunc(slices.Clone(cases), func(c Case) bool {
		return j.cases[r][c.Number] || !c.Opened.After(j.since[key])
	})
}

func candidate(r Rule, key string, cases []Case) Candidate {
	c := Candidate{Rule: r, Key: string(r) + ":" + key, Zone: cases[0].Zone, Service: cases[0].Service, Category: cases[0].Category, Item: cases[0].Item, Count: len(cases)}
	for _, one := range cases {
		if one.Service != c.Service {
			c.Service = 0
		}
		if one.Category != c.Category {
			c.Category = 0
		}
		if one.Item != c.Item {
			c.Item = 0
		}
	}
	slices.SortFunc(cases, func(a, b Case) int { return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(b.Number, a.Number)) })
	for _, one := range cases[:min(len(cases), mostCases)] {
		c.Cases = append(c.Cases, one.Number)
	}
	return c
}

// grave: a major incident has a problem behind it (domain/mof, section IM: the
// record of a problem is compulsory).
func (f *found) grave() (out []Candidate) {
	for _, c := range f.graves {
		key := fmt.Sprint(int64(c.Number))
		if left := f.judged.fresh(Grave, string(Grave)+":"+key, []Case{c}); len(left) > 0 {
			out = append(out, candidate(Grave, key, left))
		}
	}
	return out
}

// repeated: after a problem was resolved there are incidents of its item, or of
// its service and category with its symptom.
func (f *found) repeated() (out []Candidate) {
	type kind struct {
		service  record.ServiceID
		category record.CategoryID
	}
	items, kinds := map[record.ItemID][]Case{}, map[kind][]Case{}
	for _, c := range f.recent {
		if c.Item != 0 {
			items[c.Item] = append(items[c.Item], c)
		}
		if c.Service != 0 && c.Category != 0 {
			k := kind{c.Service, c.Category}
			kinds[k] = append(kinds[k], c)
		}
	}
	w := weigh(f.recent)
	for _, p := range f.past {
		var again []Case
		symptom := w.phrase(p.Symptom)
		for _, c := range kinds[kind{p.Service, p.Category}] {
			if p.Service != 0 && p.Category != 0 && (p.Item == 0 || c.Item != p.Item) && w.alike(symptom, w.phrase(c.Title)) {
				again = append(again, c)
			}
		}
		if p.Item != 0 {
			again = append(again, items[p.Item]...)
		}
		again = slices.DeleteFunc(again, func(c Case) bool { return c.Zone != p.Zone || !c.Opened.After(p.Ended) })
		key := fmt.Sprint(int64(p.Number))
		if again = f.judged.fresh(Repeated, string(Repeated)+":"+key, again); len(again) > 0 {
			c := candidate(Repeated, key, again)
			c.Again, c.Service, c.Category, c.Item = p.Number, p.Service, p.Category, p.Item
			out = append(out, c)
		}
	}
	return out
}

// alike: three incidents of an item within the window; or of a service and
// category that were told in similar words.
func (f *found) alike() (out []Candidate) {
	type group struct {
		zone     people.ZoneID
		item     record.ItemID
		service  record.ServiceID
		category record.CategoryID
	}
	groups := map[group][]Case{}
	for _, c := range f.recent {
		switch {
		case c.Item != 0:
			k := group{zone: c.Zone, item: c.Item}
			groups[k] = append(groups[k], c)
		case c.Service != 0 && c.Category != 0:
			k := group{zone: c.Zone, service: c.Service, category: c.Category}
			groups[k] = append(groups[k], c)
		}
	}
	w := weigh(f.recent)
	for _, k := range slices.SortedFunc(maps.Keys(groups), func(a, b group) int {
		return cmp.Or(cmp.Compare(a.zone, b.zone), cmp.Compare(a.item, b.item), cmp.Compare(a.service, b.service), cmp.Compare(a.category, b.category))
	}) {
		key := fmt.Sprintf("%d:%d", k.zone, k.item)
		if k.item != 0 {
			if cases := f.judged.fresh(Alike, string(Alike)+":"+key, groups[k]); len(cases) >= leastAlike {
				out = append(out, candidate(Alike, key, cases))
			}
			continue
		}
		cases := f.judged.fresh(Alike, "", groups[k])
		for _, cluster := range w.clusters(cases[:min(len(cases), mostCases)]) {
			oldest := slices.MinFunc(cluster, func(a, b Case) int { return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Number, b.Number)) })
			out = append(out, candidate(Alike, fmt.Sprintf("w:%d", int64(oldest.Number)), cluster))
		}
	}
	return out
}
