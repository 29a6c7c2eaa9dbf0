package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
)

// ItemMap serves the topology to be drawn, and the map of all services.
func (a *API) ItemMap(analyst *cmdb.Analyst) {
	serve := func(path, name string, out *schema, query []param, run handler) {
		a.add(operation{
			Method: "GET", Path: Prefix + path, Policy: cmdb.DeedImpact, Name: name, Tag: "items", Query: query,
			Gives: []gives{{Status: http.StatusOK, Schema: out}}, Run: func(c *call) error {
				if err := c.by.May(c.op.Policy); err != nil {
					return err
				}
				return run(c)
			},
		})
	}
	serve("/items/map", "map-of-items", of[chart](), append(slices.Clone(chartParams), chartPastParams...), func(c *call) error { return c.chart(analyst) })
	serve("/services/map", "map-of-services", of[cityMap](), nil, func(c *call) error { return c.cityMap(analyst) })
}

// What a drawing can be asked for, and which past of it.
var (
	chartParams = []param{
		{Name: "items", Type: "string"},
		{Name: "open", Type: "string"},
		{Name: "fail", Type: "string"},
		{Name: "apart", Type: "string"},
		{Name: "few", Type: "integer"},
		{Name: "lines", Type: "string", Enum: []string{"all", "failure"}},
		{Name: "hops", Type: "integer"},
		{Name: "way", Type: "string", Enum: []string{string(cmdb.Both), string(cmdb.Source), string(cmdb.Target)}},
	}
	chartPastParams = []param{
		{Name: "at", Type: "string"},
		{Name: "since", Type: "string"},
		{Name: "baseline", Type: "integer"},
	}
)

// chart is a part of the topology to be drawn.
type chart struct {
	Version  int64          `json:"version" doc:"api.doc.map_version"`
	Items    []chartDot     `json:"items" doc:"api.doc.map_items"`
	Lines    []chartLine    `json:"lines" doc:"api.doc.map_lines"`
	Groups   []chartBracket `json:"groups" doc:"api.doc.map_groups"`
	Count    int            `json:"count" doc:"api.doc.map_count"`
	Down     int            `json:"down" doc:"api.doc.map_down"`
	Degraded int            `json:"degraded" doc:"api.doc.map_degraded"`
	At       time.Time      `json:"at,omitzero" doc:"api.doc.map_at"`
	From     time.Time      `json:"from,omitzero" doc:"api.doc.map_since"`
	Part     bool           `json:"part,omitempty" doc:"api.doc.map_part"`
	Cut      bool           `json:"cut,omitempty" doc:"api.doc.map_cut"`
}

type chartDot struct {
	ID          int64  `json:"id,omitempty" doc:"api.doc.map_id"`
	Code        string `json:"code,omitempty"`
	NameEn      string `json:"name_en,omitempty"`
	NameZh      string `json:"name_zh,omitempty"`
	Class       string `json:"class"`
	State       string `json:"state"`
	Zone        int64  `json:"zone,omitempty"`
	Service     int64  `json:"service,omitempty"`
	Bundle      int    `json:"bundle,omitempty" doc:"api.doc.map_bundle"`
	Hops        int    `json:"hops" doc:"api.doc.map_hops"`
	More        int    `json:"more,omitempty" doc:"api.doc.map_more"`
	Condition   string `json:"condition" doc:"api.doc.map_condition"`
	BundledDown int    `json:"bundled_down,omitempty" doc:"api.doc.map_bundled_down"`
	Mark        string `json:"mark,omitempty" doc:"api.doc.map_mark"`

	Changes []chartChange `json:"changes,omitempty" doc:"api.doc.map_changes"`
}

type chartChange struct {
	Field string `json:"field"`
	Was   string `json:"was,omitempty"`
	Now   string `json:"now,omitempty"`
}

type chartLine struct {
	From      int    `json:"from" doc:"api.doc.map_from"`
	To        int    `json:"to"`
	Relation  int64  `json:"relation,omitempty"`
	Count     int    `json:"count" doc:"api.doc.map_line_count"`
	Type      string `json:"type,omitempty"`
	Effect    string `json:"effect,omitempty" doc:"api.doc.map_effect"`
	Redundant bool   `json:"redundant,omitempty" doc:"api.doc.map_redundant"`
	Group     int64  `json:"group,omitempty"`
	Gate      string `json:"gate,omitempty" doc:"api.doc.map_gate"`
	Mutual    bool   `json:"mutual,omitempty" doc:"api.doc.map_mutual"`
	Mark      string `json:"mark,omitempty" doc:"api.doc.map_mark"`
}

type chartBracket struct {
	ID        int64  `json:"id"`
	NameEn    string `json:"name_en,omitempty"`
	NameZh    string `json:"name_zh,omitempty"`
	Of        int    `json:"of" doc:"api.doc.map_of"`
	Need      int    `json:"need"`
	Members   int    `json:"members"`
	Condition string `json:"condition"`
}

// cityMap is what the services stand on and share.
type cityMap struct {
	Services []cityService `json:"services"`
	Shared   []sharedItem  `json:"shared" doc:"api.doc.map_shared"`
}

type cityService struct {
	Service     int64   `json:"service"`
	Zone        int64   `json:"zone,omitempty"`
	Criticality string  `json:"criticality,omitempty"`
	Speaks      []int64 `json:"speaks" doc:"api.doc.map_speaks"`
	Needs       int     `json:"needs" doc:"api.doc.map_needs"`
	Singles     int     `json:"singles" doc:"api.doc.map_singles"`
}

type sharedItem struct {
	ID       int64   `json:"id"`
	Code     string  `json:"code"`
	NameEn   string  `json:"name_en,omitempty"`
	NameZh   string  `json:"name_zh,omitempty"`
	Class    string  `json:"class"`
	Zone     int64   `json:"zone,omitempty"`
	Services []int64 `json:"services"`
	Breaks   []int64 `json:"breaks" doc:"api.doc.map_breaks"`
}

// named reads the items that a parameter names, one after another with commas.
func (c *call) namedItems(name string) ([]record.ItemID, error) {
	var out []record.ItemID
	for _, text := range c.list(name) {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fault.At(name, "cmdb.no_such_item").With("item", text)
		}
		out = append(out, record.ItemID(id))
	}
	return out, nil
}

func (c *call) chart(a *cmdb.Analyst) error {
	q, err := c.chartQuestion()
	if err != nil {
		return err
	}
	found, err := a.Chart(c.r.Context(), c.by, q)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, chartOf(found))
}

func (c *call) chartQuestion() (cmdb.ChartQuestion, error) {
	q := cmdb.ChartQuestion{Hops: 2, Way: cmdb.Both}
	var err error
	for _, p := range []struct {
		name string
		into *[]record.ItemID
	}{{"items", &q.Items}, {"open", &q.Open}, {"fail", &q.Fail}} {
		if *p.into, err = c.namedItems(p.name); err != nil {
			return q, err
		}
	}
	if way := c.get("way"); way != "" {
		q.Way = cmdb.End(way)
	}
	for _, n := range []struct {
		name string
		into *int
	}{{"hops", &q.Hops}, {"few", &q.Few}} {
		if text := c.get(n.name); text != "" {
			if *n.into, err = strconv.Atoi(text); err != nil {
				return q, fault.At(n.name, "api.not_a_number")
			}
		}
	}
	q.Meant = c.get("lines") == "failure"
	return q, c.chartPast(&q)
}

// chartPast reads which past is asked for, and what stays apart.
func (c *call) chartPast(q *cmdb.ChartQuestion) (err error) {
	for _, m := range []struct {
		name string
		into *time.Time
	}{{"at", &q.At}, {"since", &q.Since}} {
		if text := c.get(m.name); text != "" {
			if *m.into, err = time.Parse(time.RFC3339, text); err != nil {
				return fault.At(m.name, "impact.not_a_moment")
			}
		}
	}
	if text := c.get("baseline"); text != "" {
		if q.Baseline, err = strconv.ParseInt(text, 10, 64); err != nil || q.Baseline < 1 {
			return fault.At("baseline", "api.not_a_number")
		}
	}
	for _, text := range c.list("apart") {
		kin, ok := cmdb.ParseKin(text)
		if !ok {
			return fault.At("apart", "cmdb.no_such_place")
		}
		q.Apart = append(q.Apart, kin)
	}
	return nil
}

func chartOf(in *cmdb.Chart) chart {
	out := chart{
		Version: in.Version, Items: make([]chartDot, len(in.Dots)), Lines: make([]chartLine, len(in.Strokes)), Groups: make([]chartBracket, len(in.Groups)),
		Count: in.Items, Down: in.Down, Degraded: in.Degraded,
		At: in.At, From: in.From, Part: in.Part, Cut: in.Cut,
	}
	for i, d := range in.Dots {
		out.Items[i] = chartDot{
			ID: int64(d.ID), Code: d.Code, NameEn: d.Name.En, NameZh: d.Name.Zh, Class: string(d.Class), State: string(d.State), Zone: int64(d.Zone),
			Service: int64(d.Service), Bundle: d.Bundle, Hops: d.Hops, More: d.More, Condition: d.Condition.String(), BundledDown: d.Down, Mark: string(d.Mark),
		}
		for _, one := range d.Changes {
			out.Items[i].Changes = append(out.Items[i].Changes, chartChange{one.Field, one.Was, one.Became})
		}
	}
	for i, s := range in.Strokes {
		out.Lines[i] = chartLine{s.From, s.To, int64(s.Relation), s.Count, s.Type, string(s.Effect), s.Redundant, int64(s.Group), string(s.Gate), s.Mutual, string(s.Mark)}
	}
	for i, g := range in.Groups {
		out.Groups[i] = chartBracket{int64(g.ID), g.Name.En, g.Name.Zh, g.Of, g.Need, g.Members, g.Condition.String()}
	}
	return out
}

// bare is a list of ids as numbers, never null.
func bare[T ~int64](list []T) []int64 {
	out := make([]int64, len(list))
	for i, id := range list {
		out[i] = int64(id)
	}
	return out
}

func (c *call) cityMap(a *cmdb.Analyst) error {
	found, err := a.City(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	out := cityMap{Services: make([]cityService, len(found.Services)), Shared: make([]sharedItem, len(found.Shared))}
	for i, s := range found.Services {
		out.Services[i] = cityService{int64(s.Service), int64(s.Zone), string(s.Criticality), bare(s.Speaks), s.Needs, s.Singles}
	}
	for i, s := range found.Shared {
		out.Shared[i] = sharedItem{int64(s.ID), s.Code, s.Name.En, s.Name.Zh, string(s.Class), int64(s.Zone), bare(s.Services), bare(s.Breaks)}
	}
	return c.JSON(http.StatusOK, out)
}
