package change

import (
	"net/http"

	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// unkeptPath is where the changes stand whose time is free no more.
const unkeptPath = "/changes/collisions"

// unkeptPage lists the scheduled changes that do not keep to what is arranged
// now.
type unkeptPage struct {
	*sight
	All []handoff.Unkept
}

func (s *sight) unkept(w http.ResponseWriter, r *http.Request) error {
	p := &unkeptPage{sight: s}
	var err error
	if p.All, err = s.Planning.Unkept(s.ctx, s.By, s.Now); err != nil {
		return err
	}
	p.Title = s.T("change.unkept")
	p.Views = []web.Group{{Title: s.T("desk.change.title"), Views: []part.Link{
		{Label: s.T("desk.change.view.planned"), Href: record.Changes.Path() + "?view=planned", Icon: "calendar"},
		{Label: s.T("change.unkept"), Href: unkeptPath, Icon: "alert-triangle", Active: true},
	}}}
	if s.By.Can(change.DeedItems) {
		p.Views[0].Views = append(p.Views[0].Views, part.Link{Label: s.T("change.drift"), Href: driftPath, Icon: "zoom-question"})
	}
	return web.Show(w, r, http.StatusOK, unkeptView(p))
}

// meets tells what a change does not keep to.
func (p *unkeptPage) meets(m handoff.Meeting) string {
	text := p.T("change.meets." + string(m.Kind))
	switch {
	case m.Hidden:
		return text + " · " + p.T("change.plan.hidden")
	case m.With != nil:
		return text + " · " + m.With.Head.Title
	}
	if rule := m.Rule.In(string(p.Lang())); rule != "" {
		text += " · " + rule
	}
	return text
}
