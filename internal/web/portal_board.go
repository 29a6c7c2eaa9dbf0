package web

import (
	"net/http"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

// portalBoard is the public notice board: what is broken for many, and what
// was lately.
type portalBoard struct {
	*guest
	Now, Over []outage
}

// boardReach is how long the board remembers.
const boardReach = 30 * 24 * time.Hour

func (d *PortalDesk) board(w http.ResponseWriter, r *http.Request, g *guest) error {
	p := &portalBoard{guest: g}
	p.Title = g.T("portal.board")
	all, err := g.outages()
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Now {
			p.Now = append(p.Now, o)
		} else {
			p.Over = append(p.Over, o)
		}
	}
	return Show(w, r, http.StatusOK, portalBoardPage(p))
}

// outages gathers the posts of the board by the incident they are about, the
// newest first. Only what its writers chose to post is told.
func (g *guest) outages() ([]outage, error) {
	posts, err := g.desk.Incidents.Board(g.ctx, g.By, g.Frame.Now.Add(-boardReach))
	if err != nil {
		return nil, err
	}
	var followed []record.Number
	if g.desk.Board != nil && len(posts) > 0 {
		if followed, err = g.desk.Board.Followed(g.ctx, g.By.ID); err != nil {
			return nil, err
		}
	}
	var out []outage
	for _, p := range posts {
		i := slices.IndexFunc(out, func(o outage) bool { return o.Number == p.Number })
		if i < 0 {
			i = len(out)
			out = append(out, outage{
				Number: p.Number, Ref: record.Ref(record.Incident, p.Number), Service: p.Service, Name: g.Thing(int64(p.Service)),
				Now: p.Major && g.desk.Incidents.Flow.Live(p.State) && p.State != incident.Resolved, Followed: slices.Contains(followed, p.Number),
			})
		}
		out[i].Posts = append(out[i].Posts, p)
	}
	return out, nil
}

// follow lets somebody hear of an outage until it is over. He follows what is
// on the board, not the record: that may be somebody else's.
func (d *PortalDesk) follow(w http.ResponseWriter, r *http.Request, g *guest) error {
	ref := r.PathValue("ref")
	all, err := g.outages()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o outage) bool { return o.Ref == ref })
	if i < 0 || d.Board == nil {
		return fault.New(fault.Missing, "record.no_such").With("ref", ref)
	}
	if r.URL.Query().Get("off") != "" {
		err = d.Board.Unfollow(r.Context(), g.By.ID, all[i].Number)
	} else {
		err = d.Board.Follow(r.Context(), g.By.ID, all[i].Number, g.Frame.Now)
	}
	if err != nil {
		return err
	}
	if r.URL.Query().Get("instead") != "" { // of reporting it once more
		if err := g.Forget(draftOfReport); err != nil {
			return err
		}
	}
	return Go(w, r, portalPath+"/board#"+ref)
}
