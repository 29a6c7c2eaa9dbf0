package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"path"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/transfer"
)

// Tables is what the API asks about tables that are brought in.
type Tables struct {
	Desk    *setting.Desk
	Uploads setting.Uploads
	Whole   *transfer.Removal // all settings in one file
	Pen     audit.Pen
	// Refresh reads the settings anew after many of them have changed.
	Refresh func(context.Context) error
}

// tableLimit is the most bytes a table may have.
const tableLimit = 32 << 20

// plan is the dry run of a table: what bringing it in would do.
type plan struct {
	Token   string         `json:"token" doc:"api.doc.plan_token"`
	Kind    string         `json:"kind"`
	File    string         `json:"file"`
	Columns []planColumn   `json:"columns"`
	Fields  []string       `json:"fields" doc:"api.doc.plan_fields"`
	Counts  map[string]int `json:"counts" doc:"api.doc.plan_counts"`
	Lines   []planLine     `json:"lines" doc:"api.doc.plan_lines"`
}

type planColumn struct {
	Heading string `json:"heading"`
	Field   string `json:"field,omitempty" doc:"api.doc.plan_field"`
}

type planLine struct {
	Line    int             `json:"line"`
	Kind    string          `json:"kind,omitempty" doc:"api.doc.plan_kind"`
	Code    string          `json:"code,omitempty"`
	Name    string          `json:"name,omitempty"`
	Deed    string          `json:"deed" enum:"add,change,same,fault"`
	Changes []record.Change `json:"changes,omitempty"`
	Errors  []mistake       `json:"errors,omitempty"`
}

// planForm maps headings to fields, and says how to run.
type planForm struct {
	Map    map[string]string `json:"map,omitempty" doc:"api.doc.plan_map"`
	Partly bool              `json:"partly,omitempty" doc:"api.doc.plan_partly"`
}

// tableBatch is one table that was brought in.
type tableBatch struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind"`
	File    string `json:"file"`
	At      string `json:"at"`
	By      string `json:"by"`
	Added   int    `json:"added"`
	Changed int    `json:"changed"`
	Undone  string `json:"undone,omitempty"`
}

func tableBatchOf(b setting.Batch) tableBatch {
	return tableBatch{b.ID, string(b.Kind), b.File, stamp(b.At), b.Name, b.Added, b.Changed, stamp(b.Undone)}
}

// undone lists what taking a table back had to leave alone.
type undone struct {
	Kept []keptThing `json:"kept"`
}

type keptThing struct {
	Code string `json:"code"`
	Why  string `json:"why"`
}

// TableImports serves bringing in tables of departments, persons, services and
// the like: send one in, map its columns, see what would happen, run, undo.
func (a *API) TableImports(t Tables) {
	gave := func(status int, s *schema) []gives { return []gives{{Status: status, Schema: s}} }
	op := func(o operation) {
		o.Path, o.Tag = Prefix+o.Path, "imports"
		run := o.Run
		o.Run = func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			return run(c)
		}
		a.add(o)
	}
	kind := param{Name: "table", Type: "string"}
	for _, k := range directory.Importable() {
		kind.Enum = append(kind.Enum, string(k))
	}
	kind.Enum = append(kind.Enum, string(setting.Whole))
	a.settingsWhole(t)
	op(operation{
		Method: "POST", Path: "/imports/plans", Policy: setting.DeedImport, Name: "upload-table", Once: true, Query: []param{kind, {Name: "name", Type: "string"}},
		Body: &body{Types: []string{csvType, xlsxType, lineType, anyType}, Limit: tableLimit, Time: 5 * time.Minute}, Gives: gave(http.StatusCreated, of[plan]()), Run: func(c *call) error { return c.takeTable(t) },
	})
	op(operation{Method: "GET", Path: "/imports/plans/{token}", Policy: setting.DeedImport, Name: "get-table", Gives: gave(http.StatusOK, of[plan]()), Run: func(c *call) error {
		up, b, _, err := c.planned(t)
		if err != nil {
			return err
		}
		return c.planIs(t, http.StatusOK, up, b)
	}})
	op(operation{Method: "POST", Path: "/imports/plans/{token}/preview", Policy: setting.DeedImport, Name: "preview-table", Body: &body{Schema: of[planForm]()}, Gives: gave(http.StatusOK, of[plan]()), Run: func(c *call) error {
		up, b, _, err := c.planned(t)
		if err != nil {
			return err
		}
		return c.planIs(t, http.StatusOK, up, b)
	}})
	op(operation{Method: "POST", Path: "/imports/plans/{token}/run", Policy: setting.DeedImport, Name: "run-table", Once: true, Body: &body{Schema: of[planForm]()}, Gives: gave(http.StatusOK, of[tableBatch]()), Run: func(c *call) error { return c.runTable(t) }})
	op(operation{Method: "GET", Path: "/imports/tables", Policy: setting.DeedImport, Name: "list-tables", Gives: gave(http.StatusOK, of[page[tableBatch]]()), Run: func(c *call) error {
		const most = 100
		all, err := t.Desk.Keeper.Store.Batches(c.r.Context(), most)
		if err != nil {
			return err
		}
		out := page[tableBatch]{}
		for _, b := range all {
			out.Items = append(out.Items, tableBatchOf(b))
		}
		return give(c, out)
	}})
	op(operation{Method: "POST", Path: "/imports/tables/{id}/undo", Policy: setting.DeedUndo, Name: "undo-table", Once: true, Gives: gave(http.StatusOK, of[undone]()), Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		kept, err := t.Desk.Undo(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out := undone{Kept: []keptThing{}}
		for _, k := range kept {
			out.Kept = append(out.Kept, keptThing{k.Code, c.words.T(k.Reason)})
		}
		return c.refreshed(t, out)
	}})
}

// takeTable keeps a table and answers with its dry run.
func (c *call) takeTable(t Tables) error {
	name := path.Base(strings.ReplaceAll(strings.TrimSpace(c.get("name")), "\\", "/"))
	var many fault.Many
	for _, p := range []string{"table", "name"} {
		if c.get(p) == "" {
			many = append(many, fault.At(p, "record.required"))
		}
	}
	if err := many.Err(); err != nil {
		return err
	}
	up := setting.Upload{Token: rand.Text(), By: c.by.ID, At: c.Now().UTC(), Kind: setting.Kind(c.get("table")), Name: name, Content: c.raw}
	b, err := bringingOf(c.r.Context(), t, c.by, up, nil)
	if err != nil {
		return err
	}
	if err := t.Uploads.KeepUpload(c.r.Context(), up); err != nil {
		return err
	}
	c.w.Header().Set("Location", Prefix+"/imports/plans/"+up.Token)
	return c.planIs(t, http.StatusCreated, up, b)
}

// draftOfTable works out what bringing a table in would do.
func draftOfTable(ctx context.Context, t Tables, by people.Actor, up setting.Upload, chosen map[string]string) (*directory.Plan, error) {
	table, err := sheet.Open(bytes.NewReader(up.Content), up.Name, sheet.Limits{Bytes: 4 * tableLimit})
	if err != nil {
		return nil, err
	}
	defer func() { _ = table.Close() }() // it was read only
	return directory.Draft(ctx, t.Desk, by, directory.Table{Kind: up.Kind, File: up.Name, Read: table.Read, Map: chosen})
}

// planned reads the table that the address names, with the map that the body
// brings.
func (c *call) planned(t Tables) (up setting.Upload, b bringing, f planForm, err error) {
	if len(c.raw) > 0 {
		if err := c.into(&f); err != nil {
			return up, b, f, err
		}
	}
	if up, err = t.Uploads.Upload(c.r.Context(), c.r.PathValue("token"), c.by.ID); err != nil {
		return up, b, f, err
	}
	b, err = bringingOf(c.r.Context(), t, c.by, up, f.Map)
	return up, b, f, err
}

func (c *call) runTable(t Tables) error {
	up, drafted, f, err := c.planned(t)
	if err != nil {
		return err
	}
	b, err := drafted.run(c.r.Context(), t, c.by, f.Partly)
	if err != nil {
		return err
	}
	if err := t.Uploads.DropUpload(c.r.Context(), up.Token, c.by.ID); err != nil {
		return err
	}
	return c.refreshed(t, tableBatchOf(*b))
}

// refreshed answers after the settings have been read anew.
func (c *call) refreshed(t Tables, v any) error {
	if err := t.Refresh(c.r.Context()); err != nil {
		return err
	}
	return c.done(http.StatusOK, v)
}

func (c *call) planIs(t Tables, status int, up setting.Upload, b bringing) error {
	out, err := c.shown(t, up, b)
	if err != nil {
		return err
	}
	return c.JSON(status, out)
}

// mistakes are faults of a line, each in the caller's words.
func (c *call) mistakes(faults []*fault.Fault) []mistake {
	var out []mistake
	for _, f := range faults {
		out = append(out, mistake{Pointer: pointer(f.Field), Detail: c.words.Fault(f), Code: f.Key, Args: c.said(f.Args)})
	}
	return out
}
