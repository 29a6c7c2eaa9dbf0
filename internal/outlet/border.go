package outlet

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"kilter/internal/base/fault"
)

// Border says which machines a setting may make Kilter speak to. What the
// command line names is the operator's own word; what a page names could be a
// probe of this machine and its neighbours (CWE-918), so those are closed
// unless the operator opened their network.
type Border []netip.Prefix

// shared are networks that netip does not call private and that are no
// public place either: carriers' own (RFC 6598), benchmarks (RFC 2544), and
// addresses that embed others (RFC 6052, RFC 3056).
var shared = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2002::/16"),
}

// Check reports a fault unless the address may be spoken to.
func (b Border) Check(a netip.Addr) error {
	a = a.Unmap().WithZone("")
	within := func(p netip.Prefix) bool { return p.Contains(a) }
	if slices.ContainsFunc(b, within) {
		return nil
	}
	if a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || slices.ContainsFunc(shared, within) {
		return fault.At("host", "mail.beyond").With("address", a.String())
	}
	return nil
}

// dial connects, and looks at the address in the moment it is dialled: what a
// name stood for before does not matter.
func (b Border) dial(secure *tls.Config, timeout time.Duration) func(context.Context, string, string) (net.Conn, error) {
	d := &net.Dialer{Timeout: timeout, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return b.Check(at.Addr())
	}}
	if secure == nil {
		return d.DialContext
	}
	return (&tls.Dialer{NetDialer: d, Config: secure}).DialContext
}
