package api

import (
	"slices"

	"kilter/internal/practice/contact"
)

// Contacts serves calls that are a question or a follow-up. A contact is
// logged with everything that is known: it goes as far as its fields reach, up
// to closed.
func (a *API) Contacts(desk *contact.Desk) {
	p := &practice[*contact.Contact]{API: a, desk: desk.Desk, room: "contacts", work: desk}
	all := slices.Clone(desk.Flow.Asks)
	for _, m := range desk.Flow.Moves {
		for _, name := range m.Asks {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	p.asked = all
	p.open = func(c *call, o object) (*contact.Contact, error) {
		in, err := p.inputOf(c, o, all)
		if err != nil {
			return nil, err
		}
		return desk.Log(c.r.Context(), c.by, in)
	}
	p.past = p.plain
	p.serve()
}
