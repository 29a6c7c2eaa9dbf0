package app

import (
	"net/http"

	"kilter/internal/intake/history"
	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
	"kilter/internal/report/transition"
	"kilter/internal/web"
)

// history wires what brings the history of other tools in.
func (h *house) history() *history.Intake {
	return &history.Intake{Desk: h.incidents.Desk, Directory: h.directory, Archive: h.db.Archive(), Shelf: h.db.Shelf(), Now: Now}
}

// wireWorks makes what brings logs in while people do something else; pages and
// API share it, for it knows how far each log has come.
func (h *house) wireWorks() {
	h.works = &history.Works{Intake: h.history(), Tray: h.db.Tray(), Stop: h.env.Context.Done()}
}

// deskReport wires the report of the service desk.
func (h *house) deskReport() *desk.Maker {
	return &desk.Maker{Source: h.db, View: h.directory.View, Now: Now}
}

// transitions wires the reports of changes and of releases.
func (h *house) transitions() *transition.Maker {
	return &transition.Maker{Source: h.db, Desk: h.deskReport(), Drifts: h.db.ChangeDrifts()}
}

// historyPages mounts the pages of imports and reports.
func (h *house) historyPages(mux web.Mux, shell *web.Shell) {
	actor := func(r *http.Request) (people.Actor, error) { return people.From(r.Context()), nil }
	(&web.History{Shell: shell, Actor: actor, Works: h.works, Tray: h.db.Tray(), Shelf: h.db.Shelf()}).Routes(mux)
	(&web.Reports{Shell: shell, Actor: actor, Desk: h.deskReport()}).Routes(mux)
}
