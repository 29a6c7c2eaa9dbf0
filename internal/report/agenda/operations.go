package agenda

import (
	"math"
	"strconv"

	"kilter/internal/base/lang"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
)

// operated tells what came of recurring operations, kind by kind.
func (t *teller) operated() (review.Told, error) {
	all, err := t.Shelf.Ran(t.ctx, t.by.Scope, t.p)
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

// guides tells for which recurring operations it is written down how they are done,
// and which articles for the staff are to be looked at.
func (t *teller) guides() (review.Told, error) {
	plans, err := t.Plans.Plans(t.by)
	if err != nil {
		return review.Told{}, err
	}
	written := 0
	out := review.Told{Link: "/operations/plans"}
	for _, one := range plans {
		p, err := setting.Read[operation.Plan](*one)
		if err != nil {
			return review.Told{}, err
		}
		if len(p.Lines) > 0 || p.Note != (people.Text{}) {
			written++
		} else if len(out.Lines) < mostLines {
			out.Lines = append(out.Lines, review.Line{Link: "/operations/plans/" + strconv.FormatInt(one.ID, 10), Text: t.say("guide_none", func(p *lang.Printer) []any { return []any{"name", one.Label(string(p.Lang()))} })})
		}
	}
	out.Says = t.say("guides", func(p *lang.Printer) []any { return []any{"written", p.Number(written), "of", p.Number(len(plans))} })
	if len(plans) == 0 {
		out.Says = t.say("guides_none", nil)
	}
	if !t.by.Can("knowledge.read") {
		return out, nil
	}
	const inside = "audience:staff,team -state:retired"
	const stale = inside + " -stale:none"
	all, err := t.count(record.Knowledge, inside)
	if err != nil || all == 0 {
		return out, err
	}
	old, err := t.count(record.Knowledge, stale)
	if err != nil {
		return review.Told{}, err
	}
	out.Lines = append(out.Lines, review.Line{Link: searched(record.Knowledge, stale), Text: t.say("guides_stale", func(p *lang.Printer) []any { return []any{"n", p.Number(old), "of", p.Number(all)} })})
	return out, nil
}

// staffing tells the hours, and the roles that nobody holds or stands in for.
func (t *teller) staffing() (review.Told, error) {
	s, err := t.Staff.Staffing(t.ctx, t.by)
	if err != nil {
		return review.Told{}, err
	}
	out := review.Told{Link: "/readiness"}
	vacant, alone, roles := 0, 0, 0
	for _, f := range s.Roles {
		vacant, alone, roles = vacant+len(f.Vacant), alone+len(f.Alone), roles+f.Roles
		if len(f.Vacant)+len(f.Alone) == 0 {
			continue
		}
		lacks := "staffing_of"
		switch {
		case len(f.Vacant) == 0:
			lacks = "staffing_alone"
		case len(f.Alone) == 0:
			lacks = "staffing_vacant"
		}
		out.Lines = append(out.Lines, review.Line{Link: "/readiness/" + string(f.Process), Text: t.say(lacks, func(p *lang.Printer) []any {
			named := func(codes []string) string {
				var words []string
				for _, c := range codes {
					words = append(words, readiness.RoleName(c).In(string(p.Lang())))
				}
				return p.List(words)
			}
			return []any{"process", maturity.Current().Part(f.Process).Name.In(p.Lang().HTML()), "vacant", named(f.Vacant), "alone", named(f.Alone)}
		})})
	}
	if roles == 0 && !s.Told() {
		return t.nothing("staffing_none"), nil
	}
	key := "staffing"
	if !s.Told() {
		key = "staffing_few"
	}
	out.Says = t.say(key, func(p *lang.Printer) []any {
		hours := func(x float64) string { return p.Number(int(math.Round(x))) }
		share := "–"
		if s.Available > 0 {
			share = p.Percent(s.Booked/s.Available, 0)
		}
		return []any{"booked", hours(s.Booked), "available", hours(s.Available), "share", share, "persons", p.Number(s.Persons), "roles", p.Number(roles), "vacant", p.Number(vacant), "alone", p.Number(alone)}
	})
	return out, nil
}
