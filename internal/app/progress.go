package app

import (
	"fmt"
	"os"
	"time"
)

// progress shows on a terminal how far long work has come; to a file or pipe
// it says nothing.
type progress struct {
	env  *Env
	last time.Time
	some bool
}

// show writes over the line before, at most ten times a second. Of is the
// whole, 0 when it is not known.
func (p *progress) show(key string, n, of int) {
	const tick = 100 * time.Millisecond
	if !terminal(p.env.Err) || time.Since(p.last) < tick {
		return
	}
	p.last, p.some = time.Now(), true
	percent := ""
	if of > 0 {
		percent = fmt.Sprintf(" %3d %%", 100*n/of)
	}
	fmt.Fprintf(p.env.Err, "\r%s%s\x1b[K", p.env.Words.T(key, map[string]any{"count": n}), percent)
}

// end leaves the line.
func (p *progress) end() {
	if p.some {
		fmt.Fprint(p.env.Err, "\r\x1b[K")
	}
}

func terminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
