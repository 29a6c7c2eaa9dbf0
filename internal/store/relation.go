package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Relations keeps how items stand to each other.
func (db *DB) Relations() cmdb.Relations { return relations{db} }

type relations struct{ db *DB }

func (s relations) list(ctx context.Context, c *clause, order string) (out []cmdb.Relation, err error) {
	rows, err := s.db.read.query(ctx, "SELECT id, "+strings.Join(relationCols, ", ")+" FROM relation"+c.where()+" ORDER BY "+order, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: relations: %w", err)
	}
	err = scanAll(rows, func() error {
		var r cmdb.Relation
		if err := rows.Scan(&r.ID, &r.Source, &r.Target, &r.Type, refTo(&r.Group), &r.Share, &r.Gate, &r.Note, &r.Origin, pairs{&r.Origins}, refTo(&r.Import), at{&r.Since}, at{&r.Until}, refTo(&r.By), refTo(&r.Ended)); err != nil {
			return fmt.Errorf("store: relations: %w", err)
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

// Touching lists the relations of items.
func (s relations) Touching(ctx context.Context, ended bool, ids ...record.ItemID) ([]cmdb.Relation, error) {
	var out []cmdb.Relation
	seen := map[cmdb.RelationID]bool{}
	for some := range slices.Chunk(ids, 500) {
		for _, col := range []string{"source", "target"} { // one index each
			c := &clause{}
			c.conds = append(c.conds, in(c, col, some))
			if !ended {
				c.and("until IS NULL")
			}
			found, err := s.list(ctx, c, "type, id")
			if err != nil {
				return nil, err
			}
			for _, r := range found {
				if !seen[r.ID] {
					seen[r.ID] = true
					out = append(out, r)
				}
			}
		}
	}
	return out, nil
}

// Relation reads one.
func (s relations) Relation(ctx context.Context, id cmdb.RelationID) (cmdb.Relation, error) {
	c := &clause{}
	c.and("id = ?", int64(id))
	found, err := s.list(ctx, c, "id")
	if err == nil && len(found) == 0 {
		err = fault.New(fault.Missing, "cmdb.no_such_relation").With("id", int64(id))
	}
	if err != nil {
		return cmdb.Relation{}, err
	}
	return found[0], nil
}

// Group reads one.
func (s relations) Group(ctx context.Context, id cmdb.GroupID) (cmdb.Group, error) {
	c := &clause{}
	c.and("id = ?", int64(id))
	found, err := s.groups(ctx, c)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.Missing, "cmdb.no_such_group").With("id", int64(id))
	}
	if err != nil {
		return cmdb.Group{}, err
	}
	return found[0], nil
}

// GroupsOf lists the groups of items, those that are over too.
func (s relations) GroupsOf(ctx context.Context, ids ...record.ItemID) (out []cmdb.Group, err error) {
	for some := range slices.Chunk(ids, 500) {
		c := &clause{}
		c.conds = append(c.conds, in(c, "item", some))
		found, err := s.groups(ctx, c)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (s relations) groups(ctx context.Context, c *clause) (out []cmdb.Group, err error) {
	rows, err := s.db.read.query(ctx, "SELECT id, item, name_en, name_zh, need, least, origin, origins, since, until, version FROM redundancy"+c.where()+" ORDER BY id", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: redundancy: %w", err)
	}
	err = scanAll(rows, func() error {
		var g cmdb.Group
		if err := rows.Scan(&g.ID, &g.Item, &g.Name.En, &g.Name.Zh, &g.Need, &g.Least, &g.Origin, pairs{&g.Origins}, at{&g.Since}, at{&g.Until}, &g.Version); err != nil {
			return fmt.Errorf("store: redundancy: %w", err)
		}
		out = append(out, g)
		return nil
	})
	return out, err
}

// Graph reads items and relations in bulk.
func (db *DB) Graph() cmdb.Graph { return graph{db} }

type graph struct{ db *DB }

// manyItems is from how many on it is felt that all of them are read.
const manyItems = 5000

// ManyItems reports whether there are so many items that who first asks for
// their topology would wait for it.
func (db *DB) ManyItems(ctx context.Context) (bool, error) {
	var n int
	if err := db.read.row(ctx, `SELECT count(*) FROM (SELECT 1 FROM item LIMIT $1) AS few`, manyItems).Scan(&n); err != nil {
		return false, fmt.Errorf("store: count items: %w", err)
	}
	return n >= manyItems, nil
}

// Version is the graph's current one.
func (g graph) Version(ctx context.Context) (v int64, err error) {
	if err := g.db.read.row(ctx, `SELECT version FROM graph_version WHERE one = 1`).Scan(&v); err != nil {
		return 0, fmt.Errorf("store: graph version: %w", err)
	}
	return v, nil
}

const (
	nodeSQL = `SELECT id, code, name_en, name_zh, class, state, coalesce(zone, 0), coalesce(service, 0), coalesce(department, 0) FROM item`
	linkSQL = `SELECT id, source, target, type, coalesce(redundancy, 0), share, gate FROM relation WHERE until IS NULL`
)

// Nodes walks all items.
func (g graph) Nodes(ctx context.Context, each func(cmdb.Node) error) error {
	return g.nodes(ctx, nodeSQL+` ORDER BY id`, nil, each)
}

// wordPool keeps each of the few words that stand in many rows once.
type wordPool map[string]string

func (p wordPool) of(v any) string {
	text, _ := v.(string)
	if w, ok := p[text]; ok {
		return w
	}
	p[text] = text
	return text
}

// cells takes a row as the driver gives it: for a plain number database/sql
// goes by its text, which costs more than the row.
type cells struct {
	held []any
	to   []any
}

func newCells(n int) *cells {
	c := &cells{held: make([]any, n), to: make([]any, n)}
	for i := range c.held {
		c.to[i] = &c.held[i]
	}
	return c
}

func (c *cells) number(i int) int64 {
	n, _ := c.held[i].(int64)
	return n
}

func (c *cells) text(i int) string {
	s, _ := c.held[i].(string)
	return s
}

func (g graph) nodes(ctx context.Context, q string, args []any, each func(cmdb.Node) error) error {
	rows, err := g.db.read.query(ctx, q, args...)
	if err != nil {
		return fmt.Errorf("store: graph: %w", err)
	}
	pool, c := wordPool{}, newCells(9)
	err = scanAll(rows, func() error {
		if err := rows.Scan(c.to...); err != nil {
			return err
		}
		return each(cmdb.Node{
			ID: record.ItemID(c.number(0)), Code: c.text(1), Name: people.Text{En: c.text(2), Zh: c.text(3)}, Class: cmdb.Class(pool.of(c.held[4])), State: cmdb.State(pool.of(c.held[5])),
			Zone: people.ZoneID(c.number(6)), Service: record.ServiceID(c.number(7)), Department: people.DepartmentID(c.number(8)),
		})
	})
	if err != nil {
		return fmt.Errorf("store: graph: %w", err)
	}
	return nil
}

// Links walks all live relations.
func (g graph) Links(ctx context.Context, each func(cmdb.Link) error) error {
	return g.links(ctx, linkSQL+` ORDER BY id`, nil, each)
}

func (g graph) links(ctx context.Context, q string, args []any, each func(cmdb.Link) error) error {
	rows, err := g.db.read.query(ctx, q, args...)
	if err != nil {
		return fmt.Errorf("store: graph: %w", err)
	}
	pool, c := wordPool{}, newCells(7)
	err = scanAll(rows, func() error {
		if err := rows.Scan(c.to...); err != nil {
			return err
		}
		return each(cmdb.Link{
			ID: cmdb.RelationID(c.number(0)), Source: record.ItemID(c.number(1)), Target: record.ItemID(c.number(2)), Type: pool.of(c.held[3]),
			Group: cmdb.GroupID(c.number(4)), Share: int(c.number(5)), Gate: cmdb.Gate(pool.of(c.held[6])),
		})
	})
	if err != nil {
		return fmt.Errorf("store: graph: %w", err)
	}
	return nil
}

// Groups lists the redundancy groups in force.
func (g graph) Groups(ctx context.Context) ([]cmdb.Group, error) {
	c := &clause{}
	c.and("until IS NULL")
	return relations(g).groups(ctx, c)
}

// Since lists what changed after a version.
func (g graph) Since(ctx context.Context, version int64) (cmdb.Delta, error) {
	now, err := g.Version(ctx)
	if err != nil || now == version {
		return cmdb.Delta{Version: now}, err
	}
	d := cmdb.Delta{Version: now}
	var oldest int64
	if err := g.db.read.row(ctx, `SELECT coalesce(min(version), 0) FROM graph_log`).Scan(&oldest); err != nil {
		return d, fmt.Errorf("store: graph log: %w", err)
	}
	if oldest > version+1 || now < version {
		return cmdb.Delta{Version: now, All: true}, nil
	}
	rows, err := g.db.read.query(ctx, `SELECT DISTINCT what, ref FROM graph_log WHERE version > $1 AND version <= $2`, version, now)
	if err != nil {
		return d, fmt.Errorf("store: graph log: %w", err)
	}
	err = scanAll(rows, func() error {
		var what string
		var ref record.ItemID
		if err := rows.Scan(&what, &ref); err != nil {
			return fmt.Errorf("store: graph log: %w", err)
		}
		d.All = d.All || what == "all"
		d.Items = append(d.Items, ref)
		return nil
	})
	if d.All {
		d.Items = nil
	}
	return d, err
}

// TrimGraph forgets what changed in all but the latest versions of the graph,
// so many as are kept. A node that lags further behind reads everything anew.
func (db *DB) TrimGraph(ctx context.Context, keep int64) error {
	return db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM graph_log WHERE version <= (SELECT version FROM graph_version WHERE one = 1) - $1`, max(keep, 1)); err != nil {
			return fmt.Errorf("store: graph log: %w", err)
		}
		return nil
	})
}

// Around reads nodes with what touches them.
func (g graph) Around(ctx context.Context, ids []record.ItemID) (nodes []cmdb.Node, links []cmdb.Link, groups []cmdb.Group, err error) {
	seen := map[cmdb.RelationID]bool{}
	for some := range slices.Chunk(ids, 500) {
		c := &clause{}
		q := nodeSQL + " WHERE " + in(c, "id", some)
		if err := g.nodes(ctx, q, c.args, func(n cmdb.Node) error { nodes = append(nodes, n); return nil }); err != nil {
			return nil, nil, nil, err
		}
		for _, col := range []string{"source", "target"} {
			c := &clause{}
			q := linkSQL + " AND " + in(c, col, some)
			err := g.links(ctx, q, c.args, func(l cmdb.Link) error {
				if !seen[l.ID] {
					seen[l.ID] = true
					links = append(links, l)
				}
				return nil
			})
			if err != nil {
				return nil, nil, nil, err
			}
		}
		c = &clause{}
		c.conds = append(c.conds, in(c, "item", some))
		c.and("until IS NULL")
		found, err := relations(g).groups(ctx, c)
		if err != nil {
			return nil, nil, nil, err
		}
		groups = append(groups, found...)
	}
	return nodes, links, groups, nil
}
