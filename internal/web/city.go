package web

import (
	"net/http"
	"slices"

	"kilter/internal/base/lang"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

const (
	cityPath = configPath + "/map"
	spofPath = configPath + "/singles"
)

// fewShared is how many shared items a lane shows at once.
const fewShared = 24

// cityPage is the map of all services on one page: in lanes by zone, with what
// they share.
type cityPage struct {
	*stock
	City  *cmdb.CityMap
	Lanes []lane
	On    *cmdb.SharedItem // whose services stand out
	For   record.ServiceID // whose shared items stand out
}

// lane is a network zone on the map.
type lane struct {
	Name   string
	Groups []laneGroup
	Shared []cmdb.SharedItem
}

// laneGroup are a lane's services of one criticality.
type laneGroup struct {
	Criticality cmdb.Criticality
	Services    []cmdb.CityService
}

// mapRoutes mounts the pages of what depends on what.
func (c *Configuration) mapRoutes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + cityPath:                          c.city,
		"GET " + spofPath:                          c.spof,
		"GET " + spofPath + "/export":              c.spofExport,
		"GET " + spofPath + "/{ref}/{move}":        c.decideForm,
		"POST " + spofPath + "/{ref}/{move}":       c.decide,
		"GET " + itemPath + "/{ref}/impact":        c.impact,
		"GET " + itemPath + "/{ref}/impact/export": c.impactExport,
		"GET " + itemPath + "/{ref}/map":           c.itemMap,
		"GET " + servicePath + "/{ref}":            c.serviceShow,
		"GET " + servicePath + "/{ref}/map":        c.serviceMap,
		"GET " + incidentMapPath + "/{ref}/map":    c.incidentMap,
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
}

func (c *Configuration) city(w http.ResponseWriter, r *http.Request, s *stock) error {
	found, err := c.Analyst.City(r.Context(), s.By)
	if err != nil {
		return err
	}
	p := &cityPage{stock: s, City: found, For: record.ServiceID(idOf(r.URL.Query().Get("service")))}
	on := record.ItemID(idOf(r.URL.Query().Get("item")))
	for i := range found.Shared {
		if found.Shared[i].ID == on {
			p.On = &found.Shared[i]
		}
	}
	p.lanes()
	p.Title = s.T("city.title")
	s.frameItems("map")
	return Show(w, r, http.StatusOK, cityView(p))
}

// lanes sorts services and shared items by zone.
func (p *cityPage) lanes() {
	at := map[people.ZoneID]int{}
	of := func(z people.ZoneID) *lane {
		i, known := at[z]
		if !known {
			name := p.T("map.no_zone")
			if z != 0 {
				name = p.zoneName(z)
			}
			i, at[z] = len(p.Lanes), len(p.Lanes)
			p.Lanes = append(p.Lanes, lane{Name: name})
		}
		return &p.Lanes[i]
	}
	for _, z := range p.All.Of(setting.Zone) { // the centre's own order
		zone := people.ZoneID(z.ID)
		if slices.ContainsFunc(p.City.Services, func(s cmdb.CityService) bool { return s.Zone == zone }) {
			of(zone)
		}
	}
	for _, s := range p.City.Services {
		l := of(s.Zone)
		if n := len(l.Groups); n == 0 || l.Groups[n-1].Criticality != s.Criticality {
			l.Groups = append(l.Groups, laneGroup{Criticality: s.Criticality})
		}
		g := &l.Groups[len(l.Groups)-1]
		g.Services = append(g.Services, s)
	}
	for _, s := range p.City.Shared {
		l := of(s.Zone)
		l.Shared = append(l.Shared, s)
	}
}

func (p *cityPage) answer() string {
	if p.On != nil {
		return p.N("city.picked", len(p.On.Services), "item", p.On.Code)
	}
	out := p.T("city.says", "services", p.N("city.services", len(p.City.Services)), "shared", p.N("city.shared", len(p.City.Shared)))
	alone := 0
	for _, s := range p.City.Shared {
		if len(s.Breaks) > 0 {
			alone++
		}
	}
	if alone > 0 {
		out += p.gap() + p.N("city.breaks", alone)
	}
	return out
}

// gap stands between two sentences: a space, where the language has one.
func (s *stock) gap() string {
	if s.Lang() == lang.Chinese {
		return ""
	}
	return " "
}

// criticality is the word for a group of services.
func (p *cityPage) criticality(c cmdb.Criticality) string {
	if key := "cmdb.criticality." + string(c); p.Has(key) {
		return p.T(key)
	}
	return p.T("city.other")
}

// serviceLook marks a service: vital, carried by the chosen item, or not.
func (p *cityPage) serviceLook(s cmdb.CityService) string {
	out := "city-box"
	if s.Criticality == cmdb.Vital {
		out += " city-vital"
	}
	switch {
	case p.On != nil && slices.Contains(p.On.Services, s.Service), p.For == s.Service:
		out += " city-on"
	case p.On != nil:
		out += " city-off"
	}
	return out
}

func (p *cityPage) itemLook(i cmdb.SharedItem) string {
	out := "city-box"
	if len(i.Breaks) > 0 {
		out += " city-alone"
	}
	switch {
	case p.On != nil && p.On.ID == i.ID, p.For != 0 && slices.Contains(i.Services, p.For):
		out += " city-on"
	case p.For != 0:
		out += " city-off"
	}
	return out
}

// sharedIn are the shared items of a lane that there is room for; those that
// stand out are always among them.
func (p *cityPage) sharedIn(l lane) []cmdb.SharedItem {
	if len(l.Shared) <= fewShared {
		return l.Shared
	}
	out := slices.Clone(l.Shared[:fewShared])
	for _, s := range l.Shared[fewShared:] {
		if p.For != 0 && slices.Contains(s.Services, p.For) || p.On != nil && p.On.ID == s.ID {
			out = append(out, s)
		}
	}
	return out
}

func (s *stock) criticalityOf(c cmdb.Criticality) string {
	if c == "" {
		return ""
	}
	return s.T("cmdb.criticality." + string(c))
}

// servicesOf names services, the first few of them.
func (s *stock) servicesOf(ids []record.ServiceID, most int) string {
	var names []string
	for i, id := range ids {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, s.Thing(int64(id)))
	}
	return s.List(names)
}

// mapWork are the pages of the topology beside the list of items.
func (s *stock) mapWork(at string) []Group {
	if !s.By.Can(cmdb.DeedImpact) {
		return nil
	}
	return []Group{{Title: s.T("map.group"), Views: []part.Link{
		{Label: s.T("city.open"), Href: cityPath, Icon: "sitemap", Active: at == "map"},
		{Label: s.T("spof.open"), Href: spofPath, Icon: "alert-triangle", Active: at == "singles"},
		{Label: s.T("sandbox.title"), Href: sandboxPath, Icon: "arrows-split-2", Active: at == "what-if"},
	}}}
}
