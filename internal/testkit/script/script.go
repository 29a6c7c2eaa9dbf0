// Package script runs the stories of testdata/script against the real binary,
// once on SQLite and once on PostgreSQL. A story is a testscript (see
// github.com/rogpeppe/go-internal/testscript) with these commands besides:
//
//	serve [-as NAME] [flags]     start kilter serve --db $DB on a free port, wait until it is ready; $URL is its address
//	demo [-as NAME] [flags]      the same with kilter demo
//	stop [NAME]                  ask a server to end (SIGTERM), wait, want exit code 0
//	crash [NAME]                 end it as a power cut would (SIGKILL)
//	http [flags] METHOD PATH     one request; body to stdout, status and headers to stderr; cookies are kept
//	    -status N                the status wanted (else: below 400; with ! at the front: 400 and above)
//	    -H 'Name: value'         a header, may be repeated
//	    -as JAR                  the cookies of another person
//	    -json TEXT, -form a=b&c=d, -file FILE    the body
//	    -follow                  follow redirects
//	await DURATION REGEXP [flags] METHOD PATH    ask again until the body matches
//	capture NAME REGEXP          put what (the first group of) REGEXP finds in stdout into $NAME
//	clock +72h                   move the clock of this story's servers ahead
//
// With -as NAME a server's address is in $NAME_URL and requests name it in
// full. $DB is the story's own empty database. [sqlite] and [postgres] are
// conditions.
package script

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"kilter/internal/testkit"
	"kilter/internal/testkit/marks"
)

// clockFile is the variable by which a binary built with -tags testclock
// learns how far its clock is ahead; app.Now reads it.
const clockFile = "KILTER_TEST_CLOCK"

// Run runs every story in folder on both engines.
func Run(t *testing.T, folder string) {
	t.Helper()
	binary := build(t)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		stories(t, folder, binary, "sqlite", func(env *testscript.Env) string {
			return "sqlite:" + filepath.Join(env.WorkDir, "kilter.db")
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		testkit.PostgresServer(t)
		stories(t, folder, binary, "postgres", func(env *testscript.Env) string {
			return testkit.Postgres(env.T().(testing.TB), testkit.Schema{})
		})
	})
}

func stories(t *testing.T, folder, binary, engine string, database func(*testscript.Env) string) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir:                folder,
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":   start("serve"),
			"demo":    start("demo"),
			"stop":    end(syscall.SIGTERM),
			"crash":   end(os.Kill),
			"http":    request,
			"await":   await,
			"capture": capture,
			"clock":   clock,
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "sqlite", "postgres":
				return cond == engine, nil
			}
			return false, fmt.Errorf("no condition is called %q", cond)
		},
		Setup: func(env *testscript.Env) error {
			env.Values[storyKey{}] = newStory()
			env.Setenv("DB", database(env))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("EXAMPLES", filepath.Join(testkit.Root(t), "examples"))
			env.Setenv(clockFile, filepath.Join(env.WorkDir, ".clock"))
			env.Setenv("PATH", filepath.Dir(binary)+string(os.PathListSeparator)+env.Getenv("PATH"))
			return nil
		},
	})
}

// build makes the binary, its clock movable, and returns its path.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kilter")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", "testclock", "-o", path, ".")
	cmd.Dir = marks.Root()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build kilter: %v\n%s", err, out)
	}
	return path
}
