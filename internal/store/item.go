package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/words"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Items keeps the configuration items.
func (db *DB) Items() cmdb.Store { return items{db} }

type items struct{ db *DB }

var itemCols = []string{
	"code", "name_en", "name_zh", "class", "state", "zone", "service", "department", "owner", "team", "room", "serial",
	"grade", "operator", "criticality", "rto", "rpo", "warranty", "extra", "origin", "created", "seen", "missed", "audited",
}

func itemRefs(i *cmdb.Item) []any {
	return []any{
		&i.Code, &i.Name.En, &i.Name.Zh, &i.Class, &i.State, refTo(&i.Zone), refTo(&i.Service), refTo(&i.Department), refTo(&i.Owner), refTo(&i.Team), &i.Room, &i.Serial,
		&i.Grade, &i.Operator, &i.Criticality,
		span{&i.RTO},
		span{&i.RPO},
		at{&i.Warranty},
		pairs{&i.Extra},
		pairs{&i.Origin},
		at{&i.Created},
		at{&i.Seen},
		&i.Missed,
		at{&i.Audited},
	}
}

// listed is the part of an item query that does not differ: item stands in it
// as r, as records do, so that conditions are written alike.
var listed = "SELECT r.id, r.version, r.changed, r." + strings.Join(itemCols, ", r.") + " FROM item AS r"

// cleared adds the condition that item r lies in a zone the person is cleared
// for.
func (c *clause) cleared(s people.Scope) { c.clears(s, "r") }

// clears is cleared for an item that stands in the query by another name.
func (c *clause) clears(s people.Scope, name string) {
	if s.AllZones {
		return
	}
	cond := name + ".zone IS NULL"
	if len(s.Cleared) > 0 {
		cond += " OR " + in(c, name+".zone", s.Cleared)
	}
	c.conds = append(c.conds, "("+cond+")")
}

func (s items) list(ctx context.Context, c *clause, order string, n int) (out []cmdb.Item, err error) {
	q := listed + c.where() + " ORDER BY " + order + c.text(" LIMIT ?", n)
	err = s.each(ctx, q, c.args, func(i *cmdb.Item) error {
		out = append(out, *i)
		return nil
	})
	return out, err
}

func (s items) each(ctx context.Context, q string, args []any, each func(*cmdb.Item) error) (err error) {
	rows, err := s.db.read.query(ctx, q, args...)
	if err != nil {
		return fmt.Errorf("store: items: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var i cmdb.Item
		if err := rows.Scan(append([]any{&i.ID, &i.Version, at{&i.Changed}}, itemRefs(&i)...)...); err != nil {
			return fmt.Errorf("store: items: %w", err)
		}
		if err := each(&i); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Find reads items by their ids.
func (s items) Find(ctx context.Context, scope people.Scope, ids ...record.ItemID) (out []cmdb.Item, err error) {
	for some := range slices.Chunk(ids, 500) {
		c := &clause{}
		c.conds = append(c.conds, in(c, "r.id", some))
		c.cleared(scope)
		found, err := s.list(ctx, c, "r.id", len(some))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Walk reads all items.
func (s items) Walk(ctx context.Context, each func(*cmdb.Item) error) error {
	return s.each(ctx, listed+" ORDER BY r.id", nil, each)
}

// Marked reads the items that have one of the marks.
func (s items) Marked(ctx context.Context, all []string, each func(*cmdb.Item) error) error {
	ids := map[record.ItemID]bool{}
	for some := range slices.Chunk(all, 500) {
		args := make([]any, len(some))
		for i, m := range some {
			args[i] = m
		}
		err := s.each(ctx, listed+" WHERE r.id IN (SELECT w.item FROM item_word AS w WHERE w.word IN ("+marks(1, len(some))+")) ORDER BY r.id", args, func(i *cmdb.Item) error {
			if ids[i.ID] {
				return nil
			}
			ids[i.ID] = true
			return each(i)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Coded finds ids by codes.
func (s items) Coded(ctx context.Context, codes ...string) (map[string]record.ItemID, error) {
	out := map[string]record.ItemID{}
	for some := range slices.Chunk(codes, 500) {
		args := make([]any, len(some))
		for i, c := range some {
			args[i] = c
		}
		rows, err := s.db.read.query(ctx, "SELECT code, id FROM item WHERE code IN ("+marks(1, len(some))+")", args...) //nolint:sqlclosecheck // scanAll closes them
		if err != nil {
			return nil, fmt.Errorf("store: items by code: %w", err)
		}
		err = scanAll(rows, func() error {
			var code string
			var id record.ItemID
			err := rows.Scan(&code, &id)
			out[code] = id
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("store: items by code: %w", err)
		}
	}
	return out, nil
}

// itemWords is the condition that item r has all the words, or words that
// begin so when begun says that they may be half typed.
func (c *clause) itemWords(text string, begun bool) string {
	parts := []string{}
	for _, t := range words.Ask(text) {
		if t.Prefix || begun {
			parts = append(parts, c.text("r.id IN (SELECT w.item FROM item_word AS w WHERE w.word >= ? AND w.word < ?)", t.Token, t.Token+"\U0010ffff"))
		} else {
			parts = append(parts, c.text("r.id IN (SELECT w.item FROM item_word AS w WHERE w.word = ?)", t.Token))
		}
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(parts, " AND ") + ")"
}

// Search finds items by what is written on them.
func (s items) Search(ctx context.Context, scope people.Scope, text string, n int) ([]cmdb.Item, error) {
	c := &clause{}
	if text = strings.TrimSpace(text); text != "" {
		c.conds = append(c.conds, c.itemWords(text, true))
	}
	c.cleared(scope)
	return s.list(ctx, c, "CASE WHEN r.state = 'live' THEN 0 ELSE 1 END, r.code", n)
}

// Of lists the items of a person and of his department.
func (s items) Of(ctx context.Context, scope people.Scope, who people.ID, department people.DepartmentID, n int) ([]cmdb.Item, error) {
	c := &clause{}
	c.and("(r.owner = ? OR (r.department = ? AND r.owner IS NULL))", int64(who), int64(department))
	c.and("r.state NOT IN ('retired', 'disposed')")
	c.cleared(scope)
	return s.list(ctx, c, "CASE WHEN r.owner IS NULL THEN 1 ELSE 0 END, r.code", n)
}

// itemTokens is what the search finds an item by, and what a source's report
// finds it by again.
func itemTokens(i *cmdb.Item) []string {
	parts := []string{i.Code, i.Name.En, i.Name.Zh, i.Room, i.Serial}
	for _, v := range i.Extra {
		parts = append(parts, v)
	}
	return append(words.Tokens(strings.Join(parts, " \n ")), cmdb.Marks(i)...)
}

// span stores a duration in milliseconds.
type span struct{ *time.Duration }

func (s span) Value() (driver.Value, error) { return s.Milliseconds(), nil }

func (s span) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("store: span from %T", v)
	}
	*s.Duration = time.Duration(n) * time.Millisecond
	return nil
}

// pairs stores names and values as a JSON document, nothing as "".
type pairs struct{ m *map[string]string }

func (p pairs) Value() (driver.Value, error) {
	if len(*p.m) == 0 {
		return "", nil
	}
	b, err := json.Marshal(*p.m)
	return string(b), err
}

func (p pairs) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("store: document from %T", v)
	}
	*p.m = nil
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), p.m)
}

// itemTaken is the fault of two items with one code.
func itemTaken() error { return fault.At("code", "cmdb.code_taken") }
