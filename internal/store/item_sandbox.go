package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// ItemSandboxes keeps changes of the items that somebody thinks about.
func (db *DB) ItemSandboxes() cmdb.SandboxStore { return sandboxes{db} }

type sandboxes struct{ db *DB }

const sandboxSQL = `SELECT id, name, owner, shared, doc, at, version FROM item_sandbox`

// Sandboxes lists a person's own and the shared ones.
// With a number those whose document names the record.
func (s sandboxes) Sandboxes(ctx context.Context, owner people.ID, number string) ([]cmdb.Sandbox, error) {
	names := "%"
	if number != "" {
		text, err := json.Marshal(number)
		if err != nil {
			return nil, fmt.Errorf("store: sandboxes: %w", err)
		}
		names = `%"record":` + strings.NewReplacer("%", "", "_", "").Replace(string(text)) + "%" // no number has these signs
	}
	return s.list(ctx, sandboxSQL+` WHERE (owner = $1 OR shared = 1) AND doc LIKE $2 ORDER BY at DESC, id DESC LIMIT 1000`, int64(owner), names)
}

// Sandbox reads one.
func (s sandboxes) Sandbox(ctx context.Context, id int64) (cmdb.Sandbox, error) {
	list, err := s.list(ctx, sandboxSQL+` WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Missing, "cmdb.no_such_sandbox")
	}
	if err != nil {
		return cmdb.Sandbox{}, err
	}
	return list[0], nil
}

func (s sandboxes) list(ctx context.Context, q string, args ...any) (out []cmdb.Sandbox, err error) {
	rows, err := s.db.read.query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: sandboxes: %w", err)
	}
	err = scanAll(rows, func() error {
		var one cmdb.Sandbox
		var doc string
		var shared int64
		if err := rows.Scan(&one.ID, &one.Name, &one.Owner, &shared, &doc, at{&one.At}, &one.Version); err != nil {
			return fmt.Errorf("store: sandboxes: %w", err)
		}
		one.Shared = shared == 1
		err := json.Unmarshal([]byte(doc), &one.Doc)
		out = append(out, one)
		return err
	})
	return out, err
}

// KeepSandbox adds one or replaces the version it carries.
func (s sandboxes) KeepSandbox(ctx context.Context, one *cmdb.Sandbox, log ...audit.Row) error {
	doc, err := json.Marshal(one.Doc)
	if err != nil {
		return fmt.Errorf("store: sandbox: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		if one.ID == 0 {
			err := t.row(`INSERT INTO item_sandbox (name, owner, shared, doc, at, version) VALUES ($1, $2, $3, $4, $5, 1) RETURNING id, version`,
				one.Name, int64(one.Owner), oneIf(one.Shared), string(doc), at{&one.At}).Scan(&one.ID, &one.Version)
			if err != nil {
				return fmt.Errorf("store: keep sandbox: %w", err)
			}
			return t.audit(log...)
		}
		res, err := t.exec(`UPDATE item_sandbox SET name = $2, shared = $3, doc = $4, at = $5, version = version + 1 WHERE id = $1 AND version = $6`,
			one.ID, one.Name, oneIf(one.Shared), string(doc), at{&one.At}, one.Version)
		if err != nil {
			return fmt.Errorf("store: keep sandbox: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Conflict, "cmdb.sandbox_changed"))
		}
		one.Version++
		return t.audit(log...)
	})
}

// DropSandbox takes one away.
func (s sandboxes) DropSandbox(ctx context.Context, id int64, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM item_sandbox WHERE id = $1`, id); err != nil {
			return fmt.Errorf("store: drop sandbox: %w", err)
		}
		return t.audit(log)
	})
}
