package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// importTableCmd brings in a table of what its command is called.
type importTableCmd struct {
	File   string            `arg:"" help:"cli.import_table.file" placeholder:"FILE" is:"infile"`
	Map    map[string]string `help:"cli.import_table.map" placeholder:"HEADING=FIELD"`
	Sheet  string            `help:"cli.import_graph.sheet" placeholder:"NAME"`
	DryRun bool              `help:"cli.import_history.dry_run"`
	Partly bool              `help:"cli.import_table.partly"`
	JSON   bool              `help:"cli.json"`
}

// importUndoCmd takes an imported table back.
type importUndoCmd struct {
	Import int64 `arg:"" help:"cli.import_undo.import" placeholder:"NUMBER"`
	JSON   bool  `help:"cli.json"`
}

// bring runs the import of a table of one kind.
func (c importTableCmd) bring(env *Env, kind setting.Kind) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	table, err := sheet.OpenAs(file, filepath.Base(c.File), sheet.Form{Sheet: c.Sheet}, sheet.Limits{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	by := people.System(people.ViaShell)
	plan, err := directory.Draft(env.Context, h.settingsDesk(), by, directory.Table{Kind: kind, File: filepath.Base(c.File), Read: table.Read, Map: c.Map})
	if err != nil {
		return err
	}
	var number int64
	if !c.DryRun && (plan.Counts[directory.Faulty] == 0 || c.Partly) {
		b, err := plan.Run(env.Context, h.settingsDesk(), by, c.Partly)
		if err != nil {
			return err
		}
		number = b.ID
	}
	if err := c.report(env, plan, number); err != nil {
		return err
	}
	if n := plan.Counts[directory.Faulty]; n > 0 && !c.DryRun && !c.Partly {
		return fault.New(fault.Invalid, "directory.import_faulty").With("n", n)
	}
	return nil
}

// report says what came, or would come, of it.
func (c importTableCmd) report(env *Env, plan *directory.Plan, number int64) error {
	type line struct {
		Line   int      `json:"line"`
		Code   string   `json:"code,omitempty"`
		Faults []string `json:"faults"`
	}
	var faulty []line
	for _, l := range plan.Lines {
		if l.Deed != directory.Faulty {
			continue
		}
		out := line{Line: l.Line, Code: l.Code}
		for _, f := range l.Faults {
			out.Faults = append(out.Faults, strings.TrimPrefix(f.Field+": "+env.Words.Fault(f), ": "))
		}
		faulty = append(faulty, out)
	}
	n := plan.Counts
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{
			"kind": plan.Kind, "import": number, "dry_run": c.DryRun, "columns": plan.Map,
			"added": n[directory.Add], "changed": n[directory.Change], "same": n[directory.Same], "faults": n[directory.Faulty], "lines": faulty,
		})
	}
	for _, l := range faulty {
		if _, err := fmt.Fprintf(env.Out, "%d %s: %s\n", l.Line, l.Code, strings.Join(l.Faults, " ")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(env.Out, env.Words.T("settings.import.answer", "add", n[directory.Add], "change", n[directory.Change], "same", n[directory.Same], "fault", n[directory.Faulty]))
	if err == nil && number != 0 {
		_, err = fmt.Fprintln(env.Out, env.Words.T("settings.import.number", "n", number))
	}
	return err
}

// Run takes the import back and lists what was left alone.
func (c importUndoCmd) Run(env *Env) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	kept, err := h.settingsDesk().Undo(env.Context, people.System(people.ViaShell), c.Import)
	if err != nil {
		return of("<import>", err)
	}
	if c.JSON {
		left := make([]map[string]string, len(kept))
		for i, k := range kept {
			left[i] = map[string]string{"code": k.Code, "why": env.Words.T(k.Reason)}
		}
		return json.NewEncoder(env.Out).Encode(map[string]any{"import": c.Import, "kept": left})
	}
	for _, k := range kept {
		if _, err := fmt.Fprintf(env.Out, "%s: %s\n", k.Code, env.Words.T(k.Reason)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(env.Out, env.Words.N("settings.import.undone", len(kept)))
	return err
}

// The tables that can be brought in, one command a kind.
type (
	importDepartmentsCmd struct{ importTableCmd }
	importPostsCmd       struct{ importTableCmd }
	importPeopleCmd      struct{ importTableCmd }
	importTeamsCmd       struct{ importTableCmd }
	importZonesCmd       struct{ importTableCmd }
	importServicesCmd    struct{ importTableCmd }
	importCategoriesCmd  struct{ importTableCmd }
)

func (c importDepartmentsCmd) Run(env *Env) error { return c.bring(env, setting.Department) }
func (c importPostsCmd) Run(env *Env) error       { return c.bring(env, setting.Post) }
func (c importPeopleCmd) Run(env *Env) error      { return c.bring(env, setting.Human) }
func (c importTeamsCmd) Run(env *Env) error       { return c.bring(env, setting.Team) }
func (c importZonesCmd) Run(env *Env) error       { return c.bring(env, setting.Zone) }
func (c importServicesCmd) Run(env *Env) error    { return c.bring(env, setting.Service) }
func (c importCategoriesCmd) Run(env *Env) error  { return c.bring(env, setting.Category) }
