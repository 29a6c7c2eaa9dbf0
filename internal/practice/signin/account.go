package signin

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// OpenAccount gives a person an account, or a new password when he has one.
// The password is made here, returned this once, and must be changed at the
// first sign-in.
func (d *Door) OpenAccount(ctx context.Context, by people.Actor, id people.ID) (string, error) {
	p, a, isNew, err := d.target(ctx, id)
	if err != nil {
		return "", err
	}
	deed := "account.reset"
	if isNew {
		deed = "account.open"
	}
	if err := d.administer(ctx, by, deed, p); err != nil {
		return "", err
	}
	rules, err := d.Rules()
	if err != nil {
		return "", err
	}
	password, now := secret.Code(4), d.Now()
	a.take(password, rules.History, now)
	a.Change = true
	if isNew {
		a.Opened = now
	}
	if err := d.Store.SaveAccount(ctx, &a, audit.By(by, now, deed, object(id))); err != nil {
		return "", err
	}
	if err := d.Store.Forgive(ctx, "name:"+clean(p.Code)); err != nil {
		return "", err
	}
	return password, d.Sessions.End(ctx, id, "", "")
}

// SetPassword gives a person an account with a password chosen by whoever
// fills a database: a command, the demo city. The rules for passwords apply.
func (d *Door) SetPassword(ctx context.Context, by people.Actor, id people.ID, password string, change bool) error {
	p, a, isNew, err := d.target(ctx, id)
	if err != nil {
		return err
	}
	if err := d.administer(ctx, by, "account.reset", p); err != nil {
		return err
	}
	if p.Retired {
		return fault.New(fault.Conflict, "signin.retired").With("name", p.Name)
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
	a.Change = change
	if isNew {
		a.Opened = now
	}
	if err := d.Store.SaveAccount(ctx, &a, audit.By(by, now, "account.reset", object(id))); err != nil {
		return err
	}
	return d.Sessions.End(ctx, id, "", "")
}

// ResetFactor takes the second factor of a person who has lost it away.
func (d *Door) ResetFactor(ctx context.Context, by people.Actor, id people.ID) error {
	return d.change(ctx, by, id, "account.reset", "factor", func(a *Account) {
		a.Secret, a.Pending, a.Recovery, a.Step = "", "", nil, 0
	})
}

// Block keeps a person out until Unblock, and ends his sessions; his API
// tokens rest as long.
func (d *Door) Block(ctx context.Context, by people.Actor, id people.ID, why string) error {
	why = strings.TrimSpace(why)
	if why == "" || utf8.RuneCountInString(why) > 500 {
		return fault.At("why", "signin.why_blocked")
	}
	return d.change(ctx, by, id, "account.lock", why, func(a *Account) { a.Blocked, a.Why = true, why })
}

// Unblock lets a person in again, and forgives wrong tries.
func (d *Door) Unblock(ctx context.Context, by people.Actor, id people.ID) error {
	if err := d.change(ctx, by, id, "account.lock", "unblock", func(a *Account) { a.Blocked, a.Why = false, "" }); err != nil {
		return err
	}
	p, _, err := d.Store.Account(ctx, id)
	if err != nil {
		return err
	}
	for _, key := range []string{"name:" + clean(p.Code), "factor:" + object(id)} {
		if err := d.Store.Forgive(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func (d *Door) change(ctx context.Context, by people.Actor, id people.ID, deed, what string, do func(*Account)) error {
	p, a, isNew, err := d.target(ctx, id)
	if err != nil {
		return err
	}
	if err := d.administer(ctx, by, deed, p); err != nil {
		return err
	}
	if isNew {
		return fault.New(fault.Missing, "signin.no_account").With("name", p.Name)
	}
	do(&a)
	row := audit.By(by, d.Now(), deed, object(id))
	row.Detail = audit.Detail("what", what)
	if err := d.Store.SaveAccount(ctx, &a, row); err != nil {
		return err
	}
	return d.Sessions.End(ctx, id, "", "")
}

// target reads a person and his account; isNew when he has none yet.
func (d *Door) target(ctx context.Context, id people.ID) (p people.Person, a Account, isNew bool, err error) {
	p, a, err = d.Store.Account(ctx, id)
	if err != nil {
		return p, a, false, err
	}
	return p, a, a.Version == 0, nil
}

// administer reports a Denied fault unless the actor may do this to the
// account of that person. Nobody administers his own account here, and the
// account of an audit administrator is opened and reset at the machine only:
// a security administrator who could give himself its password would read
// what is written about him.
func (d *Door) administer(ctx context.Context, by people.Actor, deed string, p people.Person) error {
	now := d.Now()
	if err := audit.Ask(ctx, d.Pen, by, now, deed, object(p.ID)); err != nil {
		return err
	}
	if by.ID == p.ID {
		return audit.Refuse(ctx, d.Pen, audit.By(by, now, deed, object(p.ID)), fault.New(fault.Denied, "signin.own_account"))
	}
	if by.Via == people.ViaShell || d.Duties == nil || deed == "account.lock" {
		return nil
	}
	duties, err := d.Duties(p)
	if err != nil {
		return err
	}
	if slices.Contains(duties, "audit") {
		return audit.Refuse(ctx, d.Pen, audit.By(by, now, deed, object(p.ID)), fault.New(fault.Denied, "signin.reset_at_shell"))
	}
	return nil
}

// setupLife is how long the set-up token of a first start is good for.
const setupLife = 24 * time.Hour

// SetupToken makes the one-time token with which the first administrators are
// set up, in place of any before; "" when there are accounts already.
func (d *Door) SetupToken(ctx context.Context) (string, error) {
	n, err := d.Store.Accounts(ctx)
	if err != nil || n > 0 {
		return "", err
	}
	token := secret.Code(5)
	return token, d.Store.Offer(ctx, secret.Digest(secret.PlainCode(token)), d.Now().Add(setupLife))
}

// Setting reports whether the centre still waits for its first administrators.
func (d *Door) Setting(ctx context.Context) (bool, error) {
	n, err := d.Store.Accounts(ctx)
	return n == 0, err
}

// NewFounder is what somebody types of one of the first administrators.
type NewFounder struct {
	Field                string // what faults put before the field's name
	Code, Name, Password string
	Roles                []int64
}

// Found sets the first administrators up with the token of the first start.
func (d *Door) Found(ctx context.Context, from From, token string, news []NewFounder, lang string) error {
	rules, err := d.Rules()
	if err != nil {
		return err
	}
	now, tries := d.Now(), "setup:"+from.Address
	row := audit.Row{At: now, Via: from.Via, Address: from.Address, Deed: "account.found", Object: "centre"}
	if err := d.try(ctx, tries, now, rules, row); err != nil {
		return err
	}
	var many fault.Many
	founders := make([]Founder, len(news))
	for i, n := range news {
		p := people.Person{Code: strings.TrimSpace(n.Code), Name: strings.TrimSpace(n.Name), Staff: true, Changed: now, Doc: people.Profile{Roles: n.Roles, Reach: "own", Choices: people.Choices{Lang: lang}}}
		for _, f := range founderFaults(p, rules, n.Password) {
			f.Field = n.Field + f.Field
			_ = many.Add(f) // a fault adds without error
		}
		a := Account{Opened: now}
		if len(many) == 0 {
			a.take(n.Password, 0, now)
		}
		founders[i] = Founder{Person: p, Account: a}
	}
	if err := many.Err(); err != nil {
		return err
	}
	row.Result, row.Detail = audit.Done, audit.Detail("founders", len(founders))
	err = d.Store.Found(ctx, secret.Digest(secret.PlainCode(token)), now, founders, row)
	if fault.Is(err, fault.Unknown) {
		row.Result, row.Detail = audit.Failed, audit.Detail("why", "wrong_token")
		return d.note(ctx, row, err)
	}
	if err != nil {
		return err
	}
	return d.Store.Forgive(ctx, tries)
}

func founderFaults(p people.Person, rules Rules, password string) []*fault.Fault {
	var out []*fault.Fault
	if p.Code == "" || utf8.RuneCountInString(p.Code) > 60 || strings.ContainsAny(p.Code, " \t\r\n,;/") {
		out = append(out, fault.At("code", "signin.bad_code"))
	}
	if p.Name == "" || utf8.RuneCountInString(p.Name) > 100 {
		out = append(out, fault.At("name", "record.required"))
	}
	return append(out, fault.All(fit(p, Account{}, rules, password))...)
}

// Listed is a person with his account; one without has version 0.
type Listed struct {
	Person  people.Person
	Account Account
}

// Query narrows the list of accounts, in order of sign-in names.
type Query struct {
	Text    string // part of the sign-in name or the name
	Without bool   // persons without an account too
	After   string // the last sign-in name of the page before
	Limit   int    // at most 500
}

// List lists accounts for the security administrator.
func (d *Door) List(ctx context.Context, by people.Actor, q Query) ([]Listed, error) {
	if err := audit.Ask(ctx, d.Pen, by, d.Now(), "account.read", "account"); err != nil {
		return nil, err
	}
	return d.Store.ListAccounts(ctx, q)
}

// Show reads one person and his account for the security administrator.
func (d *Door) Show(ctx context.Context, by people.Actor, id people.ID) (Listed, error) {
	if err := audit.Ask(ctx, d.Pen, by, d.Now(), "account.read", object(id)); err != nil {
		return Listed{}, err
	}
	p, a, err := d.Store.Account(ctx, id)
	return Listed{p, a}, err
}

// Self reads the person and account behind a session.
func (d *Door) Self(ctx context.Context, s Session) (people.Person, Account, error) {
	if err := s.at(Full); err != nil {
		return people.Person{}, Account{}, err
	}
	return d.Store.Account(ctx, s.Person)
}
