package app

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
)

// guides tells for which recurring operations it is written down how they are done,
// and which articles for the staff are to be looked at.
func (t *teller) guides() (review.Told, error) {
	plans, err := t.operations().Plans(t.by)
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
	s, err := t.readiness().Staffing(t.ctx, t.by)
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

// coming is how far ahead planned changes are told.
const coming = 90

// planned tells which changes are to come, the next first.
func (t *teller) planned() (review.Told, error) {
	text := `open:true starts>="` + t.now.In(t.place()).Format(time.RFC3339) + `" starts<"` + t.now.AddDate(0, 0, coming).In(t.place()).Format(time.RFC3339) + `"`
	where, err := t.where(record.Changes, text)
	if err != nil {
		return review.Told{}, err
	}
	const most = 200
	rows, err := t.db.Ledger().List(t.ctx, t.by.Scope, record.Query{Kind: record.Changes, Where: where, Limit: most})
	if err != nil || len(rows) == 0 {
		return review.Told{Says: t.say("planned_none", func(*lang.Printer) []any { return []any{"days", coming} })}, err
	}
	var all []*change.Change
	for i := range rows {
		c, err := t.changes.Find(t.ctx, t.by, rows[i].Number)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return review.Told{}, err
		}
		all = append(all, c)
		if len(all) == mostLines*3 {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b *change.Change) int { return a.Starts.Compare(b.Starts) })
	out := review.Told{Link: searched(record.Changes, text), Says: t.say("planned", func(p *lang.Printer) []any { return []any{"n", p.Number(len(rows)), "days", coming} })}
	for _, c := range all[:min(len(all), mostLines)] {
		out.Lines = append(out.Lines, review.Line{Link: record.Changes.Path() + "/" + c.Ref(), Text: t.each(func(p *lang.Printer) string {
			service := ""
			if c.Service != 0 {
				service = t.name(p, int64(c.Service))
			}
			return p.T("review.told.planned_one", "at", p.DateTime(c.Starts), "ref", c.Ref(), "title", c.Title, "service", cmp.Or(service, p.T("review.told.no_service")))
		})})
	}
	return out, nil
}

// improve tells which steps of the programme are open, the next first.
func (t *teller) improve() (review.Told, error) {
	all, err := t.programmes().List(t.ctx, t.by)
	if err != nil {
		return review.Told{}, err
	}
	i := slices.IndexFunc(all, func(p programme.Programme) bool { return p.State == programme.Approved })
	if i < 0 {
		return t.nothing("improve_none"), nil
	}
	v, err := t.programmes().Look(t.ctx, t.by, all[i].ID)
	if err != nil {
		return review.Told{}, err
	}
	var open []*programme.Step
	late := 0
	today := day.Of(t.now, t.place())
	for i := range v.Steps {
		if s := &v.Steps[i]; s.State != roadmap.Verified && s.State != roadmap.Rejected {
			open = append(open, s)
			if s.Late(today) {
				late++
			}
		}
	}
	slices.SortStableFunc(open, func(a, b *programme.Step) int { return a.Due.Compare(b.Due) })
	at := "/roadmap/" + strconv.FormatInt(v.ID, 10)
	out := review.Told{Link: at + "/board", Says: t.say("improve", func(p *lang.Printer) []any {
		return []any{"name", v.Name.In(string(p.Lang())), "n", p.Number(len(open)), "of", p.Number(len(v.Steps)), "late", p.Number(late)}
	})}
	for _, s := range open[:min(len(open), mostLines)] {
		out.Lines = append(out.Lines, review.Line{Link: at + "/steps/" + strconv.FormatInt(s.ID, 10), Text: t.say("improve_one", func(p *lang.Printer) []any {
			return []any{"process", maturity.Current().Part(s.Process).Name.In(p.Lang().HTML()), "level", p.Decimal(float64(s.To), 1), "state", p.T("roadmap.state." + string(s.State)), "due", p.In(time.UTC).Date(s.Due)}
		})})
	}
	return out, nil
}

// about is the change that the review is about, nil where it is about none.
func (t *teller) about() (*change.Change, error) {
	if t.r.Change == 0 {
		return nil, nil
	}
	return t.changes.Find(t.ctx, t.by, t.r.Change)
}

// impact tells what suffers while the change is carried out: its items and all that
// depend on them, by the configuration as the reader may know of it.
func (t *teller) impact() (review.Told, error) {
	c, err := t.about()
	if err != nil || c == nil {
		return review.Told{}, err
	}
	if len(c.Items) == 0 {
		return t.nothing("impact_none"), nil
	}
	got, err := t.analyst().Impact(t.ctx, t.by, cmdb.Question{Items: c.Items, From: c.Starts, Until: c.Ends})
	if fault.Is(err, fault.Missing) || len(fault.All(err)) > 0 {
		return t.nothing("impact_hidden"), nil
	}
	if err != nil {
		return review.Told{}, err
	}
	at := record.Changes.Path() + "/" + c.Ref()
	down := 0
	for i := range got.Items {
		if got.Items[i].Condition == graph.Down {
			down++
		}
	}
	out := review.Told{Link: at + "/plan", Says: t.say("impact", func(p *lang.Printer) []any {
		return []any{"items", p.Number(len(c.Items)), "down", p.Number(down), "weak", p.Number(len(got.Items) - down), "services", p.Number(len(got.Services)), "departments", p.Number(len(got.Departments)), "users", p.Number(got.Users), "agreements", p.Number(len(got.Agreements))}
	})}
	for i := range got.Services {
		s := &got.Services[i]
		if i == mostLines {
			break
		}
		word := "degraded"
		if s.Condition == graph.Down {
			word = "down"
		}
		out.Lines = append(out.Lines, review.Line{Text: t.say("impact_one", func(p *lang.Printer) []any {
			return []any{"name", t.name(p, int64(s.Service)), "state", p.T("impact.condition." + word), "items", p.Number(s.Items), "users", p.Number(s.Users)}
		})})
	}
	return out, nil
}

// weighed tells how risky the change was found, how it is taken back, and the risks
// of the register that are tied to it.
func (t *teller) weighed() (review.Told, error) {
	c, err := t.about()
	if err != nil || c == nil {
		return review.Told{}, err
	}
	out := review.Told{Link: record.Changes.Path() + "/" + c.Ref()}
	out.Says = t.say("risk_none", nil)
	if c.Score > 0 {
		out.Says = t.say("risk", func(p *lang.Printer) []any {
			return []any{"class", p.T("change.class." + string(c.Class)), "score", p.Number(c.Score), "likelihood", int(c.Likelihood), "impact", int(c.Impact)}
		})
	}
	back := "risk_no_back_out"
	if c.BackOut != "" {
		back = "risk_back_out"
	}
	out.Lines = append(out.Lines, review.Line{Text: t.say(back, func(p *lang.Printer) []any { return []any{"minutes", p.Number(c.BackOutTime)} })})
	tied, err := t.risksOf(c)
	if err != nil {
		return review.Told{}, err
	}
	for _, r := range tied {
		out.Lines = append(out.Lines, review.Line{Link: record.Risk.Path() + "/" + r.Ref(), Text: t.say("risk_one", func(p *lang.Printer) []any {
			mitigation := cmp.Or(r.Mitigation, p.T("review.told.no_mitigation"))
			return []any{"ref", r.Ref(), "title", r.Title, "exposure", p.Number(r.Exposure), "mitigation", mitigation}
		})})
	}
	if len(tied) == 0 {
		out.Lines = append(out.Lines, review.Line{Text: t.say("risk_not_entered", nil)})
	}
	return out, nil
}

// risksOf are the risks of the register that are tied to a change.
func (t *teller) risksOf(c *change.Change) (out []*risk.Risk, err error) {
	if !t.by.Can("risk.read") {
		return nil, nil
	}
	around, err := t.db.Ledger().Around(t.ctx, t.by.Scope, c.ID)
	for i := range around.Links {
		row := &around.Links[i].Row
		if row.Kind != record.Risk || len(out) == mostLines {
			continue
		}
		r, err := t.risks.Find(t.ctx, t.by, row.Number)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, err
}

// worth tells what the change costs against what it is for.
func (t *teller) worth() (review.Told, error) {
	c, err := t.about()
	if err != nil || c == nil {
		return review.Told{}, err
	}
	key := "cost"
	if c.Cost == 0 {
		key = "cost_none"
	}
	out := review.Told{Link: record.Changes.Path() + "/" + c.Ref(), Says: t.say(key, func(p *lang.Printer) []any { return []any{"cost", p.Number(c.Cost)} })}
	benefit := review.Line{Text: t.say("benefit_none", nil)}
	if c.Reason != "" {
		benefit.Text = t.say("benefit", func(*lang.Printer) []any { return []any{"reason", c.Reason} })
	}
	out.Lines = append(out.Lines, benefit)
	return out, nil
}
