package api

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
)

// rail is the order in which a person has his views of a kind.
type rail struct {
	Kind  string   `json:"kind" enum:"incident,contact,item"`
	Codes []string `json:"codes" doc:"api.doc.rail_codes"`
}

// rails serves a person's own order of views; the rail beside the lists shows
// it.
func (a *API) rails(views *view.Views) {
	kind := param{Name: "kind", Type: "string", Enum: viewKinds}
	gives := []gives{{Status: http.StatusOK, Schema: of[rail]()}}
	a.add(operation{
		Method: "GET", Path: Prefix + "/views/rail", Policy: Known, Name: "get-rail", Tag: "views", Query: []param{kind},
		Gives: gives, Run: func(c *call) error {
			k := record.Kind(c.get("kind"))
			if k == "" {
				k = record.Incident
			}
			return c.rail(views, k)
		},
	})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/views/rail", Policy: Known, Name: "arrange-rail", Tag: "views", Once: true,
		Body: &body{Schema: of[rail]()}, Gives: gives, Run: func(c *call) error {
			if !c.by.Staff {
				return staffOnly()
			}
			var want rail
			if err := c.into(&want); err != nil {
				return err
			}
			k := record.Kind(want.Kind)
			held, err := views.Of(c.by, k)
			if err != nil {
				return err
			}
			for _, code := range want.Codes {
				if !among(held, strings.TrimPrefix(code, "-")) {
					return fault.At("codes", "view.no_such")
				}
			}
			if err := views.Arrange(c.r.Context(), c.by, k, want.Codes); err != nil {
				return err
			}
			return c.rail(views, k)
		},
	})
}

func among(held []view.View, code string) bool {
	for _, w := range held {
		if w.Code == code {
			return true
		}
	}
	return false
}

func (c *call) rail(views *view.Views, k record.Kind) error {
	if !c.by.Staff {
		return staffOnly()
	}
	codes, err := views.Rail(c.r.Context(), c.by.ID, k)
	if err != nil {
		return err
	}
	return c.done(http.StatusOK, rail{Kind: string(k), Codes: append([]string{}, codes...)})
}
