package arrival_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/arrival"
)

const within = 200 * time.Millisecond

// served gives the address of a server that asks h behind a Watch.
func served(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(arrival.Watch(h, within, time.Now))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// A deed may take longer than its words had time to arrive.
func TestTheDeedMayTakeLonger(t *testing.T) {
	t.Parallel()
	address := served(t, func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		select {
		case <-r.Context().Done():
			t.Errorf("taken for gone: %v", context(r))
		case <-time.After(3 * within):
		}
		_, _ = w.Write(text)
	})
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+address, strings.NewReader("a word"))
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodGet {
			r.Body, r.ContentLength = http.NoBody, 0
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(a.Body)
		if want := map[string]string{http.MethodPost: "a word"}[method]; err != nil || string(text) != want {
			t.Errorf("%s: %q, %v", method, text, err)
		}
		_ = a.Body.Close()
	}
}

// context says why a request ended.
func context(r *http.Request) error { return r.Context().Err() }

// Words that do not come in time are not waited for; a handler may give more time.
func TestWordsThatDoNotCome(t *testing.T) {
	t.Parallel()
	read := make(chan error, 1)
	address := served(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/patient" {
			arrival.Within(r, time.Minute)
		}
		_, err := io.ReadAll(r.Body)
		read <- err
	})
	send := func(path string) net.Conn {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := io.WriteString(c, "POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\na "); err != nil {
			t.Fatal(err)
		}
		return c
	}
	send("/")
	if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a body that never came: %v", err)
	}
	c := send("/patient")
	time.Sleep(2 * within)
	if _, err := io.WriteString(c, "word"); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Errorf("a body that was given more time: %v", err)
	}
}
