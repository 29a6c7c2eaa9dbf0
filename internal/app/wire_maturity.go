package app

import (
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
)

// assessments is the room of self-assessments of maturity, with the centre
// around it.
func (h *house) assessments() *assessment.Room {
	return &assessment.Room{Store: h.db.Assessments(), Pen: h.db, Now: Now, Works: func(id people.ID) bool {
		who, ok := h.directory.Roll.Find(id)
		return ok && who.Staff && !who.Retired
	}}
}
