package change

import (
	"cmp"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Ask asks for times at which a plan meets nothing.
type Ask struct {
	Length      time.Duration // of the window, the time to back out included
	From, Until time.Time     // between which it lies; at most Horizon apart
	Most        int           // so many times are given
	Grain       time.Duration // windows begin at full multiples of it
	Apart       time.Duration // from one beginning to the next at least
}

// Check says what is wrong with a question, after filling in what was left
// out: five times, by the quarter of an hour, half a day apart.
func (a *Ask) Check() error {
	a.Most, a.Grain, a.Apart = cmp.Or(a.Most, 5), cmp.Or(a.Grain, 15*time.Minute), cmp.Or(a.Apart, 12*time.Hour)
	var many fault.Many
	bad := func(is bool, f *fault.Fault) {
		if is {
			many = append(many, f)
		}
	}
	bad(a.Length < time.Minute || a.Length > longestWindow, fault.At("length", "record.out_of_range").With("low", 1).With("high", int(longestWindow.Minutes())))
	bad(!a.Until.After(a.From), fault.At("until", "change.ends_before"))
	bad(a.Until.Sub(a.From) > Horizon, fault.At("until", "change.too_far").With("days", int(Horizon.Hours()/24)))
	bad(a.Most < 1 || a.Most > 50, fault.At("most", "record.out_of_range").With("low", 1).With("high", 50))
	bad(a.Grain < 5*time.Minute || a.Grain > 24*time.Hour, fault.At("grain", "record.out_of_range").With("low", 5).With("high", 24*60))
	bad(a.Apart < 0, fault.At("apart", "record.out_of_range").With("low", 0).With("high", int(Horizon.Minutes())))
	return many.Err()
}

// Free is the answer. Where there is no time, Because lists what leaves none:
// without any one of them there would be one.
type Free struct {
	Slots   []Span
	Because []Reason
}

// Reason is something that keeps a plan from being carried out at some times.
type Reason struct {
	Kind    Kind // Short when the time asked about is shorter than the window
	Person  people.ID
	Rule    int           // place in Freezes or Upkeep, -1 when it is neither
	With    []int         // the other work it is about, by place in Booked
	Longest time.Duration // Outside: the longest window in the time asked about
}

// Short is the kind of the reason that the time asked about is too short.
const Short Kind = "too_short"

// barrier is a reason with the beginnings it rules out.
type barrier struct {
	Reason
	barred []bool
}

// starts are the beginnings that come into question.
type starts struct {
	first  time.Time
	grain  time.Duration
	length time.Duration
	n      int
}

func (a Ask) starts() starts {
	first := a.From.UTC().Truncate(a.Grain)
	if first.Before(a.From) {
		first = first.Add(a.Grain)
	}
	s := starts{first: first, grain: a.Grain, length: a.Length}
	if last := a.Until.Add(-a.Length); !last.Before(first) {
		s.n = int(last.Sub(first)/a.Grain) + 1
	}
	return s
}

func (s starts) at(i int) Span {
	from := s.first.Add(time.Duration(i) * s.grain)
	return Span{from, from.Add(s.length)}
}

// bar rules out the beginnings of windows that meet a span.
func (s starts) bar(barred []bool, span Span) {
	low := max(0, below(span.From.Add(-s.length).Sub(s.first), s.grain)+1)
	for i := low; i < s.n && s.at(i).From.Before(span.Until); i++ {
		barred[i] = true
	}
}

// allow takes those back that lie within a span.
func (s starts) allow(barred []bool, span Span) {
	for i := max(0, below(span.From.Sub(s.first)-1, s.grain)+1); i < s.n && !s.at(i).Until.After(span.Until); i++ {
		barred[i] = false
	}
}

// below is the quotient rounded down.
func below(d, by time.Duration) int {
	q := d / by
	if d%by < 0 {
		q--
	}
	return int(q)
}

// Free finds the first times at which the plan meets nothing, or the reasons
// why there is none. It answers as trying every beginning with At would.
func (st *Study) Free(a Ask) (*Free, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	s := a.starts()
	if s.n == 0 {
		return &Free{Because: []Reason{{Kind: Short, Rule: -1}}}, nil
	}
	all := st.barriers(s)
	open, out := openings(s.n, all), &Free{}
	for i := range s.n {
		if len(out.Slots) == a.Most {
			break
		}
		if last := len(out.Slots) - 1; open[i] && (last < 0 || s.at(i).From.Sub(out.Slots[last].From) >= a.Apart) {
			out.Slots = append(out.Slots, s.at(i))
		}
	}
	if len(out.Slots) == 0 {
		out.Because = because(s.n, all)
	}
	return out, nil
}

// openings are the beginnings that no barrier rules out.
func openings(n int, all []*barrier) []bool {
	open := make([]bool, n)
	for i := range open {
		open[i] = !slices.ContainsFunc(all, func(b *barrier) bool { return b.barred[i] })
	}
	return open
}

// because keeps of the barriers those that together leave no time and of which
// none can be done without (the deletion filter of Chinneck and Dravnieks, ORSA
// Journal on Computing 3, 1991). People are let go first and windows last, so that
// what is said is what a centre can hardly change.
func because(n int, all []*barrier) []Reason {
	for i := 0; i < len(all); {
		without := slices.Delete(slices.Clone(all), i, i+1)
		if slices.Contains(openings(n, without), true) {
			i++
		} else {
			all = without
		}
	}
	out := make([]Reason, len(all))
	for i, b := range all {
		out[i] = b.Reason
	}
	return out
}

// barriers are the reasons, those that people can change first.
func (st *Study) barriers(s starts) []*barrier {
	var all []*barrier
	of := func(r Reason) *barrier {
		i := slices.IndexFunc(all, func(b *barrier) bool { return b.Kind == r.Kind && b.Person == r.Person && b.Rule == r.Rule })
		if i >= 0 {
			return all[i]
		}
		all = append(all, &barrier{Reason: r, barred: make([]bool, s.n)})
		return all[len(all)-1]
	}
	within := Span{s.at(0).From, s.at(s.n - 1).Until}
	for i, list := range st.meets {
		span := st.Booked[i].Span
		if !span.Meets(within) {
			continue
		}
		for _, f := range list {
			who := f.People
			if f.Kind != SamePeople {
				who = []people.ID{0}
			}
			for _, id := range who {
				b := of(Reason{Kind: f.Kind, Person: id, Rule: -1})
				b.With = append(b.With, i)
				s.bar(b.barred, span)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *barrier) int { return cmp.Compare(firmness(a.Kind), firmness(b.Kind)) })
	for _, r := range st.rooms {
		b := of(Reason{Kind: Full, Rule: r.rule, With: r.by})
		for _, w := range st.crowded(r) {
			s.bar(b.barred, w)
		}
	}
	for _, f := range st.frozen {
		s.bar(of(Reason{Kind: Frozen, Rule: f.Rule}).barred, st.Freezes[f.Rule].Span)
	}
	for _, t := range st.tied {
		b := of(Reason{Kind: Outside, Rule: t.rule})
		for i := range b.barred {
			b.barred[i] = true
		}
		for _, w := range t.open {
			s.allow(b.barred, w)
			if w.Meets(within) {
				b.Longest = max(b.Longest, w.Common(within).Length())
			}
		}
	}
	return all
}

// firmness orders what other work does: people can be exchanged, a notice of
// others cannot be moved.
func firmness(k Kind) int {
	return slices.Index([]Kind{SamePeople, Carries, Depends, Redundancy, SameItem, Noticed}, k)
}
