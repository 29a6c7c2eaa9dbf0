package api

import (
	"net/http"
	"time"

	"kilter/internal/practice/change"
)

// feed is an address at which a program reads the calendar.
type feed struct {
	ID      int64      `json:"id"`
	Name    string     `json:"name"`
	Made    time.Time  `json:"made"`
	Seen    *time.Time `json:"seen,omitempty" doc:"api.doc.feed_seen"`
	Address string     `json:"address,omitempty" doc:"api.doc.feed_address"`
}

func feedOf(f change.Feed) feed {
	out := feed{ID: f.ID, Name: f.Name, Made: f.Made.UTC()}
	if !f.Seen.IsZero() {
		seen := f.Seen.UTC()
		out.Seen = &seen
	}
	return out
}

type typedFeed struct {
	Name string `json:"name"`
}

// Feeds serves the private addresses of the calendar; at is the whole address of
// one, by its secret.
func (a *API) Feeds(l *change.Feeds, at func(*http.Request, string) string) {
	add := func(o operation) {
		o.Tag = "schedule"
		a.add(o)
	}
	add(libraryOp("GET", "/schedule/feeds", change.ScheduleRead, "list-schedule-feeds", of[page[feed]](), func(c *call) error {
		all, err := l.Mine(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[feed]{Items: []feed{}}
		for _, f := range all {
			out.Items = append(out.Items, feedOf(f))
		}
		return c.JSON(http.StatusOK, out)
	}))
	made := libraryDeed("POST", "/schedule/feeds", change.ScheduleRead, "make-schedule-feed", of[feed](), func(c *call, _ int64, in typedFeed) error {
		f, secret, err := l.Make(c.r.Context(), c.by, in.Name)
		if err != nil {
			return err
		}
		out := feedOf(*f)
		out.Address = at(c.r, secret)
		c.w.Header().Set("Cache-Control", "no-store")
		return c.JSON(http.StatusOK, out)
	})
	made.Once = false // its answer holds a secret, which is kept nowhere
	add(made)
	add(operation{
		Method: "DELETE", Path: Prefix + "/schedule/feeds/{id}", Policy: change.ScheduleRead, Name: "revoke-schedule-feed", Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			if err := l.Revoke(c.r.Context(), c.by, id); err != nil {
				return err
			}
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		},
	})
}
