package survey

import (
	"net/http"

	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
)

// listPage is all waves, the newest first.
type listPage struct {
	*sight
	Rows []wave.Wave
}

func (s *sight) list(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.room.List(s.ctx, s.By)
	if err != nil {
		return err
	}
	p := &listPage{sight: s, Rows: rows}
	p.Title = s.T("wave.title")
	s.Lists()
	return web.Show(w, r, http.StatusOK, listView(p))
}

// answer says in words what runs.
func (p *listPage) answer() string {
	for i := range p.Rows {
		if w := &p.Rows[i]; w.State == wave.Open {
			return p.T("wave.says_open", "name", p.says(w.Name), "to", p.Date(w.Last()))
		}
	}
	if len(p.Rows) == 0 {
		return p.T("wave.says_none")
	}
	return p.N("wave.says_waves", len(p.Rows))
}

// invited is how many users a wave asks.
func invited(w *wave.Wave) int {
	n := 0
	for _, s := range w.Strata {
		if s.Side == wave.Users {
			n += s.Invited
		}
	}
	return n
}
