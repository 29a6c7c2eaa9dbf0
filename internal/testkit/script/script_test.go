package script

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this test's own binary stand in for kilter when it is called
// by that name.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "kilter" {
		os.Exit(standIn())
	}
	os.Exit(m.Run())
}

// TestCommands tells the harness's own story: what a script may say, and that
// it means it.
func TestCommands(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(folder, "kilter")
	if err := os.Symlink(self, binary); err != nil {
		t.Fatal(err)
	}
	stories(t, "testdata", binary, "sqlite", func(env *testscript.Env) string {
		return "sqlite:" + filepath.Join(env.WorkDir, "kilter.db")
	})
}

// standIn serves what the stories in this package's testdata ask for.
func standIn() int {
	if len(os.Args) != 6 || os.Args[2] != "--db" || os.Args[4] != "--listen" {
		fmt.Fprintln(os.Stderr, "usage: kilter serve|demo --db DB --listen ADDRESS")
		return 2
	}
	asked := 0
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		asked++
		if asked < 3 { // not ready at once
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("POST /name", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "name", Value: r.FormValue("name")})
		http.Redirect(w, r, "/name", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /name", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("name")
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, "hello %s, number=42, %s", c.Value, r.Header.Get("X-Zone"))
	})
	mux.HandleFunc("GET /ahead", func(w http.ResponseWriter, _ *http.Request) {
		text, _ := os.ReadFile(os.Getenv(clockFile))
		fmt.Fprintf(w, "ahead %s, asked %d", text, asked)
		asked++
	})
	server := &http.Server{Addr: os.Args[5], Handler: mux, ReadHeaderTimeout: time.Second}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		server.Close()
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return 1
	}
	return 0
}
