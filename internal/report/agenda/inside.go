package agenda

import (
	"kilter/internal/base/lang"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// between is a team's agreement with the others.
type between struct {
	of   *setting.Thing
	team int64
}

// teamAgreements are the agreements between teams that are in force in the period.
func (t *teller) teamAgreements() (out []between, err error) {
	for _, one := range t.Teams.agreements() {
		a, err := setting.Read[sla.Agreement](*one)
		if err != nil {
			return nil, err
		}
		if (a.To.IsZero() || a.To.After(t.p.From)) && !a.From.After(t.p.Until) {
			out = append(out, between{of: one, team: a.Party})
		}
	}
	return out, nil
}

// inside tells how the agreements between teams were kept, of the incidents resolved in
// the period.
func (t *teller) inside() (review.Told, error) {
	all, err := t.teamAgreements()
	if err != nil {
		return review.Told{}, err
	}
	if len(all) == 0 {
		return t.nothing("ola_none"), nil
	}
	sums, err := t.Teams.between(t.ctx, t.by.Scope, t.p)
	if err != nil {
		return review.Told{}, err
	}
	met, sum := 0, 0
	out := review.Told{}
	for _, one := range all {
		s := sums[one.of.ID]
		met, sum = met+s.Met, sum+s.Met+s.Missed
		text := ""
		if team := t.Settings().Any(one.team); team != nil {
			text = "team:" + team.Code + " "
		}
		out.Lines = append(out.Lines, review.Line{Link: searched(record.Incident, text+t.within("resolved")), Text: t.say("ola_of", func(p *lang.Printer) []any {
			return []any{"name", one.of.Label(string(p.Lang())), "team", t.name(p, one.team), "met", p.Number(s.Met), "of", p.Number(s.Met + s.Missed)}
		})})
	}
	out.Says = t.during("ola", func(p *lang.Printer) []any {
		return []any{"under", p.N("review.told.ola_under", len(all)), "met", p.Number(met), "of", p.Number(sum)}
	})
	return out, nil
}
