package web

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/eventlog"
	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/history"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// History are the pages on which the history of another tool is brought in:
// send a log in, say what its columns mean, see what would come of it, bring
// it in, take it back.
type History struct {
	*Shell
	Actor func(*http.Request) (people.Actor, error)
	Works HistoryWorks
	Tray  history.Tray
	Shelf history.Shelf
}

// HistoryWorks is who does the work behind the pages.
type HistoryWorks interface {
	Head(ctx context.Context, by people.Actor, up history.Upload, form eventlog.Form) (history.Trial, error)
	Preview(ctx context.Context, by people.Actor, up history.Upload) (history.Trial, error)
	Start(ctx context.Context, by people.Actor, up history.Upload) error
	State(upload int64) history.Progress
	TakeBack(ctx context.Context, by people.Actor, id int64) (removed, kept int, err error)
}

// Where the pages are.
const (
	historyPath = "/imports/history"
	uploadPath  = "/imports/uploads"
)

// Routes mounts the pages.
func (p *History) Routes(mux Mux) {
	mux.Handle("GET "+historyPath, p.Handle(p.list))
	mux.Handle("POST "+historyPath, Limit(p.Handle(p.send), history.MostUpload+1<<20, 30*time.Minute))
	mux.Handle("GET "+uploadPath+"/{id}", p.Handle(p.edit))
	mux.Handle("POST "+uploadPath+"/{id}", Limit(p.Handle(p.save), BodyLimit, BodyTime))
	mux.Handle("GET "+historyPath+"/{id}", p.Handle(p.show))
	mux.Handle("POST "+historyPath+"/{id}/undo", Limit(p.Handle(p.undo), BodyLimit, BodyTime))
}

type historyListPage struct {
	*Frame
	Form    *Form
	Imports []history.Import
}

// importer is who may bring data in; for others the pages are not there.
func (p *History) importer(r *http.Request) (people.Actor, error) {
	by, err := p.Actor(r)
	if err != nil {
		return by, err
	}
	return by, by.May(setting.DeedImport)
}

func (p *History) list(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.importer(r); err != nil {
		return err
	}
	return p.listWith(w, r, http.StatusOK, &Form{})
}

func (p *History) listWith(w http.ResponseWriter, r *http.Request, status int, form *Form) error {
	const most = 100
	page := &historyListPage{Frame: p.Frame(r), Form: form}
	page.Title = page.T("history.page.title")
	var err error
	if page.Imports, err = p.Shelf.Imports(r.Context(), most); err != nil {
		return err
	}
	return Show(w, r, status, historyList(page))
}

// send takes a log in, with or without a map, and goes on to its preview.
func (p *History) send(w http.ResponseWriter, r *http.Request) error {
	by, err := p.importer(r)
	if err != nil {
		return err
	}
	const inMemory = 8 << 20
	if err := r.ParseMultipartForm(inMemory); err != nil {
		return badForm(err)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }() // what is left in the folder for temporary files
	f := p.Frame(r)
	form := &Form{Values: r.PostForm}
	file, head, err := r.FormFile("file")
	if err != nil || head.Size == 0 {
		form.Fault("file", f.T("history.page.no_file"))
		return p.listWith(w, r, http.StatusUnprocessableEntity, form)
	}
	defer func() { _ = file.Close() }() // it was only read
	up := history.Upload{By: by.ID, Name: filepath.Base(head.Filename), Map: form.Get("map"), At: p.Now()}
	if err := p.Tray.Clear(r.Context(), p.Now().Add(-24*time.Hour)); err != nil {
		return err
	}
	err = p.Tray.Put(r.Context(), &up, file)
	if err == nil && up.Map == "" {
		if err = p.suggest(r.Context(), by, &up); err != nil { // what cannot be read is not kept
			err = errors.Join(err, p.Tray.Drop(r.Context(), up.ID))
		}
	}
	if err := form.Blame(f.Printer, err); err != nil {
		return err
	}
	if form.Wrong() {
		return p.listWith(w, r, http.StatusUnprocessableEntity, form)
	}
	return Go(w, r, uploadPath+"/"+strconv.FormatInt(up.ID, 10))
}

// suggest writes a first map from the names of the columns.
func (p *History) suggest(ctx context.Context, by people.Actor, up *history.Upload) error {
	head, err := p.Works.Head(ctx, by, *up, eventlog.Form{})
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(up.Name, ".")
	first := history.Suggest(head.Columns, name)
	first.GuessTimes(head.Sample)
	text, err := first.Text()
	if err != nil {
		return err
	}
	up.Map = string(text)
	// What its states are called shows from the rows; a map that does not fit
	// yet is for the editor to complain about.
	trial, err := p.Works.Preview(ctx, by, *up)
	switch {
	case err == nil:
		first.SuggestStates(trial.Result.Labels)
		if text, err = first.Text(); err != nil {
			return err
		}
		up.Map = string(text)
	case slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool { return f.Field == "file" }):
		return err
	}
	return p.Tray.Note(ctx, *up)
}

// historyEditPage is the preview with the mapping editor.
type historyEditPage struct {
	*Frame
	Upload history.Upload
	Form   *Form
	Map    *history.Map // nil when it cannot be read
	Trial  history.Trial
	Tried  bool
	State  history.Progress
}

func (p *History) upload(r *http.Request) (people.Actor, history.Upload, error) {
	by, err := p.importer(r)
	if err != nil {
		return by, history.Upload{}, err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return by, history.Upload{}, fault.New(fault.Missing, "trouble.missing")
	}
	up, err := p.Tray.Upload(r.Context(), id)
	if err == nil && up.By != by.ID {
		err = fault.New(fault.Missing, "history.no_such_upload") // somebody else's
	}
	return by, up, err
}

func (p *History) edit(w http.ResponseWriter, r *http.Request) error {
	by, up, err := p.upload(r)
	if err != nil {
		return err
	}
	state := p.Works.State(up.ID)
	if id := max(up.Import, state.Import); id != 0 && !state.Running && state.Err == nil {
		return Go(w, r, historyPath+"/"+strconv.FormatInt(id, 10))
	}
	return p.preview(w, r, by, up, &Form{}, state)
}

// preview shows what the map makes of the log, or what is wrong with either.
func (p *History) preview(w http.ResponseWriter, r *http.Request, by people.Actor, up history.Upload, form *Form, state history.Progress) error {
	page := &historyEditPage{Frame: p.Frame(r), Upload: up, Form: form, State: state}
	page.Title = page.T("history.page.preview", "file", up.Name)
	var err error
	if !state.Running {
		page.Trial, err = p.Works.Preview(r.Context(), by, up)
		page.Tried = err == nil
		if err := form.Blame(page.Printer, err); err != nil {
			return err
		}
		if err := form.Blame(page.Printer, state.Err); err != nil {
			form.Fault("", page.T("trouble.outage"))
		}
	}
	if len(page.Trial.Columns) == 0 {
		head, err := p.Works.Head(r.Context(), by, up, eventlog.Form{})
		if err := form.Blame(page.Printer, err); err != nil {
			return err
		}
		page.Trial.Columns, page.Trial.Sample = head.Columns, head.Sample
	}
	page.Map = history.Draft([]byte(up.Map))
	status := http.StatusOK
	if form.Wrong() && r.Method == http.MethodPost {
		status = http.StatusUnprocessableEntity
	}
	return Show(w, r, status, historyEdit(page))
}

// save keeps the map as it was edited: by hand, or by the choices, and goes on
// to the preview or brings the log in.
func (p *History) save(w http.ResponseWriter, r *http.Request) error {
	by, up, err := p.upload(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	f := p.Frame(r)
	if form.Get("do") != "choices" {
		up.Map = form.Get("map")
	} else if up.Map, err = chosen(form, up.Map); err != nil {
		return err
	}
	if err := p.Tray.Note(r.Context(), up); err != nil {
		return err
	}
	form.Values = nil // the map as it is kept now is shown, not what was typed
	if r.PostForm.Get("do") != "run" {
		return p.preview(w, r, by, up, form, history.Progress{})
	}
	if err := form.Blame(f.Printer, p.Works.Start(r.Context(), by, up)); err != nil {
		return err
	}
	if form.Wrong() {
		return p.preview(w, r, by, up, form, history.Progress{})
	}
	return Go(w, r, uploadPath+"/"+strconv.FormatInt(up.ID, 10))
}

// chosen writes the choices of the form into the map. A choice left at "as in
// the map" leaves that part as it was.
func chosen(form *Form, text string) (string, error) {
	m := history.Draft([]byte(text))
	m.Source, m.Shape = form.Get("source"), history.Shape(form.Get("shape"))
	m.Times.Zone = form.Get("zone")
	m.SetTimeFormat(form.Get("format"))
	m.Missing = strings.Fields(form.Get("missing"))
	for _, field := range history.Fields {
		switch v := form.Get("col." + string(field)); v {
		case "*":
		case "":
			delete(m.Columns, field)
		default:
			m.SetColumn(field, strings.TrimPrefix(v, "="))
		}
	}
	if m.States == nil {
		m.States = map[string]history.State{}
	}
	for i := 0; form.Values.Has("label." + strconv.Itoa(i)); i++ {
		label, state := form.Values.Get("label."+strconv.Itoa(i)), form.Get("state."+strconv.Itoa(i))
		name, reason, _ := strings.Cut(strings.TrimSuffix(state, ")"), "(")
		switch {
		case state == "":
			delete(m.States, label)
		case state == "keep":
			m.States[label] = history.State{}
		default:
			m.States[label] = history.State{Name: flow.State(name), Reason: reason}
		}
	}
	out, err := m.Text()
	return string(out), err
}

type historyShowPage struct {
	*Frame
	Import history.Import
	Form   *Form
}

func (p *History) show(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.importer(r); err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	page := &historyShowPage{Frame: p.Frame(r), Form: &Form{}}
	if page.Import, err = p.Shelf.Import(r.Context(), id); err != nil {
		return err
	}
	page.Title = page.T("history.page.import", "id", id, "source", page.Import.Source)
	return Show(w, r, http.StatusOK, historyShow(page))
}

func (p *History) undo(w http.ResponseWriter, r *http.Request) error {
	by, err := p.importer(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if _, _, err := p.Works.TakeBack(r.Context(), by, id); err != nil {
		return err
	}
	return Go(w, r, historyPath+"/"+strconv.FormatInt(id, 10))
}
