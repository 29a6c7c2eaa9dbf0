package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	wall "kilter/internal/base/day"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/survey"
	"kilter/internal/report/evidence"
)

// readMeasures are the metrics about what is kept as a document: few enough to be
// read, and judged here.
var readMeasures = map[string]func(s Evidence, ctx context.Context, scope people.Scope, q evidence.Query) ([]evidence.Row, error){
	"rel_with_approved_chg":      Evidence.releasesUnderChanges,
	"rel_with_opinions":          Evidence.releasesWithOpinions,
	"rel_known_errors_published": Evidence.releasesWithErrorsTold,
	"rel_with_comm_plan":         Evidence.releasesAnnounced,
	"survey_actions_tracked":     Evidence.actionsOfSurveys,
	"mapped_gap":                 Evidence.lastWave,
	"waves_compared":             Evidence.wavesCompared,
}

// readSum measures a metric whose rows are read. Of a value the rows are what it
// was taken from.
func (s Evidence) readSum(ctx context.Context, q evidence.Query, rows []evidence.Row) (out evidence.Sums, err error) {
	for _, r := range rows {
		if out.Denominator++; r.Counts {
			out.Numerator++
		}
	}
	if q.ID == "mapped_gap" && len(rows) > 0 {
		out.Value, out.Known, err = s.mappedGap(ctx, rows[0].ID, maturity.Process(q.Param))
		return out, err
	}
	return out.Shaped(q.Shape), nil
}

// slice is the part of rows that is asked for.
func slice(rows []evidence.Row, of evidence.Slice) []evidence.Row {
	slices.SortFunc(rows, func(a, b evidence.Row) int { return int(a.Place - b.Place) })
	rows = slices.DeleteFunc(rows, func(r evidence.Row) bool { return r.Counts != of.Counts || r.Place <= of.After })
	return rows[:min(len(rows), of.Limit)]
}

// shipped is a release that was brought into operation in the window.
type shipped struct {
	evidence.Row
	parts   []release.Part
	carried []string
	live    time.Time // when it began to be
}

func (s Evidence) shipped(ctx context.Context, scope people.Scope, q evidence.Query, and string) (out []shipped, err error) {
	var c clause
	c.conds = append(c.conds, "r.kind = 'release'")
	if and != "" {
		c.conds = append(c.conds, and)
	}
	c.and("b.deployed >= ? AND b.deployed < ?", at{&q.From}, at{&q.Now})
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, "SELECT r.id, r.number, r.title, b.parts, b.carried, coalesce(b.begun, b.deployed) FROM "+body(record.Release)+c.where(), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			one := shipped{Row: evidence.Row{Of: evidence.Of(record.Release)}}
			err := rows.Scan(&one.ID, &one.Number, &one.Name.En, docList[release.Part]{&one.parts}, docList[string]{&one.carried}, at{&one.live})
			one.Place, one.Name.Zh = one.ID, one.Name.En
			out = append(out, one)
			return err
		})
	}
	return out, evidenceFault(q, err)
}

// numbered are the records of a kind that texts name, without those that are none.
func numbered(kind record.Kind, refs []string) (out []record.Number) {
	for _, ref := range refs {
		if k, n, err := record.ParseRef(ref); err == nil && k == kind {
			out = append(out, n)
		}
	}
	return out
}

// moments reads a moment of each of some records by their numbers; what has none is
// not among them.
func (s Evidence) moments(ctx context.Context, kind record.Kind, column string, of []record.Number) (map[record.Number]time.Time, error) {
	out := map[record.Number]time.Time{}
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(of))), atOnce) {
		var c clause
		c.and("r.kind = ?", string(kind))
		c.conds = append(c.conds, column+" IS NOT NULL", in(&c, "r.number", some))
		rows, err := s.db.read.query(ctx, "SELECT r.number, "+column+" FROM "+body(kind)+c.where(), c.args...)
		if err == nil {
			err = scanAll(rows, func() error {
				var n record.Number
				var when time.Time
				err := rows.Scan(&n, at{&when})
				out[n] = when
				return err
			})
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// atOnce is how many numbers one statement asks for.
const atOnce = 500

// judged counts those releases for which every number has its moment before they
// went into operation. One that names none counts when nothing is asked of it.
func judged(all []shipped, of func(shipped) []record.Number, when map[record.Number]time.Time) (out []evidence.Row) {
	for i := range all {
		numbers := of(all[i])
		all[i].Counts = len(numbers) > 0 && !slices.ContainsFunc(numbers, func(n record.Number) bool {
			t, ok := when[n]
			return !ok || t.After(all[i].live)
		})
		out = append(out, all[i].Row)
	}
	return out
}

func changesOf(r shipped) []record.Number {
	refs := make([]string, len(r.parts))
	for i, p := range r.parts {
		refs[i] = p.Change
	}
	return numbered(record.Changes, refs)
}

func everyNumber(all []shipped, of func(shipped) []record.Number) (out []record.Number) {
	for _, one := range all {
		out = append(out, of(one)...)
	}
	return out
}

// releasesUnderChanges: each part of the release stands under a change that was
// authorised when it began to go into operation.
func (s Evidence) releasesUnderChanges(ctx context.Context, scope people.Scope, q evidence.Query) ([]evidence.Row, error) {
	all, err := s.shipped(ctx, scope, q, "")
	if err != nil {
		return nil, err
	}
	when, err := s.moments(ctx, record.Changes, "b.authorised", everyNumber(all, changesOf))
	return judged(all, changesOf, when), evidenceFault(q, err)
}

// releasesAnnounced: users and the desk could read an announcement of one of the
// release's changes before it went into operation.
func (s Evidence) releasesAnnounced(ctx context.Context, scope people.Scope, q evidence.Query) (out []evidence.Row, err error) {
	all, err := s.shipped(ctx, scope, q, "")
	if err != nil {
		return nil, err
	}
	when, err := s.moments(ctx, record.Changes, "(SELECT min(a.sent) FROM change_announcement AS a WHERE a.change = r.id AND a.withdrawn IS NULL)", everyNumber(all, changesOf))
	for i := range all {
		one := &all[i]
		one.Counts = slices.ContainsFunc(changesOf(*one), func(n record.Number) bool {
			t, ok := when[n]
			return ok && !t.After(one.live)
		})
		out = append(out, one.Row)
	}
	return out, evidenceFault(q, err)
}

// releasesWithErrorsTold: the known errors that go with a release could be read
// before it went into operation, or had ended.
func (s Evidence) releasesWithErrorsTold(ctx context.Context, scope people.Scope, q evidence.Query) ([]evidence.Row, error) {
	all, err := s.shipped(ctx, scope, q, "b.carried NOT IN ('', '[]', 'null')")
	if err != nil {
		return nil, err
	}
	of := func(r shipped) []record.Number { return numbered(record.Problem, r.carried) }
	numbers := everyNumber(all, of)
	when, err := s.moments(ctx, record.Problem, "b.published", numbers)
	if err != nil {
		return nil, evidenceFault(q, err)
	}
	ended, err := s.moments(ctx, record.Problem, "b.closed", numbers)
	for n, t := range ended {
		if told, ok := when[n]; !ok || t.Before(told) {
			when[n] = t
		}
	}
	return judged(all, of, when), evidenceFault(q, err)
}

// releasesWithOpinions: on the changes of a major release those who answer for
// services and those who answer for capacity said what they think, before it went
// into operation.
func (s Evidence) releasesWithOpinions(ctx context.Context, scope people.Scope, q evidence.Query) ([]evidence.Row, error) {
	all, err := s.shipped(ctx, scope, q, "b.weight = 'major'")
	if err != nil {
		return nil, err
	}
	said := map[string]map[record.Number]time.Time{}
	for _, role := range []string{"service", "capacity"} {
		said[role], err = s.moments(ctx, record.Changes, "(SELECT min(o.at) FROM change_opinion AS o WHERE o.change = r.id AND o.role = '"+role+"' AND o.dropped IS NULL AND o.stand <> '')", everyNumber(all, changesOf))
		if err != nil {
			return nil, evidenceFault(q, err)
		}
	}
	var out []evidence.Row
	for i := range all {
		one := &all[i]
		has := func(role string) bool {
			return slices.ContainsFunc(changesOf(*one), func(n record.Number) bool {
				t, ok := said[role][n]
				return ok && !t.After(one.live)
			})
		}
		one.Counts = has("service") && has("capacity")
		out = append(out, one.Row)
	}
	return out, nil
}

// actionsOfSurveys are the steps about a process of the programmes that began from
// a wave and are carried out, or were: what was done because of what users said. A
// step whose day was over before the window is none of it. It counts when it is verified,
// or when its day is not over, or when it was claimed by its day.
func (s Evidence) actionsOfSurveys(ctx context.Context, _ people.Scope, q evidence.Query) (out []evidence.Row, err error) {
	began, err := s.begunFromWaves(ctx)
	if err != nil || len(began) == 0 {
		return nil, evidenceFault(q, err)
	}
	rows, err := s.db.read.query(ctx, stepSQL+` WHERE process = $1 ORDER BY id`, q.Param)
	if err != nil {
		return nil, evidenceFault(q, err)
	}
	err = scanAll(rows, func() error {
		step, err := scanStep(rows)
		if err != nil {
			return err
		}
		name, ok := began[step.Programme]
		place := q.Now.Location()
		if !ok || wall.Over(step.Due, q.From, place) {
			return nil
		}
		late := wall.Over(step.Due, q.Now, place)
		if step.State == roadmap.Claimed {
			late = wall.Over(step.Due, step.Claimed, place)
		}
		out = append(out, evidence.Row{
			Of: evidence.Step, ID: step.ID, Place: step.ID, Number: step.Programme, Code: string(step.Process), Name: name,
			Counts: step.State == roadmap.Verified || !late,
		})
		return nil
	})
	return out, evidenceFault(q, err)
}

// begunFromWaves are the programmes that are or were carried out and whose baseline
// was taken from a wave, with their names.
func (s Evidence) begunFromWaves(ctx context.Context) (map[int64]people.Text, error) {
	out := map[int64]people.Text{}
	rows, err := s.db.read.query(ctx, programmeSQL+` WHERE state IN ('approved', 'closed')`)
	if err == nil {
		err = scanAll(rows, func() error {
			p, err := scanProgramme(rows)
			if err == nil && p.Baseline != nil && !p.Baseline.Wave.Hand() {
				out[p.ID] = p.Name
			}
			return err
		})
	}
	return out, err
}

// lastWave is the last published wave that was closed in the window.
func (s Evidence) lastWave(ctx context.Context, _ people.Scope, q evidence.Query) (out []evidence.Row, err error) {
	rows, err := s.db.read.query(ctx, `SELECT w.id, w.name_en, w.name_zh FROM survey_wave AS w JOIN survey_result AS x ON x.wave = w.id
		WHERE NOT w.pilot AND w.state = 'published' AND w.closed >= $1 AND w.closed < $2 ORDER BY w.closed DESC, w.id DESC LIMIT 1`, at{&q.From}, at{&q.Now})
	if err == nil {
		err = scanAll(rows, func() error {
			r := evidence.Row{Of: evidence.Survey, Counts: true}
			err := rows.Scan(&r.ID, &r.Name.En, &r.Name.Zh)
			r.Place = r.ID
			out = append(out, r)
			return err
		})
	}
	return out, evidenceFault(q, err)
}

// mapped is the weight from which on an item is one of a process.
const mapped = .3

// itemsOf are the items of the questionnaire that bear on a process, with the weights
// that hold.
func (s Evidence) itemsOf(ctx context.Context, of maturity.Process) ([]string, error) {
	versions, err := programmes(s).Weights(ctx)
	if err != nil {
		return nil, err
	}
	holds := roadmap.Standard()
	if len(versions) > 0 {
		holds = versions[0].Settings
	}
	return holds.ItemsOf(of, mapped), nil
}

// frozen is the result of a wave in what is kept of it.
func frozen(doc string) (survey.Result, error) {
	var kept struct {
		Result survey.Result `json:"result"`
	}
	err := json.Unmarshal([]byte(doc), &kept)
	return kept.Result, err
}

// wavesCompared are the published waves that were closed in the window and whose report
// compares them with a published one before them: both found the gap of an item that
// bears on the process.
func (s Evidence) wavesCompared(ctx context.Context, _ people.Scope, q evidence.Query) (out []evidence.Row, err error) {
	names, err := s.itemsOf(ctx, maturity.Process(q.Param))
	if err != nil {
		return nil, evidenceFault(q, err)
	}
	rows, err := s.db.read.query(ctx, `SELECT w.id, w.name_en, w.name_zh, w.closed, x.doc FROM survey_wave AS w JOIN survey_result AS x ON x.wave = w.id
		WHERE NOT w.pilot AND w.state = 'published' AND w.closed < $1 ORDER BY w.closed, w.id`, at{&q.Now})
	if err != nil {
		return nil, evidenceFault(q, err)
	}
	before := map[string]bool{}
	err = scanAll(rows, func() error {
		r := evidence.Row{Of: evidence.Survey, Counts: true}
		var closed time.Time
		var doc string
		if err := rows.Scan(&r.ID, &r.Name.En, &r.Name.Zh, at{&closed}, &doc); err != nil {
			return err
		}
		found, err := frozen(doc)
		if err != nil {
			return err
		}
		compared := false
		for _, name := range names {
			if item := found.Items[survey.Label(name)]; item != nil && item.Gap != nil {
				compared = compared || before[name]
				before[name] = true
			}
		}
		if r.Place = r.ID; compared && !closed.Before(q.From) {
			out = append(out, r)
		}
		return nil
	})
	return out, evidenceFault(q, err)
}

// mappedGap is the mean gap that a wave found for the items of a process, with the
// weights that hold; unknown when it has none of them.
func (s Evidence) mappedGap(ctx context.Context, wave int64, of maturity.Process) (gap float64, known bool, err error) {
	names, err := s.itemsOf(ctx, of)
	if err != nil {
		return 0, false, err
	}
	var doc string
	if err := s.db.read.row(ctx, `SELECT doc FROM survey_result WHERE wave = $1`, wave).Scan(&doc); err != nil {
		return 0, false, err
	}
	found, err := frozen(doc)
	if err != nil {
		return 0, false, err
	}
	n := 0
	for _, name := range names {
		if item := found.Items[survey.Label(name)]; item != nil && item.Gap != nil {
			gap, n = gap+*item.Gap, n+1
		}
	}
	if n == 0 {
		return 0, false, nil
	}
	return gap / float64(n), true, nil
}
