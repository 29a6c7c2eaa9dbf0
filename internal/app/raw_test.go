package app

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// raw is a connection that says to a node what no well-behaved client would.
type raw struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func dial(t *testing.T, n *node) *raw {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(n.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the node may have closed it
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	return &raw{t, conn, bufio.NewReader(conn)}
}

func (r *raw) send(format string, args ...any) {
	r.t.Helper()
	if _, err := fmt.Fprintf(r.conn, format, args...); err != nil {
		r.t.Fatal(err)
	}
}

// line reads as far as a line with the prefix; the lines before it must be
// empty.
func (r *raw) line(prefix string) {
	r.t.Helper()
	for {
		line, err := r.in.ReadString('\n')
		if strings.HasPrefix(line, prefix) {
			return
		}
		if err != nil || strings.TrimSpace(line) != "" {
			r.t.Fatalf("%q, want %q (%v)", line, prefix, err)
		}
	}
}
