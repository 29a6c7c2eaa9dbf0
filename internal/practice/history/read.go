package history

import (
	"cmp"
	"errors"
	"hash/maphash"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/eventlog"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/flow"
)

// Source opens the log anew from its beginning. It is read twice: first to
// learn where each case ends, then to tell the cases, each as soon as it is
// complete, so that a log of any length needs memory only for the cases that
// are under way.
type Source func() (io.ReadCloser, error)

// Sink takes what reading gives. Each may be nil.
type Sink struct {
	Case     func(*Story) error // an error ends the reading and is returned
	Reject   func(Reject) error
	Progress func(rows, of int) // now and then; of is 0 in the first pass
}

// ErrEnough ends a reading early without being a failure, when the sink's
// functions return it.
var ErrEnough = errors.New("history: enough")

// Reading is one log to be read with one map.
type Reading struct {
	Open Source
	Name string // of the file, for messages
	Map  *Map
	Life Life
	Most int // rows to read at most, for a preview; 0 reads all
}

// limits of a single case, so that a column mistaken for the case cannot pile
// the whole log up in memory.
const (
	maxEvents = 20_000
	maxKey    = 200
	maxLabels = 1000
	maxNames  = 200_000
)

// Read tells the log to the sink. The error is a fault when the log or the map
// is at fault as a whole (broken file, a column that is not there); single rows
// are reported to the sink and do not end it.
func (r Reading) Read(sink Sink) (Summary, error) {
	t := &telling{Reading: r, sink: sink, seed: maphash.MakeSeed(), last: map[uint64]int{}, open: map[string]*pile{}, tries: map[Field]*trying{}}
	t.sum = Summary{Reasons: map[string]int{}, Labels: map[string]Meaning{}, Names: map[Field]map[string]int{}}
	if err := t.pass(t.survey); err != nil {
		return t.sum, err
	}
	if err := r.Map.Fit(slices.Sorted(maps.Keys(t.columns)), true); err != nil {
		return t.sum, err
	}
	if err := t.formats(); err != nil {
		return t.sum, err
	}
	t.total, t.rows = t.rows, 0
	err := t.pass(t.row)
	if err == nil {
		err = t.flush()
	}
	if errors.Is(err, ErrEnough) {
		err = nil
	}
	return t.sum, err
}

// telling is a reading under way.
type telling struct {
	Reading
	sink    Sink
	seed    maphash.Seed
	columns map[string]bool
	last    map[uint64]int   // by the case's hash: its last row
	open    map[string]*pile // cases under way
	tries   map[Field]*trying
	rows    int // read in this pass
	total   int
	sum     Summary
}

// pile is the rows of one case so far.
type pile struct {
	key   string
	line  int
	steps []step
}

// pass reads the log once from its beginning.
func (t *telling) pass(each func(eventlog.Row, error) error) (err error) {
	file, err := t.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	in, err := eventlog.Open(file, t.Name, t.Map.Form())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if t.columns == nil {
		if err := t.learn(in); err != nil {
			return err
		}
	}
	const often = 10_000
	for t.Most == 0 || t.rows < t.Most {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if _, ok := errors.AsType[*sheet.BadRow](err); err != nil && !ok {
			return err
		}
		t.rows++
		if err := each(row, err); err != nil {
			return err
		}
		if t.rows%often == 0 && t.sink.Progress != nil {
			t.sink.Progress(t.rows, t.total)
		}
	}
	return nil
}

// learn notes the columns and checks the map against them before anything is
// read in vain.
func (t *telling) learn(in *eventlog.Reader) error {
	t.columns = map[string]bool{}
	for _, name := range in.Columns() {
		t.columns[name] = true
	}
	return t.Map.Fit(in.Columns(), in.Complete())
}

// survey is the first pass: where does each case end, and which columns turn
// up late (XES only).
func (t *telling) survey(row eventlog.Row, bad error) error {
	if bad != nil {
		return nil
	}
	for name := range row.Attrs {
		if !t.columns[name] {
			t.columns[name] = true
		}
	}
	if t.rows <= mostTried {
		for _, f := range []Field{Time, Opened, Resolved, Closed} {
			t.try(f, t.Map.value(row.Attrs, f))
		}
	}
	if key := t.Map.value(row.Attrs, Case); key != "" {
		t.last[maphash.String(t.seed, key)] = t.rows
	}
	return nil
}

// row is the second pass: every row joins its case or is rejected.
func (t *telling) row(row eventlog.Row, bad error) error {
	t.sum.Rows++
	if b, ok := errors.AsType[*sheet.BadRow](bad); ok {
		return t.refuse(Reject{Line: b.Line, Key: b.Key})
	}
	key := t.Map.value(row.Attrs, Case)
	if key == "" {
		return t.refuse(Reject{Line: row.Line, Column: t.column(Case), Key: NoCase})
	}
	p := t.open[key]
	if p == nil {
		p = &pile{key: key, line: row.Line}
		t.open[key] = p
	}
	reject, err := t.step(p, row)
	if err == nil && reject != nil {
		err = t.refuse(*reject)
	}
	if err != nil {
		return err
	}
	if t.last[maphash.String(t.seed, key)] > t.rows {
		return nil
	}
	delete(t.open, key)
	return t.tell(p)
}

// flush tells the cases that are still open after the last row. There are none
// unless two cases share a hash.
func (t *telling) flush() error {
	left := slices.SortedFunc(maps.Values(t.open), func(a, b *pile) int { return cmp.Compare(a.line, b.line) })
	for _, p := range left {
		if err := t.tell(p); err != nil {
			return err
		}
	}
	return nil
}

// column names the column of a field for a reject.
func (t *telling) column(f Field) string {
	if from := t.Map.Columns[f].From; len(from) > 0 {
		return from[0]
	}
	return string(f)
}

func (t *telling) refuse(r Reject) error {
	t.sum.Reasons[r.Key]++
	if r.Used {
		t.sum.Ignored++
	} else {
		t.sum.Rejected++
	}
	if t.sink.Reject == nil {
		return nil
	}
	return t.sink.Reject(r)
}

// step is one row as far as it is understood: its fields by place in Fields.
type step struct {
	at      time.Time
	line    int
	order   string
	number  float64 // order as a number
	label   string
	to      State
	listed  bool
	values  map[Field]string
	extra   map[string]string
	implied bool
}

// held are the fields a step keeps as they are.
var held = []Field{
	Person, Owner, Team, Requester, Department, Zone, Service, Category, Subcategory, Item, Impact, Urgency, Priority,
	Title, Description, Text, Outside, Cause, Solution, Reassigned, Reopened, InTarget,
}

// step reads a row into its case. The reject is set when the row is of no use.
func (t *telling) step(p *pile, row eventlog.Row) (*Reject, error) {
	switch {
	case utf8.RuneCountInString(p.key) > maxKey:
		return &Reject{Line: row.Line, Column: t.column(Case), Key: LongCase, Value: p.key[:80]}, nil
	case len(p.steps) >= maxEvents:
		return &Reject{Line: row.Line, Column: t.column(Case), Key: TooManyEvents, Value: p.key}, nil
	}
	s := step{line: row.Line, values: make(map[Field]string, 12)}
	var reject *Reject
	if s.at, reject = t.moment(row); reject != nil {
		return reject, nil
	}
	if reject := t.label(&s, row); reject != nil {
		return reject, nil
	}
	if s.order = t.Map.value(row.Attrs, Order); s.order != "" {
		if f, err := strconv.ParseFloat(s.order, 64); err == nil {
			s.number = f
		}
	}
	for _, f := range held {
		if v := t.Map.value(row.Attrs, f); v != "" {
			s.values[f] = v
		}
	}
	if err := t.stated(&s, row); err != nil {
		return nil, err
	}
	if err := t.checkValues(&s); err != nil {
		return nil, err
	}
	for name, col := range t.Map.Extra {
		if v := t.Map.raw(row.Attrs, col); v != "" {
			if s.extra == nil {
				s.extra = map[string]string{}
			}
			s.extra[name] = v
		}
	}
	p.steps = append(p.steps, s)
	t.sum.Used++
	return nil, nil
}

// moment reads when the row happened. A list of records, one row each, has no
// time of its own: its row tells of the last moment that it states.
func (t *telling) moment(row eventlog.Row) (time.Time, *Reject) {
	if _, ok := t.Map.Columns[Time]; ok {
		return t.parse(row, Time)
	}
	at, reject := t.parse(row, Opened)
	for _, f := range []Field{Resolved, Closed} {
		if later, bad := t.parse(row, f); bad == nil && later.After(at) {
			at = later
		}
	}
	return at, reject
}

func (t *telling) parse(row eventlog.Row, f Field) (time.Time, *Reject) {
	v := t.Map.value(row.Attrs, f)
	if v == "" || zeroDate(v) {
		return time.Time{}, &Reject{Line: row.Line, Column: t.column(f), Key: NoTime}
	}
	at, err := t.Map.readings[string(f)].Parse(v)
	if err != nil {
		return time.Time{}, &Reject{Line: row.Line, Column: t.column(f), Key: BadTime, Value: v}
	}
	return at.UTC(), nil
}

// label reads what the row calls itself and what that means.
func (t *telling) label(s *step, row eventlog.Row) *Reject {
	activity, status := t.Map.value(row.Attrs, Activity), t.Map.value(row.Attrs, Status)
	s.label = activity
	said, column := status, Status
	if _, ok := t.Map.Columns[Status]; !ok {
		said, column = activity, Activity
	}
	if s.label == "" {
		s.label = status
	}
	if _, ok := t.Map.Columns[column]; !ok {
		return nil // a list of records: only its dates tell
	}
	if said == "" {
		if t.Map.Shape == EventLog && s.label == "" {
			return &Reject{Line: row.Line, Column: t.column(column), Key: NoActivity}
		}
		return nil
	}
	s.to, s.listed = t.Map.folded[fold(said)]
	if own := flow.State(strings.ReplaceAll(fold(said), " ", "_")); !s.listed && t.Life.Knows(own) {
		s.to, s.listed = State{Name: own}, true // the log uses Kilter's own word
	}
	if reason := t.Map.value(row.Attrs, Reason); reason != "" {
		s.values[Reason] = reason
	}
	if !s.listed && t.Map.Unlisted == Refuse {
		return &Reject{Line: row.Line, Column: t.column(column), Key: NotListed, Value: said}
	}
	t.count(said, s)
	return nil
}

// count keeps what each activity occurred how often and became.
func (t *telling) count(said string, s *step) {
	m, ok := t.sum.Labels[said]
	if !ok && len(t.sum.Labels) >= maxLabels {
		return
	}
	m.Rows++
	m.Listed, m.State = s.listed, keepWord
	if s.to.Name != "" {
		m.State = string(s.to.Name)
	}
	t.sum.Labels[said] = m
}
