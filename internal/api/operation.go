package api

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	operations "kilter/internal/practice/operation"
)

// run is one time that a recurring operation is carried out.
type run struct {
	ID       int64     `json:"id"`
	Plan     int64     `json:"plan"`
	Name     string    `json:"name"`
	Kind     string    `json:"kind"`
	Planned  string    `json:"planned" format:"date-time" doc:"api.doc.run_planned"`
	At       string    `json:"at" format:"date-time" doc:"api.doc.run_at"`
	By       string    `json:"by" format:"date-time" doc:"api.doc.run_by"`
	Team     int64     `json:"team,omitempty"`
	Owner    int64     `json:"owner,omitempty"`
	State    string    `json:"state" enum:"due,done,missed,skipped"`
	Late     bool      `json:"late"`
	Why      string    `json:"why,omitempty" doc:"api.doc.run_why"`
	Lines    []runLine `json:"lines"`
	Note     string    `json:"note,omitempty"`
	Ended    string    `json:"ended,omitempty" format:"date-time"`
	EndedBy  int64     `json:"ended_by,omitempty"`
	Incident string    `json:"incident,omitempty" doc:"api.doc.run_incident"`
	Version  int64     `json:"version"`
}

type runLine struct {
	Text    string `json:"text"`
	Expect  string `json:"expect,omitempty"`
	Verdict string `json:"verdict,omitempty" enum:"ok,deviation,none"`
	Note    string `json:"note,omitempty"`
}

func (c *call) ofRun(r *operations.Run) run {
	lang := c.words.Lang().HTML()
	out := run{
		ID: r.ID, Plan: r.Plan, Name: r.Name.In(lang), Kind: string(r.Kind), Planned: stamp(r.Planned), At: stamp(r.At), By: stamp(r.By), Team: int64(r.Team), Owner: int64(r.Owner),
		State: string(r.State), Late: r.Late(c.Now()), Why: r.Why, Lines: []runLine{}, Note: r.Note, Ended: stamp(r.Ended), EndedBy: int64(r.EndedBy), Incident: r.Incident, Version: r.Version,
	}
	for _, l := range r.Results {
		out.Lines = append(out.Lines, runLine{l.Text.In(lang), l.Expect.In(lang), string(l.Verdict), l.Note})
	}
	return out
}

// runFound is what somebody writes down of a run, a verdict for each line.
type runFound struct {
	Lines   []runVerdict `json:"lines"`
	Note    string       `json:"note,omitempty"`
	Version int64        `json:"version,omitempty"`
}

type runVerdict struct {
	Verdict string `json:"verdict" enum:"ok,deviation,none"`
	Note    string `json:"note,omitempty" doc:"api.doc.run_line_note"`
}

type runWhy struct {
	Why string `json:"why"`
}

// planDate is a date that the rule of a plan gives, and what became of it.
type planDate struct {
	Planned string `json:"planned" format:"date-time"`
	At      string `json:"at,omitempty" format:"date-time" doc:"api.doc.plan_at"`
	Fate    string `json:"fate" enum:"planned,moved,skipped,joined"`
	Why     string `json:"why,omitempty" doc:"api.doc.plan_why"`
}

// Operations serves recurring operations.
func (a *API) Operations(room *operations.Room) {
	one := []gives{{Status: http.StatusOK, Schema: of[run]()}}
	a.add(operationOf("GET", "", operations.DeedRead, "list-operations", []gives{{Status: http.StatusOK, Schema: pageOf(of[run]())}}, func(c *call) error {
		q := operations.Query{Open: true, Limit: 500}
		switch c.get("show") {
		case "", "open":
		case "mine":
			if q.Teams = c.by.Teams; q.Teams == nil {
				return c.JSON(http.StatusOK, page[run]{Items: []run{}})
			}
		case "all":
			q.Open = false
		default:
			return fault.At("show", "record.not_a_choice").With("choices", "open, mine, all")
		}
		rows, err := room.List(c.r.Context(), c.by, q)
		if err != nil {
			return err
		}
		out := page[run]{Items: []run{}}
		for i := range rows {
			out.Items = append(out.Items, c.ofRun(&rows[i]))
		}
		return c.JSON(http.StatusOK, out)
	}, param{Name: "show", Type: "string", Enum: []string{"open", "mine", "all"}}))
	a.add(operationOf("GET", "/{id}", operations.DeedRead, "get-operation", one, func(c *call) error {
		return c.runOf(func(id int64) (*operations.Run, error) { return room.Read(c.r.Context(), c.by, id) }, c.JSON)
	}))
	a.add(operationOf("GET", "/plans/{id}/dates", operations.DeedRead, "dates-of-operation", []gives{{Status: http.StatusOK, Schema: of[[]planDate]()}}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		_, _, dates, err := room.Preview(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out := []planDate{}
		for _, d := range dates {
			out = append(out, planDate{stamp(d.Planned), stamp(d.At), string(d.Fate), d.Why})
		}
		return c.JSON(http.StatusOK, out)
	}))
	for _, deed := range []struct {
		name string
		body *body
		do   func(*call, int64) (*operations.Run, error)
	}{
		{"finish", &body{Schema: of[runFound]()}, func(c *call, id int64) (*operations.Run, error) {
			var in runFound
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
				return nil, err
			}
			f := operations.Found{Note: in.Note, Version: in.Version}
			for _, l := range in.Lines {
				f.Verdicts, f.Notes = append(f.Verdicts, operations.Verdict(l.Verdict)), append(f.Notes, l.Note)
			}
			return room.Finish(c.r.Context(), c.by, id, f)
		}},
		{"skip", &body{Schema: of[runWhy]()}, func(c *call, id int64) (*operations.Run, error) {
			var in runWhy
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
				return nil, err
			}
			return room.Leave(c.r.Context(), c.by, id, in.Why)
		}},
		{"take", nil, func(c *call, id int64) (*operations.Run, error) { return room.Take(c.r.Context(), c.by, id) }},
		{"report", nil, func(c *call, id int64) (*operations.Run, error) { return room.Report(c.r.Context(), c.by, id) }},
	} {
		op := operationOf("POST", "/{id}/"+deed.name, operations.DeedWork, deed.name+"-operation", one, func(c *call) error {
			return c.runOf(func(id int64) (*operations.Run, error) { return deed.do(c, id) }, c.done)
		})
		op.Body, op.Once = deed.body, true
		a.add(op)
	}
}

func operationOf(method, path, policy, name string, out []gives, do func(*call) error, query ...param) operation {
	return operation{Method: method, Path: Prefix + "/operations" + path, Policy: policy, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "operations", Query: query, Gives: out, Run: do}
}

// runOf answers with the run that the address names, after something was done.
func (c *call) runOf(do func(int64) (*operations.Run, error), answer func(int, any) error) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	r, err := do(id)
	if err != nil {
		return err
	}
	return answer(http.StatusOK, c.ofRun(r))
}
