package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/testkit"
)

// heard collects what a listener of a node's live stream is told.
type heard struct {
	mu   sync.Mutex
	last string
	of   map[string]int // deeds by "number deed at"
}

// listen follows the live stream of a node until the test ends, as a browser
// does: when the stream breaks off it comes again and says what it heard last.
func (n *node) listen(token string) *heard {
	n.t.Helper()
	ctx, cancel := context.WithCancel(n.t.Context())
	n.t.Cleanup(cancel)
	h := &heard{of: map[string]int{}}
	begun := make(chan struct{})
	go func() {
		for first := true; ctx.Err() == nil; first = false {
			err := h.follow(ctx, n, token, func() {
				if first {
					close(begun)
				}
			})
			if err != nil { // the node has gone
				return
			}
		}
	}()
	select {
	case <-begun:
	case <-n.done:
		n.t.Fatal("ended before it could be listened to")
	}
	return h
}

func (h *heard) follow(ctx context.Context, n *node, token string, hello func()) error {
	req, err := http.NewRequestWithContext(ctx, "GET", n.url+"/api/v1/live", http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	h.mu.Lock()
	req.Header.Set("Last-Event-ID", h.last)
	h.mu.Unlock()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	in := bufio.NewScanner(res.Body)
	for in.Scan() {
		h.take(in.Text())
		if strings.HasPrefix(in.Text(), "event: hello") { // from here on nothing is missed
			hello()
		}
	}
	return nil
}

func (h *heard) take(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if id, ok := strings.CutPrefix(line, "id: "); ok {
		h.last = id
	}
	var e struct{ Record, Deed, At string }
	if data, ok := strings.CutPrefix(line, "data: "); ok && json.Unmarshal([]byte(data), &e) == nil && e.Record != "" {
		h.of[e.Record+" "+e.Deed+" "+e.At]++
	}
}

// opened counts the records of whose opening the listener was told; it fails
// if anything came twice.
func (h *heard) opened(t testing.TB) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for what, times := range h.of {
		if times != 1 {
			t.Errorf("%s: told %d times", what, times)
		}
		if strings.Contains(what, ".open ") {
			n++
		}
	}
	return n
}

// Two nodes on one PostgreSQL are one Kilter: numbers are unique and without
// gaps, what happens on one is seen live on both and told once, a file taken
// in by one is read from the other, a setting changed on one holds on the
// other; and when the node that leads the duties dies, the other takes over.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	testkit.PostgresServer(t)
	const total = 200
	w := settle(t, "postgres")
	agent := w.token[access.DeskAgent]
	first := serve(t, w.db) // it leads, for it came first
	second := serve(t, w.db)
	nodes := []*node{first, second}
	ears := []*heard{first.listen(agent), second.listen(agent)}

	var group sync.WaitGroup
	for c := range 8 {
		group.Go(func() {
			for i := range total / 8 {
				r, err := nodes[(c+i)%2].ask(agent, "POST", "/api/v1/incidents", incidentBody(fmt.Sprintf("call %d of %d", i, c)))
				if err != nil || r.status != http.StatusCreated {
					t.Error(r.status, r.body, err)
				}
			}
		})
	}
	group.Wait()
	held := w.incidents(t)
	if len(held) != total {
		t.Errorf("%d incidents, want %d", len(held), total)
	}
	gapless(t, held)
	for i, n := range nodes {
		n.until("hearing of all", func() bool { return ears[i].opened(t) == total })
	}

	file := first.want(201, agent, "POST", "/api/v1/files", "taken in by the first 第一台收到的", "Content-Type: application/octet-stream").get("file")
	first.want(200, agent, "POST", "/api/v1/incidents/INC-"+fmt.Sprint(Now().Year())+"-00001/note", fmt.Sprintf(`{"text":"see","files":[{"file":%v,"name":"a.txt"}]}`, file))
	var files []struct{ Get string }
	list := second.want(200, agent, "GET", "/api/v1/incidents/INC-"+fmt.Sprint(Now().Year())+"-00001/files", "")
	if err := json.Unmarshal([]byte(list.body), &files); err != nil || len(files) != 1 {
		t.Fatal(err, list.body)
	}
	if got := second.want(200, agent, "GET", files[0].Get, "").body; got != "taken in by the first 第一台收到的" {
		t.Errorf("the second node reads %q", got)
	}

	admin := w.token[access.SystemAdministrator]
	second.want(201, admin, "POST", "/api/v1/causes", `{"code":"cable","name_en":"Cable","name_zh":"线缆"}`)
	first.until("knowing the new cause", func() bool {
		r, err := first.ask(admin, "GET", "/api/v1/causes", "")
		return err == nil && strings.Contains(r.body, `"cable"`)
	})

	leads := func(n *node) bool {
		r, err := n.ask("", "GET", "/metrics", "")
		return err == nil && strings.Contains(r.body, `kilter_duty_seconds_count{duty="seal"}`)
	}
	if !leads(first) || leads(second) {
		t.Errorf("leads: first %v, second %v; want the first alone", leads(first), leads(second))
	}
	first.until("adding up what is counted", func() bool {
		r, err := first.ask("", "GET", "/metrics", "")
		return err == nil && strings.Contains(r.body, `kilter_duty_seconds_count{duty="fold"}`)
	})
	first.crash()
	second.want(201, agent, "POST", "/api/v1/incidents", incidentBody("after the crash"))
	second.until("leading", func() bool { return leads(second) && ears[1].opened(t) == total+1 })
	w.whole(t)
}
