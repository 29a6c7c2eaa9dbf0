package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// importGraphCmd brings in a table of items or of relations.
type importGraphCmd struct {
	File    string `arg:"" optional:"" help:"cli.import_graph.file" placeholder:"FILE" is:"infile"`
	Map     string `help:"cli.import_graph.map" placeholder:"MAP.yaml" is:"infile"`
	Sheet   string `help:"cli.import_graph.sheet" placeholder:"NAME"`
	DryRun  bool   `help:"cli.import_graph.dry_run"`
	Approve int64  `help:"cli.import_graph.approve" placeholder:"NUMBER"`
	Undo    int64  `help:"cli.import_history.undo" placeholder:"NUMBER"`
	JSON    bool   `help:"cli.json"`
}

type (
	importItemsCmd     struct{ importGraphCmd }
	importRelationsCmd struct{ importGraphCmd }
)

// Run brings items in.
func (c importItemsCmd) Run(env *Env) error { return c.run(env, false) }

// Run brings relations in.
func (c importRelationsCmd) Run(env *Env) error { return c.run(env, true) }

func (c importGraphCmd) run(env *Env, ties bool) error {
	if c.Approve == 0 && c.Undo == 0 && (c.File == "" || c.Map == "") {
		return fault.At("--map", "cmdb.import.usage")
	}
	return c.carry(env, func(h *house, bar *progress) (cmdb.Import, *cmdb.Plan, error) { return c.draft(env, h, ties, bar) })
}

// carry undoes, approves, or drafts and approves an import.
func (c importGraphCmd) carry(env *Env, draft func(*house, *progress) (cmdb.Import, *cmdb.Plan, error)) (err error) {
	if c.Approve != 0 && c.Undo != 0 {
		return fault.At("--undo", "cli.not_together").With("a", "--undo").With("b", "--approve")
	}
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	bar := progress{env: env}
	defer bar.end()
	switch {
	case c.Undo != 0:
		back, kept, err := h.reconciler().Undo(env.Context, people.System(people.ViaShell), c.Undo)
		if err != nil {
			return of("--undo", err)
		}
		_, err = fmt.Fprintln(env.Out, env.Words.T("cmdb.import.undone", "id", c.Undo, "back", back, "kept", kept))
		return err
	case c.Approve != 0:
		return of("--approve", c.approve(env, h, cmdb.Import{ID: c.Approve}, &bar))
	}
	in, plan, err := draft(h, &bar)
	if err != nil {
		return err
	}
	bar.end()
	if err := c.faults(env, plan); err != nil {
		return err
	}
	if c.DryRun {
		return c.say(env, in, "cmdb.import.would")
	}
	return c.approve(env, h, in, &bar)
}

func (c importGraphCmd) draft(env *Env, h *house, ties bool, bar *progress) (_ cmdb.Import, _ *cmdb.Plan, err error) {
	text, err := os.ReadFile(c.Map)
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	model := h.model()
	if ties {
		model = nil
	}
	m, err := intake.ParseMap(text, model)
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	name := filepath.Base(c.File)
	table, err := sheet.OpenAs(file, name, sheet.Form{Sheet: c.Sheet}, sheet.Limits{})
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	open := m.Items
	if ties {
		open = m.Relations
	}
	rep, err := open(table, name)
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	rep.Progress = func(n int) { bar.show("cmdb.import.reading", n, 0) }
	return h.reconciler().Draft(env.Context, people.System(people.ViaShell), rep)
}

// manyNew is how many rows make a look at all of them worth its time.
const manyNew = 5000

func (c importGraphCmd) approve(env *Env, h *house, in cmdb.Import, bar *progress) error {
	all := in.Counts[cmdb.Add] + in.Counts[cmdb.Alter] + in.Counts[cmdb.Same] + in.Counts[cmdb.Faulty] + in.Counts[cmdb.Absent]
	in, err := h.reconciler().Approve(env.Context, people.System(people.ViaShell), in.ID, func(n int) { bar.show("cmdb.import.writing", n, all) })
	bar.end()
	if err != nil {
		return err
	}
	if in.Counts[cmdb.Add] > manyNew { // the planner knows nothing of so much yet
		if err := h.db.Analyze(env.Context); err != nil {
			return err
		}
	}
	return c.say(env, in, "cmdb.import.done")
}

// faults lists the lines that cannot be used, the first hundred of them.
func (c importGraphCmd) faults(env *Env, plan *cmdb.Plan) error {
	const most = 100
	left := most
	say := func(line int, code string, faults []cmdb.PlanFault) {
		for _, f := range faults {
			if left--; left >= 0 {
				text := env.Words.T(f.Key, f.Args)
				fmt.Fprintf(env.Err, "%d %s: %s\n", line, strings.Trim(code+" "+f.Field, " "), text)
			}
		}
	}
	for _, l := range plan.Lines {
		say(l.Line, l.Code, l.Faults)
	}
	for _, t := range plan.Ties {
		say(t.Line, "", t.Faults)
	}
	if left < 0 {
		fmt.Fprintln(env.Err, env.Words.T("cmdb.import.more_faults", "n", -left))
	}
	return nil
}

func (c importGraphCmd) say(env *Env, in cmdb.Import, key string) error {
	n := in.Counts
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{
			"import": in.ID, "source": in.Source, "file": in.File, "state": in.State,
			"added": n[cmdb.Add], "changed": n[cmdb.Alter], "same": n[cmdb.Same], "faults": n[cmdb.Faulty], "absent": n[cmdb.Absent],
		})
	}
	_, err := fmt.Fprintln(env.Out, env.Words.T(cmp.Or(key, "cmdb.import.done"), "id", in.ID, "add", n[cmdb.Add], "change", n[cmdb.Alter], "same", n[cmdb.Same], "fault", n[cmdb.Faulty], "absent", n[cmdb.Absent]))
	return err
}
