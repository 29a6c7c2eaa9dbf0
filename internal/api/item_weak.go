package api

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/cmdb"
)

// weak is a single point of failure with what was decided about it.
type weak struct {
	single
	Status string    `json:"status" doc:"api.doc.weak_status"`
	Owner  int64     `json:"owner,omitempty"`
	Note   string    `json:"note,omitempty"`
	Review string    `json:"review,omitempty" doc:"api.doc.weak_review"`
	Due    bool      `json:"due,omitempty" doc:"api.doc.weak_due"`
	Since  time.Time `json:"decided,omitzero"`
}

func weakOf(w cmdb.Weakness) weak {
	out := weak{
		single: single{node: nodeOf(w.Node), Services: plain(w.Services), Gravest: string(w.Gravest)},
		Status: string(w.WeakPoint.State), Owner: int64(w.WeakPoint.Owner), Note: w.WeakPoint.Note, Due: w.Due, Since: w.WeakPoint.At,
	}
	if !w.WeakPoint.Review.IsZero() {
		out.Review = w.WeakPoint.Review.Format(time.DateOnly)
	}
	if w.Gone {
		out.Status = "gone"
	}
	return out
}

// weakAsked is the body of a decision.
type weakAsked struct {
	Owner  int64  `json:"owner"`
	Note   string `json:"note"`
	Review string `json:"review" doc:"api.doc.weak_review"`
}

// WeakPoints serves the work list of single points of failure.
func (a *API) WeakPoints(d *cmdb.WeakDesk) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/items/singles", Policy: cmdb.DeedImpact, Name: "singles-of-city", Tag: "items",
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[weak]]()}}, Run: func(c *call) error {
			found, err := d.Weaknesses(c.r.Context(), c.by)
			if err != nil {
				return err
			}
			out := page[weak]{Items: make([]weak, len(found))}
			for i, w := range found {
				out.Items[i] = weakOf(w)
			}
			return give(c, out)
		},
	})
	for _, move := range cmdb.Weakening.Names() {
		a.add(operation{
			Method: "POST", Path: Prefix + "/items/{id}/single/" + move, Policy: cmdb.DeedSingle, Name: "single-" + move, Key: "single_" + move, Tag: "items", Once: true,
			Body: &body{Schema: of[weakAsked]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[weak]()}}, Run: func(c *call) error {
				if err := c.by.May(cmdb.DeedSingle); err != nil {
					return err
				}
				id, err := c.itemID()
				if err != nil {
					return err
				}
				var f weakAsked
				if err := c.into(&f); err != nil {
					return err
				}
				in := map[string]string{"note": f.Note, "review": f.Review}
				if f.Owner != 0 {
					in["owner"] = strconv.FormatInt(f.Owner, 10)
				}
				w, err := d.Decide(c.r.Context(), c.by, id, move, in)
				if err != nil {
					return err
				}
				return c.done(http.StatusOK, weakOf(*w))
			},
		})
	}
}
