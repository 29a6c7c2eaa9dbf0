package cmdb

import (
	"bufio"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/cmdb"
)

// MaxInventory bounds the inventory of one machine, unpacked.
const MaxInventory = 16 << 20

// Message is what an agent of GLPI, FusionInventory or OCS Inventory sends: a
// question whether an inventory is wanted, or the inventory.
type Message struct {
	Query  string // PROLOG, CONTACT or INVENTORY
	Device string // the agent's name for its machine
	JSON   bool   // it speaks the protocol of GLPI 10
	body   machine
}

// machine is an inventory. GLPI's JSON has the names of the XML in small
// letters.
type machine struct {
	Hardware struct {
		Name   string     `xml:"NAME" json:"name"`
		UUID   string     `xml:"UUID" json:"uuid"`
		OS     string     `xml:"OSNAME" json:"-"`
		Memory agentValue `xml:"MEMORY" json:"memory"`
		VM     string     `xml:"VMSYSTEM" json:"vmsystem"`
	} `xml:"HARDWARE" json:"hardware"`
	Bios struct {
		Serial string `xml:"SSN" json:"ssn"`
		Vendor string `xml:"SMANUFACTURER" json:"smanufacturer"`
		Model  string `xml:"SMODEL" json:"smodel"`
	} `xml:"BIOS" json:"bios"`
	System struct {
		Name   string `xml:"FULL_NAME" json:"full_name"`
		FQDN   string `xml:"FQDN" json:"fqdn"`
		Domain string `xml:"DNS_DOMAIN" json:"dns_domain"`
	} `xml:"OPERATINGSYSTEM" json:"operatingsystem"`
	Networks []struct {
		MAC     string     `xml:"MACADDR" json:"mac"`
		MACAddr string     `xml:"-" json:"macaddr"`
		IP      string     `xml:"IPADDRESS" json:"ipaddress"`
		IP6     string     `xml:"IPADDRESS6" json:"ipaddress6"`
		Virtual agentValue `xml:"VIRTUALDEV" json:"virtualdev"`
	} `xml:"NETWORKS" json:"networks"`
	CPUs []struct {
		Cores agentValue `xml:"CORE" json:"core"`
	} `xml:"CPUS" json:"cpus"`
}

// agentValue is a number or a word, as agents happen to write it.
type agentValue string

// UnmarshalJSON takes either.
func (v *agentValue) UnmarshalJSON(b []byte) error {
	*v = agentValue(strings.Trim(string(b), `"`))
	return nil
}

// ReadMessage reads what an agent sent, packed with zlib or gzip or not.
func ReadMessage(r io.Reader) (*Message, error) {
	plain, err := unpack(r, MaxInventory)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(plain)
	head, err := in.Peek(1)
	if err != nil {
		return nil, unreadable("GLPI-Agent", err)
	}
	m := &Message{}
	if m.JSON = head[0] == '{'; m.JSON {
		err = m.fromJSON(in)
	} else {
		err = m.fromXML(in)
	}
	if err == nil && m.Device == "" {
		err = errors.New("DEVICEID is missing")
	}
	if err == nil && !slices.Contains([]string{"PROLOG", "CONTACT", "INVENTORY"}, m.Query) {
		err = errors.New("it asks for “" + brief(m.Query) + "”, which is neither PROLOG nor INVENTORY")
	}
	if err == nil && m.Query == "INVENTORY" && m.body.Hardware.Name == "" {
		err = errors.New("HARDWARE/NAME is missing")
	}
	return m, unreadable("GLPI-Agent", err)
}

func (m *Message) fromXML(in io.Reader) error {
	var doc struct {
		XMLName xml.Name `xml:"REQUEST"`
		Query   string   `xml:"QUERY"`
		Device  string   `xml:"DEVICEID"`
		Content machine  `xml:"CONTENT"`
	}
	err := readXML(in).Decode(&doc)
	m.Query, m.Device, m.body = strings.ToUpper(doc.Query), doc.Device, doc.Content
	return err
}

func (m *Message) fromJSON(in io.Reader) error {
	raw, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	if deep(raw) {
		return errors.New("it is nested too deep")
	}
	var doc struct {
		Action  string  `json:"action"`
		Device  string  `json:"deviceid"`
		Content machine `json:"content"`
	}
	err = json.Unmarshal(raw, &doc)
	m.Query, m.Device, m.body = strings.ToUpper(doc.Action), doc.Device, doc.Content
	return err
}

// nothing are the serial numbers and UUIDs that makers leave in when they write
// none.
var nothing = []string{"", "none", "0", "default string", "to be filled by o.e.m.", "system serial number", "not specified", "n/a", "unknown"}

// Report is the inventory as findings: one machine.
func (m *Message) Report(o Options) cmdb.Report {
	b, g := &m.body, gather(o, "agent")
	class := cmdb.Class("terminal")
	if os := strings.ToLower(b.Hardware.OS + b.System.Name); strings.Contains(os, "server") || strings.Contains(os, "linux") || strings.Contains(os, "bsd") {
		class = "server"
	}
	if vm := strings.ToLower(b.Hardware.VM); vm != "" && vm != "physical" {
		class = "vm"
	}
	var ips, macs []string
	for _, n := range b.Networks {
		if mac := cmp.Or(n.MAC, n.MACAddr); mac != "" && n.Virtual != "1" && n.Virtual != "true" && mac != "00:00:00:00:00:00" {
			macs = append(macs, mac)
		}
		for _, ip := range []string{n.IP, n.IP6} {
			if ip != "" && !strings.HasPrefix(ip, "127.") && !strings.HasPrefix(ip, "fe80:") && ip != "::1" {
				ips = append(ips, ip)
			}
		}
	}
	fields := map[string]string{
		"name_en": brief(b.Hardware.Name), "os": brief(cmp.Or(b.System.Name, b.Hardware.OS)), "uuid": brief(b.Hardware.UUID),
		"ip": strings.Join(ips, " "), "mac": strings.Join(macs, " "), "fqdn": brief(b.System.FQDN),
	}
	if fields["fqdn"] == "" && b.System.Domain != "" {
		fields["fqdn"] = brief(b.Hardware.Name + "." + b.System.Domain)
	}
	if class != "vm" {
		fields["serial"], fields["vendor"], fields["model"] = brief(b.Bios.Serial), brief(b.Bios.Vendor), brief(b.Bios.Model)
	}
	for _, name := range []string{"serial", "uuid"} {
		if slices.Contains(nothing, strings.ToLower(fields[name])) {
			delete(fields, name)
		}
	}
	cores := 0
	for _, c := range b.CPUs {
		n, _ := strconv.Atoi(string(c.Cores)) // what is no number counts as none
		cores += max(0, min(n, 1024))
	}
	if cores > 0 {
		fields["cpus"] = strconv.Itoa(cores)
	}
	if mb, err := strconv.ParseUint(string(b.Hardware.Memory), 10, 40); err == nil && mb > 0 {
		fields["memory"] = strconv.FormatFloat(float64(mb)/1024, 'f', 1, 64)
	}
	g.item("device/"+m.Device, class, m.Device, fields)
	return g.report()
}

// Agent reads an inventory from a file.
func Agent(r io.Reader, o Options) (cmdb.Report, error) {
	m, err := ReadMessage(r)
	if err != nil {
		return cmdb.Report{}, err
	}
	if m.Query != "INVENTORY" {
		return cmdb.Report{}, unreadable("GLPI-Agent", errors.New("it is no inventory"))
	}
	return m.Report(o), nil
}
