package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
)

// mostLogged is how many nodes a transaction may touch before the graph in
// memory is better read anew.
const mostLogged = 2000

// Write carries out a lot.
func (s items) Write(ctx context.Context, lot *cmdb.Lot) error {
	err := s.db.in(ctx, func(t *tx) error { return t.lot(lot) })
	if err != nil && s.db.clash(err) {
		if len(lot.Relations) > 0 && len(lot.Items) == 0 {
			return fault.New(fault.Conflict, "cmdb.related_already")
		}
		return itemTaken()
	}
	return err
}

// itemWriter writes one lot.
type itemWriter struct {
	*tx
	lot     *cmdb.Lot
	touched map[record.ItemID]bool
}

// added inserts the new items with what they are found by.
func (w itemWriter) added() error {
	cols := append([]string{"version", "changed"}, itemCols...)
	var rows [][]any
	var fresh []*cmdb.Item
	for _, i := range w.lot.Items {
		if i.ID == 0 {
			i.Version = 1
			fresh = append(fresh, i)
			rows = append(rows, append([]any{i.Version, at{&i.Changed}}, itemRefs(i)...))
		}
	}
	ids, err := w.many("item", cols, rows, true)
	if err != nil {
		return err
	}
	for n, i := range fresh {
		i.ID = record.ItemID(ids[n])
	}
	return w.index(fresh)
}

// index writes the words of items that have none yet.
func (w itemWriter) index(list []*cmdb.Item) error {
	type entry struct {
		word string
		item int64
	}
	var all []entry
	for _, i := range list {
		w.touched[i.ID] = true
		for _, token := range itemTokens(i) {
			all = append(all, entry{token, int64(i.ID)})
		}
	}
	// In the order of the index, so that its pages are written once.
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(cmp.Compare(a.word, b.word), cmp.Compare(a.item, b.item)) })
	rows := make([][]any, len(all))
	for n, e := range all {
		rows[n] = []any{e.word, e.item}
	}
	_, err := w.many("item_word", []string{"word", "item"}, rows, false)
	return err
}

// changed replaces the items that have an id.
func (w itemWriter) changed() error {
	cols := append([]string{"version", "changed"}, itemCols...)
	q := updateSQL("item", cols) + fmt.Sprintf(" AND version = $%d", len(cols)+2)
	var old []*cmdb.Item
	for _, i := range w.lot.Items {
		if i.Version == 1 && w.touched[i.ID] {
			continue // added just now
		}
		res, err := w.exec(q, append(append([]any{int64(i.ID), i.Version + 1, at{&i.Changed}}, itemRefs(i)...), i.Version)...)
		if err != nil {
			return fmt.Errorf("store: save item: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("store: save item: %w", err)
		} else if n != 1 {
			return fault.New(fault.Conflict, "cmdb.changed_meanwhile")
		}
		i.Version++
		if _, err := w.exec("DELETE FROM item_word WHERE item = $1", int64(i.ID)); err != nil {
			return fmt.Errorf("store: index item: %w", err)
		}
		old = append(old, i)
	}
	return w.index(old)
}

// item resolves what stands for an item in the lot: an id, or its place.
func (w itemWriter) item(id record.ItemID) record.ItemID {
	if id < 0 && int(-id) <= len(w.lot.Items) {
		return w.lot.Items[-id-1].ID
	}
	return id
}

func (w itemWriter) groups() error {
	for _, g := range w.lot.Groups {
		g.Item = w.item(g.Item)
		w.touched[g.Item] = true
		if g.ID == 0 {
			g.Version = 1
			err := w.row(`INSERT INTO redundancy (item, name_en, name_zh, need, least, origin, origins, since, until, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) RETURNING id`,
				int64(g.Item), g.Name.En, g.Name.Zh, g.Need, g.Least, g.Origin, pairs{&g.Origins}, at{&g.Since}, at{&g.Until}).Scan(&g.ID)
			if err != nil {
				return fmt.Errorf("store: add redundancy: %w", err)
			}
			continue
		}
		res, err := w.exec(`UPDATE redundancy SET name_en = $2, name_zh = $3, need = $4, least = $5, until = $6, origins = $8, version = version + 1 WHERE id = $1 AND version = $7`,
			int64(g.ID), g.Name.En, g.Name.Zh, g.Need, g.Least, at{&g.Until}, g.Version, pairs{&g.Origins})
		if err != nil {
			return fmt.Errorf("store: save redundancy: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Conflict, "cmdb.changed_meanwhile"))
		}
		g.Version++
	}
	return nil
}

var relationCols = []string{"source", "target", "type", "redundancy", "share", "gate", "note", "origin", "origins", "import", "since", "until", "by_whom", "ended_by"}

// relations ends those that have an id, then adds the others: a relation that
// is changed ends and begins anew.
func (w itemWriter) relations() error {
	var rows [][]any
	var fresh []*cmdb.Relation
	for _, r := range w.lot.Relations {
		if r.ID != 0 {
			w.touched[r.Source], w.touched[r.Target] = true, true
			if _, err := w.exec(`UPDATE relation SET until = $2, ended_by = $3, ended_import = $4 WHERE id = $1`, int64(r.ID), at{&r.Until}, orNull(r.Ended), orNull(r.EndedBy)); err != nil {
				return fmt.Errorf("store: end relation: %w", err)
			}
			continue
		}
		r.Source, r.Target = w.item(r.Source), w.item(r.Target)
		if r.Group < 0 && int(-r.Group) <= len(w.lot.Groups) {
			r.Group = w.lot.Groups[-r.Group-1].ID
		}
		w.touched[r.Source], w.touched[r.Target] = true, true
		fresh = append(fresh, r)
		rows = append(rows, []any{int64(r.Source), int64(r.Target), r.Type, orNull(r.Group), r.Share, string(r.Gate), r.Note, r.Origin, pairs{&r.Origins}, orNull(r.Import), at{&r.Since}, at{&r.Until}, orNull(r.By), orNull(r.Ended)})
	}
	ids, err := w.many("relation", relationCols, rows, true)
	if err != nil {
		return err
	}
	for n, r := range fresh {
		r.ID = cmdb.RelationID(ids[n])
	}
	return nil
}

func (w itemWriter) history() error {
	rows := make([][]any, len(w.lot.History))
	for n := range w.lot.History {
		h := &w.lot.History[n]
		h.Item = w.item(h.Item)
		rows[n] = []any{int64(h.Item), at{&h.At}, orNull(h.By), h.Name, h.Origin, h.Field, h.Was, h.Became, h.Because, orNull(h.Import), orNull(h.Batch)}
	}
	_, err := w.many("item_history", historyCols, rows, false)
	return err
}

var historyCols = []string{"item", "at", "by_whom", "name", "origin", "field", "was", "became", "because", "import", "batch"}

func (w itemWriter) seen() error {
	for some := range slices.Chunk(w.lot.Seen.Items, 500) {
		c := &clause{}
		q := c.text("UPDATE item SET seen = ?, missed = 0 WHERE ", at{&w.lot.Seen.At}) + in(c, "id", some)
		if _, err := w.exec(q, c.args...); err != nil {
			return fmt.Errorf("store: items seen: %w", err)
		}
	}
	return nil
}

// log takes the next version of the graph and lists what was touched. The row
// of the version is locked from here to the commit, so that versions become
// visible in their order.
func (w itemWriter) log() error {
	if len(w.touched) == 0 {
		return nil
	}
	return w.graphChanged(w.touched)
}

func (t *tx) graphChanged(touched map[record.ItemID]bool) error {
	var version int64
	if err := t.row(`UPDATE graph_version SET version = version + 1 WHERE one = 1 RETURNING version`).Scan(&version); err != nil {
		return fmt.Errorf("store: graph version: %w", err)
	}
	var rows [][]any
	if len(touched) > mostLogged {
		rows = [][]any{{version, "all", int64(0)}}
	} else {
		for id := range touched {
			rows = append(rows, []any{version, "item", int64(id)})
		}
	}
	_, err := t.many("graph_log", []string{"version", "what", "ref"}, rows, false)
	return err
}

// againAt is how many items one transaction indexes anew: writers wait for no
// longer than that.
const againAt = 500

// indexItems indexes the items anew that a migration has named for it.
func (db *DB) indexItems(ctx context.Context) error {
	for n := againAt; n == againAt; {
		err := db.alone(ctx, func(t *tx) error {
			rows, err := t.query("SELECT item FROM item_again ORDER BY item LIMIT $1", againAt)
			if err != nil {
				return err
			}
			ids, err := scanIDs(rows)
			if n = len(ids); err != nil || n == 0 {
				return err
			}
			if err := t.reindexItems(ids, map[record.ItemID]bool{}); err != nil {
				return err
			}
			_, err = t.exec("DELETE FROM item_again WHERE item <= $1", ids[n-1])
			return err
		})
		if err != nil {
			return fmt.Errorf("store: index items: %w", err)
		}
	}
	return nil
}

// scanAll walks rows to their end.
func scanAll(rows *sql.Rows, each func() error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := each(); err != nil {
			return err
		}
	}
	return rows.Err()
}
