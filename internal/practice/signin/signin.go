// Package signin lets people in: local accounts with passwords and a second
// factor, lockout, sessions, API tokens, and the set-up token of the first
// start. Every sign-in, failed or not, is in the audit log.
package signin

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Account is how a person proves who he is. A person without one cannot sign
// in.
type Account struct {
	Person   people.ID
	Password string    // PHC string, "" when somebody else proves him (see Prover)
	Set      time.Time // when the password was set
	Change   bool      // a new password is due at the next sign-in
	Blocked  bool      // by the security administrator
	Why      string    // reason of the block
	Secret   string    // of the second factor, "" when he has none
	Pending  string    // of a second factor that is being set up
	Step     int64     // period of the last one-time code used
	Recovery []string  // digests of the recovery codes left
	Past     []string  // PHC strings of passwords before this one, latest first
	Last     time.Time // last sign-in
	Opened   time.Time
	Version  int64
}

// Stage says how far a sign-in has come.
type Stage string

// The stages. Only Full opens anything but the page of its own stage.
const (
	Factor Stage = "factor" // the code of the second factor is due
	Change Stage = "change" // a new password is due
	Enrol  Stage = "enrol"  // a second factor must be set up
	Full   Stage = "full"
)

// Session is a sign-in that has not ended.
type Session struct {
	ID      string // digest of the cookie's token; what the list names it by
	Person  people.ID
	Stage   Stage
	Started time.Time
	Seen    time.Time // last used, to the minute
	Ends    time.Time // however much it is used
	Address string
	Agent   string // the browser, as it calls itself

	PersonVersion int64 // of the person, read along
	Blocked       bool  // his account is
}

// Token is a key for the API, in the name of a person.
type Token struct {
	ID      int64
	Person  people.ID
	Name    string // what it is for
	Digest  string
	Grants  []string // at most what the owner may do, whatever is written here
	Made    time.Time
	Ends    time.Time
	Seen    time.Time // last used, to the minute
	Revoked time.Time

	Owner         string // name, read along
	PersonVersion int64
	Blocked       bool
}

// TokenPrefix makes a leaked token recognisable.
const TokenPrefix = "kilter_"

// From is where a sign-in comes from.
type From struct {
	Address string
	Agent   string
	Via     people.Via
}

// Rules are the centre's rules for signing in, under the code "sign_in".
type Rules struct {
	Shortest int    `json:"shortest"`  // characters of a password
	History  int    `json:"history"`   // passwords before that may not come back
	MaxDays  int    `json:"max_days"`  // life of a password; 0: it does not expire
	Tries    int    `json:"tries"`     // wrong tries before the first wait
	WaitSecs int    `json:"wait_secs"` // the first wait; each further wrong try doubles it
	MaxSecs  int    `json:"max_secs"`  // the longest wait
	IdleMins int    `json:"idle_mins"` // unused, a session ends
	MaxHours int    `json:"max_hours"` // a session ends in any case
	Factor   string `json:"factor"`    // who must have a second factor: one of Groups
}

// RulesCode is the code of the centre's setting.
const RulesCode = "sign_in"

// UsualRules are in force until the centre arranges its own.
func UsualRules() Rules {
	return Rules{Shortest: 12, History: 3, Tries: 5, WaitSecs: 60, MaxSecs: 3600, IdleMins: 60, MaxHours: 12, Factor: Administrators}
}

// wait is how long a name is locked after n wrong tries in a row.
func (r Rules) wait(n int) time.Duration {
	if n < r.Tries {
		return 0
	}
	wait, longest := time.Duration(r.WaitSecs)*time.Second, time.Duration(r.MaxSecs)*time.Second
	for range n - r.Tries {
		if wait *= 2; wait >= longest {
			return longest
		}
	}
	return min(wait, longest)
}

// Prover proves persons by another system than their local password: a
// directory that is bound to with name and password (LDAP). A sign-in that
// comes with a proof of its own (OIDC, a certificate) calls Door.Admit.
type Prover interface {
	// Proves reports whether it knows the person, and if so whether the
	// password is his.
	Proves(ctx context.Context, p people.Person, password string) (known, ok bool, err error)
}

// Door is where people come in.
type Door struct {
	Store    Store
	Sessions Sessions
	Tokens   Tokens
	Profiles Profiles
	Pen      audit.Pen
	Settings *setting.Keeper
	Prover   Prover // nil: local passwords only
	// Duties names the administrations a person holds ("system", "security",
	// "audit"); see package access.
	Duties func(people.Person) ([]string, error)
	Now    func() time.Time
	Issuer string // what authenticator programs call Kilter; "" is "Kilter"

	seen seen
}

// Rules are the rules in force.
func (d *Door) Rules() (Rules, error) {
	return setting.Arranged(d.Settings.All(), RulesCode, UsualRules())
}

// clean is a sign-in name as it is compared: without spaces around it, in
// small letters, not endless.
func clean(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100])
	}
	return name
}

// reused reports whether the password is the present one or one of the last n.
func (a Account) reused(password string, n int) bool {
	if a.Password == "" {
		return false
	}
	for _, phc := range append([]string{a.Password}, a.Past[:min(n, len(a.Past))]...) {
		if ok, _ := secret.CheckPassword(password, phc); ok {
			return true
		}
	}
	return false
}

// take replaces the password and remembers the last n.
func (a *Account) take(password string, n int, now time.Time) {
	if a.Password != "" {
		a.Past = slices.Insert(a.Past, 0, a.Password)
	}
	a.Past = a.Past[:min(n, len(a.Past))]
	a.Password, a.Set, a.Change = secret.HashPassword(password, secret.Usual), now, false
}
