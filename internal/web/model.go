package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// Where the model of items is drawn.
const (
	modelPath     = configPath + "/model"
	modelClasses  = modelPath + "/classes"
	modelTypes    = modelPath + "/types"
	modelStarters = modelPath + "/starter"
)

// modelPage is the model at a glance: classes as a tree, types of relations.
type modelPage struct {
	*stock
	Top    []*cmdb.ClassDef // of the tree
	Absent int              // parts of the starter model that are no settings yet
	May    bool             // whoever looks may change it
}

func (c *Configuration) modelRoutes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + modelPath:                    c.model,
		"POST " + modelStarters:               c.plantModel,
		"GET " + modelClasses + "/{id}":       c.modelForm(setting.ItemClass),
		"POST " + modelClasses + "/{id}":      c.modelSend(setting.ItemClass),
		"POST " + modelClasses + "/{id}/undo": c.modelUndo(setting.ItemClass),
		"GET " + modelTypes + "/{id}":         c.modelForm(setting.RelationType),
		"POST " + modelTypes + "/{id}":        c.modelSend(setting.RelationType),
		"POST " + modelTypes + "/{id}/undo":   c.modelUndo(setting.RelationType),
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
}

func (c *Configuration) model(w http.ResponseWriter, r *http.Request, s *stock) error {
	if err := s.By.May(cmdb.DeedRead); err != nil {
		return err
	}
	p := &modelPage{stock: s, May: s.By.Can(cmdb.DeedModel), Absent: len(cmdb.Plant(s.All))}
	for _, d := range s.Model.Classes() {
		if s.Model.Class(d.Parent) == nil {
			p.Top = append(p.Top, d)
		}
	}
	p.Title = s.T("model.title")
	s.frameItems("models")
	return Show(w, r, http.StatusOK, modelView(p))
}

// plantModel makes the starter model, or what of it is not there, the centre's
// own.
func (c *Configuration) plantModel(w http.ResponseWriter, r *http.Request, s *stock) error {
	if _, err := c.Modeller.Plant(r.Context(), s.By); err != nil {
		return err
	}
	return Go(w, r, modelPath)
}

// answer says in a sentence what the model has.
func (p *modelPage) answer() string {
	return p.T("model.says", "classes", p.N("model.classes", len(p.Model.Classes())), "types", p.N("model.types", len(p.Model.Types())))
}

// under are the classes right below one.
func (p *modelPage) under(c cmdb.Class) []*cmdb.ClassDef {
	var out []*cmdb.ClassDef
	for _, d := range p.Model.Classes() {
		if d.Parent == c {
			out = append(out, d)
		}
	}
	return out
}

// classHref is the page of a class; a class that is no setting has none.
func (s *stock) classHref(c cmdb.Class) string {
	if t := s.All.Coded(setting.ItemClass, string(c)); t != nil {
		return modelClasses + "/" + idText(t.ID)
	}
	return ""
}

// typeHref is the page of a type of relations, likewise.
func (s *stock) typeHref(code string) string {
	if t := s.All.Coded(setting.RelationType, code); t != nil {
		return modelTypes + "/" + idText(t.ID)
	}
	return ""
}

// own says how many attributes a class has itself and inherits.
func (p *modelPage) own(d *cmdb.ClassDef) string {
	return p.T("model.attributes", "own", p.Number(len(d.Attributes)), "inherited", p.Number(len(d.All)-len(d.Attributes)))
}

// joins names the classes at an end of a type of relations.
func (s *stock) joins(classes []cmdb.Class) string {
	if len(classes) == 0 {
		return s.T("model.any")
	}
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = s.className(c)
	}
	return s.List(names)
}

// howMany is the cardinality of a type of relations: sources to targets.
func howMany(t *cmdb.RelationType) string {
	side := func(n int) string {
		if n == 0 {
			return "*"
		}
		return strconv.Itoa(n)
	}
	return side(t.Sources) + " : " + side(t.Targets)
}

// meaningOf says in words what a relation means for failure.
func (s *stock) meaningOf(t *cmdb.RelationType) string {
	if t.Suffers == cmdb.Neither || t.Suffers == "" {
		return s.T("model.means.none")
	}
	effect, through := t.Effect, t.Through
	if effect == "" {
		effect = cmdb.Hard
	}
	if through == "" {
		through = cmdb.ThroughDegraded
	}
	return s.T("model.means", "who", s.T("setting.relation_type.suffers."+string(t.Suffers)), "how", s.T("model.means."+string(effect)), "when", s.T("model.means.through_"+string(through)))
}

// modelKind is what the pages of classes and of types of relations differ in.
type modelKind struct {
	kind setting.Kind
	path string
	word string // in keys: model.class_..., model.type_...
}

var modelKinds = map[setting.Kind]modelKind{
	setting.ItemClass:    {setting.ItemClass, modelClasses, "class"},
	setting.RelationType: {setting.RelationType, modelTypes, "type"},
}

// modelEdit is the form of a class or a type of relations, and the preview of
// what its change touches.
type modelEdit struct {
	*stock
	modelKind
	Sheet   setting.Sheet
	Held    *setting.Form
	Form    *Form // as it was typed, nil before
	Fields  []part.Field
	Rows    []attributeRow
	Class   *cmdb.ClassDef // nil for types and new classes
	Touch   *cmdb.Touch    // of the preview
	Retires bool           // what is previewed is taking it out of use, or into use again
	Changes []cmdb.ModelChange
	May     bool
}

// openModel reads what an address names.
func (c *Configuration) openModel(r *http.Request, s *stock, k setting.Kind, form *Form) (*modelEdit, error) {
	p := &modelEdit{stock: s, modelKind: modelKinds[k], Form: form, May: s.By.Can(cmdb.DeedModel)}
	var id int64
	if at := r.PathValue("id"); at == "new" {
		if err := s.By.May(cmdb.DeedModel); err != nil {
			return nil, err
		}
	} else if id = number(at); id <= 0 {
		return nil, fault.New(fault.Missing, "setting.no_such").With("kind", string(k)).With("id", at)
	}
	var err error
	if p.Sheet, p.Held, err = c.Modeller.Arranged.Open(r.Context(), k, id, ""); err != nil {
		return nil, err
	}
	p.Title = s.T("model." + p.word + "_new")
	if id != 0 {
		p.Title = p.Held.Label(s.lang())
		if p.Changes, err = c.Modeller.Changes(r.Context(), s.By, k, id); err != nil {
			return nil, err
		}
	}
	if k == setting.ItemClass && id != 0 {
		p.Class = s.Model.Class(cmdb.Class(p.Held.Code))
	}
	if id == 0 && form == nil {
		p.Held.Parent = number(r.URL.Query().Get("parent"))
	}
	s.frameItems("models")
	p.Needs("choose")
	return p, nil
}

// fill makes the questions.
func (p *modelEdit) fill() *modelEdit {
	for _, f := range p.Sheet.Fields {
		if f.Type != setting.Table && !(f.Name == "code" && p.Held.ID != 0) {
			p.Fields = append(p.Fields, p.Form.Field(p.field(f)))
		}
	}
	if p.kind == setting.ItemClass {
		p.Rows = p.attributeRows()
	}
	return p
}

func (p *modelEdit) action() string {
	if p.Held.ID == 0 {
		return p.path + "/new"
	}
	return p.path + "/" + idText(p.Held.ID)
}

func (p *modelEdit) crumbs() []part.Link {
	return []part.Link{{Label: p.T("item.title"), Href: configPath}, {Label: p.T("model.title"), Href: modelPath}}
}

func (c *Configuration) modelForm(k setting.Kind) stockHandler {
	return func(w http.ResponseWriter, r *http.Request, s *stock) error {
		p, err := c.openModel(r, s, k, nil)
		if err != nil {
			return err
		}
		return Show(w, r, http.StatusOK, modelEditView(p.fill()))
	}
}

// modelSend takes a form: "preview" shows what it touches, "edit" goes back to
// the form, "save" keeps it, "retire" shows what taking it out of use touches
// and "retired" does that.
func (c *Configuration) modelSend(k setting.Kind) stockHandler {
	return func(w http.ResponseWriter, r *http.Request, s *stock) error {
		form, err := ReadForm(r)
		if err != nil {
			return err
		}
		p, err := c.openModel(r, s, k, form)
		if err != nil {
			return err
		}
		if err := s.By.May(cmdb.DeedModel); err != nil {
			return err
		}
		switch form.Get("do") {
		case "edit":
			return Show(w, r, http.StatusOK, modelEditView(p.fill()))
		case "retire":
			p.Retires = true
			p.Touch, err = c.Modeller.PreviewRetire(r.Context(), s.By, k, p.Held.ID)
		case "retired":
			do := c.Modeller.Arranged.Retire
			if p.Held.Retired {
				do = c.Modeller.Arranged.Restore
			}
			_, err = do(r.Context(), s.By, k, p.Held.ID, number(form.Get("version")))
		case "save":
			var in setting.Input
			if in, err = p.input(); err == nil {
				_, err = c.Modeller.Arranged.Save(r.Context(), s.By, in)
			}
		default:
			var in setting.Input
			if in, err = p.input(); err == nil {
				p.Touch, err = c.Modeller.Preview(r.Context(), s.By, in)
			}
		}
		if err := p.blame(err); err != nil {
			return err
		}
		switch {
		case form.Wrong():
			return Show(w, r, http.StatusUnprocessableEntity, modelEditView(p.fill()))
		case p.Touch != nil:
			return Show(w, r, http.StatusOK, modelTouchView(p))
		}
		return Go(w, r, modelPath)
	}
}

// input is what was typed, as the settings' desk takes it.
func (p *modelEdit) input() (setting.Input, error) {
	in := setting.Input{Kind: p.kind, ID: p.Held.ID, Version: number(p.Form.Get("version")), Fields: map[string]string{}}
	var many fault.Many
	for _, f := range p.Sheet.Fields {
		if f.Name == "code" && p.Held.ID != 0 {
			continue
		}
		switch f.Type {
		case setting.Several:
			in.Fields[f.Name] = strings.Join(p.Form.Values[f.Name], ",")
		case setting.Table:
			list, err := readAttributes(p.Form)
			if err := many.Add(err); err != nil {
				return in, err
			}
			in.Fields[f.Name] = list
		default:
			in.Fields[f.Name] = p.Form.Get(f.Name)
		}
	}
	return in, many.Err()
}

// blame sorts faults to the fields and rows that they are about.
func (p *modelEdit) blame(err error) error {
	rows := attributesAt(p.Form)
	for _, one := range fault.All(err) {
		one.Field = rowField(one.Field, rows)
	}
	return p.Form.Blame(p.Printer, err)
}

// modelUndo takes the last change back.
func (c *Configuration) modelUndo(k setting.Kind) stockHandler {
	return func(w http.ResponseWriter, r *http.Request, s *stock) error {
		id := number(r.PathValue("id"))
		if _, err := c.Modeller.Undo(r.Context(), s.By, k, id); err != nil {
			return err
		}
		return Go(w, r, modelKinds[k].path+"/"+idText(id))
	}
}

// wholeFaults are the faults that no field of the form shows.
func (p *modelEdit) wholeFaults() []string { return p.Form.Whole(p.asked()) }

// asked are all fields of the form, those of attributes too.
func (p *modelEdit) asked() []part.Field {
	out := slices.Clone(p.Fields)
	for _, row := range p.Rows {
		out = append(out, row.all()...)
	}
	return out
}
