package api

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
)

// allowed asks for the grant that the operation needs, before its body is
// looked at, and has a refusal written down.
func (c *call) allowed(pen audit.Pen, object string) error {
	return audit.Ask(c.r.Context(), pen, c.by, c.Now(), c.op.Policy, object)
}

// personNamed finds a person by id or by code.
func (c *call) personNamed(field, text string) (people.ID, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return people.ID(n), nil
	}
	if c.PersonID != nil {
		if id, err := c.PersonID(c.r, text); err != nil || id != 0 {
			return id, err
		}
	}
	return 0, fault.At(field, "api.no_such_code").With("code", text)
}

// wishes are what a person wants to hear of, and how.
type wishes struct {
	Bell  map[string]bool `json:"bell" doc:"api.doc.wishes_bell"`
	Mail  map[string]bool `json:"mail" doc:"api.doc.wishes_mail"`
	Quiet string          `json:"quiet" doc:"api.doc.wishes_quiet"`
}

// wishesForm are new wishes; what is left out stays as it is.
type wishesForm struct {
	Bell  map[string]bool `json:"bell,omitempty" doc:"api.doc.wishes_bell"`
	Mail  map[string]bool `json:"mail,omitempty" doc:"api.doc.wishes_mail"`
	Quiet *string         `json:"quiet,omitempty" doc:"api.doc.wishes_quiet"`
}

func wishesOf(by people.Actor, p people.Person) wishes {
	out := wishes{Bell: map[string]bool{}, Mail: map[string]bool{}, Quiet: p.Doc.Prefs[notice.QuietPref]}
	for _, k := range notice.For(by.Staff) {
		out.Bell[string(k)] = notice.Wants(p.Doc.Prefs, k, notice.Bell)
		out.Mail[string(k)] = notice.Wants(p.Doc.Prefs, k, notice.Mail)
	}
	return out
}

// onto takes the wishes over onto a person.
func (f wishesForm) onto(by people.Actor, p *people.Person) error {
	var many fault.Many
	prefs := maps.Clone(p.Doc.Prefs)
	if prefs == nil {
		prefs = people.Prefs{}
	}
	for ch, sent := range map[notice.Channel]map[string]bool{notice.Bell: f.Bell, notice.Mail: f.Mail} {
		for kind, on := range sent {
			if !slices.Contains(notice.For(by.Staff), notice.What(kind)) {
				many = append(many, fault.At(string(ch)+"."+kind, "api.unknown_member"))
				continue
			}
			prefs[notice.Pref(notice.What(kind), ch)] = map[bool]string{true: "on", false: "off"}[on]
		}
	}
	if f.Quiet != nil {
		prefs[notice.QuietPref] = *f.Quiet
	}
	err := notice.Check(prefs)
	for _, one := range fault.All(err) {
		if one.Field == notice.QuietPref {
			one.Field = "quiet"
		}
	}
	if err := many.Add(err); err != nil {
		return err
	}
	p.Doc.Prefs = prefs
	return many.Err()
}

// credentials serves a person's own password and second factor. They need a
// signed-in session; what they answer is secret and kept for no repetition.
func (a *API) credentials(door *signin.Door, session func(*http.Request) (signin.Session, error)) {
	deed := func(method, path, name string, takes *schema, shape []gives, do func(*call, signin.Session) error) {
		a.add(operation{Method: method, Path: Prefix + "/me/" + path, Policy: Known, Name: name, Tag: "me", Body: &body{Schema: takes}, Gives: shape, Run: func(c *call) error {
			s, err := session(c.r)
			if err != nil {
				return err
			}
			return do(c, s)
		}})
	}
	nothing := []gives{{Status: http.StatusNoContent}}
	deed("POST", "password", "change-password", of[passwordForm](), nothing, func(c *call, s signin.Session) error {
		var f passwordForm
		if err := c.into(&f); err != nil {
			return err
		}
		if err := door.ChangePassword(c.r.Context(), c.by, s, f.Old, f.New); err != nil {
			for _, one := range fault.All(err) {
				if one.Key == "signin.wrong_password" {
					one.Field = "old"
				}
			}
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
	deed("POST", "factor", "begin-factor", of[proof](), []gives{{Status: http.StatusOK, Schema: of[factor]()}}, func(c *call, s signin.Session) error {
		var f proof
		if err := c.into(&f); err != nil {
			return err
		}
		otp, err := door.BeginFactor(c.r.Context(), c.by, s, f.Password)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, factor{otp.Secret, otp.URL})
	})
	deed("POST", "factor/confirm", "confirm-factor", of[code](), []gives{{Status: http.StatusOK, Schema: of[recovery]()}}, func(c *call, s signin.Session) error {
		var f code
		if err := c.into(&f); err != nil {
			return err
		}
		codes, err := door.ConfirmFactor(c.r.Context(), c.by, s, f.Code)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, recovery{codes})
	})
	deed("DELETE", "factor", "drop-factor", of[proof](), nothing, func(c *call, s signin.Session) error {
		var f proof
		if err := c.into(&f); err != nil {
			return err
		}
		if err := door.DropFactor(c.r.Context(), c.by, s, f.Password); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
}

// passwordForm is a change of one's own password.
type passwordForm struct {
	Old string `json:"old"`
	New string `json:"password" doc:"api.doc.password_new"`
}

// proof is the password asked for again.
type proof struct {
	Password string `json:"password" doc:"api.doc.proof_password"`
}

// factor is a second factor being set up, for an authenticator program.
type factor struct {
	Secret string `json:"secret"`
	URL    string `json:"url" doc:"api.doc.factor_url"`
}

// code is a one-time code.
type code struct {
	Code string `json:"code" doc:"api.doc.code_code"`
}

// recovery are the codes for the day on which the second factor is lost.
type recovery struct {
	Codes []string `json:"codes" doc:"api.doc.recovery_codes"`
}
