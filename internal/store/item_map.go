package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// ItemMappings keeps what the columns of sources' tables mean.
func (db *DB) ItemMappings() cmdb.Mappings { return itemMappings{db} }

type itemMappings struct{ db *DB }

// SaveMapping keeps one, in the place of the one before it.
func (s itemMappings) SaveMapping(ctx context.Context, ties bool, m cmdb.Mapping, by people.ID, when time.Time) error {
	doc, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("store: mapping: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO item_map (source, ties, doc, at, by_whom) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (source, ties) DO UPDATE SET doc = excluded.doc, at = excluded.at, by_whom = excluded.by_whom`,
			m.Source, oneIf(ties), string(doc), at{&when}, orNull(by))
		if err != nil {
			return fmt.Errorf("store: mapping: %w", err)
		}
		return nil
	})
}

// Mappings lists them.
func (s itemMappings) Mappings(ctx context.Context, ties bool) (out []cmdb.Mapping, err error) {
	rows, err := s.db.read.query(ctx, `SELECT doc FROM item_map WHERE ties = $1 ORDER BY source`, oneIf(ties)) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, fmt.Errorf("store: mappings: %w", err)
	}
	err = scanAll(rows, func() error {
		var doc string
		var m cmdb.Mapping
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(doc), &m)
		out = append(out, m)
		return err
	})
	return out, err
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
