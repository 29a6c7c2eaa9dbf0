package desk

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Report computes the figures of all cases taken so far.
func (t *Tally) Report() Report {
	out := Report{
		From: t.opt.From.In(t.opt.Zone).Format(time.RFC3339), To: t.opt.To.In(t.opt.Zone).Format(time.RFC3339), Zone: t.opt.Zone.String(),
		Reopenings: t.reopened, Reassignments: t.handovers, Waiting: []Waiting{},
	}
	all := make([]int, len(t.rows))
	for i := range all {
		all[i] = i
	}
	out.Figures = t.figures(all)
	for _, reason := range slices.Sorted(maps.Keys(t.waits)) {
		out.Waiting = append(out.Waiting, *t.waits[reason])
	}
	busiest := func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Opened+b.Resolved+b.Backlog, a.Opened+a.Resolved+a.Backlog), cmp.Compare(a.Name, b.Name))
	}
	named := func(dim int) func(uint32) string {
		return func(id uint32) string {
			if name := t.names[dim].names[id]; t.opt.Label == nil || name == "" {
				return name
			} else {
				return t.opt.Label(name)
			}
		}
	}
	out.ByTeam = t.groups(byTeam, named(byTeam), busiest)
	out.ByService = t.groups(byService, named(byService), busiest)
	out.ByCategory = t.groups(byCategory, named(byCategory), busiest)
	figure := func(id uint32) string {
		if id == 0 {
			return ""
		}
		return strconv.Itoa(int(id))
	}
	out.ByPriority = t.groups(byPriority, figure, func(a, b Group) int {
		return cmp.Or(cmp.Compare(len(b.Name), len(a.Name)), cmp.Compare(a.Name, b.Name)) // those without at the end
	})
	out.ByAgreement = t.groups(byAgreement, named(byAgreement), busiest)
	out.ByMonth = t.byMonth()
	return out
}

// groups sorts the rows into groups and computes each.
func (t *Tally) groups(dim int, name func(uint32) string, order func(a, b Group) int) []Group {
	in := map[uint32][]int{}
	for i := range t.rows {
		id := t.rows[i].group[dim]
		in[id] = append(in[id], i)
	}
	out := make([]Group, 0, len(in))
	for id, rows := range in {
		out = append(out, Group{Name: name(id), Figures: t.figures(rows)})
	}
	slices.SortFunc(out, order)
	return out
}

// figures counts the flags of some rows and spreads their times.
func (t *Tally) figures(rows []int) Figures {
	var n counts
	var times []int
	for _, i := range rows {
		f := t.rows[i].flags
		for rest := f; rest != 0; rest &= rest - 1 { // each bit that is set
			n.add(rest)
		}
		if f&resolved != 0 {
			times = append(times, i)
		}
	}
	f := count(&n)
	f.Backlog = n.of(backlog)
	f.TimeToResolve = t.times(times)
	return f
}

func count(n *counts) Figures {
	return Figures{
		Opened: n.of(opened), Resolved: n.of(resolved), Closed: n.of(closed), Cancelled: n.of(cancelled),
		Reopened: n.of(reopened), Reassigned: n.of(reassigned), PingPong: n.of(pingPong),
		FirstContact: ShareOf(n.of(first), n.of(firstOf)), FirstOf: n.of(firstOf), InTarget: ShareOf(n.of(met), n.of(judged)), TargetOf: n.of(judged),
	}
}

// ShareOf is a part of a whole; nil of nothing.
func ShareOf(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	s := float64(part) / float64(whole)
	return &s
}

// byMonth lists the months of the period; things count in the month in which
// they happened, the backlog at its end.
func (t *Tally) byMonth() []Group {
	out := make([]Group, len(t.perMonth))
	left := 0
	for i, m := range t.perMonth {
		left += m.backlog
		f := count(&m.counts)
		f.Backlog = left
		f.TimeToResolve = t.times(m.times)
		out[i] = Group{Name: time.UnixMilli(t.months[i]).In(t.opt.Zone).Format("2006-01"), Figures: f}
	}
	return out
}

// times spreads the times of resolved rows.
func (t *Tally) times(rows []int) Times {
	values := make([]int64, len(rows))
	for i, r := range rows {
		values[i] = t.rows[r].clock
	}
	out := Times{Spread: SpreadOf(values)}
	if t.opt.Business != nil {
		for i, r := range rows {
			values[i] = t.rows[r].business
		}
		s := SpreadOf(values)
		out.Business = &s
	}
	return out
}

// SpreadOf sorts values, in milliseconds, and describes them in seconds.
func SpreadOf(values []int64) Spread {
	s := Spread{N: len(values)}
	if s.N == 0 {
		return s
	}
	slices.Sort(values)
	sum := 0.0
	for _, v := range values {
		sum += float64(v)
	}
	const second = 1000
	mean, median, p90 := sum/float64(s.N)/second, Percentile(values, 0.5)/second, Percentile(values, 0.9)/second
	s.Mean, s.Median, s.P90 = &mean, &median, &p90
	return s
}

// Percentile is the value below which the share p of sorted values lies, with
// linear interpolation between neighbours (type 7 of Hyndman and Fan, what R,
// NumPy and spreadsheets do unless told otherwise). It is 0 of no values.
func Percentile(sorted []int64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := p * float64(len(sorted)-1)
	low := int(at)
	if low >= len(sorted)-1 {
		return float64(sorted[len(sorted)-1])
	}
	a, b := float64(sorted[low]), float64(sorted[low+1])
	return a + (at-float64(low))*(b-a)
}
