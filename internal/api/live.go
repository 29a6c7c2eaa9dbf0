package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/record"
)

// heartbeat keeps proxies from closing a quiet stream, and finds out who has
// hung up.
const heartbeat = 20 * time.Second

// lookAgain is how long a stream goes on with the rights the listener had when
// he came: after it he is asked anew who he is.
const lookAgain = time.Minute

// event is a happening as a live page hears of it. It says that something
// happened, never what was written: the page asks for that under its own
// rights.
type event struct {
	Record   string `json:"record"`
	Kind     string `json:"kind"`
	Deed     string `json:"deed"`
	At       string `json:"at"`
	By       int64  `json:"by,omitempty"`
	State    string `json:"state"`
	Priority int    `json:"priority,omitempty"`
}

// listen adds the stream of happenings. The pages of the workspace use the
// same address.
func (a *API) listen() {
	a.add(operation{
		Method: "GET", Path: Prefix + "/live", Policy: Known, Name: "live", Tag: "live",
		Query: []param{{Name: "after", Type: "integer"}, {Name: "record", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Type: "text/event-stream"}}, Run: (*call).live,
	})
}

// live sends server-sent events from the one named by Last-Event-ID (or after=)
// on, as far as the listener's scope reaches.
func (c *call) live() error {
	ctx, control := c.r.Context(), http.NewResponseController(c.w)
	from := c.lastHeard()
	happenings, leave := c.Live.Listen()
	defer leave()
	h := c.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	_ = control.SetWriteDeadline(time.Time{}) // none where there is no connection
	if err := c.hail("retry: 2000\n\n", control); err != nil {
		return nil // the listener has hung up
	}
	only := c.get("record")
	sent, err := c.missed(from, only)
	if err != nil {
		return c.broke(err)
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	until := c.Now().Add(lookAgain)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err = c.hail(": \n\n", control); err != nil {
				return nil // the listener has hung up
			}
		case happening, open := <-happenings:
			if !open {
				return nil // too slow: it resumes from the event it heard last
			}
			if happening.Seq <= sent {
				continue
			}
			sent = happening.Seq
			if err := c.tellEvent(happening, only); err != nil {
				return nil // the listener has hung up
			}
			_ = control.Flush() // the writer has been flushed before
		}
		if now := c.Now(); now.After(until) {
			if c.by, err = c.Who(c.r); err != nil {
				return nil // his rights have ended, and with them the stream
			}
			until = now.Add(lookAgain)
		}
	}
}

// lastHeard is the event after which a listener resumes; -1 for a new one.
func (c *call) lastHeard() int64 {
	text := c.r.Header.Get("Last-Event-ID")
	if text == "" {
		text = c.get("after")
	}
	if text == "" {
		return -1
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return -1 // an id of another server: he starts anew
	}
	return n
}

// mostMissed is how many events are made up for; who missed more reloads.
const mostMissed = 5000

// missed sends what happened since the listener was last there.
func (c *call) missed(from int64, only string) (int64, error) {
	ctx := c.r.Context()
	last, err := c.Feed.Last(ctx)
	if err != nil {
		return 0, err
	}
	if from < 0 || from > last {
		return last, c.sendEvent(last, "hello", []byte("{}"))
	}
	for n := 0; from < last; {
		news, err := c.Feed.After(ctx, from, 500)
		if err != nil {
			return from, err
		}
		if n += len(news); n > mostMissed {
			return last, c.sendEvent(last, "reload", []byte("{}"))
		}
		for _, h := range news {
			if err := c.tellEvent(h, only); err != nil {
				return from, err
			}
			from = h.Seq
		}
		if len(news) == 0 {
			break
		}
	}
	return max(from, last), c.hail("", http.NewResponseController(c.w))
}

func (c *call) tellEvent(h record.Happening, only string) error {
	name := record.Ref(h.Kind, h.Number)
	if !h.HeardBy(c.by) || only != "" && only != name {
		return nil
	}
	out, err := json.Marshal(event{name, string(h.Kind), h.Deed, stamp(h.At), int64(h.By), string(h.State), h.Priority})
	if err != nil {
		return err
	}
	return c.sendEvent(h.Seq, "record", out)
}

func (c *call) sendEvent(seq int64, name string, data []byte) error {
	_, err := fmt.Fprintf(c.w, "id: %d\nevent: %s\ndata: %s\n\n", seq, name, data)
	return err
}

func (c *call) hail(text string, control *http.ResponseController) error {
	if _, err := c.w.Write([]byte(text)); err != nil {
		return err
	}
	return control.Flush()
}
