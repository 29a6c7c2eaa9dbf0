package store_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A backup taken on either engine, while somebody writes, restores into the
// other one and holds the same.
func TestABackupIsNeutralToTheEngine(t *testing.T) {
	for _, from := range []string{"sqlite", "postgres"} {
		for _, to := range []string{"sqlite", "postgres"} {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				source := storetest.Open(t, from)
				now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
				d, by := desk(source, &now), people.System(people.ViaJob)
				fill(t, source, d)

				stop := make(chan struct{})
				ended := make(chan error)
				go func() {
					for {
						select {
						case <-stop:
							ended <- nil
							return
						default:
							if err := d.Open(t.Context(), by, new(incident.Incident), record.Input{Fields: map[string]string{"title": "meanwhile"}}); err != nil {
								ended <- err
								return
							}
						}
					}
				}()
				var file bytes.Buffer
				var said []store.Sum
				err := source.Backup(t.Context(), &file, now, func(s store.Sum) { said = append(said, s) })
				close(stop)
				if e := <-ended; err != nil || e != nil {
					t.Fatal(err, e)
				}

				target := storetest.Open(t, to)
				var held []store.Sum
				if _, err := target.Restore(t.Context(), bytes.NewReader(file.Bytes()), func(s store.Sum) { held = append(held, s) }); err != nil {
					t.Fatal(err)
				}
				if len(said) < 10 || fmt.Sprint(said) != fmt.Sprint(held) {
					t.Errorf("said %v\nheld %v", said, held)
				}
				again := desk(target, &now)
				i := new(incident.Incident)
				if err := again.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "after"}}); err != nil {
					t.Fatal("the restored database does not go on:", err)
				}
				if _, err := target.Restore(t.Context(), bytes.NewReader(file.Bytes()), nil); !fault.Is(err, fault.Invalid) {
					t.Errorf("restored over data: %v", err)
				}
			})
		}
	}
}

func fill(t *testing.T, db *store.DB, d *record.Desk[*incident.Incident]) {
	t.Helper()
	child := setting.Thing{Kind: setting.Zone, Code: "child", Name: people.Text{En: "Child", Zh: "子区"}, Changed: time.Unix(1, 0)}
	parent := setting.Thing{Kind: setting.Zone, Code: "parent", Changed: time.Unix(1, 0)}
	for _, s := range []*setting.Thing{&child, &parent} {
		if err := db.Settings().Save(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	child.Parent = parent.ID // later than its child
	if err := db.Settings().Save(t.Context(), &child); err != nil {
		t.Fatal(err)
	}
	who := addPersons(t, db, 2)
	for n := range 5 {
		i := &incident.Incident{}
		i.Requester = who[n%2]
		in := record.Input{Fields: map[string]string{"title": "打印机 \"卡纸\" \u2028 \t", "description": "line\nline"}, Extra: map[string]string{"site": "三楼"}}
		if err := d.Open(t.Context(), people.System(people.ViaJob), i, in); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	source := storetest.Open(t, "sqlite")
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	fill(t, source, desk(source, &now))
	var file bytes.Buffer
	if err := source.Backup(t.Context(), &file, now, nil); err != nil {
		t.Fatal(err)
	}
	whole := file.String()
	for name, text := range map[string]string{
		"no backup":   "hello\n",
		"cut":         whole[:len(whole)/2],
		"changed":     strings.Replace(whole, "Person 1", "Person 7", 1),
		"row missing": strings.Replace(whole, whole[strings.Index(whole, "[2,\"p1\""):strings.Index(whole, "{\"end\":{\"table\":\"person\"")], "", 1),
		"newer":       strings.Replace(whole, `"schema":`, `"schema":9`, 1),
	} {
		_, err := storetest.Open(t, "sqlite").Restore(t.Context(), strings.NewReader(text), nil)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
