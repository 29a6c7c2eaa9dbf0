package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	days "kilter/internal/base/day"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Articles keeps the articles of the knowledge base.
func (db *DB) Articles() record.Store[*knowledge.Article] { return db.articles() }

// LoadArticles takes whole articles in, many at a time.
func (db *DB) LoadArticles() record.Loader[*knowledge.Article] { return db.articles() }

var articleCols = []string{
	"title_en", "title_zh", "text_en", "text_zh", "keywords", "category", "item", "audience", "crew",
	"shown_title_en", "shown_title_zh", "shown_text_en", "shown_text_zh", "edition", "published",
	"reviewer", "reviewed_by", "review_on", "checked", "stale", "stale_since", "source",
}

func articleRefs(a *knowledge.Article) []any {
	return []any{
		&a.Draft.En.Title, &a.Draft.Zh.Title, &a.Draft.En.Text, &a.Draft.Zh.Text, &a.Keywords, refTo(&a.Category), refTo(&a.Item), &a.Audience, refTo(&a.Crew),
		&a.Shown.En.Title, &a.Shown.Zh.Title, &a.Shown.En.Text, &a.Shown.Zh.Text, &a.Edition,
		at{&a.Published},
		refTo(&a.Reviewer), refTo(&a.ReviewedBy),
		at{&a.ReviewOn},
		at{&a.Checked},
		&a.Stale,
		at{&a.StaleSince},
		&a.Source,
	}
}

func (db *DB) articles() book[*knowledge.Article] {
	return book[*knowledge.Article]{
		db: db, kind: record.Knowledge, table: "article", cols: articleCols,
		fresh: func() *knowledge.Article { return new(knowledge.Article) }, refs: articleRefs,
	}
}

// KnowledgeShelf keeps what only the knowledge base asks for.
func (db *DB) KnowledgeShelf() knowledge.Shelf { return knowledgeShelf{db} }

type knowledgeShelf struct{ db *DB }

// Latest is when an article last moved.
func (s knowledgeShelf) Latest(ctx context.Context) (last time.Time, err error) {
	err = s.db.read.row(ctx, `SELECT max(moved) FROM record WHERE kind = $1`, string(record.Knowledge)).Scan(at{&last})
	if err != nil {
		return last, fmt.Errorf("store: articles: %w", err)
	}
	return last, nil
}

// Moved lists the articles that have moved since a moment.
func (s knowledgeShelf) Moved(ctx context.Context, since time.Time) (out []knowledge.Article, err error) {
	rows, err := s.db.read.query(ctx, `SELECT r.id, r.number, r.`+strings.Join(headCols, ", r.")+`, b.`+strings.Join(articleCols, ", b.")+`
		FROM record AS r JOIN article AS b ON b.id = r.id WHERE r.kind = $1 AND r.moved >= $2 ORDER BY r.moved, r.id`, string(record.Knowledge), max(since.UnixMilli(), 0))
	if err != nil {
		return nil, fmt.Errorf("store: articles: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		a := knowledge.Article{Head: record.Head{Kind: record.Knowledge}}
		if err := rows.Scan(append(append([]any{&a.ID, &a.Number}, headRefs(&a.Head)...), articleRefs(&a)...)...); err != nil {
			return nil, fmt.Errorf("store: articles: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// mostAged bounds what one run of the duty marks; the next one goes on.
const mostAged = 200

// Aged lists what has to be looked at.
func (s knowledgeShelf) Aged(ctx context.Context, now time.Time) (out []knowledge.Aged, err error) {
	rows, err := s.db.read.query(ctx, `SELECT number, why FROM (
			SELECT r.id, r.number, CASE
				WHEN b.review_on <= $1 THEN 'review'
				WHEN EXISTS (SELECT 1 FROM item_history AS h WHERE h.item = b.item AND h.at > b.checked) THEN 'item'
				WHEN EXISTS (SELECT 1 FROM setting AS s WHERE s.id = r.service AND s.changed > b.checked) THEN 'service'
				ELSE '' END AS why
			FROM article AS b JOIN record AS r ON r.id = b.id WHERE b.edition > 0 AND b.stale = '' AND r.state <> $2) AS a
		WHERE why <> '' ORDER BY id LIMIT $3`, at{&now}, string(knowledge.Retired), mostAged)
	if err != nil {
		return nil, fmt.Errorf("store: aged articles: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a knowledge.Aged
		if err := rows.Scan(&a.Number, &a.Why); err != nil {
			return nil, fmt.Errorf("store: aged articles: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// Note counts a use of an article.
func (s knowledgeShelf) Note(ctx context.Context, n knowledge.Note) error {
	return s.db.in(ctx, func(t *tx) error {
		if n.Use == knowledge.Deflected {
			res, err := t.exec(`INSERT INTO article_help (record, person, day) VALUES ($1, $2, $3)
				ON CONFLICT (record, person) DO UPDATE SET day = excluded.day WHERE article_help.day <> excluded.day`, n.Article, int64(n.By), at{&n.Day})
			if err != nil {
				return fmt.Errorf("store: use of an article: %w", err)
			}
			if fresh, err := res.RowsAffected(); err != nil || fresh == 0 {
				return err
			}
		}
		var one [3]int
		for i, u := range []knowledge.Use{knowledge.Viewed, knowledge.Applied, knowledge.Deflected} {
			if u == n.Use {
				one[i] = 1
			}
		}
		if _, err := t.exec(`INSERT INTO article_tally (record, day, viewed, applied, deflected) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (record, day) DO UPDATE SET viewed = article_tally.viewed + excluded.viewed,
				applied = article_tally.applied + excluded.applied, deflected = article_tally.deflected + excluded.deflected`,
			n.Article, at{&n.Day}, one[0], one[1], one[2]); err != nil {
			return fmt.Errorf("store: use of an article: %w", err)
		}
		return nil
	})
}

// Rate keeps what a person says of an article.
func (s knowledgeShelf) Rate(ctx context.Context, r knowledge.Rating) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO article_rating (record, person, at, helpful, reason) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (record, person) DO UPDATE SET at = excluded.at, helpful = excluded.helpful, reason = excluded.reason`,
			r.Article, int64(r.By), at{&r.At}, r.Helpful, r.Reason); err != nil {
			return fmt.Errorf("store: rating: %w", err)
		}
		return nil
	})
}

// Ratings lists what was said of an article, the newest first.
func (s knowledgeShelf) Ratings(ctx context.Context, article int64, n int) (out []knowledge.Rating, err error) {
	rows, err := s.db.read.query(ctx, `SELECT person, at, helpful, reason FROM article_rating WHERE record = $1 ORDER BY at DESC, person LIMIT $2`, article, n)
	if err != nil {
		return nil, fmt.Errorf("store: ratings: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r := knowledge.Rating{Article: article}
		if err := rows.Scan(&r.By, at{&r.At}, &r.Helpful, &r.Reason); err != nil {
			return nil, fmt.Errorf("store: ratings: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

const dayMillis = 24 * 60 * 60 * 1000

// Used adds up uses, by article and day.
func (s knowledgeShelf) Used(ctx context.Context, scope people.Scope, article int64, from time.Time) (out []knowledge.Used, err error) {
	var c clause
	since, place := max(from.UnixMilli(), 0), s.db.Place()
	_, east := days.Begin(time.UnixMilli(since), place).Zone() // of a place that changes its clocks the offset of the first day holds for all
	ahead := east * 1000
	tally := c.text("SELECT record, day, viewed, applied, deflected, 0 AS yes, 0 AS no FROM article_tally WHERE day >= ?", since)
	rates := c.text(fmt.Sprintf(`SELECT record, at + %[1]d - (at + %[1]d) %% %[2]d AS day, 0 AS viewed, 0 AS applied, 0 AS deflected,
		CASE WHEN helpful THEN 1 ELSE 0 END AS yes, CASE WHEN helpful THEN 0 ELSE 1 END AS no FROM article_rating WHERE at >= ?`, ahead, dayMillis), since-int64(ahead))
	if article != 0 {
		c.and("r.id = ?", article)
	}
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.state, r.service, u.day,
			CAST(sum(u.viewed) AS BIGINT), CAST(sum(u.applied) AS BIGINT), CAST(sum(u.deflected) AS BIGINT), CAST(sum(u.yes) AS BIGINT), CAST(sum(u.no) AS BIGINT)
		FROM (`+tally+` UNION ALL `+rates+`) AS u JOIN record AS r ON r.id = u.record`+c.where()+`
		GROUP BY r.id, r.number, r.title, r.state, r.service, u.day ORDER BY r.id, u.day`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: uses of articles: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		u := knowledge.Used{Article: record.Head{Kind: record.Knowledge}}
		h := &u.Article
		if err := rows.Scan(&h.ID, &h.Number, &h.Title, &h.State, refTo(&h.Service), at{&u.Day}, &u.Views, &u.Applied, &u.Deflected, &u.Helpful, &u.Unhelpful); err != nil {
			return nil, fmt.Errorf("store: uses of articles: %w", err)
		}
		out = append(out, u)
	}
	return out, rows.Err()
}
