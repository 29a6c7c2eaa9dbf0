package api

import (
	"cmp"
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// show is a record as the caller may see it.
func (p *practice[R]) show(c *call, r R) (row, error) {
	h, due := r.Common(), moment(r.Common().Due)
	if !c.by.Staff {
		due = nil // a promise to the centre's customer is kept by its staff
	}
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
	own, err := p.extras(c, r)
	if err != nil {
		return nil, err
	}
	if p.also != nil {
		if err := p.also(c, r, &out); err != nil {
			return nil, err
		}
	}
	out = append(out, row{
		{"x", own},
		{"opened", moment(h.Opened)},
		{"moved", moment(h.Moved)},
		{"due", due},
		{"version", h.Version},
		{"moves", p.ways(c.by, r)},
	}...)
	return out, p.stands(c, r, &out)
}

// extras are the centre's own fields, typed as the settings say.
func (p *practice[R]) extras(c *call, r R) (row, error) {
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

// staffOnly is the fault of a requester who asks for what only staff works
// with.
func staffOnly() error { return fault.New(fault.Denied, "api.staff_only") }

// stands adds what stands about a record when the caller asks for it by expand=.
func (p *practice[R]) stands(c *call, r R, out *row) error {
	for _, part := range []struct {
		name string
		read func(*call, R) (any, error)
	}{
		{"timeline", p.timeline}, {"clocks", p.clocks}, {"links", p.links}, {"watchers", p.watchers}, {"files", p.files}, {"spent", p.spent},
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
	Record    int64           `json:"merged_from,omitempty" doc:"api.doc.entry_merged_from"`
}

// plain is the past of a record whose timeline is its own alone.
func (p *practice[R]) plain(c *call, r R) ([]record.Entry, error) {
	entries, err := c.Ledger.Timeline(c.r.Context(), r.Common().ID, !c.by.Staff)
	if err != nil || c.by.Staff {
		return entries, err
	}
	return p.desk.ForGuests(entries), nil
}

func (p *practice[R]) timeline(c *call, r R) (any, error) {
	entries, err := p.past(c, r)
	if err != nil {
		return nil, err
	}
	return p.entries(r, entries), nil
}

func (p *practice[R]) entries(r R, entries []record.Entry) []entry {
	out := make([]entry, len(entries))
	for i, e := range entries {
		line := entry{
			ID: e.ID, At: e.At.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Deed: e.Deed, From: string(e.From), To: string(e.To),
			Reason: e.Reason, Text: e.Text, Public: e.Public, Irregular: e.Irregular, Batch: e.Batch, Changes: e.Changes,
		}
		if e.By != 0 {
			line.By = &thing{ID: int64(e.By), Name: e.Name}
		}
		if e.Record != r.Common().ID {
			line.Record = e.Record
		}
		out[i] = line
	}
	return out
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
		if !c.by.Staff {
			l.Row = l.Row.ForGuests()
		}
		if c.by.Can(string(l.Row.Kind) + ".read") {
			out = append(out, link{l.Type, l.Back, c.line(l.Row)})
		}
	}
	return out, nil
}

func (p *practice[R]) watchers(c *call, r R) (any, error) {
	if !c.by.Staff {
		return nil, staffOnly()
	}
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

// spentBy is the working time of one person.
type spentBy struct {
	By      int64 `json:"by"`
	Minutes int   `json:"minutes"`
}

// spent is the working time on the record, by person.
func (p *practice[R]) spent(c *call, r R) (any, error) {
	if !c.by.Staff {
		return nil, staffOnly()
	}
	entries, err := p.past(c, r)
	if err != nil {
		return nil, err
	}
	out := []spentBy{}
	for who, minutes := range record.Spent(entries) {
		out = append(out, spentBy{int64(who), minutes})
	}
	slices.SortFunc(out, func(a, b spentBy) int { return cmp.Compare(a.By, b.By) })
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
	held, err := p.desk.FilesOf(context.WithoutCancel(c.r.Context()), c.by, r)
	if err != nil {
		return nil, err
	}
	out := make([]file, len(held))
	for i, a := range held {
		out[i] = p.fileOf(r, a)
	}
	return out, nil
}
