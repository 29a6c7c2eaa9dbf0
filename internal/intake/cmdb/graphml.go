package cmdb

import (
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"kilter/internal/practice/cmdb"
)

// graphDatum is a value that a node, an edge or the graph carries. Editors of
// the yFiles family put a node's label into a drawing of it.
type graphDatum struct {
	Key   string `xml:"key,attr"`
	Text  string `xml:",chardata"`
	Label string `xml:"ShapeNode>NodeLabel"`
}

type graphKey struct {
	ID   string `xml:"id,attr"`
	Name string `xml:"attr.name,attr"`
}

type graphNode struct {
	ID   string       `xml:"id,attr"`
	Data []graphDatum `xml:"data"`
}

type graphEdge struct {
	Source string       `xml:"source,attr"`
	Target string       `xml:"target,attr"`
	Data   []graphDatum `xml:"data"`
}

// graph is a GraphML document being read.
type graph struct {
	keys  map[string]string
	data  []graphDatum
	nodes []graphNode
	edges []graphEdge
}

// GraphML reads a network: nodes become network devices, and every edge a line
// that needs both its ends. Edges side by side stay apart. What has no label
// is called by its id, and names that two bear are told apart by it.
func GraphML(r io.Reader, o Options) (cmdb.Report, error) {
	in, err := unpack(r, MaxReport)
	if err != nil {
		return cmdb.Report{}, err
	}
	doc := &graph{keys: map[string]string{}}
	d := readXML(in)
	if err := elements("GraphML", "graphml", d, func(s xml.StartElement) error { return doc.take(d, s) }); err != nil {
		return cmdb.Report{}, err
	}
	network := cmp.Or(doc.value(doc.data, "Network"), strings.TrimSuffix(o.File, ".graphml"), "network")
	g := gather(o, "graphml:"+network)
	g.classes = []cmdb.Class{"network_device", "link"}
	g.labels = true // two networks have a London each
	named := map[string]string{}
	for _, n := range doc.nodes {
		if _, twice := named[n.ID]; n.ID == "" || twice {
			return cmdb.Report{}, unreadable("GraphML", errors.New("node without an id of its own: "+n.ID))
		}
		label := cmp.Or(doc.value(n.Data, "label"), n.ID)
		named[n.ID] = label
		fields := map[string]string{"name_en": brief(label), "room": brief(doc.value(n.Data, "Country"))}
		g.item("node/"+n.ID, "network_device", network+"/"+label, fields)
	}
	for i, e := range doc.edges {
		for _, end := range []string{e.Source, e.Target} {
			if _, ok := named[end]; !ok {
				return cmdb.Report{}, unreadable("GraphML", errors.New("edge to a node that is not there: "+end))
			}
		}
		name := named[e.Source] + " – " + named[e.Target]
		speech := cmp.Or(doc.value(e.Data, "LinkLabel"), doc.value(e.Data, "label"))
		ref := "edge/" + strconv.Itoa(i)
		g.item(ref, "link", network+"/"+name, map[string]string{"name_en": brief(name), "about": speech, "bandwidth": bandwidth(speech)})
		g.tie(ref, "connects_to", "node/"+e.Source, "")
		if e.Target != e.Source {
			g.tie(ref, "connects_to", "node/"+e.Target, "")
		}
	}
	return g.report(), g.full()
}

func (g *graph) take(d *xml.Decoder, s xml.StartElement) error {
	if len(g.nodes)+len(g.edges)+len(g.keys)+len(g.data) > maxThings {
		return (&gathered{findings: make([]cmdb.Finding, maxThings+1)}).full()
	}
	switch s.Name.Local {
	case "key":
		var k graphKey
		err := d.DecodeElement(&k, &s)
		g.keys[k.ID] = k.Name
		return err
	case "data":
		var v graphDatum
		err := d.DecodeElement(&v, &s)
		g.data = append(g.data, v)
		return err
	case "node":
		var n graphNode
		err := d.DecodeElement(&n, &s)
		g.nodes = append(g.nodes, n)
		return err
	case "edge":
		var e graphEdge
		err := d.DecodeElement(&e, &s)
		g.edges = append(g.edges, e)
		return err
	}
	return nil
}

// value is what is said under a name, or a drawn label.
func (g *graph) value(data []graphDatum, name string) string {
	drawn := ""
	for _, v := range data {
		if text := strings.TrimSpace(v.Text); strings.EqualFold(g.keys[v.Key], name) && text != "" {
			return text
		}
		drawn = cmp.Or(drawn, strings.TrimSpace(v.Label))
	}
	if name == "label" {
		return drawn
	}
	return ""
}

var speed = regexp.MustCompile(`^(\d+(?:\.\d+)?) ?([KMGT])bp?/?s$`)

// bandwidth reads a plain speed as Mbit/s, and nothing out of "< 2.5 Gbps".
func bandwidth(s string) string {
	m := speed.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return ""
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(n*map[string]float64{"K": 0.001, "M": 1, "G": 1000, "T": 1e6}[m[2]], 'f', -1, 64)
}
