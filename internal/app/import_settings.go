package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/transfer"
)

// importSettingsCmd brings in the file that kilter export settings wrote whole.
type importSettingsCmd struct {
	File   string `arg:"" help:"cli.import_settings.file" placeholder:"FILE" is:"infile"`
	DryRun bool   `help:"cli.import_history.dry_run"`
	JSON   bool   `help:"cli.json"`
}

// Run brings all of it in or, where a line has a fault, nothing.
func (c importSettingsCmd) Run(env *Env) (err error) {
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
	plan, err := h.removal().Read(env.Context, people.System(people.ViaShell), filepath.Base(c.File), file)
	if err != nil {
		return err
	}
	var number int64
	if !c.DryRun && plan.Counts[directory.Faulty] == 0 {
		b, err := plan.Run(env.Context)
		if err != nil {
			return err
		}
		number = b.ID
	}
	if err := c.report(env, plan, number); err != nil {
		return err
	}
	if n := plan.Counts[directory.Faulty]; n > 0 && !c.DryRun {
		return fault.New(fault.Invalid, "transfer.faulty").With("n", n)
	}
	return nil
}

// settingsLine is a line of the report: what would be or was done.
type settingsLine struct {
	Line   int             `json:"line"`
	Kind   string          `json:"kind"`
	Code   string          `json:"code"`
	Deed   directory.Deed  `json:"deed"`
	Fields []string        `json:"fields,omitempty"` // that change
	Faults []settingsFault `json:"faults,omitempty"`
}

type settingsFault struct {
	Field string `json:"field,omitempty"`
	Key   string `json:"key"`
	Text  string `json:"text"`
}

func (c importSettingsCmd) report(env *Env, plan *transfer.Plan, number int64) error {
	lines := []settingsLine{}
	for _, l := range plan.Lines {
		if l.Deed == directory.Same {
			continue
		}
		out := settingsLine{Line: l.Line, Kind: string(l.Kind), Code: l.Code, Deed: l.Deed}
		if l.Deed == directory.Change {
			for _, change := range l.Changes {
				out.Fields = append(out.Fields, change.Field)
			}
		}
		for _, f := range l.Faults {
			out.Faults = append(out.Faults, settingsFault{f.Field, f.Key, env.Words.Fault(f)})
		}
		lines = append(lines, out)
	}
	n := plan.Counts
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{
			"import": number, "dry_run": c.DryRun, "lines": lines,
			"added": n[directory.Add], "changed": n[directory.Change], "same": n[directory.Same], "faults": n[directory.Faulty],
		})
	}
	for _, l := range lines {
		for _, f := range l.Faults {
			text := env.Words.T("transfer.fault", "line", l.Line, "kind", l.Kind, "code", l.Code, "field", f.Field, "fault", f.Text)
			if _, err := fmt.Fprintln(env.Out, strings.TrimSpace(text)); err != nil {
				return err
			}
		}
		if l.Deed == directory.Change {
			if _, err := fmt.Fprintln(env.Out, env.Words.T("transfer.change", "line", l.Line, "kind", l.Kind, "code", l.Code, "fields", strings.Join(l.Fields, ", "))); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintln(env.Out, env.Words.T("settings.import.answer", "add", n[directory.Add], "change", n[directory.Change], "same", n[directory.Same], "fault", n[directory.Faulty]))
	if err == nil && number != 0 {
		_, err = fmt.Fprintln(env.Out, env.Words.T("settings.import.number", "n", number))
	}
	return err
}
