package app

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/web"
)

// portalPages mounts the portal of officials, and names the page each person
// begins at.
func (h *house) portalPages(mux web.Mux, shell *web.Shell, gate *web.Gate, rooms []web.Room) {
	h.incidents.Files = h.db.Files()
	gate.Home = web.Start
	d := &web.PortalDesk{
		Shell: shell, Incidents: h.incidents, Ledger: h.db.Ledger(), Files: h.db.Files(), Drafts: h.db.Drafts(), Directory: h.directory,
		Person: h.db.Person, Grades: h.gradeRoom(), Board: h.db.BoardFollowers(), Advise: h.problems.Advise, Articles: h.articles, Finder: h.db.Finder(),
		Orders: h.orders(), Rooms: rooms,
		Actor: func(r *http.Request) (people.Actor, error) {
			a := people.From(r.Context())
			if a.ID == 0 {
				return a, fault.New(fault.Unknown, "trouble.401")
			}
			return a, nil
		},
	}
	d.Routes(mux)
}
