package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
)

// dutyShift is the watch of a team from one moment to another.
type dutyShift struct {
	ID       int64   `json:"id"`
	Team     int64   `json:"team"`
	From     string  `json:"from" format:"date-time"`
	To       string  `json:"to" format:"date-time"`
	Who      []int64 `json:"who"`
	ByHand   bool    `json:"by_hand" doc:"api.doc.shift_by_hand"`
	OpenedBy int64   `json:"opened_by,omitempty"`
	State    string  `json:"state" enum:"running,offered,closed" doc:"api.doc.shift_state"`
	Late     bool    `json:"late" doc:"api.doc.shift_late"`
	Ended    string  `json:"ended,omitempty" format:"date-time"`
	Version  int64   `json:"version"`
}

// shiftBook is a shift with all that was written in it.
type shiftBook struct {
	dutyShift
	Entries   []dutyEntry    `json:"entries"`
	Open      []dutyMatter   `json:"open" doc:"api.doc.shift_open"`
	Settled   []dutyMatter   `json:"settled" doc:"api.doc.shift_settled"`
	Handovers []dutyHandover `json:"handovers"`
}

type dutyEntry struct {
	ID      int64       `json:"id"`
	Shift   int64       `json:"shift"`
	At      string      `json:"at" format:"date-time"`
	Written string      `json:"written" format:"date-time"`
	By      int64       `json:"by"`
	Kind    string      `json:"kind" enum:"observation,action,call,operation,result,offer,accept,refuse,withdraw"`
	Text    string      `json:"text"`
	Refs    []string    `json:"refs,omitempty" doc:"api.doc.duty_refs"`
	Run     int64       `json:"run,omitempty" doc:"api.doc.duty_run"`
	Matter  int64       `json:"matter,omitempty" doc:"api.doc.duty_matter"`
	Before  []dutyFirst `json:"before,omitempty" doc:"api.doc.duty_before"`
}

type dutyFirst struct {
	Text    string `json:"text"`
	By      int64  `json:"by"`
	Written string `json:"written" format:"date-time"`
}

type dutyMatter struct {
	ID       int64  `json:"id"`
	Text     string `json:"text"`
	Opened   string `json:"opened" format:"date-time"`
	OpenedBy int64  `json:"opened_by"`
	Carried  int    `json:"carried" doc:"api.doc.duty_carried"`
	Closed   string `json:"closed,omitempty" format:"date-time"`
	ClosedBy int64  `json:"closed_by,omitempty"`
	Result   string `json:"result,omitempty"`
}

type dutyHandover struct {
	ID         int64      `json:"id"`
	Next       int64      `json:"next,omitempty" doc:"api.doc.duty_next"`
	Summary    string     `json:"summary"`
	Lines      []dutyLine `json:"lines"`
	State      string     `json:"state" enum:"waiting,accepted,refused,withdrawn"`
	Given      string     `json:"given" format:"date-time"`
	GivenBy    int64      `json:"given_by"`
	Answered   string     `json:"answered,omitempty" format:"date-time"`
	AnsweredBy int64      `json:"answered_by,omitempty"`
	Answer     string     `json:"answer,omitempty" doc:"api.doc.duty_answer"`
}

// dutyLine is one thing that stands open, as far as the reader sees it.
type dutyLine struct {
	What  string `json:"what" enum:"major,priority,matter,deviation,missed,due,supplier"`
	Ref   string `json:"ref,omitempty"`
	ID    int64  `json:"id,omitempty" doc:"api.doc.duty_line_id"`
	Title string `json:"title"`
}

func ofShift(s *duty.Shift, now time.Time) dutyShift {
	out := dutyShift{ID: s.ID, Team: int64(s.Team), From: stamp(s.From), To: stamp(s.To), Who: []int64{}, ByHand: s.ByHand, OpenedBy: int64(s.OpenedBy), State: string(s.State), Late: s.Over(now), Ended: stamp(s.Ended), Version: s.Version}
	for _, who := range s.Who {
		out.Who = append(out.Who, int64(who))
	}
	return out
}

// entryOf leaves out what is named and the reader does not see.
func entryOf(e *duty.Entry, named map[string]duty.Known) dutyEntry {
	out := dutyEntry{ID: e.ID, Shift: e.Shift, At: stamp(e.At), Written: stamp(e.Written), By: int64(e.By), Kind: string(e.Kind), Text: e.Text, Run: e.Run, Matter: e.Matter}
	for _, ref := range e.Refs {
		if _, ok := named[ref]; ok {
			out.Refs = append(out.Refs, ref)
		}
	}
	return out
}

func matterOf(m *duty.Matter) dutyMatter {
	return dutyMatter{m.ID, m.Text, stamp(m.Opened), int64(m.OpenedBy), m.Carried, stamp(m.Closed), int64(m.ClosedBy), m.Result}
}

func linesOf(all []duty.Standing) []dutyLine {
	out := []dutyLine{}
	for _, l := range all {
		out = append(out, dutyLine{string(l.What), l.Ref, l.ID, l.Title})
	}
	return out
}

// book answers with a shift and all that was written in it.
func (c *call) book(room *duty.Room, id int64, answer func(int, any) error) error {
	b, err := room.Read(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	var refs []string
	for i := range b.Told {
		refs = append(refs, b.Told[i].Refs...)
	}
	named, err := room.Named(c.r.Context(), c.by, refs)
	if err != nil {
		return err
	}
	out := shiftBook{dutyShift: ofShift(&b.Shift, c.Now()), Entries: []dutyEntry{}, Open: []dutyMatter{}, Settled: []dutyMatter{}, Handovers: []dutyHandover{}}
	for i := range b.Told {
		e := entryOf(&b.Told[i].Entry, named)
		for _, was := range b.Told[i].Before {
			e.Before = append(e.Before, dutyFirst{was.Text, int64(was.By), stamp(was.Written)})
		}
		out.Entries = append(out.Entries, e)
	}
	for i := range b.Open {
		out.Open = append(out.Open, matterOf(&b.Open[i]))
	}
	for i := range b.Settled {
		out.Settled = append(out.Settled, matterOf(&b.Settled[i]))
	}
	for i := range b.Handovers {
		h := &b.Handovers[i]
		lines, err := room.Shown(c.r.Context(), c.by, b, h.Lines)
		if err != nil {
			return err
		}
		out.Handovers = append(out.Handovers, dutyHandover{h.ID, h.Next, h.Summary, linesOf(lines), string(h.Verdict), stamp(h.Given), int64(h.GivenBy), stamp(h.Answered), int64(h.AnsweredBy), h.Answer})
	}
	return answer(http.StatusOK, out)
}

// sheetOf reads how long a page of the log is and behind what it begins.
func (c *call) sheetOf(of uint32) (limit int, behind duty.Place, err error) {
	if limit, err = c.limit(); err != nil {
		return 0, behind, err
	}
	if text := c.get("cursor"); text != "" {
		at, err := readCursor(text, of)
		if err != nil {
			return 0, behind, err
		}
		behind = duty.Place{At: time.UnixMilli(at.Value).UTC(), ID: at.ID}
	}
	return limit, behind, nil
}

// during reads the team and the time that a question is about.
func (c *call) during() (team people.TeamID, from, to time.Time, err error) {
	if text := c.get("team"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 {
			return 0, from, to, fault.At("team", "record.not_a_number")
		}
		team = people.TeamID(id)
	}
	for name, into := range map[string]*time.Time{"from": &from, "to": &to} {
		if text := c.get(name); text != "" {
			if *into, err = time.Parse(time.RFC3339, text); err != nil {
				return 0, from, to, fault.At(name, "record.not_a_moment")
			}
		}
	}
	return team, from, to, nil
}

// Duty serves the duty log.
func (a *API) Duty(room *duty.Room) {
	span := []param{{Name: "team", Type: "integer"}, {Name: "from", Type: "string"}, {Name: "to", Type: "string"}, {Name: "limit", Type: "integer"}, {Name: "cursor", Type: "string"}}
	one := []gives{{Status: http.StatusOK, Schema: of[shiftBook]()}}
	a.add(dutyOf("GET", "/shifts", duty.DeedRead, "list-shifts", []gives{{Status: http.StatusOK, Schema: pageOf(of[dutyShift]())}}, func(c *call) error {
		return c.dutyShifts(room)
	}, append(slices.Clone(span), param{Name: "running", Type: "boolean"})...))
	a.add(dutyOf("GET", "/shifts/{id}", duty.DeedRead, "get-shift", one, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		return c.book(room, id, c.JSON)
	}))
	a.add(dutyOf("GET", "/shifts/{id}/standing", duty.DeedRead, "standing-of-shift", []gives{{Status: http.StatusOK, Schema: of[[]dutyLine]()}}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		all, err := room.Stands(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, linesOf(all))
	}))
	a.add(dutyOf("GET", "/entries", duty.DeedRead, "search-duty", []gives{{Status: http.StatusOK, Schema: pageOf(of[dutyEntry]())}}, func(c *call) error {
		return c.dutySearch(room)
	}, append(slices.Clone(span), param{Name: "words", Type: "string"})...))
	a.dutyDeeds(room, one)
}

func (c *call) dutyShifts(room *duty.Room) error {
	team, from, to, err := c.during()
	if err != nil {
		return err
	}
	of := question("duty/shifts", c.get("team"), c.get("from"), c.get("to"), c.get("running"))
	limit, behind, err := c.sheetOf(of)
	if err != nil {
		return err
	}
	all, err := room.List(c.r.Context(), c.by, duty.Query{Team: team, From: from, To: to, Open: c.get("running") == "true", Behind: behind, Limit: limit})
	if err != nil {
		return err
	}
	out := page[dutyShift]{}
	for i := range all {
		out.Items = append(out.Items, ofShift(&all[i], c.Now()))
	}
	if len(all) == limit {
		last := all[limit-1]
		out.Next = c.next(cursor{last.From.UnixMilli(), last.ID, of})
	}
	return give(c, out)
}

func (c *call) dutySearch(room *duty.Room) error {
	team, from, to, err := c.during()
	if err != nil {
		return err
	}
	words := strings.Fields(c.get("words"))
	if len(words) > 10 {
		return fault.At("words", "watch.too_many_words").With("max", 10)
	}
	of := question("duty/entries", c.get("team"), c.get("from"), c.get("to"), strings.Join(words, " "))
	limit, behind, err := c.sheetOf(of)
	if err != nil {
		return err
	}
	all, err := room.Search(c.r.Context(), c.by, duty.Search{Team: team, From: from, To: to, Words: words, Newest: true, Behind: behind, Limit: limit})
	if err != nil {
		return err
	}
	var refs []string
	for i := range all {
		refs = append(refs, all[i].Refs...)
	}
	named, err := room.Named(c.r.Context(), c.by, refs)
	if err != nil {
		return err
	}
	out := page[dutyEntry]{}
	for i := range all {
		out.Items = append(out.Items, entryOf(&all[i], named))
	}
	if len(all) == limit {
		last := all[limit-1]
		out.Next = c.next(cursor{last.At.UnixMilli(), last.ID, of})
	}
	return give(c, out)
}
