package api

import (
	"net/http"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// announcement tells users of a change before.
type announcement struct {
	ID          int64       `json:"id"`
	Title       people.Text `json:"title"`
	Text        people.Text `json:"text"`
	Departments []int64     `json:"departments"`
	Services    []int64     `json:"services"`
	window
	Sent      *time.Time `json:"sent,omitempty" doc:"api.doc.announce_sent"`
	SentBy    int64      `json:"sent_by,omitempty"`
	Told      int        `json:"told" doc:"api.doc.announce_told"`
	Withdrawn *time.Time `json:"withdrawn,omitempty"`
	Turns     []turned   `json:"turns" doc:"api.doc.announce_turns"`
	By        int64      `json:"by"`
	At        time.Time  `json:"at"`
	Version   int64      `json:"row_version"`
}

// turned is what the readers of an announcement were told of it since.
type turned struct {
	Fate   string    `json:"fate" enum:"stands,open,moved,off"`
	Starts string    `json:"starts,omitempty" format:"date-time"`
	Ends   string    `json:"ends,omitempty" format:"date-time"`
	At     time.Time `json:"at"`
	Told   int       `json:"told"`
	Done   bool      `json:"done" doc:"api.doc.announce_turn_done"`
}

func announcementOf(a change.Announcement) announcement {
	out := announcement{
		ID: a.ID, Title: a.Title, Text: a.Text, Departments: numbers(a.Departments), Services: numbers(a.Services), window: windowOf(a.Span),
		SentBy: int64(a.SentBy), Told: a.Told, Turns: []turned{}, By: int64(a.By), At: a.At.UTC(), Version: a.Changed,
	}
	for _, m := range []struct {
		at   time.Time
		into **time.Time
	}{{a.Sent, &out.Sent}, {a.Withdrawn, &out.Withdrawn}} {
		if !m.at.IsZero() {
			at := m.at.UTC()
			*m.into = &at
		}
	}
	for _, t := range a.Turns {
		one := turned{Fate: string(t.Outlook), At: t.At.UTC(), Told: t.Told, Done: t.Done}
		if !t.Span.From.IsZero() {
			one.Starts, one.Ends = t.Span.From.UTC().Format(time.RFC3339), t.Span.Until.UTC().Format(time.RFC3339)
		}
		out.Turns = append(out.Turns, one)
	}
	return out
}

type announced struct {
	Standing string         `json:"standing" doc:"api.doc.announce_standing"`
	Items    []announcement `json:"items"`
}

type typedAnnouncement struct {
	Title       people.Text `json:"title"`
	Text        people.Text `json:"text"`
	Departments []int64     `json:"departments"`
	Version     int64       `json:"row_version,omitempty"`
}

func (t typedAnnouncement) edited() change.Edited {
	e := change.Edited{Title: t.Title, Text: t.Text, Version: t.Version}
	for _, d := range t.Departments {
		e.Departments = append(e.Departments, people.DepartmentID(d))
	}
	return e
}

// readAnnouncement says which version of a draft is sent.
type readAnnouncement struct {
	Version int64 `json:"row_version"`
}

// Announcements serves how users are told of changes before.
func (a *API) Announcements(l *change.Announcements) {
	const at = "/changes/{number}/announcements"
	add := func(method, path, policy, name string, in, given *schema, run func(*call, record.Number) error) {
		o := libraryOp(method, path, policy, name, given, func(c *call) error {
			n, err := c.number(record.Changes)
			if err != nil {
				return err
			}
			return run(c, n)
		})
		o.Tag, o.Once = "changes", method == "POST"
		if in != nil {
			o.Body = &body{Schema: in}
		}
		a.add(o)
	}
	about := func(c *call, in any) (int64, error) {
		id, err := c.id("id")
		if err != nil {
			return 0, err
		}
		return id, c.into(in)
	}
	one := of[announcement]()
	answer := func(c *call, got *change.Announcement, err error) error {
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, announcementOf(*got))
	}
	add("GET", at, "change.read", "announcements-of-change", nil, of[announced](), func(c *call, n record.Number) error {
		_, all, standing, err := l.Of(c.r.Context(), c.by, n)
		if err != nil {
			return err
		}
		out := announced{Standing: string(standing), Items: []announcement{}}
		for _, one := range all {
			out.Items = append(out.Items, announcementOf(one))
		}
		return c.JSON(http.StatusOK, out)
	})
	add("POST", at, change.DeedAnnounce, "draft-announcement", of[struct{}](), one, func(c *call, n record.Number) error {
		var in struct{}
		if err := c.into(&in); err != nil {
			return err
		}
		got, err := l.Draft(c.r.Context(), c.by, n)
		return answer(c, got, err)
	})
	add("PUT", at+"/{id}", change.DeedAnnounce, "edit-announcement", of[typedAnnouncement](), one, func(c *call, n record.Number) error {
		var in typedAnnouncement
		id, err := about(c, &in)
		if err != nil {
			return err
		}
		got, err := l.Edit(c.r.Context(), c.by, n, id, in.edited())
		return answer(c, got, err)
	})
	add("POST", at+"/{id}/send", change.DeedAnnounce, "send-announcement", of[readAnnouncement](), one, func(c *call, n record.Number) error {
		var in readAnnouncement
		id, err := about(c, &in)
		if err != nil {
			return err
		}
		got, err := l.Send(c.r.Context(), c.by, n, id, in.Version)
		return answer(c, got, err)
	})
	add("POST", at+"/{id}/withdraw", change.DeedAnnounce, "withdraw-announcement", of[struct{}](), one, func(c *call, n record.Number) error {
		var in struct{}
		id, err := about(c, &in)
		if err != nil {
			return err
		}
		got, err := l.Withdraw(c.r.Context(), c.by, n, id)
		return answer(c, got, err)
	})
}
