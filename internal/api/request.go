package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
)

// Requests is what orders need beside their desk.
type Requests struct {
	Desk      *request.Desk
	Catalogue func() []*setting.Thing // all that there is, in order of the code
	// Kept is an item as it is kept, published or not; false when there is none.
	Kept      func(id int64) (*setting.Thing, catalogue.Offering, bool)
	Approvals record.Approvals
	// Colleague refuses a deputy who is not of the same department.
	Colleague func(person, deputy people.ID) error
}

// Requests serves the catalogue, what is ordered from it, and the decisions on
// that.
func (a *API) Requests(r Requests) {
	p := &practice[*request.Request]{API: a, desk: r.Desk.Desk, room: "requests", work: r.Desk}
	p.must = []string{"offering"}
	p.more = map[string]*huma.Schema{
		"offering": said(as("integer"), "api.doc.order_offering"), "answers": said(as("object"), "api.doc.order_answers"),
		"requester": said(as("integer"), "api.doc.order_requester"), "author": said(as("integer"), "api.doc.order_author"), "draft": said(as("boolean"), "api.doc.order_draft"),
	}
	p.alsoShape = map[string]*huma.Schema{"answers": said(as("object"), "api.doc.request_answers"), "hours": said(as("integer"), "api.doc.request_hours")}
	p.open = func(c *call, o object) (*request.Request, error) { return p.place(c, r.Desk, o) }
	p.also = func(c *call, one *request.Request, out *row) error {
		d, err := r.Desk.Definition(one)
		if err != nil {
			return err
		}
		*out = append(*out, row{{"answers", d.Questions.Write(one.Answers)}, {"hours", one.Hours}}...)
		return nil
	}
	p.past = p.plain
	p.next = r.Desk.Next
	p.serve()
	p.ties()
	a.offerings(r)
	a.designs(r)
	a.mine(r)
	p.amends(r.Desk)
	p.decisions(r.Approvals)
}

// order is what an order brings beside the fields of the form.
type order struct {
	Offering  int64                      `json:"offering"`
	Answers   map[string]json.RawMessage `json:"answers"`
	Requester int64                      `json:"requester"`
	Author    int64                      `json:"author"`
	Draft     bool                       `json:"draft"`
}

func (p *practice[R]) place(c *call, desk *request.Desk, o object) (*request.Request, error) {
	var in order
	for _, read := range []error{
		member(o, "offering", &in.Offering), member(o, "answers", &in.Answers), member(o, "requester", &in.Requester),
		member(o, "author", &in.Author), member(o, "draft", &in.Draft),
	} {
		if read != nil {
			return nil, read
		}
	}
	for name := range p.more {
		delete(o, name)
	}
	said, err := p.inputOf(c, o, desk.Flow.Asks)
	if err != nil {
		return nil, err
	}
	offer, err := desk.Offer(c.r.Context(), c.by, people.ID(in.Requester), in.Offering)
	if err != nil {
		return nil, err
	}
	answers, err := offer.Questions.Read(in.Answers, "answers.", func(n int64) (form.Stored, error) { return form.Stored{ID: n, Name: "file"}, nil })
	if err != nil {
		return nil, err
	}
	for _, f := range said.Files { // the name that the file came under
		for name, v := range answers {
			if held, ok := form.ParseFile(v); ok && held.ID == f.File {
				answers[name] = form.Stored{ID: f.File, Name: f.Name}.Text()
			}
		}
	}
	return desk.Place(c.r.Context(), c.by, request.Order{Offering: in.Offering, Answers: answers, Requester: people.ID(in.Requester), Author: people.ID(in.Author), Draft: in.Draft, Input: said})
}

// amendment is an order that is answered anew.
type amendment struct {
	Answers map[string]json.RawMessage `json:"answers,omitempty" doc:"api.doc.amend_answers"`
	Detail  *string                    `json:"detail,omitempty"`
}

// amends is the operation by which the answers of an order are changed.
func (p *practice[R]) amends(desk *request.Desk) {
	p.add(operation{
		Method: "POST", Path: p.at("/{number}/" + request.Amends), Policy: p.deed(request.Amends), Name: "amend-request", Tag: p.room, Once: true, Match: true,
		Body: &body{Schema: of[amendment]()}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Recall: p.recall(http.StatusOK),
		Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			var sent amendment
			if err := c.into(&sent); err != nil {
				return p.unseen(c, n, err)
			}
			version, err := matched(c.r)
			if err != nil {
				return err
			}
			if err := amend(c, desk, n, sent, version); err != nil {
				return err
			}
			one, err := p.desk.Find(c.r.Context(), c.by, n)
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, one)
		},
	})
}

// amend makes whole answers of those that are sent; what they are put together
// with is what was read, in its version.
func amend(c *call, desk *request.Desk, n record.Number, sent amendment, version int64) error {
	held, err := desk.Find(c.r.Context(), c.by, n)
	if err != nil {
		return err
	}
	o, err := desk.Definition(held)
	if err != nil {
		return err
	}
	given, err := o.Questions.Read(sent.Answers, request.AnswerField, func(n int64) (form.Stored, error) { return form.Stored{ID: n, Name: "file"}, nil })
	if err != nil {
		return err
	}
	want := request.Amendment{Answers: form.Answers{}, Detail: held.Detail}
	maps.Copy(want.Answers, held.Answers)
	maps.Copy(want.Answers, given)
	if sent.Detail != nil {
		want.Detail = *sent.Detail
	}
	if version == 0 {
		version = held.Version
	}
	_, err = desk.Amend(c.r.Context(), c.by, n, want, record.Input{Version: version})
	return err
}

// offering is an item of the service catalogue.
type offering struct {
	ID          int64          `json:"id"`
	Code        string         `json:"code"`
	Name        string         `json:"name"`
	Group       string         `json:"group"`
	Summary     string         `json:"summary,omitempty"`
	Description string         `json:"description,omitempty"`
	Next        string         `json:"next,omitempty" doc:"api.doc.offering_next"`
	Cost        string         `json:"cost,omitempty"`
	Hours       int            `json:"hours,omitempty" doc:"api.doc.request_hours"`
	Form        map[string]any `json:"form,omitempty" doc:"api.doc.offering_form"`
	Stages      int            `json:"stages" doc:"api.doc.offering_stages"`
}

func (c *call) offering(t *setting.Thing, o catalogue.Offering, whole bool) offering {
	l := c.words.Lang().HTML()
	out := offering{
		ID: t.ID, Code: t.Code, Name: t.Label(l), Group: string(o.Group), Summary: o.Summary.In(l), Description: o.Description.In(l), Next: o.Next.In(l), Cost: o.Cost.In(l),
		Hours: o.Hours, Stages: len(o.Stages),
	}
	if whole {
		out.Form = o.Questions.Schema(l)
	}
	return out
}

// offerings are the operations on the catalogue as people order from it, and
// staff for them.
func (a *API) offerings(r Requests) {
	whose := []param{{Name: "requester", Type: "integer"}}
	a.add(operation{
		Method: "GET", Path: Prefix + "/offerings", Policy: "request.open", Name: "list-offerings", Tag: "requests", Query: whose, Gives: []gives{{Status: http.StatusOK, Schema: of[page[offering]]()}}, Run: func(c *call) error {
			offered, things, err := c.offered(r)
			if err != nil {
				return err
			}
			out := page[offering]{Items: []offering{}}
			for _, o := range offered {
				out.Items = append(out.Items, c.offering(things[o.ID], o.Offering, false))
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	a.add(operation{
		Method: "GET", Path: Prefix + "/offerings/{id}", Policy: "request.open", Name: "get-offering", Tag: "requests", Query: whose, Gives: []gives{{Status: http.StatusOK, Schema: of[offering]()}}, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			offered, things, err := c.offered(r)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(offered, func(o request.Offer) bool { return o.ID == id })
			if i < 0 {
				return fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.Offering)).With("id", id)
			}
			return c.JSON(http.StatusOK, c.offering(things[id], offered[i].Offering, true))
		},
	})
}

// offered is what the caller may order in his own name or in that of the person
// whom the address names.
func (c *call) offered(r Requests) ([]request.Offer, map[int64]*setting.Thing, error) {
	if err := c.by.May(c.op.Policy); err != nil {
		return nil, nil, err
	}
	var whose int64
	if v := c.get("requester"); v != "" {
		var err error
		if whose, err = strconv.ParseInt(v, 10, 64); err != nil || whose <= 0 {
			return nil, nil, fault.At("requester", "record.not_a_number")
		}
	}
	things, ids := map[int64]*setting.Thing{}, []int64(nil)
	for _, t := range r.Catalogue() {
		things[t.ID], ids = t, append(ids, t.ID)
	}
	offered, err := r.Desk.Offered(c.r.Context(), c.by, people.ID(whose), ids)
	return offered, things, err
}
