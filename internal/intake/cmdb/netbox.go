package cmdb

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/cmdb"
)

// netbox is an export of NetBox, its objects by model ("dcim.device") and key.
type netbox struct {
	g      *gathered
	held   map[string]map[int64]netboxObject
	order  []netboxKey
	ips    map[string][]string // addresses by what bears them
	macs   map[string][]string
	names  map[string]string // host names by what bears them
	items  map[string]cmdb.Class
	tied   map[[2]string]bool
	cables map[int64][]netboxObject // ends that are objects of their own, by cable
}

type netboxKey struct {
	model string
	pk    int64
}

func (k netboxKey) String() string { return k.model + "/" + strconv.FormatInt(k.pk, 10) }

// NetBox reads what NetBox exports: answers of its REST interface, one or many
// after the other, or a dump of its database as JSON (model, pk, fields). It
// takes sites, racks, devices with their interfaces and addresses, clusters,
// virtual machines, circuits, contacts, tenants, and cables as relations.
func NetBox(r io.Reader, o Options) (cmdb.Report, error) {
	in, err := unpack(r, MaxReport)
	if err != nil {
		return cmdb.Report{}, err
	}
	n := &netbox{
		g: gather(o, "netbox"), held: map[string]map[int64]netboxObject{}, ips: map[string][]string{}, macs: map[string][]string{},
		names: map[string]string{}, items: map[string]cmdb.Class{}, tied: map[[2]string]bool{},
	}
	if err := readNetBox(in, n.take); err != nil {
		return cmdb.Report{}, unreadable("NetBox", err)
	}
	if len(n.order) == 0 {
		return cmdb.Report{}, unreadable("NetBox", errNoObjects)
	}
	n.addresses()
	for _, m := range []struct {
		model string
		class cmdb.Class
		give  func(netboxKey, netboxObject)
	}{
		{"dcim.site", "room", n.site},
		{"dcim.rack", "rack", n.rack},
		{"dcim.device", "device", n.device},
		{"circuits.circuit", "link", n.circuit},
		{"virtualization.cluster", "middleware", n.cluster},
		{"virtualization.virtualmachine", "vm", n.vm},
		{"tenancy.tenant", "contact", n.tenant},
		{"tenancy.contact", "contact", n.contact},
	} {
		if len(n.held[m.model]) > 0 {
			n.g.classes = append(n.g.classes, m.class)
		}
		n.each(m.model, m.give)
	}
	n.stand()
	n.each("dcim.cable", n.cable)
	n.each("tenancy.contactassignment", n.assigned)
	n.tell()
	return n.g.report(), n.g.full()
}

// netboxDetails are the models that say more of items: what they bear, how they
// are joined, what they are called.
var netboxDetails = []string{
	"circuits.circuittermination", "circuits.provider", "contenttypes.contenttype", "dcim.cable", "dcim.cabletermination", "dcim.devicerole", "dcim.devicetype",
	"dcim.interface", "dcim.manufacturer", "dcim.platform", "dcim.powerport", "ipam.ipaddress", "tenancy.contactassignment", "tenancy.contactgroup",
	"tenancy.contactrole", "tenancy.tenantgroup", "virtualization.clustertype", "virtualization.vminterface",
}

// tell counts what became of every object.
func (n *netbox) tell() {
	for _, k := range n.order {
		switch {
		case n.items[k.String()] != "":
		case slices.Contains(netboxDetails, k.model):
			n.g.details++
		default:
			n.g.passed[brief(k.model)]++
		}
	}
}

func (n *netbox) take(k netboxKey, o netboxObject) error {
	if k.model == "" {
		n.g.passed["?"]++
		return nil
	}
	if n.held[k.model] == nil {
		n.held[k.model] = map[int64]netboxObject{}
	}
	if _, twice := n.held[k.model][k.pk]; twice {
		n.g.details++ // the last one holds
	} else {
		n.order = append(n.order, k)
	}
	n.held[k.model][k.pk] = o
	return n.g.full()
}

// each goes over the objects of a model in the order of the export.
func (n *netbox) each(model string, do func(netboxKey, netboxObject)) {
	for _, k := range n.order {
		if k.model == model {
			do(k, n.held[model][k.pk])
		}
	}
}

// called is the name of what a field refers to: told with the reference, or by
// the object itself.
func (n *netbox) called(o netboxObject, field, model string) string {
	if name := o.nested(field).name(); name != "" {
		return name
	}
	return n.held[model][o.ref(field)].name()
}

// addresses finds out which device or virtual machine bears which addresses.
func (n *netbox) addresses() {
	for model, owner := range map[string]string{"dcim.interface": "device", "virtualization.vminterface": "virtual_machine"} {
		n.each(model, func(_ netboxKey, o netboxObject) {
			if mac := o.text("mac_address"); mac != "" {
				at := n.owner(model, o, owner)
				n.macs[at] = append(n.macs[at], mac)
			}
		})
	}
	n.each("ipam.ipaddress", func(k netboxKey, o netboxObject) {
		of := n.bearer(o.kind("assigned_object_type", n.held["contenttypes.contenttype"]), o.ref("assigned_object_id"), o.nested("assigned_object"))
		if of == "" {
			return
		}
		address, _, _ := strings.Cut(o.text("address"), "/")
		n.ips[of] = append(n.ips[of], address)
		n.names[of] = cmp.Or(n.names[of], o.text("dns_name"))
	})
}

func (n *netbox) owner(model string, o netboxObject, field string) string {
	of := "dcim.device"
	switch {
	case model == "virtualization.vminterface":
		of = "virtualization.virtualmachine"
	case model == "circuits.circuittermination":
		of = "circuits.circuit"
	}
	if id := o.ref(field); id != 0 {
		return netboxKey{of, id}.String()
	}
	return ""
}

// bearer is the item to which an interface, a port or the end of a circuit
// belongs.
func (n *netbox) bearer(model string, pk int64, nested netboxObject) string {
	field := "device"
	switch model {
	case "virtualization.vminterface":
		field = "virtual_machine"
	case "circuits.circuittermination":
		field = "circuit"
	}
	if o, ok := n.held[model][pk]; ok {
		return n.owner(model, o, field)
	}
	return n.owner(model, nested, field)
}

// give hands an item on, with what all of them have.
func (n *netbox) give(k netboxKey, o netboxObject, class cmdb.Class, label string, fields map[string]string) {
	at := k.String()
	fields["name_en"] = brief(cmp.Or(fields["name_en"], o.name(), label))
	fields["about"] = brief(o.text("description"))
	if slices.Contains(addressed, class) {
		fields["ip"], fields["mac"], fields["fqdn"] = strings.Join(n.ips[at], " "), strings.Join(n.macs[at], " "), n.names[at]
		fields["os"] = n.called(o, "platform", "dcim.platform")
	}
	if state := netboxStates[o.choice("status")]; state != "" {
		fields["state"] = state
	}
	n.items[at] = class
	n.g.item(at, class, label, fields)
}
