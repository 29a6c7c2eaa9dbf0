package api

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/report/board"
)

// mostFound is how many hits one page of a search may hold.
const mostFound = 100

// Search serves the full-text search over all records that the caller sees.
func (a *API) Search(finder record.Finder) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/search", Policy: "incident.read", Name: "search", Tag: "search",
		Query: []param{{Name: "text", Type: "string"}, {Name: "kind", Type: "string", Enum: recordKinds()}, {Name: "q", Type: "string"}, {Name: "limit", Type: "integer"}, {Name: "skip", Type: "integer"}, {Name: "expand", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[found]()}},
		Run:   func(c *call) error { return c.search(finder) },
	})
}

// found is what a search found.
type found struct {
	Items  []hit `json:"items"`
	Total  int   `json:"total" doc:"api.doc.found_total"`
	More   bool  `json:"more" doc:"api.doc.found_more"`
	Ranked bool  `json:"ranked" doc:"api.doc.found_ranked"`
}

// hit is a record that was found, with where the words stand.
type hit struct {
	Number   string    `json:"number"`
	Kind     string    `json:"kind"`
	Title    string    `json:"title"`
	State    string    `json:"state"`
	Open     bool      `json:"open"`
	Priority int       `json:"priority,omitempty"`
	Opened   time.Time `json:"opened"`
	Exact    bool      `json:"exact,omitempty" doc:"api.doc.hit_exact"`
	Excerpts []excerpt `json:"excerpts"`
}

type excerpt struct {
	Where string `json:"where" doc:"api.doc.excerpt_where"`
	Text  string `json:"text"`
}

func (c *call) search(finder record.Finder) error {
	if err := c.by.May("incident.read"); err != nil {
		return err
	}
	ask := record.Search{Text: c.get("text"), Kind: record.Kind(c.get("kind")), Limit: usualPage, Now: c.Now(), Inner: c.by.Staff}
	if ask.Text == "" {
		return fault.At("text", "record.required")
	}
	if ask.Kind != "" {
		if err := c.by.May(string(ask.Kind) + ".read"); err != nil {
			return err
		}
	}
	if ask.Kind == "" {
		ask.Within(record.Kinds, func(k record.Kind) bool { return c.by.Can(string(k) + ".read") })
	}
	for name, into := range map[string]struct {
		n         *int
		low, high int
	}{"limit": {&ask.Limit, 1, mostFound}, "skip": {&ask.Skip, 0, record.MostRanked}} {
		if text := c.get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < into.low || n > into.high {
				return fault.At(name, "record.out_of_range").With("low", into.low).With("high", into.high)
			}
			*into.n = n
		}
	}
	var err error
	if ask.Where, err = c.where(ask.Kind); err != nil {
		return err
	}
	got, err := finder.Search(c.r.Context(), c.by.Scope, ask)
	if err != nil {
		return err
	}
	out := found{Items: make([]hit, len(got.Hits)), Total: got.Total, More: got.More, Ranked: got.Ranked}
	for i, h := range got.Hits {
		r := h.Row
		if !c.by.Staff {
			r = r.ForGuests()
		}
		out.Items[i] = hit{Number: r.Ref(), Kind: string(r.Kind), Title: r.Title, State: string(r.State), Open: r.Live, Priority: r.Priority, Opened: r.Opened.UTC(), Exact: h.Exact, Excerpts: []excerpt{}}
		for _, e := range h.Excerpts {
			x := excerpt{Where: e.Where}
			for _, p := range e.Parts {
				x.Text += p.Text
			}
			out.Items[i].Excerpts = append(out.Items[i].Excerpts, x)
		}
	}
	return c.JSON(http.StatusOK, out)
}

// boardDays is how many days of coming and going a dashboard holds.
const boardDays = 28

// Dashboard serves the counters of incidents under the caller's own scope; live
// are the states in which one still needs somebody.
func (a *API) Dashboard(boards board.Source, live []flow.State, place func(people.Actor) *time.Location) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/dashboard", Policy: "incident.read", Name: "dashboard", Tag: "search",
		Gives: []gives{{Status: http.StatusOK, Schema: of[dashboard]()}}, Run: func(c *call) error {
			if err := c.by.May("incident.read"); err != nil {
				return err
			}
			b, err := boards.Board(c.r.Context(), c.by.Scope, board.Ask{Kind: record.Incident, Live: live, Now: c.Now(), Soon: 4 * time.Hour, Days: boardDays, Place: place(c.by)})
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, dashboardOf(b))
		},
	})
}

// dashboard is the board of one practice.
type dashboard struct {
	Open       int        `json:"open"`
	Overdue    int        `json:"overdue"`
	Soon       int        `json:"soon" doc:"api.doc.board_soon"`
	Unassigned int        `json:"unassigned"`
	ByState    []bar      `json:"by_state"`
	ByPriority []bar      `json:"by_priority"`
	ByTeam     []bar      `json:"by_team"`
	ByService  []bar      `json:"by_service"`
	Days       []boardDay `json:"days"`
	Ages       []age      `json:"ages"`
}

type bar struct {
	ID    int64  `json:"id,omitempty" doc:"api.doc.bar_id"`
	State string `json:"state,omitempty"`
	Count int    `json:"count"`
}

type boardDay struct {
	Day       string `json:"day"`
	Opened    int    `json:"opened"`
	Done      int    `json:"done"`
	First     int    `json:"first" doc:"api.doc.board_first"`
	Cancelled int    `json:"cancelled"`
	Reopened  int    `json:"reopened"`
}

type age struct {
	From  int `json:"from" doc:"api.doc.board_age"`
	Until int `json:"until,omitempty"`
	Count int `json:"count"`
}

func dashboardOf(b board.Board) dashboard {
	bars := func(all []board.Bar) []bar {
		out := make([]bar, len(all))
		for i, one := range all {
			out[i] = bar{one.ID, string(one.State), one.N}
		}
		return out
	}
	d := dashboard{
		Open: b.Open, Overdue: b.Overdue, Soon: b.Soon, Unassigned: b.Unassigned, ByState: bars(b.ByState), ByPriority: bars(b.ByPriority), ByTeam: bars(b.ByTeam), ByService: bars(b.ByService),
		Days: []boardDay{}, Ages: []age{},
	}
	for _, one := range b.Days {
		d.Days = append(d.Days, boardDay{one.Day.Format(time.DateOnly), one.Opened, one.Done, one.First, one.Cancelled, one.Reopened})
	}
	for _, one := range b.Ages {
		d.Ages = append(d.Ages, age{one.From, one.Until, one.N})
	}
	return d
}
