package survey

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// tryoutPage is how the questionnaire of a wave held up.
type tryoutPage struct {
	*wavePage
	Found *wave.Tryout
}

// triedOut reports whether it can be read how the questionnaire held up.
func (p *wavePage) triedOut() bool {
	w := p.Wave
	return w.Source == wave.Asked && !w.Closed.IsZero() && w.State != wave.Cancelled && w.Purged.IsZero() && p.By.Can(wave.DeedRun)
}

func (s *sight) tryout(w http.ResponseWriter, r *http.Request) error {
	p, err := s.wavePage(r)
	if err != nil {
		return err
	}
	found, err := s.room.Tryout(s.ctx, s.By, p.Wave.ID)
	if fault.Is(err, fault.Conflict) {
		return s.after(w, r, err)
	}
	if err != nil {
		return err
	}
	p.Title = p.T("wave.tryout_of", "name", p.says(p.Wave.Name))
	p.Lists()
	return web.Show(w, r, http.StatusOK, tryoutView(&tryoutPage{wavePage: p, Found: found}))
}

// answer says in words how it held up.
func (p *tryoutPage) answer() string {
	wrong := 0
	for i := range p.Found.Items {
		if len(p.Found.Items[i].Notes) > 0 {
			wrong++
		}
	}
	if wrong == 0 {
		return p.T("wave.tryout_well", "n", p.Number(p.Found.N))
	}
	return p.N("wave.tryout_says", wrong, "of", p.Number(len(p.Found.Items)), "answers", p.Number(p.Found.N))
}

func (p *tryoutPage) figures() []part.Figure {
	f := p.Found
	out := []part.Figure{
		{Name: p.T("wave.answered_n"), Value: p.Number(f.N)},
		{Name: p.T("wave.begun"), Value: p.Number(f.Begun)},
	}
	if f.Minutes > 0 {
		pace := part.Figure{Name: p.T("wave.tryout_pace"), Value: p.Number(f.Minutes), Unit: p.T("wave.tryout_minutes"), Note: p.T("wave.tryout_pace_note")}
		if f.Slow {
			pace.Tone = part.Amber
		}
		out = append(out, pace)
	}
	return out
}

func (p *tryoutPage) columns() []part.Column {
	return []part.Column{
		{Label: p.T("wave.statement"), Title: true},
		{Label: p.T("wave.tryout_way"), Wide: true},
		{Label: p.T("wave.tryout_rated"), Number: true, Wide: true},
		{Label: p.T("wave.cannot"), Number: true},
		{Label: p.T("wave.tryout_blank"), Number: true},
		{Label: p.T("wave.tryout_mean"), Number: true, Wide: true},
		{Label: p.T("wave.tryout_sd"), Number: true, Wide: true},
		{Label: p.T("wave.notes")},
	}
}

// way is in which way a statement was put.
func (p *tryoutPage) way(t *wave.Tried) string {
	return p.T("wave.asked." + strings.ToLower(string(t.Way)))
}

// of is a share of all who answered.
func (p *tryoutPage) of(n int) string { return p.Percent(float64(n)/float64(p.Found.N), 0) }
