package api

import (
	"net/http"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// chapterShape is a chapter of the process handbook.
type chapterShape struct {
	Code       string          `json:"code"`
	Name       people.Text     `json:"name"`
	Runs       bool            `json:"runs" doc:"api.doc.handbook_runs"`
	Goal       people.Text     `json:"goal"`
	Scope      people.Text     `json:"scope"`
	Quadrant   people.Text     `json:"quadrant"`
	Function   people.Text     `json:"function"`
	Cluster    people.Text     `json:"cluster"`
	Review     people.Text     `json:"review"`
	Policies   []people.Text   `json:"policies"`
	Records    []people.Text   `json:"records"`
	Gives      []string        `json:"gives"`
	Takes      []string        `json:"takes"`
	Interfaces people.Text     `json:"interfaces"`
	RACINotes  people.Text     `json:"raci_notes"`
	Edition    int             `json:"edition" doc:"api.doc.handbook_edition"`
	Approved   string          `json:"approved,omitempty" format:"date-time"`
	Draft      *editionShape   `json:"draft,omitempty" doc:"api.doc.handbook_draft"`
	Figures    []formulaShape  `json:"figures"`
	RACI       []activityShape `json:"raci"`
	Flows      []cycleShape    `json:"flows"`
}

type formulaShape struct {
	Code    string       `json:"code"`
	Name    people.Text  `json:"name"`
	Formula people.Text  `json:"formula"`
	Meaning people.Text  `json:"meaning"`
	Value   *figureValue `json:"value,omitempty" doc:"api.doc.handbook_value"`
	Absent  string       `json:"absent,omitempty" doc:"api.doc.handbook_absent"`
}

type activityShape struct {
	Activity    people.Text   `json:"activity"`
	Responsible []people.Text `json:"responsible"`
	Accountable []people.Text `json:"accountable"`
	Consulted   []people.Text `json:"consulted"`
	Informed    []people.Text `json:"informed"`
}

type cycleShape struct {
	Name   string       `json:"name"`
	Title  string       `json:"title"`
	Runs   bool         `json:"runs" doc:"api.doc.handbook_runs"`
	Start  string       `json:"start"`
	States []cycleState `json:"states"`
	Moves  []cycleMove  `json:"moves"`
}

type cycleState struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Final bool   `json:"final"`
	Pace  string `json:"pace,omitempty" enum:"wait,work,pause,stop" doc:"api.doc.handbook_pace"`
}

type cycleMove struct {
	Move       string        `json:"move,omitempty"`
	Name       string        `json:"name"`
	From       []string      `json:"from"`
	To         string        `json:"to,omitempty" doc:"api.doc.handbook_to"`
	System     bool          `json:"system"`
	Who        []people.Text `json:"who" doc:"api.doc.handbook_who"`
	Fields     []string      `json:"fields"`
	Compulsory []string      `json:"compulsory" doc:"api.doc.handbook_must"`
	Text       bool          `json:"text"`
	Conditions []string      `json:"conditions"`
}

func rolesOf(codes []string) []people.Text {
	out := []people.Text{}
	for _, code := range codes {
		out = append(out, handbook.Role(code))
	}
	return out
}

func codesOf(all []maturity.Process) []string {
	out := []string{}
	for _, p := range all {
		out = append(out, string(p))
	}
	return out
}

func (c *call) cycle(book *handbook.Book, one *handbook.Cycle) cycleShape {
	w := handbook.Words{Printer: c.words, Cycle: one}
	out := cycleShape{Name: one.Name, Title: w.Title(), Runs: one.Words != "", Start: one.Start, States: []cycleState{}, Moves: []cycleMove{}}
	for _, s := range one.States {
		out.States = append(out.States, cycleState{s.Code, w.State(s.Code), s.Final, string(s.Pace)})
	}
	for i := range one.Moves {
		m := &one.Moves[i]
		out.Moves = append(out.Moves, cycleMove{
			Move: m.Name, Name: w.Move(m), From: m.From, To: m.To, System: m.Sys, Who: append([]people.Text{}, book.May(m)...),
			Fields: append([]string{}, m.Asks...), Compulsory: append([]string{}, m.Must...), Text: m.Says, Conditions: append([]string{}, w.Conditions(m)...),
		})
	}
	return out
}

func (c *call) chapter(book *handbook.Book, h *handbook.View, values *handbook.Values) chapterShape {
	out := chapterShape{
		Code: string(h.Code), Name: maturity.Current().Part(h.Code).Name, Runs: h.RunsHere(), Goal: h.Goal, Scope: h.Scope,
		Quadrant: h.Quadrant, Function: h.Function, Cluster: h.Cluster, Review: h.Review, Policies: h.Policies, Records: h.Records,
		Gives: codesOf(h.Gives), Takes: codesOf(h.Takes), Interfaces: h.Around, RACINotes: h.Chapter.Notes, Figures: []formulaShape{}, RACI: []activityShape{}, Flows: []cycleShape{},
	}
	if h.Edition != nil {
		out.Edition, out.Approved = h.Edition.N, stamp(h.Edition.Decided)
	}
	if h.Work != nil {
		draft := ofEdition(h.Work)
		out.Draft = &draft
	}
	for _, f := range h.Figures {
		out.Figures = append(out.Figures, formulaShape{f.Code, f.Name, f.Formula, f.Meaning, valueOf(handbook.FigureKey(h.Code, f.Code), values), handbook.GaugeOf(handbook.FigureKey(h.Code, f.Code)).Why})
	}
	for _, a := range h.RACI {
		out.RACI = append(out.RACI, activityShape{a.Name, rolesOf(a.Responsible), rolesOf(a.Accountable), rolesOf(a.Consulted), rolesOf(a.Informed)})
	}
	for i := range h.Cycles {
		out.Flows = append(out.Flows, c.cycle(book, &h.Cycles[i]))
	}
	return out
}

// Handbook serves the process handbook.
func (a *API) Handbook(room *handbook.Room, figures *handbook.Figures) {
	a.handbookTexts(room)
	a.handbookDrift(room)
	a.figureCases(figures)
	book := room.Book
	add := func(path, name, key string, out gives, do handler) {
		out.Status = http.StatusOK
		a.add(operation{Method: "GET", Path: Prefix + "/handbook" + path, Policy: handbook.DeedRead, Name: name, Key: key, Tag: "handbook", Gives: []gives{out}, Run: do})
	}
	add("", "read-handbook", "read_handbook", gives{Schema: of[[]chapterShape]()}, func(c *call) error {
		out := []chapterShape{}
		all, err := room.Chapters(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		values, err := figures.Read(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		for i := range all {
			out = append(out, c.chapter(book, &all[i], values))
		}
		return c.JSON(http.StatusOK, out)
	})
	add("/{code}", "read-chapter", "read_chapter", gives{Schema: of[chapterShape]()}, func(c *call) error {
		one, err := room.Find(c.r.Context(), c.by, c.r.PathValue("code"))
		if err != nil {
			return err
		}
		values, err := figures.Read(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, c.chapter(book, one, values))
	})
	add("/{code}/bpmn/{name}", "draw-flow", "draw_flow", gives{Type: "application/xml"}, func(c *call) error {
		one, err := book.Find(c.by, c.r.PathValue("code"))
		if err != nil {
			return err
		}
		drawn, err := one.Cycle(c.r.PathValue("name"))
		if err != nil {
			return err
		}
		c.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
		c.w.Header().Set("Content-Disposition", `attachment; filename="`+drawn.Name+`.bpmn"`)
		_, err = c.w.Write(handbook.Words{Printer: c.words, Cycle: drawn}.BPMN())
		return err
	})
}
