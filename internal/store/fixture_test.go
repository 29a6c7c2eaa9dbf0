package store_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// unpacked reads a kept file.
func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// kept are the fixtures of one ending; there must be some.
func kept(t *testing.T, ending string) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/schema-*." + ending + ".gz")
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixture *.%s.gz: %v", ending, err)
	}
	return names
}

// A database of an older schema is brought up to date and goes on: what was in
// it can be read, found and worked with, and the next record gets the next
// number.
func TestOldSchemaBecomesNew(t *testing.T) {
	t.Parallel()
	for _, name := range kept(t, "db") {
		file := filepath.Join(t.TempDir(), "old.db")
		if err := os.WriteFile(file, unpacked(t, name), 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := store.Open(t.Context(), "sqlite:"+file)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() }) // read only from here on
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(name, err)
		}
		goesOn(t, name, db)
	}
}

// A backup of an older schema restores into today's program, on either engine.
func TestOldBackupRestores(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			for _, name := range kept(t, "backup") {
				db := storetest.Empty(t, engine)
				if _, err := db.Restore(t.Context(), bytes.NewReader(unpacked(t, name)), nil); err != nil {
					t.Fatal(name, err)
				}
				goesOn(t, name, db)
			}
		})
	}
}

func goesOn(t *testing.T, name string, db *store.DB) {
	t.Helper()
	at, newest, err := db.Schema(t.Context())
	if err != nil || at != newest {
		t.Errorf("%s: schema %d of %d, %v", name, at, newest, err)
	}
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	d, by := desk(db, &now), people.System(people.ViaJob)
	for n := range 5 {
		i, err := d.Find(t.Context(), by, record.NewNumber(2026, n+1))
		if err != nil || !strings.HasPrefix(i.Title, "打印机 \"卡纸\"") || i.Requester == 0 || i.More["site"] != "三楼" {
			t.Errorf("%s: %+v, %v", name, i, err)
			continue
		}
		if entries, err := db.Ledger().Timeline(t.Context(), i.ID, false); err != nil || len(entries) != 1 {
			t.Errorf("%s: %d entries, %v", name, len(entries), err)
		}
	}
	if _, err := d.Edit(t.Context(), by, record.NewNumber(2026, 1), []record.Change{{Field: "urgency", Was: "", Now: "2"}}, record.Input{}); err != nil {
		t.Errorf("%s: cannot be worked with: %v", name, err)
	}
	i := new(incident.Incident)
	if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "new"}}); err != nil || i.Number.N() != 6 {
		t.Errorf("%s: the next number is %d, %v", name, i.Number.N(), err)
	}
	keeper := setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(t.Context()); err != nil || keeper.All().Coded(setting.Zone, "child").Parent == 0 {
		t.Errorf("%s: the settings: %v", name, err)
	}
}
