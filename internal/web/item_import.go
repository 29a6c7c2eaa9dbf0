package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// ItemTables reads tables of items and of relations behind the pages.
type ItemTables interface {
	// Head reads the headings of a table and its first rows.
	Head(up setting.Upload) (head []string, sample [][]string, err error)
	// Draft compares a table with what is held and keeps the difference.
	Draft(ctx context.Context, by people.Actor, up setting.Upload, ties bool, m cmdb.Mapping) (cmdb.Import, error)
	// Bring drafts what another tool wrote, a file of one of the kinds of Files.
	Bring(ctx context.Context, by people.Actor, up setting.Upload) (cmdb.Import, error)
	// Start begins to carry out a draft, or what is left of one that broke off;
	// the import itself says how far it has come.
	Start(ctx context.Context, by people.Actor, id int64) error
}

// ItemImports is what the pages of imports work on.
type ItemImports struct {
	*cmdb.Reconciler
	Tables   ItemTables
	Mappings cmdb.Mappings
	Uploads  setting.Uploads
}

// Where the pages are: imports, and the tables that are about to become one.
const (
	itemImportPath = configPath + "/imports"
	itemTablePath  = configPath + "/tables"
)

// The sorts of table, as uploads of them are kept.
const (
	itemTable setting.Kind = "items"
	tieTable  setting.Kind = "relations"
)

// toolFiles are the kinds of files that say themselves what they hold.
var toolFiles = []string{"bundle", "netbox", "graphml", "nmap", "agent"}

func (c *Configuration) importRoutes(mux Mux) {
	for pattern, h := range map[string]stockHandler{
		"GET " + itemImportPath:                    c.imports,
		"GET " + itemTablePath + "/{token}":        c.mapForm,
		"POST " + itemTablePath + "/{token}":       c.draft,
		"GET " + itemImportPath + "/{id}":          c.plan,
		"POST " + itemImportPath + "/{id}/approve": c.approve,
		"POST " + itemImportPath + "/{id}/undo":    c.undoImport,
	} {
		mux.Handle(pattern, c.limited(pattern, c.at(h)))
	}
	mux.Handle("POST "+itemImportPath, c.at(c.bring)) // the upload bounds itself
}

// itemImportList is the start of an import: what to bring in, and what was.
type itemImportList struct {
	*stock
	Form    *Form
	Fields  []part.Field
	Imports []cmdb.Import
}

func (c *Configuration) imports(w http.ResponseWriter, r *http.Request, s *stock) error {
	return s.showImports(w, r, &Form{}, http.StatusOK)
}

func (s *stock) showImports(w http.ResponseWriter, r *http.Request, form *Form, status int) error {
	if err := s.By.May(cmdb.DeedImport); err != nil {
		return err
	}
	p := &itemImportList{stock: s, Form: form}
	kinds := []part.Option{{Value: string(itemTable), Label: s.T("item.import.items")}, {Value: string(tieTable), Label: s.T("item.import.relations")}}
	for _, k := range toolFiles {
		kinds = append(kinds, part.Option{Value: k, Label: s.T("item.import.file." + k)})
	}
	p.Fields = form.Fields(
		part.Field{Name: "kind", Label: s.T("item.import.kind"), Kind: part.Radio, Required: true, Value: string(itemTable), Options: kinds},
		part.Field{Name: "file", Label: s.T("item.import.file"), Help: s.T("item.import.file_help"), Kind: part.File, Required: true, Attrs: map[string]any{"accept": ".csv,.xlsx,.txt,.gz,.json,.ndjson,.xml,.graphml"}},
	)
	var err error
	if p.Imports, err = s.c.Imports.List(r.Context(), s.By, 100); err != nil {
		return err
	}
	p.Title = s.T("item.import.title")
	s.frameItems("imports")
	return Show(w, r, status, itemImportsView(p))
}

// bring keeps the file and goes on to its mapping.
func (c *Configuration) bring(w http.ResponseWriter, r *http.Request, s *stock) error {
	if err := s.By.May(cmdb.DeedImport); err != nil {
		return err
	}
	name, data, err := uploaded(w, r, tableLimit)
	form := &Form{Values: r.PostForm}
	up := setting.Upload{Token: rand.Text(), By: s.By.ID, At: s.Now.UTC(), Kind: setting.Kind(r.PostFormValue("kind")), Name: name, Content: data}
	written := slices.Contains(toolFiles, string(up.Kind))
	if err == nil && up.Kind != itemTable && up.Kind != tieTable && !written {
		err = fault.At("kind", "record.required")
	}
	var in cmdb.Import
	switch {
	case err != nil:
	case written:
		in, err = c.Imports.Tables.Bring(r.Context(), s.By, up)
	default:
		_, _, err = c.Imports.Tables.Head(up)
	}
	if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	if form.Wrong() {
		return s.showImports(w, r, form, http.StatusUnprocessableEntity)
	}
	if written {
		return Go(w, r, itemImportPath+"/"+idText(in.ID))
	}
	if err := c.Imports.Uploads.KeepUpload(r.Context(), up); err != nil {
		return err
	}
	return Go(w, r, itemTablePath+"/"+up.Token)
}

// itemMapPage asks what the columns of a table mean.
type itemMapPage struct {
	*stock
	Upload  setting.Upload
	Ties    bool
	Form    *Form
	Known   []cmdb.Mapping // kept for other tables of this sort
	General []part.Field
	Columns []part.Field // one for each heading
	Sample  [][]string
}

// mapPage makes the questions, answered as the mapping m has it.
func (s *stock) mapPage(r *http.Request, form *Form) (*itemMapPage, []string, error) {
	if err := s.By.May(cmdb.DeedImport); err != nil {
		return nil, nil, err
	}
	up, err := s.c.Imports.Uploads.Upload(r.Context(), r.PathValue("token"), s.By.ID)
	if err != nil {
		return nil, nil, err
	}
	p := &itemMapPage{stock: s, Upload: up, Ties: up.Kind == tieTable, Form: form}
	head, sample, err := s.c.Imports.Tables.Head(up)
	if err != nil {
		return nil, nil, err
	}
	p.Sample = sample
	if p.Known, err = s.c.Imports.Mappings.Mappings(r.Context(), p.Ties); err != nil {
		return nil, nil, err
	}
	var m cmdb.Mapping
	if n := slices.IndexFunc(p.Known, func(m cmdb.Mapping) bool { return m.Source == r.URL.Query().Get("map") }); n >= 0 {
		m = p.Known[n]
	}
	p.ask(head, m)
	p.Title = s.T("item.import.map", "file", up.Name)
	p.Needs("choose")
	s.frameItems("imports")
	return p, head, nil
}

func (p *itemMapPage) ask(head []string, m cmdb.Mapping) {
	p.General = []part.Field{{Name: "source", Label: p.T("item.import.source"), Help: p.T("item.import.source_help"), Required: true, Max: 60, Value: m.Source}}
	if !p.Ties {
		class := p.question(nil, "class", string(m.Class))
		class.Label, class.Help = p.T("item.import.class"), p.T("item.import.class_help")
		whole := part.Field{Name: "complete", Label: p.T("item.import.complete"), Help: p.T("item.import.complete_help"), Kind: part.Toggle, Value: strconv.FormatBool(len(m.Complete) > 0)}
		p.General = append(p.General, class, whole)
	}
	p.General = p.Form.Fields(p.General...)
	options := p.mapOptions()
	for n, h := range head {
		f := part.Field{Name: "col." + strconv.Itoa(n), Label: cmp.Or(strings.TrimSpace(h), p.T("item.import.no_heading", "n", n+1)), Kind: part.Choose, Hint: p.T("item.import.leave_out"), Options: options}
		for field, heading := range m.Columns {
			if strings.EqualFold(heading, strings.TrimSpace(h)) {
				f.Value = field
			}
		}
		if len(m.Columns) == 0 {
			f.Value = guess(options, h)
		}
		p.Columns = append(p.Columns, p.Form.Field(f))
	}
}

// mapOptions are what a column can mean.
func (p *itemMapPage) mapOptions() []part.Option {
	var out []part.Option
	if p.Ties {
		for _, n := range cmdb.TieFields {
			out = append(out, part.Option{Value: n, Label: p.T("item.tie." + n)})
		}
		return out
	}
	for _, n := range cmdb.FieldNames {
		out = append(out, part.Option{Value: n, Label: p.fieldLabel(nil, n)})
	}
	seen := map[string]bool{}
	for _, d := range p.Model.Classes() {
		for _, a := range d.All {
			if !seen[a.Name] {
				seen[a.Name] = true
				out = append(out, part.Option{Value: a.Name, Label: a.Label(p.lang()), Group: p.T("item.import.attributes")})
			}
		}
	}
	return out
}

// guess is what a heading names, by its field's name or label.
func guess(options []part.Option, heading string) string {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(s))
	}
	for _, o := range options {
		if h := plain(heading); h != "" && (h == plain(o.Value) || h == plain(o.Label)) {
			return o.Value
		}
	}
	return ""
}

func (c *Configuration) mapForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	p, _, err := s.mapPage(r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, itemMapView(p))
}

// draft keeps the mapping and drafts the import.
func (c *Configuration) draft(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, head, err := s.mapPage(r, form)
	if err != nil {
		return err
	}
	m := cmdb.Mapping{Source: form.Get("source"), Class: cmdb.Class(form.Get("class")), Columns: map[string]string{}}
	if form.Get("complete") != "" && m.Class != "" {
		m.Complete = []cmdb.Class{m.Class}
	}
	for n, h := range head {
		if field := form.Get("col." + strconv.Itoa(n)); field != "" {
			if _, twice := m.Columns[field]; twice {
				form.Fault("col."+strconv.Itoa(n), s.T("item.import.twice"))
			}
			m.Columns[field] = strings.TrimSpace(h)
		}
	}
	for _, old := range p.Known { // what a page does not ask for stays as it was
		if old.Source == m.Source {
			m.Set, m.Values = old.Set, old.Values
		}
	}
	var in cmdb.Import
	if !form.Wrong() {
		in, err = c.Imports.Tables.Draft(r.Context(), s.By, p.Upload, p.Ties, m)
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	if form.Wrong() {
		if p, _, err = s.mapPage(r, form); err != nil {
			return err
		}
		return Show(w, r, http.StatusUnprocessableEntity, itemMapView(p))
	}
	if err := c.Imports.Mappings.SaveMapping(r.Context(), p.Ties, m, s.By.ID, s.Now.UTC().Truncate(time.Millisecond)); err != nil {
		return err
	}
	return Go(w, r, itemImportPath+"/"+idText(in.ID))
}
