package agenda

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/lang"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/report/director"
)

// causes tells which incidents had causes that lie with the centre itself.
func (t *teller) causes() (review.Told, error) {
	all, err := t.Shelf.Causes(t.ctx, t.by.Scope, t.p)
	if err != nil {
		return review.Told{}, err
	}
	total, inner, unnamed := 0, 0, 0
	of := map[string]int{} // with the causes below each
	for _, c := range all {
		total += c.N
		above := review.Above(t.Settings(), c.Cause)
		switch {
		case c.Cause == 0:
			unnamed += c.N
		case above != nil && slices.Contains(review.Inner, above.Code):
			inner += c.N
			of[above.Code] += c.N
		}
	}
	var lines []review.Line
	resolved := t.within("resolved")
	codes := slices.Collect(maps.Keys(of))
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(of[b], of[a]), cmp.Compare(a, b)) })
	for _, code := range codes {
		one := t.Settings().Coded(setting.Cause, code)
		lines = append(lines, review.Line{Link: searched(record.Incident, "cause:"+code+" "+resolved), Text: t.say("cause", func(p *lang.Printer) []any {
			return []any{"name", t.name(p, one.ID), "n", p.Number(of[code])}
		})})
	}
	if total == 0 {
		return t.nothing("causes_none"), nil
	}
	return review.Told{Link: searched(record.Incident, resolved), Lines: lines, Says: t.during("causes", func(p *lang.Printer) []any {
		return []any{"n", p.Number(inner), "all", p.Number(total), "unnamed", p.Number(unnamed)}
	})}, nil
}

// breaches tells which promises were broken, and why.
func (t *teller) breaches() (review.Told, error) {
	all, err := t.Shelf.Broken(t.ctx, t.by.Scope, t.p)
	if err != nil {
		return review.Told{}, err
	}
	if len(all) == 0 {
		return review.Told{Says: t.during("breaches_none", func(*lang.Printer) []any { return nil })}, nil
	}
	of := map[string]int{}
	why := map[record.CauseID][]record.Number{}
	var every []record.Number
	for _, b := range all {
		of[string(b.Clock)] += len(b.Numbers)
		why[b.Cause] = append(why[b.Cause], b.Numbers...)
		every = append(every, b.Numbers...)
	}
	each := func(numbers []record.Number) []record.Number {
		slices.Sort(numbers)
		return slices.Compact(numbers)
	}
	every = each(every)
	unexplained := len(each(why[0]))
	out := review.Told{Link: listed(record.Incident, every), Says: t.during("breaches", func(p *lang.Printer) []any {
		return []any{"n", p.Number(len(every)), "respond", p.Number(of["respond"]), "resolve", p.Number(of["resolve"]), "unexplained", p.Number(unexplained)}
	})}
	var causes []record.CauseID
	for c := range why {
		why[c] = each(why[c])
		causes = append(causes, c)
	}
	slices.SortFunc(causes, func(a, b record.CauseID) int {
		if d := len(why[b]) - len(why[a]); d != 0 {
			return d
		}
		return int(a - b)
	})
	for _, c := range causes[:min(len(causes), mostLines)] {
		out.Lines = append(out.Lines, review.Line{Link: listed(record.Incident, why[c]), Text: t.say("cause", func(p *lang.Printer) []any {
			name := p.T("review.told.no_cause")
			if c != 0 {
				name = t.name(p, int64(c))
			}
			return []any{"name", name, "n", p.Number(len(why[c]))}
		})})
	}
	return out, nil
}

// results tells what was kept of each service in the months of the period, the worst
// first.
func (t *teller) results() (review.Told, error) {
	rows, err := t.Kept.Promises(t.ctx, t.by.Scope, monthOf(t.p.From, t.Place()))
	if err != nil {
		return review.Told{}, err
	}
	first, last := monthOf(t.p.From, t.Place()), monthOf(t.p.Until.Add(-time.Millisecond), t.Place())
	if t.past { // what was kept by then of the month that ran is not known any more
		last = last.AddDate(0, -1, 0)
	}
	begins, ends := day.Begin(first, t.Place()), day.Begin(last.AddDate(0, 1, 0), t.Place())
	closed := `open:false resolved>="` + begins.Format(time.RFC3339) + `" resolved<"` + ends.Format(time.RFC3339) + `"`
	sums := map[int64]*director.Promises{}
	var met, all int
	for _, r := range rows {
		if r.Month.After(last) {
			continue
		}
		met, all = met+r.Met, all+r.Met+r.Missed
		if one := t.Settings().Find(setting.Service, r.Service); one == nil || !catalogue.Cleared(t.by.Scope, one) {
			continue
		}
		if sums[r.Service] == nil {
			sums[r.Service] = &director.Promises{Service: r.Service}
		}
		sums[r.Service].Met, sums[r.Service].Missed = sums[r.Service].Met+r.Met, sums[r.Service].Missed+r.Missed
	}
	if all == 0 {
		return t.nothing("results_none"), nil
	}
	of := func(s *director.Promises) float64 { return float64(s.Met) / float64(s.Met+s.Missed) }
	var each []*director.Promises
	for _, s := range sums {
		if s.Met+s.Missed > 0 {
			each = append(each, s)
		}
	}
	slices.SortFunc(each, func(a, b *director.Promises) int {
		return cmp.Or(cmp.Compare(of(a), of(b)), cmp.Compare(a.Service, b.Service))
	})
	out := review.Told{Link: "/reports/desk?from=" + first.Format(time.DateOnly) + "&to=" + last.AddDate(0, 1, 0).Format(time.DateOnly)}
	for _, s := range each[:min(len(each), mostLines)] {
		code := t.Settings().Any(s.Service).Code
		out.Lines = append(out.Lines, review.Line{Link: searched(record.Incident, "service:"+code+" "+closed), Text: t.say("result", func(p *lang.Printer) []any {
			return []any{"name", t.name(p, s.Service), "share", p.Percent(of(s), 0), "met", p.Number(s.Met), "of", p.Number(s.Met + s.Missed)}
		})})
	}
	out.Says = t.say("results", func(p *lang.Printer) []any {
		p = p.In(time.UTC)
		return []any{"first", p.Month(first), "last", p.Month(last), "share", p.Percent(float64(met)/float64(all), 0), "met", p.Number(met), "of", p.Number(all), "services", p.Number(len(each))}
	})
	return out, nil
}

// monthOf is the first day of the month of a moment at a place.
func monthOf(at time.Time, place *time.Location) time.Time {
	at = at.In(place)
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// grades tells what users said when their cases were closed.
func (t *teller) grades() (review.Told, error) {
	policy, err := grade.PolicyOf(t.Settings())
	if err != nil {
		return review.Told{}, err
	}
	counts, err := t.Grades.Counts(t.ctx, t.by.Scope, grade.ByService, "", t.p.From, t.p.Until)
	if err != nil {
		return review.Told{}, err
	}
	whole := grade.Tell(grade.ByService, counts, policy).Whole
	if whole.Total == 0 {
		return t.nothing("grades_none"), nil
	}
	key := "grades"
	if whole.Few {
		key = "grades_few"
	}
	return review.Told{Link: "/grades/figures", Says: t.during(key, func(p *lang.Printer) []any {
		return []any{"mean", p.Decimal(whole.Mean, 2), "n", p.Number(whole.Total), "content", p.Percent(whole.Content, 0)}
	})}, nil
}
