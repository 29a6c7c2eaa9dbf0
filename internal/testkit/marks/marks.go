// Package marks holds what the test helpers and the test summary agree upon,
// apart from both so that neither drags in the other.
package marks

import (
	"os"
	"path/filepath"
)

// SharedAbsent opens the reason of a test skipped because the folder of
// reference data is not beside the project.
const SharedAbsent = "reference data absent:"

// SharedFolder is where reference data is looked for: ../shared/data beside the
// project.
func SharedFolder() string { return filepath.Join(Root(), "..", "shared", "data") }

// Root is the project's folder: the nearest one upwards with a go.mod. Without
// one it is the working folder.
func Root() string {
	here, err := os.Getwd()
	if err != nil {
		return "."
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return here
		}
	}
}
