// Package once lets a request be sent twice and done once: the first answer to
// a key is kept and given again to whoever repeats the request with that key.
package once

import (
	"context"
	"time"
)

// Key names a request that may be repeated.
type Key struct {
	Who   string // whoever sends it: "person:17", "token:4"
	Route string // method and address
	Key   string // what the sender calls it
}

// Answer is what was answered to a request. Status is 0 while it is being
// done.
type Answer struct {
	Hash   string // of the request's body: another body is another request
	Status int
	Head   map[string]string
	Body   []byte
	At     time.Time // when the request began
	Did    string    // the record it changed: set together with the change, "" before
}

// Claim is a key held for a request under way.
type Claim struct {
	Key
	At time.Time // as given to Claim or Take
}

type claimKey struct{}

// With lets the changes made under ctx belong to a claim: the store commits
// them only together with the word, on the claim, that they are done.
func With(ctx context.Context, c Claim) context.Context { return context.WithValue(ctx, claimKey{}, c) }

// From is the claim that changes under ctx belong to.
func From(ctx context.Context) (Claim, bool) {
	c, ok := ctx.Value(claimKey{}).(Claim)
	return c, ok
}

// Store keeps answers.
type Store interface {
	// Claim takes the key for a request that begins now. If somebody had it
	// before, fresh is false and held is what is known of that request.
	Claim(ctx context.Context, k Key, hash string, now time.Time) (held Answer, fresh bool, err error)
	// Take claims a key anew whose request broke off before it had done
	// anything; false when it has, or somebody else was faster.
	Take(ctx context.Context, was Claim, hash string, now time.Time) (bool, error)
	// Keep stores the answer to a claimed key.
	Keep(ctx context.Context, k Key, a Answer) error
	// Release gives a claimed key back: nothing was done.
	Release(ctx context.Context, k Key) error
	// TrimAnswers forgets answers older than before.
	TrimAnswers(ctx context.Context, before time.Time) error
}
