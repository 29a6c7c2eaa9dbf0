// Package audit is the log that the audit administrator reads: every sign-in
// and every deed, apart from the timelines of the records, sealed into a hash
// chain so that a changed, removed or reordered row and a cut tail are found.
package audit

import (
	"time"

	"kilter/internal/practice/people"
)

// Row is one line of the audit log.
type Row struct {
	ID      int64
	At      time.Time
	Actor   people.ID
	Name    string // the actor's name at the time
	Via     people.Via
	Address string
	Deed    string // "incident.resolve", "sign_in"
	Object  string // what it was done to: "incident:INC-2026-00042", "person:17"
	Result  Result
	Detail  string // JSON: changed fields, reason of a refusal; never a secret
	Seq     int64  // place in the chain, 0 until sealed
	Hash    string // hex SHA-256 over the previous hash and this row
}

// Result says how a deed ended.
type Result string

// The results.
const (
	Done    Result = "done"
	Refused Result = "refused"
	Failed  Result = "failed"
)

// By starts a row for an actor.
func By(a people.Actor, at time.Time, deed, object string) Row {
	return Row{At: at, Actor: a.ID, Name: a.Name, Via: a.Via, Address: a.Address, Deed: deed, Object: object, Result: Done}
}
