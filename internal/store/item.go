package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Items keeps the configuration items.
func (db *DB) Items() cmdb.Store { return items{db} }

type items struct{ db *DB }

var itemCols = []string{"code", "name_en", "name_zh", "class", "state", "zone", "service", "department", "owner", "room", "serial"}

func itemRefs(i *cmdb.Item) []any {
	return []any{&i.Code, &i.Name.En, &i.Name.Zh, &i.Class, &i.State, refTo(&i.Zone), refTo(&i.Service), refTo(&i.Department), refTo(&i.Owner), &i.Room, &i.Serial}
}

// cleared adds the condition that item i lies in a zone the person is cleared
// for.
func (c *clause) cleared(s people.Scope) {
	if s.AllZones {
		return
	}
	cond := "i.zone IS NULL"
	if len(s.Cleared) > 0 {
		cond += " OR " + in(c, "i.zone", s.Cleared)
	}
	c.conds = append(c.conds, "("+cond+")")
}

func (s items) list(ctx context.Context, c *clause, order string, n int) (out []cmdb.Item, err error) {
	q := "SELECT i.id, i.version, i.changed, i." + strings.Join(itemCols, ", i.") + " FROM item AS i" + c.where() + " ORDER BY " + order + c.text(" LIMIT ?", n)
	rows, err := s.db.read.query(ctx, q, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: items: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var i cmdb.Item
		if err := rows.Scan(append([]any{&i.ID, &i.Version, at{&i.Changed}}, itemRefs(&i)...)...); err != nil {
			return nil, fmt.Errorf("store: items: %w", err)
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

// Find reads items by their ids.
func (s items) Find(ctx context.Context, scope people.Scope, ids ...record.ItemID) ([]cmdb.Item, error) {
	c := &clause{}
	c.conds = append(c.conds, in(c, "i.id", ids))
	c.cleared(scope)
	return s.list(ctx, c, "i.id", max(1, len(ids)))
}

// Search finds items by what is written on them.
func (s items) Search(ctx context.Context, scope people.Scope, text string, n int) ([]cmdb.Item, error) {
	c := &clause{}
	if text = strings.ToLower(strings.TrimSpace(text)); text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
		var any []string
		for _, col := range []string{"code", "name_en", "name_zh", "room", "serial"} {
			any = append(any, c.text("lower(i."+col+`) LIKE ? ESCAPE '\'`, like))
		}
		c.conds = append(c.conds, "("+strings.Join(any, " OR ")+")")
	}
	c.cleared(scope)
	return s.list(ctx, c, "CASE WHEN i.state = 'live' THEN 0 ELSE 1 END, i.code", n)
}

// Of lists the items of a person and of his department.
func (s items) Of(ctx context.Context, scope people.Scope, who people.ID, department people.DepartmentID, n int) ([]cmdb.Item, error) {
	c := &clause{}
	c.and("(i.owner = ? OR (i.department = ? AND i.owner IS NULL))", int64(who), int64(department))
	c.and("i.state NOT IN ('retired', 'disposed')")
	c.cleared(scope)
	return s.list(ctx, c, "CASE WHEN i.owner IS NULL THEN 1 ELSE 0 END, i.code", n)
}

// Put adds and replaces items, all or none.
func (s items) Put(ctx context.Context, list []*cmdb.Item, log ...audit.Row) error {
	err := s.db.in(ctx, func(t *tx) error {
		for _, i := range list {
			if err := i.Check(); err != nil {
				return err
			}
			if err := t.item(i); err != nil {
				return err
			}
		}
		return t.audit(log...)
	})
	if err != nil && s.db.clash(err) {
		return fault.At("code", "cmdb.code_taken")
	}
	return err
}

func (t *tx) item(i *cmdb.Item) error {
	if i.ID == 0 {
		i.Version = 1
		q := insertSQL("item", append([]string{"version", "changed"}, itemCols...), 1) + " RETURNING id"
		if err := t.row(q, append([]any{i.Version, at{&i.Changed}}, itemRefs(i)...)...).Scan(&i.ID); err != nil {
			return fmt.Errorf("store: add item: %w", err)
		}
		return nil
	}
	q := updateSQL("item", append([]string{"version", "changed"}, itemCols...)) + fmt.Sprintf(" AND version = $%d", len(itemCols)+4)
	args := append([]any{int64(i.ID), i.Version + 1, at{&i.Changed}}, itemRefs(i)...)
	res, err := t.exec(q, append(args, i.Version)...)
	if err != nil {
		return fmt.Errorf("store: save item: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return fmt.Errorf("store: save item: %w", err)
	} else if n != 1 {
		return fault.New(fault.Conflict, "cmdb.changed_meanwhile")
	}
	i.Version++
	return nil
}
