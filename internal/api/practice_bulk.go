package api

import (
	"net/http"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// bulks are the operations on many records.
func (p *practice[R]) bulks() {
	p.add(operation{
		Method: "POST", Path: p.at("/bulk"), Policy: p.deed("bulk"), Name: "bulk-" + p.room, Key: "bulk", Tag: p.room,
		Body:  &body{Types: []string{lineType}, Stream: true, Limit: bulkLimit, Time: bulkTime, Schema: p.lineShape()},
		Gives: []gives{{Status: http.StatusOK, Type: lineType, Schema: of[result]()}}, Run: p.bulk,
	})
	p.add(operation{
		Method: "POST", Path: p.at("/batches"), Policy: p.deed("bulk"), Name: "batch-" + p.room, Key: "batch", Tag: p.room, Once: true,
		Body: &body{Schema: of[batchForm]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[batchDone]()}}, Run: p.batch,
	})
	p.add(operation{
		Method: "POST", Path: p.at("/batches/{batch}/undo"), Policy: p.deed("undo"), Name: "undo-" + p.room, Key: "undo", Tag: p.room, Once: true,
		Gives: []gives{{Status: http.StatusOK, Schema: of[batchDone]()}}, Run: func(c *call) error {
			id, err := c.id("batch")
			if err != nil {
				return err
			}
			out, err := p.desk.Undo(c.r.Context(), c.by, id)
			if err != nil {
				return err
			}
			return c.done(http.StatusOK, batchDone{Batch: id, Outcomes: c.outcomes(p.desk.Kind, out)})
		},
	})
}

// batchForm is one deed for many records.
type batchForm struct {
	Numbers []string       `json:"numbers" doc:"api.doc.batchform_numbers"`
	Preview bool           `json:"preview,omitempty" doc:"api.doc.batchform_preview"`
	Move    string         `json:"move,omitempty" doc:"api.doc.batchform_move"`
	Edit    map[string]any `json:"edit,omitempty" doc:"api.doc.batchform_edit"`
	Say     bool           `json:"say,omitempty" doc:"api.doc.batchform_say"`
	Macro   string         `json:"macro,omitempty" doc:"api.doc.batchform_macro"`
	Fields  map[string]any `json:"fields,omitempty" doc:"api.doc.batchform_fields"`
	Text    string         `json:"text,omitempty"`
	Public  bool           `json:"public,omitempty"`
	Reason  string         `json:"reason,omitempty"`
	Loud    bool           `json:"loud,omitempty" doc:"api.doc.batchform_loud"`
}

// batchDone says what was done, or would be.
type batchDone struct {
	Batch    int64     `json:"batch,omitempty" doc:"api.doc.batchdone_batch"`
	Outcomes []outcome `json:"outcomes"`
}

type outcome struct {
	Number  string          `json:"number"`
	From    string          `json:"from,omitempty"`
	To      string          `json:"to,omitempty" doc:"api.doc.outcome_to"`
	Changes []record.Change `json:"changes,omitempty"`
	Refused *refusal        `json:"refused,omitempty" doc:"api.doc.outcome_refused"`
	Left    []string        `json:"left,omitempty" doc:"api.doc.outcome_left"`
}

type refusal struct {
	Status int       `json:"status"`
	Code   string    `json:"code"`
	Detail string    `json:"detail"`
	Errors []mistake `json:"errors,omitempty"`
}

func (p *practice[R]) batch(c *call) error {
	if err := p.may(c, "bulk", p.room); err != nil {
		return err
	}
	o, err := c.object()
	if err != nil {
		return err
	}
	var f batchForm
	if err := c.into(&f); err != nil {
		return err
	}
	if deeds := f.deeds(); deeds != 1 {
		return fault.At("move", "api.one_deed")
	}
	act := record.Act{Move: f.Move, Say: f.Say, Loud: f.Loud, Input: record.Input{Text: f.Text, Public: f.Public, Reason: f.Reason}}
	if f.Macro != "" {
		if act, err = p.macro(c, f.Macro, f.Loud); err != nil {
			return err
		}
	}
	if act.Fields, err = p.values(c, o, "fields"); err != nil {
		return err
	}
	if act.Edit, err = p.values(c, o, "edit"); err != nil {
		return err
	}
	ns, err := p.numbers(f.Numbers)
	if err != nil {
		return err
	}
	if asks, ok := p.asks(f.Move); f.Move != "" {
		if !ok || f.Move == "open" {
			return fault.At("move", "api.no_such_deed").With("deed", f.Move)
		}
		for name := range act.Fields {
			if !slices.Contains(asks, name) {
				return fault.At("fields."+name, "api.unknown_member")
			}
		}
	}
	if f.Preview {
		out, err := p.desk.Preview(c.r.Context(), c.by, act, ns)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, batchDone{Outcomes: c.outcomes(p.desk.Kind, out)})
	}
	id, out, err := p.desk.Bulk(c.r.Context(), c.by, act, ns)
	if err != nil {
		return err
	}
	return c.done(http.StatusOK, batchDone{Batch: id, Outcomes: c.outcomes(p.desk.Kind, out)})
}

// deeds counts what is asked to be done.
func (f batchForm) deeds() (n int) {
	for _, asked := range []bool{f.Move != "", f.Edit != nil, f.Say, f.Macro != ""} {
		if asked {
			n++
		}
	}
	return n
}

// macro is what a macro does to each record.
func (p *practice[R]) macro(c *call, code string, loud bool) (record.Act, error) {
	if p.macros == nil {
		return record.Act{}, fault.New(fault.Missing, "macro.no_such").With("macro", code)
	}
	act, err := p.macros.Act(c.by, p.desk.Kind, code)
	act.Loud = act.Loud || loud
	return act, err
}

func (p *practice[R]) numbers(refs []string) ([]record.Number, error) {
	if len(refs) == 0 {
		return nil, fault.At("numbers", "record.required")
	}
	ns := make([]record.Number, len(refs))
	for i, ref := range refs {
		kind, n, err := record.ParseRef(ref)
		if err != nil || kind != p.desk.Kind {
			return nil, fault.At("numbers", "record.no_such").With("ref", ref)
		}
		ns[i] = n
	}
	return ns, nil
}

// values reads a member that holds fields.
func (p *practice[R]) values(c *call, o object, name string) (map[string]string, error) {
	raw, ok := o[name]
	if !ok {
		return nil, nil
	}
	fields, err := readObject(raw)
	if err != nil {
		return nil, fault.At(name, "api.not_a_object")
	}
	out := map[string]string{}
	for _, field := range fields.names() {
		at := name + "." + field
		var t record.Type
		if f, ok := p.desk.Sheet.Find(field); ok {
			t = f.Type
		} else if t, err = p.typeOf(field, at); err != nil {
			return nil, err
		}
		if out[field], err = c.written(at, t, fields[field]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *call) outcomes(k record.Kind, all []record.Outcome) []outcome {
	out := make([]outcome, len(all))
	for i, o := range all {
		one := outcome{Number: record.Ref(k, o.Number), From: string(o.From), To: string(o.To), Changes: o.Changes}
		for _, key := range o.Left {
			one.Left = append(one.Left, c.words.T(key))
		}
		if o.Refused != nil {
			p := c.problemOf(c.inActions(o.Refused))
			one.Refused = &refusal{p.Status, p.Code, p.Detail, p.Errors}
			if fault.Is(o.Refused, fault.Missing) {
				one.From, one.To, one.Changes = "", "", nil
			}
		}
		out[i] = one
	}
	return out
}
