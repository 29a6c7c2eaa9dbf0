package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/query"
	"kilter/internal/web/part"
)

// itemListPage is the list of items, with the item that is open beside it.
type itemListPage struct {
	*stock
	Place    itemPlace
	View     namedView
	Chips    []part.Chip
	Wrong    string // what is wrong with the filter, "" when it was understood
	Rows     []cmdb.Item
	More     string   // address of the next page
	Before   string   // and of the one before
	Can      []string // columns the list can have: those of every item, and the attributes of the classes asked for
	Shows    []string
	Unchosen bool            // the columns are the usual ones
	Pane     templ.Component // the item beside the list, nil when none is open
}

// itemColumns are the columns every list of items can have; itemUsual those it
// has until somebody chooses.
var (
	itemColumns = []string{"code", "name", "class", "state", "zone", "service", "department", "owner", "team", "room", "serial", "criticality", "grade", "operator", "warranty", "changed", "seen", "audited"}
	itemUsual   = []string{"code", "name", "class", "state", "zone", "owner", "room"}
)

func (c *Configuration) list(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.itemList(r)
	if err != nil {
		return err
	}
	if p.Place.Open != "" {
		pane, err := s.pane(p.Place)
		if Partial(r) && r.Header.Get("HX-Target") == "record" {
			if err != nil {
				return err
			}
			return Show(w, r, http.StatusOK, pane)
		}
		if err != nil && fault.All(err) == nil {
			return err
		}
		if err == nil {
			p.Pane = pane
		}
	}
	if err := p.fill(); err != nil {
		return err
	}
	p.Title = p.View.Name
	s.frameItems(p.View.Code)
	p.Needs("choose")
	status := http.StatusOK
	if p.Wrong != "" {
		status = http.StatusUnprocessableEntity
	}
	return Show(w, r, status, itemListView(p))
}

// rows answers the table alone.
func (c *Configuration) rows(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.itemList(r)
	if err != nil {
		return err
	}
	if err := p.fill(); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, itemRows(p))
}

func (s *stock) itemList(r *http.Request) (*itemListPage, error) {
	if err := s.By.May(cmdb.DeedRead); err != nil {
		return nil, err
	}
	p := &itemListPage{stock: s, Place: s.itemPlaceIn(r.URL.Query())}
	p.View = s.itemViewOf(p.Place.View)
	p.Chips = s.itemChips(p.Place)
	p.Can = append(slices.Clone(itemColumns), s.attributesAsked(p.Place.Query)...)
	p.Shows = itemUsual
	if len(p.View.Columns) > 0 {
		p.Shows = p.chosen(p.View.Columns)
	} else if c, err := r.Cookie(itemColumnsCookie); err == nil {
		p.Shows = p.chosen(strings.Split(c.Value, "~"))
	}
	p.Unchosen = slices.Equal(p.Shows, itemUsual)
	return p, nil
}

// spare says that a column is left out of a narrow list that nobody chose
// columns for.
func (p *itemListPage) spare(name string) bool {
	return p.Unchosen && slices.Contains([]string{"owner", "room"}, name)
}

// wide is the class of a column's cells that a phone leaves out.
func (p *itemListPage) wide(name string) string {
	if p.spare(name) {
		return "wide spare"
	}
	return "wide"
}

// attributesAsked are the attributes of the classes that a filter names, as
// columns: "x." and their names.
func (s *stock) attributesAsked(text string) []string {
	n, err := query.Parse(text)
	if err != nil {
		return nil
	}
	var out []string
	for _, c := range n.Find(func(n query.Node) bool { return n.Field == "class" && n.Op == query.Eq }) {
		for _, v := range c.Values {
			if d := s.Model.Class(cmdb.Class(v)); d != nil {
				for _, a := range d.All {
					if name := "x." + a.Name; !slices.Contains(out, name) {
						out = append(out, name)
					}
				}
			}
		}
	}
	return out
}

// fill reads the rows.
func (p *itemListPage) fill() error {
	q, err := p.itemAsks(p.Place, pageRows+1)
	if err != nil {
		return p.blame(err)
	}
	rows, err := p.c.CMDB.List(p.ctx, p.By, q)
	if err != nil {
		return p.blame(err)
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		p.More = p.Place.on(cmdb.After(&rows[pageRows-1], p.Place.Sort)).href()
	}
	if before, ok := p.Place.back(); ok {
		p.Before = before.href()
	}
	p.Rows = rows
	return nil
}

// blame keeps a fault about the filter for the page to show; anything else is
// not the filter's.
func (p *itemListPage) blame(err error) error {
	all := fault.All(err)
	if len(all) == 0 || slices.ContainsFunc(all, func(f *fault.Fault) bool { return f.Kind != fault.Invalid }) {
		return err
	}
	texts := make([]string, len(all))
	for i, f := range all {
		texts[i] = p.Fault(f)
	}
	p.Wrong = strings.Join(texts, " ")
	return nil
}

// total counts the list, off its own path.
func (c *Configuration) total(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.itemList(r)
	if err != nil {
		return err
	}
	n, err := s.countItems(p.Place.Query, mostCounted)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, totalText(s.sight, n))
}

func (s *stock) countItems(text string, most int) (int, error) {
	where, err := s.itemWhere(text)
	if err != nil {
		return 0, err
	}
	return s.c.CMDB.Count(s.ctx, s.By, cmdb.Query{Where: where}, most)
}

// counts answers the counts of the views, each into its place.
func (c *Configuration) counts(w http.ResponseWriter, r *http.Request, s *stock) error {
	var out []countOf
	for _, v := range s.itemViewsOf() {
		if v.Query == "" {
			continue
		}
		n, err := s.countItems(v.Query, 1000)
		if err != nil && fault.All(err) == nil {
			return err
		}
		if err == nil { // a saved view may name an attribute that is no more
			out = append(out, countOf{ID: "count-" + v.Code, Text: s.few(n, 1000)})
		}
	}
	return Show(w, r, http.StatusOK, countTexts(out))
}

// frameItems fills the second column: the views, and the work beside the list.
func (s *stock) frameItems(at string) {
	groups := []Group{{Title: s.T("desk.views.mine")}, {Title: s.T("item.views.shared")}}
	for _, v := range s.itemViewsOf() {
		g := &groups[1]
		if v.Own {
			g = &groups[0]
		}
		g.Views = append(g.Views, part.Link{Label: v.Name, Href: configPath + "?view=" + v.Code, Icon: v.Icon, ID: "count-" + v.Code, Active: at == v.Code})
	}
	s.Views = slices.Concat(groups, s.mapWork(at), s.itemWork(at))
}

// itemWork are the pages of configuration management beside the list, as far
// as they are open to whoever looks.
func (s *stock) itemWork(at string) []Group {
	g := Group{Title: s.T("item.work")}
	add := func(may bool, code, icon, path string) {
		if may {
			g.Views = append(g.Views, part.Link{Label: s.T("item." + code + ".title"), Href: path, Icon: icon, Active: at == code+"s"})
		}
	}
	add(s.c.Imports != nil && s.By.Can(cmdb.DeedImport), "import", "upload", itemImportPath)
	add(true, "discrepancy", "arrows-diff", configPath+"/discrepancies")
	add(true, "audit", "checklist", configPath+"/audit")
	add(true, "quality", "report-analytics", configPath+"/quality")
	add(true, "baseline", "versions", baselinePath)
	add(s.By.Can(cmdb.DeedBulk), "batch", "checks", batchPath)
	add(true, "model", "sitemap", modelPath)
	return []Group{g}
}

// newItem is the button to the form for a new item.
func (s *stock) newItem() (part.Button, bool) {
	return part.Button{Label: s.T("item.new"), Icon: "plus", Look: part.Primary, Href: configPath + "/new", Key: "c"}, s.By.Can(cmdb.DeedOpen)
}

// columnLabel is the head of a column.
func (s *stock) columnLabel(name string) string {
	if name == "name" {
		return s.T("item.name")
	}
	if key := "cmdb.field." + name; s.Has(key) {
		return s.T(key)
	}
	return s.fieldLabel(nil, strings.TrimPrefix(name, "x."))
}

// itemColumnsCookie keeps the choice of columns on this machine.
const itemColumnsCookie = "kilter_columns_item"

func (p *itemListPage) chosen(names []string) []string {
	var out []string
	for _, n := range p.Can {
		if n == "name" || slices.Contains(names, n) {
			out = append(out, n)
		}
	}
	return out
}

// columns keeps the choice of columns.
func (c *Configuration) columns(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	names := s.knownColumns(form.Values["column"])
	http.SetCookie(w, &http.Cookie{
		Name: itemColumnsCookie, Value: strings.Join(names, "~"), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return Go(w, r, Local(form.Get("next")))
}

// knownColumns leaves out what is no column of any list of items.
func (s *stock) knownColumns(names []string) []string {
	const most = 60
	var out []string
	for _, n := range names[:min(len(names), most)] {
		if _, ok := s.attribute(nil, strings.TrimPrefix(n, "x.")); ok || slices.Contains(itemColumns, n) {
			out = append(out, n)
		}
	}
	return out
}

// heads are the heads of the table.
func (p *itemListPage) heads() []part.Column {
	out := []part.Column{{Check: true}}
	sorts := map[string]cmdb.Order{"code": cmdb.ByCode, "changed": cmdb.Latest}
	for _, name := range p.Shows {
		c := part.Column{Label: p.columnLabel(name), Title: name == "name", Wide: !slices.Contains([]string{"code", "name", "state"}, name), Spare: p.spare(name)}
		if o, ok := sorts[name]; ok {
			c.Sort = p.Place.sorted(o).href()
			if p.Place.Sort == o {
				c.Order = map[cmdb.Order]string{cmdb.ByCode: "ascending", cmdb.Latest: "descending"}[o]
			}
		}
		out = append(out, c)
	}
	return out
}

// columnChoice asks which columns to show.
func (p *itemListPage) columnChoice() part.Field {
	f := part.Field{Name: "column", Label: p.T("desk.columns"), Kind: part.Several, Values: p.Shows}
	for _, n := range p.Can {
		if n != "name" {
			f.Options = append(f.Options, part.Option{Value: n, Label: p.columnLabel(n)})
		}
	}
	return f
}

// classWays narrow the list to a class, by the menu of the list's head.
func (p *itemListPage) classWays() []part.Link {
	rest := query.Node{}
	if n, err := query.Parse(p.Place.Query); err == nil {
		var kept []query.Chip
		for _, c := range query.Chips(n) {
			if c.Node.Field != "class" {
				kept = append(kept, c)
			}
		}
		rest = query.Join(kept...)
	}
	var out []part.Link
	for _, d := range p.Model.Classes() {
		if d.Parent != cmdb.Root || d.Retired {
			continue
		}
		text := strings.TrimSpace("class:" + string(d.Code) + " " + rest.String())
		out = append(out, part.Link{Label: d.Name.In(p.lang()), Icon: p.classIcon(d.Code), Href: p.Place.asking(text).href()})
	}
	return out
}
