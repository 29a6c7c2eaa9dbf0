package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
	"kilter/internal/web/rows"
)

// offeringPath is where catalogue items are arranged.
const offeringPath = "/settings/offering"

// designed are the parts of an offering that have their editor on a page of
// their own.
var designed = []string{questionRows, stageRows, stepRows}

// designPage is the editor of what an offering asks, who must consent and what
// is done, with the form as officials see it and a test run beside.
type designPage struct {
	*settingPage
	Path    string
	Held    *setting.Form
	Doc     catalogue.Offering // as typed
	Version int64              // the one it was made from
	Root    *rows.Row
	Form    *Form  // what is wrong with the definition
	Focus   string // the row that the last deed was about
	Lists   []designList
	Try     *trial
	Uses    []request.Use
	Pin     string // of the definition as it is kept
	Save    string // grant that is missing, "" when the reader may save
}

// designRoutes mounts the editor of catalogue items.
func (s *Settings) designRoutes(on func(string, func(*settingPage, http.ResponseWriter, *http.Request) error)) {
	if s.Orders.Desk == nil {
		return
	}
	on("GET "+offeringPath+"/{id}/design", s.design)
	on("POST "+offeringPath+"/{id}/design", s.redesign)
	on("POST "+offeringPath+"/{id}/design/look", s.designLook)
	on("GET "+offeringPath+"/{id}/versions/{pin}", s.designVersion)
}

// designOf opens the editor on an offering as it is kept.
func (s *Settings) designOf(p *settingPage, r *http.Request) (*designPage, error) {
	id := number(r.PathValue("id"))
	if id <= 0 {
		return nil, fault.New(fault.Missing, "setting.no_such").With("id", r.PathValue("id"))
	}
	_, held, err := s.Desk.Open(r.Context(), setting.Offering, id, "")
	if err != nil {
		return nil, err
	}
	doc, ok := held.Doc.(*catalogue.Offering)
	if !ok {
		return nil, fault.New(fault.Missing, "setting.no_such").With("id", id)
	}
	v := &designPage{settingPage: p, Path: offeringPath + "/" + strconv.FormatInt(id, 10) + "/design", Held: held, Doc: *doc, Version: held.Version, Form: &Form{}}
	if v.Pin, _, err = request.PinOf(*doc); err != nil {
		return nil, err
	}
	if v.Uses, err = s.Orders.Desk.Shelf.Uses(r.Context(), p.By.Scope, id); err != nil {
		return nil, err
	}
	if !p.By.Can(setting.Deed(setting.Offering)) {
		v.Save = setting.Deed(setting.Offering)
	}
	if p.Title = held.Label(p.code()); p.Title == "" {
		p.Title = held.Code
	}
	return v, nil
}

func (s *Settings) design(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	v, err := s.designOf(p, r)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("saved") != "" {
		p.Toasts = append(p.Toasts, part.Toast{Text: p.T("offering.saved"), Icon: "check"})
	}
	v.Root = rowsOf(v.Doc)
	return s.showDesign(v, w, r, http.StatusOK)
}

// typedDesign is the editor with what was typed.
func (s *Settings) typedDesign(p *settingPage, r *http.Request) (*designPage, *Form, error) {
	v, err := s.designOf(p, r)
	if err != nil {
		return nil, nil, err
	}
	typed, err := ReadForm(r)
	if err != nil {
		return nil, nil, err
	}
	v.Version = number(typed.Get("version"))
	v.Root = rows.Read(typed.Values, designed...)
	v.Try = &trial{typed: typed}
	return v, typed, nil
}

// redesign does what was asked of the editor: a deed on a row, a test run, or
// keeping it. Nothing but "save" writes.
func (s *Settings) redesign(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	v, typed, err := s.typedDesign(p, r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	deed, at, _ := strings.Cut(typed.Get("do"), " ")
	switch deed {
	case "", "look", "try":
	case "save":
		done, err := s.keepDesign(v, r)
		if err != nil {
			return err
		}
		if done {
			return Go(w, r, v.Path+"?saved=1")
		}
		status = http.StatusUnprocessableEntity
	default:
		if v.Focus, err = v.Root.Do(rows.Deed(deed), at, freshRow); err != nil {
			if err := v.Form.Blame(p.Printer, err); err != nil {
				return err
			}
			status = http.StatusUnprocessableEntity
		}
	}
	v.Try.run = deed == "try"
	if v.Try.run && status == http.StatusOK {
		status = v.judge()
	}
	return s.showDesign(v, w, r, status)
}

// freshRow is what a new row of a list begins with.
func freshRow(list string) *rows.Row {
	switch list {
	case questionRows:
		return rows.New("type", string(form.Text))
	case columnRows:
		return rows.New("type", string(form.Text), "column", "1")
	case stageRows:
		r := rows.New("rule", string(approval.Any), "days", "3")
		r.Add(deciderRows, freshRow(deciderRows))
		return r
	case deciderRows:
		return rows.New("as", string(catalogue.Superior))
	}
	return rows.New("order", "1")
}

// read makes the definition of what was typed and says what is wrong with it.
func (v *designPage) read() error {
	d := &rowReader{}
	d.read(v.Root, &v.Doc)
	err := d.many.Add(v.Doc.Check())
	if err != nil {
		return err
	}
	return d.many.Err()
}

// judge checks the definition before a test run: one that cannot be kept cannot
// be run.
func (v *designPage) judge() int {
	if err := v.read(); err != nil {
		if bad := v.Form.Blame(v.Printer, err); bad == nil {
			v.Try.run = false
			return http.StatusUnprocessableEntity
		}
	}
	return http.StatusOK
}

// keepDesign saves the editor's parts; false when the form has to come back.
func (s *Settings) keepDesign(v *designPage, r *http.Request) (bool, error) {
	if err := v.By.May(setting.Deed(setting.Offering)); err != nil {
		return false, err
	}
	d := &rowReader{}
	d.read(v.Root, &v.Doc)
	if err := d.many.Err(); err != nil {
		return false, v.Form.Blame(v.Printer, err)
	}
	in := setting.Input{Kind: setting.Offering, ID: v.Held.ID, Version: v.Version, Fields: map[string]string{}}
	for name, list := range map[string]any{questionRows: v.Doc.Questions, stageRows: v.Doc.Stages, stepRows: v.Doc.Plan} {
		b, err := json.Marshal(list)
		if err != nil {
			return false, err
		}
		if in.Fields[name] = string(b); string(b) == "null" {
			in.Fields[name] = ""
		}
	}
	_, err := s.Desk.Save(r.Context(), v.By, in)
	if err == nil {
		return true, nil
	}
	if err := v.Form.Blame(v.Printer, err); err != nil {
		return false, err
	}
	if v.Version != v.Held.Version { // what they made of it is on the page behind the link
		v.Version = v.Held.Version
	}
	return false, nil
}

func (s *Settings) showDesign(v *designPage, w http.ResponseWriter, r *http.Request, status int) error {
	if err := s.preview(v, r); err != nil {
		return err
	}
	if v.Try.wrong() {
		status = http.StatusUnprocessableEntity
	}
	v.Lists = []designList{v.questions(questionRows, v.Root.Lists[questionRows]), v.stages(), v.steps()}
	v.Needs("choose")
	if Partial(r) {
		return Show(w, r, status, designBody(v))
	}
	return Show(w, r, status, designView(v))
}

// designLook shows the form anew while it is edited.
func (s *Settings) designLook(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	v, _, err := s.typedDesign(p, r)
	if err != nil {
		return err
	}
	if err := s.preview(v, r); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, designPreview(v))
}

// all are the fields of the page, for the summary of faults.
func (v *designPage) all() (out []part.Field) {
	for _, l := range v.Lists {
		out = append(out, l.all()...)
	}
	return append(out, v.Try.fields()...)
}

// whole are the faults of nothing that is shown.
func (v *designPage) whole() []string {
	return append(v.Form.Whole(v.all()), v.Try.whole()...)
}

// running counts what hangs on today's definition, and on older ones.
func (v *designPage) running() (today, older int) {
	for _, u := range v.Uses {
		if u.Pin == v.Pin {
			today += u.Running
		} else {
			older += u.Running
		}
	}
	return today, older
}

// versionPage is a definition that requests run under, to be read.
type versionPage struct {
	*designPage
	Use request.Use
}

// designVersion shows a definition by which requests of this offering were
// ordered.
func (s *Settings) designVersion(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	v, err := s.designOf(p, r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Uses, func(u request.Use) bool { return u.Pin == r.PathValue("pin") })
	if i < 0 {
		return fault.New(fault.Missing, "offering.no_such_version")
	}
	if v.Doc, err = s.Orders.Desk.Definition(&request.Request{Pin: v.Uses[i].Pin}); err != nil {
		return err
	}
	v.Root = rowsOf(v.Doc)
	if err := s.preview(v, r); err != nil {
		return err
	}
	v.Lists = []designList{v.questions(questionRows, v.Root.Lists[questionRows]), v.stages(), v.steps()}
	return Show(w, r, http.StatusOK, designVersionView(&versionPage{v, v.Uses[i]}))
}

// tried is whom a test run is for: the one who edits, unless somebody else was
// chosen.
func (v *designPage) tried(name string) people.ID {
	if v.Try == nil || v.Try.typed == nil {
		return 0
	}
	return people.ID(idOf(v.Try.typed.Get(name)))
}
