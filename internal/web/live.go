package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Live hands on what happens while somebody listens. The channel is closed
// when he is too slow.
type Live interface {
	Listen() (happenings <-chan record.Happening, leave func())
}

// The rhythm of the event stream: a beat keeps proxies from closing it, and
// after a while the browser comes anew, so that who it is is asked again.
const (
	liveBeat = 20 * time.Second
	liveTurn = 10 * time.Minute
	liveMost = 500 // happenings made up for after an absence; beyond, the page reloads what it shows
)

// live is the stream of happenings (server-sent events). Each has the number
// of its record as its name, so that an open record hears of itself; "incidents"
// tells lists that something in them changed. A browser that comes back names
// the last event it saw and gets what it missed. What the scope does not cover
// is not told, to people who are no staff only what is public.
func (d *Desk) live(w http.ResponseWriter, r *http.Request, s *sight) error {
	ear := &ear{w: w, out: http.NewResponseController(w), by: s.By, word: s.T("desk.list_changed")}
	happenings, leave := d.Live.Listen()
	defer leave()
	if err := ear.begin(); err != nil {
		return nil // the reader has gone: nobody is left to tell
	}
	if err := d.missed(r, ear); err != nil {
		return nil // as above: the stream has begun, an error page cannot follow
	}
	beat, turn := time.NewTicker(liveBeat), time.NewTimer(liveTurn)
	defer beat.Stop()
	defer turn.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return nil
		case <-d.Stop:
			return nil
		case <-turn.C:
			return nil
		case <-beat.C:
			err = ear.write(": \n\n")
		case h, open := <-happenings:
			if !open {
				return nil
			}
			err = ear.tell(h)
		}
		if err != nil {
			return nil // the reader has gone
		}
	}
}

// missed tells what happened since the event the browser saw last.
func (d *Desk) missed(r *http.Request, e *ear) error {
	last, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64)
	if err != nil || last <= 0 || d.Feed == nil {
		return nil // a first visit has seen nothing
	}
	all, err := d.Feed.After(r.Context(), last, liveMost)
	if err != nil {
		return err
	}
	for _, h := range all {
		if err := e.tell(h); err != nil {
			return err
		}
	}
	return nil
}

// ear is one who listens.
type ear struct {
	w    io.Writer
	out  *http.ResponseController
	by   people.Actor
	seq  int64
	word string
}

func (e *ear) begin() error {
	w, ok := e.w.(http.ResponseWriter)
	if !ok {
		return http.ErrNotSupported
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	_ = e.out.SetWriteDeadline(time.Time{}) // a stream outlives the limit of an ordinary answer
	return e.write("retry: 3000\n\n")
}

func (e *ear) tell(h record.Happening) error {
	if h.Seq <= e.seq || !h.HeardBy(e.by) {
		return nil
	}
	e.seq = h.Seq
	text := fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", h.Seq, record.Ref(h.Kind, h.Number), h.Deed)
	if h.By != e.by.ID {
		text += fmt.Sprintf("id: %d\nevent: %ss\ndata: <button class=\"btn btn-small\" type=\"button\" data-refresh>%s</button>\n\n", h.Seq, h.Kind, e.word)
	}
	return e.write(text)
}

func (e *ear) write(text string) error {
	if _, err := io.WriteString(e.w, text); err != nil {
		return err
	}
	return e.out.Flush()
}
