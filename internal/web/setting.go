package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

// Settings are the pages on which a centre arranges itself: everything that
// has a sheet in directory.Sheets, the import of tables, and the first set-up.
type Settings struct {
	Shell     *Shell
	Desk      *setting.Desk
	Directory *directory.Directory
	Persons   people.Register
	Uploads   setting.Uploads
	Actor     func(*http.Request) (people.Actor, error)
	// Door and Bell take the steps of set-up about signing in and mail; those
	// steps say so when they are nil.
	Door *signin.Door
	Bell *Bell
	// Rules is what considers automation rules; without it they have no editor.
	Rules *rule.Engine
	// Macros is where macros are run; without it they have no editor.
	Macros *macro.Room
	// Ahead lists when a plan of operations is due; nil where nothing recurs.
	Ahead func(operation.Plan) ([]recur.Date, error)
	// Items finds items by their codes, as far as somebody sees them; nil where
	// there are none.
	Items func(ctx context.Context, by people.Actor, codes ...string) ([]operation.Item, error)
	// Demo is where the demo city can be loaded, "" for nowhere.
	Demo string
	// More are settings pages of other rooms (roles, mail, ...), shown on the
	// settings' home and in its column.
	More func(*Frame, people.Actor) []part.Link
	// Purge takes the demo city out of the database and counts what each table
	// still holds; InDemo tells whether the city is there.
	Purge  func(context.Context) ([]Left, error)
	InDemo func() bool
	// Orders is what the editor of catalogue items previews and tries with; its
	// Desk is nil where nothing can be ordered.
	Orders Orders
}

// Left is how many rows a table holds after the demo city was taken out.
type Left struct {
	Table string
	Rows  int64
}

// Mount adds the pages.
func (s *Settings) Mount(mux Mux) {
	on := func(pattern string, h func(*settingPage, http.ResponseWriter, *http.Request) error) {
		mux.Handle(pattern, s.Shell.Handle(func(w http.ResponseWriter, r *http.Request) error {
			p, err := s.page(r)
			if err != nil {
				return err
			}
			return h(p, w, r)
		}))
	}
	on("GET /settings", s.home)
	on("POST /settings/demo/purge", s.purge)
	on("GET /settings/import", s.importStart)
	on("POST /settings/import", s.importUpload)
	on("GET /settings/import/{token}", s.importPlan)
	on("POST /settings/import/{token}", s.importRun)
	on("POST /settings/imports/{id}/undo", s.importUndo)
	on("GET /settings/find/person", s.findPerson)
	// Each kind has addresses of its own, so that other rooms can have theirs
	// beside them.
	for _, g := range groups {
		for _, k := range g.kinds {
			word := k.word
			of := func(method, rest string, h func(*settingPage, http.ResponseWriter, *http.Request) error) {
				on(method+" /settings/"+word+rest, func(p *settingPage, w http.ResponseWriter, r *http.Request) error {
					r.SetPathValue("kind", word)
					return h(p, w, r)
				})
			}
			of("GET", "", s.list)
			if word != string(setting.Rule) && word != string(setting.Macro) {
				of("GET", "/{id}", s.form)
				of("POST", "/{id}", s.save)
			}
			of("POST", "/{id}/retire", s.retire)
			of("POST", "/starter", s.starter)
			if word == string(setting.Calendar) {
				of("POST", "/{id}/holidays", s.holidays)
			}
		}
	}
	s.designRoutes(on)
	if s.Rules != nil {
		s.mountRules(on)
	}
	if s.Macros != nil {
		s.mountMacros(on)
	}
	on("GET /setup", s.setup)
	on("GET /setup/{step}", s.setupStep)
	on("POST /setup/{step}", s.setupSave)
}

// settingPage is what all settings pages share.
type settingPage struct {
	*Frame
	By   people.Actor
	View *directory.View

	settings *Settings
	request  *http.Request
}

func (p *settingPage) ctx() context.Context { return p.request.Context() }

// arranging are the deeds that open the settings.
var arranging = []string{"setting.edit", "directory.edit", "template.edit", "routing.edit", rule.DeedEdit}

// page lets in whoever may change some setting.
func (s *Settings) page(r *http.Request) (*settingPage, error) {
	by, err := s.Actor(r)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(arranging, by.Can) {
		return nil, by.May("setting.edit")
	}
	p := &settingPage{Frame: s.Shell.Frame(r), By: by, View: s.Directory.View(), settings: s, request: r}
	p.Title = p.T("settings.title")
	p.Frame.Views = s.Column(p.Frame, by)
	if by.Can(cmdb.DeedRead) {
		i := slices.IndexFunc(p.Frame.Views, func(g Group) bool { return g.Title == p.T(groupOfItems) })
		p.Frame.Views[i].Views = slices.Insert(p.Frame.Views[i].Views, 0, part.Link{Label: p.T("model.title"), Href: modelPath, Icon: "sitemap"})
	}
	for _, g := range p.Frame.Views {
		mark(g.Views, r.URL.Path)
	}
	return p, nil
}

// Column is the second column of settings pages, those of other rooms too.
func (s *Settings) Column(p *Frame, by people.Actor) []Group {
	var out []Group
	for _, g := range groups {
		group := Group{Title: p.T(g.key)}
		for _, k := range g.kinds {
			group.Views = append(group.Views, k.link(p))
		}
		if g.key == "settings.group.centre" {
			if by.Can(setting.DeedImport) {
				group.Views = append(group.Views, part.Link{Label: p.T("settings.import"), Href: "/settings/import", Icon: "upload"})
			}
			if by.Can("setting.edit") {
				group.Views = append(group.Views, part.Link{Label: p.T("setup.title"), Href: "/setup", Icon: "checklist"})
			}
			if s.More != nil {
				group.Views = append(group.Views, s.More(p, by)...)
			}
		}
		out = append(out, group)
	}
	return out
}

// homeRow is one kind on the settings' home.
type homeRow struct {
	Link  part.Link
	About string
	Count string
}

type settingsHome struct {
	*settingPage
	Warnings []string
	Groups   []homeGroup
	Setup    SetupCard
	Begun    bool // and it is not set up yet
	Purges   bool // the demo city is here, and this person may take it out
}

type homeGroup struct {
	Title string
	Rows  []homeRow
}

func (s *Settings) home(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	home := &settingsHome{settingPage: p, Warnings: p.warnings(), Purges: s.purges(p)}
	home.Setup, home.Begun = s.Setup(p.By)
	for _, g := range groups {
		group := homeGroup{Title: p.T(g.key)}
		if g.key == groupOfItems && p.By.Can(cmdb.DeedRead) {
			group.Rows = append(group.Rows, homeRow{Link: part.Link{Label: p.T("model.title"), Href: modelPath, Icon: "sitemap"}, About: p.T("model.about")})
		}
		for _, k := range g.kinds {
			row := homeRow{Link: k.link(p.Frame), About: p.T("setting.kind." + k.word + ".about")}
			if kind, code := s.kindOf(k.word); code == "" && kind != setting.Human {
				row.Count = p.Number(p.live(kind))
			}
			group.Rows = append(group.Rows, row)
		}
		home.Groups = append(home.Groups, group)
	}
	return Show(w, r, http.StatusOK, settingsHomeView(home))
}

// live counts the things of a kind in use.
func (p *settingPage) live(k setting.Kind) int {
	n := 0
	for _, t := range p.View.All.Of(k) {
		if !t.Retired {
			n++
		}
	}
	return n
}

// warnings says in words what needs somebody: years without holidays, and
// settings that cannot be read.
func (p *settingPage) warnings() []string {
	var out []string
	for _, g := range p.View.Book.Gaps(p.Now) {
		if t := p.View.All.Find(setting.Calendar, g.Calendar); t != nil && !t.Retired {
			out = append(out, p.T("settings.year_missing", "calendar", t.Label(p.code()), "year", strconv.Itoa(g.Year)))
		}
	}
	for _, err := range p.View.Problems {
		said := err.Error()
		if all := fault.All(err); len(all) > 0 {
			said = p.Fault(all[0])
		}
		out = append(out, p.T("settings.broken", "why", said))
	}
	return out
}

// code is the reader's language as names of settings know it.
func (p *settingPage) code() string { return string(p.Lang()) }

// sheet finds the description that an address names.
func (s *Settings) sheet(r *http.Request) (setting.Sheet, string, error) {
	word := r.PathValue("kind")
	k, code := s.kindOf(word)
	if k == setting.Centre && code == "" {
		return setting.Sheet{}, word, fault.New(fault.Missing, "setting.no_such_kind").With("kind", word)
	}
	sh, err := s.Desk.Sheets.For(k, code)
	return sh, word, err
}

func (p *settingPage) label(sh setting.Sheet, field string) string {
	return p.T(directory.LabelKey(sh.Kind, sh.Code, field))
}

// retire takes a thing out of use or back into it.
func (s *Settings) retire(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	id, version := number(r.PathValue("id")), number(form.Get("version"))
	do := s.Desk.Retire
	if form.Get("back") != "" {
		do = s.Desk.Restore
	}
	if _, err := do(r.Context(), p.By, sh.Kind, id, version); err != nil {
		if err := form.Blame(p.Printer, err); err != nil {
			return err
		}
		return s.again(p, w, r, sh, word, form)
	}
	return Go(w, r, "/settings/"+word)
}

// starter puts the starter's things of a kind in.
func (s *Settings) starter(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	if _, err := directory.Starter(r.Context(), s.Desk.Keeper, p.By, p.Now.UTC().Truncate(time.Millisecond), sh.Kind); err != nil {
		return err
	}
	return Go(w, r, "/settings/"+word)
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// found is an answer of the person look-up.
type found struct {
	Value string `json:"value"`
	Text  string `json:"text"`
	Note  string `json:"note"`
}

// findPerson answers the searchable choices of persons.
func (s *Settings) findPerson(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	persons, err := s.Persons.LookUp(r.Context(), r.URL.Query().Get("q"), 20)
	if err != nil {
		return err
	}
	out := make([]found, len(persons))
	for i, one := range persons {
		out[i] = found{strconv.FormatInt(int64(one.ID), 10), one.Name, p.personNote(one)}
	}
	return answerJSON(w, out)
}

// personNote tells namesakes apart.
func (p *settingPage) personNote(one people.Person) string {
	note := one.Code
	if d := p.View.All.Name(int64(one.Department), p.code()); d != "" {
		note += " · " + d
	}
	if one.Phone != "" {
		note += " · " + one.Phone
	}
	return note
}

// with adds a parameter to an address.
func with(path string, params url.Values) string {
	if len(params) == 0 {
		return path
	}
	return path + "?" + params.Encode()
}
