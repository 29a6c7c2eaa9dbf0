package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
	"kilter/internal/report/transition"
)

type reportCmd struct {
	Desk     reportDeskCmd     `cmd:"" help:"cli.report.desk"`
	Changes  reportChangesCmd  `cmd:"" help:"cli.report.changes"`
	Releases reportReleasesCmd `cmd:"" help:"cli.report.releases"`
}

// reportPeriod is what every report is asked for with.
type reportPeriod struct {
	From string `help:"cli.report_desk.from" placeholder:"DATE"`
	To   string `help:"cli.report_desk.to" placeholder:"DATE"`
	JSON bool   `help:"cli.report_desk.json"`
}

type (
	reportDeskCmd     struct{ reportPeriod }
	reportChangesCmd  struct{ reportPeriod }
	reportReleasesCmd struct{ reportPeriod }
)

func (c reportDeskCmd) Run(env *Env) error {
	return c.run(env, func(h *house, by people.Actor, from, to time.Time) (printed, error) {
		r, err := h.deskReport().Make(env.Context, by, from, to)
		return printed{r, "report.desk.", "title", r.From, r.To, r.Tables(false)}, err
	})
}

func (c reportChangesCmd) Run(env *Env) error {
	return c.run(env, func(h *house, by people.Actor, from, to time.Time) (printed, error) {
		r, err := h.transitions().Changes(env.Context, by, from, to)
		return printed{r, "transition.", "title_changes", r.From, r.To, r.Tables()}, err
	})
}

func (c reportReleasesCmd) Run(env *Env) error {
	return c.run(env, func(h *house, by people.Actor, from, to time.Time) (printed, error) {
		r, err := h.transitions().Releases(env.Context, by, from, to)
		return printed{r, "transition.", "title_releases", r.From, r.To, r.Tables()}, err
	})
}

// printed is a report as a terminal shows it.
type printed struct {
	doc          any
	words, title string // where its words are, and the one that it is called by
	from, to     string
	tables       []desk.Table
}

// run makes a report in the name of whoever has the machine.
func (c reportPeriod) run(env *Env, make func(h *house, by people.Actor, from, to time.Time) (printed, error)) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	from, to, err := h.deskReport().Period(c.From, c.To)
	if err != nil {
		return err
	}
	by := people.System(people.ViaShell)
	by.Lang = string(env.Words.Lang())
	r, err := make(h, by, from, to)
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(env.Out)
		out.SetIndent("", "  ")
		return out.Encode(r.doc)
	}
	return r.print(env)
}

// print writes the report as tables for a terminal.
func (r printed) print(env *Env) error {
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
	t := func(key string) string { return env.Words.T(r.words+key, nil) }
	fmt.Fprintf(w, "%s\t%s – %s\n", t(r.title), r.from, r.to)
	for _, table := range r.tables {
		fmt.Fprintf(w, "\n%s", t(table.Name))
		for _, col := range table.Columns {
			fmt.Fprintf(w, "\t%s", t(col))
		}
		fmt.Fprintln(w)
		for _, row := range table.Rows {
			for i, cell := range row {
				if i > 0 {
					fmt.Fprint(w, "\t")
				}
				fmt.Fprint(w, r.cell(env, cell))
			}
			fmt.Fprintln(w)
		}
	}
	return w.Flush()
}

// cell writes a figure for people: durations in days, hours and minutes, shares
// in per cent.
func (r printed) cell(env *Env, c desk.Cell) string {
	switch v := c.Value.(type) {
	case nil:
		return "–"
	case float64:
		switch c.Unit {
		case desk.Share:
			return fmt.Sprintf("%.1f %%", 100*v)
		case transition.Mean:
			return fmt.Sprintf("%.1f", v)
		}
		return span(time.Duration(v * float64(time.Second)))
	case string:
		if c.Unit == desk.Key {
			return env.Words.T(r.words+v, nil)
		}
		if v == "" {
			return "–"
		}
	}
	return fmt.Sprint(c.Value)
}

func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day {
		return fmt.Sprintf("%dd %02dh", d/day, d%day/time.Hour)
	}
	return fmt.Sprintf("%dh %02dm", d/time.Hour, d%time.Hour/time.Minute)
}
