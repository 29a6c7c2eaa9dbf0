package signin

import (
	"context"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// fit reports what is wrong with a new password for the person.
func fit(p people.Person, a Account, rules Rules, password string) error {
	switch w := secret.Weak(password, rules.Shortest, p.Code, p.Name, p.Pinyin, p.Mail, p.Phone); w {
	case "":
	case secret.TooShort:
		return fault.At("password", "signin.password_short").With("n", rules.Shortest)
	default:
		return fault.At("password", "signin.password_"+string(w))
	}
	if a.reused(password, rules.History) {
		return fault.At("password", "signin.password_reused")
	}
	return nil
}

// ChangePassword sets a new password for whoever the session belongs to. old
// is asked for unless the sign-in itself demands the change. All other
// sessions of the person end.
func (d *Door) ChangePassword(ctx context.Context, by people.Actor, s Session, old, password string) error {
	if err := s.at(Full, Change); err != nil {
		return err
	}
	p, a, err := d.own(ctx, by, s, old)
	if err != nil {
		return err
	}
	rules, err := d.Rules()
	if err != nil {
		return err
	}
	if err := fit(p, a, rules, password); err != nil {
		return err
	}
	now := d.Now()
	a.take(password, rules.History, now)
	if err := d.Store.SaveAccount(ctx, &a, audit.By(by, now, "account.password", object(p.ID))); err != nil {
		return err
	}
	return d.Sessions.End(ctx, p.ID, "", s.ID)
}
