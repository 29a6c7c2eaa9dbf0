package api

import (
	"net/http"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// opinion is the assessment of a change by one role.
type opinion struct {
	ID      int64      `json:"id"`
	Role    string     `json:"role" enum:"technical,service,security,configuration,capacity,availability,financial"`
	Asked   []int64    `json:"asked"`
	AskedBy int64      `json:"asked_by"`
	AskedAt time.Time  `json:"asked_at"`
	Stand   string     `json:"stand,omitempty" doc:"api.doc.opinion_stand"`
	Text    string     `json:"text,omitempty"`
	By      int64      `json:"by,omitempty"`
	At      *time.Time `json:"at,omitempty"`
	Dropped *time.Time `json:"dropped,omitempty"`
}

func opinionOf(o change.Opinion) opinion {
	out := opinion{ID: o.ID, Role: string(o.Role), Asked: numbers(o.Asked), AskedBy: int64(o.AskedBy), AskedAt: o.AskedAt.UTC(), Stand: string(o.Stand), Text: o.Text, By: int64(o.By)}
	for _, m := range []struct {
		at   time.Time
		into **time.Time
	}{{o.At, &out.At}, {o.Dropped, &out.Dropped}} {
		if !m.at.IsZero() {
			at := m.at.UTC()
			*m.into = &at
		}
	}
	return out
}

type opinions struct {
	Missing []string  `json:"missing" doc:"api.doc.opinion_missing"`
	Items   []opinion `json:"items"`
}

type askedOpinion struct {
	Role    string  `json:"role" enum:"technical,service,security,configuration,capacity,availability,financial"`
	Persons []int64 `json:"persons,omitempty" doc:"api.doc.opinion_persons"`
}

type givenOpinion struct {
	Stand string `json:"stand" enum:"for,reserved,against"`
	Text  string `json:"text,omitempty"`
}

// Opinions serves the assessments of changes by roles.
func (a *API) Opinions(l *change.Opinions) {
	const at = "/changes/{number}/opinions"
	add := func(o operation) {
		o.Tag = "changes"
		a.add(o)
	}
	one := of[opinion]()
	answer := func(c *call, got *change.Opinion, err error) error {
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, opinionOf(*got))
	}
	add(libraryOp("GET", at, "change.read", "opinions-of-change", of[opinions](), func(c *call) error {
		n, err := c.number(record.Changes)
		if err != nil {
			return err
		}
		_, all, lacks, err := l.Of(c.r.Context(), c.by, n)
		if err != nil {
			return err
		}
		out := opinions{Missing: []string{}, Items: []opinion{}}
		for _, r := range lacks {
			out.Missing = append(out.Missing, string(r))
		}
		for _, o := range all {
			out.Items = append(out.Items, opinionOf(o))
		}
		return c.JSON(http.StatusOK, out)
	}))
	add(libraryDeed("POST", at, "change.assess", "ask-opinion", one, func(c *call, _ int64, in askedOpinion) error {
		n, err := c.number(record.Changes)
		if err != nil {
			return err
		}
		var who []people.ID
		for _, id := range in.Persons {
			who = append(who, people.ID(id))
		}
		got, err := l.Ask(c.r.Context(), c.by, n, change.Role(in.Role), who)
		return answer(c, got, err)
	}))
	add(libraryDeed("PUT", at+"/{id}", change.DeedOpine, "give-opinion", one, func(c *call, id int64, in givenOpinion) error {
		n, err := c.number(record.Changes)
		if err != nil {
			return err
		}
		got, err := l.Give(c.r.Context(), c.by, n, id, change.Position(in.Stand), in.Text)
		return answer(c, got, err)
	}))
	add(libraryDeed("POST", at+"/{id}/drop", "change.assess", "drop-opinion", one, func(c *call, id int64, _ struct{}) error {
		n, err := c.number(record.Changes)
		if err != nil {
			return err
		}
		got, err := l.Drop(c.r.Context(), c.by, n, id)
		return answer(c, got, err)
	}))
}
