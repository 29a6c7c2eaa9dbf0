package arrival_test

import (
	"bufio"
	"errors"
	"fmt"
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

// Who sends more than is wanted, and listens when he has sent it, hears why.
func TestWhoStillSendsHearsTheAnswer(t *testing.T) {
	t.Parallel()
	const size, part = 2 << 20, 64 << 10
	address := served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/read" {
			if _, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10)); err == nil {
				t.Error("more than ten bytes were taken")
			}
		}
		http.Error(w, "too much", http.StatusRequestEntityTooLarge)
	})
	for _, path := range []string{"/read", "/unread"} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", path, size); err != nil {
			t.Fatal(err)
		}
		for sent := 0; sent < size; sent += part {
			if _, err := c.Write(make([]byte, part)); err != nil {
				t.Fatalf("%s: broken off after %d bytes: %v", path, sent, err)
			}
			time.Sleep(25 * time.Millisecond) // longer, in all, than net/http waits before it closes
		}
		a, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if a.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
		_ = a.Body.Close()
	}
}

// What is sent only when it is wanted is not asked for once it was refused.
func TestWhatWaitsToBeAskedForIsNot(t *testing.T) {
	t.Parallel()
	address := served(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "too much", http.StatusRequestEntityTooLarge)
	})
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil || !strings.Contains(line, "413") {
		t.Errorf("%q, %v", line, err)
	}
}
