// Package privacy keeps personal data no longer than needed: retention periods
// for each kind of record, and masking of one person on demand. Masking takes
// names, addresses and numbers away and leaves what happened; nothing is ever
// deleted. The audit log is apart: what it says of a person it keeps, for the
// law demands it (docs/adr/0014).
package privacy

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Retention is the centre's setting, under the code "retention". Zero keeps
// for ever, which is where a centre begins.
type Retention struct {
	// Records says for how many months after its last change a closed record
	// still tells whose it was, by kind of record.
	Records map[string]int `json:"records,omitempty"`
	// Persons says how many months after retiring a person is masked who is
	// named on no record any more that is younger than that.
	Persons int `json:"persons,omitempty"`
	// Surveys says how many months after closing the answers, comments and
	// invitations of a survey are deleted at the latest, whatever its plan says.
	Surveys int `json:"surveys,omitempty"`
}

// RetentionCode is the code of the centre's setting.
const RetentionCode = "retention"

// longest is the longest period that can be set, in months.
const longest = 600

// Store masks; each call is one transaction with its audit rows.
type Store interface {
	// MaskPerson takes a person's data away, in the directory, from his
	// account, and where the texts of records he has to do with name him.
	MaskPerson(ctx context.Context, id people.ID, alias string, now time.Time, log ...audit.Row) error
	// MaskRecord takes away whose a record was.
	MaskRecord(ctx context.Context, record int64, now time.Time, log ...audit.Row) error
	// Past lists closed records of a kind, unmasked, last changed before a
	// moment; oldest first.
	Past(ctx context.Context, kind string, before time.Time, limit int) ([]int64, error)
	// Gone lists persons retired before a moment, unmasked, whom no record
	// changed since names.
	Gone(ctx context.Context, before time.Time, limit int) ([]people.ID, error)
	// Erase takes one step towards masked words being gone from the files of
	// the database too; more says that the next can follow at once.
	Erase(ctx context.Context) (more bool, err error)
}

// Keeper is who carries it out.
type Keeper struct {
	Store    Store
	Settings *setting.Keeper
	Pen      audit.Pen
	Now      func() time.Time
	Kinds    []string // of records there are
}

// Alias is the name a masked person goes by.
func Alias(id people.ID) string { return "#" + strconv.FormatInt(int64(id), 10) }

// MaskPerson masks one person on demand. It cannot be undone.
func (k *Keeper) MaskPerson(ctx context.Context, by people.Actor, id people.ID) error {
	now, object := k.Now(), "person:"+strconv.FormatInt(int64(id), 10)
	if err := audit.Ask(ctx, k.Pen, by, now, "privacy.mask", object); err != nil {
		return err
	}
	if by.ID == id {
		return audit.Refuse(ctx, k.Pen, audit.By(by, now, "privacy.mask", object), fault.New(fault.Denied, "privacy.own"))
	}
	return k.Store.MaskPerson(ctx, id, Alias(id), now, audit.By(by, now, "privacy.mask", object))
}

// Retention is the setting in force.
func (k *Keeper) Retention() (Retention, error) {
	return setting.Arranged(k.Settings.All(), RetentionCode, Retention{})
}

// check reports periods that are none, or for kinds of records that there are not.
func (r Retention) check(kinds []string) error {
	var many fault.Many
	for kind, months := range r.Records {
		if !slices.Contains(kinds, kind) || months < 0 || months > longest {
			_ = many.Add(fault.At(kind, "privacy.months").With("max", longest)) // a fault adds without error
		}
	}
	for field, months := range map[string]int{"persons": r.Persons, "surveys": r.Surveys} {
		if months < 0 || months > longest {
			_ = many.Add(fault.At(field, "privacy.months").With("max", longest))
		}
	}
	return many.Err()
}

// Sheet describes the periods as they are carried from one Kilter to another.
func (k *Keeper) Sheet() setting.Sheet {
	return setting.DocumentSheet(setting.Centre, RetentionCode, func(_ *setting.All, r Retention) error { return r.check(k.Kinds) })
}

// SetRetention arranges the periods.
func (k *Keeper) SetRetention(ctx context.Context, by people.Actor, r Retention) error {
	now, object := k.Now(), "centre:"+RetentionCode
	if err := audit.Ask(ctx, k.Pen, by, now, "privacy.retain", object); err != nil {
		return err
	}
	if err := r.check(k.Kinds); err != nil {
		return err
	}
	was, err := k.Retention()
	if err != nil {
		return err
	}
	t := setting.Thing{Kind: setting.Centre, Code: RetentionCode, Name: people.Text{En: "Retention of personal data", Zh: "个人信息保存期限"}}
	if held := k.Settings.All().Coded(setting.Centre, RetentionCode); held != nil {
		t = *held
	}
	if err := setting.Write(&t, r); err != nil {
		return err
	}
	t.Changed = now
	row := audit.By(by, now, "privacy.retain", object)
	row.Detail = audit.Detail("was", was, "now", r)
	return k.Settings.Save(ctx, &t, row)
}

// Erase makes what was masked gone from the files of the database too, a step
// at a time; a duty calls it, and again at once while there is more.
func (k *Keeper) Erase(ctx context.Context) (more bool, err error) { return k.Store.Erase(ctx) }

// few is how many are masked in one run of the duty.
const few = 100

// Run masks what is past its period; a duty calls it daily, and again at once
// while more is waiting.
func (k *Keeper) Run(ctx context.Context) (more bool, err error) {
	r, err := k.Retention()
	if err != nil {
		return false, err
	}
	now, by := k.Now(), people.System(people.ViaJob)
	for kind, months := range r.Records {
		if months <= 0 {
			continue
		}
		ids, err := k.Store.Past(ctx, kind, now.AddDate(0, -months, 0), few)
		if err != nil {
			return false, err
		}
		for _, id := range ids {
			row := audit.By(by, now, "privacy.mask", kind+":"+strconv.FormatInt(id, 10))
			if err := k.Store.MaskRecord(ctx, id, now, row); err != nil {
				return false, err
			}
		}
		more = more || len(ids) == few
	}
	if r.Persons <= 0 {
		return more, nil
	}
	gone, err := k.Store.Gone(ctx, now.AddDate(0, -r.Persons, 0), few)
	if err != nil {
		return false, err
	}
	for _, id := range gone {
		row := audit.By(by, now, "privacy.mask", "person:"+strconv.FormatInt(int64(id), 10))
		if err := k.Store.MaskPerson(ctx, id, Alias(id), now, row); err != nil {
			return false, err
		}
	}
	return more || len(gone) == few, nil
}
