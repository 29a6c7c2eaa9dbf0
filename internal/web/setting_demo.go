package web

import (
	"net/http"

	"kilter/internal/base/fault"
)

// purges tells whether the demo city is here and the reader may take it out.
func (s *Settings) purges(p *settingPage) bool {
	return s.Purge != nil && s.InDemo != nil && s.InDemo() && p.By.Can("demo.purge")
}

// purgedPage shows what each table still holds.
type purgedPage struct {
	*Frame
	Left []Left
	Rows int64
}

// purge takes the demo city out. Whoever asked for it was part of it: the page
// that follows is one before sign-in.
func (s *Settings) purge(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	if err := p.By.May("demo.purge"); err != nil {
		return err
	}
	if !s.purges(p) {
		return fault.New(fault.Conflict, "demo.not_demo")
	}
	left, err := s.Purge(r.Context())
	if err != nil {
		return err
	}
	done := &purgedPage{Frame: p.Frame, Left: left}
	done.Title, done.Banner = p.T("demo.purged"), nil
	for _, one := range left {
		done.Rows += one.Rows
	}
	return Show(w, r, http.StatusOK, purgedView(done))
}
