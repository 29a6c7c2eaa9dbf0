package web

import (
	"net/http"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

// accountPage is a person's own page: password, second factor, sessions, API
// tokens.
type accountPage struct {
	*Frame
	Staff    bool
	Me       people.Person
	Account  signin.Account
	This     string // id of the session looking
	Sessions []signin.Session
	Tokens   []signin.Token
	Form     *Form
	Choices  []part.Field
	Password []part.Field
	Proof    []part.Field
	Token    []part.Field
	Factor   *secret.OTP // being set up
	QR       [][]bool
	Confirm  []part.Field
	Codes    []string // recovery codes, shown once
	Fresh    string   // a new API token, shown once

	centre func() *time.Location // the centre's time zone
}

func (g *Gate) mountAccount(mux Mux) {
	for pattern, h := range map[string]func(*http.Request, *accountPage) (string, error){
		"choices": g.accountChoices, "password": g.accountPassword, "factor": g.accountFactor, "factor/confirm": g.accountConfirm, "factor/drop": g.accountDrop,
		"sessions/end": g.accountEnd, "tokens": g.accountToken, "tokens/revoke": g.accountRevoke,
	} {
		mux.Handle("POST "+accountPath+"/"+pattern, g.Shell.Handle(g.accountDeed(h)))
	}
	mux.Handle("GET "+accountPath, g.Shell.Handle(func(w http.ResponseWriter, r *http.Request) error {
		p, err := g.accountPage(r, nil)
		if err != nil {
			return err
		}
		if said := r.URL.Query().Get("said"); slices.Contains([]string{"choices", "password", "factor_off", "ended", "revoked"}, said) {
			p.Toasts = append(p.Toasts, part.Toast{Text: p.T("account.said_" + said), Icon: "check"})
		}
		return Show(w, r, http.StatusOK, accountShown(p))
	}))
}

// accountPage gathers what the page shows.
func (g *Gate) accountPage(r *http.Request, form *Form) (*accountPage, error) {
	ctx, by, v := r.Context(), actor(r), visitOf(r)
	if v.session.ID == "" {
		return nil, fault.New(fault.Denied, "signin.token_by_token")
	}
	p := &accountPage{Frame: g.Shell.Frame(r), Staff: by.Staff, This: v.session.ID, Form: form, centre: g.Shell.Place}
	p.Title = p.T("account.title")
	var err error
	if p.Me, p.Account, err = g.Door.Self(ctx, v.session); err != nil {
		return nil, err
	}
	if p.Sessions, err = g.Door.Mine(ctx, by); err != nil {
		return nil, err
	}
	if p.Tokens, err = g.Door.MyTokens(ctx, by); err != nil {
		return nil, err
	}
	p.fields(by)
	return p, nil
}

func (p *accountPage) fields(by people.Actor) {
	p.Choices = p.Form.Fields(p.choices(by)...)
	p.Password = p.Form.Fields(
		part.Field{Name: "old", Label: p.T("signin.old_password"), Kind: part.Password, Required: true, Fill: "current-password", Max: 256},
		part.Field{Name: "password", Label: p.T("signin.new_password"), Kind: part.Password, Required: true, Fill: "new-password", Max: 256, Help: p.T("signin.password_help")})
	p.Proof = p.Form.Fields(part.Field{Name: "proof", Label: p.T("signin.old_password"), Kind: part.Password, Required: true, Fill: "current-password", Max: 256})
	p.Confirm = p.Form.Fields(part.Field{Name: "code", Label: p.T("signin.code"), Required: true, Fill: "one-time-code", Max: 10})
	grants := make([]string, 0, len(by.Grants))
	for g := range by.Grants {
		grants = append(grants, g)
	}
	slices.Sort(grants)
	options := make([]part.Option, len(grants))
	for i, g := range grants {
		options[i] = part.Option{Value: g, Label: g}
	}
	p.Token = p.Form.Fields(
		part.Field{Name: "name", Label: p.T("token.name"), Required: true, Max: 100, Help: p.T("token.name_help")},
		part.Field{Name: "ends", Label: p.T("token.ends"), Kind: part.Date, Required: true, Narrow: true, Value: p.Now.In(p.Zone()).AddDate(0, 3, 0).Format(time.DateOnly)},
		part.Field{Name: "grants", Label: p.T("token.grants"), Kind: part.Several, Required: true, Options: options})
}

// accountDeed reads the form, does the deed, and shows the page again: with
// what went wrong, with what is shown once, or after a redirect as it is.
func (g *Gate) accountDeed(do func(*http.Request, *accountPage) (string, error)) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := ReadForm(r)
		if err != nil {
			return err
		}
		p, err := g.accountPage(r, form)
		if err != nil {
			return err
		}
		said, err := do(r, p)
		for _, secret := range []string{"old", "password", "proof", "code"} {
			form.Values.Del(secret)
		}
		if err != nil {
			if err := form.Blame(p.Printer, err); err != nil {
				return err
			}
			p.fields(actor(r))
			return Show(w, r, http.StatusUnprocessableEntity, accountShown(p))
		}
		if said == "" {
			return Show(w, r, http.StatusOK, accountShown(p))
		}
		if said == "choices" {
			Preferences{Lang: form.Get("lang"), Theme: form.Get("theme"), Density: form.Get("density")}.each(func(name, value string) { remember(w, r, name, value) })
		}
		return Go(w, r, accountPath+"?said="+said)
	}
}

// at moves faults about the password asked for again to the field it has on
// this page.
func atField(err error, field string) error {
	for _, f := range fault.All(err) {
		if f.Key == "signin.wrong_password" {
			f.Field = field
		}
	}
	return err
}

func (g *Gate) accountPassword(r *http.Request, p *accountPage) (string, error) {
	err := g.Door.ChangePassword(r.Context(), actor(r), visitOf(r).session, p.Form.Values.Get("old"), p.Form.Values.Get("password"))
	return "password", atField(err, "old")
}

func (g *Gate) accountFactor(r *http.Request, p *accountPage) (string, error) {
	otp, err := g.Door.BeginFactor(r.Context(), actor(r), visitOf(r).session, p.Form.Values.Get("proof"))
	if err != nil {
		return "", atField(err, "proof")
	}
	return "", p.draw(otp)
}

func (p *accountPage) draw(otp secret.OTP) (err error) {
	p.Factor = &otp
	p.QR, err = secret.QR(otp.URL)
	return err
}

func (g *Gate) accountConfirm(r *http.Request, p *accountPage) (string, error) {
	codes, err := g.Door.ConfirmFactor(r.Context(), actor(r), visitOf(r).session, p.Form.Get("code"))
	if err == nil {
		p.Codes = codes
		return "", nil
	}
	otp, fail := g.Door.PendingFactor(r.Context(), visitOf(r).session)
	if fail != nil {
		return "", fail
	}
	if fail := p.draw(otp); fail != nil {
		return "", fail
	}
	return "", err
}

func (g *Gate) accountDrop(r *http.Request, p *accountPage) (string, error) {
	err := g.Door.DropFactor(r.Context(), actor(r), visitOf(r).session, p.Form.Values.Get("proof"))
	return "factor_off", atField(err, "proof")
}

func (g *Gate) accountEnd(r *http.Request, p *accountPage) (string, error) {
	return "ended", g.Door.EndMine(r.Context(), actor(r), visitOf(r).session, p.Form.Get("session"))
}

func (g *Gate) accountToken(r *http.Request, p *accountPage) (string, error) {
	day, err := time.ParseInLocation(time.DateOnly, p.Form.Get("ends"), p.Zone())
	if err != nil {
		return "", fault.At("ends", "signin.token_ends")
	}
	token, _, err := g.Door.NewToken(r.Context(), actor(r), p.Form.Get("name"), p.Form.Values["grants"], day)
	if err != nil {
		return "", err
	}
	p.Fresh = token
	p.Tokens, err = g.Door.MyTokens(r.Context(), actor(r))
	return "", err
}

func (g *Gate) accountRevoke(r *http.Request, p *accountPage) (string, error) {
	return "revoked", g.Door.RevokeToken(r.Context(), actor(r), number(p.Form.Get("token")))
}
