package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/httprate"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

// The addresses of the way in.
const (
	signinPath  = "/signin"
	signoutPath = "/signout"
	firstPath   = signinPath + "/first"
	accountPath = "/account"
)

// stagePath is the page where the next step of a sign-in is taken.
func stagePath(s signin.Stage) string {
	switch s {
	case signin.Factor:
		return signinPath + "/code"
	case signin.Change:
		return signinPath + "/password"
	case signin.Enrol:
		return signinPath + "/factor"
	}
	return "/"
}

// perMinute bounds what one address may try at the way in, beside the lockout
// of each account: many people of an office share one address.
const perMinute = 60

// Mount serves the way in: sign-in, second factor, due password, set-up.
func (g *Gate) Mount(mux Mux) {
	slow := httprate.LimitBy(perMinute, time.Minute, func(r *http.Request) (string, error) { return visitOf(r).from.Address, nil },
		httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
			g.Shell.Tell(w, r, fault.New(fault.TooMuch, "signin.locked").With("n", 1).With("wait", 60))
		}))
	page := func(pattern string, h Handler) { mux.Handle(pattern, g.Shell.Handle(h)) }
	post := func(path string, h Handler) { mux.Handle("POST "+path, slow(g.Shell.Handle(h))) }
	page("GET "+signinPath, g.signinPage)
	post(signinPath, g.signin)
	post(signinPath+"/demo", g.signinDemo)
	page("GET "+signinPath+"/code", g.codePage)
	post(signinPath+"/code", g.code)
	page("GET "+signinPath+"/password", g.passwordPage)
	post(signinPath+"/password", g.password)
	page("GET "+signinPath+"/factor", g.factorPage)
	post(signinPath+"/factor", g.factorBegin)
	post(signinPath+"/factor/confirm", g.factorConfirm)
	page("POST "+signoutPath, g.signout)
	g.mountAccount(mux)
	page("GET "+firstPath, g.firstPage)
	post(firstPath, g.first)
}

// entry is any page of the way in.
type entry struct {
	*Frame
	Form    *Form
	Next    string
	Demo    []DemoAccount
	Action  string
	Button  string
	Said    string // what to do here, in words
	Asked   []part.Field
	Factor  *secret.OTP
	QR      [][]bool
	Codes   []string
	Go      string // where the way on leads after recovery codes were shown
	Back    bool
	Warning bool
}

func (g *Gate) entry(r *http.Request, title string) *entry {
	e := &entry{Frame: g.Shell.Frame(r), Next: Local(r.FormValue("next"))}
	e.Title = e.T(title)
	return e
}

func (g *Gate) signinEntry(r *http.Request) (*entry, error) {
	e := g.entry(r, "signin.title")
	e.Action, e.Button, e.Warning = signinPath, "signin.enter", true
	e.Asked = []part.Field{
		{Name: "name", Label: e.T("signin.name"), Required: true, Fill: "username", Max: 100},
		{Name: "password", Label: e.T("signin.password"), Kind: part.Password, Required: true, Fill: "current-password", Max: 256},
	}
	if g.Demo != nil {
		var err error
		if e.Demo, err = g.Demo(r.Context()); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (g *Gate) signinPage(w http.ResponseWriter, r *http.Request) error {
	if s := visitOf(r).session; s.ID != "" {
		return Go(w, r, stagePath(s.Stage))
	}
	e, err := g.signinEntry(r)
	if err != nil {
		return err
	}
	if len(e.Demo) == 0 {
		if waits, err := g.Door.Setting(r.Context()); err != nil {
			return err
		} else if waits {
			return passOn(w, r, firstPath)
		}
	}
	if r.URL.Query().Get("said") == justFounded {
		e.Said = e.T("first.founded")
	}
	return Show(w, r, http.StatusOK, entryPage(e))
}

func (g *Gate) signin(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	in, err := g.Door.Enter(r.Context(), v.from, form.Get("name"), form.Values.Get("password"), v.cookie)
	if err != nil {
		e, fail := g.signinEntry(r)
		if fail != nil {
			return fail
		}
		form.Values.Del("password")
		return g.again(w, r, e, form, err)
	}
	return g.onward(w, r, in)
}

// again shows a page of the way in once more, with what went wrong in words.
func (g *Gate) again(w http.ResponseWriter, r *http.Request, e *entry, form *Form, err error) error {
	faults := fault.All(err)
	if faults == nil {
		return err
	}
	for _, f := range faults {
		form.Fault(f.Field, e.Fault(f))
	}
	e.Form = form
	e.Asked = form.Fields(e.Asked...)
	status := Status(err)
	if status == http.StatusUnauthorized { // the page itself is what a browser would be led to
		status = http.StatusUnprocessableEntity
	}
	return Show(w, r, status, entryPage(e))
}

// onward gives the browser its token and leads to the next step.
func (g *Gate) onward(w http.ResponseWriter, r *http.Request, in signin.Entrance) error {
	g.admit(w, r, in.Token, in.Ends)
	next := Local(r.FormValue("next"))
	if in.Stage != signin.Full {
		return Go(w, r, stagePath(in.Stage)+"?next="+url.QueryEscape(next))
	}
	if next == "/" && g.Home != nil {
		a, err := g.Roster.Actor(r.Context(), in.Who.ID, 0, g.Door.Now())
		if err != nil {
			return err
		}
		next = g.Home(a)
	}
	return Go(w, r, next)
}

func (g *Gate) signinDemo(w http.ResponseWriter, r *http.Request) error {
	if g.Demo == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	accounts, err := g.Demo(r.Context())
	if err != nil {
		return err
	}
	asked := r.FormValue("person")
	for _, a := range accounts {
		if itoa(int64(a.Person)) == asked {
			v := visitOf(r)
			in, err := g.Door.Admit(r.Context(), v.from, a.Person, "demo", v.cookie)
			if err != nil {
				return err
			}
			return g.onward(w, r, in)
		}
	}
	return fault.New(fault.Missing, "trouble.missing")
}

func (g *Gate) signout(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if v.session.ID != "" {
		if err := g.Door.Leave(r.Context(), actor(r), v.session); err != nil {
			return err
		}
	}
	g.admit(w, r, "", time.Time{})
	return Go(w, r, signinPath)
}

func (g *Gate) codeEntry(r *http.Request) *entry {
	e := g.entry(r, "signin.code_title")
	e.Action, e.Button, e.Said, e.Back = signinPath+"/code", "signin.go_on", e.T("signin.code_said"), true
	e.Asked = []part.Field{{Name: "code", Label: e.T("signin.code"), Required: true, Fill: "one-time-code", Max: 20}}
	return e
}

// step refuses a page of the way in that is not due.
func (g *Gate) step(r *http.Request, s signin.Stage) error {
	if visitOf(r).session.Stage != s {
		return fault.New(fault.Unknown, "signin.again")
	}
	return nil
}

func (g *Gate) codePage(w http.ResponseWriter, r *http.Request) error {
	if err := g.step(r, signin.Factor); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, entryPage(g.codeEntry(r)))
}

func (g *Gate) code(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	in, err := g.Door.Verify(r.Context(), v.from, v.cookie, form.Get("code"))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooMuch) {
		form.Values.Del("code")
		return g.again(w, r, g.codeEntry(r), form, err)
	}
	if err != nil {
		return err
	}
	return g.onward(w, r, in)
}

func (g *Gate) passwordEntry(r *http.Request) *entry {
	e := g.entry(r, "signin.change_title")
	e.Action, e.Button, e.Said, e.Back = signinPath+"/password", "signin.change", e.T("signin.change_said"), true
	e.Asked = []part.Field{{Name: "password", Label: e.T("signin.new_password"), Kind: part.Password, Required: true, Fill: "new-password", Max: 256, Help: e.T("signin.password_help")}}
	return e
}

func (g *Gate) passwordPage(w http.ResponseWriter, r *http.Request) error {
	if err := g.step(r, signin.Change); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, entryPage(g.passwordEntry(r)))
}

func (g *Gate) password(w http.ResponseWriter, r *http.Request) error {
	if err := g.step(r, signin.Change); err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	if err := g.Door.ChangePassword(r.Context(), actor(r), v.session, "", form.Values.Get("password")); err != nil {
		form.Values.Del("password")
		return g.again(w, r, g.passwordEntry(r), form, err)
	}
	return g.further(w, r)
}

// further takes a sign-in to its next stage under a new token.
func (g *Gate) further(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	in, err := g.Door.Again(r.Context(), v.from, v.cookie)
	if err != nil {
		return err
	}
	return g.onward(w, r, in)
}

func (g *Gate) factorPage(w http.ResponseWriter, r *http.Request) error {
	if err := g.step(r, signin.Enrol); err != nil {
		return err
	}
	e := g.entry(r, "factor.title")
	e.Action, e.Button, e.Said, e.Back = signinPath+"/factor", "factor.begin", e.T("factor.needed"), true
	return Show(w, r, http.StatusOK, entryPage(e))
}

func (g *Gate) factorEntry(r *http.Request, otp secret.OTP) (*entry, error) {
	e := g.entry(r, "factor.title")
	e.Action, e.Button, e.Said, e.Back = signinPath+"/factor/confirm", "factor.confirm", e.T("factor.scan"), true
	e.Asked = []part.Field{{Name: "code", Label: e.T("signin.code"), Required: true, Fill: "one-time-code", Max: 10}}
	e.Factor = &otp
	var err error
	e.QR, err = secret.QR(otp.URL)
	return e, err
}

func (g *Gate) factorBegin(w http.ResponseWriter, r *http.Request) error {
	if err := g.step(r, signin.Enrol); err != nil {
		return err
	}
	otp, err := g.Door.BeginFactor(r.Context(), actor(r), visitOf(r).session, "")
	if err != nil {
		return err
	}
	e, err := g.factorEntry(r, otp)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, entryPage(e))
}

func (g *Gate) factorConfirm(w http.ResponseWriter, r *http.Request) error {
	if err := g.step(r, signin.Enrol); err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	codes, err := g.Door.ConfirmFactor(r.Context(), actor(r), v.session, form.Get("code"))
	if fault.Is(err, fault.Invalid) {
		otp, fail := g.Door.PendingFactor(r.Context(), v.session)
		if fail != nil {
			return fail
		}
		e, fail := g.factorEntry(r, otp)
		if fail != nil {
			return fail
		}
		form.Values.Del("code")
		return g.again(w, r, e, form, err)
	}
	if err != nil {
		return err
	}
	in, err := g.Door.Again(r.Context(), v.from, v.cookie)
	if err != nil {
		return err
	}
	g.admit(w, r, in.Token, in.Ends)
	e := g.entry(r, "factor.codes_title")
	e.Codes, e.Said, e.Go = codes, e.T("factor.codes_said"), e.Next
	return Show(w, r, http.StatusOK, entryPage(e))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
