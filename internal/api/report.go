package api

import (
	"fmt"
	"io"
	"net/http"

	"kilter/internal/base/sheet"
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
			r, err := c.deskReport(maker)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, r)
		},
	})
	for _, form := range []struct {
		ending, kind string
		begin        func(io.Writer) (sheet.Writer, error)
	}{
		{"csv", csvType, sheet.NewCSV},
		{"xlsx", xlsxType, func(w io.Writer) (sheet.Writer, error) { return sheet.NewXLSX(w, "desk") }},
	} {
		a.add(operation{
			Method: "GET", Path: Prefix + "/reports/desk." + form.ending, Policy: desk.GrantExport, Name: "desk-report-" + form.ending, Key: "export", Tag: "reports",
			Query: []param{{Name: "from", Type: "string"}, {Name: "to", Type: "string"}}, Gives: []gives{{Status: http.StatusOK, Type: form.kind}}, Run: func(c *call) error {
				for _, deed := range []string{desk.GrantExport, desk.Grant} {
					if err := c.by.May(deed); err != nil {
						return err
					}
				}
				r, err := c.deskReport(maker)
				if err != nil {
					return err
				}
				c.w.Header().Set("Content-Type", form.kind)
				c.w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=desk-%s-%s.%s", r.From[:10], r.To[:10], form.ending))
				w, err := form.begin(c.w)
				if err == nil {
					err = r.Write(w, c.words)
				}
				if err != nil {
					return c.broke(err)
				}
				return nil
			},
		})
	}
}

// deskReport makes the report for the days that the address names.
func (c *call) deskReport(maker *desk.Maker) (desk.Report, error) {
	from, to, err := maker.Period(c.get("from"), c.get("to"))
	if err != nil {
		return desk.Report{}, err
	}
	by := c.by
	by.Lang = c.words.Lang().HTML()
	return maker.Make(c.r.Context(), by, from, to)
}
