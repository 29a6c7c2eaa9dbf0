package roadmap

import (
	"cmp"
	"math"
	"slices"

	"kilter/internal/practice/maturity"
)

// need is how much a gap falls short, from 0 to 1; a gap that is none adds nothing.
func need(gap float64, points int) float64 { return max(0, -gap) / float64(points-1) }

// pressure is what one dimension or item asks for: how much, and of whom.
type pressure struct {
	name string
	kd   float64
	row  row
}

// drivers gives each dimension's share in what users miss: its gap times what it
// explains of their satisfaction, made to sum 1; all 0 when nothing falls short.
func drivers(s *Settings, in *Inputs) []pressure {
	var out []pressure
	var sum float64
	for _, d := range s.Dimensions() {
		kd := in.Share[d] * need(in.Gap[d], in.ScalePoints)
		sum += kd
		out = append(out, pressure{d, kd, s.row(d)})
	}
	if sum > 0 {
		for i := range out {
			out[i].kd /= sum
		}
	}
	return out
}

// byItem splits each dimension's share among its items by what they miss. Where
// none of its items falls short the dimension speaks for itself.
func byItem(s *Settings, in *Inputs, dims []pressure) []pressure {
	var out []pressure
	for _, d := range dims {
		var sum float64
		for _, i := range s.Items {
			if i.Dimension == d.name {
				sum += need(in.ItemGap[i.Name], in.ScalePoints)
			}
		}
		if sum == 0 {
			out = append(out, d)
			continue
		}
		for _, i := range s.Items {
			if i.Dimension == d.name {
				out = append(out, pressure{i.Name, d.kd * need(in.ItemGap[i.Name], in.ScalePoints) / sum, rowOf(i.Weights)})
			}
		}
	}
	return out
}

// demand is what is asked of each process, and the same with the highest as 1.
func demand(all []pressure) (d, norm row) {
	for _, p := range all {
		for i := range d {
			d[i] += p.kd * p.row[i]
		}
	}
	if most := slices.Max(d[:]); most > 0 {
		for i := range d {
			norm[i] = math.Round(d[i]/most*1e12) / 1e12 // else the last bit of a share decides which target is proposed
		}
	}
	return d, norm
}

// Raise says that a target was lifted because another needs it.
type Raise struct {
	Process  maturity.Process
	From, To maturity.Level
	Gate     Gate
}

// targets proposes where each process should come to, puts leadership's own
// targets in their place, and lifts what their gates ask for until all is stable.
// No target lies under the present level.
func targets(s *Settings, in *Inputs, norm row) (t steps, raised []Raise) {
	now := stepsOf(in.Level)
	for i, p := range processes {
		t[i] = s.proposed(norm[i])
		if own, ok := in.Targets[p]; ok {
			t[i] = own.Level
		}
		t[i] = max(t[i], now[i])
	}
	for again := true; again; {
		again = false
		for _, g := range s.Gates {
			q, p := at(g.Process), at(g.Requires)
			if onTheWay(g, now[q], t[q]) && t[p] < g.At {
				raised = append(raised, Raise{g.Requires, t[p], g.At, g})
				t[p], again = g.At, true
			}
		}
	}
	return t, raised
}

// onTheWay says whether a gate stands between a level and a target.
func onTheWay(g Gate, now, target maturity.Level) bool { return g.Level > now && g.Level <= target }

// Term is why a process has its priority.
type Term struct {
	Value    float64   // important itself: its demand times the way to its target
	Enables  []Enabled // what waits for it
	Pull     float64   // Value and what it enables
	Priority float64   // Pull, with the highest as 100
}

// Enabled is a process that waits for another, and what that adds to the other's
// pull.
type Enabled struct {
	Process maturity.Process
	Adds    float64
	Gates   []Gate
}

// ranking gives the terms of each process at some levels.
func ranking(s *Settings, norm row, now, target steps) (terms [count]Term) {
	for i := range terms {
		terms[i].Value = norm[i] * float64(target[i]-now[i]) / float64(maturity.Top)
		terms[i].Pull = terms[i].Value
	}
	var waiting [count][count][]Gate // by what is waited for, and who waits
	for _, g := range s.Gates {
		if q, p := at(g.Process), at(g.Requires); onTheWay(g, now[q], target[q]) && now[p] < g.At {
			waiting[p][q] = append(waiting[p][q], g)
		}
	}
	for p := range terms {
		for q, gates := range waiting[p] {
			if gates != nil {
				adds := s.Pull * terms[q].Value
				terms[p].Enables = append(terms[p].Enables, Enabled{processes[q], adds, gates})
				terms[p].Pull += adds
			}
		}
	}
	most := 0.0
	for _, t := range terms {
		most = max(most, t.Pull)
	}
	if most > 0 {
		for i := range terms {
			terms[i].Priority = 100 * terms[i].Pull / most
		}
	}
	return terms
}

// order sorts the processes by priority, equal ones as they are listed.
func order(terms [count]Term) []int {
	out := make([]int, count)
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(terms[b].Priority, terms[a].Priority) })
	return out
}
