package internal_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// source is one Go file below internal/.
type source struct {
	path      string // from internal/, with slashes
	folder    string // the path's folder
	test      bool   // *_test.go
	generated bool   // by a program, as Go's convention marks it
	set       *token.FileSet
	syntax    *ast.File
}

// at names a place in the file for a message.
func (s source) at(n ast.Node) string { return fmt.Sprintf("%s:%d", s.path, s.line(n.Pos())) }

func (s source) line(p token.Pos) int { return s.set.Position(p).Line }

var (
	sourcesOnce sync.Once
	allSources  []source
)

// sources parses every Go file below internal/, once for all tests.
func sources(t *testing.T) []source {
	t.Helper()
	sourcesOnce.Do(func() {
		for _, name := range files(t, ".", ".go") {
			set, syntax := parse(t, name)
			allSources = append(allSources, source{
				path: name, folder: filepath.ToSlash(filepath.Dir(name)),
				test: strings.HasSuffix(name, "_test.go"), generated: ast.IsGenerated(syntax),
				set: set, syntax: syntax,
			})
		}
	})
	if len(allSources) == 0 {
		t.Fatal("no Go files found below internal/")
	}
	return allSources
}

// files lists the files below root with one ending, testdata left out.
func files(t *testing.T, root, ending string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(name, ending):
			found = append(found, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
