package app

import (
	"net/http/httptest"
	"strconv"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// canvasLooks are the ways in which the topology is looked at.
var canvasLooks = []struct {
	lang, theme string
	width       int
}{{"en", "light", 1440}, {"zh", "dark", 1440}, {"zh", "light", 390}, {"en", "dark", 390}}

// mapped is a small city on the pages, seen by whoever keeps its items: two
// zones with a gate, a redundant pair, a switch that all hangs on. The items by
// their labels.
func mapped(t *testing.T) (p *browser.Page, url string, ids map[string]record.ItemID) {
	t.Helper()
	w := settle(t, "sqlite")
	ctx, h := t.Context(), w.house
	h.ready.Store(true)
	by := people.System(people.ViaShell)
	if _, err := directory.Starter(ctx, h.settings, by, Now(), setting.Zone); err != nil {
		t.Fatal(err)
	}
	keeper, err := h.db.Person(ctx, w.id["configuration_manager"])
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range h.settings.All().Of(setting.Zone) {
		keeper.Doc.Cleared = append(keeper.Doc.Cleared, people.ZoneID(z.ID))
	}
	if err := h.db.SavePerson(ctx, &keeper); err != nil {
		t.Fatal(err)
	}
	routes, err := h.routes()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(routes)
	t.Cleanup(s.Close)
	if err := h.who.door.SetPassword(ctx, by, w.id["configuration_manager"], passphrase, false); err != nil {
		t.Fatal(err)
	}
	p = browser.View(t, s.URL+"/signin")
	browser.Eval[int](p, `fetch('/signin', {method: 'POST', body: new URLSearchParams({name: 'configuration_manager', password: '`+passphrase+`'})}).then((r) => r.status)`)
	return p, s.URL, cityOf(t, h)
}

func cityOf(t *testing.T, h *house) map[string]record.ItemID {
	t.Helper()
	var zones []people.ZoneID
	for _, z := range h.settings.All().Of(setting.Zone) {
		zones = append(zones, people.ZoneID(z.ID))
	}
	if len(zones) < 2 {
		t.Fatalf("%d zones", len(zones))
	}
	lot := &cmdb.Lot{}
	at := map[string]record.ItemID{}
	for _, one := range []struct {
		code, en, zh string
		class        cmdb.Class
		zone         int
	}{
		{"SYS-1", "Online service hall", "网上办事大厅", "business_system", 0},
		{"APP-1", "Application of the hall", "大厅应用", "application", 0},
		{"SRV-1", "First host", "一号主机", "server", 0},
		{"SRV-2", "Second host", "二号主机", "server", 0},
		{"DB-1", "Database of the hall", "大厅数据库", "database", 1},
		{"SRV-3", "Database host", "数据库主机", "server", 1},
		{"SW-1", "Core switch", "核心交换机", "network_device", 1},
	} {
		lot.Items = append(lot.Items, &cmdb.Item{Code: one.code, Name: people.Text{En: one.en, Zh: one.zh}, Class: one.class, State: cmdb.Live, Zone: zones[one.zone], Created: Now(), Changed: Now()})
		at[one.code] = record.ItemID(-len(lot.Items))
	}
	lot.Groups = []*cmdb.Group{{Item: at["APP-1"], Name: people.Text{En: "pair", Zh: "双机"}, Need: 1, Since: Now()}}
	for _, r := range []cmdb.Relation{
		{Source: at["SYS-1"], Target: at["APP-1"], Type: "uses"},
		{Source: at["APP-1"], Target: at["DB-1"], Type: "depends_on", Gate: cmdb.Firewall},
		{Source: at["DB-1"], Target: at["SRV-3"], Type: "runs_on"},
		{Source: at["APP-1"], Target: at["SRV-1"], Type: "runs_on", Group: -1},
		{Source: at["APP-1"], Target: at["SRV-2"], Type: "runs_on", Group: -1},
		{Source: at["SRV-1"], Target: at["SW-1"], Type: "connects_to", Gate: cmdb.Firewall},
		{Source: at["SRV-2"], Target: at["SW-1"], Type: "connects_to", Gate: cmdb.Firewall},
		{Source: at["SRV-3"], Target: at["SW-1"], Type: "connects_to"},
	} {
		r.Since = Now()
		lot.Relations = append(lot.Relations, &r)
	}
	if err := h.db.Items().Write(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	for n, i := range lot.Items {
		at[i.Code] = lot.Items[n].ID
	}
	return at
}

// drawn says that the canvas shows something.
const drawn = `document.querySelector('[data-topology]')?.dataset.drawn > 0`

// TestTheTopologyInEveryLook draws the map and the impact of an item in both
// languages, light and dark, wide and on a phone: axe finds nothing, nothing
// is wider than the window, no control is cut off.
func TestTheTopologyInEveryLook(t *testing.T) {
	t.Parallel()
	p, url, ids := mapped(t)
	id := strconv.FormatInt(int64(ids["SW-1"]), 10)
	for _, page := range []struct{ name, path, ready string }{
		{"map", "/configuration/items/" + id + "/map", drawn},
		{"impact", "/configuration/items/" + id + "/impact", `true`},
	} {
		for _, look := range canvasLooks {
			p.GoIn(url+page.path, look.lang, look.theme, look.width)
			p.Until(page.ready)
			name := page.name + "-" + look.lang + "-" + look.theme + "-" + strconv.Itoa(look.width)
			p.Axe(name)
			p.Fits(name)
			out := browser.Eval[string](p, `[...document.querySelectorAll('.topology-tools button, .topology-tools select, .topology-tools input')].filter((e) => e.offsetWidth && e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML.slice(0, 90)).join('\n')`)
			if out != "" {
				t.Errorf("%s: out of the window: %s", name, out)
			}
			p.Picture(name)
		}
		p.Size(794, 1123) // A4 at 96 dots an inch
		p.Print(true)
		if seen := browser.Eval[string](p, `[...document.querySelectorAll('.rail, .views, .phone-bar, .btn, .topology-tools, .topology-canvas, .tabs')].filter((e) => e.offsetHeight).map((e) => e.outerHTML.slice(0, 90)).join('\n')`); seen != "" {
			t.Errorf("%s on paper: %s", page.name, seen)
		}
		p.Fits(page.name + " on paper")
		p.Picture(page.name + "-print")
		browser.Eval[bool](p, `(document.documentElement.style.setProperty('--font', 'monospace'), true)`) // a printer's own fonts may be wider
		p.Fits(page.name + " on paper in wide letters")
		p.Picture(page.name + "-print-wide")
		p.Print(false)
		for _, c := range p.Complaints() {
			t.Errorf("%s: %s", page.name, c)
		}
	}
}

// TestTheTopologyByKeyboard goes about the canvas without a mouse: from item to
// item, what fails, the direction, one step back, the table and back, the page
// of an item.
func TestTheTopologyByKeyboard(t *testing.T) {
	t.Parallel()
	p, url, ids := mapped(t)
	p.Go(url + "/configuration/items/" + strconv.FormatInt(int64(ids["SW-1"]), 10) + "/map")
	p.Until(drawn)
	browser.Eval[bool](p, `(document.querySelector('[data-map-canvas]').focus(), true)`)
	says := func(what string) {
		t.Helper()
		p.Until(`document.querySelector('[data-map-tell]').textContent.includes(` + strconv.Quote(what) + `)`)
	}
	p.Keys(browser.Down) // the first step chooses what the map is about
	says("Core switch")
	p.Keys("f")
	says("Said to fail: SW-1")
	p.Keys("u")
	p.Until(`!document.querySelector('[data-map-tell]').textContent.includes('Said to fail')`)
	p.Keys("w")
	p.Until(`document.querySelector('[data-map-way]').value === 'source'`)
	p.Keys("u")
	p.Until(`document.querySelector('[data-map-way]').value === 'both'`)
	p.Keys("t")
	p.Until(`!document.querySelector('[data-map-twin]').hidden && document.activeElement.closest('[data-map-twin]') !== null`)
	p.Axe("the table of the map")
	browser.Eval[bool](p, `(document.querySelector('[data-row=fail]').focus(), true)`)
	p.Keys(browser.Enter) // the table is written anew; whoever is in it stays at the same button
	p.Until(`document.activeElement.matches('[data-row=fail][aria-pressed=true]')`)
	p.Keys(browser.Enter)
	p.Until(`document.activeElement.matches('[data-row=fail][aria-pressed=false]')`)
	browser.Eval[bool](p, `(document.querySelector('[data-map=table]').focus(), true)`)
	p.Keys(browser.Enter)
	p.Until(`document.querySelector('[data-map-twin]').hidden && document.activeElement.matches('[data-map-canvas]')`)
	p.Keys(browser.Enter)
	p.Until(`location.pathname === '/configuration/items/` + strconv.FormatInt(int64(ids["SW-1"]), 10) + `'`)
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}
