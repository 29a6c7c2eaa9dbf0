package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/record"
)

// Changes serves change management: its records, who decides on them, their
// risk, and what they meet.
func (a *API) Changes(desk *change.Desk, planning *handoff.Planning, kept record.Approvals) {
	p := &practice[*change.Change]{API: a, desk: desk.Desk, room: "changes", work: desk}
	p.past, p.next = p.plain, desk.Next
	p.open = func(c *call, o object) (*change.Change, error) {
		in, err := p.inputOf(c, o, desk.Flow.Asks)
		if err != nil {
			return nil, err
		}
		return desk.Raise(c.r.Context(), c.by, in)
	}
	p.serve()
	p.ties()
	p.decisions(kept)
	ask := func(rest, name string, query []param, out *schema, run func(*call, *change.Change) error) {
		a.add(operation{
			Method: "GET", Path: p.at("/{number}" + rest), Policy: p.deed("read"), Name: name, Tag: "changes", Query: query, Gives: []gives{{Status: http.StatusOK, Schema: out}},
			Run: func(c *call) error {
				one, err := p.find(c)
				if err != nil {
					return err
				}
				return run(c, one)
			},
		})
	}
	a.add(operation{
		Method: "GET", Path: p.at("/collisions"), Policy: p.deed("read"), Name: "collisions-of-scheduled-changes", Tag: "changes", Gives: []gives{{Status: http.StatusOK, Schema: of[page[unkept]]()}},
		Run: func(c *call) error { return c.unkept(planning) },
	})
	ask("/risk", "risk-of-change", nil, of[changeRisk](), func(c *call, one *change.Change) error { return c.risk(planning, one) })
	ask("/collisions", "collisions-of-change", []param{{Name: "starts", Type: "string"}, {Name: "ends", Type: "string"}}, of[page[meeting]](), func(c *call, one *change.Change) error { return c.collisions(planning, one) })
	ask("/outcome", "outcome-of-change", nil, of[changeOutcome](), func(c *call, one *change.Change) error { return c.outcome(planning, one) })
	ask("/free", "free-times-of-change", []param{{Name: "from", Type: "string"}, {Name: "until", Type: "string"}, {Name: "minutes", Type: "integer"}, {Name: "most", Type: "integer"}}, of[freeTimes](), func(c *call, one *change.Change) error { return c.free(planning, one) })
}

// ChangeRequests serves how other records ask for a change.
func (a *API) ChangeRequests(r handoff.ChangeRequests) {
	p := &practice[*change.Change]{API: a, desk: r.Changes.Desk, room: "changes", work: r.Changes}
	p.past, p.next = p.plain, r.Changes.Next
	p.more = map[string]*huma.Schema{"from": said(as("string"), "api.doc.change_from")}
	p.must = []string{"from"}
	a.add(operation{
		Method: "POST", Path: Prefix + "/change-requests", Policy: "change.open", Name: "request-change-for-record", Tag: "changes", Once: true,
		Body: &body{Schema: p.form(p.opening(), true)}, Gives: []gives{{Status: http.StatusCreated, Schema: p.shape()}}, Run: func(c *call) error {
			if err := p.may(c, "open", p.room); err != nil {
				return err
			}
			o, err := c.object()
			if err != nil {
				return err
			}
			var from string
			if err := member(o, "from", &from); err != nil {
				return err
			}
			delete(o, "from")
			in, err := p.inputOf(c, o, p.desk.Flow.Asks)
			if err != nil {
				return err
			}
			one, err := r.Raise(c.r.Context(), c.by, from, in)
			if err != nil {
				return err
			}
			c.w.Header().Set("Location", p.at("/"+one.Ref()))
			return p.changed(c, http.StatusCreated, one)
		},
		Recall: p.recall(http.StatusCreated),
	})
}

// term is one reason for a degree.
type term struct {
	What   string `json:"what" doc:"api.doc.term_what"`
	N      int    `json:"n"`
	Of     int    `json:"of,omitempty"`
	Degree int    `json:"degree" doc:"api.doc.term_degree"`
}

// changeRisk is what is proposed for the assessment of a change, with all reasons.
type changeRisk struct {
	Impact     int     `json:"impact"`
	Likelihood int     `json:"likelihood"`
	Score      int     `json:"score" doc:"api.doc.risk_score"`
	Class      string  `json:"class"`
	Chance     float64 `json:"chance" doc:"api.doc.risk_chance"`
	Shared     bool    `json:"shared"`
	Networks   bool    `json:"networks"`
	Exchange   bool    `json:"exchange"`
	OfImpact   []term  `json:"impact_terms"`
	OfLikely   []term  `json:"likelihood_terms"`
}

func termsOf(all []change.Term) []term {
	out := make([]term, len(all))
	for i, t := range all {
		out[i] = term{t.What, t.N, t.Of, int(t.Degree)}
	}
	return out
}

func (c *call) risk(p *handoff.Planning, one *change.Change) error {
	r, err := p.Weigh(c.r.Context(), c.by, one)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, changeRisk{
		int(r.Impact.Degree), int(r.Likelihood.Degree), r.Score, string(r.Class), r.Chance, r.Shared, r.Networks, r.Exchange, termsOf(r.Impact.Terms), termsOf(r.Likelihood.Terms),
	})
}

// window is a time.
type window struct {
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
}

func windowOf(s change.Span) window { return window{s.From.UTC(), s.Until.UTC()} }

// planned is work that has its time.
type planned struct {
	Number string `json:"number,omitempty" doc:"api.doc.planned_number"`
	Title  string `json:"title,omitempty"`
	Source string `json:"source" doc:"api.doc.planned_source"`
	window
}

func plannedOf(w change.Planned) planned {
	out := planned{Title: w.Head.Title, Source: string(w.Source), window: windowOf(w.Span)}
	if w.Head.Number != 0 {
		out.Number = w.Head.Ref()
	}
	return out
}

// meeting is one way in which a change meets something.
type meeting struct {
	Kind   string    `json:"kind" doc:"api.doc.meeting_kind"`
	With   *planned  `json:"with,omitempty" doc:"api.doc.meeting_with"`
	Rule   string    `json:"rule,omitempty" doc:"api.doc.meeting_rule"`
	When   window    `json:"when"`
	Items  []node    `json:"items,omitempty" doc:"api.doc.clash_shared"`
	People []int64   `json:"people,omitempty"`
	Of     *node     `json:"of,omitempty" doc:"api.doc.clash_joint"`
	Path   []wayStep `json:"path,omitempty" doc:"api.doc.meeting_path"`
	Mine   []wayStep `json:"mine,omitempty" doc:"api.doc.joint_mine"`
	Theirs []wayStep `json:"theirs,omitempty" doc:"api.doc.joint_theirs"`
}

func (c *call) collisions(p *handoff.Planning, one *change.Change) error {
	when := one.Window()
	if err := c.times(map[string]*time.Time{"starts": &when.From, "ends": &when.Until}); err != nil {
		return err
	}
	if when.From.IsZero() || !when.Until.After(when.From) {
		return fault.At("ends", "change.ends_before")
	}
	found, err := p.Meets(c.r.Context(), c.by, one, when)
	if err != nil {
		return err
	}
	lang, out := c.words.Lang().HTML(), page[meeting]{Items: make([]meeting, len(found))}
	for i, m := range found {
		out.Items[i] = meetingOf(m, lang)
	}
	return c.JSON(http.StatusOK, out)
}

func meetingOf(m handoff.Meeting, lang string) meeting {
	out := meeting{Kind: string(m.Kind), Rule: m.Rule.In(lang), When: windowOf(m.Span), Items: nodesOf(m.Items), Path: wayOf(m.Path), Mine: wayOf(m.Mine), Theirs: wayOf(m.Their)}
	if m.With != nil {
		w := plannedOf(*m.With)
		out.With = &w
	}
	if m.Of != nil {
		n := nodeOf(*m.Of)
		out.Of = &n
	}
	for _, id := range m.People {
		out.People = append(out.People, int64(id))
	}
	return out
}

// freeTimes are the next times at which a change meets nothing, or what leaves
// none.
type freeTimes struct {
	Slots   []window  `json:"slots"`
	Because []because `json:"because" doc:"api.doc.free_because"`
}

type because struct {
	Kind    string    `json:"kind" doc:"api.doc.meeting_kind"`
	Person  int64     `json:"person,omitempty"`
	Rule    string    `json:"rule,omitempty" doc:"api.doc.meeting_rule"`
	With    []planned `json:"with,omitempty"`
	Longest int       `json:"longest_minutes,omitempty" doc:"api.doc.because_longest"`
}

func (c *call) free(p *handoff.Planning, one *change.Change) error {
	a := change.Ask{From: c.Now(), Length: one.Ends.Sub(one.Starts)}
	if err := c.times(map[string]*time.Time{"from": &a.From, "until": &a.Until}); err != nil {
		return err
	}
	if a.Until.IsZero() {
		a.Until = a.From.Add(change.Horizon)
	}
	minutes := 0
	for name, into := range map[string]*int{"minutes": &minutes, "most": &a.Most} {
		if text := c.get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return fault.At(name, "record.not_a_number")
			}
			*into = n
		}
	}
	if minutes > 0 {
		a.Length = time.Duration(minutes) * time.Minute
	}
	found, err := p.Free(c.r.Context(), c.by, one, a)
	if err != nil {
		return err
	}
	lang, out := c.words.Lang().HTML(), freeTimes{Slots: []window{}, Because: []because{}}
	for _, s := range found.Slots {
		out.Slots = append(out.Slots, windowOf(s))
	}
	for _, b := range found.Because {
		o := because{Kind: string(b.Kind), Person: int64(b.Person), Rule: b.Rule.In(lang), Longest: int(b.Longest.Minutes())}
		for _, w := range b.With {
			o.With = append(o.With, plannedOf(w))
		}
		out.Because = append(out.Because, o)
	}
	return c.JSON(http.StatusOK, out)
}

// times reads moments of the address.
func (c *call) times(into map[string]*time.Time) error {
	var many fault.Many
	for name, at := range into {
		text := c.get(name)
		if text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, text)
		if err != nil || t.Year() < 1970 || t.Year() > 2200 {
			many = append(many, fault.At(name, "record.not_a_moment"))
			continue
		}
		*at = t.UTC()
	}
	return many.Err()
}
