package api

import (
	"net/http"

	"kilter/internal/report/desk"
)

// Reports serves the report of the service desk.
func (a *API) Reports(maker *desk.Maker) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/reports/desk", Policy: desk.Grant, Name: "desk-report", Tag: "reports",
		Query: []param{{Name: "from", Type: "string"}, {Name: "to", Type: "string"}}, Gives: []gives{{Status: http.StatusOK, Schema: of[desk.Report]()}}, Run: func(c *call) error {
			if err := c.by.May(desk.Grant); err != nil {
				return err
			}
			from, to, err := maker.Period(c.get("from"), c.get("to"))
			if err != nil {
				return err
			}
			by := c.by
			by.Lang = c.words.Lang().HTML()
			r, err := maker.Make(c.r.Context(), by, from, to)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, r)
		},
	})
}
