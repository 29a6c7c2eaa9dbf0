package survey

import (
	"context"
	"net/http"
	"strconv"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// portal is the way in the portal's head, for who is asked to answer something.
func (d *Pages) portal(f *web.Frame, by people.Actor) []part.Link {
	all, err := d.Waves.Mine(context.Background(), by.ID)
	if err != nil || len(all) == 0 {
		return nil
	}
	return []part.Link{{Label: f.T("wave.title"), Href: portalPath}}
}

type minePage struct {
	*web.Guest
	Rows []wave.Wave
}

// mine lists what an official is asked to answer.
func (d *Pages) mine(w http.ResponseWriter, r *http.Request, g *web.Guest) error {
	all, err := d.Waves.Mine(r.Context(), g.By.ID)
	if err != nil {
		return err
	}
	g.Title = g.T("wave.title")
	return web.Show(w, r, http.StatusOK, mineView(&minePage{Guest: g, Rows: all}))
}

// invited is the door of a questionnaire for whoever is signed in.
func (d *Pages) invited(w http.ResponseWriter, r *http.Request, g *web.Guest) error {
	id := web.PathID(r, "id")
	at, err := d.Waves.Find(r.Context(), id, g.By.ID)
	p := &door{Frame: g.Frame, Door: at, Path: portalPath + "/" + strconv.FormatInt(id, 10)}
	return p.show(w, r, err, func() error { return web.Show(w, r, p.status(), invitedView(p)) })
}

// beginHere gives the browser a token; from then on the pages do not know him.
func (d *Pages) beginHere(w http.ResponseWriter, r *http.Request, g *web.Guest) error {
	at, err := d.Waves.Find(r.Context(), web.PathID(r, "id"), g.By.ID)
	if err != nil {
		p := &door{Frame: g.Frame}
		return p.show(w, r, err, func() error { return web.Show(w, r, p.status(), invitedView(p)) })
	}
	return d.pass(w, r, at)
}

// preview is a questionnaire as respondents will see it.
func (s *sight) preview(w http.ResponseWriter, r *http.Request) error {
	side := wave.Users
	if r.URL.Query().Get("side") == string(wave.Staff) {
		side = wave.Staff
	}
	a, err := s.room.Preview(s.ctx, s.By, web.PathID(r, "id"), side)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.URL.Query().Get("step"))
	if err != nil || n < 0 || n >= len(a.Steps) {
		n = 0
	}
	p := &asks{Frame: s.Frame, Asking: a, At: n, Preview: sheetHref(a.Sheet.ID) + "/preview?side=" + string(side)}
	p.Title = s.T("wave.preview")
	return web.Show(w, r, http.StatusOK, stepView(p))
}

func (p *asks) previewAt(n int) string { return p.Preview + "&step=" + strconv.Itoa(n) }

// action is where a step is sent: nowhere from a preview.
func (p *asks) action() string {
	if p.Preview != "" {
		return ""
	}
	return stepPath(p.At)
}
