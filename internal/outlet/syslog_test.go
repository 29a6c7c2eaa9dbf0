package outlet_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kilter/internal/outlet"
	"kilter/internal/practice/audit"
)

var oneHead = audit.Head{Seq: 12, Hash: "abc", At: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)}

// Over UDP a head is one datagram without a length (RFC 5426).
func TestSyslogByUDP(t *testing.T) {
	t.Parallel()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }() // the test is over
	s, err := outlet.NewSyslog("udp://"+c.LocalAddr().String(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Carry(t.Context(), oneHead); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 2000)
	n, _, err := c.ReadFrom(b)
	if got := string(b[:n]); err != nil || got != oneHead.Syslog("desk") || !strings.HasPrefix(got, "<109>1 2026-11-24T04:00:00.000Z desk kilter") {
		t.Errorf("syslog got %q, %v", got, err)
	}
}

// Over TLS the length stands before it (RFC 5425), and a server that nobody
// vouches for gets nothing.
func TestSyslogByTLS(t *testing.T) {
	t.Parallel()
	lender := httptest.NewTLSServer(nil) // it has a certificate
	defer lender.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // the test is over
	got := make(chan string, 2)
	go func() {
		for range 2 {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all, _ := io.ReadAll(c) // a broken handshake reads nothing
			got <- string(all)
			_ = c.Close()
		}
	}()
	s, err := outlet.NewSyslog("tls://"+l.Addr().String(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Carry(t.Context(), oneHead); err == nil {
		t.Error("a certificate nobody signed is believed")
	}
	if said := <-got; said != "" {
		t.Errorf("it was told %q", said)
	}
	roots := x509.NewCertPool()
	roots.AddCert(lender.Certificate())
	s.TLS = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	if err := s.Carry(t.Context(), oneHead); err != nil {
		t.Fatal(err)
	}
	want := oneHead.Syslog("desk")
	if said := <-got; said != fmt.Sprintf("%d %s", len(want), want) {
		t.Errorf("syslog got %q", said)
	}
}
