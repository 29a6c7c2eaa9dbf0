package app

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// fileBacked is how much of this process stands on files, in kB.
func fileBacked(t *testing.T) int {
	t.Helper()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "RssFile:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("this kernel does not tell RssFile (Linux 4.5 does)")
	return 0
}

// What the program does not need of its own file is let go of, and it goes on
// after that as before.
func TestTheProgramsPagesAreLetGo(t *testing.T) {
	h := testHouse(t, "sqlite")
	const much = 4 << 10 // kB; less is a program that lies in memory, as one built in /dev/shm does
	before := fileBacked(t)
	if err := unmapProgram(); err != nil {
		t.Fatal(err)
	}
	if after := fileBacked(t); before > much && after >= before {
		t.Errorf("%d kB of files before, %d kB after", before, after)
	}
	if _, err := h.routes(); err != nil {
		t.Fatal("after it:", err)
	}
}
