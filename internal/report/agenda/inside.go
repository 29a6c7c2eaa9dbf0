package agenda

import (
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/report/desk"
)

// promisedBetween is a team's agreement with what was kept of it.
type promisedBetween struct {
	of          *setting.Thing
	team        people.TeamID
	met, missed int
}

// teamAgreements are the agreements between teams that are in force.
func (t *teller) teamAgreements() (out []promisedBetween, err error) {
	for _, one := range t.Settings().Of(setting.Agreement) {
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
	book := t.Book()
	err = t.Cases.DeskCases(t.ctx, t.by.Scope, t.p.From, t.p.Until, func(c *desk.Case) error {
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
		if team := t.Settings().Any(int64(one.team)); team != nil {
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
