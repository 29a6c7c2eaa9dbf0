package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/practice/access"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

// told runs a command to its end and returns what it printed.
func told(t *testing.T, db string, args ...string) (out, errs string, err error) {
	t.Helper()
	cmd := kilter(t, db, args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	return o.String(), e.String(), err
}

// A backup taken by the command while the server registers, restored by the
// command into the other engine, holds the same table by table; every call
// acknowledged before it began is in it; and the restored database is served
// and goes on counting.
func TestBackupWhileWriting(t *testing.T) {
	for _, way := range [][2]string{{"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		t.Run(way[0]+" to "+way[1], func(t *testing.T) {
			t.Parallel()
			testkit.PostgresServer(t)
			w := settle(t, way[0])
			n := serve(t, w.db)
			agent := w.token[access.DeskAgent]
			for i := range 50 {
				n.want(http.StatusCreated, agent, "POST", "/api/v1/incidents", incidentBody(fmt.Sprint("before ", i)))
			}
			before := w.incidents(t)

			stop := make(chan struct{})
			var group sync.WaitGroup
			group.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						if r, err := n.ask(agent, "POST", "/api/v1/incidents", incidentBody("meanwhile")); err != nil || r.status != http.StatusCreated {
							t.Error(r.status, r.body, err)
							return
						}
					}
				}
			})
			file := filepath.Join(t.TempDir(), "kilter.backup")
			out, errs, err := told(t, w.db, "backup", "--json", file)
			close(stop)
			group.Wait()
			if err != nil {
				t.Fatal(err, errs)
			}
			target := storetest.URL(t, way[1])
			back, errs, err := told(t, target, "restore", "--json", file)
			if err != nil {
				t.Fatal(err, errs)
			}
			if diff := cmp.Diff(tables(t, out), tables(t, back)); diff != "" {
				t.Errorf("saved and restored differ: %s", diff)
			}
			if _, errs, err := told(t, target, "restore", file); err == nil {
				t.Errorf("restored over data: %s", errs)
			}

			again := &town{db: target, house: inside(t, target)}
			held := again.incidents(t)
			for number, title := range before {
				if held[number] != title {
					t.Errorf("%s %q is not in the backup", number, title)
				}
			}
			gapless(t, held)
			m := serve(t, target)
			m.want(http.StatusCreated, agent, "POST", "/api/v1/incidents", incidentBody("after"))
			gapless(t, again.incidents(t))
			again.whole(t)

			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for name, harm := range map[string][]byte{"cut": whole[:len(whole)/2], "empty": nil, "no backup": []byte("hello"), "changed": flipped(whole)} {
				bad := filepath.Join(t.TempDir(), "bad")
				if err := os.WriteFile(bad, harm, 0o600); err != nil {
					t.Fatal(err)
				}
				empty := storetest.URL(t, way[1])
				if _, errs, err := told(t, empty, "restore", bad); err == nil || errs == "" {
					t.Errorf("%s: restored, %q", name, errs)
				}
				if left := (&town{db: empty, house: inside(t, empty)}).incidents(t); len(left) != 0 {
					t.Errorf("%s: %d incidents of a damaged backup were kept", name, len(left))
				}
			}
		})
	}
}

func flipped(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 0x10
	return b
}

// tables reads the sums that a command printed as JSON.
func tables(t *testing.T, out string) []map[string]any {
	t.Helper()
	var said struct{ Tables []map[string]any }
	if err := json.Unmarshal([]byte(out), &said); err != nil || len(said.Tables) < 10 {
		t.Fatalf("%v: %s", err, out)
	}
	return said.Tables
}
