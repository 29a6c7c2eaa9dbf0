package api

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/practice/record"
)

// show is a record as the caller may see it.
func (p *practice[R]) show(c *call, r R) (row, error) {
	h := r.Common()
	live := p.desk.Flow.Live(h.State)
	out := row{{"number", h.Ref()}, {"kind", h.Kind}, {"state", h.State}, {"open", live}}
	for _, f := range p.desk.Sheet {
		if f.Hidden && !c.by.Staff {
			continue
		}
		v := f.Get(r)
		if c.expands(f.Name) {
			out.put(f.Name, c.expanded(f.Type, v))
			continue
		}
		out.put(f.Name, jsonOf(f.Type, v))
	}
	own, err := p.own(c, r)
	if err != nil {
		return nil, err
	}
	out = append(out, row{
		{"x", own}, {"opened", moment(h.Opened)}, {"moved", moment(h.Moved)}, {"due", moment(h.Due)},
		{"version", h.Version}, {"moves", p.ways(c.by, h.State)},
	}...)
	return out, p.more(c, r, &out)
}

// own are the centre's own fields, typed as the settings say.
func (p *practice[R]) own(c *call, r R) (row, error) {
	fields, err := record.OwnFields(c.Settings.All(), p.desk.Kind)
	if err != nil {
		return nil, err
	}
	held, out := r.Own().More, row{}
	for _, f := range fields {
		if f.Hidden && !c.by.Staff || held[f.Code] == "" {
			continue
		}
		out.put(f.Code, jsonOf(f.Type, held[f.Code]))
	}
	return out, nil
}

// more adds what stands about a record when the caller asks for it by expand=.
func (p *practice[R]) more(c *call, r R, out *row) error {
	for _, part := range []struct {
		name string
		read func(*call, R) (any, error)
	}{
		{"timeline", p.timeline}, {"clocks", p.clocks}, {"links", p.links}, {"watchers", p.watchers}, {"files", p.files},
	} {
		if !c.expands(part.name) {
			continue
		}
		v, err := part.read(c, r)
		if err != nil {
			return err
		}
		out.put(part.name, v)
	}
	return nil
}

// entry is a line of a timeline.
type entry struct {
	ID        int64           `json:"id"`
	At        string          `json:"at"`
	By        *thing          `json:"by" doc:"api.doc.entry_by"`
	Deed      string          `json:"deed"`
	From      string          `json:"from,omitempty"`
	To        string          `json:"to,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Text      string          `json:"text,omitempty"`
	Public    bool            `json:"public" doc:"api.doc.entry_public"`
	Changes   []record.Change `json:"changes,omitempty"`
	Irregular bool            `json:"irregular,omitempty" doc:"api.doc.entry_irregular"`
	Batch     int64           `json:"batch,omitempty"`
}

func (p *practice[R]) timeline(c *call, r R) (any, error) {
	entries, err := c.Ledger.Timeline(c.r.Context(), r.Common().ID, !c.by.Staff)
	if err != nil {
		return nil, err
	}
	own, err := record.OwnFields(c.Settings.All(), p.desk.Kind)
	if err != nil {
		return nil, err
	}
	out := make([]entry, len(entries))
	for i, e := range entries {
		line := entry{
			ID: e.ID, At: e.At.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Deed: e.Deed, From: string(e.From), To: string(e.To),
			Reason: e.Reason, Text: e.Text, Public: e.Public, Irregular: e.Irregular, Batch: e.Batch,
		}
		if e.By != 0 {
			line.By = &thing{ID: int64(e.By), Name: e.Name}
		}
		for _, change := range e.Changes {
			if c.by.Staff || p.shown(change.Field, own) {
				line.Changes = append(line.Changes, change)
			}
		}
		out[i] = line
	}
	return out, nil
}

// shown reports whether a requester may see the changes of a field.
func (p *practice[R]) shown(field string, own []record.Own) bool {
	if code, ok := strings.CutPrefix(field, "x."); ok {
		i := slices.IndexFunc(own, func(f record.Own) bool { return f.Code == code })
		return i >= 0 && !own[i].Hidden
	}
	f, ok := p.desk.Sheet.Find(field)
	return !ok || !f.Hidden
}

// link is a relation to another record.
type link struct {
	Type string `json:"type"`
	Back bool   `json:"back" doc:"api.doc.link_back"`
	To   row    `json:"to"`
}

func (p *practice[R]) links(c *call, r R) (any, error) {
	around, err := c.Ledger.Around(c.r.Context(), c.by.Scope, r.Common().ID)
	if err != nil {
		return nil, err
	}
	out := make([]link, 0, len(around.Links))
	for _, l := range around.Links {
		if c.by.Can(string(l.Row.Kind) + ".read") {
			out = append(out, link{l.Type, l.Back, c.line(l.Row)})
		}
	}
	return out, nil
}

func (p *practice[R]) watchers(c *call, r R) (any, error) {
	around, err := c.Ledger.Around(c.r.Context(), c.by.Scope, r.Common().ID)
	if err != nil {
		return nil, err
	}
	out := make([]thing, len(around.Watchers))
	for i, w := range around.Watchers {
		out[i] = thing{ID: int64(w.ID), Name: w.Name}
	}
	return out, nil
}

// file is an attachment.
type file struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Type   string `json:"type" doc:"api.doc.file_type"`
	SHA256 string `json:"sha256"`
	Public bool   `json:"public"`
	By     int64  `json:"by,omitempty"`
	At     string `json:"at"`
	Entry  int64  `json:"entry" doc:"api.doc.file_entry"`
	Get    string `json:"get" doc:"api.doc.file_get"`
}

func (p *practice[R]) files(c *call, r R) (any, error) {
	if p.desk.Files == nil {
		return []file{}, nil
	}
	held, err := p.desk.Files.Attachments(context.WithoutCancel(c.r.Context()), !c.by.Staff, r.Common().ID)
	if err != nil {
		return nil, err
	}
	out := make([]file, len(held))
	for i, a := range held {
		out[i] = p.fileOf(r, a)
	}
	return out, nil
}
