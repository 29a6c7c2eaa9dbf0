package web

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// incidentMapPath is where the map around what an incident is about is.
const incidentMapPath = configPath + "/incidents"

// mapPage is the canvas of the topology around items: one, those that stand for
// a service, or what an incident is about. The island reads the graph over the
// public API; the page carries the words and names that it needs.
type mapPage struct {
	*stock
	Crumbs    []part.Link
	Lead      string
	Baselines []cmdb.Baseline
	Back      int // how many days the slider goes back
	Words     mapWords
}

// mapWords is what the island cannot know from the API's answer.
type mapWords struct {
	API       string            `json:"api"`
	SketchAPI string            `json:"sketch_api"`
	Item      string            `json:"item"`   // address of an item, followed by its id
	Around    string            `json:"around"` // what the drawing is kept under
	Sandbox   bool              `json:"sandbox,omitempty"`
	Start     []string          `json:"start"` // ids
	Fail      []string          `json:"fail"`  // ids that are said to fail from the start
	Lang      string            `json:"lang"`  // en or zh
	Now       int64             `json:"now"`   // milliseconds
	Text      map[string]string `json:"text"`  // by key
	Classes   map[string]string `json:"classes"`
	States    map[string]string `json:"states"`
	Fields    map[string]string `json:"fields"`
	Zones     map[string]string `json:"zones"`
	ZoneOrder []string          `json:"zone_order"`
	Sketches  []mapSketch       `json:"sketches"`
}

// mapSketch is an arrangement as the API writes it.
type mapSketch struct {
	ID     int64  `json:"id"`
	Own    bool   `json:"own"`
	Name   string `json:"name"`
	Shared bool   `json:"shared"`
	cmdb.SketchDoc
}

// mapTexts are the messages that the island says.
var mapTexts = []string{
	"map.tell", "map.tell_part", "map.tell_none", "map.as_of", "map.today", "map.compared", "map.cut", "map.choose_day", "map.no_failing", "map.bundle", "map.bundled_down", "map.need", "map.chosen", "map.more",
	"map.nothing_chosen", "map.undone", "map.redone", "map.failed_load", "map.no_zone", "map.as_left", "map.shared", "map.kept", "map.dropped", "map.twin",
	"map.line.hard", "map.line.soft", "map.line.redundant", "map.line.none", "map.gate.firewall", "map.gate.one_way", "map.gate.hand", "map.mark.added", "map.mark.gone", "map.mark.changed",
	"impact.condition.ok", "impact.condition.degraded", "impact.condition.down", "map.failing", "map.fail", "map.expand", "map.fold",
	"map.mark.moved", "map.tried", "map.only_here",
	"map.col.from", "map.col.class", "map.col.zone", "map.col.condition", "map.col.lines", "map.col.deeds",
}

// mapAround is what a map is drawn around.
type mapAround struct {
	Kind    string // item, service, incident, sandbox
	ID      int64
	Items   []record.ItemID
	Created time.Time // of what it is around; zero: not known
}

func (c *Configuration) itemMap(w http.ResponseWriter, r *http.Request, s *stock) error {
	one, err := s.one(r)
	if err != nil {
		return err
	}
	at := mapAround{Kind: "item", ID: int64(one.ID), Items: append([]record.ItemID{one.ID}, s.asked(r, "with", one.ID)...), Created: one.Created}
	p := &mapPage{stock: s, Lead: s.itemName(one)}
	p.Title = s.T("map.title", "item", one.Code)
	p.Crumbs = []part.Link{{Label: s.T("item.title"), Href: configPath}, {Label: one.Code + " " + s.itemName(one), Href: ItemHref(one.ID)}}
	return p.show(w, r, at)
}

// asked reads the items of a parameter, as many as a map starts from.
func (s *stock) asked(r *http.Request, name string, but record.ItemID) []record.ItemID {
	var out []record.ItemID
	for _, v := range r.URL.Query()[name] {
		if id := record.ItemID(idOf(v)); id > 0 && id != but && len(out) < 99 {
			out = append(out, id)
		}
	}
	return out
}

// serviceMap starts from what stands for a service.
func (c *Configuration) serviceMap(w http.ResponseWriter, r *http.Request, s *stock) error {
	thing, err := s.service(r)
	if err != nil {
		return err
	}
	items, err := c.Analyst.Speaking(r.Context(), s.By, record.ServiceID(thing.ID))
	if err != nil {
		return err
	}
	p := &mapPage{stock: s, Lead: s.T("map.of_service")}
	name := thing.Label(s.lang())
	p.Title = s.T("map.title", "item", name)
	p.Crumbs = []part.Link{{Label: s.T("city.title"), Href: cityPath}, {Label: name, Href: servicePage(record.ServiceID(thing.ID))}}
	return p.show(w, r, mapAround{Kind: "service", ID: thing.ID, Items: idsOf(items)})
}

// incidentMap starts from what an incident is about, which is said to fail.
func (c *Configuration) incidentMap(w http.ResponseWriter, r *http.Request, s *stock) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	i, err := s.desk.Incidents.Find(r.Context(), s.By, n)
	if err != nil {
		return err
	}
	about, err := c.Analyst.Concerns(r.Context(), s.By, i.Item, i.Service)
	if err != nil {
		return err
	}
	p := &mapPage{stock: s, Lead: i.Title}
	p.Title = s.T("map.title", "item", i.Ref())
	p.Crumbs = []part.Link{{Label: s.T("desk.incidents"), Href: "/incidents"}, {Label: i.Ref(), Href: "/incidents/" + i.Ref()}}
	p.Words.Fail = texts(idsOf(about))
	return p.show(w, r, mapAround{Kind: "incident", ID: int64(i.Number), Items: idsOf(about), Created: i.Opened})
}

func idsOf(nodes []cmdb.Node) []record.ItemID {
	out := make([]record.ItemID, len(nodes))
	for i, n := range nodes {
		out[i] = n.ID
	}
	return out
}

func texts(ids []record.ItemID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = idText(id)
	}
	return out
}

// The slider goes back as far as what the map is around has been there, within
// these bounds.
const (
	leastBack = 30
	mostBack  = 3 * 365
)

// show shows the canvas around what was asked for.
func (p *mapPage) show(w http.ResponseWriter, r *http.Request, at mapAround) error {
	p.Back = leastBack
	if at.Kind != "incident" {
		p.Back = mostBack
	}
	if !at.Created.IsZero() {
		p.Back = min(max(int(p.Now.Sub(at.Created).Hours()/24)+1, leastBack), mostBack)
	}
	p.mapWords(at)
	if fail := p.stock.asked(r, "fail", 0); len(fail) > 0 {
		p.Words.Fail = texts(fail)
	}
	var err error
	if p.Baselines, err = p.c.Records.List(p.ctx, p.By, 100); err != nil {
		return err
	}
	kept, err := p.c.Sketches.Of(p.ctx, p.By, p.Words.Around)
	if err != nil {
		return err
	}
	for _, k := range kept {
		p.Words.Sketches = append(p.Words.Sketches, mapSketch{k.ID, k.Owner == p.By.ID, k.Name, k.Shared, k.Doc})
	}
	p.Needs("topology")
	p.frameItems("none")
	return Show(w, r, http.StatusOK, topologyView(p))
}

func (p *mapPage) mapWords(at mapAround) {
	p.Words = mapWords{
		API: "/api/v1/items/map", SketchAPI: "/api/v1/sketches", Item: itemPath + "/", Start: texts(at.Items), Fail: p.Words.Fail, Lang: p.lang(), Now: p.Now.UnixMilli(),
		Around: fmt.Sprintf("%s:%d", at.Kind, at.ID), Text: map[string]string{}, Classes: map[string]string{}, States: map[string]string{}, Fields: map[string]string{},
		Zones: map[string]string{}, ZoneOrder: []string{}, Sketches: []mapSketch{},
	}
	if p.Words.Fail == nil {
		p.Words.Fail = []string{}
	}
	if at.Kind == "sandbox" {
		p.Words.Sandbox, p.Words.API = true, fmt.Sprintf("/api/v1/sandboxes/%d/map", at.ID)
	}
	for _, key := range mapTexts {
		p.Words.Text[key] = p.T(key)
	}
	for _, d := range p.Model.Classes() {
		p.Words.Classes[string(d.Code)] = p.className(d.Code)
		for _, a := range d.All {
			p.Words.Fields[a.Name] = cmp.Or(p.Words.Fields[a.Name], p.fieldLabel(d, a.Name))
		}
	}
	for _, name := range cmdb.FieldNames {
		p.Words.Fields[name] = p.fieldLabel(nil, name)
	}
	for _, st := range cmdb.Life.States() {
		p.Words.States[string(st)] = p.T("cmdb.state." + string(st))
	}
	for _, z := range p.All.Of(setting.Zone) {
		if p.By.Scope.Clears(people.ZoneID(z.ID)) {
			p.Words.Zones[idText(z.ID)] = z.Label(p.lang())
			p.Words.ZoneOrder = append(p.Words.ZoneOrder, idText(z.ID))
		}
	}
}

// marks are what the legend explains beside what fails.
func (p *mapPage) marks() []string {
	if p.Words.Sandbox {
		return []string{"added", "gone", "moved", "changed"}
	}
	return []string{"added", "gone", "changed"}
}

// service is the service that an address names, if its zone is open to the one
// who looks.
func (s *stock) service(r *http.Request) (*setting.Thing, error) {
	t := s.All.Find(setting.Service, idOf(r.PathValue("ref")))
	if t == nil || t.Retired || !catalogue.Cleared(s.By.Scope, t) {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	return t, nil
}

// mapTool is a deed of the canvas with its key, which its tooltip names.
type mapTool struct {
	name, icon, key string
	bare            bool
}

// mapButtons are the deeds on what is chosen, and on the whole.
func (p *mapPage) mapButtons(tools ...mapTool) []part.Button {
	var out []part.Button
	for _, b := range tools {
		attrs := templAttrs("data-map", b.name)
		key := b.key
		if key == "Enter" { // it is the key of whatever has the focus
			attrs, key = templAttrs("data-map", b.name, "data-tip", "Enter"), ""
		}
		out = append(out, part.Button{Label: p.T("map." + b.name), Icon: b.icon, Key: key, Small: true, Bare: b.bare, Look: part.Quiet, Type: "button", Attrs: attrs})
	}
	return out
}

// The tools of the canvas.
var (
	mapOnItem = []mapTool{{"fail", "bolt", "f", false}, {"expand", "plus", "+", false}, {"fold", "minus", "-", false}, {"open_item", "external-link", "Enter", false}, {"impact", "report-analytics", "i", false}}
	mapOnAll  = []mapTool{{"undo", "arrow-back-up", "u", true}, {"redo", "arrow-forward-up", "y", true}, {"clear", "circle-check", "", true}, {"tidy", "wand", "", true}, {"fit", "focus-centered", "0", true}, {"table", "table", "t", false}}
	mapOnView = []mapTool{{"gather", "stack-2", "b", false}, {"loose", "line-dashed", "r", false}}
)
