package app

import (
	"bytes"
	"context"
	"errors"
	"io"

	"kilter/internal/api"
	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// itemTables reads tables of items for the pages, and carries imports out
// while people do something else.
type itemTables struct{ h *house }

// unpacked bounds a table that is sent in through a page, once unpacked.
const unpacked = 256 << 20

func (t *itemTables) open(up setting.Upload) (*sheet.Reader, error) {
	return sheet.Open(bytes.NewReader(up.Content), up.Name, sheet.Limits{Bytes: unpacked})
}

// Head reads the headings of a table and its first rows.
func (t *itemTables) Head(up setting.Upload) (head []string, sample [][]string, err error) {
	const rows = 3
	table, err := t.open(up)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	for len(sample) < rows {
		row, _, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if _, bad := errors.AsType[*sheet.BadRow](err); bad {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if head == nil {
			head = append(head, row...)
			continue
		}
		sample = append(sample, append([]string(nil), row...))
	}
	if head == nil {
		return nil, nil, fault.At("file", "cmdb.map.empty_table")
	}
	return head, sample, nil
}

// Draft compares a table with what is held.
func (t *itemTables) Draft(ctx context.Context, by people.Actor, up setting.Upload, ties bool, m cmdb.Mapping) (_ cmdb.Import, err error) {
	model := t.h.model()
	if ties {
		model = nil
	}
	mapped, err := intake.Mapped(m, model)
	if err != nil {
		return cmdb.Import{}, err
	}
	table, err := t.open(up)
	if err != nil {
		return cmdb.Import{}, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	open := mapped.Items
	if ties {
		open = mapped.Relations
	}
	rep, err := open(table, up.Name)
	if err != nil {
		return cmdb.Import{}, err
	}
	in, _, err := t.h.reconciler().Draft(ctx, by, rep)
	return in, err
}

// Bring drafts what another tool wrote.
func (t *itemTables) Bring(ctx context.Context, by people.Actor, up setting.Upload) (cmdb.Import, error) {
	in, _, err := t.file(ctx, by, api.Sent{Kind: string(up.Kind), Name: up.Name, Body: bytes.NewReader(up.Content)})
	return in, err
}

// file drafts a file of any kind: a table with its map, or what another tool
// wrote.
func (t *itemTables) file(ctx context.Context, by people.Actor, s api.Sent) (_ cmdb.Import, _ *cmdb.Plan, err error) {
	trust, err := cmdb.TrustedKeys(t.h.settings.All())
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	read := intake.Sources[s.Kind]
	if read == nil {
		return t.table(ctx, by, s)
	}
	rep, err := read(s.Body, intake.Options{Source: s.Source, File: s.Name, Zone: s.Zone, Complete: s.Complete, Trust: trust, Place: t.h.place()})
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	return t.h.reconciler().Draft(ctx, by, rep)
}

// table drafts a table with the map that came with it, or that was kept for its
// source.
func (t *itemTables) table(ctx context.Context, by people.Actor, s api.Sent) (_ cmdb.Import, _ *cmdb.Plan, err error) {
	ties := s.Kind == "relations"
	model := t.h.model()
	if ties {
		model = nil
	}
	var m *intake.Map
	if s.Map != "" {
		m, err = intake.ParseMap([]byte(s.Map), model)
	} else {
		m, err = t.kept(ctx, ties, s.Source, model)
	}
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	table, err := sheet.Open(s.Body, s.Name, sheet.Limits{Bytes: unpacked})
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	open := m.Items
	if ties {
		open = m.Relations
	}
	rep, err := open(table, s.Name)
	if err != nil {
		return cmdb.Import{}, nil, err
	}
	return t.h.reconciler().Draft(ctx, by, rep)
}

// kept is the map that was kept for a source.
func (t *itemTables) kept(ctx context.Context, ties bool, source string, model *cmdb.Model) (*intake.Map, error) {
	list, err := t.h.db.ItemMappings().Mappings(ctx, ties)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		if m.Source == source {
			return intake.Mapped(m, model)
		}
	}
	return nil, fault.At("map", "cmdb.map.none_kept").With("source", source)
}

// Start begins to carry an import out and does it while people do something
// else. Every node reads in the database how far it has come; when this one
// dies, they see that it has broken off.
func (t *itemTables) Start(ctx context.Context, by people.Actor, id int64) error {
	in, err := t.h.reconciler().Begin(ctx, by, id)
	if err != nil {
		return err
	}
	t.h.carrying.Go(func() {
		if _, err := t.h.reconciler().Carry(t.h.env.Context, by, in, nil); err != nil {
			t.h.env.Log.Error("an import of items broke off", "import", in.ID, "err", err)
		}
	})
	return nil
}
