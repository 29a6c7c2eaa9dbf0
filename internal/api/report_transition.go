package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
	"kilter/internal/report/transition"
)

// Transitions serves the reports of changes and of releases.
func (a *API) Transitions(maker *transition.Maker) {
	addTransition(a, maker.Desk, transitionReport[transition.Changes]{
		path: "changes", name: "change-report", may: transition.MayChanges, make: maker.Changes,
		when: func(r *transition.Changes) (from, to string) { return r.From, r.To },
	})
	addTransition(a, maker.Desk, transitionReport[transition.Releases]{
		path: "releases", name: "release-report", may: transition.MayReleases, make: maker.Releases,
		when: func(r *transition.Releases) (from, to string) { return r.From, r.To },
	})
}

// transitionReport is one of the two reports.
type transitionReport[R interface{ Tables() []desk.Table }] struct {
	path, name string
	may        func(people.Actor) error
	make       func(ctx context.Context, by people.Actor, from, to time.Time) (R, error)
	when       func(*R) (from, to string)
}

// made makes the report for the days that the address names.
func (t transitionReport[R]) made(c *call, periods *desk.Maker) (r R, err error) {
	from, to, err := periods.Period(c.get("from"), c.get("to"))
	if err != nil {
		return r, err
	}
	by := c.by
	by.Lang = c.words.Lang().HTML()
	return t.make(c.r.Context(), by, from, to)
}

func addTransition[R interface{ Tables() []desk.Table }](a *API, periods *desk.Maker, t transitionReport[R]) {
	query := []param{{Name: "from", Type: "string"}, {Name: "to", Type: "string"}}
	a.add(operation{
		Method: "GET", Path: Prefix + "/reports/" + t.path, Policy: desk.Grant, Name: t.name, Tag: "reports", Query: query,
		Gives: []gives{{Status: http.StatusOK, Schema: of[R]()}}, Run: func(c *call) error {
			if err := t.may(c.by); err != nil {
				return err
			}
			r, err := t.made(c, periods)
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
		{"xlsx", xlsxType, func(w io.Writer) (sheet.Writer, error) { return sheet.NewXLSX(w, t.path) }},
	} {
		a.add(operation{
			Method: "GET", Path: Prefix + "/reports/" + t.path + "." + form.ending, Policy: desk.GrantExport, Name: t.name + "-" + form.ending, Key: "export", Tag: "reports", Query: query,
			Gives: []gives{{Status: http.StatusOK, Type: form.kind}}, Run: func(c *call) error {
				if err := c.by.May(desk.GrantExport); err != nil {
					return err
				}
				if err := t.may(c.by); err != nil {
					return err
				}
				r, err := t.made(c, periods)
				if err != nil {
					return err
				}
				from, to := t.when(&r)
				c.w.Header().Set("Content-Type", form.kind)
				c.w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%s-%s-%s.%s", t.path, from[:len(time.DateOnly)], to[:len(time.DateOnly)], form.ending))
				w, err := form.begin(c.w)
				if err == nil {
					err = transition.Write(w, r.Tables(), c.words)
				}
				if err != nil {
					return c.broke(err)
				}
				return nil
			},
		})
	}
}
