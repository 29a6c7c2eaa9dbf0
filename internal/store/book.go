package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// book keeps the records of one practice: the head in table record, the rest
// in the practice's own table under the same id. It maps columns to fields by
// two lists; it is no ORM.
type book[R record.Body] struct {
	db    *DB
	kind  record.Kind
	table string
	cols  []string
	fresh func() R
	refs  func(R) []any // one per column, to scan into and to write from
}

var headCols = []string{"title", "state", "priority", "requester", "team", "owner", "service", "department", "zone", "opened", "moved", "due"}

func headRefs(h *record.Head) []any {
	return []any{&h.Title, &h.State, &h.Priority, refTo(&h.Requester), refTo(&h.Team), refTo(&h.Owner), refTo(&h.Service), refTo(&h.Department), refTo(&h.Zone), at{&h.Opened}, at{&h.Moved}, due{&h.Due}}
}

// extra is the column of a centre's own fields.
type extra struct{ *record.Extra }

func (e extra) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("store: extra fields from %T", v)
	}
	e.More = nil
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), &e.More)
}

func (e extra) text() (string, error) {
	if len(e.More) == 0 {
		return "", nil
	}
	b, err := json.Marshal(e.More)
	return string(b), err
}

func (b book[R]) find(one func(string, ...any) row, scope people.Scope, n record.Number, lock string) (R, error) {
	var c clause
	c.and("r.kind = ?", string(b.kind))
	c.and("r.number = ?", int64(n))
	c.scope(b.db.dialect, scope)
	cols := ""
	if len(b.cols) > 0 {
		cols = ", b." + strings.Join(b.cols, ", b.")
	}
	q := fmt.Sprintf("SELECT r.id, r.number, r.version, r.extra, r.%s%s FROM record AS r JOIN %s AS b ON b.id = r.id%s%s",
		strings.Join(headCols, ", r."), cols, b.table, c.where(), lock)
	r := b.fresh()
	h := r.Common()
	h.Kind = b.kind
	refs := append([]any{&h.ID, &h.Number, &h.Version, extra{r.Own()}}, headRefs(h)...)
	err := one(q, c.args...).Scan(append(refs, b.refs(r)...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.Missing, "record.no_such").With("ref", record.Ref(b.kind, n))
	}
	if err != nil {
		return r, fmt.Errorf("store: find %s: %w", record.Ref(b.kind, n), err)
	}
	return r, nil
}

// Find reads one record.
func (b book[R]) Find(ctx context.Context, scope people.Scope, n record.Number) (R, error) {
	return b.find(func(q string, args ...any) row { return b.db.read.row(ctx, q, args...) }, scope, n, "")
}

// Write runs fn in one transaction.
func (b book[R]) Write(ctx context.Context, fn func(record.Tx[R]) error) error {
	return b.db.in(ctx, func(t *tx) error {
		p := &page[R]{book: b, t: t}
		if err := fn(p); err != nil {
			return err
		}
		return t.answers(p.did)
	})
}

// Refused writes down a deed that was not granted.
func (b book[R]) Refused(ctx context.Context, r audit.Row) error {
	if t := b.db.joined(ctx); t != nil {
		return t.note(r)
	}
	return b.db.in(ctx, func(t *tx) error { return t.audit(r) })
}

// page is a book opened for writing.
type page[R record.Body] struct {
	book[R]
	t   *tx
	did string // the record that was added, else the first that was changed
}

func (p *page[R]) Lock(scope people.Scope, n record.Number) (R, error) {
	return p.find(p.t.row, scope, n, p.db.lock)
}

func (p *page[R]) Timeline(id int64) ([]record.Entry, error) {
	rows, err := p.t.query(timelineSQL+" ORDER BY t.at, t.id", id)
	if err != nil {
		return nil, fmt.Errorf("store: timeline: %w", err)
	}
	return scanEntries(rows)
}

func (p *page[R]) Clocks(id int64) ([]sla.Clock, error) {
	rows, err := p.t.query(clockSQL+" WHERE record = $1 ORDER BY name", id)
	if err != nil {
		return nil, fmt.Errorf("store: clocks: %w", err)
	}
	clocks, err := scanClocks(rows)
	return clocks[id], err
}

func (p *page[R]) Numbered(k record.Kind, n record.Number) (id int64, err error) {
	err = p.t.row(`SELECT id FROM record WHERE kind = $1 AND number = $2`, k, int64(n)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fault.New(fault.Missing, "record.no_such").With("ref", record.Ref(k, n))
	}
	return id, err
}

func (p *page[R]) Followers(id int64) ([]people.ID, error) {
	rows, err := p.t.query(`SELECT person FROM party WHERE record = $1 AND role = 'watcher' ORDER BY person`, id)
	if err != nil {
		return nil, fmt.Errorf("store: watchers: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return nil, fmt.Errorf("store: watchers: %w", err)
	}
	out := make([]people.ID, len(ids))
	for i, id := range ids {
		out[i] = people.ID(id)
	}
	return out, nil
}

// Put writes all that happened to one record.
func (p *page[R]) Put(s *record.Sheaf[R]) error {
	h := s.Rec.Common()
	tables := slices.Repeat([]string{"timeline"}, len(s.Entries))
	if s.Was == nil {
		tables = append(tables, "record")
	}
	ids, err := p.t.ids(tables...)
	if err != nil {
		return err
	}
	if s.Was == nil {
		h.ID = ids[len(s.Entries)]
	}
	who := ""
	if s.Words { // read before the number is taken, which others wait for
		if who, err = p.t.called(h.Requester); err != nil {
			return err
		}
	}
	if err := p.save(s, h); err != nil {
		return err
	}
	if p.did == "" || s.Was == nil {
		p.did = h.Ref()
	}
	if s.Was == nil {
		p.t.born = append(p.t.born, string(h.Kind)+":"+h.Ref())
	}
	if err := p.t.timeline(h.ID, s.Entries, ids); err != nil {
		return err
	}
	if err := p.t.attach(h.ID, s.Files, s.Entries); err != nil {
		return err
	}
	if err := p.t.tasks(h.ID, s.Tasks); err != nil {
		return err
	}
	if err := p.t.rounds(h.ID, s.Rounds); err != nil {
		return err
	}
	if err := p.t.grade(h, s.Grade); err != nil {
		return err
	}
	if err := p.t.clocks(h.ID, s.Clocks); err != nil {
		return err
	}
	if err := p.t.parties(s.Was, h, s.Watch, s.Unwatch); err != nil {
		return err
	}
	if s.Words {
		if err := p.index(s, h, who); err != nil {
			return err
		}
	} else if s.Was != nil && p.db.moved != nil {
		if err := p.db.moved(p.t, h, s.Was); err != nil {
			return fmt.Errorf("store: index %s: %w", h.Ref(), err)
		}
	}
	for i := range s.Audit {
		s.Audit[i].Object = string(p.kind) + ":" + h.Ref()
	}
	if err := p.t.audit(s.Audit...); err != nil {
		return err
	}
	return p.tally(s, h)
}

func (p *page[R]) save(s *record.Sheaf[R], h *record.Head) error {
	own, err := extra{s.Rec.Own()}.text()
	if err != nil {
		return fmt.Errorf("store: extra fields: %w", err)
	}
	if s.Was == nil {
		return p.add(s, h, own)
	}
	h.Version = s.Was.Version + 1
	q := updateSQL("record", append([]string{"version", "live", "extra"}, headCols...)) + fmt.Sprintf(" AND version = $%d", len(headCols)+5)
	args := append([]any{h.ID, h.Version, s.Live, own}, headRefs(h)...)
	res, err := p.t.exec(q, append(args, s.Was.Version)...)
	if err != nil {
		return fmt.Errorf("store: save %s: %w", h.Ref(), err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return fmt.Errorf("store: save %s: %w", h.Ref(), err)
	} else if n != 1 {
		return fault.New(fault.Conflict, "record.changed_meanwhile")
	}
	return p.t.later("save "+h.Ref(), updateSQL(p.table, p.cols), append([]any{h.ID}, p.refs(s.Rec)...)...)
}

// add gives a new record its number and writes head and body. One row per
// kind holds the year and the last number; a clock that goes back does not
// bring an old year back.
func (p *page[R]) add(s *record.Sheaf[R], h *record.Head, own string) error {
	var year, n int
	if err := p.t.row(`
		INSERT INTO numbering (kind, year, next) VALUES ($1, $2, 1)
		ON CONFLICT (kind) DO UPDATE SET
			next = CASE WHEN excluded.year > numbering.year THEN 1 ELSE numbering.next + 1 END,
			year = CASE WHEN excluded.year > numbering.year THEN excluded.year ELSE numbering.year END
		RETURNING year, next`, string(p.kind), h.Opened.Year()).Scan(&year, &n); err != nil {
		return fmt.Errorf("store: number: %w", err)
	}
	h.Number = record.NewNumber(year, n)
	q := insertSQL("record", append([]string{"id", "kind", "number", "version", "live", "extra"}, headCols...), 1)
	if err := p.t.later("add "+h.Ref(), q, append([]any{h.ID, string(h.Kind), int64(h.Number), h.Version, s.Live, own}, headRefs(h)...)...); err != nil {
		return err
	}
	return p.t.later("add "+h.Ref(), insertSQL(p.table, append([]string{"id"}, p.cols...), 1), append([]any{h.ID}, p.refs(s.Rec)...)...)
}

func (p *page[R]) Link(l record.Link) error {
	if l.Off {
		if _, err := p.t.exec(`DELETE FROM link WHERE source = $1 AND (target = $2 OR $2 = 0) AND type = $3`, l.From, l.To, l.Type); err != nil {
			return fmt.Errorf("store: unlink: %w", err)
		}
		return nil
	}
	if _, err := p.t.exec(`INSERT INTO link (source, target, type, at, by_whom) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (source, target, type) DO NOTHING`,
		l.From, l.To, l.Type, at{&l.At}, orNull(l.By)); err != nil {
		return fmt.Errorf("store: link: %w", err)
	}
	return nil
}
