package api

import (
	problems "kilter/internal/practice/problem" // problem alone is the document of RFC 9457 here
)

// Problems serves problem management.
func (a *API) Problems(desk *problems.Desk) {
	p := &practice[*problems.Problem]{API: a, desk: desk.Desk, room: "problems", work: desk}
	p.open = func(c *call, o object) (*problems.Problem, error) {
		in, err := p.inputOf(c, o, desk.Flow.Asks)
		if err != nil {
			return nil, err
		}
		return desk.Raise(c.r.Context(), c.by, in)
	}
	p.past = p.plain
	p.next = desk.Next
	p.serve()
}
