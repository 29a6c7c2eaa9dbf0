package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
)

var (
	inviteCols  = []string{"wave", "person", "side", "department", "door", "token", "answered"}
	answerCols  = []string{"id", "wave", "side", "department", "done", "doc"}
	commentCols = []string{"id", "wave", "side", "question", "department", "text", "category"}
)

// Draw replaces the invitations of a wave that is being planned.
func (s surveys) Draw(ctx context.Context, w *wave.Wave, all []wave.Invite, log audit.Row) error {
	rows := make([][]any, len(all))
	for i := range all {
		in := &all[i]
		rows[i] = []any{w.ID, int64(in.Person), string(in.Side), refTo(&in.Department), "", "", false}
	}
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		if err := t.wave(w, log); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM survey_invite WHERE wave = $1`, w.ID); err != nil {
			return err
		}
		_, err := t.many("survey_invite", inviteCols, rows, false)
		return err
	}))
}

var inviteSQL = `SELECT c.id, c.` + strings.Join(inviteCols, ", c.") + ` FROM survey_invite AS c`

func scanInvite(r row) (in wave.Invite, err error) {
	err = r.Scan(&in.ID, &in.Wave, refTo(&in.Person), &in.Side, refTo(&in.Department), &in.Door, &in.Token, &in.Answered)
	return in, err
}

func (s surveys) invites(ctx context.Context, rest string, args ...any) (out []wave.Invite, err error) {
	rows, err := s.db.read.query(ctx, inviteSQL+rest, args...)
	if err == nil {
		err = scanAll(rows, func() error {
			in, err := scanInvite(rows)
			out = append(out, in)
			return err
		})
	}
	return out, surveyFault(err)
}

func (s surveys) invite(ctx context.Context, rest string, args ...any) (*wave.Invite, error) {
	in, err := scanInvite(s.db.read.row(ctx, inviteSQL+rest, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "wave.not_asked")
	}
	if err != nil {
		return nil, surveyFault(err)
	}
	return &in, nil
}

// Invites lists those of a wave in the order of persons.
func (s surveys) Invites(ctx context.Context, id int64) ([]wave.Invite, error) {
	return s.invites(ctx, ` WHERE c.wave = $1 ORDER BY c.person`, id)
}

// Invited finds that of a person.
func (s surveys) Invited(ctx context.Context, id int64, who people.ID) (*wave.Invite, error) {
	return s.invite(ctx, ` WHERE c.wave = $1 AND c.person = $2`, id, int64(who))
}

// Mine lists those of a person to waves that are open.
func (s surveys) Mine(ctx context.Context, who people.ID) ([]wave.Invite, error) {
	return s.invites(ctx, ` JOIN survey_wave AS w ON w.id = c.wave WHERE c.person = $1 AND w.state = 'open' ORDER BY c.wave`, int64(who))
}

// At finds one by its token or its door.
func (s surveys) At(ctx context.Context, mark, door string) (*wave.Invite, error) {
	if mark != "" {
		return s.invite(ctx, ` WHERE c.token = $1 AND c.token <> ''`, mark)
	}
	return s.invite(ctx, ` WHERE c.door = $1 AND c.door <> ''`, door)
}

// Counts counts by department.
func (s surveys) Counts(ctx context.Context, id int64) (out []wave.Count, err error) {
	rows, err := s.db.read.query(ctx, `SELECT c.side, c.department, count(*), count(*) FILTER (WHERE c.answered) FROM survey_invite AS c WHERE c.wave = $1 GROUP BY c.side, c.department`, id)
	if err == nil {
		err = scanAll(rows, func() error {
			var c wave.Count
			err := rows.Scan(&c.Side, refTo(&c.Department), &c.Invited, &c.Answered)
			out = append(out, c)
			return err
		})
	}
	return out, surveyFault(err)
}

// tries is how often a token is given: the row may be written anew by Mix between
// two looks.
const tries = 3

// Begin gives an invitation that is not answered a token.
func (s surveys) Begin(ctx context.Context, invite int64, mark string) (err error) {
	for range tries {
		err = s.db.in(ctx, func(t *tx) error {
			return t.one(`UPDATE survey_invite SET token = $2 WHERE id = $1 AND NOT answered`, invite, mark)
		})
		if !fault.Is(err, fault.Stale) {
			break
		}
	}
	return surveyFault(err)
}

// Doors gives invitations codes.
func (s surveys) Doors(ctx context.Context, digests map[int64]string) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		for id, digest := range digests {
			if _, err := t.exec(`UPDATE survey_invite SET door = $2 WHERE id = $1 AND NOT answered`, id, digest); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Mix marks who has answered, and writes all rows of the wave anew in the order in
// which they were drawn. An UPDATE would not do: PostgreSQL puts every version of a
// row behind the others, under the number of its transaction, and would so keep in
// which order people began.
func (s surveys) Mix(ctx context.Context, id int64, marked []string) error {
	done := make(map[string]bool, len(marked))
	for _, m := range marked {
		done[m] = m != ""
	}
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		rows, err := t.query(`DELETE FROM survey_invite WHERE wave = $1 RETURNING id, `+strings.Join(inviteCols, ", "), id)
		if err != nil {
			return err
		}
		var all []wave.Invite
		if err := scanAll(rows, func() error {
			in, err := scanInvite(rows)
			all = append(all, in)
			return err
		}); err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b wave.Invite) int { return cmp.Compare(a.ID, b.ID) })
		fresh := make([][]any, len(all))
		for i := range all {
			in := &all[i]
			in.Answered = in.Answered || done[in.Token]
			fresh[i] = []any{in.ID, in.Wave, int64(in.Person), string(in.Side), refTo(&in.Department), in.Door, in.Token, in.Answered}
		}
		_, err = t.many("survey_invite", append([]string{"id"}, inviteCols...), fresh, false)
		return err
	}))
}

func scanAnswer(r row) (*wave.Answer, error) {
	a := new(wave.Answer)
	var doc string
	if err := r.Scan(&a.Key, &a.Wave, &a.Side, refTo(&a.Department), &a.Done, &doc); err != nil {
		return nil, err
	}
	return a, json.Unmarshal([]byte(doc), &a.Given)
}

var answerSQL = `SELECT ` + strings.Join(answerCols, ", ") + ` FROM survey_answer`

// Answer reads what stands under a key.
func (s surveys) Answer(ctx context.Context, key string) (*wave.Answer, error) {
	a, err := scanAnswer(s.db.read.row(ctx, answerSQL+` WHERE id = $1`, key))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return a, surveyFault(err)
}

// Answers lists what was handed in.
func (s surveys) Answers(ctx context.Context, id int64) (out []wave.Answer, err error) {
	rows, err := s.db.read.query(ctx, answerSQL+` WHERE wave = $1 AND done ORDER BY id`, id)
	if err == nil {
		err = scanAll(rows, func() error {
			a, err := scanAnswer(rows)
			if err == nil {
				out = append(out, *a)
			}
			return err
		})
	}
	return out, surveyFault(err)
}

// Comments lists what was written in words.
func (s surveys) Comments(ctx context.Context, id int64) (out []wave.Comment, err error) {
	rows, err := s.db.read.query(ctx, `SELECT `+strings.Join(commentCols, ", ")+` FROM survey_comment WHERE wave = $1 ORDER BY id`, id)
	if err == nil {
		err = scanAll(rows, func() error {
			var c wave.Comment
			err := rows.Scan(&c.ID, &c.Wave, &c.Side, &c.Question, refTo(&c.Department), &c.Text, &c.Category)
			out = append(out, c)
			return err
		})
	}
	return out, surveyFault(err)
}

// Sort keeps what comments are about, all or none: Missing when one is not there.
func (s surveys) Sort(ctx context.Context, id int64, category map[string]string, log audit.Row) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		for _, comment := range slices.Sorted(maps.Keys(category)) {
			res, err := t.exec(`UPDATE survey_comment SET category = $1 WHERE wave = $2 AND id = $3`, category[comment], id, comment)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return cmp.Or(err, error(fault.New(fault.Missing, "wave.no_comment")))
			}
		}
		return t.audit(log)
	}))
}

// Save keeps a draft.
func (s surveys) Save(ctx context.Context, a *wave.Answer) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error { return t.surveyAnswer(a) }))
}

// HandIn keeps answers for good.
func (s surveys) HandIn(ctx context.Context, a *wave.Answer, words []wave.Comment) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		if err := t.surveyAnswer(a); err != nil {
			return err
		}
		return t.surveyWords(words)
	}))
}

// surveyAnswer keeps answers while their wave is open, unless they are handed in
// already.
func (t *tx) surveyAnswer(a *wave.Answer) error {
	doc, err := json.Marshal(a.Given)
	if err != nil {
		return err
	}
	res, err := t.exec(`INSERT INTO survey_answer (`+strings.Join(answerCols, ", ")+`) SELECT CAST($1 AS TEXT), w.id, CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BOOLEAN), CAST($6 AS TEXT) FROM survey_wave AS w WHERE w.id = $2 AND w.state = 'open'
		ON CONFLICT (id) DO UPDATE SET department = excluded.department, done = excluded.done, doc = excluded.doc WHERE NOT survey_answer.done`,
		a.Key, a.Wave, string(a.Side), refTo(&a.Department), a.Done, string(doc))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.New(fault.Conflict, "wave.answered")
}

func (t *tx) surveyWords(words []wave.Comment) error {
	rows := make([][]any, len(words))
	for i := range words {
		c := &words[i]
		rows[i] = []any{c.ID, c.Wave, string(c.Side), c.Question, refTo(&c.Department), c.Text, c.Category}
	}
	_, err := t.many("survey_comment", commentCols, rows, false)
	return err
}

// Seal closes a wave: what was not handed in goes, and the rest is written anew
// under random keys in their order, so that neither key nor place tells whose it
// is or when it came.
func (s surveys) Seal(ctx context.Context, w *wave.Wave, words []wave.Comment, fresh func() string, log audit.Row) error {
	return surveyFault(s.db.alone(ctx, func(t *tx) error {
		if err := t.row(`SELECT count(*) FROM survey_answer WHERE wave = $1 AND NOT done`, w.ID).Scan(&w.Begun); err != nil {
			return err
		}
		if err := t.wave(w, log); err != nil {
			return err
		}
		rows, err := t.query(answerSQL+` WHERE wave = $1 AND done`, w.ID)
		if err != nil {
			return err
		}
		var all []wave.Answer
		if err := scanAll(rows, func() error {
			a, err := scanAnswer(rows)
			if err == nil {
				a.Key = fresh()
				all = append(all, *a)
			}
			return err
		}); err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b wave.Answer) int { return strings.Compare(a.Key, b.Key) })
		for i := range words {
			words[i].ID = fresh()
		}
		slices.SortFunc(words, func(a, b wave.Comment) int { return strings.Compare(a.ID, b.ID) })
		return t.sealed(w.ID, all, words)
	}))
}

// Shuffle writes answers and comments anew in the order of their keys, so that
// neither place nor number of a transaction tells when they came. PostgreSQL keeps
// both; where somebody's session was seen last could else be laid beside them.
func (s surveys) Shuffle(ctx context.Context, id int64) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		if err := t.shuffle(id, "survey_answer", answerCols); err != nil {
			return err
		}
		return t.shuffle(id, "survey_comment", commentCols)
	}))
}

// shuffle writes the rows of a wave anew in the order of their first column.
func (t *tx) shuffle(id int64, table string, cols []string) error {
	rows, err := t.query(`DELETE FROM `+table+` WHERE wave = $1 RETURNING `+strings.Join(cols, ", "), id) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return err
	}
	var all [][]any
	if err := scanAll(rows, func() error {
		cells, refs := make([]any, len(cols)), make([]any, len(cols))
		for i := range cells {
			refs[i] = &cells[i]
		}
		err := rows.Scan(refs...)
		all = append(all, cells)
		return err
	}); err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b []any) int { return strings.Compare(fmt.Sprint(a[0]), fmt.Sprint(b[0])) })
	_, err = t.many(table, cols, all, false)
	return err
}

func (t *tx) sealed(id int64, all []wave.Answer, words []wave.Comment) error {
	if err := t.emptySurvey(id, "survey_answer", "survey_comment"); err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i := range all {
		a := &all[i]
		doc, err := json.Marshal(a.Given)
		if err != nil {
			return err
		}
		rows[i] = []any{a.Key, id, string(a.Side), refTo(&a.Department), true, string(doc)}
	}
	if _, err := t.many("survey_answer", answerCols, rows, false); err != nil {
		return err
	}
	// A token leads nowhere any more.
	if _, err := t.exec(`UPDATE survey_invite SET token = '', door = '' WHERE wave = $1`, id); err != nil {
		return err
	}
	return t.surveyWords(words)
}

func (t *tx) emptySurvey(id int64, tables ...string) error {
	for _, table := range tables {
		if _, err := t.exec(fmt.Sprintf(`DELETE FROM %s WHERE wave = $1`, table), id); err != nil {
			return err
		}
	}
	return nil
}

// Purge deletes the answers, comments and invitations of a wave.
func (s surveys) Purge(ctx context.Context, w *wave.Wave, log audit.Row) error {
	return surveyFault(s.db.in(ctx, func(t *tx) error {
		if err := t.wave(w, log); err != nil {
			return err
		}
		return t.emptySurvey(w.ID, "survey_answer", "survey_comment", "survey_invite")
	}))
}
