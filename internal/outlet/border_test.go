package outlet_test

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/outlet"
	"kilter/internal/practice/notice"
)

// TestSSRF: a server that a page names cannot be this machine, a neighbour or
// a cloud's own address unless the operator opened the network; it is the
// address that counts, not the name it was given by.
func TestSSRF(t *testing.T) {
	t.Parallel()
	open := outlet.Border{netip.MustParsePrefix("10.20.0.0/16")}
	for address, fine := range map[string]bool{
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "10.1.2.3": false, "10.20.1.1": true, "172.16.0.9": false, "192.168.1.1": false,
		"169.254.169.254": false, "fe80::1": false, "fd00::1": false, "0.0.0.0": false, "100.64.0.1": false, "224.0.0.1": false, "64:ff9b::7f00:1": false,
		"203.0.113.5": true, "2001:db8::1": true,
	} {
		if err := open.Check(netip.MustParseAddr(address)); (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
	}
	address, got := server(t, "")
	host, port, err := net.SplitHostPort(strings.TrimPrefix(address, "smtp+plain://"))
	if err != nil {
		t.Fatal(err)
	}
	s := notice.Server{Host: "localhost", Protect: notice.Plain, From: "desk@city.gov.cn"}
	if s.Port, err = strconv.Atoi(port); err != nil {
		t.Fatal(err)
	}
	err = outlet.NewServer(s, "", nil).Send(t.Context(), writer.Write(delivery()))
	if all := fault.All(err); len(all) == 0 || all[0].Key != "mail.beyond" || all[0].Field != "host" {
		t.Errorf("a name that stands for this machine: %v", err)
	}
	select {
	case m := <-got:
		t.Errorf("it was spoken to: %q", m)
	default:
	}
	s.Host = host
	if err := outlet.NewServer(s, "", outlet.Border{netip.MustParsePrefix("127.0.0.0/8")}).Send(t.Context(), writer.Write(delivery())); err != nil {
		t.Errorf("what the operator opened: %v", err)
	}
}
