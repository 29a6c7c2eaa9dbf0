package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSecurityList keeps docs/security.md true: every test it names is there.
func TestSecurityList(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(internal[a-z/]*):(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(text), -1)
	if len(named) < 40 {
		t.Fatalf("only %d tests are named", len(named))
	}
	for _, n := range named {
		files, err := filepath.Glob(filepath.Join("..", n[1], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(name string) bool {
			source, err := os.ReadFile(name)
			return err == nil && strings.Contains(string(source), "\nfunc "+n[2]+"(t *testing.T)")
		}) {
			t.Errorf("docs/security.md names %s in %s, which is not there", n[2], n[1])
		}
	}
}

// TestOutboundIsMailAndLogOnly: nothing that ships opens a connection or
// starts a program, but the outlets to the mail and log servers that the
// command line or the settings name. So no address in a text, a form or a file is ever
// fetched.
func TestOutboundIsMailAndLogOnly(t *testing.T) {
	t.Parallel()
	calls := regexp.MustCompile(`\bhttp\.(Get|Post|PostForm|Head|DefaultClient|DefaultTransport|Client\{|Transport\{)|\bnet\.(Dial|Dialer)|\btls\.Dial|\bsmtp\.|\bexec\.Command|\bos\.StartProcess|\bhttputil\.`)
	var found []string
	for _, f := range sources(t) {
		if f.test || strings.HasPrefix(f.folder, "testkit") || strings.HasPrefix(f.folder, "tools") {
			continue
		}
		text, err := os.ReadFile(f.path)
		if err != nil {
			t.Fatal(err)
		}
		if call := calls.Find(text); call != nil {
			found = append(found, f.folder)
			if f.folder != "outlet" {
				t.Errorf("internal/%s calls %s", f.path, call)
			}
		}
	}
	if len(found) == 0 {
		t.Error("not even the outlets were found: the expression is wrong")
	}
}
