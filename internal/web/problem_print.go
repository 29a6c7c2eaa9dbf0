package web

import (
	"net/http"

	"kilter/internal/web/part"
)

// problemPaper shows a problem with its analyses as it is printed.
func (d *Desk) problemPaper(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	all, err := p.analyses()
	if err != nil {
		return err
	}
	p.Full, p.All = true, true
	p.Title = p.Ref + " " + p.One.Title
	return Show(w, r, http.StatusOK, problemPrint(p, all))
}

// problemDeeds are what can be done with a problem beside its moves.
func problemDeeds(p *plainPage) []part.Button {
	out := taught(p)
	if p.By.Can("problem.relate") {
		out = append(out, part.Button{Label: p.T("desk.link"), Icon: "link", Look: part.Quiet, Type: "button", Key: "l", Deed: true, Attrs: templAttrs("hx-get", p.base()+"/link", "hx-target", "body", "hx-swap", "beforeend")})
	}
	return append(out, part.Button{Label: p.T("problem.print"), Icon: "printer", Look: part.Quiet, Href: p.base() + "/print"})
}
