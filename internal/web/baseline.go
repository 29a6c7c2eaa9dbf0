package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

const baselinePath = configPath + "/baselines"

// mostBaselines is how many are listed.
const mostBaselines = 200

// baselinePage are the baselines, with the form to take one.
type baselinePage struct {
	*stock
	List   []cmdb.Baseline
	Form   *Form
	Fields []part.Field
	Take   bool // the form is open
	May    bool
}

// comparePage holds a baseline against today or another.
type comparePage struct {
	*stock
	One   cmdb.Baseline
	Other cmdb.Baseline // its ID is 0 for today
	With  part.Field
	Found *cmdb.Comparison
	names map[record.ItemID]string
	Noted int // discrepancies that were just made
}

func (c *Configuration) baselineRoutes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + baselinePath:                          c.baselines,
		"POST " + baselinePath:                         c.takeBaseline,
		"GET " + baselinePath + "/{id}":                c.compare,
		"POST " + baselinePath + "/{id}/discrepancies": c.accuse,
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
}

func (s *stock) baselinePage(r *http.Request, form *Form) (*baselinePage, error) {
	p := &baselinePage{stock: s, Form: form, May: s.By.Can(cmdb.DeedBaseline)}
	var err error
	if p.List, err = s.c.Records.List(s.ctx, s.By, mostBaselines); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	chosen, where := slices.Concat(q["item"], q["id"]), q.Get("q") // "id" is what was chosen in the list of items
	if len(chosen) > 0 {
		where = ""
	}
	p.Take = form != nil || len(chosen) > 0 || where != "" || len(p.List) == 0
	depth, whole := "2", q.Get("all") != ""
	condition := part.Field{Name: "where", Label: s.T("baseline.where"), Help: s.T("baseline.where_help"), Hint: "class:server zone:extranet", Plain: true}
	if whole { // everything that the list shows, and nothing around it
		chosen, depth = nil, "0"
		if condition, err = s.wholeList(condition, q.Get("q")); err != nil {
			return nil, err
		}
		where, p.Take = condition.Value, true
	}
	condition.Value = where
	roots := s.asksItem(part.Field{Name: "roots", Label: s.T("baseline.roots"), Help: s.T("baseline.roots_help"), Many: true, Plain: true})
	if roots.Values = chosen; form != nil {
		roots.Values = form.Values["roots"]
	}
	for _, id := range roots.Values {
		roots.Options = append(roots.Options, part.Option{Value: id, Label: s.item(id)})
	}
	p.Fields = form.Fields(
		part.Field{Name: "name", Label: s.T("baseline.name"), Required: true, Max: 200},
		part.Field{Name: "about", Label: s.T("baseline.about"), Kind: part.Long, Max: 2000},
		roots,
		condition,
		part.Field{Name: "depth", Label: s.T("baseline.depth"), Help: s.T("baseline.depth_help"), Kind: part.Number, Narrow: true, Required: true, Value: depth},
	)
	p.Title = s.T("item.baseline.title")
	s.frameItems("baselines")
	p.Needs("choose")
	return p, nil
}

// wholeList is the condition for all that a list shows: how many these are,
// or why they are too many for a baseline.
func (s *stock) wholeList(f part.Field, text string) (part.Field, error) {
	f.Value = cmp.Or(strings.TrimSpace(text), "class:"+string(cmdb.Root))
	n, err := s.countItems(f.Value, cmdb.MostBaseline+1)
	switch list := fault.All(err); {
	case len(list) > 0:
		f.Faults = []string{s.Fault(list[0])}
	case err != nil:
		return f, err
	case n > cmdb.MostBaseline:
		f.Faults = []string{s.T("baseline.whole_too_many", "max", cmdb.MostBaseline)}
	default:
		f.Help = s.N("baseline.whole", n) + s.gap() + f.Help
	}
	return f, nil
}

func (c *Configuration) baselines(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, err := s.baselinePage(r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, baselinesView(p))
}

func (c *Configuration) takeBaseline(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	b := cmdb.Baseline{Name: form.Get("name"), About: form.Get("about"), Reach: cmdb.Reach{Where: form.Get("where")}}
	if b.Reach.Where == "" { // a condition names the items, or they are named one by one
		for _, v := range form.Values["roots"] {
			b.Reach.Roots = append(b.Reach.Roots, record.ItemID(number(v)))
		}
	}
	if b.Reach.Depth, err = strconv.Atoi(form.Get("depth")); err != nil {
		form.Fault("depth", s.T("record.not_a_number"))
	} else if b, err = c.Records.Take(r.Context(), s.By, b); err == nil {
		return Go(w, r, baselinePath+"/"+idText(b.ID))
	} else if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	p, err := s.baselinePage(r, form)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusUnprocessableEntity, baselinesView(p))
}

func (c *Configuration) compare(w http.ResponseWriter, r *http.Request, s *stock) error {
	p := &comparePage{stock: s, Noted: int(number(r.URL.Query().Get("noted")))}
	id, other := number(r.PathValue("id")), number(r.URL.Query().Get("with"))
	list, err := c.Records.List(r.Context(), s.By, mostBaselines)
	if err != nil {
		return err
	}
	if p.One, _, err = c.Records.Read(r.Context(), s.By, id); err != nil {
		return err
	}
	p.With = part.Field{Name: "with", Label: s.T("baseline.with"), Kind: part.Choice, Value: idText(other), Options: []part.Option{{Label: s.T("baseline.today")}}}
	for _, b := range list {
		if b.ID == other {
			p.Other = b
		}
		if b.ID != id {
			p.With.Options = append(p.With.Options, part.Option{Value: idText(b.ID), Label: b.Name + " · " + s.Date(b.At)})
		}
	}
	if p.Found, err = c.Records.Compare(r.Context(), s.By, id, other); err != nil {
		return err
	}
	if err := p.named(); err != nil {
		return err
	}
	p.Title = p.One.Name
	s.frameItems("baselines")
	return Show(w, r, http.StatusOK, compareView(p))
}

// named reads what the items are called that relations join.
func (p *comparePage) named() error {
	p.names = map[record.ItemID]string{}
	var ids []record.ItemID
	for _, t := range slices.Concat(p.Found.Tied, p.Found.Parted) {
		ids = append(ids, t.Source, t.Target)
	}
	for _, g := range p.Found.Groups {
		ids = append(ids, g.Item)
	}
	found, err := p.c.CMDB.Items.Find(p.ctx, p.scope(), ids...)
	for n := range found {
		p.names[found[n].ID] = found[n].Code + " " + p.itemName(&found[n])
	}
	return err
}

func (p *comparePage) base() string { return baselinePath + "/" + idText(p.One.ID) }

// answer says in a sentence what differs.
func (p *comparePage) answer() string {
	f := p.Found
	since := p.T("baseline.said_at", "when", p.DateTime(p.One.At), "who", p.One.ByName)
	if f.Same() {
		return since + p.gap() + p.T("baseline.same")
	}
	return since + p.gap() + p.T("baseline.differs", "added", p.Number(len(f.Added)), "gone", p.Number(len(f.Gone)), "changed", p.Number(len(f.Changed)), "relations", p.Number(len(f.Tied)+len(f.Parted)))
}

// altered are the fields of an item that are not as they were, in words.
func (p *comparePage) altered(a *cmdb.Altered) []changedField {
	class := p.classOf(a.Item.Class)
	out := make([]changedField, len(a.Changes))
	for i, c := range a.Changes {
		out[i] = changedField{p.fieldLabel(class, c.Field), p.shown(class, c.Field, c.Was), p.shown(class, c.Field, c.Became)}
	}
	return out
}

// tied is a relation in words: source, what it does, target.
func (p *comparePage) tied(t cmdb.Relation) string {
	return p.names[t.Source] + " " + p.tieLabel(p.Model.Type(t.Type), cmdb.Related{Relation: t}) + " " + p.names[t.Target]
}

// accuse makes discrepancies of what is not as it was.
func (c *Configuration) accuse(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	id := number(r.PathValue("id"))
	var items []record.ItemID
	for _, v := range form.Values["item"] {
		items = append(items, record.ItemID(number(v)))
	}
	list, err := c.Records.Accuse(r.Context(), s.By, id, items)
	if err != nil {
		return err
	}
	return Go(w, r, baselinePath+"/"+idText(id)+"?noted="+strconv.Itoa(len(list)))
}
