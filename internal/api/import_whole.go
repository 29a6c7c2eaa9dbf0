package api

import (
	"bytes"
	"context"
	"net/http"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/transfer"
)

// bringing is a file that was sent in, drafted: a table of one kind, or all
// settings.
type bringing struct {
	table *directory.Plan
	whole *transfer.Plan
}

// bringingOf works out what bringing a file in would do.
func bringingOf(ctx context.Context, t Tables, by people.Actor, up setting.Upload, chosen map[string]string) (b bringing, err error) {
	if up.Kind == setting.Whole {
		b.whole, err = t.Whole.Read(ctx, by, up.Name, bytes.NewReader(up.Content))
	} else {
		b.table, err = draftOfTable(ctx, t, by, up, chosen)
	}
	return b, err
}

// run brings it in.
func (b bringing) run(ctx context.Context, t Tables, by people.Actor, partly bool) (*setting.Batch, error) {
	if b.whole != nil {
		return b.whole.Run(ctx)
	}
	return b.table.Run(ctx, t.Desk, by, partly)
}

// shown is the dry run as the API tells it.
func (c *call) shown(t Tables, up setting.Upload, b bringing) (plan, error) {
	out := plan{Token: up.Token, Kind: string(up.Kind), File: up.Name, Columns: []planColumn{}, Fields: []string{}, Counts: map[string]int{}, Lines: []planLine{}}
	if b.whole != nil {
		count(out.Counts, b.whole.Counts)
		for _, l := range b.whole.Lines {
			c.planLine(&out, planLine{Line: l.Line, Kind: string(l.Kind), Code: l.Code, Name: l.Name, Deed: string(l.Deed), Errors: c.mistakes(l.Faults)}, l.Changes)
		}
		return out, nil
	}
	p := b.table
	sh, err := t.Desk.Sheets.For(up.Kind, "")
	if err != nil {
		return out, err
	}
	out.Fields = directory.Columns(sh)
	for i, heading := range p.Header {
		out.Columns = append(out.Columns, planColumn{heading, p.Map[i]})
	}
	count(out.Counts, p.Counts)
	for _, l := range p.Lines {
		c.planLine(&out, planLine{Line: l.Line, Code: l.Code, Name: l.Name, Deed: string(l.Deed), Errors: c.mistakes(l.Faults)}, l.Changes)
	}
	return out, nil
}

func count(into map[string]int, counts map[directory.Deed]int) {
	for deed, n := range counts {
		into[string(deed)] = n
	}
}

// planLine adds a line that does something, with what it changes.
func (c *call) planLine(out *plan, line planLine, changes []setting.Change) {
	if line.Deed == string(directory.Same) || len(out.Lines) == mostPage {
		return
	}
	if line.Deed == string(directory.Change) {
		for _, one := range changes {
			line.Changes = append(line.Changes, record.Change{Field: one.Field, Was: one.Was, Now: one.Now})
		}
	}
	out.Lines = append(out.Lines, line)
}

// settingsWhole serves all settings as one file, as far as the caller may
// change them.
func (a *API) settingsWhole(t Tables) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/settings.ndjson", Policy: setting.DeedImport, Name: "export-settings", Key: "export_settings", Tag: "imports",
		Gives: []gives{{Status: http.StatusOK, Type: lineType}}, Run: func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			row := audit.By(c.by, c.Now(), "setting.export", "settings")
			row.Detail = audit.Detail("form", lineType)
			if err := t.Pen.Note(c.r.Context(), row); err != nil {
				return err
			}
			c.w.Header().Set("Content-Type", lineType)
			c.w.Header().Set("Content-Disposition", "attachment; filename=settings.ndjson")
			if _, err := t.Whole.Write(c.r.Context(), c.by, c.w, nil); err != nil {
				return c.broke(err)
			}
			return nil
		},
	})
}
