// Package evidence measures what the records say of the statements of a maturity
// assessment: for every metric that the records of today can answer a numerator,
// a denominator and the records behind both; for the others the part of Kilter,
// or the document, that would answer them.
package evidence

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// Shape says how a metric is read.
type Shape string

// The shapes.
const (
	Share Shape = "share" // the numerator of the denominator
	Count Shape = "count" // how many there are
	Age   Shape = "age"   // days since the last time
	Hours Shape = "hours" // the median of so many
	Value Shape = "value" // a figure of its own
)

// Of says what a metric is about, and so where its records are found.
type Of string

// The things that are no kind of record.
const (
	Record    Of = "record" // of the kind that a process has
	Item      Of = "item"
	Operation Of = "operation"
	Survey    Of = "survey"
	Review    Of = "review"
	Meeting   Of = "cab"     // of those who decide about changes
	Step      Of = "roadmap" // of a programme of improvement
	Service   Of = "service"
	Agreement Of = "agreement"
	Person    Of = "person" // who carries a process
)

// Zoneless reports whether such a thing is of no network.
func (o Of) Zoneless() bool {
	return o == Survey || o == Review || o == Meeting || o == Step || o == Person
}

// Metric is one that a statement can ask for.
type Metric struct {
	ID    string
	Shape Shape
	Of    Of
	Why   string // why nothing measures it; "" when it is measured
}

// Metrics lists all of them.
func Metrics() []Metric { return slices.Clone(metrics) }

// Find finds a metric by its name.
func Find(id string) (Metric, bool) {
	i := slices.IndexFunc(metrics, func(m Metric) bool { return m.ID == id })
	if i < 0 {
		return Metric{}, false
	}
	return metrics[i], true
}

// Query is a metric with its parameter and the time that it looks at.
type Query struct {
	Metric
	Param string
	From  time.Time // zero for the state of now
	Now   time.Time // on the clock of the centre, whose days count
}

// ofProcess are the metrics that are about the process of whatever statement asks for
// them.
var ofProcess = map[string]bool{"mapped_gap": true, "waves_compared": true}

// Ask is what answers a statement of a process; ok is false when no metric does.
func Ask(process maturity.Process, e maturity.Evidence, now time.Time) (q Query, ok bool) {
	if e.Kind != maturity.Auto && e.Kind != maturity.Meeting && e.Kind != maturity.Survey {
		return Query{}, false
	}
	id, param, _ := strings.Cut(e.Metric, ":")
	m, ok := Find(id)
	if !ok {
		return Query{}, false
	}
	q = Query{Metric: m, Param: param, Now: now}
	if e.Days > 0 {
		q.From = now.AddDate(0, 0, -e.Days)
	}
	if ofProcess[id] {
		q.Param = string(process)
	}
	if id == "workflow_rule_violations" && !processRecords[maturity.Process(param)] {
		q.Why = "process"
	}
	return q, true
}

// processRecords are the processes whose records Kilter keeps.
var processRecords = map[maturity.Process]bool{maturity.ServiceDesk: true, maturity.Incident: true, maturity.Problem: true, maturity.Change: true, maturity.Release: true}

// Figure is what was measured for a statement.
type Figure struct {
	Question    string          `json:"question"`
	Metric      string          `json:"metric,omitempty"`
	Shape       Shape           `json:"shape,omitempty"`
	Known       bool            `json:"known"`
	Value       float64         `json:"value"`
	Numerator   int             `json:"numerator"`
	Denominator int             `json:"denominator"`
	From        time.Time       `json:"from,omitzero"`
	To          time.Time       `json:"to,omitzero"`
	Answer      maturity.Answer `json:"answer"`
	Why         string          `json:"why,omitempty"` // why nothing measures it
}

// Reading is the figure as the rule of evidence wants it.
func (f Figure) Reading() maturity.Reading {
	return maturity.Reading{Share: f.Shape == Share, Known: f.Known, Value: f.Value, Numerator: f.Numerator, Denominator: f.Denominator}
}

// Sums are what a metric comes to.
type Sums struct {
	Known       bool
	Numerator   int
	Denominator int
	Value       float64
}

// Row is one thing behind a figure.
type Row struct {
	Of     Of // of a record its kind
	ID     int64
	Place  int64 // where the next slice begins
	Number int64 // of a record
	Code   string
	Name   people.Text
	Counts bool

	Priority int      // of a target
	Clock    sla.Name // likewise
}

// Clocked is that promises of a service, to records of a priority, by a clock came
// to an end.
type Clocked struct {
	Service  int64
	Priority int
	Clock    sla.Name
	Opened   time.Time // the last of those records
}

// Slice is which of the rows are wanted, in the order of ids.
type Slice struct {
	Counts bool
	After  int64
	Limit  int
}

// Ties are what the configuration items say of services, by their ids.
type Ties struct {
	Items   map[int64]bool // has items
	Mapped  map[int64]bool // has items that depend on others
	Targets map[int64]bool // has an item with both recovery targets
}

// Source is where the records are.
type Source interface {
	Sum(ctx context.Context, scope people.Scope, q Query) (Sums, error)
	Rows(ctx context.Context, scope people.Scope, q Query, s Slice) ([]Row, error)
	Ties(ctx context.Context) (Ties, error)
	// Clocked tells which promises came to an end in the time of a query.
	Clocked(ctx context.Context, scope people.Scope, q Query) ([]Clocked, error)
}

// Report is all figures at a moment.
type Report struct {
	At      time.Time `json:"at"`
	Set     string    `json:"set"`
	Took    int64     `json:"took_ms"`
	Figures []Figure  `json:"figures"`
}

// Figure finds that of a statement.
func (r *Report) Figure(question string) (Figure, bool) {
	if r == nil {
		return Figure{}, false
	}
	i := slices.IndexFunc(r.Figures, func(f Figure) bool { return f.Question == question })
	if i < 0 {
		return Figure{}, false
	}
	return r.Figures[i], true
}

// Answers are the statements that are measured, with what holds of them.
func (r *Report) Answers() maturity.Answers {
	out := maturity.Answers{}
	for _, f := range r.Figures {
		if f.Answer != maturity.Unanswered {
			out[f.Question] = f.Answer
		}
	}
	return out
}

// Measure computes all figures of a set within a scope. Each query is made once,
// however many statements ask for it.
func Measure(ctx context.Context, src Source, all *setting.All, scope people.Scope, set *maturity.Set, now time.Time) (*Report, error) {
	out := &Report{At: now, Set: set.Version}
	ties, err := src.Ties(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]Sums{}
	for _, part := range set.Processes {
		for _, question := range part.Questions {
			f := Figure{Question: question.ID, Why: string(question.Evidence.Kind)}
			q, ok := Ask(question.Process(), question.Evidence, now)
			if ok {
				f.Metric, f.Shape, f.From, f.To, f.Why = question.Evidence.Metric, q.Shape, q.From, now, q.Why
			}
			if f.Why == "" {
				key := q.ID + ":" + q.Param + q.From.String()
				sums, measured := known[key]
				if !measured {
					if sums, err = sum(ctx, src, all, ties, scope, q); err != nil {
						return nil, err
					}
					known[key] = sums
				}
				f.Known, f.Numerator, f.Denominator, f.Value = sums.Known, sums.Numerator, sums.Denominator, sums.Value
				f.Answer = question.Evidence.Judge(f.Reading(), set.Defaults)
			}
			out.Figures = append(out.Figures, f)
		}
	}
	return out, nil
}

func sum(ctx context.Context, src Source, all *setting.All, ties Ties, scope people.Scope, q Query) (Sums, error) {
	if q.Of == Service || q.Of == Agreement {
		rows, err := settled(ctx, src, all, ties, scope, q)
		return settle(q.Shape, rows), err
	}
	return src.Sum(ctx, scope, q)
}

// settled are the settings behind a metric.
func settled(ctx context.Context, src Source, all *setting.All, ties Ties, scope people.Scope, q Query) ([]Row, error) {
	if q.ID != "sla_targets_measured" {
		return settingRows(all, ties, scope, q), nil
	}
	ended, err := src.Clocked(ctx, scope, q)
	return targetRows(all, ended, q), err
}

// settle adds rows up.
func settle(shape Shape, rows []Row) Sums {
	s := Sums{Denominator: len(rows)}
	for _, r := range rows {
		if r.Counts {
			s.Numerator++
		}
	}
	return s.Shaped(shape)
}

// Shaped fills in the value of a share or a count.
func (s Sums) Shaped(shape Shape) Sums {
	switch shape {
	case Share:
		if s.Known = s.Denominator > 0; s.Known {
			s.Value = float64(s.Numerator) / float64(s.Denominator)
		}
	case Count:
		s.Known, s.Value = true, float64(s.Numerator)
	}
	return s
}

// Behind lists what stands behind a figure: what counts, or what does not.
func Behind(ctx context.Context, src Source, all *setting.All, scope people.Scope, q Query, s Slice) ([]Row, error) {
	if q.Why != "" {
		return nil, fault.New(fault.Missing, "evidence.not_measured")
	}
	if q.Of != Service && q.Of != Agreement {
		return src.Rows(ctx, scope, q, s)
	}
	ties, err := src.Ties(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := settled(ctx, src, all, ties, people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared}, q)
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, r := range rows {
		if r.Counts == s.Counts && r.Place > s.After && len(out) < s.Limit {
			out = append(out, r)
		}
	}
	return out, nil
}

// Turn is a mandatory statement that held and holds no more, or the other way
// round.
type Turn struct {
	Question string
	Was, Now maturity.Answer
}

// Turns are the mandatory statements whose answer turned between two reports,
// in the order of the set.
func Turns(set *maturity.Set, was, now *Report) []Turn {
	var out []Turn
	if was == nil || now == nil || was.Set != now.Set {
		return nil
	}
	for _, f := range now.Figures {
		q, _ := set.Question(f.Question)
		before, ok := was.Figure(f.Question)
		if q.Mandatory && ok && before.Answer != f.Answer && before.Answer != maturity.Unanswered && f.Answer != maturity.Unanswered && (before.Answer == maturity.Yes || f.Answer == maturity.Yes) {
			out = append(out, Turn{f.Question, before.Answer, f.Answer})
		}
	}
	return out
}
