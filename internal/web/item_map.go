package web

import (
	"net/http"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// mapPage is the canvas of the topology around items. The island reads the
// graph over the public API; the page carries the words and names that it
// needs.
type mapPage struct {
	*stock
	One   *cmdb.Item
	Words mapWords
}

// mapWords is what the island cannot know from the API's answer.
type mapWords struct {
	API     string            `json:"api"`
	Item    string            `json:"item"`  // address of an item, followed by its id
	Start   []string          `json:"start"` // ids
	Lang    string            `json:"lang"`  // en or zh
	Kept    string            `json:"kept"`  // under which name positions are kept
	Text    map[string]string `json:"text"`  // by key
	Classes map[string]string `json:"classes"`
	Zones   map[string]string `json:"zones"`
	Types   map[string]string `json:"types"`
}

// mapTexts are the messages that the island says.
var mapTexts = []string{
	"map.tell", "map.tell_none", "map.bundle", "map.need", "map.chosen", "map.more", "map.nothing_chosen", "map.undone", "map.failed_load", "map.no_zone",
	"map.line.hard", "map.line.soft", "map.line.redundant", "map.line.none", "map.gate.firewall", "map.gate.one_way", "map.gate.hand",
	"impact.condition.ok", "impact.condition.degraded", "impact.condition.down", "map.col.from", "map.col.class", "map.col.zone", "map.col.condition", "map.col.lines", "map.failing",
}

func (c *Configuration) itemMap(w http.ResponseWriter, r *http.Request, s *stock) error {
	one, err := s.one(r)
	if err != nil {
		return err
	}
	p := &mapPage{stock: s, One: one}
	p.Title = s.T("map.title", "item", one.Code)
	p.Needs("topology")
	p.Words = s.mapWords(one)
	s.frameItems("none")
	return Show(w, r, http.StatusOK, topologyView(p))
}

func (s *stock) mapWords(one *cmdb.Item) mapWords {
	out := mapWords{
		API: "/api/v1/items/map", Item: itemPath + "/", Start: []string{idText(one.ID)}, Lang: s.lang(), Kept: "map:" + idText(one.ID),
		Text: map[string]string{}, Classes: map[string]string{}, Zones: map[string]string{}, Types: map[string]string{},
	}
	for _, key := range mapTexts {
		out.Text[key] = s.T(key)
	}
	for _, d := range s.Model.Classes() {
		out.Classes[string(d.Code)] = s.className(d.Code)
	}
	for _, t := range s.Model.Types() {
		out.Types[t.Code] = t.Forth.In(s.lang())
		if t.Suffers == cmdb.Target {
			out.Types[t.Code] = t.Back.In(s.lang())
		}
	}
	for _, z := range s.All.Of(setting.Zone) {
		if s.By.Scope.Clears(people.ZoneID(z.ID)) {
			out.Zones[idText(z.ID)] = z.Label(s.lang())
		}
	}
	return out
}

// mapButtons are the deeds of the canvas; each has a key.
func (p *mapPage) mapButtons() []part.Button {
	var out []part.Button
	for _, b := range []struct{ name, icon, key string }{
		{"fail", "bolt", "f"},
		{"expand", "plus", "x"},
		{"open_item", "external-link", "Enter"},
		{"impact", "report-analytics", ""},
		{"undo", "arrow-back-up", "u"},
		{"clear", "circle-check", ""},
		{"tidy", "wand", ""},
		{"fit", "layout-columns", "0"},
		{"table", "table", "t"},
	} {
		out = append(out, part.Button{Label: p.T("map." + b.name), Icon: b.icon, Small: true, Type: "button", Attrs: templAttrs("data-map", b.name, "aria-keyshortcuts", b.key)})
	}
	return out
}
