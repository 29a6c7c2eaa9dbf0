package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Bell is what the API asks about notices, mail and a person's wishes.
type Bell struct {
	Notices notice.Store
	Nudges  notice.NudgeStore // of what is no record; nil where there are none
	Mails   notice.Ledger
	Pen     audit.Pen
	Persons Chooser
	Post    *notice.Postmaster
}

// Chooser reads a person and keeps what he chose.
type Chooser interface {
	Person(ctx context.Context, id people.ID) (people.Person, error)
	SavePerson(ctx context.Context, p *people.Person, log ...audit.Row) error
}

// told is what a person was told about one record.
type told struct {
	What   string `json:"what"`
	At     string `json:"at"`
	Unread int    `json:"unread" doc:"api.doc.told_unread"`
	Deed   string `json:"deed"`
	Board  bool   `json:"board,omitempty" doc:"api.doc.told_board"`
	By     string `json:"by,omitempty"`
	Record row    `json:"record"`
}

// nudged is what a person was told of something that is no record.
type nudged struct {
	ID     int64  `json:"id"`
	What   string `json:"what" enum:"shift_late,shift_waits,run_missed,change_unkept,survey_asked,survey_left,maturity_turned,roadmap_fell,risk_review,handbook_asked,work_told,work_stands,work_open,work_moved,work_off,opinion_asked,review_action,review_called,review_near,record_owed,record_late,document_owed,document_late"`
	Name   string `json:"name"`
	Place  string `json:"place" doc:"api.doc.told_place"`
	At     string `json:"at" format:"date-time"`
	Unread bool   `json:"unread"`
}

// toldPage is what a person was told, with how much of it he has not read.
type toldPage struct {
	Items  []told   `json:"items"`
	Others []nudged `json:"others" doc:"api.doc.told_others"`
	Unread int      `json:"unread" doc:"api.doc.told_records"`
}

// mostTold is how many records a list of notices may hold.
const mostTold = 200

// Notices serves what somebody was told, what he wants to hear, and the ledger
// of mail.
func (a *API) Notices(b Bell) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/notices", Policy: Known, Name: "list-notices", Tag: "me", Query: []param{{Name: "limit", Type: "integer"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[toldPage]()}}, Run: func(c *call) error { return c.notices(b) },
	})
	a.add(operation{
		Method: "POST", Path: Prefix + "/notices/seen", Policy: Known, Name: "see-notices", Tag: "me", Once: true,
		Body: &body{Schema: of[seenForm]()}, Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error { return c.see(b) },
	})
	shape := []gives{{Status: http.StatusOK, Schema: of[wishes]()}}
	a.add(operation{Method: "GET", Path: Prefix + "/me/notices", Policy: Known, Name: "get-wishes", Tag: "me", Gives: shape, Run: func(c *call) error {
		p, err := b.Persons.Person(c.r.Context(), c.by.ID)
		if err != nil {
			return err
		}
		c.w.Header().Set("ETag", etag(p.Version))
		return c.JSON(http.StatusOK, wishesOf(c.by, p))
	}})
	a.add(operation{
		Method: "PATCH", Path: Prefix + "/me/notices", Policy: Known, Name: "set-wishes", Tag: "me", Once: true, Match: true,
		Body: &body{Types: []string{mergeType, jsonType}, Schema: of[wishesForm]()}, Gives: shape, Run: func(c *call) error { return c.wish(b) },
	})
	a.mails(b)
	a.mailServers(b.Post)
}

func (c *call) notices(b Bell) error {
	limit, err := c.limit()
	if err != nil {
		return err
	}
	rows, err := b.Notices.List(c.r.Context(), c.by.Scope, c.by.ID, min(limit, mostTold))
	if err != nil {
		return err
	}
	out := toldPage{Items: make([]told, len(rows)), Others: []nudged{}}
	if b.Nudges != nil && c.by.Staff {
		others, err := b.Nudges.Nudges(c.r.Context(), c.by.ID)
		if err != nil {
			return err
		}
		for _, n := range others {
			out.Others = append(out.Others, nudged{n.ID, string(n.What), n.Name.In(c.words.Lang().HTML()), n.Place, stamp(n.At), n.Read.IsZero()})
		}
	}
	for i, g := range rows {
		out.Items[i] = told{What: string(g.What), At: stamp(g.At), Unread: g.Unread, Deed: g.Deed, Board: g.Board, By: g.ByName, Record: c.line(g.Row)}
	}
	if out.Unread, _, err = b.Notices.Unread(c.r.Context(), c.by.Scope, c.by.ID); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// seenForm names the record whose notices have been read; none is all of them.
type seenForm struct {
	Other  int64  `json:"other,omitempty" doc:"api.doc.seen_other"`
	Number string `json:"number,omitempty" doc:"api.doc.seen_number"`
}

func (c *call) see(b Bell) error {
	var f seenForm
	if err := c.into(&f); len(c.raw) > 0 && err != nil {
		return err
	}
	if b.Nudges != nil && f.Number == "" {
		if err := b.Nudges.ReadNudge(c.r.Context(), c.by.ID, f.Other, c.Now()); err != nil {
			return err
		}
		if f.Other != 0 {
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		}
	}
	var id int64
	if f.Number != "" {
		var err error
		if id, err = c.toldOf(b, f.Number); err != nil {
			return err
		}
	}
	if err := b.Notices.Read(c.r.Context(), c.by.ID, id, c.Now()); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// toldOf is the id of a record that the caller sees, or has been told of by the
// notice board.
func (c *call) toldOf(b Bell, number string) (int64, error) {
	row, err := record.Lookup(c.r.Context(), c.Ledger, c.by.Scope, number)
	if err == nil || !fault.Is(err, fault.Missing) && !fault.Is(err, fault.Invalid) {
		return row.ID, err
	}
	all, err := b.Notices.List(c.r.Context(), c.by.Scope, c.by.ID, mostTold)
	if err != nil {
		return 0, err
	}
	if i := slices.IndexFunc(all, func(g notice.Group) bool { return g.Board && g.Row.Ref() == number }); i >= 0 {
		return all[i].Record, nil
	}
	return 0, fault.At("number", "record.no_such").With("ref", number)
}

func (c *call) wish(b Bell) error {
	var f wishesForm
	if err := c.into(&f); err != nil {
		return err
	}
	version, err := matched(c.r)
	if err != nil {
		return err
	}
	p, err := b.Persons.Person(c.r.Context(), c.by.ID)
	if err != nil {
		return err
	}
	if version != 0 && version != p.Version {
		return fault.New(fault.Stale, "people.changed_meanwhile")
	}
	if err := f.onto(c.by, &p); err != nil {
		return err
	}
	p.Changed = c.Now()
	if err := b.Persons.SavePerson(c.r.Context(), &p); err != nil {
		return err
	}
	c.w.Header().Set("ETag", etag(p.Version))
	return c.done(http.StatusOK, wishesOf(c.by, p))
}

// letter is a mail on its way, or in the ledger.
type letter struct {
	ID      int64  `json:"id"`
	To      string `json:"to"`
	Person  int64  `json:"person"`
	What    string `json:"what"`
	Number  string `json:"number,omitempty"`
	State   string `json:"state" enum:"waiting,gone,failed,dead"`
	Tries   int    `json:"tries"`
	Reason  string `json:"reason,omitempty" doc:"api.doc.letter_reason"`
	At      string `json:"at"`
	Due     string `json:"due,omitempty" doc:"api.doc.letter_due"`
	Sent    string `json:"sent,omitempty"`
	Message string `json:"message_id,omitempty"`
}

func letterOf(m notice.Delivery) letter {
	out := letter{
		ID: m.ID, To: m.Address, Person: int64(m.Person), What: string(m.What), State: string(m.State), Tries: m.Tries, Reason: m.Reason,
		At: stamp(m.At), Due: stamp(m.Due), Sent: stamp(m.Sent), Message: m.Message,
	}
	if m.Number != 0 {
		out.Number = record.Ref(m.About, m.Number)
	}
	return out
}

// mails serves the ledger of mail to the system administrator.
func (a *API) mails(b Bell) {
	states := []string{string(notice.Waiting), string(notice.Gone), string(notice.Failed), string(notice.Dead)}
	a.add(operation{
		Method: "GET", Path: Prefix + "/mails", Policy: "system.read", Name: "list-mails", Tag: "settings",
		Query: []param{{Name: "state", Type: "string", Enum: states}, {Name: "limit", Type: "integer"}, {Name: "before", Type: "integer"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[letter]]()}}, Run: func(c *call) error {
			if err := c.allowed(b.Pen, "mail"); err != nil {
				return err
			}
			limit, err := c.limit()
			if err != nil {
				return err
			}
			before, _ := strconv.ParseInt(c.get("before"), 10, 64) // none is the first page
			rows, err := b.Mails.Ledger(c.r.Context(), notice.State(c.get("state")), before, limit)
			if err != nil {
				return err
			}
			out := page[letter]{}
			for _, m := range rows {
				out.Items = append(out.Items, letterOf(m))
			}
			if len(rows) == limit {
				out.Next = c.following("before", strconv.FormatInt(rows[limit-1].ID, 10))
			}
			return give(c, out)
		},
	})
	a.add(operation{Method: "POST", Path: Prefix + "/mails/test", Policy: "setting.edit", Name: "test-mail", Tag: "settings", Once: true, Gives: []gives{{Status: http.StatusAccepted, Schema: of[letter]()}}, Run: func(c *call) error {
		if err := c.allowed(b.Pen, "mail"); err != nil {
			return err
		}
		me, err := b.Persons.Person(c.r.Context(), c.by.ID)
		if err != nil {
			return err
		}
		m, err := notice.Trial(me, c.by.Lang, c.Now())
		if err != nil {
			return err
		}
		if err := b.Mails.Add(c.r.Context(), &m); err != nil {
			return err
		}
		return c.done(http.StatusAccepted, letterOf(m))
	}})
}

// mailServer is where mail goes out. Its password is written and never read.
type mailServer struct {
	notice.Server
	Password string `json:"password,omitempty" doc:"api.doc.mail_password"`
}

// mailServers serves which server mail goes out by.
func (a *API) mailServers(post *notice.Postmaster) {
	shape := []gives{{Status: http.StatusOK, Schema: of[notice.Server]()}}
	show := func(c *call) error {
		held, err := post.Server()
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, held)
	}
	a.add(operation{Method: "GET", Path: Prefix + "/settings/mail", Policy: "setting.edit", Name: "get-mail-server", Tag: "settings", Gives: shape, Run: func(c *call) error {
		if err := c.allowed(post.Pen, "centre:"+notice.ServerCode); err != nil {
			return err
		}
		return show(c)
	}})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/settings/mail", Policy: "setting.edit", Name: "set-mail-server", Tag: "settings",
		Body: &body{Schema: of[mailServer]()}, Gives: shape, Run: func(c *call) error {
			if err := c.allowed(post.Pen, "centre:"+notice.ServerCode); err != nil {
				return err
			}
			var f mailServer
			if err := c.into(&f); err != nil {
				return err
			}
			if err := post.Keep(c.r.Context(), c.by, f.Server, f.Password); err != nil {
				return err
			}
			return show(c)
		},
	})
}
