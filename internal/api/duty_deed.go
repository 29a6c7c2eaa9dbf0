package api

import (
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
)

type typedShift struct {
	Team int64   `json:"team"`
	From string  `json:"from" format:"date-time"`
	To   string  `json:"to" format:"date-time"`
	Who  []int64 `json:"who,omitempty" doc:"api.doc.shift_who"`
}

type typedEntry struct {
	At   string   `json:"at,omitempty" format:"date-time" doc:"api.doc.duty_at"`
	Kind string   `json:"kind" enum:"observation,action,call,operation"`
	Text string   `json:"text"`
	Refs []string `json:"refs,omitempty" doc:"api.doc.duty_refs"`
	Stay bool     `json:"stay,omitempty" doc:"api.doc.duty_stay"`
}

type typedText struct {
	Text string `json:"text"`
}

type typedResult struct {
	Result string `json:"result"`
}

type typedSummary struct {
	Summary string `json:"summary"`
}

type typedAccept struct {
	Version int64  `json:"version" doc:"api.doc.duty_version"`
	Remark  string `json:"remark,omitempty"`
}

// dutyDeeds are what is done in the log.
func (a *API) dutyDeeds(room *duty.Room, one []gives) {
	a.add(asked(dutyOf("POST", "/shifts", duty.DeedWork, "open-shift", one, nil), func(c *call, in typedShift) (int64, error) {
		p := duty.Plan{Team: people.TeamID(in.Team)}
		for _, who := range in.Who {
			p.Who = append(p.Who, people.ID(who))
		}
		var err error
		for name, t := range map[string]struct {
			text string
			into *time.Time
		}{"from": {in.From, &p.From}, "to": {in.To, &p.To}} {
			if *t.into, err = time.Parse(time.RFC3339, t.text); err != nil {
				return 0, fault.At(name, "record.not_a_moment")
			}
		}
		s, err := room.Open(c.r.Context(), c.by, p)
		if err != nil {
			return 0, err
		}
		return s.ID, nil
	}, room))
	a.add(asked(dutyOf("POST", "/shifts/{id}/entries", duty.DeedWork, "write-duty", one, nil), func(c *call, in typedEntry) (int64, error) {
		t := duty.Typed{Kind: duty.Kind(in.Kind), Text: in.Text, Refs: strings.Join(in.Refs, " "), Stay: in.Stay}
		id, err := c.id("id")
		if err != nil {
			return 0, err
		}
		if in.At != "" {
			if t.At, err = time.Parse(time.RFC3339, in.At); err != nil {
				return 0, fault.At("at", "record.not_a_moment")
			}
		}
		_, err = room.Write(c.r.Context(), c.by, id, t)
		return id, err
	}, room))
	a.add(asked(dutyOf("POST", "/shifts/{id}/entries/{entry}/correct", duty.DeedWork, "correct-duty", one, nil), func(c *call, in typedText) (int64, error) {
		return c.within("entry", func(id, entry int64) error {
			_, err := room.Correct(c.r.Context(), c.by, id, entry, in.Text)
			return err
		})
	}, room))
	a.add(asked(dutyOf("POST", "/shifts/{id}/matters/{matter}/close", duty.DeedWork, "settle-duty", one, nil), func(c *call, in typedResult) (int64, error) {
		return c.within("matter", func(id, matter int64) error {
			_, err := room.Settle(c.r.Context(), c.by, id, matter, in.Result)
			return err
		})
	}, room))
	a.add(asked(dutyOf("POST", "/shifts/{id}/give", duty.DeedWork, "give-shift", one, nil), func(c *call, in typedSummary) (int64, error) {
		return c.within("", func(id, _ int64) error {
			_, err := room.Give(c.r.Context(), c.by, id, in.Summary)
			return err
		})
	}, room))
	a.add(asked(dutyOf("POST", "/shifts/{id}/accept", duty.DeedWork, "accept-shift", one, nil), func(c *call, in typedAccept) (int64, error) {
		return c.within("", func(id, _ int64) error {
			_, err := room.Accept(c.r.Context(), c.by, id, in.Version, in.Remark)
			return err
		})
	}, room))
	a.add(asked(dutyOf("POST", "/shifts/{id}/refuse", duty.DeedWork, "refuse-shift", one, nil), func(c *call, in runWhy) (int64, error) {
		return c.within("", func(id, _ int64) error {
			_, err := room.Decline(c.r.Context(), c.by, id, in.Why)
			return err
		})
	}, room))
}

func dutyOf(method, path, policy, name string, out []gives, do func(*call) error, query ...param) operation {
	return operation{Method: method, Path: Prefix + "/duty" + path, Policy: policy, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "duty", Query: query, Gives: out, Run: do}
}

// asked makes an operation with a body of a form; its answer is the shift that
// it did something to.
func asked[T any](op operation, do func(*call, T) (int64, error), room *duty.Room) operation {
	op.Body, op.Once = &body{Schema: of[T]()}, true
	op.Run = func(c *call) error {
		if err := c.by.May(c.op.Policy); err != nil { // before what he typed is read
			return err
		}
		var in T
		if err := c.into(&in); err != nil {
			return err
		}
		id, err := do(c, in)
		if err != nil {
			return err
		}
		return c.book(room, id, c.done)
	}
	return op
}

// within does something to the shift that the address names, and to what in it
// the address names as well.
func (c *call) within(name string, do func(id, other int64) error) (int64, error) {
	id, err := c.id("id")
	if err != nil {
		return 0, err
	}
	other := int64(0)
	if name != "" {
		if other, err = c.id(name); err != nil {
			return 0, err
		}
	}
	return id, do(id, other)
}
