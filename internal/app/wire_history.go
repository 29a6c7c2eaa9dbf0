package app

import (
	"kilter/internal/intake/history"
	"kilter/internal/practice/directory"
	"kilter/internal/report/desk"
)

// rooms looks the settings up for those who only read them.
func (h *house) rooms() *directory.Directory { return &directory.Directory{Keeper: h.settings} }

// history wires what brings the history of other tools in.
func (h *house) history() *history.Intake {
	return &history.Intake{Desk: h.incidents, Directory: h.rooms(), Archive: h.db.Archive(), Shelf: h.db.Shelf(), Now: Now}
}

// deskReport wires the report of the service desk.
func (h *house) deskReport() *desk.Maker {
	return &desk.Maker{Source: h.db, View: h.rooms().View, Now: Now}
}
