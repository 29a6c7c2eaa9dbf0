package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kilter/internal/practice/knowledge"
)

// ArticleOrigins keeps where articles were brought in from.
func (db *DB) ArticleOrigins() knowledge.Origins { return articleOrigins{db} }

type articleOrigins struct{ db *DB }

// originsAtOnce bounds the arguments of one question.
const originsAtOnce = 500

// Origins are those of some keys.
func (s articleOrigins) Origins(ctx context.Context, keys []string) (map[string]knowledge.Origin, error) {
	out := map[string]knowledge.Origin{}
	for some := range slices.Chunk(keys, originsAtOnce) {
		if err := s.some(ctx, some, out); err != nil {
			return nil, fmt.Errorf("store: origins of articles: %w", err)
		}
	}
	return out, nil
}

func (s articleOrigins) some(ctx context.Context, keys []string, into map[string]knowledge.Origin) (err error) {
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = k
	}
	rows, err := s.db.read.query(ctx, `SELECT o.key, o.hash, o.record, r.number, o.at FROM article_origin AS o JOIN record AS r ON r.id = o.record WHERE o.key IN (`+marks(1, len(keys))+`)`, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var o knowledge.Origin
		if err := rows.Scan(&o.Key, &o.Hash, &o.ID, &o.Number, at{&o.At}); err != nil {
			return err
		}
		into[o.Key] = o
	}
	return rows.Err()
}

// KeepOrigin keeps one in place of what was kept for its key.
func (s articleOrigins) KeepOrigin(ctx context.Context, o knowledge.Origin) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(insertSQL("article_origin", []string{"key", "hash", "record", "at"}, 1)+`
			ON CONFLICT (key) DO UPDATE SET hash = excluded.hash, record = excluded.record, at = excluded.at`, o.Key, o.Hash, o.ID, at{&o.At}); err != nil {
			return fmt.Errorf("store: origin of an article: %w", err)
		}
		return nil
	})
}
