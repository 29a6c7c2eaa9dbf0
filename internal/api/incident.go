package api

import (
	"context"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Incidents serves incident management.
func (a *API) Incidents(desk *record.Desk[*incident.Incident]) {
	p := &practice[*incident.Incident]{API: a, desk: desk, room: "incidents", open: func(ctx context.Context, by people.Actor, in record.Input) (*incident.Incident, error) {
		i := new(incident.Incident)
		return i, desk.Open(ctx, by, i, in)
	}}
	p.serve()
}
