package maturity

import (
	"net/http"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/report/evidence"
	"kilter/internal/web"
)

// printPage is a whole assessment on paper: where the processes stand, and every
// statement with what was said of it.
type printPage struct {
	*showPage
	Parts []*processPage
}

func (s *sight) print(w http.ResponseWriter, r *http.Request) error {
	one, found, err := s.result(web.PathID(r, "id"))
	if err != nil {
		return err
	}
	held, err := s.held(one.ID)
	if err != nil {
		return err
	}
	var measured *evidence.Report // what the records say now is no part of what was signed
	if one.State == assessment.Open {
		if measured, err = s.pages.Evidence.ReadFor(s.ctx, s.By, s.set); err != nil {
			return err
		}
	}
	p := &printPage{showPage: &showPage{sight: s, One: one, Found: found}}
	for _, code := range maturity.Processes() {
		p.Parts = append(p.Parts, &processPage{sight: s, One: one, Found: found, Part: s.set.Part(code), Measured: measured, Held: held})
	}
	p.Title = s.name(one)
	p.Needs("charts")
	return web.Show(w, r, http.StatusOK, printView(p))
}
