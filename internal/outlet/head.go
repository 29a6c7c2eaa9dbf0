package outlet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"kilter/internal/practice/audit"
)

// Syslog sends heads of the audit chain to a syslog server: udp://HOST:PORT
// (RFC 5426), tcp://HOST:PORT and tls://HOST:PORT with the length before each
// message (RFC 6587, RFC 5425).
type Syslog struct {
	scheme, address string
	Host            string // how we call ourselves
	TLS             *tls.Config
}

// NewSyslog reads the address of a server.
func NewSyslog(address, host string) (*Syslog, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("outlet: the syslog address must read udp://, tcp:// or tls://HOST:PORT")
	}
	port, ok := map[string]string{"udp": "514", "tcp": "601", "tls": "6514"}[u.Scheme]
	if !ok {
		return nil, fmt.Errorf("outlet: unknown kind of syslog address %q", u.Scheme)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	return &Syslog{scheme: u.Scheme, address: net.JoinHostPort(u.Hostname(), port), Host: host}, nil
}

const syslogTime = 10 * time.Second

// Carry sends one head.
func (s *Syslog) Carry(ctx context.Context, h audit.Head) (err error) {
	ctx, cancel := context.WithTimeout(ctx, syslogTime)
	defer cancel()
	var c net.Conn
	switch s.scheme {
	case "tls":
		c, err = (&tls.Dialer{Config: s.TLS}).DialContext(ctx, "tcp", s.address)
	default:
		c, err = (&net.Dialer{}).DialContext(ctx, s.scheme, s.address)
	}
	if err != nil {
		return fmt.Errorf("outlet: syslog: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if end, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(end); err != nil {
			return fmt.Errorf("outlet: syslog: %w", err)
		}
	}
	text := h.Syslog(s.Host)
	if s.scheme != "udp" {
		text = fmt.Sprintf("%d %s", len(text), text)
	}
	if _, err := c.Write([]byte(text)); err != nil {
		return fmt.Errorf("outlet: syslog: %w", err)
	}
	return nil
}
