package web

import (
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// rolesPage lists roles; rolePage edits one.
type rolesPage struct {
	*Frame
	Roles []*setting.Thing
	Newer []newerRole
	Two   bool
	Wrong []string
	Form  *Form
	Role  setting.Thing
	Asked []part.Field
	Gone  []string // rights of the role that are no more

	without map[int64][]string // the same of all roles
}

// newerRole is a role that lacks newer rights of its starter, in words: a line
// for each area.
type newerRole struct {
	Role   *setting.Thing
	Rights []string
}

// gone says how many rights a role names that are no more, "" for none.
func (p *rolesPage) gone(t *setting.Thing) string {
	if n := len(p.without[t.ID]); n > 0 {
		return p.N("security.gone", n)
	}
	return ""
}

func (s *Security) roles(w http.ResponseWriter, r *http.Request) error {
	if err := actor(r).May("role.edit"); err != nil {
		return err
	}
	p, err := s.rolesPage(r)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, rolesShown(p))
}

func (s *Security) rolesPage(r *http.Request) (*rolesPage, error) {
	all := s.Office.Settings.All()
	p := &rolesPage{Frame: s.frame(r, "security.roles"), Roles: all.Of(setting.Role), without: map[int64][]string{}}
	for _, t := range p.Roles {
		doc, err := setting.Read[access.Role](*t)
		if err != nil {
			return nil, err
		}
		p.without[t.ID] = s.Office.Catalogue.Gone(doc.Grants)
	}
	sep, err := setting.Arranged(all, access.SeparationCode, access.Separation{})
	if err != nil {
		return nil, err
	}
	p.Two = sep.Two
	p.Newer, err = s.newer(p.Printer)
	return p, err
}

// newer lists the roles that lack newer rights of their starters.
func (s *Security) newer(p *lang.Printer) ([]newerRole, error) {
	found, err := s.Office.Outdated()
	if err != nil {
		return nil, err
	}
	var out []newerRole
	for _, o := range found {
		n, verbs, rooms := newerRole{Role: o.Role}, map[string][]string{}, []string(nil)
		for _, deed := range o.Deeds {
			room, _, _ := strings.Cut(deed, ".")
			if verbs[room] == nil {
				rooms = append(rooms, room)
			}
			verbs[room] = append(verbs[room], deedWord(p, deed))
		}
		for _, room := range rooms {
			n.Rights = append(n.Rights, p.T("security.right", "room", p.T("deed.room."+room), "verbs", strings.Join(verbs[room], p.T("list.comma"))))
		}
		out = append(out, n)
	}
	return out, nil
}

// renew gives a role the newer rights of its starter.
func (s *Security) renew(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err := actor(r).May("role.edit"); err != nil {
		return err
	}
	held := s.Office.Settings.All().Find(setting.Role, number(r.PathValue("id")))
	if held == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	t := *held
	t.Version = number(form.Get("version"))
	if err = s.Office.Renew(r.Context(), actor(r), &t); err == nil || fault.Is(err, fault.Conflict) && t.Version == held.Version {
		return Go(w, r, securityPath+"/roles") // what somebody else gave it meanwhile it has
	}
	p, fail := s.rolesPage(r)
	if fail != nil {
		return fail
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Wrong = form.Whole(nil)
	return Show(w, r, http.StatusUnprocessableEntity, rolesShown(p))
}

func (s *Security) separate(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err = s.Office.Separate(r.Context(), actor(r), form.Get("two") == "yes"); err == nil {
		return Go(w, r, securityPath+"/roles")
	}
	p, fail := s.rolesPage(r)
	if fail != nil {
		return fail
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Wrong = form.Whole(nil)
	return Show(w, r, http.StatusUnprocessableEntity, rolesShown(p))
}

func (s *Security) role(w http.ResponseWriter, r *http.Request) error {
	if err := actor(r).May("role.edit"); err != nil {
		return err
	}
	t := setting.Thing{}
	if word := r.PathValue("id"); word != "new" {
		held := s.Office.Settings.All().Find(setting.Role, number(word))
		if held == nil {
			return fault.New(fault.Missing, "trouble.missing")
		}
		t = *held
	}
	p, err := s.rolePage(r, t, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, roleShown(p))
}

func (s *Security) rolePage(r *http.Request, t setting.Thing, form *Form) (*rolesPage, error) {
	p := &rolesPage{Frame: s.frame(r, "security.role_new"), Role: t, Form: form}
	if t.ID != 0 {
		p.Title = t.Label(string(p.Lang()))
	}
	doc, err := setting.Read[access.Role](t)
	if err != nil {
		return nil, err
	}
	p.Gone = s.Office.Catalogue.Gone(doc.Grants)
	retired := ""
	if t.Retired {
		retired = "true"
	}
	p.Asked = form.Fields(
		part.Field{Name: "name_en", Label: p.T("setting.any.name_en"), Value: t.Name.En, Max: 200},
		part.Field{Name: "name_zh", Label: p.T("setting.any.name_zh"), Value: t.Name.Zh, Max: 200},
		part.Field{Name: "code", Label: p.T("security.code"), Value: t.Code, Required: true, Max: 60, Narrow: true},
		part.Field{Name: "retired", Label: p.T("security.retired"), Kind: part.Toggle, Value: retired},
		part.Field{Name: "grants", Label: p.T("token.grants"), Kind: part.Several, Options: s.deeds(p.Printer), Values: doc.Grants},
	)
	return p, nil
}

// deeds are what a role may grant, room by room, in words and by name.
func (s *Security) deeds(p *lang.Printer) (out []part.Option) {
	for _, room := range s.Office.Catalogue.Rooms() {
		title := p.T("deed.room." + room)
		out = append(out, part.Option{Value: room + ".*", Label: p.T("deed.verb.all"), Note: room + ".*", Group: title})
		for _, deed := range s.Office.Catalogue.Room(room) {
			out = append(out, part.Option{Value: deed, Label: deedWord(p, deed), Note: deed, Group: title})
		}
	}
	return out
}

// deedWord names a deed in words: its own, or those that its verb has in every practice.
func deedWord(p *lang.Printer, deed string) string {
	if own := "deed.own." + deed; p.Has(own) {
		return p.T(own)
	}
	_, verb, _ := strings.Cut(deed, ".")
	return p.T("deed.verb." + verb)
}

func (s *Security) saveRole(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	t := setting.Thing{}
	if held := s.Office.Settings.All().Find(setting.Role, number(form.Get("id"))); held != nil {
		t = *held
		t.Version = number(form.Get("version"))
	}
	t.Code, t.Name = form.Get("code"), people.Text{En: form.Get("name_en"), Zh: form.Get("name_zh")}
	t.Retired = form.Get("retired") != ""
	err = s.Office.SaveRole(r.Context(), actor(r), &t, slices.Clone(form.Values["grants"]))
	if err == nil {
		return Go(w, r, securityPath+"/roles")
	}
	p, fail := s.rolePage(r, t, form)
	if fail != nil {
		return fail
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Asked = form.Fields(p.Asked...)
	return Show(w, r, http.StatusUnprocessableEntity, roleShown(p))
}
