package store

import (
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

// Incidents keeps the incidents.
func (db *DB) Incidents() record.Store[*incident.Incident] { return db.incidents() }

func (db *DB) incidents() book[*incident.Incident] {
	return book[*incident.Incident]{
		db: db, kind: record.Incident, table: "incident",
		cols:  []string{"description", "category", "item", "impact", "urgency", "waiting", "outside", "solution", "cause", "ended_as"},
		fresh: func() *incident.Incident { return new(incident.Incident) },
		refs: func(i *incident.Incident) []any {
			return []any{&i.Description, refTo(&i.Category), refTo(&i.Item), &i.Impact, &i.Urgency, &i.Waiting, &i.Outside, &i.Solution, &i.Cause, &i.EndedAs}
		},
	}
}

// LoadIncidents takes whole incidents in, many at a time.
func (db *DB) LoadIncidents() record.Loader[*incident.Incident] { return db.incidents() }
