package approval

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Link lets one person answer one stage once, from a mail, without signing in.
// Only its hash is kept: who reads the database cannot decide.
type Link struct {
	Hash    string // SHA-256 of its secret, in hex
	Person  people.ID
	Record  int64
	Round   int64
	Stage   int
	Subject string // what is decided upon, as a hash: what is changed later was not consented to
	Expires time.Time
	Used    time.Time // zero until it was
}

// linkLives is how long a link works when its stage has no end before.
const linkLives = 7 * 24 * time.Hour

// NewLink makes a link for the stage at which a round stands, with its secret,
// which is told once: to whoever it is for.
func NewLink(r *Round, who people.ID, subject string, now time.Time) (Link, string) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	secret := base64.RawURLEncoding.EncodeToString(b[:])
	l := Link{Hash: HashOf(secret), Person: who, Record: r.Record, Round: r.ID, Stage: r.At, Subject: subject, Expires: now.Add(linkLives)}
	if st := r.Now(); st != nil && !st.Due.IsZero() && st.Due.Before(l.Expires) {
		l.Expires = st.Due
	}
	return l, secret
}

// HashOf is the hash of the secret in an address.
func HashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Check reports why the link no longer decides: it was used, its time is over,
// its stage is not asked any more, or what was asked has changed. rounds are
// those of its record.
func (l Link) Check(rounds []*Round, subject string, now time.Time) error {
	i := slices.IndexFunc(rounds, func(r *Round) bool { return r.ID == l.Round })
	switch {
	case !l.Used.IsZero():
		return fault.New(fault.Conflict, "approval.link_used")
	case !now.Before(l.Expires):
		return fault.New(fault.Conflict, "approval.link_expired")
	case i < 0 || rounds[i].Now() == nil || rounds[i].At != l.Stage:
		return fault.New(fault.Conflict, "approval.link_over")
	case l.Subject != subject:
		return fault.New(fault.Conflict, "approval.link_changed")
	}
	return nil
}

// Asked names the stage that an answer is meant for, so that one given late does
// not answer the next.
type Asked struct {
	Round int64
	Stage int
}

// Is reports whether the round still asks that.
func (a Asked) Is(r *Round) bool { return r.ID == a.Round && r.At == a.Stage }
