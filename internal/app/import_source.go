package app

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// importSourceCmd brings in what another tool says of items and relations.
type importSourceCmd struct {
	File     string `arg:"" optional:"" help:"cli.import_source.file" placeholder:"FILE" is:"infile"`
	Source   string `help:"cli.import_source.source" placeholder:"NAME"`
	Zone     string `help:"cli.import_source.zone" placeholder:"CODE"`
	Complete bool   `help:"cli.import_source.complete"`
	DryRun   bool   `help:"cli.import_source.dry_run"`
	Approve  int64  `help:"cli.import_graph.approve" placeholder:"NUMBER"`
	Undo     int64  `help:"cli.import_history.undo" placeholder:"NUMBER"`
	JSON     bool   `help:"cli.json"`
}

type (
	importNetBoxCmd  struct{ importSourceCmd }
	importGraphMLCmd struct{ importSourceCmd }
	importAgentCmd   struct{ importSourceCmd }
	importNmapCmd    struct{ importSourceCmd }
)

// Run brings an export of NetBox in.
func (c importNetBoxCmd) Run(env *Env) error { return c.bring(env, intake.NetBox) }

// Run brings a network in.
func (c importGraphMLCmd) Run(env *Env) error { return c.bring(env, intake.GraphML) }

// Run brings the inventory of a machine in.
func (c importAgentCmd) Run(env *Env) error { return c.bring(env, intake.Agent) }

// Run brings a scan in.
func (c importNmapCmd) Run(env *Env) error { return c.bring(env, intake.Nmap) }

func (c importSourceCmd) bring(env *Env, read intake.Read, trust ...cmdb.TrustedKey) error {
	g := importGraphCmd{File: c.File, DryRun: c.DryRun, Approve: c.Approve, Undo: c.Undo, JSON: c.JSON}
	if c.Approve == 0 && c.Undo == 0 && c.File == "" {
		return fault.New(fault.Invalid, "cmdb.import.source_usage")
	}
	return g.carry(env, func(h *house, bar *progress) (_ cmdb.Import, _ *cmdb.Plan, err error) {
		file, err := os.Open(c.File)
		if err != nil {
			return cmdb.Import{}, nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		trusted, err := cmdb.TrustedKeys(h.settings.All())
		if err != nil {
			return cmdb.Import{}, nil, err
		}
		rep, err := read(file, intake.Options{Source: c.Source, File: filepath.Base(c.File), Zone: c.Zone, Complete: c.Complete, Trust: append(trust, trusted...), Place: h.place()})
		if err != nil {
			return cmdb.Import{}, nil, err
		}
		rep.Progress = func(n int) { bar.show("cmdb.import.reading", n, 0) }
		in, plan, err := h.reconciler().Draft(env.Context, people.System(people.ViaShell), rep)
		if err == nil && c.DryRun && !c.JSON {
			bar.end()
			err = difference(env, plan)
		}
		return in, plan, err
	})
}

// difference prints what an import would do, a line a change: + what it adds,
// ~ what it alters, ? what it no longer finds, > relations.
func difference(env *Env, plan *cmdb.Plan) error {
	const most = 200
	left := most
	say := func(format string, args ...any) {
		if left--; left >= 0 {
			fmt.Fprintf(env.Out, format+"\n", args...)
		}
	}
	var born []string
	for _, l := range plan.Lines {
		switch l.Outcome {
		case cmdb.Add:
			born = append(born, l.Code)
			say("+ %s %s", l.Class, l.Code)
		case cmdb.Alter:
			for _, d := range l.Changes {
				say("~ %s %s: %s → %s", l.Code, d.Field, cmp.Or(d.Was, "–"), d.Now)
			}
		case cmdb.Absent:
			say("? %s", l.Code)
		}
	}
	for _, t := range plan.Ties {
		if t.Outcome == cmdb.Add {
			say("> %s %s %s", ended(int64(t.Source), born), t.Type, ended(int64(t.Target), born))
		}
		for _, d := range t.Changes {
			say("> %s %s %s %s: %s → %s", ended(int64(t.Source), born), t.Type, ended(int64(t.Target), born), d.Field, cmp.Or(d.Was, "–"), d.Now)
		}
	}
	if left < 0 {
		_, err := fmt.Fprintln(env.Out, env.Words.T("cmdb.import.more_lines", "n", -left))
		return err
	}
	return nil
}

// ended names an end of a relation: by label when the plan adds it, by number
// when it is there.
func ended(id int64, born []string) string {
	if id < 0 && int(-id) <= len(born) {
		return born[-id-1]
	}
	return fmt.Sprintf("#%d", id)
}
