package handoff

import (
	"context"
	"slices"

	"kilter/internal/practice/contact"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Calls turns calls into incidents.
type Calls struct {
	Incidents *incident.Desk
	Contacts  *contact.Desk
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
}

// Become registers the incident that a contact turned out to be and links the
// two: an incident whose contact cannot be linked to it is not registered.
func (c Calls) Become(ctx context.Context, by people.Actor, n record.Number, call incident.Call) (*incident.Incident, error) {
	var made *incident.Incident
	err := c.Together(ctx, func(ctx context.Context) error {
		one, err := c.Incidents.Register(ctx, by, call)
		if err != nil {
			return err
		}
		made = one
		row := record.Row{Head: *one.Common(), Live: slices.Contains(c.Incidents.Flow.LiveStates(), one.State)}
		_, err = c.Contacts.Become(ctx, by, n, &row)
		return err
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}
