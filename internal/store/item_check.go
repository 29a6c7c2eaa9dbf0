package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Baselines keeps parts of the graph as they were.
func (db *DB) Baselines() cmdb.Baselines { return checks{db} }

// Discrepancies keeps the differences between record and reality.
func (db *DB) Discrepancies() cmdb.Discrepancies { return checks{db} }

type checks struct{ db *DB }

// AddBaseline keeps one, compressed.
func (s checks) AddBaseline(ctx context.Context, b *cmdb.Baseline, g *cmdb.Subgraph, log audit.Row) error {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(zip).Encode(g), zip.Close()); err != nil {
		return fmt.Errorf("store: baseline: %w", err)
	}
	reach, err := json.Marshal(b.Reach)
	if err != nil {
		return fmt.Errorf("store: baseline: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		if err := t.row(`INSERT INTO baseline (name, about, at, by_whom, by_name, items, relations, reach, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
			b.Name, b.About, at{&b.At}, orNull(b.By), b.ByName, b.Items, b.Relations, string(reach), packed.Bytes()).Scan(&b.ID); err != nil {
			return fmt.Errorf("store: add baseline: %w", err)
		}
		return t.audit(log)
	})
}

const baselineSQL = `SELECT id, name, about, at, by_whom, by_name, items, relations, reach`

func scanBaseline(scan func(...any) error, more ...any) (b cmdb.Baseline, err error) {
	var reach string
	if err := scan(append([]any{&b.ID, &b.Name, &b.About, at{&b.At}, refTo(&b.By), &b.ByName, &b.Items, &b.Relations, &reach}, more...)...); err != nil {
		return b, err
	}
	return b, json.Unmarshal([]byte(reach), &b.Reach)
}

// Baselines lists them, the newest first.
func (s checks) Baselines(ctx context.Context, limit int) (out []cmdb.Baseline, err error) {
	rows, err := s.db.read.query(ctx, baselineSQL+` FROM baseline ORDER BY id DESC LIMIT $1`, limit) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, fmt.Errorf("store: baselines: %w", err)
	}
	err = scanAll(rows, func() error {
		b, err := scanBaseline(rows.Scan)
		out = append(out, b)
		return err
	})
	return out, err
}

// Baseline reads one with what it holds.
func (s checks) Baseline(ctx context.Context, id int64) (cmdb.Baseline, *cmdb.Subgraph, error) {
	rows, err := s.db.read.query(ctx, baselineSQL+`, doc FROM baseline WHERE id = $1`, id) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return cmdb.Baseline{}, nil, fmt.Errorf("store: baseline: %w", err)
	}
	var b cmdb.Baseline
	var packed []byte
	if err := scanAll(rows, func() (err error) { b, err = scanBaseline(rows.Scan, &packed); return err }); err != nil {
		return b, nil, fmt.Errorf("store: baseline: %w", err)
	}
	if b.ID == 0 {
		return b, nil, fault.New(fault.Missing, "cmdb.no_such_baseline").With("id", id)
	}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return b, nil, fmt.Errorf("store: baseline: %w", err)
	}
	g := &cmdb.Subgraph{}
	if err := json.NewDecoder(zip).Decode(g); err != nil {
		return b, nil, fmt.Errorf("store: baseline: %w", err)
	}
	return b, g, nil
}

var discrepancyCols = []string{"item", "kind", "field", "held", "found", "origin", "state", "owner", "reason", "at", "by_whom", "moved", "moved_by", "version"}

func discrepancyRefs(d *cmdb.Discrepancy) []any {
	return []any{refTo(&d.Item), &d.Kind, &d.Field, &d.Held, &d.Found, &d.Origin, &d.State, refTo(&d.Owner), &d.Reason, at{&d.At}, refTo(&d.By), at{&d.Moved}, refTo(&d.MovedBy), &d.Version}
}

// Report adds discrepancies together with a lot.
func (s checks) Report(ctx context.Context, lot *cmdb.Lot, list ...*cmdb.Discrepancy) error {
	return s.db.in(ctx, func(t *tx) error {
		if err := t.lot(lot); err != nil {
			return err
		}
		return t.discrepancies(list)
	})
}

func (t *tx) discrepancies(list []*cmdb.Discrepancy) error {
	q := insertSQL("discrepancy", discrepancyCols, 1) + ` ON CONFLICT (item, kind, field) WHERE state IN ('found', 'assigned') DO NOTHING`
	for _, d := range list {
		d.Version = 1
		if _, err := t.exec(q, discrepancyRefs(d)...); err != nil {
			return fmt.Errorf("store: discrepancy: %w", err)
		}
		if err := t.row(`SELECT id FROM discrepancy WHERE item = $1 AND kind = $2 AND field = $3 AND state IN ('found', 'assigned')`, int64(d.Item), string(d.Kind), d.Field).Scan(&d.ID); err != nil {
			return fmt.Errorf("store: discrepancy: %w", err)
		}
	}
	return nil
}

// Settle replaces one together with a lot.
func (s checks) Settle(ctx context.Context, d *cmdb.Discrepancy, lot *cmdb.Lot) error {
	return s.db.in(ctx, func(t *tx) error {
		if err := t.lot(lot); err != nil {
			return err
		}
		res, err := t.exec(`UPDATE discrepancy SET state = $2, owner = $3, reason = $4, moved = $5, moved_by = $6, version = version + 1 WHERE id = $1 AND version = $7`,
			d.ID, string(d.State), orNull(d.Owner), d.Reason, at{&d.Moved}, orNull(d.MovedBy), d.Version)
		if err != nil {
			return fmt.Errorf("store: settle discrepancy: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Conflict, "cmdb.changed_meanwhile"))
		}
		d.Version++
		return nil
	})
}

func (s checks) discrepancies(ctx context.Context, c *clause, limit int) (out []cmdb.Discrepancy, err error) {
	q := "SELECT d.id, d." + strings.Join(discrepancyCols, ", d.") + " FROM discrepancy AS d JOIN item AS r ON r.id = d.item" + c.where() + " ORDER BY d.id" + c.text(" LIMIT ?", limit)
	rows, err := s.db.read.query(ctx, q, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: discrepancies: %w", err)
	}
	err = scanAll(rows, func() error {
		var d cmdb.Discrepancy
		if err := rows.Scan(append([]any{&d.ID}, discrepancyRefs(&d)...)...); err != nil {
			return fmt.Errorf("store: discrepancies: %w", err)
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// Discrepancies reads a page of them.
func (s checks) Discrepancies(ctx context.Context, scope people.Scope, q cmdb.DiscrepancyQuery) ([]cmdb.Discrepancy, error) {
	c := &clause{}
	if q.Open {
		c.and("d.state IN ('found', 'assigned')")
	}
	if q.Item != 0 {
		c.and("d.item = ?", int64(q.Item))
	}
	c.and("d.id > ?", q.After)
	c.cleared(scope)
	return s.discrepancies(ctx, c, min(max(q.Limit, 1), 500))
}

// Discrepancy reads one.
func (s checks) Discrepancy(ctx context.Context, scope people.Scope, id int64) (cmdb.Discrepancy, error) {
	c := &clause{}
	c.and("d.id = ?", id)
	c.cleared(scope)
	found, err := s.discrepancies(ctx, c, 1)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.Missing, "cmdb.no_such_discrepancy").With("id", id)
	}
	if err != nil {
		return cmdb.Discrepancy{}, err
	}
	return found[0], nil
}

// dueOrders are the orders of the work list of the audit.
var dueOrders = map[cmdb.DueOrder]string{
	cmdb.DueLongest: "",
	cmdb.DueByRoom:  "CASE WHEN r.room = '' THEN 1 ELSE 0 END, r.room, ",
	cmdb.DueByOwner: "CASE WHEN r.owner IS NULL THEN 1 ELSE 0 END, (SELECT o.name FROM person AS o WHERE o.id = r.owner), r.owner, ",
}

// Due lists items whose audit is due.
func (s checks) Due(ctx context.Context, scope people.Scope, rules []cmdb.DueRule, order cmdb.DueOrder, n int) ([]cmdb.Item, error) {
	c := &clause{}
	var ors []string
	for _, r := range rules {
		args := make([]any, 0, len(r.Classes)+1)
		for _, class := range r.Classes {
			args = append(args, string(class))
		}
		cond := "r.class IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(r.Classes)), ", ") + ") AND r.criticality "
		if r.Vital {
			cond += "= 'vital'"
		} else {
			cond += "<> 'vital'"
		}
		ors = append(ors, "("+c.text(cond+" AND coalesce(r.audited, r.created, 0) < ?", append(args, at{&r.Before})...)+")")
	}
	if len(ors) == 0 {
		return nil, nil
	}
	c.conds = append(c.conds, "("+strings.Join(ors, " OR ")+")")
	c.and("r.state IN ('live', 'maintenance', 'in_stock', 'building')")
	c.cleared(scope)
	return items(s).list(ctx, c, dueOrders[order]+"coalesce(r.audited, r.created, 0), r.id", n)
}

// lot writes a lot within a transaction.
func (t *tx) lot(lot *cmdb.Lot) error {
	w := itemWriter{t, lot, map[record.ItemID]bool{}}
	for _, step := range []func() error{w.standing, w.added, w.changed, w.groups, w.relations, w.history, w.seen, w.log} {
		if err := step(); err != nil {
			return err
		}
	}
	return t.audit(lot.Audit...)
}
