package roadmap

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap"
	"kilter/internal/web"
)

// export sends the steps as a table; as a workbook with priorities and what was
// predicted and attained beside them.
func (s *sight) export(w http.ResponseWriter, r *http.Request) error {
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	p, err := s.look(r, "")
	if err != nil {
		return err
	}
	against, err := s.room.Against(s.ctx, s.By, p.View)
	if err != nil {
		return err
	}
	o := &outcomePage{framed: p, Against: against}
	name := s.name(p.View.Name)
	return web.Saved{As: as, Name: name, Title: s.T("roadmap.tab.phases")}.Write(w, func(out sheet.Writer) error {
		if err := p.writeSteps(out); err != nil {
			return err
		}
		if book, ok := out.(sheet.Workbook); ok && p.Plan != nil {
			if err := p.writeTerms(book); err != nil {
				return err
			}
			if err := o.writeAgainst(book); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

func (s *sight) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = s.T(k)
	}
	return out
}

func dated(t time.Time) sheet.Cell {
	if t.IsZero() {
		return sheet.Text("")
	}
	return sheet.Text(t.Format(time.DateOnly))
}

func (p *framed) writeSteps(out sheet.Writer) error {
	if err := out.Header(p.heads("roadmap.page.phase", "roadmap.col.action", "roadmap.col.process", "roadmap.col.level", "maturity.col.state", "roadmap.col.theme", "roadmap.page.owner", "roadmap.page.due", "roadmap.col.cost", "roadmap.page.extra_money", "roadmap.page.gains", "roadmap.page.benefit", "roadmap.page.change", "roadmap.state.claimed", "roadmap.state.verified", "roadmap.page.tasks", "roadmap.page.done")...); err != nil {
		return err
	}
	for i := range p.View.Steps {
		s := &p.View.Steps[i]
		_, _, state := p.state(s.State)
		gain := sheet.Text("")
		if s.Kind == roadmap.Step {
			gain = sheet.Number(s.Action().PerPoint())
		}
		err := out.Row(sheet.Int(int64(s.Phase)), sheet.Text(p.action(s.Kind, s.Process, s.To)), sheet.Text(p.process(s.Process)), sheet.Number(s.To.Number()), sheet.Text(state), sheet.Text(p.theme(s)), sheet.Text(p.owner(s.Owner)), dated(s.Due),
			sheet.Int(int64(s.Cost)), sheet.Number(s.Money), gain, sheet.Text(s.Benefit), sheet.Text(s.Change), dated(s.Claimed), dated(s.Verified), sheet.Int(int64(len(s.Tasks))), sheet.Int(int64(s.Done())))
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *framed) writeTerms(out sheet.Workbook) error {
	if err := out.Sheet(p.T("roadmap.tab.priorities")); err != nil {
		return err
	}
	if err := out.Header(p.heads("roadmap.col.process", "roadmap.col.now", "roadmap.col.target", "roadmap.page.decided", "roadmap.col.demand", "roadmap.col.value", "roadmap.col.enables", "roadmap.col.pull", "roadmap.col.priority", "roadmap.col.ready")...); err != nil {
		return err
	}
	for _, code := range p.Plan.First(len(maturity.Processes())) {
		t := p.Plan.Terms[code]
		var who []string
		for _, e := range t.Enables {
			who = append(who, string(e.Process))
		}
		err := out.Row(sheet.Text(p.process(code)), sheet.Number(p.Inputs().Level[code].Number()), sheet.Number(p.Plan.Target[code].Number()), sheet.Text(p.Targets[code].Reason), sheet.Number(p.Plan.DemandNorm[code]),
			sheet.Number(t.Value), sheet.Text(strings.Join(who, " ")), sheet.Number(t.Pull), sheet.Number(t.Priority), sheet.Number(p.Plan.Readiness[code]))
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *outcomePage) writeAgainst(out sheet.Workbook) error {
	if err := out.Sheet(p.T("roadmap.tab.outcome")); err != nil {
		return err
	}
	if err := out.Header(p.heads("roadmap.col.process", "roadmap.page.began", "roadmap.page.predicted", "roadmap.page.attained", "roadmap.col.target", "roadmap.col.ready", "roadmap.page.item", "roadmap.page.rise", "roadmap.page.verdict")...); err != nil {
		return err
	}
	for _, c := range p.Against {
		row := []sheet.Cell{sheet.Text(p.process(c.Process)), sheet.Number(c.Began.Number()), sheet.Number(c.Predicted.Number()), sheet.Number(c.Attained.Number()), sheet.Number(c.Target.Number()), sheet.Number(c.Found.Ready)}
		spoke := p.spoke(c.Process)
		if len(spoke) == 0 {
			if err := out.Row(append(row, sheet.Text(""), sheet.Text(""), sheet.Text(""))...); err != nil {
				return err
			}
		}
		for _, o := range spoke {
			if err := out.Row(append(row[:len(row):len(row)], sheet.Text(o.Item), sheet.Number(o.Rise), sheet.Text(p.T("roadmap.verdict."+string(o.Verdict()))))...); err != nil {
				return err
			}
		}
	}
	return nil
}

// printPage is the whole programme on paper.
type printPage struct {
	*overviewPage
	Outcomes *outcomePage
}

func (s *sight) print(w http.ResponseWriter, r *http.Request) error {
	f, err := s.look(r, "")
	if err != nil {
		return err
	}
	p := &printPage{overviewPage: &overviewPage{framed: f}}
	if err := p.indicate(); err != nil {
		return err
	}
	p.Outcomes = &outcomePage{framed: f, Against: p.Against}
	return web.Show(w, r, http.StatusOK, printView(p))
}
