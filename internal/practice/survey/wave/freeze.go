package wave

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/base/stats"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
)

// Frozen is the result of a wave as it was computed once. It is never computed
// again, and whoever reads it is told when it is not what was written.
type Frozen struct {
	Wave int64
	N    int // respondents that were analysed
	Seed int64
	Made time.Time
	Hash string // SHA-256 of the document, in hex
	Findings
}

// Findings is the document.
type Findings struct {
	Result  *survey.Result  `json:"result"`
	Strata  []Stratum       `json:"strata,omitempty"`  // who was asked and has answered
	Ratings map[string]Mean `json:"ratings,omitempty"` // statements about the whole
	Beliefs *Beliefs        `json:"beliefs,omitempty"` // gap 1
}

// Written is the document and its hash, as they are kept.
func (f *Frozen) Written() ([]byte, error) {
	text, err := json.Marshal(f.Findings)
	if err != nil {
		return nil, err
	}
	f.Hash = hash(text)
	return text, nil
}

// ReadFrozen reads the document; an error when it is not what was written.
func (f *Frozen) ReadFrozen(text []byte) error {
	if hash(text) != f.Hash {
		return errors.New("wave: the result is not the one that was frozen")
	}
	return json.Unmarshal(text, &f.Findings)
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Close ends a wave: who has answered is counted, names are taken off the
// comments, and the answers are written anew under random keys, in no order.
func (m *Room) Close(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedRun, id, Open)
	if err != nil {
		return nil, err
	}
	if err := m.mix(ctx, id, true); err != nil {
		return nil, err
	}
	counts, err := m.Invites.Counts(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range w.Strata {
		s := &w.Strata[i]
		for _, c := range counts {
			if c.Side == s.Side && (c.Department == s.Department || s.Side == Staff) {
				s.Answered += c.Answered
			}
		}
	}
	words, err := m.Box.Comments(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := m.People(ctx)
	if err != nil {
		return nil, err
	}
	hide(words, all)
	w.State, w.Closed = Closed, m.now()
	return w, m.Box.Seal(ctx, w, words, newKey, row(by, m.now(), DeedRun, id, "close"))
}

// Cancel ends a wave of which nothing shall come; its answers are deleted.
func (m *Room) Cancel(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedRun, id, Draft, Open, Closed)
	if err != nil {
		return nil, err
	}
	w.State = Cancelled
	return w, m.purge(ctx, w, row(by, m.now(), DeedRun, id, "cancel"))
}

// Purge deletes the answers, comments and invitations of a wave that is
// analysed; its result stays.
func (m *Room) Purge(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedRun, id, Analysed, Published)
	if err != nil {
		return nil, err
	}
	return w, m.purge(ctx, w, row(by, m.now(), DeedRun, id, "purge"))
}

func (m *Room) purge(ctx context.Context, w *Wave, log audit.Row) error {
	w.Purged = m.now()
	return m.Box.Purge(ctx, w, log)
}

// Analyse computes the result of a closed wave and freezes it.
func (m *Room) Analyse(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedRun, id, Closed)
	if err != nil {
		return nil, err
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return nil, err
	}
	answers, err := m.Box.Answers(ctx, id)
	if err != nil {
		return nil, err
	}
	found, err := w.Find(&s.Paper, answers)
	if err != nil {
		return nil, err
	}
	return w, m.freeze(ctx, w, &Frozen{Findings: found}, row(by, m.now(), DeedRun, id, "analyse"))
}

// analyse computes the result of a table of answers.
func analyse(spec *survey.Spec, table survey.Read) (*survey.Result, error) {
	answers, err := survey.Collect(spec, table)
	if err != nil {
		return nil, err
	}
	result, err := survey.Analyse(spec, answers)
	if _, nobody := errors.AsType[*stats.Unfit](err); nobody {
		return nil, fault.New(fault.Conflict, "wave.nobody")
	}
	return result, err
}

func (m *Room) freeze(ctx context.Context, w *Wave, f *Frozen, log audit.Row) error {
	f.Wave, f.N, f.Seed, f.Made = w.ID, f.Result.N, w.Seed, m.now()
	w.State, w.Frozen = Analysed, f.Made
	return m.Waves.Freeze(ctx, w, f, log)
}

// Publish shows the result to everybody who may read surveys.
func (m *Room) Publish(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	w, err := m.in(ctx, by, DeedPublish, id, Analysed)
	if err != nil {
		return nil, err
	}
	w.State, w.Told = Published, m.now()
	return w, m.Waves.Keep(ctx, w, row(by, m.now(), DeedPublish, id, "publish"))
}

// Result reads the frozen result of a wave. Before it is published only those
// read it who run waves or publish them.
func (m *Room) Result(ctx context.Context, by people.Actor, id int64) (*Frozen, error) {
	w, err := m.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if w.State != Published && !by.Can(DeedPublish) {
		if err := by.May(DeedRun); err != nil {
			return nil, err
		}
	}
	return m.frozen(ctx, w)
}

// Comments reads what respondents wrote, when the wave is closed and so many have
// answered that none can be told by his words (ten, section 3 of the
// specification).
func (m *Room) Comments(ctx context.Context, by people.Actor, id int64) ([]Comment, error) {
	w, err := m.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if err := m.ask(ctx, by, DeedComments, id); err != nil {
		return nil, err
	}
	if !w.enoughWords() {
		return nil, fault.New(fault.Conflict, "wave.no_words_yet").With("n", leastWords)
	}
	return m.Box.Comments(ctx, id)
}

const leastWords = 10

// Import is a wave whose answers another tool has gathered.
type Import struct {
	Name     people.Text
	From, To time.Time // when it was answered
	Spec     []byte    // what the columns mean: docs/surveys.md
	File     string    // its name
	Table    io.Reader
}

// ImportFile analyses a file of answers and keeps the result as a wave. The file
// itself is not kept.
func (m *Room) ImportFile(ctx context.Context, by people.Actor, in Import) (w *Wave, err error) {
	if err := m.ask(ctx, by, DeedRun, 0); err != nil {
		return nil, err
	}
	w = &Wave{Name: in.Name, Source: File, State: Closed, From: in.From, To: in.To, Plan: StandardPlan(), Made: m.now(), MadeBy: by.ID, Closed: m.now()}
	if err := w.check(); err != nil {
		return nil, err
	}
	spec, err := survey.ParseSpec(in.Spec)
	if err != nil {
		return nil, err
	}
	table, err := sheet.OpenAs(in.Table, in.File, spec.File, sheet.Limits{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	result, err := analyse(spec, table.Read)
	if err != nil {
		return nil, err
	}
	w.Plan.Spec, w.Plan.Least, w.Plan.Samples = string(in.Spec), spec.Least, spec.Bootstrap.Samples
	w.Seed = int64(spec.Bootstrap.Seed & math.MaxInt64)
	return w, m.freeze(ctx, w, &Frozen{Findings: Findings{Result: result}}, row(by, m.now(), DeedRun, 0, "import"))
}
