package store

import (
	"context"
	"fmt"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/record"
)

// withdraw notes the numbers of records that are about to be taken away, in
// spans.
func (t *tx) withdraw(imported int64, ids []int64) error {
	var c clause
	c.conds = append(c.conds, in(&c, "id", ids))
	rows, err := t.query("SELECT number FROM record"+c.where()+" ORDER BY number", c.args...)
	if err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	numbers, err := scanIDs(rows)
	if err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	for len(numbers) > 0 {
		n := 1
		for n < len(numbers) && numbers[n] == numbers[n-1]+1 {
			n++
		}
		low, high := numbers[0], numbers[n-1]
		numbers = numbers[n:]
		res, err := t.exec(`UPDATE withdrawn SET high = $3 WHERE kind = $1 AND high = $2 AND import = $4`, string(record.Incident), low-1, high, imported)
		if err != nil {
			return fmt.Errorf("store: numbers: %w", err)
		}
		if grown, err := res.RowsAffected(); err != nil || grown > 0 {
			if err != nil {
				return fmt.Errorf("store: numbers: %w", err)
			}
			continue
		}
		// A number given out anew and withdrawn again belongs to the later import.
		if _, err := t.exec(`INSERT INTO withdrawn (kind, low, high, import) VALUES ($1, $2, $3, $4)
			ON CONFLICT (kind, low) DO UPDATE SET high = excluded.high, import = excluded.import`, string(record.Incident), low, high, imported); err != nil {
			return fmt.Errorf("store: numbers: %w", err)
		}
	}
	return nil
}

// withdrawn ends the noting of an import's numbers and adds to the audit row
// which stay a gap. Those behind the last record will be given out again.
func (t *tx) withdrawn(imported int64, now at, log *audit.Row) error {
	var last record.Number
	if err := t.row(`SELECT coalesce(max(number), 0) FROM record WHERE kind = $1`, string(record.Incident)).Scan(&last); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	for _, q := range []string{`DELETE FROM withdrawn WHERE kind = $1 AND low > $2`, `UPDATE withdrawn SET high = $2 WHERE kind = $1 AND high > $2`} {
		if _, err := t.exec(q, string(record.Incident), int64(last)); err != nil {
			return fmt.Errorf("store: numbers: %w", err)
		}
	}
	if _, err := t.exec(`UPDATE withdrawn SET at = $2 WHERE import = $1`, imported, now); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	rows, err := t.query(`SELECT low, high FROM withdrawn WHERE import = $1 ORDER BY low`, imported)
	if err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	var told []string
	if err := scanAll(rows, func() error {
		var s record.Span
		err := rows.Scan(&s.Low, &s.High)
		told = append(told, record.Ref(record.Incident, s.Low)+".."+record.Ref(record.Incident, s.High))
		return err
	}); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	if len(told) > 0 {
		log.Detail = audit.Detail("withdrawn", told)
	}
	return nil
}

// Series reads how the numbers of every kind and year run, and accounts for
// their gaps.
func (db *DB) Series(ctx context.Context) (out []record.Series, err error) {
	rows, err := db.read.query(ctx, `SELECT kind, number / $1, count(*), max(number) FROM record GROUP BY kind, number / $1 ORDER BY 1, 2`, int64(record.NewNumber(1, 0)))
	if err != nil {
		return nil, fmt.Errorf("store: numbers: %w", err)
	}
	if err := scanAll(rows, func() error {
		var s record.Series
		err := rows.Scan(&s.Kind, &s.Year, &s.Records, &s.Last)
		out = append(out, s)
		return err
	}); err != nil {
		return nil, fmt.Errorf("store: numbers: %w", err)
	}
	type of struct {
		kind record.Kind
		year int
	}
	gaps, withdrawn := map[of][]record.Span{}, map[of][]record.Withdrawal{}
	rows, err = db.read.query(ctx, `SELECT kind, was, number FROM (SELECT kind, number, coalesce(lag(number) OVER (PARTITION BY kind ORDER BY number), 0) AS was FROM record) AS r
		WHERE number <> was + 1 ORDER BY kind, number`)
	if err != nil {
		return nil, fmt.Errorf("store: numbers: %w", err)
	}
	if err := scanAll(rows, func() error {
		var kind record.Kind
		var was, n record.Number
		if err := rows.Scan(&kind, &was, &n); err != nil {
			return err
		}
		if was = max(was, record.NewNumber(n.Year(), 0)); was+1 < n {
			gaps[of{kind, n.Year()}] = append(gaps[of{kind, n.Year()}], record.Span{Low: was + 1, High: n - 1})
		}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("store: numbers: %w", err)
	}
	rows, err = db.read.query(ctx, `SELECT kind, low, high, import FROM withdrawn ORDER BY kind, low`)
	if err != nil {
		return nil, fmt.Errorf("store: numbers: %w", err)
	}
	err = scanAll(rows, func() error {
		var kind record.Kind
		var w record.Withdrawal
		err := rows.Scan(&kind, &w.Low, &w.High, &w.Import)
		withdrawn[of{kind, w.Low.Year()}] = append(withdrawn[of{kind, w.Low.Year()}], w)
		return err
	})
	for i := range out {
		s := &out[i]
		s.Account(gaps[of{s.Kind, s.Year}], withdrawn[of{s.Kind, s.Year}])
	}
	return out, err
}
