package agenda

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
)

// coming is how far ahead planned changes are told.
const coming = 90

// planned tells which changes are to come, the next first.
func (t *teller) planned() (review.Told, error) {
	text := `open:true starts>="` + t.now.In(t.Place()).Format(time.RFC3339) + `" starts<"` + t.now.AddDate(0, 0, coming).In(t.Place()).Format(time.RFC3339) + `"`
	where, err := t.where(record.Changes, text)
	if err != nil {
		return review.Told{}, err
	}
	const most = 200
	rows, err := t.Records.List(t.ctx, t.by.Scope, record.Query{Kind: record.Changes, Where: where, Limit: most})
	if err != nil || len(rows) == 0 {
		return review.Told{Says: t.say("planned_none", func(*lang.Printer) []any { return []any{"days", coming} })}, err
	}
	var all []*change.Change
	for i := range rows {
		c, err := t.Changes.Find(t.ctx, t.by, rows[i].Number)
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
	all, err := t.Programmes.List(t.ctx, t.by)
	if err != nil {
		return review.Told{}, err
	}
	i := slices.IndexFunc(all, func(p programme.Programme) bool { return p.State == programme.Approved })
	if i < 0 {
		return t.nothing("improve_none"), nil
	}
	v, err := t.Programmes.Look(t.ctx, t.by, all[i].ID)
	if err != nil {
		return review.Told{}, err
	}
	var open []*programme.Step
	late := 0
	today := day.Of(t.now, t.Place())
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
