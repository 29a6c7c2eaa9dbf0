// Package arrival bounds the time in which the body of a request must have
// come, and nothing else: what the body asks for may take longer. The
// deadline that net/http keeps for a connection does not end with the body.
// When it passes while a deed is still under way, the server takes the caller
// for gone, cancels the deed and answers with an empty page. Here the deadline
// is taken off with the last byte.
//
// What was refused before its last byte is read on for a while and thrown
// away. Who still sends does not listen yet; were the connection closed upon
// him, he would see it broken off and not the answer.
package arrival

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

type key struct{}

// What is read of a body that nobody wants.
const (
	restMost = 16 << 20 // bytes
	restTime = 5 * time.Second
)

// Watch gives each body that comes to next the time within to arrive, unless
// a handler says otherwise by Within. wall is the machine's own clock: no
// other runs beside a connection.
func Watch(next http.Handler, within time.Duration, wall func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		b := &body{ReadCloser: r.Body, line: http.NewResponseController(w), wall: wall, asks: r.Header.Get("Expect") != ""}
		b.within(within)
		r = r.WithContext(context.WithValue(r.Context(), key{}, b))
		r.Body = b
		next.ServeHTTP(w, r)
		b.rest()
	})
}

// Within gives the body of r the time d to arrive, from now on. It does
// nothing for a body that is whole, or that nobody watches (a test's request).
func Within(r *http.Request, d time.Duration) {
	if b, ok := r.Context().Value(key{}).(*body); ok {
		b.within(d)
	}
}

// body is a body on its way.
type body struct {
	io.ReadCloser
	line *http.ResponseController
	wall func() time.Time

	mu    sync.Mutex
	whole bool
	asks  bool  // whether it is sent only when it is read (Expect: 100-continue)
	why   error // what ended the reading, but for its end
}

func (b *body) within(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.whole {
		_ = b.line.SetReadDeadline(b.wall().Add(d)) // a writer without a connection (a test's recorder) has no deadlines
	}
}

// Read reads on, and with the last byte takes the deadline off the connection.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asks = false
	switch {
	case errors.Is(err, io.EOF):
		b.whole = true
		_ = b.line.SetReadDeadline(time.Time{}) // as above
	case err != nil:
		b.why = err
	}
	return n, err // io.EOF is told as it is
}

// rest reads what was left of a body, unless it broke off by itself or nobody
// sends it.
func (b *body) rest() {
	b.mu.Lock()
	left := !b.whole && !b.asks && b.why == nil
	b.mu.Unlock()
	if left {
		b.within(restTime)
		_, _ = io.CopyN(io.Discard, b, restMost) // what does not come now is not waited for
	}
}
