package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/transfer"
)

// exportSettingsCmd writes what kilter import reads: a folder of tables, or one
// file with everything.
type exportSettingsCmd struct {
	To     string `arg:"" help:"cli.export_settings.to" placeholder:"FOLDER|FILE" is:"outfolder"`
	Format string `help:"cli.export_settings.format" enum:"csv,xlsx,ndjson" default:"csv"`
	JSON   bool   `help:"cli.json"`
}

// settingsTable is one table of the settings: the command of kilter import
// that reads it, and where it does not hold all fields of its kind, which ones
// it leaves out or is limited to.
type settingsTable struct {
	File    string       `json:"file"`
	Command string       `json:"import"`
	Kind    setting.Kind `json:"kind"`
	Rows    int          `json:"rows"`

	without, only string
}

// settingsTables are the tables in the order in which they can be read into an
// empty database. Departments have heads and persons departments, so the
// heads come last, in a table of their own.
func settingsTables() []*settingsTable {
	return []*settingsTable{
		{File: "1-zones", Command: "zones", Kind: setting.Zone},
		{File: "2-departments", Command: "departments", Kind: setting.Department, without: "head"},
		{File: "3-posts", Command: "posts", Kind: setting.Post},
		{File: "4-people", Command: "people", Kind: setting.Human},
		{File: "5-teams", Command: "teams", Kind: setting.Team},
		{File: "6-services", Command: "services", Kind: setting.Service},
		{File: "7-categories", Command: "categories", Kind: setting.Category},
		{File: "8-heads", Command: "departments", Kind: setting.Department, only: "head"},
	}
}

// Run writes the tables, what is retired apart, or the file.
func (c exportSettingsCmd) Run(env *Env) (err error) {
	if c.To == "-" && (c.JSON || c.Format != "ndjson") {
		return fault.At("to", "export.json_to_file")
	}
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	by := people.System(people.ViaShell)
	row := audit.By(by, Now(), "setting.export", "settings")
	row.Detail = audit.Detail("form", c.Format)
	if err := h.db.Note(env.Context, row); err != nil {
		return err
	}
	if c.Format == "ndjson" {
		return c.whole(env, h)
	}
	if err := os.MkdirAll(c.To, 0o700); err != nil {
		return err
	}
	w := &settingsWriter{house: h, bar: progress{env: env}, codes: map[string]string{}}
	defer w.bar.end()
	tables := settingsTables()
	for _, t := range tables {
		t.File += "." + c.Format
		to, end, err := written(env, filepath.Join(c.To, t.File))
		if err != nil {
			return err
		}
		names, fields, err := w.fields(t)
		if err != nil {
			return err
		}
		out, err := newSink(c.Format, t.Command, to, names)
		if err == nil {
			err = w.write(out, t, fields)
		}
		if err := end(err); err != nil {
			return err
		}
		if t.Rows == 0 { // nothing that an import could read
			if err := os.Remove(filepath.Join(c.To, t.File)); err != nil {
				return err
			}
		}
	}
	w.bar.end()
	return c.say(env, slices.DeleteFunc(tables, func(t *settingsTable) bool { return t.Rows == 0 }))
}

// whole writes all settings into one file.
func (c exportSettingsCmd) whole(env *Env, h *house) error {
	to, end, err := written(env, c.To)
	if err != nil {
		return err
	}
	out, bar, done := bufio.NewWriter(to), progress{env: env}, 0
	counts, err := h.removal().Write(env.Context, people.System(people.ViaShell), out, func(n int) {
		done = n
		bar.show("export.writing", n, 0)
	})
	bar.end()
	if err := end(errors.Join(err, out.Flush())); err != nil {
		return err
	}
	switch {
	case c.JSON:
		return json.NewEncoder(env.Out).Encode(map[string]any{"file": c.To, "rows": done, "kinds": counts, "left_out": transfer.LeftOut()})
	case c.To == "-":
		return nil
	}
	_, err = fmt.Fprintln(env.Out, env.Words.T("transfer.written", "rows", done, "file", c.To))
	return err
}

func (c exportSettingsCmd) say(env *Env, tables []*settingsTable) error {
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"folder": c.To, "tables": tables})
	}
	for _, t := range tables {
		line := env.Words.T("export.table", "rows", t.Rows, "command", "kilter import "+t.Command+" "+filepath.Join(c.To, t.File))
		if _, err := fmt.Fprintln(env.Out, line); err != nil {
			return err
		}
	}
	return nil
}

// settingsWriter writes things as rows.
type settingsWriter struct {
	*house
	bar   progress
	codes map[string]string // of persons in use, by id
	done  int
}

// fields are those of a table: what kilter import can read of the kind.
func (w *settingsWriter) fields(t *settingsTable) (names []string, fields []setting.Attribute, err error) {
	sh, err := w.settingsDesk().Sheets.For(t.Kind, "")
	if err != nil {
		return nil, nil, err
	}
	for _, name := range directory.Columns(sh) {
		f, ok := sh.Find(name)
		if !ok || name == t.without || t.only != "" && name != "code" && name != t.only {
			continue
		}
		names, fields = append(names, name), append(fields, f)
	}
	return names, fields, nil
}

func (w *settingsWriter) write(out sink, t *settingsTable, fields []setting.Attribute) error {
	sh, err := w.settingsDesk().Sheets.For(t.Kind, "")
	if err != nil {
		return err
	}
	err = w.each(t.Kind, func(thing *setting.Thing) error {
		f, err := sh.Open(thing)
		if err != nil {
			return err
		}
		cells := make([]sheet.Cell, len(fields))
		for i, field := range fields {
			text, err := w.text(field, field.Get(f))
			if err != nil {
				return err
			}
			if field.Name == t.only && text == "" {
				return nil
			}
			cells[i] = sheet.Text(text)
		}
		t.Rows++
		w.done++
		w.bar.show("export.writing", w.done, 0)
		return out.row(cells...)
	})
	return errors.Join(err, out.close())
}

// each walks the things of a kind in use, persons a page at a time.
func (w *settingsWriter) each(k setting.Kind, do func(*setting.Thing) error) error {
	if k != setting.Human {
		for _, t := range w.settings.All().Of(k) {
			if t.Retired {
				continue
			}
			copied := *t
			if err := do(&copied); err != nil {
				return err
			}
		}
		return nil
	}
	q := people.Query{Limit: 500}
	for {
		page, err := w.db.Persons(w.env.Context, q)
		if err != nil {
			return err
		}
		for _, p := range page {
			t, err := setting.OfPerson(p)
			if err != nil {
				return err
			}
			if err := do(t); err != nil {
				return err
			}
		}
		if len(page) < q.Limit {
			return nil
		}
		q.After = page[len(page)-1].Code
	}
}

// text is a value as a table says it: codes in the place of ids, without what
// is retired, which an import would not find.
func (w *settingsWriter) text(f setting.Attribute, v string) (string, error) {
	switch f.Type {
	case setting.Ref, setting.Refs:
		return w.listed(v, func(id int64) (string, error) {
			if t := w.settings.All().Find(f.Kind, id); t != nil && !t.Retired {
				return t.Code, nil
			}
			return "", nil
		})
	case setting.Person, setting.Persons:
		return w.listed(v, w.person)
	}
	return v, nil
}

func (w *settingsWriter) listed(v string, code func(int64) (string, error)) (string, error) {
	var out []string
	for _, part := range setting.Split(v) {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return "", err
		}
		word, err := code(id)
		if err != nil {
			return "", err
		}
		if word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return strings.Join(out, ","), nil
}

// person is the code of a person in use, "" of nobody.
func (w *settingsWriter) person(id int64) (string, error) {
	key := strconv.FormatInt(id, 10)
	if code, ok := w.codes[key]; ok {
		return code, nil
	}
	found, err := w.db.Settings().Humans(w.env.Context, []int64{id}, nil)
	if err != nil {
		return "", err
	}
	code := ""
	if len(found) > 0 && !found[0].Retired {
		code = found[0].Code
	}
	w.codes[key] = code
	return code, nil
}
