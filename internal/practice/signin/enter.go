package signin

import (
	"context"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// halfway is how long the steps of one sign-in may take.
const halfway = 10 * time.Minute

// Entrance is a sign-in that succeeded so far: the token for the cookie, and
// what is still due.
type Entrance struct {
	Token string
	Stage Stage
	Ends  time.Time
	Who   people.Person
}

// wrong is the one answer to a wrong name and to a wrong password.
func wrong() error { return fault.New(fault.Unknown, "signin.wrong") }

// Enter signs a person in by name and password. Unknown names are counted,
// locked, timed and answered as known ones are. before is the token of the
// cookie that came along, which ends here.
func (d *Door) Enter(ctx context.Context, from From, name, password, before string) (Entrance, error) {
	now, name := d.Now(), clean(name)
	rules, err := d.Rules()
	if err != nil {
		return Entrance{}, err
	}
	row := audit.Row{At: now, Via: from.Via, Address: from.Address, Deed: "sign_in", Object: "account", Result: audit.Failed}
	if err := d.try(ctx, "name:"+name, now, rules, row); err != nil {
		return Entrance{}, err
	}
	p, a, err := d.Store.Known(ctx, name)
	known := err == nil
	if err != nil && !fault.Is(err, fault.Missing) {
		return Entrance{}, err
	}
	ok, err := d.proven(ctx, known, p, &a, password)
	if err != nil {
		return Entrance{}, err
	}
	if known {
		row.Actor, row.Name, row.Object = p.ID, p.Name, object(p.ID)
	}
	switch {
	case !known:
		// what was typed is not kept: it may be somebody's password
		row.Detail = audit.Detail("why", "no_such_name")
		return Entrance{}, d.note(ctx, row, wrong())
	case !ok:
		row.Detail = audit.Detail("why", "wrong_password")
		return Entrance{}, d.note(ctx, row, wrong())
	case a.Blocked, p.Retired, !p.Doc.Ends.IsZero() && !now.Before(p.Doc.Ends):
		row.Detail, row.Result = audit.Detail("why", "blocked"), audit.Refused
		return Entrance{}, d.note(ctx, row, fault.New(fault.Denied, "signin.blocked"))
	}
	if err := d.Store.Forgive(ctx, "name:"+name); err != nil {
		return Entrance{}, err
	}
	return d.admit(ctx, from, p, a, before, row)
}

// Admit signs a person in whom another system has proven (how names it).
func (d *Door) Admit(ctx context.Context, from From, id people.ID, how, before string) (Entrance, error) {
	p, a, err := d.Store.Account(ctx, id)
	if err != nil {
		return Entrance{}, err
	}
	row := audit.Row{At: d.Now(), Actor: p.ID, Name: p.Name, Via: from.Via, Address: from.Address, Deed: "sign_in", Object: object(p.ID), Detail: audit.Detail("by", how)}
	if a.Blocked || p.Retired {
		return Entrance{}, audit.Refuse(ctx, d.Pen, row, fault.New(fault.Denied, "signin.blocked"))
	}
	return d.admit(ctx, from, p, a, before, row)
}

// try counts a try, and refuses it while the key is locked.
func (d *Door) try(ctx context.Context, key string, now time.Time, rules Rules, row audit.Row) error {
	locked, err := d.Store.Try(ctx, key, now, rules.wait)
	if err != nil || locked.IsZero() {
		return err
	}
	row.Result, row.Detail = audit.Refused, audit.Detail("why", "locked")
	minutes := int(locked.Sub(now)/time.Minute) + 1
	return d.note(ctx, row, fault.New(fault.TooMuch, "signin.locked").With("n", minutes).With("wait", minutes*60))
}

func (d *Door) proven(ctx context.Context, known bool, p people.Person, a *Account, password string) (bool, error) {
	if known && d.Prover != nil {
		if theirs, ok, err := d.Prover.Proves(ctx, p, password); theirs || err != nil {
			return ok, err
		}
	}
	if !known || a.Password == "" {
		secret.WastePassword(password)
		return false, nil
	}
	ok, dated := secret.CheckPassword(password, a.Password)
	if ok && dated {
		a.Password = secret.HashPassword(password, secret.Usual)
	}
	return ok, nil
}

// note writes a row and hands the reason on.
func (d *Door) note(ctx context.Context, row audit.Row, why error) error {
	if err := d.Pen.Note(ctx, row); err != nil {
		return err
	}
	return why
}

// admit starts the session of somebody whose first proof is good.
func (d *Door) admit(ctx context.Context, from From, p people.Person, a Account, before string, row audit.Row) (Entrance, error) {
	stage := Factor
	if a.Secret == "" {
		var err error
		if stage, err = d.due(p, a, row.At); err != nil {
			return Entrance{}, err
		}
	}
	row.Result = audit.Done
	row.Detail = audit.Detail("stage", stage)
	a.Last = row.At
	if err := d.Store.SaveAccount(ctx, &a); err != nil {
		return Entrance{}, err
	}
	return d.start(ctx, from, p, stage, before, row)
}

// start makes a new session under a new token; the one before ends, so a
// token planted in somebody's browser never becomes his session.
func (d *Door) start(ctx context.Context, from From, p people.Person, stage Stage, before string, log ...audit.Row) (Entrance, error) {
	rules, err := d.Rules()
	if err != nil {
		return Entrance{}, err
	}
	now, token := d.Now(), secret.Token("")
	s := Session{ID: secret.Digest(token), Person: p.ID, Stage: stage, Started: now, Seen: now, Ends: now.Add(halfway), Address: from.Address, Agent: short(from.Agent, 200)}
	if stage == Full {
		s.Ends = now.Add(time.Duration(rules.MaxHours) * time.Hour)
	}
	if before != "" {
		before = secret.Digest(before)
	}
	if err := d.Sessions.Start(ctx, s, before, log...); err != nil {
		return Entrance{}, err
	}
	return Entrance{Token: token, Stage: stage, Ends: s.Ends, Who: p}, nil
}

// due is what a person still has to do after his proofs.
func (d *Door) due(p people.Person, a Account, now time.Time) (Stage, error) {
	rules, err := d.Rules()
	if err != nil {
		return "", err
	}
	local := a.Password != ""
	old := rules.MaxDays > 0 && now.Sub(a.Set) > time.Duration(rules.MaxDays)*24*time.Hour
	if local && (a.Change || old) {
		return Change, nil
	}
	must, err := d.mustEnrol(p, rules)
	if err != nil {
		return "", err
	}
	if local && must && a.Secret == "" {
		return Enrol, nil
	}
	return Full, nil
}

func object(id people.ID) string { return "person:" + strconv.FormatInt(int64(id), 10) }

func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
