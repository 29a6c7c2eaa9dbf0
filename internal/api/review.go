package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
)

// reviewCall is what somebody says who calls a review, or arranges one.
type reviewCall struct {
	Kind    string `json:"kind,omitempty" enum:"initiation,operations,service,programme"`
	NameEn  string `json:"name_en"`
	NameZh  string `json:"name_zh,omitempty"`
	Change  string `json:"change,omitempty" doc:"api.doc.review_change"`
	At      string `json:"at" format:"date-time"`
	Place   string `json:"place,omitempty"`
	From    string `json:"from,omitempty" format:"date"`
	Until   string `json:"until,omitempty" format:"date"`
	Chair   int64  `json:"chair,omitempty"`
	Again   bool   `json:"again,omitempty" doc:"api.doc.review_again"`
	Version int64  `json:"version,omitempty" doc:"api.doc.review_version"`
}

// reviewShape is a review.
type reviewShape struct {
	ID int64 `json:"id"`
	reviewCall
	State      string        `json:"state" enum:"called,held,called_off"`
	Agenda     []reviewPoint `json:"agenda"`
	Checks     []reviewCheck `json:"checks"`
	Present    []reviewSeat  `json:"present"`
	Minutes    string        `json:"minutes,omitempty"`
	Decision   string        `json:"decision,omitempty" enum:"go,conditional,no_go,returned,in_order,to_act"`
	Decided    string        `json:"decided,omitempty" format:"date-time"`
	DecidedBy  int64         `json:"decided_by,omitempty"`
	Owner      int64         `json:"owner,omitempty" doc:"api.doc.review_owner"`
	Closed     string        `json:"closed,omitempty" format:"date-time"`
	Gone       []reviewGone  `json:"gone,omitempty" doc:"api.doc.review_gone"`
	Conditions []reviewDuty  `json:"conditions"`
	Actions    []reviewDuty  `json:"actions"`
}

type reviewPoint struct {
	Text    people.Text  `json:"text"`
	Figure  string       `json:"figure,omitempty"`
	Says    people.Text  `json:"says,omitzero" doc:"api.doc.review_says"`
	Link    string       `json:"link,omitempty" doc:"api.doc.review_figure_link"`
	Lines   []reviewLine `json:"lines,omitempty" doc:"api.doc.review_lines"`
	Minutes string       `json:"minutes,omitempty"`
	Hidden  bool         `json:"hidden,omitempty" doc:"api.doc.review_hidden"`
}

// reviewLine is a part of a figure; its name is one of the whole document.
type reviewLine review.Line

type reviewGone struct {
	Name string `json:"name"`
	By   int64  `json:"by"`
	At   string `json:"at" format:"date-time"`
	Why  string `json:"why"`
}

type reviewCheck struct {
	Text     people.Text `json:"text,omitzero"`
	Say      string      `json:"say" enum:",yes,no,none" doc:"api.doc.review_say"`
	Evidence string      `json:"evidence,omitempty"`
	Link     string      `json:"link,omitempty" doc:"api.doc.review_link"`
	By       int64       `json:"by,omitempty"`
	At       string      `json:"at,omitempty" format:"date-time"`
}

type reviewSeat struct {
	Cluster string `json:"cluster" enum:"service,infrastructure,support,operations,partner,security,release"`
	Person  int64  `json:"person"`
}

type reviewDuty struct {
	Text     string `json:"text"`
	Owner    int64  `json:"owner"`
	Due      string `json:"due" format:"date"`
	Done     string `json:"done,omitempty" format:"date-time"`
	By       int64  `json:"by,omitempty"`
	Evidence string `json:"evidence,omitempty"`
	Link     string `json:"link,omitempty" doc:"api.doc.review_about"`
	ShownBy  string `json:"shown_by,omitempty" doc:"api.doc.review_link"`
	Version  int64  `json:"version,omitempty" doc:"api.doc.review_version"`
}

// reviewWrite is what is written down in a review.
type reviewWrite struct {
	Version int64         `json:"version" doc:"api.doc.review_version"`
	Minutes string        `json:"minutes,omitempty"`
	Points  []string      `json:"points,omitempty"`
	Checks  []reviewCheck `json:"checks,omitempty"`
	Present []reviewSeat  `json:"present,omitempty"`
}

type reviewDecide struct {
	Version  int64  `json:"version" doc:"api.doc.review_version"`
	Decision string `json:"decision,omitempty" enum:"go,conditional,no_go,returned,in_order,to_act"`
	Owner    int64  `json:"owner,omitempty" doc:"api.doc.review_owner"`
}

type reviewClose struct {
	Version int64 `json:"version" doc:"api.doc.review_version"`
}

type reviewDone struct {
	Evidence string `json:"evidence,omitempty"`
	ShownBy  string `json:"shown_by,omitempty" doc:"api.doc.review_link"`
}

func (in *reviewCall) read() (c review.Call, err error) {
	c = review.Call{Kind: review.Kind(in.Kind), Name: people.Text{En: in.NameEn, Zh: in.NameZh}, Place: in.Place, Chair: people.ID(in.Chair), Again: in.Again}
	if in.At != "" {
		if c.At, err = time.Parse(time.RFC3339, in.At); err != nil {
			return c, fault.At("at", "record.not_a_moment")
		}
	}
	if c.From, err = dayIn("from", in.From); err != nil {
		return c, err
	}
	if c.Until, err = dayIn("until", in.Until); err != nil {
		return c, err
	}
	if in.Change != "" {
		var kind record.Kind
		if kind, c.Change, err = record.ParseRef(in.Change); err != nil || kind != record.Changes {
			return c, fault.At("change", "record.no_such").With("ref", in.Change)
		}
	}
	return c, nil
}

func ofReview(r *review.Review) reviewShape {
	out := reviewShape{
		ID: r.ID, State: string(r.State), Minutes: r.Minutes, Decision: string(r.Decision), Decided: stamp(r.Decided), DecidedBy: int64(r.DecidedBy), Owner: int64(r.Owner), Closed: stamp(r.Closed), Agenda: []reviewPoint{}, Checks: []reviewCheck{}, Present: []reviewSeat{},
		Conditions: ofDuties(r.Conditions), Actions: ofDuties(r.Actions),
		reviewCall: reviewCall{Kind: string(r.Kind), NameEn: r.Name.En, NameZh: r.Name.Zh, At: stamp(r.At), Place: r.Place, From: dateOf(r.From), Until: dateOf(r.Until), Chair: int64(r.Chair), Again: r.Again(), Version: r.Version},
	}
	if r.Change != 0 {
		out.Change = record.Ref(record.Changes, r.Change)
	}
	for _, i := range r.Agenda {
		point := reviewPoint{i.Text, string(i.Figure), i.Says, i.Link, nil, i.Minutes, i.Hidden}
		for _, l := range i.Lines {
			point.Lines = append(point.Lines, reviewLine(l))
		}
		out.Agenda = append(out.Agenda, point)
	}
	for _, g := range r.Gone {
		out.Gone = append(out.Gone, reviewGone{g.Name, int64(g.By), stamp(g.At), g.Why})
	}
	for _, c := range r.Checks {
		out.Checks = append(out.Checks, reviewCheck{c.Text, string(c.Say), c.Evidence, c.Link, int64(c.By), stamp(c.At)})
	}
	for _, s := range r.Present {
		out.Present = append(out.Present, reviewSeat{string(s.Cluster), int64(s.Person)})
	}
	return out
}

func ofDuties(all []review.Duty) []reviewDuty {
	out := []reviewDuty{}
	for _, d := range all {
		out = append(out, reviewDuty{Text: d.Text, Owner: int64(d.Owner), Due: dateOf(d.Due), Done: stamp(d.Done), By: int64(d.By), Evidence: d.Evidence, Link: d.Link, ShownBy: d.Proof})
	}
	return out
}

// reviewOp is an operation on reviews, which gives one.
func reviewOp(method, path, policy, name string, takes *schema, do func(*call) (*review.Review, error)) operation {
	status := http.StatusOK
	if method == "POST" && path == "" {
		status = http.StatusCreated
	}
	var in *body
	if takes != nil {
		in = &body{Schema: takes}
	}
	return operation{
		Method: method, Path: Prefix + "/reviews" + path, Policy: policy, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "reviews", Body: in, Once: method == "POST",
		Gives: []gives{{Status: status, Schema: of[reviewShape]()}}, Run: func(c *call) error {
			r, err := do(c)
			if err != nil {
				return err
			}
			return c.JSON(status, ofReview(r))
		},
	}
}

// Reviews serves management reviews.
func (a *API) Reviews(m *review.Room, files record.Files) {
	id := func(c *call) int64 {
		n, _ := strconv.ParseInt(c.r.PathValue("id"), 10, 64) // none is told as missing
		return n
	}
	a.add(operation{
		Method: "GET", Path: Prefix + "/reviews", Policy: review.DeedRead, Name: "list-reviews", Key: "list_reviews", Tag: "reviews",
		Gives: []gives{{Status: http.StatusOK, Schema: of[[]reviewShape]()}}, Run: func(c *call) error {
			all, err := m.List(c.r.Context(), c.by, review.Wanted{})
			if err != nil {
				return err
			}
			out := []reviewShape{}
			for i := range all {
				out = append(out, ofReview(&all[i]))
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	a.add(reviewOp("POST", "", review.DeedHold, "call-review", of[reviewCall](), func(c *call) (*review.Review, error) {
		var in reviewCall
		if err := c.given(&in); err != nil {
			return nil, err
		}
		one, err := in.read()
		if err != nil {
			return nil, err
		}
		return m.Call(c.r.Context(), c.by, one)
	}))
	a.add(reviewOp("GET", "/{id}", review.DeedRead, "read-review", nil, func(c *call) (*review.Review, error) {
		return m.Find(c.r.Context(), c.by, id(c))
	}))
	a.add(reviewOp("PUT", "/{id}", review.DeedHold, "arrange-review", of[reviewCall](), func(c *call) (*review.Review, error) {
		var in reviewCall
		if err := c.given(&in); err != nil {
			return nil, err
		}
		one, err := in.read()
		if err != nil {
			return nil, err
		}
		return m.Arrange(c.r.Context(), c.by, id(c), in.Version, one)
	}))
	a.add(reviewOp("PUT", "/{id}/minutes", review.DeedHold, "write-review", of[reviewWrite](), func(c *call) (*review.Review, error) {
		var in reviewWrite
		if err := c.given(&in); err != nil {
			return nil, err
		}
		w := review.Written{Minutes: in.Minutes, Points: in.Points}
		for _, one := range in.Checks {
			w.Checks = append(w.Checks, review.Check{Say: review.Say(one.Say), Evidence: one.Evidence, Link: one.Link})
		}
		for _, s := range in.Present {
			w.Present = append(w.Present, review.Seat{Cluster: review.Cluster(s.Cluster), Person: people.ID(s.Person)})
		}
		return m.Write(c.r.Context(), c.by, id(c), in.Version, w)
	}))
	a.reviewEnds(m, id)
	a.reviewFiles(m, files, id)
}

// reviewEnds serves what reviews come to.
func (a *API) reviewEnds(m *review.Room, id func(*call) int64) {
	a.add(reviewOp("POST", "/{id}/decide", review.DeedHold, "decide-review", of[reviewDecide](), func(c *call) (*review.Review, error) {
		var in reviewDecide
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return m.Decide(c.r.Context(), c.by, id(c), in.Version, review.Decision(in.Decision), people.ID(in.Owner))
	}))
	a.add(reviewOp("POST", "/{id}/call_off", review.DeedHold, "call-off-review", of[reviewDecide](), func(c *call) (*review.Review, error) {
		var in reviewDecide
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return m.CallOff(c.r.Context(), c.by, id(c), in.Version)
	}))
	a.add(reviewOp("POST", "/{id}/close", review.DeedHold, "close-review", of[reviewClose](), func(c *call) (*review.Review, error) {
		var in reviewClose
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return m.Close(c.r.Context(), c.by, id(c), in.Version)
	}))
	for _, list := range []review.List{review.Conditions, review.Actions} {
		a.add(reviewOp("POST", "/{id}/"+string(list), review.DeedHold, "add-review-"+string(list), of[reviewDuty](), func(c *call) (*review.Review, error) {
			var in reviewDuty
			if err := c.given(&in); err != nil {
				return nil, err
			}
			due, err := dayIn("due", in.Due)
			if err != nil {
				return nil, err
			}
			return m.Add(c.r.Context(), c.by, id(c), in.Version, list, review.Duty{Text: in.Text, Owner: people.ID(in.Owner), Due: due, Link: in.Link})
		}))
		a.add(reviewOp("POST", "/{id}/"+string(list)+"/{n}", review.DeedRead, "end-review-"+string(list), of[reviewDone](), func(c *call) (*review.Review, error) {
			var in reviewDone
			if err := c.given(&in); err != nil {
				return nil, err
			}
			n, err := strconv.Atoi(c.r.PathValue("n"))
			if err != nil {
				n = -1 // is told as missing
			}
			return m.Done(c.r.Context(), c.by, id(c), list, n, review.Shows{Evidence: in.Evidence, Link: in.ShownBy})
		}))
	}
}
