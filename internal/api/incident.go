package api

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// incidents is incident management: what every practice has, and what is
// special to incidents.
type incidents struct {
	*practice[*incident.Incident]
	desk *incident.Desk
}

// Incidents serves incident management.
func (a *API) Incidents(desk *incident.Desk) {
	p := &incidents{&practice[*incident.Incident]{API: a, desk: desk.Desk, room: "incidents", work: desk, own: []string{"resolve"}}, desk}
	p.open = p.register
	p.past = func(c *call, i *incident.Incident) ([]record.Entry, error) {
		entries, _, err := desk.Joined(c.r.Context(), c.by, i)
		return entries, err
	}
	p.next = desk.Next
	p.more = callShape()
	p.serve()
	p.resolving()
	p.family()
	p.merging()
	p.major()
}

// called are the members of a registration that are no fields of its form.
var called = []string{"channel", "team", "owner", "solved", "parent", "template"}

func callShape() map[string]*huma.Schema {
	channel := said(as("string"), "api.doc.channel")
	for _, c := range incident.Channels {
		channel.Enum = append(channel.Enum, c)
	}
	return map[string]*huma.Schema{
		"channel": channel, "team": said(as("integer"), "api.doc.call_team"), "owner": said(as("integer"), "api.doc.call_owner"),
		"parent": said(as("string"), "api.doc.call_parent"), "template": said(as("string"), "api.doc.call_template"), "solved": said(as("object"), "api.doc.call_solved"),
	}
}

// register opens an incident and takes it as far as the data reach.
func (p *incidents) register(c *call, o object) (*incident.Incident, error) {
	form := maps.Clone(o)
	maps.DeleteFunc(form, func(name string, _ json.RawMessage) bool { return slices.Contains(called, name) })
	k := incident.Call{Channel: "api"}
	var many fault.Many
	in, err := p.inputOf(c, form, p.desk.Flow.Asks)
	for _, err := range []error{err, p.call(c, o, &k)} {
		if err := many.Add(err); err != nil {
			return nil, err
		}
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	k.Input = in
	after, err := c.template(o, &k.Input, p.desk.Sheet)
	if err != nil || after == nil {
		return p.registered(c, k, err)
	}
	var i *incident.Incident
	err = c.macros.Registering(c.r.Context(), c.by, record.Incident, after, func(ctx context.Context) (n record.Number, err error) {
		if i, err = p.desk.Register(ctx, c.by, k); err != nil {
			return 0, err
		}
		return i.Number, nil
	})
	if err != nil {
		return nil, c.inActions(err)
	}
	return p.desk.Store.Find(c.r.Context(), c.by.Scope, i.Number)
}

// registered registers a call that nothing stands against.
func (p *incidents) registered(c *call, k incident.Call, err error) (*incident.Incident, error) {
	if err != nil {
		return nil, err
	}
	return p.desk.Register(c.r.Context(), c.by, k)
}

// call reads what is known beside the fields of the form.
func (p *incidents) call(c *call, o object, k *incident.Call) error {
	var many fault.Many
	ids := map[string]int64{}
	for name, t := range map[string]record.Type{"team": record.Team, "owner": record.Person} {
		raw, ok := o[name]
		if !ok {
			continue
		}
		v, err := c.written(name, t, raw)
		if err := many.Add(err); err != nil {
			return err
		}
		ids[name], _ = strconv.ParseInt(v, 10, 64) // written has read it
		if err == nil && v != "" && p.desk.Rules.Refers != nil {
			if err := many.Add(p.desk.Rules.Refers(c.by, t, name, v)); err != nil {
				return err
			}
		}
	}
	k.Team, k.Owner = people.TeamID(ids["team"]), people.ID(ids["owner"])
	var channel, parent string
	for name, into := range map[string]*string{"channel": &channel, "parent": &parent} {
		if err := many.Add(member(o, name, into)); err != nil {
			return err
		}
	}
	if channel != "" {
		k.Channel = incident.Channel(channel)
		if !slices.Contains(incident.Channels, channel) {
			many = append(many, fault.At("channel", "record.not_a_choice").With("choices", strings.Join(incident.Channels, ", ")))
		}
	}
	if parent != "" {
		kind, n, err := record.ParseRef(parent)
		if k.Parent = n; err != nil || kind != record.Incident {
			many = append(many, fault.At("parent", "record.no_such").With("ref", parent))
		}
	}
	solved, err := p.values(c, o, "solved")
	k.Solved = solved
	if err := many.Add(err); err != nil {
		return err
	}
	return many.Err()
}

// resolving is the move "resolve", which can take children along.
func (p *incidents) resolving() {
	asks, _ := p.asks("resolve")
	form := p.form(asks, false)
	form.Hand.Properties["children"] = said(many(as("string")), "api.doc.resolve_children")
	read := func(c *call) (n record.Number, in record.Input, children []record.Number, err error) {
		if n, err = p.named(c); err != nil {
			return
		}
		o, err := c.object()
		var refs []string
		if err == nil {
			err = member(o, "children", &refs)
		}
		if err == nil && len(refs) > 0 {
			if children, err = p.numbers(refs); err != nil {
				err = fault.At("children", "record.no_such").With("ref", strings.Join(refs, ", "))
			}
		}
		if err == nil {
			delete(o, "children")
			in, err = p.inputOf(c, o, asks)
		}
		if err == nil {
			in.Version, err = matched(c.r)
		}
		if err != nil {
			err = p.unseen(c, n, err)
		}
		return
	}
	p.add(operation{
		Method: "POST", Path: p.at("/{number}/resolve"), Policy: "incident.resolve", Name: "resolve-incident", Key: "move", Tag: p.room, Once: true, Match: true,
		Body: &body{Schema: form}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Run: func(c *call) error {
			n, in, children, err := read(c)
			if err != nil {
				return err
			}
			var i *incident.Incident
			if len(children) == 0 {
				i, err = p.desk.Move(c.r.Context(), c.by, n, "resolve", in)
			} else {
				i, err = p.desk.Resolve(c.r.Context(), c.by, n, in, children)
			}
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, i)
		},
	})
	p.add(operation{
		Method: "POST", Path: p.at("/{number}/resolve/preview"), Policy: "incident.resolve", Name: "preview-resolve-incident", Key: "resolve_preview", Tag: p.room,
		Body: &body{Schema: form}, Gives: []gives{{Status: http.StatusOK, Schema: of[batchDone]()}}, Run: func(c *call) error {
			n, in, _, err := read(c)
			if err != nil {
				return err
			}
			out, err := p.desk.Children(c.r.Context(), c.by, n, in)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, batchDone{Outcomes: c.outcomes(record.Incident, out)})
		},
	})
}

// other reads the second record that the address names.
func (c *call) other(name string) (record.Number, error) {
	ref := c.r.PathValue(name)
	kind, n, err := record.ParseRef(ref)
	if err != nil || kind != record.Incident {
		return 0, fault.New(fault.Missing, "record.no_such").With("ref", ref)
	}
	return n, nil
}

// family is about children and other relations.
func (p *incidents) family() {
	linked := []gives{{Status: http.StatusOK, Schema: listOf(linkShape())}}
	answer := func(c *call, n record.Number) error {
		i, err := p.desk.Store.Find(c.r.Context(), c.by.Scope, n)
		if err != nil {
			return err
		}
		v, err := p.links(c, i)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, v)
	}
	for _, way := range [][2]string{{"PUT", "adopt"}, {"DELETE", "release"}} {
		method, name := way[0], way[1]
		p.add(operation{
			Method: method, Path: p.at("/{number}/children/{other}"), Policy: "incident.relate", Name: name + "-incident", Key: name, Tag: p.room, Gives: linked, Run: func(c *call) error {
				n, err := p.named(c)
				if err != nil {
					return err
				}
				child, err := c.other("other")
				if err != nil {
					return p.unseen(c, n, err)
				}
				if method == "PUT" {
					err = p.desk.Adopt(c.r.Context(), c.by, n, child)
				} else {
					err = p.desk.Release(c.r.Context(), c.by, n, child)
				}
				if err != nil {
					return err
				}
				return answer(c, n)
			},
		})
	}
	p.ties()
}

// into names the incident that another one is merged into.
type into struct {
	MergedInto string `json:"merged_into" doc:"api.doc.number"`
}

// words are what is said with a deed that asks for nothing else.
type words struct {
	Text string `json:"text,omitempty" doc:"api.doc.text"`
}

// merging previews merges and takes them back.
func (p *incidents) merging() {
	p.add(operation{
		Method: "POST", Path: p.at("/{number}/merge/preview"), Policy: "incident.merge", Name: "preview-merge-incident", Key: "merge_preview", Tag: p.room,
		Body: &body{Schema: of[into]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[[]entry]()}}, Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			i, err := p.desk.Find(c.r.Context(), c.by, n)
			if err != nil {
				return err
			}
			var f into
			if err := c.into(&f); err != nil {
				return err
			}
			kind, target, err := record.ParseRef(f.MergedInto)
			if err != nil || kind != record.Incident {
				return fault.At("merged_into", "record.no_such").With("ref", f.MergedInto)
			}
			entries, err := p.desk.PreviewMerge(c.r.Context(), c.by, n, target)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, p.entries(i, entries))
		},
	})
	p.spoken("unmerge", "unmerge", func(c *call, n record.Number, in record.Input) (*incident.Incident, error) {
		return p.desk.Unmerge(c.r.Context(), c.by, n, in)
	})
}

// spoken adds a deed that takes a text.
func (p *incidents) spoken(path, deed string, do func(*call, record.Number, record.Input) (*incident.Incident, error)) {
	p.add(operation{
		Method: "POST", Path: p.at("/{number}/" + path), Policy: p.deed(deed), Name: path + "-incident", Key: path, Tag: p.room, Once: true, Match: true,
		Body: &body{Schema: of[words]()}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			var f words
			if err := c.into(&f); len(c.raw) > 0 && err != nil {
				return p.unseen(c, n, err)
			}
			version, err := matched(c.r)
			if err != nil {
				return err
			}
			i, err := do(c, n, record.Input{Text: f.Text, Version: version})
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, i)
		},
	})
}

// major is about major incidents, and hints at similar ones.
func (p *incidents) major() {
	p.spoken("post", "post", func(c *call, n record.Number, in record.Input) (*incident.Incident, error) {
		return p.desk.Publish(c.r.Context(), c.by, n, in.Text)
	})
	p.add(operation{
		Method: "GET", Path: p.at("/similar"), Policy: "incident.read", Name: "similar-incidents", Key: "similar", Tag: p.room,
		Query: []param{{Name: "service", Type: "integer"}, {Name: "category", Type: "integer"}, {Name: "expand", Type: "string"}, {Name: "fields", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: pageOf(rowShape())}}, Run: func(c *call) error {
			if err := p.may(c, "read", p.room); err != nil {
				return err
			}
			service, _ := strconv.ParseInt(c.get("service"), 10, 64) // 0 when it is not given
			category, _ := strconv.ParseInt(c.get("category"), 10, 64)
			rows, err := p.desk.Similar(c.r.Context(), c.by, record.ServiceID(service), record.CategoryID(category))
			if err != nil {
				return err
			}
			out := page[row]{}
			for _, r := range rows {
				out.Items = append(out.Items, c.only(c.line(r)))
			}
			return give(c, out)
		},
	})
}
