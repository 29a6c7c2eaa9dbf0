package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
)

// itemTables reads tables of items for the pages, and carries imports out
// while people do something else.
type itemTables struct {
	h  *house
	mu sync.Mutex
	// states of the imports that this node carries out or has carried out
	states map[int64]web.ItemProgress
}

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

// Start carries a draft out; State says how far it has come.
func (t *itemTables) Start(by people.Actor, in cmdb.Import) error {
	if err := by.May(cmdb.DeedApprove); err != nil {
		return err
	}
	t.mu.Lock()
	if t.states[in.ID].Running || in.State != cmdb.Drafted {
		t.mu.Unlock()
		return fault.New(fault.Conflict, "cmdb.import_not_draft")
	}
	t.mu.Unlock()
	t.note(in.ID, web.ItemProgress{Running: true})
	go func() {
		_, err := t.h.reconciler().Approve(t.h.env.Context, by, in.ID, func(n int) { t.note(in.ID, web.ItemProgress{Running: true, Rows: n}) })
		if err != nil && fault.All(err) == nil {
			t.h.env.Log.Error("an import of items stopped", "import", in.ID, "err", err)
		}
		t.note(in.ID, web.ItemProgress{Err: err})
	}()
	return nil
}

func (t *itemTables) note(id int64, p web.ItemProgress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.states == nil {
		t.states = map[int64]web.ItemProgress{}
	}
	t.states[id] = p
}

// State says how far an import has come on this node.
func (t *itemTables) State(id int64) web.ItemProgress {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.states[id]
}
