package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// settingList is the list of the things of one kind.
type settingList struct {
	*settingPage
	Word    string
	Sheet   setting.Sheet
	Columns []part.Column
	Rows    []settingRow
	Query   string
	Retired bool // retired ones are shown, too
	Pager   part.Page
	Starter bool
	Imports bool
}

type settingRow struct {
	Href    string
	Name    string
	Level   int
	Retired bool
	Cells   []string // of the columns after the name
}

// personsPerPage bounds the list of persons.
const personsPerPage = 100

func (s *Settings) list(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	if sh.Code != "" {
		return s.form(p, w, r)
	}
	q := r.URL.Query()
	l := &settingList{
		settingPage: p, Word: word, Sheet: sh, Query: strings.TrimSpace(q.Get("q")), Retired: q.Get("retired") != "",
		Starter: slices.Contains(directory.StarterKinds(), sh.Kind), Imports: p.By.Can(setting.DeedImport) && slices.Contains(directory.Importable(), sh.Kind),
	}
	p.Title = p.T("setting.kind." + word)
	l.Columns = []part.Column{{Label: p.T("setting.any.name"), Title: true}}
	for _, f := range sh.Fields {
		if f.Listed && !strings.HasPrefix(f.Name, "name") {
			l.Columns = append(l.Columns, part.Column{Label: p.label(sh, f.Name), Wide: f.Name != "state", Number: f.Type == setting.Int})
		}
	}
	if sh.Kind == setting.Human {
		err = s.personRows(l, r)
	} else {
		err = l.rows()
	}
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, settingListView(l))
}

// rows lists things as their tree has them, or in order of their code.
func (l *settingList) rows() error {
	things := l.View.All.Of(l.Sheet.Kind)
	if l.Sheet.Kind == setting.Routing {
		things = slices.Clone(things)
		order := map[int64]catalogue.Rule{}
		for _, t := range things {
			d, err := setting.Read[catalogue.Rule](*t)
			if err != nil {
				return err
			}
			order[t.ID] = d
		}
		catalogue.Ordered(things, func(t *setting.Thing) (catalogue.Rule, int64) { return order[t.ID], t.ID })
	}
	kids := map[int64][]*setting.Thing{}
	for _, t := range things {
		parent := t.Parent
		if l.View.All.Find(l.Sheet.Kind, parent) == nil {
			parent = 0
		}
		kids[parent] = append(kids[parent], t)
	}
	var walk func(id int64, level int) error
	walk = func(id int64, level int) error {
		for _, t := range kids[id] {
			if (!t.Retired || l.Retired) && l.matches(t) {
				row, err := l.row(t)
				if err != nil {
					return err
				}
				row.Level = min(level, 5)
				if l.Query != "" {
					row.Level = 0
				}
				l.Rows = append(l.Rows, row)
			}
			if err := walk(t.ID, level+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(0, 0); err != nil {
		return err
	}
	l.Pager = part.Page{Shown: len(l.Rows), Total: l.Number(len(l.Rows))}
	return nil
}

func (l *settingList) matches(t *setting.Thing) bool {
	if l.Query == "" {
		return true
	}
	q := strings.ToLower(l.Query)
	for _, text := range []string{t.Code, t.Name.En, t.Name.Zh} {
		if strings.Contains(strings.ToLower(text), q) {
			return true
		}
	}
	return false
}

func (l *settingList) row(t *setting.Thing) (settingRow, error) {
	copied := *t
	f, err := l.Sheet.Open(&copied)
	if err != nil {
		return settingRow{}, err
	}
	row := settingRow{Href: fmt.Sprintf("/settings/%s/%d", l.Word, t.ID), Name: t.Label(l.code()), Retired: t.Retired}
	for _, field := range l.Sheet.Fields {
		if field.Listed && !strings.HasPrefix(field.Name, "name") {
			row.Cells = append(row.Cells, l.shown(l.Sheet, field, field.Get(f)))
		}
	}
	return row, nil
}

// shown is a value in the reader's words.
func (p *settingPage) shown(sh setting.Sheet, f setting.Attribute, v string) string {
	if v == "" && f.Type != setting.Choice {
		return ""
	}
	switch f.Type {
	case setting.Bool:
		return p.T("settings.yes")
	case setting.Choice:
		return p.T(directory.ChoiceKey(sh.Kind, sh.Code, f.Name, v))
	case setting.Several:
		if len(f.Choices) == 0 {
			return v
		}
		var out []string
		for _, c := range setting.Split(v) {
			out = append(out, p.T(directory.ChoiceKey(sh.Kind, sh.Code, f.Name, c)))
		}
		return strings.Join(out, p.T("list.comma"))
	case setting.Ref, setting.Refs:
		var out []string
		for _, id := range setting.Split(v) {
			out = append(out, p.View.All.Name(number(id), p.code()))
		}
		return strings.Join(out, p.T("list.comma"))
	case setting.Person, setting.Persons:
		return strings.Join(p.names(setting.Split(v)), p.T("list.comma"))
	}
	return v
}

// names are the names of persons by their ids; they are few on a page.
func (p *settingPage) names(ids []string) []string {
	var numbers []int64
	for _, id := range ids {
		numbers = append(numbers, number(id))
	}
	things, err := p.settings.Desk.Keeper.Store.Humans(p.ctx(), numbers, nil)
	if err != nil {
		return ids // the number is better than no page
	}
	var out []string
	for _, id := range numbers {
		for _, t := range things {
			if t.ID == id {
				out = append(out, t.Name.En)
			}
		}
	}
	return out
}

// personRows lists a page of persons, in order of their code.
func (s *Settings) personRows(l *settingList, r *http.Request) error {
	after := r.URL.Query().Get("after")
	persons, err := s.Persons.Persons(r.Context(), people.Query{Text: l.Query, Retired: l.Retired, After: after, Limit: personsPerPage + 1})
	if err != nil {
		return err
	}
	more := len(persons) > personsPerPage
	persons = persons[:min(len(persons), personsPerPage)]
	for _, one := range persons {
		t, err := setting.OfPerson(one)
		if err != nil {
			return err
		}
		row, err := l.row(t)
		if err != nil {
			return err
		}
		row.Name = one.Name
		l.Rows = append(l.Rows, row)
	}
	l.Pager = part.Page{Shown: len(persons), Total: l.Number(len(persons))}
	params := url.Values{}
	if l.Query != "" {
		params.Set("q", l.Query)
	}
	if l.Retired {
		params.Set("retired", "1")
	}
	if after != "" {
		l.Pager.Prev = with("/settings/person", params)
		l.Pager.Total += "+"
	}
	if more {
		params.Set("after", persons[len(persons)-1].Code)
		l.Pager.Next, l.Pager.Total = with("/settings/person", params), strconv.Itoa(personsPerPage)+"+"
	}
	return nil
}

func answerJSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("web: json: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b) // the reader went away: nobody is left to tell
	return nil
}
