package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// practice serves the records of one ITIL practice: its sheet gives the
// fields, its flow the verbs.
type practice[R record.Body] struct {
	*API
	desk *record.Desk[R]
	room string  // "incidents"
	made *schema // see shape
	work worker[R]
	// open registers a record from what was sent; the practice says how.
	open func(c *call, sent object) (R, error)
	// asked are the fields that registering takes; those the flow asks for when
	// nil.
	asked []string
	// more says what it takes beside the fields of the form.
	more map[string]*huma.Schema
	// must are the members it cannot do without; the title when nil.
	must []string
	// also adds to a record what the sheet does not have; alsoShape says what.
	also      func(c *call, r R, out *row) error
	alsoShape map[string]*huma.Schema
	// past reads the timeline as the caller may see it.
	past func(c *call, r R) ([]record.Entry, error)
	// next lists the moves somebody can make now; what the flow offers when nil.
	next func(by people.Actor, r R) []flow.Move[R]
	// own are the moves that the practice serves itself.
	own []string
}

// worker does what is done to a record: the desk of the practice.
type worker[R record.Body] interface {
	Move(ctx context.Context, by people.Actor, n record.Number, move string, in record.Input) (R, error)
	Reply(ctx context.Context, by people.Actor, n record.Number, in record.Input) (R, error)
	Note(ctx context.Context, by people.Actor, n record.Number, in record.Input) (R, error)
}

func (p *practice[R]) at(rest string) string { return Prefix + "/" + p.room + rest }

func (p *practice[R]) deed(name string) string { return string(p.desk.Kind) + "." + name }

// serve puts the operations that every practice has on the table.
func (p *practice[R]) serve() {
	p.reads()
	p.writes()
	p.moves()
	p.parts()
	p.streams()
	p.bulks()
	p.tasks()
	p.time()
}

func (p *practice[R]) reads() {
	one := []gives{{Status: http.StatusOK, Schema: p.shape()}}
	p.add(operation{
		Method: "GET", Path: p.at(""), Policy: p.deed("read"), Name: "list-" + p.room, Key: "list", Tag: p.room, Query: listed,
		Gives: []gives{{Status: http.StatusOK, Schema: pageOf(rowShape())}}, Run: func(c *call) error {
			if err := p.may(c, "read", p.room); err != nil {
				return err
			}
			return c.records(p.desk.Kind)
		},
	})
	p.add(operation{
		Method: "GET", Path: p.at("/{number}"), Policy: p.deed("read"), Name: "get-" + string(p.desk.Kind), Key: "get", Tag: p.room,
		Query: []param{{Name: "fields", Type: "string"}, {Name: "expand", Type: "string"}}, Gives: one, Run: p.get,
	})
}

func (p *practice[R]) writes() {
	result := func(status int) []gives { return []gives{{Status: status, Schema: p.shape()}} }
	p.add(operation{
		Method: "POST", Path: p.at(""), Policy: p.deed("open"), Name: "open-" + string(p.desk.Kind), Key: "open", Tag: p.room, Once: true,
		Body: &body{Schema: p.form(p.opening(), true)}, Gives: result(http.StatusCreated), Run: func(c *call) error {
			if err := p.may(c, "open", p.room); err != nil {
				return err
			}
			o, err := c.object()
			if err != nil {
				return err
			}
			r, err := p.open(c, o)
			if err != nil {
				return err
			}
			c.w.Header().Set("Location", p.at("/"+r.Common().Ref()))
			return p.changed(c, http.StatusCreated, r)
		},
		Recall: func(c *call, ref string) error {
			c.w.Header().Set("Location", p.at("/"+ref))
			return p.recall(http.StatusCreated)(c, ref)
		},
	})
	p.add(operation{
		Method: "PATCH", Path: p.at("/{number}"), Policy: p.deed("edit"), Name: "edit-" + string(p.desk.Kind), Key: "edit", Tag: p.room, Once: true, Match: true,
		Body: &body{Types: []string{jsonType, mergeType}, Schema: p.edits()}, Gives: result(http.StatusOK), Run: p.edit, Recall: p.recall(http.StatusOK),
	})
	for _, say := range []string{"reply", "note"} {
		public := say == "reply"
		p.add(operation{
			Method: "POST", Path: p.at("/{number}/" + say), Policy: p.deed(say), Name: say + "-" + string(p.desk.Kind), Key: say, Tag: p.room, Once: true, Match: true,
			Body: &body{Schema: p.form(nil, false)}, Gives: result(http.StatusOK), Run: func(c *call) error {
				return p.change(c, nil, func(n record.Number, in record.Input) (R, error) {
					if public {
						return p.work.Reply(c.r.Context(), c.by, n, in)
					}
					return p.work.Note(c.r.Context(), c.by, n, in)
				})
			},
			Recall: p.recall(http.StatusOK),
		})
	}
}

// moves makes a verb of every move that people can make.
func (p *practice[R]) moves() {
	for _, name := range p.desk.Flow.Names() {
		var asks []string
		open := false
		for _, m := range p.desk.Flow.Moves {
			if m.Name != name || m.Sys || slices.Contains(p.own, name) {
				continue
			}
			open = true
			for _, f := range m.Asks {
				if !slices.Contains(asks, f) {
					asks = append(asks, f)
				}
			}
		}
		if !open {
			continue
		}
		p.add(operation{
			Method: "POST", Path: p.at("/{number}/" + name), Policy: p.deed(name), Name: strings.ReplaceAll(name, "_", "-") + "-" + string(p.desk.Kind), Key: "move", Tag: p.room, Once: true, Match: true,
			Body: &body{Schema: p.form(asks, false)}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Run: func(c *call) error {
				return p.change(c, asks, func(n record.Number, in record.Input) (R, error) {
					return p.work.Move(c.r.Context(), c.by, n, name, in)
				})
			},
			Recall: p.recall(http.StatusOK),
		})
	}
}

// recall answers with the record that was changed, as it is now.
func (p *practice[R]) recall(status int) func(*call, string) error {
	return func(c *call, ref string) error {
		_, n, err := record.ParseRef(ref)
		if err != nil {
			return err
		}
		r, err := p.desk.Store.Find(c.r.Context(), c.by.Scope, n)
		if err != nil {
			return err
		}
		return p.changed(c, status, r)
	}
}

// may asks for a grant where no desk does, and writes a refusal to the audit
// log.
func (p *practice[R]) may(c *call, name, object string) error {
	err := c.by.May(p.deed(name))
	if err == nil {
		return nil
	}
	row := audit.By(c.by, c.Now(), p.deed(name), object)
	row.Result = audit.Refused
	if lost := p.desk.Store.Refused(c.r.Context(), row); lost != nil {
		return lost
	}
	return err
}

// find reads the record that the address names.
func (p *practice[R]) find(c *call) (r R, err error) {
	n, err := c.number(p.desk.Kind)
	if err != nil {
		return r, err
	}
	return p.desk.Find(c.r.Context(), c.by, n)
}

func (p *practice[R]) get(c *call) error {
	r, err := p.find(c)
	if err != nil {
		return err
	}
	tag := etag(r.Common().Version)
	c.w.Header().Set("ETag", tag)
	c.w.Header().Set("Cache-Control", "private, no-cache")
	if len(c.list("expand")) == 0 && fresh(c.r, tag) {
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	out, err := p.show(c, r)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, c.only(out))
}

// change does something to the record that the address names, with what the
// body brings for the fields asked.
func (p *practice[R]) change(c *call, asks []string, do func(record.Number, record.Input) (R, error)) error {
	n, err := p.named(c)
	if err != nil {
		return err
	}
	in, err := p.input(c, asks)
	if err != nil {
		return p.unseen(c, n, err)
	}
	r, err := do(n, in)
	if err != nil {
		return err
	}
	return p.changed(c, http.StatusOK, r)
}

// named reads the number in the address, for somebody who may do the deed.
func (p *practice[R]) named(c *call) (record.Number, error) {
	n, err := c.number(p.desk.Kind)
	if err != nil {
		return 0, err
	}
	return n, p.gate(c, n)
}

// gate turns those away who lack the grant, before their body is looked at:
// what they sent must not decide what they learn. Whoever cannot see the
// record is told that it is missing.
func (p *practice[R]) gate(c *call, n record.Number) error {
	if c.by.Can(c.op.Policy) {
		return nil
	}
	if err := p.seen(c, n); err != nil {
		return err
	}
	return p.may(c, strings.TrimPrefix(c.op.Policy, string(p.desk.Kind)+"."), string(p.desk.Kind)+":"+record.Ref(p.desk.Kind, n))
}

func (p *practice[R]) seen(c *call, n record.Number) error {
	_, err := p.desk.Store.Find(c.r.Context(), c.by.Scope, n)
	return err
}

// unseen keeps a wrong body from telling whether a foreign record exists.
func (p *practice[R]) unseen(c *call, n record.Number, err error) error {
	if lost := p.seen(c, n); lost != nil {
		return lost
	}
	return err
}

// changed answers with the record as it is now.
func (p *practice[R]) changed(c *call, status int, r R) error {
	c.w.Header().Set("ETag", etag(r.Common().Version))
	out, err := p.show(c, r)
	if err != nil {
		return err
	}
	return c.done(status, out)
}

// spoken are the members that come with a deed beside the fields it asks for.
var spoken = []string{"text", "public", "reason", "x", "files", "seen", "sure"}

// input reads what is brought to a deed. Fields that it does not ask for are
// refused: a title cannot be smuggled in with an assignment.
func (p *practice[R]) input(c *call, asks []string) (record.Input, error) {
	o, err := c.object()
	if err != nil {
		return record.Input{}, err
	}
	in, err := p.inputOf(c, o, asks)
	if err != nil {
		return in, err
	}
	in.Version, err = matched(c.r)
	return in, err
}

func (p *practice[R]) inputOf(c *call, o object, asks []string) (record.Input, error) {
	in := record.Input{Fields: map[string]string{}}
	var many fault.Many
	for _, name := range o.names() {
		f, isField := p.desk.Sheet.Find(name)
		switch {
		case isField && slices.Contains(asks, name):
			v, err := c.written(name, f.Type, o[name])
			if err := many.Add(err); err != nil {
				return in, err
			}
			in.Fields[name] = v
		case slices.Contains(spoken, name):
			if err := many.Add(c.spoken(o, name, &in)); err != nil {
				return in, err
			}
		case isField:
			many = append(many, fault.At(name, "api.not_asked").With("asks", strings.Join(append(slices.Clone(asks), spoken...), ", ")))
		default:
			many = append(many, fault.At(name, "api.unknown_member"))
		}
	}
	return in, many.Err()
}

// attached is a file that comes along.
type attached struct {
	File int64  `json:"file" doc:"api.doc.attached_file"`
	Name string `json:"name" doc:"api.doc.attached_name"`
}

func (c *call) spoken(o object, name string, in *record.Input) error {
	switch name {
	case "text":
		return member(o, name, &in.Text)
	case "public":
		return member(o, name, &in.Public)
	case "reason":
		return member(o, name, &in.Reason)
	case "seen":
		return member(o, name, &in.Seen)
	case "sure":
		return member(o, name, &in.Sure)
	case "files":
		var files []attached
		if err := member(o, name, &files); err != nil {
			return err
		}
		for _, f := range files {
			in.Files = append(in.Files, record.Attach{File: f.File, Name: f.Name})
		}
		return nil
	}
	extra, err := c.extra(o[name])
	in.Extra = extra
	return err
}

// extra reads the centre's own fields.
func (c *call) extra(raw []byte) (map[string]string, error) {
	own, err := readObject(raw)
	if err != nil {
		return nil, fault.At("x", "api.not_a_object")
	}
	out := map[string]string{}
	for name, v := range own {
		t := record.Text
		switch text := string(v); {
		case text == "true" || text == "false":
			t = record.Bool
		case text != "null" && !strings.HasPrefix(text, `"`):
			t = record.Int
		}
		if out[name], err = c.written("x."+name, t, v); err != nil {
			return nil, err
		}
		if string(v) == "0" {
			out[name] = "0"
		}
	}
	return out, nil
}

// ways names the moves that somebody can make from here.
func (p *practice[R]) ways(by people.Actor, r R) []string {
	moves := p.desk.Flow.From(r.Common().State)
	if p.next != nil {
		moves = p.next(by, r)
	}
	out := []string{}
	for _, m := range moves {
		if by.Can(p.deed(m.Name)) {
			out = append(out, m.Name)
		}
	}
	return out
}
