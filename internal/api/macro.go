package api

import (
	"maps"
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/record"
)

// offeredMacro is a macro that can be run on a record.
type offeredMacro struct {
	Code    string          `json:"code"`
	Name    string          `json:"name"`
	Version int64           `json:"version"`
	Then    []record.Action `json:"then" doc:"api.doc.macro_then"`
}

// offeredMacros are those that can be run on a record.
type offeredMacros struct {
	Items []offeredMacro `json:"items"`
}

// Macros serves macros on the records of every practice that has them; the
// macros themselves are settings.
func (a *API) Macros(room *macro.Room) {
	a.macros = room
	for _, kind := range record.Kinds {
		if room.Desks[kind] == nil {
			continue
		}
		at := Prefix + kind.Path() + "/{number}/macros"
		a.add(operation{
			Method: "GET", Path: at, Policy: macro.Deed(kind), Name: "macros-of-" + string(kind), Key: "macros-of-record", Tag: rooms["macro"],
			Gives: []gives{{Status: http.StatusOK, Schema: of[offeredMacros]()}}, Run: func(c *call) error { return c.macrosOn(kind) },
		})
		a.add(operation{
			Method: "POST", Path: at + "/{macro}/preview", Policy: macro.Deed(kind), Name: "preview-macro-on-" + string(kind), Key: "preview-macro", Tag: rooms["macro"],
			Gives: []gives{{Status: http.StatusOK, Schema: of[outcome]()}}, Run: func(c *call) error { return c.macroAhead(kind) },
		})
		a.add(operation{
			Method: "POST", Path: at + "/{macro}/run", Policy: macro.Deed(kind), Name: "run-macro-on-" + string(kind), Key: "run-macro", Tag: rooms["macro"], Once: true,
			Gives: []gives{{Status: http.StatusOK, Schema: of[batchDone]()}}, Run: func(c *call) error { return c.macroRun(kind) },
		})
	}
}

// macrosOn lists what the caller is offered on a record.
func (c *call) macrosOn(k record.Kind) error {
	n, err := c.number(k)
	if err != nil {
		return err
	}
	all, err := c.macros.On(c.r.Context(), c.by, k, n)
	if err != nil {
		return err
	}
	out := offeredMacros{Items: []offeredMacro{}}
	for _, m := range all {
		out.Items = append(out.Items, offeredMacro{m.Code, m.Name.In(string(c.words.Lang())), m.Version, m.Then})
	}
	return c.JSON(http.StatusOK, out)
}

// macroAhead says what a macro would do to a record.
func (c *call) macroAhead(k record.Kind) error {
	n, err := c.number(k)
	if err != nil {
		return err
	}
	out, err := c.macros.Preview(c.r.Context(), c.by, k, c.r.PathValue("macro"), n)
	if err != nil {
		return err
	}
	if err := out[0].Refused; fault.Is(err, fault.Missing) { // the record, not an action
		return err
	}
	return c.JSON(http.StatusOK, c.outcomes(k, out)[0])
}

// macroRun runs it.
func (c *call) macroRun(k record.Kind) error {
	n, err := c.number(k)
	if err != nil {
		return err
	}
	batch, out, err := c.macros.Run(c.r.Context(), c.by, k, c.r.PathValue("macro"), n)
	if err != nil {
		return c.inActions(err)
	}
	return c.done(http.StatusOK, batchDone{Batch: batch, Outcomes: c.outcomes(k, []record.Outcome{out})})
}

// inActions says of faults that an action met which action it was.
func (c *call) inActions(err error) error {
	all := fault.All(err)
	var many fault.Many
	for _, f := range all {
		row, do := f.Args["row"], f.Args["do"]
		if row == nil || do == nil {
			many = append(many, f)
			continue
		}
		why := c.words.Fault(f)
		if f.Field != "" {
			why = f.Field + ": " + why
		}
		many = append(many, fault.New(f.Kind, "macro.refused").With("row", row).With("do", c.words.T("rule.do."+do.(string))).With("why", why).With("code", f.Key))
	}
	if all == nil {
		return err
	}
	return many.Err()
}

// template fills an incident in with the template that was named, where nothing
// was sent, and gives what is to be done after registering.
func (c *call) template(o object, in *record.Input, sheet record.Sheet[*incident.Incident]) (*record.Errand, error) {
	if c.macros == nil || o["template"] == nil {
		return nil, nil
	}
	var code string
	if err := member(o, "template", &code); err != nil {
		return nil, err
	}
	t, after, err := c.macros.Template(c.by, record.Incident, code)
	if err != nil {
		return nil, err
	}
	given := maps.Clone(in.Fields)
	t.Apply(in, string(c.words.Lang()), map[string]string{"me.name": c.by.Name, "me": c.by.Name})
	for name, v := range in.Fields {
		if f, ok := sheet.Find(name); ok && given[name] == "" {
			if in.Fields[name], err = record.Coded(c.Settings.All(), f.Type, name, v); err != nil {
				return nil, err
			}
		}
	}
	return after, nil
}
