package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/record"
)

// inquired names incidents whose common cause is looked for.
type inquired struct {
	Numbers []string `json:"numbers" doc:"api.doc.suspects_numbers"`
}

// inquiry is what they may have in common.
type inquiry struct {
	Mute     []string    `json:"without_item" doc:"api.doc.suspects_mute"`
	Suspects []suspicion `json:"suspects" doc:"api.doc.suspects_ranked"`
}

type suspicion struct {
	node
	Down     int           `json:"down,omitempty" doc:"api.doc.suspect_down"`
	Explains []explanation `json:"explains"`
	Open     []string      `json:"open" doc:"api.doc.suspects_open"`
}

type explanation struct {
	Number string  `json:"number"`
	Path   []int64 `json:"path" doc:"api.doc.suspects_path"`
}

// gathered says which incidents come under which parent.
type gathered struct {
	Parent   string   `json:"parent,omitempty" doc:"api.doc.gather_parent"`
	Item     int64    `json:"item,omitempty" doc:"api.doc.gather_item"`
	Title    string   `json:"title,omitempty"`
	Children []string `json:"children"`
}

// incidentsCalled reads numbers of incidents.
func incidentsCalled(field string, refs []string) ([]record.Number, error) {
	var out []record.Number
	for _, ref := range refs {
		kind, n, err := record.ParseRef(ref)
		if err != nil || kind != record.Incident {
			return nil, fault.At(field, "record.no_such").With("ref", ref)
		}
		out = append(out, n)
	}
	return out, nil
}

// inquiries serves the search for a common cause, and the deed that follows.
func (a *API) inquiries(t handoff.Triage) {
	a.add(operation{
		Method: "POST", Path: Prefix + "/incidents/suspects", Policy: cmdb.DeedImpact, Name: "suspects-of-incidents", Tag: "incidents",
		Body: &body{Schema: of[inquired]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[inquiry]()}}, Run: func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			var in inquired
			if err := c.into(&in); err != nil {
				return err
			}
			numbers, err := incidentsCalled("numbers", in.Numbers)
			if err != nil {
				return err
			}
			found, err := t.Inquire(c.r.Context(), c.by, numbers)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, inquiryOf(found))
		},
	})
	a.add(operation{
		Method: "POST", Path: Prefix + "/incidents/gather", Policy: "incident.relate", Name: "gather-incidents", Once: true, Tag: "incidents",
		Body: &body{Schema: of[gathered]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[gathered]()}}, Run: func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			var in gathered
			if err := c.into(&in); err != nil {
				return err
			}
			g := handoff.Gathering{Item: record.ItemID(in.Item), Title: in.Title}
			var err error
			if g.Children, err = incidentsCalled("children", in.Children); err != nil {
				return err
			}
			if in.Parent != "" {
				parents, err := incidentsCalled("parent", []string{in.Parent})
				if err != nil {
					return err
				}
				g.Parent = parents[0]
			}
			parent, err := t.Gather(c.r.Context(), c.by, g)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, gathered{Parent: parent.Ref(), Item: int64(parent.Item), Title: parent.Title, Children: in.Children})
		},
	})
}

func inquiryOf(in *handoff.Inquiry) inquiry {
	out := inquiry{Mute: []string{}, Suspects: []suspicion{}}
	for _, i := range in.Mute {
		out.Mute = append(out.Mute, i.Ref())
	}
	for _, s := range in.Suspects {
		one := suspicion{node: nodeOf(s.Node), Down: s.Down, Open: []string{}}
		for _, e := range s.Explains {
			way := explanation{Number: e.Incident.Ref(), Path: []int64{}}
			for _, n := range e.Path {
				way.Path = append(way.Path, int64(n.ID))
			}
			one.Explains = append(one.Explains, way)
		}
		for _, r := range s.Open {
			one.Open = append(one.Open, r.Ref())
		}
		out.Suspects = append(out.Suspects, one)
	}
	return out
}
