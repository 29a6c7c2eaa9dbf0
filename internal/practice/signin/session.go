package signin

import (
	"context"
	"maps"
	"sync"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// again is the answer to a session that is over.
func again() error { return fault.New(fault.Unknown, "signin.again") }

// Who reads the session of a token: one point read and, but once a minute, no
// write.
func (d *Door) Who(ctx context.Context, token string) (Session, error) {
	if token == "" || len(token) > 100 {
		return Session{}, again()
	}
	s, err := d.Sessions.Session(ctx, secret.Digest(token))
	if fault.Is(err, fault.Missing) {
		return s, again()
	}
	if err != nil {
		return s, err
	}
	rules, err := d.Rules()
	if err != nil {
		return s, err
	}
	now := d.Now()
	s.Seen = d.seen.latest(s.ID, s.Seen)
	if s.Blocked || !now.Before(s.Ends) || now.Sub(s.Seen) > time.Duration(rules.IdleMins)*time.Minute {
		return s, again()
	}
	return s, d.touch(ctx, s.ID, 0, s.Seen, now)
}

// Leave ends the session of a token.
func (d *Door) Leave(ctx context.Context, by people.Actor, s Session) error {
	return d.Sessions.End(ctx, s.Person, s.ID, "", audit.By(by, d.Now(), "sign_out", object(s.Person)))
}

// Mine lists the sessions of the person, latest first.
func (d *Door) Mine(ctx context.Context, by people.Actor) ([]Session, error) {
	return d.Sessions.SessionsOf(ctx, by.ID)
}

// EndMine ends one of the person's own sessions; "" ends all but this one.
func (d *Door) EndMine(ctx context.Context, by people.Actor, s Session, only string) error {
	but := ""
	if only == "" {
		but = s.ID
	}
	return d.Sessions.End(ctx, s.Person, only, but, audit.By(by, d.Now(), "session.end", object(s.Person)))
}

// Open lists everybody's sessions, or one person's, for the security
// administrator.
func (d *Door) Open(ctx context.Context, by people.Actor, id people.ID) ([]Session, error) {
	if err := audit.Ask(ctx, d.Pen, by, d.Now(), "account.read", object(id)); err != nil {
		return nil, err
	}
	return d.Sessions.SessionsOf(ctx, id)
}

// Revoke ends somebody's session; "" ends all of his.
func (d *Door) Revoke(ctx context.Context, by people.Actor, id people.ID, only string) error {
	if err := audit.Ask(ctx, d.Pen, by, d.Now(), "session.revoke", object(id)); err != nil {
		return err
	}
	return d.Sessions.End(ctx, id, only, "", audit.By(by, d.Now(), "session.revoke", object(id)))
}

// Sweep forgets sessions that ended; a duty calls it now and then.
func (d *Door) Sweep(ctx context.Context) error { return d.Sessions.Sweep(ctx, d.Now()) }

// lazily is how old the stored moment of last use may be.
const lazily = time.Minute

// seen gathers when sessions and tokens were last used, to be written at most
// once a minute for all of them together.
type seen struct {
	mu       sync.Mutex
	sessions map[string]time.Time
	tokens   map[int64]time.Time
	flushed  time.Time
}

// latest is the later of what is stored and what waits to be.
func (s *seen) latest(id string, stored time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.sessions[id]; t.After(stored) {
		return t
	}
	return stored
}

// touch notes a use, and once a minute hands out all that were noted.
func (d *Door) touch(ctx context.Context, session string, token int64, stored, now time.Time) error {
	if now.Sub(stored) < lazily {
		return nil
	}
	s := &d.seen
	s.mu.Lock()
	if s.sessions == nil {
		s.sessions, s.tokens = map[string]time.Time{}, map[int64]time.Time{}
	}
	if session != "" {
		s.sessions[session] = now
	} else {
		s.tokens[token] = now
	}
	due := now.Sub(s.flushed) >= lazily
	var sessions map[string]time.Time
	var tokens map[int64]time.Time
	if due {
		sessions, tokens = maps.Clone(s.sessions), maps.Clone(s.tokens)
		clear(s.sessions)
		clear(s.tokens)
		s.flushed = now
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	if err := d.Sessions.Touch(ctx, sessions); err != nil {
		return err
	}
	return d.Tokens.TouchTokens(ctx, tokens)
}
