package cmdb

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"kilter/internal/practice/cmdb"
)

// nmapHost is a host as nmap writes it with -oX.
type nmapHost struct {
	Status struct {
		State string `xml:"state,attr"`
	} `xml:"status"`
	Addresses []struct {
		Addr   string `xml:"addr,attr"`
		Type   string `xml:"addrtype,attr"`
		Vendor string `xml:"vendor,attr"`
	} `xml:"address"`
	Names []struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"`
	} `xml:"hostnames>hostname"`
	Ports []nmapPort `xml:"ports>port"`
	OS    []struct {
		Name    string `xml:"name,attr"`
		Classes []struct {
			Type string `xml:"type,attr"`
		} `xml:"osclass"`
	} `xml:"os>osmatch"`
}

type nmapPort struct {
	Protocol string `xml:"protocol,attr"`
	Number   string `xml:"portid,attr"`
	State    struct {
		State string `xml:"state,attr"`
	} `xml:"state"`
	Service struct {
		Name    string `xml:"name,attr"`
		Product string `xml:"product,attr"`
		Version string `xml:"version,attr"`
	} `xml:"service"`
}

// nmapClasses tells from nmap's kinds of devices what class a host is of; what
// it does not name is a server.
var nmapClasses = map[string]cmdb.Class{
	"router": "network_device", "switch": "network_device", "WAP": "network_device", "bridge": "network_device", "hub": "network_device", "load balancer": "network_device", "broadband router": "network_device",
	"firewall": "security_device", "security-misc": "security_device", "printer": "printer", "print server": "printer", "storage-misc": "storage", "power-device": "power_device", "phone": "terminal", "VoIP phone": "terminal", "terminal": "terminal",
}

// Nmap reads a scan: every host that is up becomes an item, known again by its
// hardware address and its name. What was scanned is rarely everything, so
// absence counts only when the options say the scan was complete.
func Nmap(r io.Reader, o Options) (cmdb.Report, error) {
	in, err := unpack(r, MaxReport)
	if err != nil {
		return cmdb.Report{}, err
	}
	g := gather(o, "nmap")
	g.classes = []cmdb.Class{"device"}
	d := readXML(in)
	err = elements("nmap", "nmaprun", d, func(s xml.StartElement) error {
		if s.Name.Local != "host" {
			return nil
		}
		var h nmapHost
		if err := d.DecodeElement(&h, &s); err != nil {
			return err
		}
		if h.Status.State == "up" {
			h.give(g)
		} else {
			g.passed["host, not up"]++
		}
		return g.full()
	})
	if err != nil {
		return cmdb.Report{}, err
	}
	return g.report(), nil
}

func (h *nmapHost) give(g *gathered) {
	fields := map[string]string{}
	var ips, macs []string
	for _, a := range h.Addresses {
		switch {
		case a.Addr == "":
		case a.Type == "ipv4", a.Type == "ipv6":
			ips = append(ips, a.Addr)
		case a.Type == "mac":
			macs = append(macs, a.Addr)
			fields["vendor"] = a.Vendor
		}
	}
	if len(ips)+len(macs) == 0 {
		g.passed["host without address"]++
		return
	}
	address := append(slices.Clone(ips), macs...)[0]
	if g.refs["host/"+address] {
		g.passed["host, twice"]++
		return
	}
	fields["ip"], fields["mac"] = strings.Join(ips, " "), strings.Join(macs, " ")
	if n := slices.IndexFunc(h.Names, func(n struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"`
	},
	) bool {
		return n.Type == "user"
	}); n >= 0 {
		fields["fqdn"] = h.Names[n].Name
	} else if len(h.Names) > 0 {
		fields["fqdn"] = h.Names[0].Name
	}
	class := cmdb.Class("server")
	if len(h.OS) > 0 {
		fields["os"] = brief(h.OS[0].Name)
		for _, c := range h.OS[0].Classes {
			class = cmp.Or(nmapClasses[c.Type], class)
		}
	}
	var open []string
	for _, p := range h.Ports {
		if p.State.State == "open" {
			open = append(open, strings.Join(strings.Fields(p.Number+"/"+p.Protocol+" "+p.Service.Name+" "+p.Service.Product+" "+p.Service.Version), " "))
		}
	}
	fields["about"] = strings.Join(open, "; ")
	if runes := []rune(fields["about"]); len(runes) > 2000 {
		fields["about"] = string(runes[:2000])
	}
	fields["name_en"] = brief(cmp.Or(fields["fqdn"], address))
	g.item("host/"+address, class, cmp.Or(fields["fqdn"], address), fields)
}
