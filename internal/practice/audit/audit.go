// Package audit is the log that the audit administrator reads: every sign-in
// and every deed, apart from the timelines of the records, sealed into a hash
// chain so that a changed, removed or reordered row and a cut tail are found.
package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kilter/internal/base/fault"
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

// Pen writes rows that belong to no other change: sign-ins, refusals, reads of
// protected things.
type Pen interface {
	Note(ctx context.Context, rows ...Row) error
}

// Ask reports a Denied fault unless the actor may do the deed, and writes the
// refusal down.
func Ask(ctx context.Context, pen Pen, by people.Actor, at time.Time, deed, object string) error {
	err := by.May(deed)
	if err == nil {
		return nil
	}
	return Refuse(ctx, pen, By(by, at, deed, object), err)
}

// Refuse writes down that a deed was refused and hands the reason on.
func Refuse(ctx context.Context, pen Pen, row Row, why error) error {
	row.Result = Refused
	if all := fault.All(why); len(all) > 0 && row.Detail == "" {
		row.Detail = Detail("why", all[0].Key)
	}
	return errors.Join(why, pen.Note(ctx, row))
}

// Detail writes names and values as the JSON of a row's detail.
func Detail(pairs ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	b, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(b)
}
