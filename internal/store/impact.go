package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Surroundings is what the analysis of impact asks beside the items.
func (db *DB) Surroundings() cmdb.Surroundings { return surroundings{db} }

type surroundings struct{ db *DB }

// Upkeep lists the items that are in maintenance at some time between two
// moments: those that are now and came into it before the end, and those whose
// history says so.
func (s surroundings) Upkeep(ctx context.Context, from, until time.Time) ([]record.ItemID, error) {
	rows, err := s.db.read.query(ctx, `SELECT i.id FROM item AS i WHERE i.state = 'maintenance' AND NOT EXISTS (
		SELECT 1 FROM item_history AS h WHERE h.item = i.id AND h.field = 'state' AND h.became = 'maintenance' AND h.at > $1)
	UNION SELECT b.item FROM item_history AS b WHERE b.field = 'state' AND b.became = 'maintenance' AND b.at <= $2 AND NOT EXISTS (
		SELECT 1 FROM item_history AS e WHERE e.item = b.item AND e.field = 'state' AND e.was = 'maintenance' AND e.at >= b.at AND e.id > b.id AND e.at <= $3)`,
		at{&until}, at{&until}, at{&from})
	if err != nil {
		return nil, fmt.Errorf("store: upkeep: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return nil, fmt.Errorf("store: upkeep: %w", err)
	}
	out := make([]record.ItemID, len(ids))
	for i, id := range ids {
		out[i] = record.ItemID(id)
	}
	slices.Sort(out)
	return out, nil
}

// fewItems is up to how many items their records are looked up one index entry
// each; for more, all open records that name an item are read.
const fewItems = 1000

var (
	aboutSQL         = strings.Replace(rowSQL, "FROM record AS r", ", b.item FROM incident AS b JOIN record AS r ON r.id = b.id", 1)
	aboutProblemsSQL = strings.Replace(aboutSQL, "FROM incident AS b", "FROM problem AS b", 1)
	aboutChangesSQL  = strings.Replace(rowSQL, "FROM record AS r", ", b.items FROM change AS b JOIN record AS r ON r.id = b.id", 1)
)

// Open lists the open incidents about items.
func (s surroundings) Open(ctx context.Context, scope people.Scope, items []record.ItemID) ([]cmdb.About, error) {
	return s.about(ctx, aboutSQL, scope, items)
}

// Problems lists the open problems about items.
func (s surroundings) Problems(ctx context.Context, scope people.Scope, items []record.ItemID) ([]cmdb.About, error) {
	return s.about(ctx, aboutProblemsSQL, scope, items)
}

// Changes lists the changes of items that have not ended. A change names
// several items in one column, and few are open at once: all of those are read.
func (s surroundings) Changes(ctx context.Context, scope people.Scope, items []record.ItemID) (out []cmdb.About, err error) {
	if len(items) == 0 {
		return nil, nil
	}
	c := &clause{}
	c.and("r.live")
	c.and("b.items <> ''")
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, aboutChangesSQL+c.where()+" ORDER BY b.starts, r.opened, r.id", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: changes of items: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	wanted := map[record.ItemID]bool{}
	for _, id := range items {
		wanted[id] = true
	}
	for rows.Next() {
		var a cmdb.About
		var of []record.ItemID
		if err := scanRowAnd(rows, &a.Row, listOf(&of)); err != nil {
			return nil, fmt.Errorf("store: changes of items: %w", err)
		}
		for _, a.Item = range of {
			if wanted[a.Item] {
				out = append(out, a)
			}
		}
	}
	return out, rows.Err()
}

func scanRowAnd(rows *sql.Rows, r *record.Row, more any) error {
	refs := append([]any{&r.ID, &r.Kind, &r.Number, &r.Version, &r.Live}, headRefs(&r.Head)...)
	return rows.Scan(append(refs, &r.RequesterName, &r.OwnerName, more)...)
}

func (s surroundings) about(ctx context.Context, text string, scope people.Scope, items []record.ItemID) ([]cmdb.About, error) {
	if len(items) == 0 {
		return nil, nil
	}
	c := &clause{}
	c.and("r.live")
	if len(items) <= fewItems {
		c.conds = append(c.conds, in(c, "b.item", items))
	} else {
		c.and("b.item IS NOT NULL")
	}
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, text+c.where()+" ORDER BY r.priority, r.opened, r.id", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: records about items: %w", err)
	}
	all, err := scanAbout(rows)
	if err != nil || len(items) <= fewItems {
		return all, err
	}
	wanted := make(map[record.ItemID]bool, len(items))
	for _, id := range items {
		wanted[id] = true
	}
	return slices.DeleteFunc(all, func(a cmdb.About) bool { return !wanted[a.Item] }), nil
}

func scanAbout(rows *sql.Rows) (out []cmdb.About, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a cmdb.About
		if err := scanRowAnd(rows, &a.Row, &a.Item); err != nil {
			return nil, fmt.Errorf("store: records about items: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// Heads counts the persons of departments that are in use.
func (s surroundings) Heads(ctx context.Context, departments []people.DepartmentID) (map[people.DepartmentID]int, error) {
	out := map[people.DepartmentID]int{}
	for some := range slices.Chunk(departments, 500) {
		c := &clause{}
		c.conds = append(c.conds, in(c, "department", some))
		c.and("NOT retired")
		rows, err := s.db.read.query(ctx, "SELECT department, count(*) FROM person"+c.where()+" GROUP BY department", c.args...) //nolint:sqlclosecheck // scanAll closes them
		if err != nil {
			return nil, fmt.Errorf("store: heads: %w", err)
		}
		err = scanAll(rows, func() error {
			var d people.DepartmentID
			var n int
			if err := rows.Scan(&d, &n); err != nil {
				return fmt.Errorf("store: heads: %w", err)
			}
			out[d] = n
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
