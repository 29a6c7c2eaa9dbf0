package app

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// unmapProgram lets go of the pages of the program's own file that the process
// has mapped for reading: its code and its tables. Starting touches three
// quarters of them, the quiet service few; what is needed again comes back from
// the kernel's cache of the file, 64 kB at a time. Nothing is written to these
// pages, so nothing can be lost (madvise(2), MADV_DONTNEED on a file mapping).
func unmapProgram() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("where the program lies: %w", err)
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return fmt.Errorf("what is mapped: %w", err)
	}
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		var from, to uintptr
		var may string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &may); err != nil {
			return errors.Join(fmt.Errorf("a line of /proc/self/maps: %w", err), maps.Close())
		}
		if strings.Contains(may, "w") || !strings.HasSuffix(lines.Text(), " "+self) {
			continue
		}
		if _, _, no := unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED); no != 0 {
			return errors.Join(fmt.Errorf("pages of the program: %w", no), maps.Close())
		}
	}
	return errors.Join(lines.Err(), maps.Close())
}
