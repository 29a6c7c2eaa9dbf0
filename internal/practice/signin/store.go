package signin

import (
	"context"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// Store keeps accounts and the count of wrong tries. Audit rows are written
// in the same transaction.
type Store interface {
	// Known finds the person and account of a sign-in name; Missing when
	// either is not there.
	Known(ctx context.Context, name string) (people.Person, Account, error)
	Account(ctx context.Context, id people.ID) (people.Person, Account, error)
	ListAccounts(ctx context.Context, q Query) ([]Listed, error)
	SaveAccount(ctx context.Context, a *Account, log ...audit.Row) error
	// Try counts a try for the key before it is judged, so that tries side
	// by side are all counted, and answers until when the key is locked;
	// zero when the try may go on. wait says how long n tries lock.
	Try(ctx context.Context, key string, now time.Time, wait func(n int) time.Duration) (locked time.Time, err error)
	Forgive(ctx context.Context, key string) error
	First
}

// First is what the first start needs.
type First interface {
	Accounts(ctx context.Context) (int, error)
	Offer(ctx context.Context, digest string, ends time.Time) error // the set-up token, in place of the one before
	// Found uses the set-up token up and adds the founders; Unknown when the
	// token is not the one, or when there is an account already.
	Found(ctx context.Context, digest string, now time.Time, founders []Founder, log ...audit.Row) error
}

// Founder is one of the first administrators.
type Founder struct {
	Person  people.Person
	Account Account
}

// Sessions keeps sign-ins.
type Sessions interface {
	// Start adds a session in place of the one before ("" for none).
	Start(ctx context.Context, s Session, before string, log ...audit.Row) error
	Session(ctx context.Context, id string) (Session, error)
	Touch(ctx context.Context, seen map[string]time.Time) error
	SessionsOf(ctx context.Context, id people.ID) ([]Session, error) // 0: everybody's
	// End ends sessions of a person: those named, or all but one.
	End(ctx context.Context, id people.ID, only, but string, log ...audit.Row) error
	Sweep(ctx context.Context, before time.Time) error // forgets what ended before
}

// Tokens keeps API tokens.
type Tokens interface {
	AddToken(ctx context.Context, t *Token, log ...audit.Row) error
	Token(ctx context.Context, digest string) (Token, error)
	TokensOf(ctx context.Context, id people.ID) ([]Token, error) // 0: everybody's
	RevokeToken(ctx context.Context, id int64, now time.Time, log ...audit.Row) error
	TouchTokens(ctx context.Context, seen map[int64]time.Time) error
}
