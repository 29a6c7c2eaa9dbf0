package signin

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// Verify takes the one-time code, or a recovery code, of a sign-in at stage
// Factor; a new token takes the place of the one that came with it.
func (d *Door) Verify(ctx context.Context, from From, token, code string) (Entrance, error) {
	s, err := d.Who(ctx, token)
	if err != nil {
		return Entrance{}, err
	}
	if err := s.at(Factor); err != nil {
		return Entrance{}, err
	}
	p, a, err := d.Store.Account(ctx, s.Person)
	if err != nil {
		return Entrance{}, err
	}
	row := audit.Row{At: d.Now(), Actor: p.ID, Name: p.Name, Via: from.Via, Address: from.Address, Deed: "sign_in.factor", Object: object(p.ID), Result: audit.Failed}
	key := "factor:" + object(p.ID)
	rules, err := d.Rules()
	if err != nil {
		return Entrance{}, err
	}
	if err := d.try(ctx, key, row.At, rules, row); err != nil {
		return Entrance{}, err
	}
	if step, ok := secret.CheckOTP(a.Secret, code, row.At, a.Step); ok {
		a.Step = step
	} else if i := slices.Index(a.Recovery, secret.Digest(secret.PlainCode(code))); i >= 0 {
		a.Recovery = slices.Delete(a.Recovery, i, i+1)
		row.Detail = audit.Detail("by", "recovery_code", "left", len(a.Recovery))
	} else {
		return Entrance{}, d.note(ctx, row, fault.At("code", "signin.wrong_code"))
	}
	row.Result = audit.Done
	// the account's version keeps one code from passing twice at once
	if err := d.Store.SaveAccount(ctx, &a, row); err != nil {
		return Entrance{}, err
	}
	if err := d.Store.Forgive(ctx, key); err != nil {
		return Entrance{}, err
	}
	stage, err := d.due(p, a, row.At)
	if err != nil {
		return Entrance{}, err
	}
	return d.start(ctx, from, p, stage, token)
}

// mustEnrol reports whether the rules ask a second factor of the person.
func (d *Door) mustEnrol(p people.Person, rules Rules) (bool, error) {
	switch {
	case rules.Factor == Everybody:
		return true, nil
	case rules.Factor == StaffOnly:
		return p.Staff, nil
	case rules.Factor == Administrators && d.Duties != nil:
		duties, err := d.Duties(p)
		return len(duties) > 0, err
	}
	return false, nil
}

// at reports a Conflict unless the session stands at one of the stages. Each
// step of a sign-in opens only what belongs to it: who has shown a password
// but no code must not be able to set up another second factor.
func (s Session) at(stages ...Stage) error {
	if slices.Contains(stages, s.Stage) {
		return nil
	}
	return fault.New(fault.Conflict, "signin.no_step")
}

// BeginFactor makes a secret for a second factor; it counts from the moment a
// code of it was shown to ConfirmFactor. The password is asked for unless the
// sign-in itself demands the factor.
func (d *Door) BeginFactor(ctx context.Context, by people.Actor, s Session, password string) (secret.OTP, error) {
	if err := s.at(Full, Enrol); err != nil {
		return secret.OTP{}, err
	}
	p, a, err := d.own(ctx, by, s, password)
	if err != nil {
		return secret.OTP{}, err
	}
	otp, err := secret.NewOTP(d.issuer(), p.Code)
	if err != nil {
		return otp, err
	}
	a.Pending = otp.Secret
	return otp, d.Store.SaveAccount(ctx, &a)
}

// PendingFactor is the second factor being set up, to be shown once more after
// a wrong code.
func (d *Door) PendingFactor(ctx context.Context, s Session) (secret.OTP, error) {
	if err := s.at(Full, Enrol); err != nil {
		return secret.OTP{}, err
	}
	p, a, err := d.Store.Account(ctx, s.Person)
	if err != nil {
		return secret.OTP{}, err
	}
	if a.Pending == "" {
		return secret.OTP{}, fault.New(fault.Conflict, "signin.no_step")
	}
	return secret.OTPOf(d.issuer(), p.Code, a.Pending), nil
}

func (d *Door) issuer() string {
	if d.Issuer == "" {
		return "Kilter"
	}
	return d.Issuer
}

// recoveries is how many recovery codes come with a second factor.
const recoveries = 10

// ConfirmFactor takes the second factor into use and returns its recovery
// codes, which are shown this once.
func (d *Door) ConfirmFactor(ctx context.Context, by people.Actor, s Session, code string) ([]string, error) {
	if err := s.at(Full, Enrol); err != nil {
		return nil, err
	}
	_, a, err := d.Store.Account(ctx, s.Person)
	if err != nil {
		return nil, err
	}
	row := audit.By(by, d.Now(), "account.factor_on", object(s.Person))
	step, ok := secret.CheckOTP(a.Pending, code, row.At, 0)
	if a.Pending == "" || !ok {
		return nil, fault.At("code", "signin.wrong_code")
	}
	codes := make([]string, recoveries)
	a.Recovery = make([]string, recoveries)
	for i := range codes {
		codes[i] = secret.Code(3)
		a.Recovery[i] = secret.Digest(secret.PlainCode(codes[i]))
	}
	a.Secret, a.Pending, a.Step = a.Pending, "", step
	if err := d.Store.SaveAccount(ctx, &a, row); err != nil {
		return nil, err
	}
	return codes, d.Sessions.End(ctx, s.Person, "", s.ID)
}

// DropFactor gives the second factor up, unless the rules demand it.
func (d *Door) DropFactor(ctx context.Context, by people.Actor, s Session, password string) error {
	if err := s.at(Full); err != nil {
		return err
	}
	p, a, err := d.own(ctx, by, s, password)
	if err != nil {
		return err
	}
	rules, err := d.Rules()
	if err != nil {
		return err
	}
	if must, err := d.mustEnrol(p, rules); err != nil {
		return err
	} else if must {
		return fault.New(fault.Denied, "signin.factor_needed")
	}
	a.Secret, a.Pending, a.Recovery, a.Step = "", "", nil, 0
	return d.Store.SaveAccount(ctx, &a, audit.By(by, d.Now(), "account.factor_off", object(p.ID)))
}

// own reads the account behind a session after asking for its password again,
// which is not asked of a sign-in that is still on its way.
func (d *Door) own(ctx context.Context, by people.Actor, s Session, password string) (people.Person, Account, error) {
	p, a, err := d.Store.Account(ctx, s.Person)
	if err != nil || s.Stage != Full {
		return p, a, err
	}
	rules, err := d.Rules()
	if err != nil {
		return p, a, err
	}
	row, key := audit.By(by, d.Now(), "account.prove", object(p.ID)), "name:"+clean(p.Code)
	if err := d.try(ctx, key, row.At, rules, row); err != nil {
		return p, a, err
	}
	ok, err := d.proven(ctx, true, p, &a, password)
	if err != nil {
		return p, a, err
	}
	if !ok {
		row.Result = audit.Failed
		return p, a, d.note(ctx, row, fault.At("password", "signin.wrong_password"))
	}
	return p, a, d.Store.Forgive(ctx, key)
}

// Again brings a sign-in to its next stage after what was due is done, under a
// new token.
func (d *Door) Again(ctx context.Context, from From, token string) (Entrance, error) {
	s, err := d.Who(ctx, token)
	if err != nil {
		return Entrance{}, err
	}
	p, a, err := d.Store.Account(ctx, s.Person)
	if err != nil {
		return Entrance{}, err
	}
	stage := s.Stage
	if stage != Factor {
		if stage, err = d.due(p, a, d.Now()); err != nil {
			return Entrance{}, err
		}
	}
	return d.start(ctx, from, p, stage, token)
}
