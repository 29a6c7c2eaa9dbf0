package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/request"
	"kilter/internal/practice/risk"
)

// exportCmd is what can be written out, one command a kind.
type exportCmd struct {
	Incidents exportIncidentsCmd `cmd:"" help:"cli.export.incidents"`
	Problems  exportProblemsCmd  `cmd:"" help:"cli.export.problems"`
	Changes   exportChangesCmd   `cmd:"" help:"cli.export.changes"`
	Tasks     exportTasksCmd     `cmd:"" help:"cli.export.tasks"`
	Releases  exportReleasesCmd  `cmd:"" help:"cli.export.releases"`
	Risks     exportRisksCmd     `cmd:"" help:"cli.export.risks"`
	Requests  exportRequestsCmd  `cmd:"" help:"cli.export.requests"`
	Knowledge exportKnowledgeCmd `cmd:"" help:"cli.export.knowledge"`
	Articles  exportArticlesCmd  `cmd:"" help:"cli.export.articles"`
	Contacts  exportContactsCmd  `cmd:"" help:"cli.export.contacts"`

	Items     exportItemsCmd     `cmd:"" help:"cli.export.items"`
	Relations exportRelationsCmd `cmd:"" help:"cli.export.relations"`

	Settings exportSettingsCmd `cmd:"" help:"cli.export.settings"`
}

// exportFlags are what every export takes.
type exportFlags struct {
	Query    string `short:"q" help:"cli.export.query" placeholder:"CONDITION"`
	Format   string `help:"cli.export.format" enum:"csv,xlsx,ndjson" default:"csv"`
	Out      string `short:"o" help:"cli.export.out" default:"-" placeholder:"FILE" is:"outfile"`
	Timeline bool   `help:"cli.export.timeline"`
	Map      string `help:"cli.export.map" placeholder:"MAP.yaml" is:"outfile"`
	JSON     bool   `help:"cli.bundle_export.json"`
	tasks    bool   // of the records, not these
}

type (
	exportIncidentsCmd struct{ exportFlags }
	exportContactsCmd  struct{ exportFlags }
	exportProblemsCmd  struct{ exportFlags }
	exportChangesCmd   struct{ exportFlags }
	exportTasksCmd     struct{ exportFlags }
	exportReleasesCmd  struct{ exportFlags }
	exportRisksCmd     struct{ exportFlags }
	exportRequestsCmd  struct{ exportFlags }
	exportKnowledgeCmd struct{ exportFlags }
)

// Run writes incidents.
func (c exportIncidentsCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*incident.Incident] { return h.incidents.Desk })
}

// Run writes contacts.
func (c exportContactsCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*contact.Contact] { return h.contacts.Desk })
}

// Run writes changes.
func (c exportChangesCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*change.Change] { return h.changes.Desk })
}

// Run writes the tasks of changes.
func (c exportTasksCmd) Run(env *Env) error {
	c.tasks = true
	return export(env, c.exportFlags, func(h *house) *record.Desk[*change.Change] { return h.changes.Desk })
}

// Run writes releases.
func (c exportReleasesCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*release.Release] { return h.releases.Desk })
}

// Run writes the risk register.
func (c exportRisksCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*risk.Risk] { return h.risks.Desk })
}

// Run writes service requests.
func (c exportRequestsCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*request.Request] { return h.requests.Desk })
}

// Run writes problems.
func (c exportProblemsCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*problem.Problem] { return h.problems.Desk })
}

// Run writes articles.
func (c exportKnowledgeCmd) Run(env *Env) error {
	return export(env, c.exportFlags, func(h *house) *record.Desk[*knowledge.Article] { return h.articles.Desk })
}

// export writes the records of a desk as the flags say.
func export[R record.Body](env *Env, c exportFlags, desk func(*house) *record.Desk[R]) (err error) {
	switch {
	case c.tasks && c.Timeline:
		return fault.At("timeline", "export.tasks_alone")
	case c.Map != "" && !c.Timeline:
		return fault.At("map", "export.map_alone")
	case c.Out == "-" && c.Format == "xlsx":
		return fault.At("out", "export.xlsx_to_file")
	case c.Out == "-" && c.JSON:
		return fault.At("out", "export.json_to_file")
	}
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	w := &exporter[R]{house: h, flags: c, desk: desk(h), bar: progress{env: env}, by: people.System(people.ViaShell)}
	if err := w.ask(); err != nil {
		return err
	}
	to, whole, err := written(env, c.Out)
	if err != nil {
		return err
	}
	err = whole(w.write(to))
	w.bar.end()
	if err != nil {
		return err
	}
	if c.Map != "" {
		if err := os.WriteFile(c.Map, []byte(exportMap(w.desk.Kind)), 0o644); err != nil { // a map is no secret
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"kind": w.desk.Kind, "file": c.Out, "format": c.Format, "records": w.records, "rows": w.rows})
	}
	if c.Out != "-" {
		_, err = fmt.Fprintln(env.Out, env.Words.T("export.done", "records", w.records, "rows", w.rows, "file", c.Out))
	}
	return err
}

// exporter writes the records of one desk.
type exporter[R record.Body] struct {
	*house
	flags   exportFlags
	desk    *record.Desk[R]
	by      people.Actor
	query   record.Query
	bar     progress
	names   map[string]string // of persons, by id
	judged  map[int64]string  // whether the records at hand met their target
	records int
	rows    int
}

// ask reads the condition, and has the export written down.
func (w *exporter[R]) ask() error {
	w.query = record.Query{Kind: w.desk.Kind, Order: record.Oldest, Limit: 500, Now: Now()}
	if w.flags.Query != "" {
		node, err := w.fields(w.desk.Kind, true).Read(w.flags.Query, w.means(w.by))
		if err != nil {
			return err
		}
		w.query.Where = node
	}
	row := audit.By(w.by, Now(), string(w.desk.Kind)+".export", string(w.desk.Kind))
	row.Detail = audit.Detail("q", w.flags.Query, "form", w.flags.Format, "timeline", w.flags.Timeline, "tasks", w.flags.tasks)
	return w.db.Note(w.env.Context, row)
}

// write writes the records, oldest first; a workbook of changes ends with a sheet
// of their tasks.
func (w *exporter[R]) write(to io.Writer) error {
	names, title := w.columns(), string(w.desk.Kind)
	if w.flags.tasks {
		names, title = taskColumns, "tasks"
	}
	out, err := newSink(w.flags.Format, title, to, names)
	if err != nil {
		return err
	}
	each := func(rows []record.Row) (func(record.Row) error, error) {
		return func(r record.Row) error { return w.record(out, r) }, w.judge(rows)
	}
	if w.flags.tasks {
		each = func(rows []record.Row) (func(record.Row) error, error) { return w.tasksOf(out, rows) }
	}
	if w.records, err = w.walk(each); err != nil {
		return err
	}
	if w.desk.Kind == record.Changes && out.sheet != nil && !w.flags.tasks && !w.flags.Timeline {
		if err := out.sheet("tasks", taskColumns...); err != nil {
			return err
		}
		if _, err := w.walk(func(rows []record.Row) (func(record.Row) error, error) { return w.tasksOf(out, rows) }); err != nil {
			return err
		}
	}
	return out.close()
}

// walk goes through the records, and does with each what is to be done with those
// at hand; it tells how many there were.
func (w *exporter[R]) walk(each func([]record.Row) (func(record.Row) error, error)) (n int, _ error) {
	q := w.query
	for {
		rows, err := w.db.Ledger().List(w.env.Context, people.Everything(), q)
		if err != nil {
			return n, err
		}
		write, err := each(rows)
		if err != nil {
			return n, err
		}
		for _, r := range rows {
			if err := write(r); err != nil {
				return n, err
			}
			n++
			w.bar.show("export.writing", n, 0)
		}
		if len(rows) < q.Limit {
			return n, nil
		}
		last := rows[len(rows)-1]
		q.After = record.Cursor{Value: last.Opened.UnixMilli(), ID: last.ID}
	}
}

func (w *exporter[R]) record(out sink, row record.Row) error {
	r, err := w.desk.Store.Find(w.env.Context, people.Everything(), row.Number)
	if err != nil {
		return err
	}
	if w.flags.Timeline {
		return w.timeline(out, row, r)
	}
	cells := []sheet.Cell{sheet.Text(row.Ref()), sheet.Text(string(row.State))}
	for _, f := range w.desk.Sheet {
		cells = append(cells, sheet.Text(w.named(f.Name, f.Type, f.Get(r), row)))
	}
	w.rows++
	return out.row(append(cells, sheet.Time(row.Opened), sheet.Time(row.Moved), sheet.Time(row.Due))...)
}

func (w *exporter[R]) columns() []string {
	if w.flags.Timeline {
		out := slices.Clone(eventColumns)
		for _, f := range w.desk.Sheet {
			if slices.Contains(constants, f.Name) {
				out = append(out, f.Name)
			}
		}
		return append(out, "in_target")
	}
	out := []string{"number", "state"}
	for _, f := range w.desk.Sheet {
		out = append(out, f.Name)
	}
	return append(out, "opened", "moved", "due")
}

// named writes a field for people: names in the place of ids.
func (w *exporter[R]) named(field string, t record.Type, v string, row record.Row) string {
	switch {
	case field == "requester":
		return row.RequesterName
	case field == "owner":
		return row.OwnerName
	case !t.Refers() || v == "" || t == record.Record:
		return v
	}
	return w.thing(v)
}

// thing is the name of what an id stands for, or the id where it is none of
// the settings.
func (w *exporter[R]) thing(v string) string {
	if id, err := strconv.ParseInt(v, 10, 64); err == nil {
		if t := w.settings.All().Any(id); t != nil {
			return t.Label(string(w.env.Words.Lang()))
		}
	}
	return v
}
