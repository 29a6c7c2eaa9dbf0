package store_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/report/evidence"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// cols are columns of a row, or of a record and its body together.
type cols map[string]any

// plainHouse writes rows that nobody lived through: what a row leaves out is empty.
type plainHouse struct {
	t      *testing.T
	db     *store.DB
	schema map[string]cols
	last   int64
	of     int64    // the service
	tables []string // that were written to, in order
}

var (
	createTable = regexp.MustCompile(`(?ms)^CREATE TABLE (\w+) \(([^\n]*)\);$|^CREATE TABLE (\w+) \(\n(.*?)\n\)`)
	aColumn     = regexp.MustCompile(`(?:^|,|\n)\s*(\w+) (TEXT|BIGINT|INTEGER|BOOLEAN)((?: NOT NULL)?)`)
	dropColumn  = regexp.MustCompile(`ALTER TABLE (\w+) DROP COLUMN (\w+)`)
	addColumn   = regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+) `)
)

// schemaOf reads the columns of all tables, and what each is when nothing is said.
func schemaOf(t *testing.T) map[string]cols {
	t.Helper()
	files, err := filepath.Glob("migration/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]cols{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range createTable.FindAllStringSubmatch(string(text), -1) {
			name, all := table[1]+table[3], cols{}
			for _, c := range aColumn.FindAllStringSubmatch(table[2]+table[4], -1) {
				empty := map[string]any{"TEXT": "", "BIGINT": 0, "INTEGER": 0, "BOOLEAN": false}[c[2]]
				if c[3] == "" {
					empty = nil
				}
				all[c[1]] = empty
			}
			if strings.Contains(table[0], "id {id}") {
				all["id"] = own{}
			}
			out[name] = all
		}
		for _, c := range dropColumn.FindAllStringSubmatch(string(text), -1) {
			delete(out[c[1]], c[2])
		}
		for _, c := range addColumn.FindAllStringSubmatch(string(text), -1) {
			if out[c[1]] != nil {
				out[c[1]][c[2]] = added{} // has its own default
			}
		}
	}
	return out
}

type (
	added struct{}
	own   struct{} // an id of its own
)

// row writes one row of a table.
func (h *plainHouse) row(table string, says cols) int64 {
	h.t.Helper()
	all := maps.Clone(h.schema[table])
	if len(all) == 0 {
		h.t.Fatalf("no table %s", table)
	}
	for name, v := range says {
		if _, ok := all[name]; !ok {
			h.t.Fatalf("%s has no %s", table, name)
		}
		all[name] = v
	}
	h.last++
	id := h.last
	if v, ok := says["id"]; ok {
		id = v.(int64)
	}
	if _, is := h.schema[table]["id"].(own); is {
		all["id"] = id
	}
	names, holds, args := []string{}, []string{}, []any{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if _, is := all[name].(added); is {
			continue
		}
		args = append(args, all[name])
		names, holds = append(names, name), append(holds, fmt.Sprintf("$%d", len(args)))
	}
	q := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(holds, ", ") + ")"
	if err := h.db.InForTest(h.t.Context(), func(exec func(string, ...any) error) error { return exec(q, args...) }); err != nil {
		h.t.Fatalf("%s: %v", q, err)
	}
	if !slices.Contains(h.tables, table) {
		h.tables = append(h.tables, table)
	}
	return id
}

// rec writes a record with its body.
func (h *plainHouse) rec(kind string, says cols) int64 {
	h.t.Helper()
	h.last++
	id := h.last
	head := cols{"id": id, "kind": kind, "number": 20260000000 + id, "title": kind, "opened": inside, "moved": inside, "live": true, "due": 0}
	table := kind
	if kind == "knowledge" {
		table = "article"
	}
	body := cols{"id": id}
	for name, v := range says {
		_, ofHead := h.schema["record"][name]
		_, ofBody := h.schema[table][name]
		if ofBody && (!ofHead || name == "version") {
			body[name] = v
		} else {
			head[name] = v
		}
	}
	h.row("record", head)
	h.row(table, body)
	return id
}

// clear takes everything away again.
func (h *plainHouse) clear() {
	h.t.Helper()
	for _, table := range slices.Backward(h.tables) {
		if _, err := h.db.ExecForTest(h.t.Context(), "DELETE FROM "+table); err != nil { // bodies stand after heads
			h.t.Fatalf("%s: %v", table, err)
		}
	}
	h.tables, h.of = nil, 0
}

// The day of the test, a moment within ninety days of it, one before those.
var (
	knownNow = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	inside   = knownNow.AddDate(0, 0, -50).UnixMilli()
	outside  = knownNow.AddDate(0, 0, -200).UnixMilli()
)

func hoursAfter(at int64, n int) int64 { return at + int64(n)*3_600_000 }

// Every metric that the tables answer has an answer that is known beforehand, on
// both engines; what lies outside its window is not counted, and behind a figure
// stand as many records as it says.
func TestEveryMetricHasAKnownAnswer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &plainHouse{t: t, db: db, schema: schemaOf(t), last: 1000}
		asked := map[string]bool{}
		for _, x := range knownAnswers() {
			asked[strings.Split(x.metric, ":")[0]] = true
			x.build(h)
			q := asks(t, x.metric, 90, knownNow)
			got, err := db.Evidence().Sum(t.Context(), people.Everything(), q)
			if err != nil {
				t.Fatal(x.metric, err)
			}
			say := fmt.Sprintf("%d/%d", got.Numerator, got.Denominator)
			if q.Shape == evidence.Age || q.Shape == evidence.Hours || q.Shape == evidence.Value {
				say = fmt.Sprint(got.Value)
			}
			if say != x.want {
				t.Errorf("%s is %s, want %s", x.metric, say, x.want)
			}
			for counts, want := range map[bool]int{true: got.Numerator, false: got.Denominator - got.Numerator} {
				rows, err := db.Evidence().Rows(t.Context(), people.Everything(), q, evidence.Slice{Counts: counts, Limit: 50})
				if err != nil || len(rows) != want {
					t.Errorf("%s: behind it are %d that count (%v), want %d: %v", x.metric, len(rows), counts, want, err)
				}
			}
			h.clear()
		}
		for _, m := range evidence.Metrics() {
			if m.Why == "" && m.Of != evidence.Service && m.Of != evidence.Agreement && !asked[m.ID] {
				t.Errorf("%s has no known answer", m.ID)
			}
		}
	})
}
