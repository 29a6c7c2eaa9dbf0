package transition

import (
	"math"

	"kilter/internal/report/transition"
	"kilter/internal/web/part"
)

// changesShown is the report of changes.
type changesShown struct{ transition.Changes }

func (changesShown) told() []string {
	return []string{"ended", "success", "emergency", "caused", "lead_median", "accuracy", "moved", "unauthorised"}
}

func (r changesShown) figures(p *page) []part.Figure {
	f := r.ChangeFigures
	out := []part.Figure{
		{Name: p.T("transition.ended"), Value: p.Number(f.Ended)},
		p.share("success", f.Success, f.Succeeded, f.Reviewed),
		p.share("emergency", f.Emergency, f.Emergencies, f.Ended),
		{Name: p.T("transition.caused"), Value: p.Number(f.Caused), Note: p.T("transition.of_changes", "n", f.Causing)},
		p.spread(f.LeadTime),
		p.share("accuracy", f.Accuracy, f.InWindow, f.Planned),
	}
	if r.Unauthorised != nil {
		out = append(out, part.Figure{Name: p.T("transition.unauthorised"), Value: p.Number(*r.Unauthorised), Note: p.T("transition.explained", "n", *r.Explained), Href: "/unauthorised-changes"})
	}
	return out
}

// charts are how changes came out by month, and how long they took by type.
func (r changesShown) charts(p *page) []part.Chart {
	results := p.chart("transition.chart_results", part.Stack, p.T("transition.by_month"))
	series := []part.Series{
		{Name: p.T("transition.succeeded"), Tone: part.Jade},
		{Name: p.T("transition.overran"), Tone: part.Amber},
		{Name: p.T("transition.with_incidents"), Tone: part.Vermilion},
		{Name: p.T("transition.taken_back"), Tone: part.Slate},
		{Name: p.T("transition.failed")},
		{Name: p.T("transition.unreviewed")},
	}
	caused := p.chart("transition.chart_caused", part.Lines, p.T("transition.by_month"))
	counts := []part.Series{{Name: p.T("transition.caused")}, {Name: p.T("transition.emergencies")}}
	for _, m := range r.ByMonth {
		results.Groups, caused.Groups = append(results.Groups, m.Name), append(caused.Groups, m.Name)
		for i, n := range []int{m.Succeeded, m.Overran, m.WithIncidents, m.TakenBack, m.Failed, m.Ended - m.Reviewed} {
			series[i].Values = append(series[i].Values, float64(n))
		}
		for i, n := range []int{m.Caused, m.Emergencies} {
			counts[i].Values = append(counts[i].Values, float64(n))
		}
	}
	results.Series, caused.Series = series, counts
	lead := p.chart("transition.chart_lead", part.Across, p.T("transition.by_type"))
	lead.Unit, lead.Digits = "d", 1
	times := part.Series{Name: p.T("transition.lead_median")}
	for _, g := range r.ByType {
		lead.Groups = append(lead.Groups, p.T("transition.type_"+g.Name))
		times.Values = append(times.Values, days(g.LeadTime.Median))
	}
	lead.Series = []part.Series{times}
	return []part.Chart{results, caused, lead}
}

// releasesShown is the report of releases.
type releasesShown struct{ transition.Releases }

func (releasesShown) told() []string {
	return []string{"rolled_out", "release_success", "no_go", "builds", "release_lead", "release_accuracy", "incidents", "release_emergency", "release_verified"}
}

func (r releasesShown) figures(p *page) []part.Figure {
	f := r.ReleaseFigures
	return []part.Figure{
		{Name: p.T("transition.rolled_out"), Value: p.Number(f.RolledOut)},
		p.share("success", f.Success, f.Deployed, f.RolledOut),
		{Name: p.T("transition.no_go"), Value: p.Number(f.Refusals)},
		p.spread(f.LeadTime),
		p.share("accuracy", f.Accuracy, f.InWindow, f.Planned),
		{Name: p.T("transition.incidents"), Value: p.Number(f.Incidents), Note: p.T("transition.of_releases", "n", f.Measured)},
	}
}

// charts are how releases came out by month.
func (r releasesShown) charts(p *page) []part.Chart {
	c := p.chart("transition.chart_outcomes", part.Stack, p.T("transition.by_month"))
	series := []part.Series{
		{Name: p.T("transition.deployed"), Tone: part.Jade}, {Name: p.T("transition.partly"), Tone: part.Amber}, {Name: p.T("transition.backed_out"), Tone: part.Vermilion}, {Name: p.T("transition.cancelled"), Tone: part.Slate},
	}
	for _, m := range r.ByMonth {
		c.Groups = append(c.Groups, m.Name)
		for i, n := range []int{m.Deployed, m.Partly, m.BackedOut, m.Cancelled} {
			series[i].Values = append(series[i].Values, float64(n))
		}
	}
	c.Series = series
	return []part.Chart{c}
}

func (p *page) chart(title string, k part.ChartKind, axis string) part.Chart {
	return part.Chart{Title: p.T(title), Note: p.From + " – " + p.To, Kind: k, Axis: axis}
}

// days is a time in days, NaN for none.
func days(seconds *float64) float64 {
	if seconds == nil {
		return math.NaN()
	}
	const day = 24 * 60 * 60
	return math.Round(*seconds/day*10) / 10
}
