package app

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/lang"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/report/desk"
	"kilter/internal/report/director"
)

// promisedBetween is a team's agreement with what was kept of it.
type promisedBetween struct {
	of          *setting.Thing
	team        people.TeamID
	met, missed int
}

// teamAgreements are the agreements between teams that are in force.
func (t *teller) teamAgreements() (out []promisedBetween, err error) {
	for _, one := range t.settings.All().Of(setting.Agreement) {
		a, err := setting.Read[sla.Agreement](*one)
		if err != nil {
			return nil, err
		}
		if one.Retired || a.Kind != sla.OLA || a.Party == 0 || !a.To.IsZero() && !a.To.After(t.p.From) || a.From.After(t.p.Until) {
			continue
		}
		out = append(out, promisedBetween{of: one, team: people.TeamID(a.Party)})
	}
	return out, nil
}

// inside tells how the agreements between teams were kept: of each incident that a
// team with one resolved in the period the clocks of that agreement, replayed from
// when the incident came to the team.
func (t *teller) inside() (review.Told, error) {
	all, err := t.teamAgreements()
	if err != nil {
		return review.Told{}, err
	}
	if len(all) == 0 {
		return t.nothing("ola_none"), nil
	}
	book := t.directory.View().Book
	err = t.db.DeskCases(t.ctx, t.by.Scope, t.p.From, t.p.Until, func(c *desk.Case) error {
		team, facts := heldBy(c, t.p)
		if i := slices.IndexFunc(all, func(o promisedBetween) bool { return team != 0 && o.team == team }); i < 0 {
			return nil
		}
		service, _ := strconv.ParseInt(c.Service, 10, 64) // none is 0
		terms, id := book.Under(sla.OLA, int64(team), service, c.Priority, time.UnixMilli(c.Opened))
		i := slices.IndexFunc(all, func(o promisedBetween) bool { return o.of.ID == id })
		if i < 0 {
			return nil
		}
		clocks, err := sla.Replay(facts, terms)
		for _, k := range clocks {
			switch {
			case k.Name != sla.Resolve:
			case k.State == sla.Met:
				all[i].met++
			case k.State == sla.Missed:
				all[i].missed++
			}
		}
		return err
	})
	if err != nil {
		return review.Told{}, err
	}
	met, sum := 0, 0
	out := review.Told{}
	for _, one := range all {
		met, sum = met+one.met, sum+one.met+one.missed
		text := ""
		if team := t.settings.All().Any(int64(one.team)); team != nil {
			text = "team:" + team.Code + " "
		}
		out.Lines = append(out.Lines, review.Line{Link: searched(record.Incident, text+t.within("resolved")), Text: t.say("ola_of", func(p *lang.Printer) []any {
			return []any{"name", one.of.Label(string(p.Lang())), "team", t.name(p, int64(one.team)), "met", p.Number(one.met), "of", p.Number(one.met + one.missed)}
		})})
	}
	out.Says = t.during("ola", func(p *lang.Printer) []any {
		return []any{"n", p.Number(len(all)), "met", p.Number(met), "of", p.Number(sum)}
	})
	return out, nil
}

// heldBy is the team that resolved a case in a period, and what happened from the
// moment it came to that team; 0 when nobody resolved it then.
func heldBy(c *desk.Case, p review.Period) (team people.TeamID, facts []sla.Fact) {
	end, from, holder := -1, -1, ""
	for i, s := range c.Steps {
		if s.Team != "" && s.Team != holder && end < 0 {
			holder, from = s.Team, i
		}
		if at := time.UnixMilli(s.At); s.State == incident.Resolved && !at.Before(p.From) && at.Before(p.Until) {
			end = i
			break
		}
	}
	if end < 0 || holder == "" || from < 0 {
		return 0, nil
	}
	id, err := strconv.ParseInt(holder, 10, 64)
	if err != nil {
		return 0, nil
	}
	state, reason := incident.Flow.Start, ""
	for i, s := range c.Steps[:end+1] {
		if s.State != "" {
			state, reason = s.State, s.Reason
		} else if s.Reason != "" {
			reason = s.Reason
		}
		if i >= from {
			facts = append(facts, sla.Fact{At: time.UnixMilli(s.At), Pace: incident.Flow.Place(state).Pace, Reason: reason})
		}
	}
	return people.TeamID(id), facts
}

// results tells what was kept of each service in the months of the period, the worst
// first.
func (t *teller) results() (review.Told, error) {
	rows, err := t.db.Promises().Promises(t.ctx, t.by.Scope, monthOf(t.p.From, t.place()))
	if err != nil {
		return review.Told{}, err
	}
	first, last := monthOf(t.p.From, t.place()), monthOf(t.p.Until.Add(-time.Millisecond), t.place())
	if t.past { // what was kept by then of the month that ran is not known any more
		last = last.AddDate(0, -1, 0)
	}
	begins, ends := day.Begin(first, t.place()), day.Begin(last.AddDate(0, 1, 0), t.place())
	closed := `open:false resolved>="` + begins.Format(time.RFC3339) + `" resolved<"` + ends.Format(time.RFC3339) + `"`
	sums := map[int64]*director.Promises{}
	var met, all int
	for _, r := range rows {
		if r.Month.After(last) {
			continue
		}
		met, all = met+r.Met, all+r.Met+r.Missed
		if one := t.settings.All().Find(setting.Service, r.Service); one == nil || !catalogue.Cleared(t.by.Scope, one) {
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
		code := t.settings.All().Any(s.Service).Code
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
	policy, err := grade.PolicyOf(t.settings.All())
	if err != nil {
		return review.Told{}, err
	}
	counts, err := t.db.Grades().Counts(t.ctx, t.by.Scope, grade.ByService, "", t.p.From, t.p.Until)
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
