package web

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// importPage is the start of an import: what to bring in, and what was.
type importPage struct {
	*settingPage
	Kind    string
	Form    *Form
	Fields  []part.Field
	Batches []setting.Batch
	Undone  []setting.Kept // left alone by the undo just made
	Said    string
	Columns map[string][]string // headings a table can have, by kind
}

func (s *Settings) importStart(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	return s.importShow(&importPage{settingPage: p, Kind: r.URL.Query().Get("kind")}, w, r, http.StatusOK)
}

func (s *Settings) importShow(page *importPage, w http.ResponseWriter, r *http.Request, status int) error {
	p := page.settingPage
	for _, need := range []string{setting.DeedImport} {
		if err := p.By.May(need); err != nil {
			return err
		}
	}
	p.Title = p.T("settings.import")
	kind := part.Field{Name: "kind", Label: p.T("settings.import.kind"), Kind: part.Choice, Required: true, Value: page.Kind}
	for _, k := range directory.Importable() {
		kind.Options = append(kind.Options, part.Option{Value: string(k), Label: p.T("setting.kind." + string(k))})
	}
	file := part.Field{Name: "file", Label: p.T("settings.import.file"), Kind: part.File, Required: true, Help: p.T("settings.import.file.help"), Attrs: map[string]any{"accept": ".csv,.xlsx,.txt,.gz"}}
	page.Fields = page.Form.Fields(kind, file)
	page.Columns = map[string][]string{}
	for _, k := range directory.Importable() {
		sh, err := s.Desk.Sheets.For(k, "")
		if err != nil {
			return err
		}
		for _, c := range directory.Columns(sh) {
			page.Columns[string(k)] = append(page.Columns[string(k)], p.columnLabel(sh, c))
		}
	}
	var err error
	if page.Batches, err = s.Desk.Keeper.Store.Batches(r.Context(), 50); err != nil {
		return err
	}
	return Show(w, r, status, importStartView(page))
}

func (p *settingPage) columnLabel(sh setting.Sheet, column string) string {
	if column == "name" && sh.Kind != setting.Human {
		return p.T("setting.any.name")
	}
	return p.label(sh, column)
}

// importUpload keeps the file and goes on to its dry run.
func (s *Settings) importUpload(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	if err := p.By.May(setting.DeedImport); err != nil {
		return err
	}
	name, data, err := uploaded(w, r, tableLimit)
	if err != nil {
		return err
	}
	u := setting.Upload{Token: rand.Text(), By: p.By.ID, At: p.Now.UTC(), Kind: setting.Kind(r.PostFormValue("kind")), Name: name, Content: data}
	if _, err := s.draft(p, r, u, nil); err != nil {
		page := &importPage{settingPage: p, Kind: string(u.Kind), Form: &Form{Values: r.PostForm}}
		if err := page.Form.Blame(p.Printer, err); err != nil {
			return err
		}
		return s.importShow(page, w, r, http.StatusUnprocessableEntity)
	}
	if err := s.Uploads.KeepUpload(r.Context(), u); err != nil {
		return err
	}
	return Go(w, r, "/settings/import/"+u.Token)
}

func (s *Settings) draft(p *settingPage, r *http.Request, u setting.Upload, chosen map[string]string) (*directory.Plan, error) {
	table, err := sheet.Open(bytes.NewReader(u.Content), u.Name, sheet.Limits{Bytes: 4 * tableLimit})
	if err != nil {
		return nil, err
	}
	defer func() { _ = table.Close() }() // it was read only
	return directory.Draft(r.Context(), s.Desk, p.By, directory.Table{Kind: u.Kind, File: u.Name, Read: table.Read, Map: chosen})
}

// planPage is the dry run: the mapping of columns and what would happen.
type planPage struct {
	*settingPage
	Token  string
	Kind   string
	Plan   *directory.Plan
	Map    []part.Field // one per column
	Lines  []directory.Line
	Hidden int // lines not shown
	Only   string
	Faults []string
}

// linesShown bounds the lines of a dry run on its page.
const linesShown = 200

func (s *Settings) importPlan(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	u, err := s.Uploads.Upload(r.Context(), r.PathValue("token"), p.By.ID)
	if err != nil {
		return err
	}
	plan, err := s.draft(p, r, u, nil)
	if err != nil {
		return err
	}
	return s.planShow(p, w, r, u, plan, nil, http.StatusOK)
}

func (s *Settings) planShow(p *settingPage, w http.ResponseWriter, r *http.Request, u setting.Upload, plan *directory.Plan, faults []string, status int) error {
	page := &planPage{settingPage: p, Token: u.Token, Kind: string(u.Kind), Plan: plan, Faults: faults, Only: r.URL.Query().Get("only")}
	p.Title = p.T("settings.import.check", "file", u.Name)
	sh, err := s.Desk.Sheets.For(u.Kind, "")
	if err != nil {
		return err
	}
	for i, heading := range plan.Header {
		f := part.Field{Name: "map." + strconv.Itoa(i), Label: heading, Kind: part.Choice, Value: plan.Map[i], Hint: p.T("settings.import.leave_out")}
		for _, c := range directory.Columns(sh) {
			f.Options = append(f.Options, part.Option{Value: c, Label: p.columnLabel(sh, c)})
		}
		page.Map = append(page.Map, f)
	}
	// What is at fault comes first: it is what somebody has to look at.
	for _, deeds := range [][]directory.Deed{{directory.Faulty}, {directory.Add, directory.Change}} {
		for _, l := range plan.Lines {
			for _, d := range deeds {
				if l.Deed == d {
					page.Lines = append(page.Lines, l)
				}
			}
		}
	}
	if len(page.Lines) > linesShown {
		page.Hidden = len(page.Lines) - linesShown
		page.Lines = page.Lines[:linesShown]
	}
	return Show(w, r, status, importPlanView(page))
}

// importRun maps the columns anew, or carries the plan out.
func (s *Settings) importRun(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	u, err := s.Uploads.Upload(r.Context(), r.PathValue("token"), p.By.ID)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	guessed, err := s.draft(p, r, u, nil)
	if err != nil {
		return err
	}
	chosen := map[string]string{}
	for i, heading := range guessed.Header {
		chosen[heading] = form.Get("map." + strconv.Itoa(i))
	}
	plan, err := s.draft(p, r, u, chosen)
	if err == nil && form.Get("run") == "" {
		return s.planShow(p, w, r, u, plan, nil, http.StatusOK)
	}
	if err == nil {
		_, err = plan.Run(r.Context(), s.Desk, p.By, form.Get("run") == "others")
	}
	if err != nil {
		if err := form.Blame(p.Printer, err); err != nil {
			return err
		}
		if plan == nil {
			plan = guessed
		}
		return s.planShow(p, w, r, u, plan, form.Whole(nil), http.StatusUnprocessableEntity)
	}
	if err := s.Directory.Refresh(r.Context()); err != nil {
		return err
	}
	if err := s.Uploads.DropUpload(r.Context(), u.Token, p.By.ID); err != nil {
		return err
	}
	return Go(w, r, "/settings/import")
}

func (s *Settings) importUndo(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	id := number(r.PathValue("id"))
	if id <= 0 {
		return fault.New(fault.Missing, "setting.no_such_import").With("id", r.PathValue("id"))
	}
	page := &importPage{settingPage: p}
	kept, err := s.Desk.Undo(r.Context(), p.By, id)
	if err != nil {
		page.Form = &Form{}
		if err := page.Form.Blame(p.Printer, err); err != nil {
			return err
		}
		return s.importShow(page, w, r, http.StatusConflict)
	}
	if err := s.Directory.Refresh(r.Context()); err != nil {
		return err
	}
	page.Undone, page.Said = kept, p.N("settings.import.undone", len(kept))
	return s.importShow(page, w, r, http.StatusOK)
}

// faultsOf are the faults of a line in the reader's words.
func (p *planPage) faultsOf(l directory.Line) []string {
	var out []string
	for _, f := range l.Faults {
		said := p.Fault(f)
		if sh, err := p.settings.Desk.Sheets.For(p.Plan.Kind, ""); err == nil && f.Field != "" {
			if _, ok := sh.Find(f.Field); ok {
				said = p.label(sh, f.Field) + p.T("settings.colon") + said
			}
		}
		out = append(out, said)
	}
	return out
}

// changesOf are the changes of a line in the reader's words.
func (p *planPage) changesOf(l directory.Line) []string {
	sh, err := p.settings.Desk.Sheets.For(p.Plan.Kind, "")
	if err != nil || l.Deed != directory.Change {
		return nil
	}
	var out []string
	for _, c := range l.Changes {
		f, ok := sh.Find(c.Field)
		if !ok {
			continue
		}
		out = append(out, p.T("settings.import.changed", "field", p.label(sh, c.Field), "was", p.shown(sh, f, c.Was), "now", p.shown(sh, f, c.Now)))
	}
	return out
}
