package desk

import (
	"math/bits"
	"slices"
	"time"

	"kilter/internal/practice/flow"
)

// Tally takes cases one by one and keeps of each the few bytes that the report
// needs, so that a million of them fit into a fraction of the memory that the
// records take.
type Tally struct {
	opt       Options
	from, to  int64
	months    []int64 // the beginnings of the months of the period, and its end
	paces     map[flow.State]flow.Pace
	rows      []row
	names     [dims]dictionary
	waits     map[string]*Waiting
	perMonth  []month
	reopened  int // each time
	handovers int
	life      life // scratch
}

// The dimensions that records are grouped by.
const (
	byTeam = iota
	byService
	byCategory
	byPriority
	byAgreement
	dims
)

// row is what is kept of a case that had to do with the period.
type row struct {
	clock, business int64 // to resolve, when flags has resolved
	group           [dims]uint32
	flags           flag
}

type flag uint16

const (
	opened flag = 1 << iota
	resolved
	closed
	cancelled
	backlog
	reopened
	reassigned
	pingPong
	first   // resolved at first contact
	firstOf // could be judged
	met
	judged
	kinds = iota
)

// counts is how often each flag was set, by the place of its bit.
type counts [kinds]int

func (c *counts) add(f flag)    { c[bits.TrailingZeros16(uint16(f))]++ }
func (c *counts) of(f flag) int { return c[bits.TrailingZeros16(uint16(f))] }

// month counts by the month in which things happened.
type month struct {
	counts  counts
	backlog int   // change against the month before
	times   []int // rows resolved in it
}

// dictionary numbers names.
type dictionary struct {
	ids   map[string]uint32
	names []string
}

func (d *dictionary) id(name string) uint32 {
	if id, ok := d.ids[name]; ok {
		return id
	}
	if d.ids == nil {
		d.ids = map[string]uint32{}
	}
	id := uint32(len(d.names))
	d.ids[name] = id
	d.names = append(d.names, name)
	return id
}

// NewTally begins a report.
func NewTally(opt Options) *Tally {
	if opt.Zone == nil {
		opt.Zone = time.UTC
	}
	t := &Tally{opt: opt, from: opt.From.UnixMilli(), to: opt.To.UnixMilli(), paces: map[flow.State]flow.Pace{}, waits: map[string]*Waiting{}}
	for _, p := range opt.Places {
		t.paces[p.State] = p.Pace
	}
	at := opt.From.In(opt.Zone)
	t.months = append(t.months, t.from)
	for {
		at = time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, opt.Zone)
		if !at.Before(opt.To) {
			break
		}
		t.months = append(t.months, at.UnixMilli())
	}
	t.months = append(t.months, t.to)
	t.perMonth = make([]month, len(t.months)-1)
	return t
}

func (t *Tally) within(at int64) bool { return at >= t.from && at < t.to }

// month is the place in perMonth of a moment within the period.
func (t *Tally) month(at int64) int {
	i, found := slices.BinarySearch(t.months, at)
	if !found {
		i--
	}
	return i
}

// Add takes one case. It may be used again afterwards.
func (t *Tally) Add(c *Case) {
	if c.Opened >= t.to {
		return
	}
	l := &t.life
	l.replay(t, c)
	r := row{}
	if t.within(c.Opened) {
		t.mark(&r, opened, c.Opened)
	}
	switch {
	case !l.stopped:
		r.flags |= backlog
	case l.cancelled:
		if t.within(l.ended) {
			t.mark(&r, cancelled, l.ended)
		}
	default:
		t.resolve(&r, c)
	}
	if l.closed > 0 && t.within(l.closed) {
		t.mark(&r, closed, l.closed)
	}
	for _, once := range [...]struct {
		f  flag
		at int64
	}{{reopened, l.reopenedAt}, {reassigned, l.reassignedAt}, {pingPong, l.returnedAt}} {
		if once.at >= 0 {
			t.mark(&r, once.f, once.at)
		}
	}
	t.backlog(l)
	if r.flags == 0 {
		return
	}
	r.group = [dims]uint32{
		byTeam: t.names[byTeam].id(l.team), byService: t.names[byService].id(c.Service),
		byCategory: t.names[byCategory].id(c.Category), byPriority: uint32(c.Priority), byAgreement: t.names[byAgreement].id(c.Agreement),
	}
	t.rows = append(t.rows, r)
	if r.flags&resolved != 0 {
		m := &t.perMonth[t.month(l.rested)]
		m.times = append(m.times, len(t.rows)-1)
	}
}

// mark sets a flag and counts it in its month.
func (t *Tally) mark(r *row, f flag, at int64) {
	r.flags |= f
	t.perMonth[t.month(at)].counts.add(f)
}

// resolve notes a record whose last resolution lies in the period.
func (t *Tally) resolve(r *row, c *Case) {
	l := &t.life
	if !t.within(l.rested) {
		return
	}
	t.mark(r, resolved, l.rested)
	r.clock = max(0, l.rested-c.Opened)
	if t.opt.Business != nil {
		r.business = t.opt.Business(c, c.Opened, l.rested)
	}
	if len(l.teams) > 0 {
		t.mark(r, firstOf, l.rested)
		if len(l.teams) == 1 && !l.waited && l.reopenings == 0 && (t.opt.Line == nil || t.opt.Line(l.teams[0]) <= 1) {
			t.mark(r, first, l.rested)
		}
	}
	if c.Target != NoTarget {
		t.mark(r, judged, l.rested)
		if c.Target == Met {
			t.mark(r, met, l.rested)
		}
	}
}

// backlog adds the spans in which the record was open to the ends of months
// that they cover.
func (t *Tally) backlog(l *life) {
	for _, s := range l.open {
		// Open at the end e of a month: begun before e, and not over before e.
		first, _ := slices.BinarySearch(t.months[1:], s.from+1)
		last, _ := slices.BinarySearch(t.months[1:], s.to+1)
		if first < last {
			t.perMonth[first].backlog++
			if last < len(t.perMonth) {
				t.perMonth[last].backlog--
			}
		}
	}
}
