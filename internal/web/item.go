package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// Configuration are the pages of configuration management: the items, how they
// stand to each other, and what they were. App wires one beside the workspace.
type Configuration struct {
	*Desk
	CMDB      *cmdb.Desk
	Analyst   *cmdb.Analyst // what depends on what
	Records   *cmdb.Records // what it was
	Sketches  *cmdb.Sketches
	Sandboxes *cmdb.Sandboxes
	Checks    *cmdb.Checks
	Batches   *cmdb.Batches
	Modeller  *cmdb.Modeller
	Weak      *cmdb.WeakDesk
	Imports   *ItemImports // nil where nothing is imported
	Content   record.Files // where the bytes of an item's files are kept
	Address   string       // the address people use, for labels; the request's when empty
}

// Where the pages are. An item's own address is on its label.
const (
	configPath = "/configuration"
	itemPath   = configPath + "/items"
)

// stock is a look at the items: who looks, and the model as it is now.
type stock struct {
	*sight
	c     *Configuration
	Model *cmdb.Model
	files []cmdb.Attached // of the item that is looked at
}

type stockHandler func(w http.ResponseWriter, r *http.Request, s *stock) error

func (c *Configuration) at(h stockHandler) http.Handler {
	return c.staff(func(w http.ResponseWriter, r *http.Request, s *sight) error {
		if s.By.Can(cmdb.DeedOpen) { // what is created here is an item
			s.Create = part.Link{Label: s.T("item.new"), Href: configPath + "/new"}
		}
		return h(w, r, &stock{sight: s, c: c, Model: c.CMDB.Model()})
	})
}

// Routes mounts the pages.
func (c *Configuration) Routes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + configPath:                         c.list,
		"GET " + configPath + "/rows":               c.rows,
		"GET " + configPath + "/total":              c.total,
		"GET " + configPath + "/counts":             c.counts,
		"POST " + configPath + "/columns":           c.columns,
		"GET " + configPath + "/export":             c.export,
		"GET " + configPath + "/new":                c.newForm,
		"POST " + configPath + "/new":               c.open,
		"GET " + configPath + "/labels":             c.labels,
		"GET /items/{ref}":                          c.scanned,
		"POST " + configPath + "/views":             c.saveItemView,
		"POST " + configPath + "/views/{id}/retire": c.retireItemView,
		"GET " + itemPath + "/{ref}":                c.show,
		"GET " + itemPath + "/{ref}/edit/{field}":   c.editForm,
		"GET " + itemPath + "/{ref}/field/{field}":  c.field,
		"POST " + itemPath + "/{ref}/edit/{field}":  c.edit,
		"GET " + itemPath + "/{ref}/move/{move}":    c.moveForm,
		"POST " + itemPath + "/{ref}/move/{move}":   c.move,
		"GET " + itemPath + "/{ref}/relate":         c.relateForm,
		"POST " + itemPath + "/{ref}/relate":        c.relate,
		"GET " + itemPath + "/{ref}/part/{id}":      c.partForm,
		"POST " + itemPath + "/{ref}/part/{id}":     c.part,
		"GET " + itemPath + "/{ref}/group/{id}":     c.groupForm,
		"POST " + itemPath + "/{ref}/group/{id}":    c.group,
		"GET " + itemPath + "/{ref}/past":           c.past,
		"GET " + itemPath + "/{ref}/file/{id}":      c.file,
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
	c.checkRoutes(mux)
	if c.Imports != nil {
		c.importRoutes(mux)
	}
	c.mapRoutes(mux)
	c.modelRoutes(mux)
	c.baselineRoutes(mux)
	c.batchRoutes(mux)
	c.sandboxRoutes(mux)
	mux.Handle("POST "+itemPath+"/{ref}/files", Limit(c.at(c.attach), record.StandardLimits.Size+1<<20, BodyTime*10))
}

// itemPage is one item: header, attributes, relations, records, files, history.
type itemPage struct {
	*stock
	One     *cmdb.Item
	Class   *cmdb.ClassDef
	Place   itemPlace // where it was opened from; the zero value is nowhere
	Full    bool      // it has the page to itself
	Ties    []tieBlock
	Groups  []cmdb.Group
	Records []record.Row
	History []itemChange
	More    bool // there is more history than is shown
}

// recentChanges is how much of the history the item's page shows.
const recentChanges = 12

// openRecords is how many open incidents the item's page shows.
const openRecords = 20

// ItemHref is the page of a configuration item.
func ItemHref(id record.ItemID) string { return itemPath + "/" + idText(id) }

// itemID reads the item that an address names.
func itemID(r *http.Request) (record.ItemID, error) {
	id, err := strconv.ParseInt(r.PathValue("ref"), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.Missing, "trouble.missing")
	}
	return record.ItemID(id), nil
}

// one reads the item that an address names.
func (s *stock) one(r *http.Request) (*cmdb.Item, error) {
	id, err := itemID(r)
	if err != nil {
		return nil, err
	}
	return s.c.CMDB.Find(s.ctx, s.By, id)
}

func (c *Configuration) show(w http.ResponseWriter, r *http.Request, s *stock) error {
	i, err := s.one(r)
	if err != nil {
		return err
	}
	p, err := s.itemPage(i)
	if err != nil {
		return err
	}
	p.Full = true
	p.Title = p.itemName(i)
	p.Needs("choose")
	s.frameItems("none")
	return Show(w, r, http.StatusOK, itemFull(p))
}

// itemPage reads all that the page of an item shows.
func (s *stock) itemPage(i *cmdb.Item) (*itemPage, error) {
	p := &itemPage{stock: s, One: i, Class: s.classOf(i.Class)}
	related, groups, err := s.c.CMDB.Related(s.ctx, s.By, i.ID)
	if err != nil {
		return nil, err
	}
	p.Groups, p.Ties = groups, s.tieBlocks(related, groups)
	if s.files, err = s.c.CMDB.Attached(s.ctx, s.By, i.ID); err != nil {
		return nil, err
	}
	changes, err := s.c.CMDB.History(s.ctx, s.By, i.ID)
	if err != nil {
		return nil, err
	}
	if p.More = len(changes) > recentChanges; p.More {
		changes = changes[:recentChanges]
	}
	p.History = s.told(p.Class, changes)
	p.Records, err = s.recordsOn(i.ID)
	return p, err
}

// recordsOn lists the open incidents on an item that the one who looks may
// read.
func (s *stock) recordsOn(id record.ItemID) ([]record.Row, error) {
	return s.recordsOf(query.Is("item", idText(id)))
}

// recordsOf lists the first open incidents of which something holds.
func (s *stock) recordsOf(what query.Node) ([]record.Row, error) {
	if s.of == nil || !s.By.Can(s.of.deed("read")) {
		return nil, nil
	}
	where, err := s.where("open:true")
	if err != nil {
		return nil, err
	}
	where = query.All(what, where)
	return s.desk.Ledger.List(s.ctx, s.scope(), record.Query{Kind: record.Incident, Where: where, Order: record.Newest, Limit: openRecords, Now: s.Now, Inner: s.By.Staff})
}

// classOf is the class of an item; one that the model no longer has shows
// under its code.
func (s *stock) classOf(c cmdb.Class) *cmdb.ClassDef {
	return cmp.Or(s.Model.Class(c), &cmdb.ClassDef{Code: c})
}

// pane is the item for the split pane of the list.
func (s *stock) pane(at itemPlace) (templ.Component, error) {
	id, err := strconv.ParseInt(at.Open, 10, 64)
	if err != nil {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	i, err := s.c.CMDB.Find(s.ctx, s.By, record.ItemID(id))
	if err != nil {
		return nil, err
	}
	p, err := s.itemPage(i)
	if err != nil {
		return nil, err
	}
	p.Place = at
	return itemPane(p, false), nil
}

// done answers a deed on an item: the item as it is now and a notice, or for a
// form sent without script the way back.
func (s *stock) done(w http.ResponseWriter, r *http.Request, id record.ItemID, toast part.Toast) error {
	if !Partial(r) {
		return Go(w, r, cameFrom(r, ItemHref(id)))
	}
	i, err := s.c.CMDB.Find(s.ctx, s.By, id)
	if err != nil {
		return err
	}
	p, err := s.itemPage(i)
	if err != nil {
		return err
	}
	if p.Place = s.openPlace(r); p.Place.Open == "" {
		p.Full = true
	}
	w.Header().Set("HX-Trigger", "kilter:done, kilter:changed")
	return Show(w, r, http.StatusOK, itemAfter(p, toast))
}

func (p *itemPage) base() string { return ItemHref(p.One.ID) }

// way is the usual life of an item, for the stepper.
var itemWay = []cmdb.State{cmdb.Planned, cmdb.Ordered, cmdb.InStock, cmdb.Building, cmdb.Live, cmdb.Retired, cmdb.Disposed}

func (p *itemPage) steps() []part.Step {
	way := itemWay
	if p.One.State == cmdb.Maintenance {
		way = slices.Insert(slices.Clone(way), slices.Index(way, cmdb.Live)+1, cmdb.Maintenance)
	}
	at := slices.Index(way, p.One.State)
	out := make([]part.Step, len(way))
	for n, st := range way {
		out[n] = part.Step{Word: p.T("cmdb.state." + string(st)), Done: n < at, Active: n == at}
	}
	return out
}

// itemMoveIcons are the drawings of the moves.
var itemMoveIcons = map[string]string{
	"order": "truck", "build": "tools", "receive": "box", "go_live": "player-play", "maintain": "tools", "resume": "player-play",
	"take_back": "arrow-back-up", "retire": "archive", "withdraw": "archive", "dispose": "trash",
}

// itemOnward is the move that an item most likely makes next, by its state.
var itemOnward = map[cmdb.State]string{cmdb.Planned: "order", cmdb.Ordered: "receive", cmdb.InStock: "build", cmdb.Building: "go_live", cmdb.Maintenance: "resume", cmdb.Retired: "dispose"}

// lacking names what a complete item of its class has and this one does not.
func (p *itemPage) lacking(names []string) string {
	const most = 4
	out := make([]string, 0, most+1)
	for n, name := range names {
		if n == most {
			out = append(out, "…")
			break
		}
		out = append(out, p.fieldLabel(p.Class, name))
	}
	return p.List(out)
}

// moves are the buttons of the moves that are allowed now.
func (p *itemPage) moves() []part.Button {
	var out []part.Button
	for _, m := range p.c.CMDB.Moves(p.By, p.One) {
		b := part.Button{
			Label: p.T("cmdb.move." + m.Name), Icon: itemMoveIcons[m.Name], Type: "button", Deed: true,
			Attrs: templAttrs("hx-get", p.base()+"/move/"+m.Name, "hx-target", "body", "hx-swap", "beforeend"),
		}
		if itemOnward[p.One.State] == m.Name {
			b.Look = part.Primary
			out = slices.Insert(out, 0, b)
			continue
		}
		out = append(out, b)
	}
	return out
}

// plans are the recurring operations about the item.
func (p *itemPage) plans() []*setting.Thing {
	if p.desk.Operations == nil || !p.By.Can(operation.DeedRead) {
		return nil
	}
	all, err := p.desk.Operations.Of(p.By, p.One.Code)
	if err != nil {
		p.desk.Log.ErrorContext(p.ctx, "the operations of an item cannot be read", "err", err)
	}
	return all
}
