package app

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
)

// teller fills the figures of one review in, for one reader.
type teller struct {
	*house
	ctx  context.Context
	by   people.Actor
	r    *review.Review
	now  time.Time
	p    review.Period
	past bool // the review was held on a day that is over: what holds now is not told of it
}

// figureTeller is how a figure is told, and under which grant its reader reads all
// that it is of; Now when it is of the state of now.
type figureTeller struct {
	deed string
	now  bool
	tell func(*teller) (review.Told, error)
}

// figureTellers are those that tell with the records behind them.
var figureTellers = map[review.Figure]figureTeller{
	review.Inside:    {deed: "incident.read", tell: (*teller).inside},
	review.Operated:  {deed: operation.DeedRead, tell: (*teller).operated},
	review.Monitored: {deed: "incident.read", tell: (*teller).monitored},
	review.Causes:    {deed: "incident.read", tell: (*teller).causes},
	review.Guides:    {deed: operation.DeedRead, now: true, tell: (*teller).guides},
	review.Staffing:  {deed: readiness.DeedRead, now: true, tell: (*teller).staffing},
	review.Results:   {deed: "incident.read", tell: (*teller).results},
	review.Breaches:  {deed: "incident.read", tell: (*teller).breaches},
	review.Grades:    {deed: "grade.read", tell: (*teller).grades},
	review.Planned:   {deed: "change.read", now: true, tell: (*teller).planned},
	review.Improve:   {deed: programme.DeedRead, now: true, tell: (*teller).improve},
	review.Impact:    {deed: "item.impact", now: true, tell: (*teller).impact},
	review.Weighed:   {deed: "risk.read", now: true, tell: (*teller).weighed},
	review.Cost:      {deed: "change.read", now: true, tell: (*teller).worth},
}

// reviewTold fills those in that a reader may read.
func (h *house) reviewTold(ctx context.Context, by people.Actor, r *review.Review, wanted []review.Figure, now time.Time) (map[review.Figure]review.Told, error) {
	const held = time.Hour // a review is held now, or was long ago
	t := &teller{house: h, ctx: ctx, by: by, r: r, now: now, p: r.Looks(now, h.place()), past: now.Before(Now().Add(-held))}
	out := map[review.Figure]review.Told{}
	for _, f := range wanted {
		one, ok := figureTellers[f]
		if !ok || !by.Can(one.deed) || one.now && t.past {
			continue
		}
		told, err := one.tell(t)
		if err != nil {
			return nil, err
		}
		out[f] = told
	}
	return out, nil
}

// each says something in both languages.
func (t *teller) each(say func(p *lang.Printer) string) people.Text {
	in := func(code lang.Lang) string { return say(lang.For(code).In(t.place())) }
	return people.Text{En: in("en"), Zh: in("zh")}
}

// say is a sentence by its key.
func (t *teller) say(key string, args func(p *lang.Printer) []any) people.Text {
	return t.each(func(p *lang.Printer) string {
		if args == nil {
			return p.T("review.told." + key)
		}
		return p.T("review.told."+key, args(p)...)
	})
}

// during is a sentence about the period.
func (t *teller) during(key string, args func(p *lang.Printer) []any) people.Text {
	return t.say(key, func(p *lang.Printer) []any {
		return append([]any{"from", p.Date(t.p.From), "until", p.Date(t.p.Until.Add(-time.Millisecond))}, args(p)...)
	})
}

// nothing says that no records answer.
func (t *teller) nothing(key string) review.Told { return review.Told{Says: t.say(key, nil)} }

// name is what a thing of the settings is called.
func (t *teller) name(p *lang.Printer, id int64) string {
	if one := t.settings.All().Any(id); one != nil {
		return one.Label(string(p.Lang()))
	}
	return p.T("review.told.unnamed")
}

// within is the condition that a moment lies in the period, as people write it.
func (t *teller) within(field string) string {
	moment := func(m time.Time) string { return `"` + m.In(t.place()).Format(time.RFC3339) + `"` }
	return field + ">=" + moment(t.p.From) + " " + field + "<" + moment(t.p.Until)
}

// searched is where the records of a condition are listed.
func searched(kind record.Kind, text string) string {
	return kind.Path() + "?q=" + url.QueryEscape(text)
}

// count counts the records of a condition, as the list of them does.
func (t *teller) count(kind record.Kind, text string) (int, error) {
	where, err := t.where(kind, text)
	if err != nil {
		return 0, err
	}
	const most = 1_000_000
	return t.db.Ledger().Count(t.ctx, t.by.Scope, record.Query{Kind: kind, Where: where}, most)
}

func (t *teller) where(kind record.Kind, text string) (query.Node, error) {
	means := t.means(t.by)
	means.Now = t.now
	return t.fields(kind, true).Read(text, means)
}

// mostLinked is how many records a link names one by one.
const mostLinked = 100

// listed is where some records are listed by their numbers, the first of them when
// they are many.
func listed(kind record.Kind, numbers []record.Number) string {
	refs := make([]string, 0, mostLinked)
	for _, n := range numbers[:min(len(numbers), mostLinked)] {
		refs = append(refs, record.Ref(kind, n))
	}
	return searched(kind, "number:"+strings.Join(refs, ","))
}

// operated tells what came of recurring operations, kind by kind.
func (t *teller) operated() (review.Told, error) {
	all, err := t.db.ReviewShelf().Ran(t.ctx, t.by.Scope, t.p)
	if err != nil {
		return review.Told{}, err
	}
	if len(all) == 0 {
		return t.nothing("operations_none"), nil
	}
	type sum struct{ all, done, late, missed, skipped, due, deviated int }
	var whole sum
	of := map[operation.Kind]*sum{}
	for _, r := range all {
		if of[r.Kind] == nil {
			of[r.Kind] = &sum{}
		}
		for _, s := range []*sum{&whole, of[r.Kind]} {
			s.all += r.N
			switch {
			case r.State == operation.Done && r.Late:
				s.late += r.N
			case r.State == operation.Done:
				s.done += r.N
			case r.State == operation.Missed:
				s.missed += r.N
			case r.State == operation.Skipped:
				s.skipped += r.N
			case r.State == operation.Due:
				s.due += r.N
			}
			if r.Deviated {
				s.deviated += r.N
			}
		}
	}
	args := func(p *lang.Printer, s *sum) []any {
		return []any{"all", p.Number(s.all), "done", p.Number(s.done), "late", p.Number(s.late), "missed", p.Number(s.missed), "skipped", p.Number(s.skipped), "due", p.Number(s.due), "deviated", p.Number(s.deviated)}
	}
	out := review.Told{Link: "/operations?show=all", Says: t.during("operations", func(p *lang.Printer) []any { return args(p, &whole) })}
	for _, kind := range operation.Kinds {
		if s := of[operation.Kind(kind)]; s != nil {
			out.Lines = append(out.Lines, review.Line{Link: "/operations?show=all", Text: t.say("operations_of", func(p *lang.Printer) []any {
				return append([]any{"kind", p.T("setting.operation.kind." + kind)}, args(p, s)...)
			})})
		}
	}
	return out, nil
}

// monitored tells how many incidents monitoring found, and what became of them.
func (t *teller) monitored() (review.Told, error) {
	opened := t.within("opened")
	found := opened + " channel:monitor"
	all, err := t.count(record.Incident, opened)
	if err != nil {
		return review.Told{}, err
	}
	seen, err := t.count(record.Incident, found)
	if err != nil {
		return review.Told{}, err
	}
	open, err := t.count(record.Incident, found+" open:true")
	if err != nil || seen == 0 {
		return review.Told{Says: t.during("monitoring_none", func(p *lang.Printer) []any { return []any{"all", p.Number(all)} }), Link: searched(record.Incident, opened)}, err
	}
	return review.Told{Link: searched(record.Incident, found), Says: t.during("monitoring", func(p *lang.Printer) []any {
		return []any{"n", p.Number(seen), "all", p.Number(all), "share", p.Percent(float64(seen)/float64(all), 0), "open", p.Number(open)}
	})}, nil
}

// mostLines is how many parts of a figure are told.
const mostLines = 8

// causes tells which incidents had causes that lie with the centre itself.
func (t *teller) causes() (review.Told, error) {
	all, err := t.db.ReviewShelf().Causes(t.ctx, t.by.Scope, t.p)
	if err != nil {
		return review.Told{}, err
	}
	total, inner, unnamed := 0, 0, 0
	of := map[string]int{} // with the causes below each
	for _, c := range all {
		total += c.N
		above := review.Above(t.settings.All(), c.Cause)
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
		one := t.settings.All().Coded(setting.Cause, code)
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
	all, err := t.db.ReviewShelf().Broken(t.ctx, t.by.Scope, t.p)
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
