package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// ItemBook reads lists and histories of items.
func (db *DB) ItemBook() cmdb.Book { return items{db} }

// ItemFiles keeps which files are on which item.
func (db *DB) ItemFiles() cmdb.ItemFiles { return items{db} }

// itemColumns are the fields of items that conditions can name.
var itemColumns = map[string]spot{
	"code": {"r.code", noText}, "name": {"(r.name_en || ' ' || r.name_zh)", noText}, "class": {"r.class", noText}, "state": {"r.state", noText},
	"zone": {"r.zone", noNull}, "service": {"r.service", noNull}, "department": {"r.department", noNull}, "team": {"r.team", noNull}, "owner": {"r.owner", noNull},
	"room": {"r.room", noText}, "serial": {"r.serial", noText}, "grade": {"r.grade", noZero}, "operator": {"r.operator", noText}, "criticality": {"r.criticality", noText},
	"warranty": {"r.warranty", noNull}, "created": {"r.created", noNull}, "changed": {"r.changed", noNull}, "seen": {"r.seen", noNull}, "audited": {"r.audited", noNull},
	"missed": {"r.missed", noZero},
}

// itemNode compiles a condition on items.
func (c compiler) itemNode(n query.Node) (string, error) {
	if n.Joins() {
		parts := make([]string, len(n.Kids))
		for i, k := range n.Kids {
			var err error
			if parts[i], err = c.itemNode(k); err != nil {
				return "", err
			}
		}
		if n.Op == query.Not {
			return "(" + parts[0] + ") IS NOT TRUE", nil
		}
		return "(" + strings.Join(parts, " "+strings.ToUpper(string(n.Op))+" ") + ")", nil
	}
	if n.Empty() {
		return "1 = 1", nil
	}
	if n.Op == query.Has && n.Field == "" {
		return c.itemWords(strings.Join(n.Values, " "), false), nil
	}
	if col, ok := itemColumns[n.Field]; ok {
		return c.compare(col, n)
	}
	name, ok := strings.CutPrefix(n.Field, "x.")
	if !ok {
		return "", fault.At("q", "query.no_such_field").With("pos", n.Pos).With("end", n.End).With("word", n.Field).With("near", "")
	}
	return c.compare(spot{c.text(c.d.key, name), noKey}, n)
}

func (s items) conditions(scope people.Scope, q cmdb.Query) (*clause, error) {
	c := &clause{}
	if !q.Where.Empty() {
		text, err := compiler{clause: c, d: s.db.dialect}.itemNode(q.Where)
		if err != nil {
			return nil, err
		}
		c.conds = append(c.conds, text)
	}
	c.cleared(scope)
	return c, nil
}

// List reads a page of a list.
func (s items) List(ctx context.Context, scope people.Scope, q cmdb.Query) ([]cmdb.Item, error) {
	c, err := s.conditions(scope, q)
	if err != nil {
		return nil, err
	}
	order := "r.code"
	switch q.Order {
	case "", cmdb.ByCode:
		if q.After.Value != "" {
			c.and("r.code > ?", q.After.Value)
		}
	case cmdb.Latest:
		order = "r.changed DESC, r.id DESC"
		if q.After.Value != "" {
			n, err := strconv.ParseInt(q.After.Value, 10, 64)
			if err != nil {
				return nil, fault.At("cursor", "api.bad_cursor")
			}
			c.and("(r.changed, r.id) < (?, ?)", n, q.After.ID)
		}
	default:
		return nil, fault.At("order", "record.no_such_order")
	}
	return s.list(ctx, c, order, min(max(q.Limit, 1), 500))
}

// Count counts what a list would show, up to most.
func (s items) Count(ctx context.Context, scope people.Scope, q cmdb.Query, most int) (n int, err error) {
	c, err := s.conditions(scope, q)
	if err != nil {
		return 0, err
	}
	text := "SELECT count(*) FROM (SELECT 1 FROM item AS r" + c.where() + c.text(" LIMIT ?", most) + ") AS few"
	if err := s.db.read.row(ctx, text, c.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: count items: %w", err)
	}
	return n, nil
}

// History lists what became of items, the latest first.
func (s items) History(ctx context.Context, from time.Time, ids ...record.ItemID) (out []cmdb.Change, err error) {
	for some := range slices.Chunk(ids, 500) {
		c := &clause{}
		c.conds = append(c.conds, in(c, "item", some))
		if !from.IsZero() {
			c.and("at > ?", at{&from})
		}
		found, err := s.changes(ctx, c.where()+" ORDER BY id DESC", c.args...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Attach puts a file on an item: only somebody who brought it may.
func (s items) Attach(ctx context.Context, by people.ID, a *cmdb.Attached, change cmdb.Change, row audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		err := t.row(`SELECT f.sha256, f.size, f.type FROM file AS f JOIN file_holder AS h ON h.file = f.id AND h.person = $2 WHERE f.id = $1`, a.File, int64(by)).Scan(&a.Content.SHA256, &a.Content.Size, &a.Content.Type)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.At("files", "record.no_such_file")
		}
		if err != nil {
			return fmt.Errorf("store: file: %w", err)
		}
		if err := t.row(`INSERT INTO item_file (item, file, name, by_whom, at) VALUES ($1, $2, $3, $4, $5) RETURNING id`, int64(a.Item), a.File, a.Name, orNull(a.By), at{&a.At}).Scan(&a.ID); err != nil {
			return fmt.Errorf("store: attach to item: %w", err)
		}
		w := itemWriter{t, &cmdb.Lot{History: []cmdb.Change{change}}, nil}
		if err := w.history(); err != nil {
			return err
		}
		return t.audit(row)
	})
}

// Attached lists the files of an item, oldest first.
func (s items) Attached(ctx context.Context, item record.ItemID) (out []cmdb.Attached, err error) {
	rows, err := s.db.read.query(ctx, `SELECT a.id, a.item, a.file, a.name, a.by_whom, a.at, f.sha256, f.size, f.type
		FROM item_file AS a JOIN file AS f ON f.id = a.file WHERE a.item = $1 ORDER BY a.id`, int64(item))
	if err != nil {
		return nil, fmt.Errorf("store: files of item: %w", err)
	}
	err = scanAll(rows, func() error {
		var a cmdb.Attached
		if err := rows.Scan(&a.ID, &a.Item, &a.File, &a.Name, refTo(&a.By), at{&a.At}, &a.Content.SHA256, &a.Content.Size, &a.Content.Type); err != nil {
			return fmt.Errorf("store: files of item: %w", err)
		}
		out = append(out, a)
		return nil
	})
	return out, err
}
