package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/survey/wave"
)

// SurveySheets keeps questionnaires.
func (db *DB) SurveySheets() wave.Sheets { return surveys{db} }

// SurveyWaves keeps waves and their results.
func (db *DB) SurveyWaves() wave.Waves { return surveys{db} }

// SurveyInvites keeps who was asked.
func (db *DB) SurveyInvites() wave.Invites { return surveys{db} }

// SurveyBox keeps answers.
func (db *DB) SurveyBox() wave.Box { return surveys{db} }

type surveys struct{ db *DB }

var (
	instrumentCols = []string{"name_en", "name_zh", "retired", "changed", "version"}
	sheetCols      = []string{"instrument", "number", "made", "made_by", "doc"}
	waveCols       = []string{
		"name_en", "name_zh", "source", "sheet", "pilot", "state", "begins", "ends", "seed", "plan", "strata", "begun",
		"made", "made_by", "opened", "closed", "frozen", "told", "purged", "version",
	}
)

// surveyFault tells what failed, unless the reader is to be told himself.
func surveyFault(err error) error {
	if err == nil || len(fault.All(err)) > 0 {
		return err
	}
	return fmt.Errorf("store: survey: %w", err)
}

// Instruments lists questionnaires.
func (s surveys) Instruments(ctx context.Context) (out []wave.Instrument, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, `+strings.Join(instrumentCols, ", ")+` FROM survey_instrument ORDER BY id`)
	if err == nil {
		err = scanAll(rows, func() error {
			var i wave.Instrument
			err := rows.Scan(&i.ID, &i.Name.En, &i.Name.Zh, &i.Retired, at{&i.Changed}, &i.Version)
			out = append(out, i)
			return err
		})
	}
	return out, surveyFault(err)
}

// A version is used as soon as a wave with it has opened.
const usedSQL = `EXISTS (SELECT 1 FROM survey_wave AS w WHERE w.sheet = s.id AND w.state <> 'draft')`

var sheetSQL = `SELECT s.id, i.name_en, i.name_zh, ` + usedSQL + `, s.` + strings.Join(sheetCols, ", s.") + ` FROM survey_sheet AS s JOIN survey_instrument AS i ON i.id = s.instrument`

func scanSheet(r row) (*wave.Sheet, error) {
	s := new(wave.Sheet)
	var doc string
	if err := r.Scan(&s.ID, &s.Name.En, &s.Name.Zh, &s.Used, &s.Instrument, &s.Number, at{&s.Made}, refTo(&s.MadeBy), &doc); err != nil {
		return nil, err
	}
	return s, json.Unmarshal([]byte(doc), &s.Paper)
}

// Versions lists those of a questionnaire, the newest first.
func (s surveys) Versions(ctx context.Context, instrument int64) (out []wave.Sheet, err error) {
	rows, err := s.db.read.query(ctx, sheetSQL+` WHERE s.instrument = $1 ORDER BY s.number DESC`, instrument)
	if err == nil {
		err = scanAll(rows, func() error {
			one, err := scanSheet(rows)
			if err == nil {
				out = append(out, *one)
			}
			return err
		})
	}
	if err == nil && len(out) == 0 {
		return nil, fault.New(fault.Missing, "wave.no_sheet")
	}
	return out, surveyFault(err)
}

// Sheet reads a version.
func (s surveys) Sheet(ctx context.Context, id int64) (*wave.Sheet, error) {
	one, err := scanSheet(s.db.read.row(ctx, sheetSQL+` WHERE s.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "wave.no_sheet")
	}
	return one, surveyFault(err)
}

// KeepInstrument adds a questionnaire, or keeps its names.
func (s surveys) KeepInstrument(ctx context.Context, in *wave.Instrument, log audit.Row) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		args := []any{in.Name.En, in.Name.Zh, in.Retired, at{&in.Changed}}
		if in.ID == 0 {
			in.Version = 1
			if err := t.row(insertSQL("survey_instrument", instrumentCols, 1)+" RETURNING id", append(args, in.Version)...).Scan(&in.ID); err != nil {
				return err
			}
		} else {
			err := t.one(`UPDATE survey_instrument SET name_en = $1, name_zh = $2, retired = $3, changed = $4, version = version + 1 WHERE id = $5 AND version = $6`, append(args, in.ID, in.Version)...)
			if err != nil {
				return err
			}
			in.Version++
		}
		log.Object = fmt.Sprintf("instrument:%d", in.ID)
		return t.audit(log)
	}))
}

// one changes one row; Stale when there is none of that version.
func (t *tx) one(q string, args ...any) error {
	res, err := t.exec(q, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.New(fault.Stale, "record.changed_meanwhile")
}

// KeepSheet adds a version, or replaces one that no wave has used.
func (s surveys) KeepSheet(ctx context.Context, one *wave.Sheet, log audit.Row) error {
	doc, err := json.Marshal(one.Paper)
	if err != nil {
		return surveyFault(err)
	}
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		if one.ID == 0 {
			err := t.row(insertSQL("survey_sheet", sheetCols, 1)+" ON CONFLICT (instrument, number) DO NOTHING RETURNING id", one.Instrument, one.Number, at{&one.Made}, refTo(&one.MadeBy), string(doc)).Scan(&one.ID)
			if errors.Is(err, sql.ErrNoRows) {
				return fault.New(fault.Conflict, "wave.newer_sheet").With("n", one.Number)
			}
			if err != nil {
				return err
			}
		} else if err := t.one(`UPDATE survey_sheet SET made = $2, made_by = $3, doc = $4 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM survey_wave AS w WHERE w.sheet = survey_sheet.id AND w.state <> 'draft')`,
			one.ID, at{&one.Made}, refTo(&one.MadeBy), string(doc)); err != nil {
			return err
		}
		log.Object = fmt.Sprintf("questionnaire:%d", one.ID)
		return t.audit(log)
	}))
}

var waveSQL = `SELECT id, ` + strings.Join(waveCols, ", ") + ` FROM survey_wave`

func scanWave(r row) (*wave.Wave, error) {
	w := new(wave.Wave)
	var plan, strata string
	if err := r.Scan(&w.ID, &w.Name.En, &w.Name.Zh, &w.Source, refTo(&w.Sheet), &w.Pilot, &w.State, at{&w.From}, at{&w.To}, &w.Seed, &plan, &strata, &w.Begun,
		at{&w.Made}, refTo(&w.MadeBy), at{&w.Opened}, at{&w.Closed}, at{&w.Frozen}, at{&w.Told}, at{&w.Purged}, &w.Version); err != nil {
		return nil, err
	}
	return w, errors.Join(json.Unmarshal([]byte(plan), &w.Plan), json.Unmarshal([]byte(strata), &w.Strata))
}

func waveArgs(w *wave.Wave) ([]any, error) {
	plan, err := json.Marshal(w.Plan)
	if err != nil {
		return nil, err
	}
	strata, err := json.Marshal(w.Strata)
	return []any{
		w.Name.En, w.Name.Zh, string(w.Source), refTo(&w.Sheet), w.Pilot, string(w.State),
		at{&w.From},
		at{&w.To},
		w.Seed, string(plan), string(strata), w.Begun,
		at{&w.Made},
		refTo(&w.MadeBy),
		at{&w.Opened},
		at{&w.Closed},
		at{&w.Frozen},
		at{&w.Told},
		at{&w.Purged},
		w.Version,
	}, err
}

// Waves lists waves, the newest first.
func (s surveys) Waves(ctx context.Context) (out []wave.Wave, err error) {
	rows, err := s.db.read.query(ctx, waveSQL+` ORDER BY begins DESC, id DESC`)
	if err == nil {
		err = scanAll(rows, func() error {
			w, err := scanWave(rows)
			if err == nil {
				out = append(out, *w)
			}
			return err
		})
	}
	return out, surveyFault(err)
}

// Wave reads one.
func (s surveys) Wave(ctx context.Context, id int64) (*wave.Wave, error) {
	w, err := scanWave(s.db.read.row(ctx, waveSQL+` WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "wave.no_wave")
	}
	return w, surveyFault(err)
}

// Keep adds a wave, or keeps one.
func (s surveys) Keep(ctx context.Context, w *wave.Wave, log audit.Row) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error { return t.wave(w, log) }))
}

func (t *tx) wave(w *wave.Wave, log audit.Row) error {
	next := *w
	next.Version++
	args, err := waveArgs(&next)
	if err != nil {
		return err
	}
	if w.ID == 0 {
		if err := t.row(insertSQL("survey_wave", waveCols, 1)+" RETURNING id", args...).Scan(&next.ID); err != nil {
			return err
		}
	} else {
		set := make([]string, len(waveCols))
		for i, c := range waveCols {
			set[i] = fmt.Sprintf("%s = $%d", c, i+1)
		}
		q := fmt.Sprintf("UPDATE survey_wave SET %s WHERE id = $%d AND version = $%d", strings.Join(set, ", "), len(set)+1, len(set)+2)
		if err := t.one(q, append(args, w.ID, w.Version)...); err != nil {
			return err
		}
	}
	*w = next
	log.Object = fmt.Sprintf("survey:%d", w.ID)
	return t.audit(log)
}

// Freeze keeps a wave with its result, once.
func (s surveys) Freeze(ctx context.Context, w *wave.Wave, f *wave.Frozen, log audit.Row) error {
	doc, err := f.Written()
	if err != nil {
		return surveyFault(err)
	}
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		if err := t.wave(w, log); err != nil {
			return err
		}
		f.Wave = w.ID
		_, err := t.exec(insertSQL("survey_result", []string{"wave", "n", "seed", "made", "hash", "doc"}, 1), f.Wave, f.N, f.Seed, at{&f.Made}, f.Hash, string(doc))
		return err
	}))
}

// Frozen reads the result of a wave.
func (s surveys) Frozen(ctx context.Context, id int64) (*wave.Frozen, error) {
	f := &wave.Frozen{Wave: id}
	var doc string
	err := s.db.read.row(ctx, `SELECT n, seed, made, hash, doc FROM survey_result WHERE wave = $1`, id).Scan(&f.N, &f.Seed, at{&f.Made}, &f.Hash, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "wave.no_result")
	}
	if err == nil {
		err = f.ReadFrozen([]byte(doc))
	}
	if err != nil {
		return nil, surveyFault(err)
	}
	return f, nil
}
