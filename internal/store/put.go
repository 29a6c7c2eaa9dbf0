package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

var timelineCols = []string{"record", "at", "by_whom", "deed", "was", "became", "reason", "text", "public", "irregular", "changes", "batch"}

// timeline appends entries and, for each, the outbox row from which notices
// and the rules between practices follow after the commit or not at all.
func (t *tx) timeline(id int64, entries []record.Entry, ids []int64) error {
	if len(entries) == 0 {
		return nil
	}
	var args, out []any
	for i := range entries {
		e := &entries[i]
		e.ID, e.Record = ids[i], id
		changes, err := changesText(e.Changes)
		if err != nil {
			return err
		}
		args = append(args, e.ID, id, at{&e.At}, orNull(e.By), e.Deed, string(e.From), string(e.To), e.Reason, e.Text, e.Public, e.Irregular, changes, orNull(e.Batch))
		out = append(out, e.ID, id, e.Deed, at{&e.At})
	}
	if err := t.later("timeline", insertSQL("timeline", slices.Insert(slices.Clone(timelineCols), 0, "id"), len(entries)), args...); err != nil {
		return err
	}
	return t.later("outbox", insertSQL("outbox", []string{"entry", "record", "deed", "at"}, len(entries)), out...)
}

func changesText(c []record.Change) (string, error) {
	if len(c) == 0 {
		return "", nil
	}
	b, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("store: changes: %w", err)
	}
	return string(b), nil
}

// parties keeps who has to do with a record: its requester and owner follow
// the head, watchers come and go.
func (t *tx) parties(was, now *record.Head, watch, unwatch []people.ID) error {
	if was == nil {
		was = &record.Head{}
	}
	for _, p := range []struct {
		role     string
		old, new people.ID
	}{{"requester", was.Requester, now.Requester}, {"owner", was.Owner, now.Owner}} {
		if p.old == p.new {
			continue
		}
		if p.old != 0 {
			if err := t.part(now.ID, p.old, p.role); err != nil {
				return err
			}
		}
		if p.new != 0 {
			if err := t.join(now.ID, p.new, p.role); err != nil {
				return err
			}
		}
	}
	for _, who := range watch {
		if err := t.join(now.ID, who, "watcher"); err != nil {
			return err
		}
	}
	for _, who := range unwatch {
		if err := t.part(now.ID, who, "watcher"); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) join(id int64, who people.ID, role string) error {
	return t.later("party", `INSERT INTO party (record, person, role) VALUES ($1, $2, $3) ON CONFLICT (record, person, role) DO NOTHING`, id, int64(who), role)
}

func (t *tx) part(id int64, who people.ID, role string) error {
	return t.later("party", `DELETE FROM party WHERE record = $1 AND person = $2 AND role = $3`, id, int64(who), role)
}

var auditCols = []string{"at", "actor", "name", "via", "address", "deed", "object", "result", "detail"}

// audit appends rows to the audit log, unsealed; sealing them into the chain
// is a job's, so that no lock lies on the way.
func (t *tx) audit(rows ...audit.Row) error {
	if len(rows) == 0 {
		return nil
	}
	var args []any
	for i := range rows {
		r := &rows[i]
		args = append(args, at{&r.At}, int64(r.Actor), r.Name, string(r.Via), r.Address, r.Deed, r.Object, string(r.Result), r.Detail)
	}
	return t.later("audit", insertSQL("audit", auditCols, len(rows)), args...)
}
