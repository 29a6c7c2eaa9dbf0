package api

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
)

// ruleTrial is what a rule would have done.
type ruleTrial struct {
	From    string      `json:"from" doc:"api.doc.trial_from"`
	Records int         `json:"records" doc:"api.doc.trial_records"`
	Deeds   int         `json:"considered" doc:"api.doc.trial_deeds"`
	Held    int         `json:"held" doc:"api.doc.trial_held"`
	Cut     string      `json:"cut" doc:"api.doc.trial_cut"`
	Would   []ruleWould `json:"would"`
}

type ruleWould struct {
	Number  string       `json:"number"`
	Title   string       `json:"title"`
	At      string       `json:"at"`
	Deed    string       `json:"deed" doc:"api.doc.rule_deed"`
	Changes []ruleChange `json:"changes"`
}

type ruleChange struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// ruleRun is a rule having fired, or not.
type ruleRun struct {
	Rule    string       `json:"rule" doc:"api.doc.rule_code"`
	Version int64        `json:"version"`
	Number  string       `json:"number,omitempty"`
	At      string       `json:"at"`
	Cause   string       `json:"cause" doc:"api.doc.rule_cause"`
	Deed    string       `json:"deed" doc:"api.doc.rule_deed"`
	Fired   bool         `json:"fired"`
	Outcome string       `json:"outcome" doc:"api.doc.rule_outcome"`
	Part    string       `json:"part,omitempty" doc:"api.doc.rule_part"`
	Why     string       `json:"why,omitempty"`
	Did     []ruleChange `json:"did,omitempty"`
}

// ruleTrace is what rules did to a record.
type ruleTrace struct {
	Items []ruleRun `json:"items"`
}

// mostTraced bounds the answer about one record or rule.
const mostTraced = 200

// Rules serves what rules would do and did; the rules themselves are settings.
func (a *API) Rules(e *rule.Engine, d Directory) {
	sh, err := d.Desk.Sheets.For(setting.Rule, "")
	if err != nil {
		return
	}
	s := &shelf{API: a, Directory: d, sheet: sh, room: rooms[setting.Rule]}
	a.add(operation{
		Method: "POST", Path: s.at("/try"), Policy: rule.DeedEdit, Name: "try-rule", Tag: s.room,
		Body: &body{Schema: s.form()}, Gives: []gives{{Status: http.StatusOK, Schema: of[ruleTrial]()}}, Run: func(c *call) error { return s.try(c, e) },
	})
	a.add(operation{
		Method: "GET", Path: s.at("/{id}/runs"), Policy: rule.DeedTrace, Name: "runs-of-rule", Tag: s.room,
		Gives: []gives{{Status: http.StatusOK, Schema: of[ruleTrace]()}}, Run: func(c *call) error {
			if err := c.by.May(rule.DeedTrace); err != nil {
				return err
			}
			id, err := c.id("id")
			if err != nil {
				return err
			}
			if c.Settings.All().Find(setting.Rule, id) == nil {
				return fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.Rule)).With("id", id)
			}
			runs, err := e.Traces.Runs(c.r.Context(), c.by.Scope, id, mostTraced)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, ruleTrace{c.ran(runs, true)})
		},
	})
	a.add(operation{
		Method: "POST", Path: s.at("/{id}/resume"), Policy: rule.DeedEdit, Name: "resume-rule", Tag: s.room, Once: true,
		Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			if err := e.Resume(c.r.Context(), c.by, id); err != nil {
				return err
			}
			return c.done(http.StatusNoContent, nil)
		},
	})
	for _, kind := range record.Kinds {
		desk := e.Desks[kind]
		if desk == nil {
			continue
		}
		a.add(operation{
			Method: "GET", Path: Prefix + kind.Path() + "/{number}/rules", Policy: rule.DeedTrace, Name: "rules-of-" + string(kind), Key: "rules-of-record", Tag: s.room,
			Gives: []gives{{Status: http.StatusOK, Schema: of[ruleTrace]()}}, Run: func(c *call) error { return c.traceOf(e, desk, kind) },
		})
	}
}

// try tells what a rule would have done; nothing is kept.
func (s *shelf) try(c *call, e *rule.Engine) error {
	if err := c.by.May(rule.DeedEdit); err != nil {
		return err
	}
	o, err := c.object()
	if err != nil {
		return err
	}
	in := setting.Input{Kind: setting.Rule}
	if in.Fields, err = s.typed(c, o); err != nil {
		return err
	}
	for _, name := range []string{"code", "name_en"} {
		if in.Fields[name] == "" {
			in.Fields[name] = "trial"
		}
	}
	t, _, err := s.Desk.Try(c.r.Context(), c.by, in)
	if err != nil {
		return err
	}
	r, err := setting.Read[rule.Rule](t)
	if err != nil {
		return err
	}
	found, err := e.Try(c.r.Context(), c.by, r, string(c.words.Lang()))
	if err != nil {
		return err
	}
	out := ruleTrial{From: clockTime(found.From), Records: found.Records, Deeds: found.Deeds, Held: found.Held, Cut: string(found.Cut), Would: []ruleWould{}}
	for _, w := range found.Would {
		out.Would = append(out.Would, ruleWould{w.Row.Ref(), w.Row.Title, clockTime(w.At), w.Deed, ruleChanges(w.Changes)})
	}
	return c.JSON(http.StatusOK, out)
}

func ruleChanges(all []record.Change) []ruleChange {
	out := []ruleChange{}
	for _, c := range all {
		out = append(out, ruleChange(c))
	}
	return out
}

// ran are runs as JSON.
func (c *call) ran(runs []rule.Run, named bool) []ruleRun {
	out := []ruleRun{}
	for _, r := range runs {
		one := ruleRun{Rule: c.ruleCode(r.Rule), Version: r.Version, At: clockTime(r.At), Cause: string(r.Cause), Deed: r.Deed, Fired: r.Outcome != rule.Failed, Outcome: string(r.Outcome), Did: ruleChanges(r.Did)}
		if named {
			one.Number = record.Ref(r.Kind, r.Number)
		}
		if r.Why != nil {
			one.Why = c.words.Fault(r.Why)
		}
		out = append(out, one)
	}
	return out
}

func (c *call) ruleCode(id int64) string {
	if t := c.Settings.All().Find(setting.Rule, id); t != nil {
		return t.Code
	}
	return ""
}

// traceOf answers what rules did to a record.
func (c *call) traceOf(e *rule.Engine, desk rule.Desk, kind record.Kind) error {
	for _, deed := range []string{rule.DeedTrace, string(kind) + ".read"} {
		if err := c.by.May(deed); err != nil {
			return err
		}
	}
	k, n, err := record.ParseRef(c.r.PathValue("number"))
	if err != nil || k != kind {
		return fault.New(fault.Missing, "record.no_such").With("ref", c.r.PathValue("number"))
	}
	pic, err := desk.See(c.r.Context(), c.by.Scope, n)
	if err != nil {
		return err
	}
	runs, missed, err := e.Traces.Trace(c.r.Context(), pic.ID, mostTraced)
	if err != nil {
		return err
	}
	out := c.ran(runs, false)
	for _, m := range missed {
		cause, _, _ := strings.Cut(string(m.Cause), ".")
		for _, one := range m.Misses {
			out = append(out, ruleRun{Rule: c.ruleCode(one.Rule), Version: one.Version, At: clockTime(m.At), Cause: cause, Deed: m.Deed, Outcome: string(one.Why), Part: one.Part})
		}
	}
	return c.JSON(http.StatusOK, ruleTrace{out})
}

func clockTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
