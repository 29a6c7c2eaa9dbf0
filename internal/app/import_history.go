package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/history"
	"kilter/internal/practice/history"
	"kilter/internal/practice/people"
)

type importHistoryCmd struct {
	File    string `arg:"" optional:"" help:"cli.import_history.file" placeholder:"FILE" is:"infile"`
	Map     string `help:"cli.import_history.map" placeholder:"MAP.yaml" is:"infile"`
	DryRun  bool   `help:"cli.import_history.dry_run"`
	Undo    int64  `help:"cli.import_history.undo" placeholder:"ID"`
	List    bool   `help:"cli.import_history.list"`
	Rejects string `help:"cli.import_history.rejects" placeholder:"FILE" is:"outfile"`
	JSON    bool   `help:"cli.json"`
}

// Run brings a log in, takes an import back, or lists them.
func (c importHistoryCmd) Run(env *Env) (err error) {
	switch {
	case c.Undo == 0 && !c.List && (c.File == "" || c.Map == ""):
		return fault.At("--map", "history.usage")
	case (c.Undo != 0 || c.List) && c.File != "":
		return fault.At("--map", "history.usage")
	}
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	switch {
	case c.List:
		return c.list(env, h)
	case c.Undo != 0:
		return c.undo(env, h)
	}
	return c.bring(env, h)
}

func (c importHistoryCmd) bring(env *Env, h *house) (err error) {
	text, err := os.ReadFile(c.Map)
	if err != nil {
		return err
	}
	rejects, err := newRejects(env, c)
	if err != nil {
		return err
	}
	bar := progress{env: env}
	job := intake.Job{
		Open: func() (io.ReadCloser, error) { return os.Open(c.File) },
		File: filepath.Base(c.File), Map: text, Reject: rejects.add,
		Progress: func(rows, of int) {
			if of == 0 {
				bar.show("history.looking", rows, 0)
			} else {
				bar.show("history.reading", rows, of)
			}
		},
	}
	by := people.System(people.ViaShell)
	var in history.Import
	if c.DryRun {
		in.Result, err = h.history().Try(env.Context, by, job)
	} else {
		in, err = h.history().Run(env.Context, by, job)
	}
	bar.end()
	if err = errors.Join(err, rejects.close()); err != nil {
		if in.ID != 0 {
			fmt.Fprintln(env.Err, env.Words.T("history.broken_off", map[string]any{"id": in.ID, "new": in.Result.New}))
		}
		return err
	}
	if !c.DryRun && in.Result.New >= manyAtOnce {
		if err := h.db.Analyze(env.Context); err != nil {
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(importJSON{ID: in.ID, DryRun: c.DryRun, Result: in.Result})
	}
	return c.report(env, in)
}

// manyAtOnce is how many new records make a database worth looking at anew.
const manyAtOnce = 10_000

// importJSON is what --json prints.
type importJSON struct {
	ID     int64 `json:"id,omitempty"` // for --undo; none in a dry run
	DryRun bool  `json:"dry_run"`
	history.Result
}

// report tells what came of a log, for people.
func (c importHistoryCmd) report(env *Env, in history.Import) error {
	r := in.Result
	say := func(key string, args map[string]any) { fmt.Fprintln(env.Out, env.Words.T(key, args)) }
	say("history.told", map[string]any{"rows": r.Rows, "used": r.Used, "rejected": r.Rejected, "ignored": r.Ignored, "cases": r.Cases, "events": r.Events, "irregular": r.Irregular, "reopened": r.Reopened})
	if !r.First.IsZero() {
		say("history.span", map[string]any{"first": r.First.Format(time.DateOnly), "last": r.Last.Format(time.DateOnly)})
	}
	for _, name := range slices.SortedFunc(maps.Keys(r.Labels), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Labels[b].Rows, r.Labels[a].Rows), cmp.Compare(a, b))
	}) {
		m := r.Labels[name]
		key := "history.label"
		if !m.Listed {
			key = "history.label_unlisted"
		}
		say(key, map[string]any{"label": name, "rows": m.Rows, "state": m.State})
	}
	for _, key := range slices.Sorted(maps.Keys(r.Reasons)) {
		say("history.reason", map[string]any{"count": r.Reasons[key], "why": env.Words.T(key, nil)})
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Made)) {
		say("history.made", map[string]any{"count": r.Made[kind], "kind": string(kind)})
	}
	switch {
	case c.DryRun:
		say("history.would", map[string]any{"new": r.New, "known": r.Known, "updated": r.Updated, "changed": r.Changed})
	case in.ID == 0:
		say("history.nothing_new", map[string]any{"known": r.Known, "updated": r.Updated, "changed": r.Changed})
	default:
		say("history.done", map[string]any{"new": r.New, "known": r.Known, "updated": r.Updated, "changed": r.Changed, "id": in.ID})
	}
	return nil
}

func (c importHistoryCmd) undo(env *Env, h *house) error {
	bar := progress{env: env}
	out, err := h.history().Undo(env.Context, people.System(people.ViaShell), c.Undo, func(n int) { bar.show("history.removing", n, 0) })
	bar.end()
	if err != nil {
		return of("--undo", err)
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"id": c.Undo, "removed": out.Removed, "restored": out.Restored, "kept": out.Kept})
	}
	_, err = fmt.Fprintln(env.Out, env.Words.T("history.undone_now", map[string]any{"id": c.Undo, "removed": out.Removed, "restored": out.Restored, "kept": out.Kept}))
	return err
}

func (c importHistoryCmd) list(env *Env, h *house) error {
	const most = 100
	all, err := h.db.Shelf().Imports(env.Context, most)
	if err != nil {
		return err
	}
	if c.JSON {
		lines := make([]map[string]any, len(all))
		for i, in := range all {
			lines[i] = map[string]any{"id": in.ID, "source": in.Source, "file": in.File, "at": in.At, "done": in.Done, "undone": !in.Undone.IsZero(), "new": in.Result.New}
		}
		return json.NewEncoder(env.Out).Encode(lines)
	}
	for _, in := range all {
		key := "history.listed"
		if !in.Undone.IsZero() {
			key = "history.listed_undone"
		}
		fmt.Fprintln(env.Out, env.Words.T(key, map[string]any{"id": in.ID, "at": in.At.Format("2006-01-02 15:04"), "source": in.Source, "file": in.File, "new": in.Result.New}))
	}
	return nil
}
