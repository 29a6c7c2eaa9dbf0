package app

import (
	"kilter/internal/intake/history"
	"kilter/internal/report/desk"
)

// history wires what brings the history of other tools in.
func (h *house) history() *history.Intake {
	return &history.Intake{Desk: h.incidents.Desk, Directory: h.directory, Archive: h.db.Archive(), Shelf: h.db.Shelf(), Now: Now}
}

// deskReport wires the report of the service desk.
func (h *house) deskReport() *desk.Maker {
	return &desk.Maker{Source: h.db, View: h.directory.View, Now: Now}
}
