package app

import (
	"context"
	"errors"
	"runtime/debug"
	gauge "runtime/metrics"
	"time"

	"kilter/internal/job"
)

// mostSpare is how much memory a server that nobody asks for anything keeps
// beside what lives, in bytes.
const mostSpare = 2 << 20

// unmapEvery is how often a server that nobody asks lets go of the pages of its
// program that its own duties touched.
const unmapEvery = time.Minute

// rest gives memory back when nobody has asked for two seconds: what starting
// took, what the last busy hour took. Else the heap would stand for the night
// at several times what lives in it, see spend.
func (h *house) rest() job.Duty {
	var last int64
	var lives uint64
	var unmapped time.Time
	return job.Duty{Name: "rest", Every: 2 * time.Second, Node: true, Run: func(ctx context.Context, now time.Time) (bool, error) {
		served := h.metrics.served.Load()
		quiet := served == last
		last = served
		free, objects := heap()
		if !quiet || !h.ready.Load() {
			return false, nil
		}
		var err error
		if free+objects > lives+mostSpare {
			err = h.db.Rest(ctx)
			debug.FreeOSMemory()
			_, lives = heap()
			unmapped = time.Time{}
		}
		if now.Sub(unmapped) >= unmapEvery {
			unmapped = now
			err = errors.Join(err, unmapProgram())
		}
		return false, err
	}}
}

// heap tells how many bytes are kept free for what will come, and how many are
// taken by what lives or did.
func heap() (free, objects uint64) {
	s := []gauge.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}}
	gauge.Read(s)
	return s[0].Value.Uint64(), s[1].Value.Uint64() + s[2].Value.Uint64()
}
