package web

import (
	"net/http"
	"slices"

	"kilter/internal/base/secret"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

// setupGuard is what the step about signing in shows beside its form: the
// second factor of whoever sets the centre up, and the rules where they are
// not his to set.
type setupGuard struct {
	On     bool // he has a second factor
	Can    bool // he signed in at the page, and may set one up here
	Proof  []part.Field
	Code   []part.Field
	Factor *secret.OTP
	QR     [][]bool
	Codes  []string // recovery codes, shown once
	Rules  signin.Rules
	May    bool // the rules are his to set
}

// guard fills the step.
func (s *Settings) guard(page *setupPage, r *http.Request) error {
	if s.Door == nil {
		return nil
	}
	g := &setupGuard{May: page.By.Can("account.rules"), Can: visitOf(r).session.Stage == signin.Full}
	var err error
	if g.Rules, err = s.Door.Rules(); err != nil {
		return err
	}
	if g.May {
		page.Fields = page.Form.Fields(ruleFields(page.Printer, g.Rules)...)
	}
	if g.Can {
		_, account, err := s.Door.Self(r.Context(), visitOf(r).session)
		if err != nil {
			return err
		}
		g.On = account.Secret != ""
	}
	g.Proof = page.Form.Fields(part.Field{Name: "proof", Label: page.T("signin.old_password"), Kind: part.Password, Required: true, Fill: "current-password", Max: 256})
	g.Code = page.Form.Fields(part.Field{Name: "code", Label: page.T("signin.code"), Required: true, Fill: "one-time-code", Max: 10})
	page.Guard = g
	return nil
}

// asked are all fields of the step that show their faults themselves.
func (p *setupPage) asked() []part.Field {
	if p.Guard == nil {
		return p.Fields
	}
	return slices.Concat(p.Fields, p.Guard.Proof, p.Guard.Code)
}

func (g *setupGuard) draw(otp secret.OTP) (err error) {
	g.Factor = &otp
	g.QR, err = secret.QR(otp.URL)
	return err
}

// takeSecurity begins or confirms the second factor, or goes on, with the
// rules set when they are his who does.
func (s *Settings) takeSecurity(p *settingPage, r *http.Request, form *Form) (func(*setupPage), error) {
	if s.Door == nil {
		return nil, nil
	}
	ctx, session := r.Context(), visitOf(r).session
	proof := form.Values.Get("proof")
	form.Values.Del("proof")
	switch form.Get("factor_step") {
	case "begin":
		otp, err := s.Door.BeginFactor(ctx, p.By, session, proof)
		if err != nil {
			return nil, atField(err, "proof")
		}
		return func(page *setupPage) { _ = page.Guard.draw(otp) }, nil // without its picture the secret is there to be typed
	case "confirm":
		codes, err := s.Door.ConfirmFactor(ctx, p.By, session, form.Get("code"))
		form.Values.Del("code")
		if err == nil {
			return func(page *setupPage) { page.Guard.Codes = codes }, nil
		}
		otp, fail := s.Door.PendingFactor(ctx, session)
		if fail != nil {
			return nil, fail
		}
		return func(page *setupPage) { _ = page.Guard.draw(otp) }, err // as above
	}
	if !p.By.Can("account.rules") {
		return nil, nil
	}
	rules, err := readRules(form)
	if err != nil {
		return nil, err
	}
	return nil, s.Door.SetRules(ctx, p.By, rules)
}

// takeMail keeps the mail server; a test stays on the step, which shows how it
// went.
func (s *Settings) takeMail(p *settingPage, r *http.Request, form *Form) (func(*setupPage), error) {
	if s.Bell == nil || s.Bell.Post.Fixed {
		return nil, nil
	}
	tried, err := s.Bell.post(r.Context(), p.By, form)
	if err != nil || tried == nil {
		return nil, err
	}
	return func(page *setupPage) { page.Tried = tried }, nil
}
