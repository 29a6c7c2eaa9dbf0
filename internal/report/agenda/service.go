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
		if c.Cause == 0 {
			unnamed += c.N
		}
		if above == nil {
			continue
		}
		lies, err := review.Inner(above)
		if err != nil {
			return review.Told{}, err
		}
		if lies {
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

// breaches tells which promises were broken, why, and under which agreements.
func (t *teller) breaches() (review.Told, error) {
	found, err := t.Shelf.Broken(t.ctx, t.by.Scope, t.p, mostLinked)
	if err != nil {
		return review.Told{}, err
	}
	if len(found.Broken) == 0 {
		return review.Told{Says: t.during("breaches_none", func(*lang.Printer) []any { return nil })}, nil
	}
	all, respond, resolve := 0, 0, 0
	why, under := map[int64]int{}, map[int64]int{}
	for _, b := range found.Broken {
		all += b.N
		if b.Respond {
			respond += b.N
		}
		if b.Resolve {
			resolve += b.N
		}
		why[int64(b.Cause)] += b.N
		under[b.Agreement] += b.N
	}
	first := func(of func(review.Hit) bool) string {
		var numbers []record.Number
		for _, h := range found.First {
			if of(h) {
				numbers = append(numbers, h.Number)
			}
		}
		return listed(record.Incident, numbers)
	}
	out := review.Told{Link: first(func(review.Hit) bool { return true }), Says: t.during("breaches", func(p *lang.Printer) []any {
		return []any{"n", p.Number(all), "respond", p.Number(respond), "resolve", p.Number(resolve), "unexplained", p.Number(why[0])}
	})}
	for _, id := range most(why) {
		link := first(func(h review.Hit) bool { return int64(h.Cause) == id })
		out.Lines = append(out.Lines, review.Line{Link: link, Text: t.say("cause", func(p *lang.Printer) []any {
			return []any{"name", t.called(p, id, "no_cause"), "n", p.Number(why[id])}
		})})
	}
	for _, id := range most(under) {
		link := first(func(h review.Hit) bool { return h.Agreement == id })
		out.Lines = append(out.Lines, review.Line{Link: link, Text: t.say("broken_under", func(p *lang.Printer) []any {
			return []any{"name", t.called(p, id, "no_agreement"), "n", p.Number(under[id])}
		})})
	}
	return out, nil
}

// most are the keys of the highest counts, as many as are told.
func most(counts map[int64]int) []int64 {
	keys := slices.Collect(maps.Keys(counts))
	slices.SortFunc(keys, func(a, b int64) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return keys[:min(len(keys), mostLines)]
}

// results tells what was kept of each service in the months of the period, and under
// each agreement, the worst first.
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
	of, under, whole := sums{}, sums{}, kept{}
	for _, r := range rows {
		if r.Month.After(last) {
			continue
		}
		whole = whole.and(r)
		under[r.Agreement] = under[r.Agreement].and(r)
		if one := t.Settings().Find(setting.Service, r.Service); one != nil && catalogue.Cleared(t.by.Scope, one) {
			of[r.Service] = of[r.Service].and(r)
		}
	}
	if whole.of() == 0 {
		return t.nothing("results_none"), nil
	}
	worst := of.worst()
	out := review.Told{Link: "/reports/desk?from=" + first.Format(time.DateOnly) + "&to=" + last.AddDate(0, 1, 0).Format(time.DateOnly)}
	for _, id := range worst[:min(len(worst), mostLines)] {
		code := t.Settings().Any(id).Code
		out.Lines = append(out.Lines, t.result("result", id, "", of[id], searched(record.Incident, "service:"+code+" "+closed)))
	}
	promised := under.worst()
	for _, id := range promised[:min(len(promised), mostLines)] {
		out.Lines = append(out.Lines, t.result("result_under", id, "no_agreement", under[id], out.Link))
	}
	out.Says = t.say("results", func(p *lang.Printer) []any {
		p = p.In(time.UTC)
		return []any{"first", p.Month(first), "last", p.Month(last), "share", p.Percent(whole.share(), 0), "met", p.Number(whole.met), "of", p.Number(whole.of()), "services", p.Number(len(worst))}
	})
	return out, nil
}

// result is the line of what was kept of one service or under one agreement.
func (t *teller) result(key string, id int64, none string, k kept, link string) review.Line {
	return review.Line{Link: link, Text: t.say(key, func(p *lang.Printer) []any {
		return []any{"name", t.called(p, id, none), "share", p.Percent(k.share(), 0), "met", p.Number(k.met), "of", p.Number(k.of())}
	})}
}

// kept is how many promises were kept and broken.
type kept struct{ met, missed int }

func (k kept) and(r director.Promises) kept { return kept{k.met + r.Met, k.missed + r.Missed} }
func (k kept) of() int                      { return k.met + k.missed }
func (k kept) share() float64               { return float64(k.met) / float64(k.of()) }

// sums are what was kept by the id of what it was promised of.
type sums map[int64]kept

// worst are those of which something was promised, the one with the lowest share first.
func (s sums) worst() (out []int64) {
	for id, k := range s {
		if k.of() > 0 {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b int64) int {
		return cmp.Or(cmp.Compare(s[a].share(), s[b].share()), cmp.Compare(a, b))
	})
	return out
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
