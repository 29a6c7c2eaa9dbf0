package web

import (
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

// founding are the three administrators of the first start, in the order the
// page asks for them.
var founding = []struct{ key, role string }{
	{"first.system", access.SystemAdministrator},
	{"first.security", access.SecurityAdministrator},
	{"first.audit", access.AuditAdministrator},
}

// justFounded tells the page of signing in that its reader comes from here.
const justFounded = "founded"

// firstView is the page of the first start.
type firstView struct {
	*Frame
	Form  *Form
	Token part.Field
	Two   part.Field
	Who   [][]part.Field
	Heads []string
}

func (g *Gate) firstView(r *http.Request, form *Form) *firstView {
	p := &firstView{Frame: g.Shell.Frame(r), Form: form}
	p.Title = p.T("first.title")
	p.Token = form.Field(part.Field{Name: "token", Label: p.T("first.token"), Required: true, Help: p.T("first.token_help"), Max: 60, Fill: "off"})
	p.Two = form.Field(part.Field{Name: "two", Label: p.T("first.two"), Kind: part.Toggle, Help: p.T("first.two_help")})
	for i, f := range founding {
		n := "founder" + strconv.Itoa(i) + "."
		p.Heads = append(p.Heads, p.T(f.key))
		p.Who = append(p.Who, form.Fields(
			part.Field{Name: n + "name", Label: p.T("first.person"), Required: true, Max: 100, Fill: "off"},
			part.Field{Name: n + "code", Label: p.T("signin.name"), Required: true, Max: 60, Fill: "off"},
			part.Field{Name: n + "password", Label: p.T("signin.password"), Kind: part.Password, Required: i < 2, Plain: true, Max: 256, Fill: "new-password", Help: p.T("signin.password_help")},
		))
	}
	return p
}

// blamed are the fields as what is wrong with them is summed up: three of them
// are called alike.
func (p *firstView) blamed() []part.Field {
	out := []part.Field{p.Token}
	for i, fields := range p.Who {
		for _, f := range fields {
			f.Label = p.Heads[i] + p.T("settings.colon") + f.Label
			out = append(out, f)
		}
	}
	return append(out, p.Two)
}

// all are the fields that show their faults themselves.
func (p *firstView) all() []part.Field { return append(slices.Concat(p.Who...), p.Token, p.Two) }

func (g *Gate) firstPage(w http.ResponseWriter, r *http.Request) error {
	if waits, err := g.Door.Setting(r.Context()); err != nil {
		return err
	} else if !waits {
		return Go(w, r, signinPath)
	}
	return Show(w, r, http.StatusOK, firstShown(g.firstView(r, nil)))
}

func (g *Gate) first(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if waits, err := g.Door.Setting(r.Context()); err != nil {
		return err
	} else if !waits {
		return Go(w, r, signinPath)
	}
	if err = g.found(r, form); err == nil {
		return Go(w, r, signinPath+"?said="+justFounded)
	}
	faults := fault.All(err)
	if faults == nil {
		return err
	}
	f := g.Shell.Frame(r)
	for _, one := range faults {
		field := one.Field
		if one.Kind == fault.Unknown {
			field = "token"
		}
		form.Fault(field, f.Fault(one))
	}
	for i := range founding {
		form.Values.Del("founder" + strconv.Itoa(i) + ".password")
	}
	return Show(w, r, http.StatusUnprocessableEntity, firstShown(g.firstView(r, form)))
}

// found sets up whom the form names. One sign-in name given for two duties is
// one person who holds both, when the centre says that this may be.
func (g *Gate) found(r *http.Request, form *Form) error {
	ctx, all := r.Context(), g.Roster.Settings.All()
	var news []signin.NewFounder
	place := map[string]int{}
	for i, f := range founding {
		n := "founder" + strconv.Itoa(i) + "."
		role := all.Coded(setting.Role, f.role)
		if role == nil {
			return fault.New(fault.Conflict, "first.no_roles")
		}
		code := form.Get(n + "code")
		if at, again := place[code]; again && code != "" {
			news[at].Roles = append(news[at].Roles, role.ID)
			continue
		}
		place[code] = len(news)
		news = append(news, signin.NewFounder{Field: n, Code: code, Name: form.Get(n + "name"), Password: form.Values.Get(n + "password"), Roles: []int64{role.ID}})
	}
	two := form.Get("two") != ""
	switch {
	case len(news) == 1:
		return fault.At("two", "access.all_duties")
	case len(news) == 2 && !two:
		return fault.At("two", "first.two_needed")
	}
	err := g.Door.Found(ctx, visitOf(r).from, form.Get("token"), news, string(g.Shell.Frame(r).Lang()))
	if err != nil || len(news) == 3 {
		return err
	}
	return access.SaveSeparation(ctx, g.Roster.Settings, people.System(people.ViaPage), g.Door.Now(), true)
}
