package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
)

type reportCmd struct {
	Desk reportDeskCmd `cmd:"" help:"cli.report.desk"`
}

type reportDeskCmd struct {
	From string `help:"cli.report_desk.from" placeholder:"DATE"`
	To   string `help:"cli.report_desk.to" placeholder:"DATE"`
	JSON bool   `help:"cli.report_desk.json"`
}

func (c reportDeskCmd) Run(env *Env) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	maker := h.deskReport()
	from, to, err := maker.Period(c.From, c.To)
	if err != nil {
		return err
	}
	by := people.System(people.ViaShell)
	by.Lang = string(env.Words.Lang())
	r, err := maker.Make(env.Context, by, from, to)
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(env.Out)
		out.SetIndent("", "  ")
		return out.Encode(r)
	}
	return printDesk(env, r)
}

// printDesk writes the report as tables for a terminal.
func printDesk(env *Env, r desk.Report) error {
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
	t := func(key string) string { return env.Words.T("report.desk."+key, nil) }
	fmt.Fprintf(w, "%s\t%s – %s\n", t("title"), r.From, r.To)
	for _, table := range r.Tables(false) {
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
				fmt.Fprint(w, cellText(env, cell))
			}
			fmt.Fprintln(w)
		}
	}
	return w.Flush()
}

// cellText writes a figure for people: durations in days, hours and minutes,
// shares in per cent.
func cellText(env *Env, c desk.Cell) string {
	switch v := c.Value.(type) {
	case nil:
		return "–"
	case float64:
		if c.Unit == desk.Share {
			return fmt.Sprintf("%.1f %%", 100*v)
		}
		return span(time.Duration(v * float64(time.Second)))
	case string:
		if c.Unit == desk.Key {
			return env.Words.T("report.desk."+v, nil)
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
