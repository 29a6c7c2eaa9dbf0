// Package history brings the history of another tool in: it reads the log with
// a map, makes records of its cases, and puts them into the archive with
// everything that Kilter did not know yet (teams, persons, services,
// categories). It can try first what would come, is idempotent, and can take
// all of it back.
package history

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Life is the life cycle of incidents as history is told in it.
func Life() history.Life {
	reasons := []string{string(incident.ForUser), string(incident.ForSupplier), string(incident.ForChange), string(incident.ForParts), string(incident.ForProvince)}
	return history.NewLife(incident.Flow, reasons, incident.Resolved, incident.Closed)
}

// Intake brings history in.
type Intake struct {
	Desk      *record.Desk[*incident.Incident]
	Directory *directory.Directory
	Archive   history.Archive[*incident.Incident]
	Shelf     history.Shelf
	Now       func() time.Time
}

// Job is one log to be brought in.
type Job struct {
	Open     history.Source
	File     string // its name, for people
	Map      []byte // YAML
	Most     int    // rows to read at most, in a trial; 0 reads all
	Reject   func(history.Reject) error
	Case     func(*history.Story) error // shows the cases, in a trial
	Progress func(rows, of int)         // of is 0 while the log is looked over
}

// batch is how many records are written at a time.
const batch = 400

// Try reads the log and says what would come of it, writing nothing.
func (in *Intake) Try(ctx context.Context, by people.Actor, job Job) (history.Result, error) {
	return in.run(ctx, by, job, nil)
}

// Run brings the log in. Cases that are there already are left as they are, so
// that a run that was broken off is simply run again.
func (in *Intake) Run(ctx context.Context, by people.Actor, job Job) (history.Import, error) {
	now := in.Now().UTC().Truncate(time.Millisecond)
	into := &history.Import{File: job.File, Map: string(job.Map), At: now, By: by.ID}
	result, err := in.run(ctx, by, job, into)
	into.Result = result
	return *into, err
}

func (in *Intake) run(ctx context.Context, by people.Actor, job Job, into *history.Import) (out history.Result, err error) {
	if err := by.May(setting.DeedImport); err != nil {
		return out, err
	}
	m, err := history.ParseMap(job.Map, Life())
	if err != nil {
		return out, err
	}
	w := &writing{Intake: in, ctx: ctx, by: by, job: job, source: m.Source, into: into, names: newNames(in.Directory, m.Source)}
	w.result.Made = map[setting.Kind]int{}
	reading := history.Reading{Open: job.Open, Name: job.File, Map: m, Life: Life(), Most: job.Most}
	w.result.Rejects = []history.Reject{}
	w.result.Summary, err = reading.Read(history.Sink{Case: w.take, Reject: w.reject, Progress: job.Progress})
	if err == nil {
		err = w.flush()
	}
	if into != nil && into.ID != 0 {
		into.Result, into.Done = w.result, err == nil
		if end := w.end(); err == nil {
			err = end
		}
	}
	return w.result, err
}

// writing is an import under way; into is nil in a trial.
type writing struct {
	*Intake
	ctx     context.Context
	by      people.Actor
	job     Job
	source  string
	into    *history.Import
	names   *names
	stories []*history.Story
	result  history.Result
}

// take gathers stories until a batch is full.
func (w *writing) take(s *history.Story) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.job.Case != nil {
		if err := w.job.Case(s); err != nil {
			return err
		}
	}
	if w.stories = append(w.stories, s); len(w.stories) < batch {
		return nil
	}
	return w.flush()
}

// mostRejects is how many rejects a result lists one by one; they are counted
// by reason beyond that.
const mostRejects = 10_000

func (w *writing) reject(r history.Reject) error {
	if len(w.result.Rejects) < mostRejects {
		w.result.Rejects = append(w.result.Rejects, r)
	}
	if w.job.Reject == nil {
		return nil
	}
	return w.job.Reject(r)
}

// flush sorts out which of the gathered cases are new, and writes them.
func (w *writing) flush() error {
	stories := w.stories
	w.stories = nil
	if len(stories) == 0 {
		return nil
	}
	keys := make([]string, len(stories))
	for i, s := range stories {
		keys[i] = s.Key
	}
	known, err := w.Archive.Known(w.ctx, w.source, keys)
	if err != nil {
		return err
	}
	var fresh []*history.Story
	var hashes []string
	for _, s := range stories {
		hash, err := s.Hash()
		if err != nil {
			return err
		}
		switch held, ok := known[s.Key]; {
		case !ok:
			fresh, hashes = append(fresh, s), append(hashes, hash)
		case held == hash:
			w.result.Known++
		default:
			w.result.Changed++
		}
	}
	w.result.New += len(fresh)
	if len(fresh) == 0 {
		return nil
	}
	return w.write(fresh, hashes)
}

func (w *writing) write(fresh []*history.Story, hashes []string) error {
	if w.into != nil && w.into.ID == 0 {
		w.into.Source = w.source
		if err := w.Archive.Begin(w.ctx, w.into); err != nil {
			return err
		}
	}
	lot, err := w.names.want(w.ctx, fresh)
	if err != nil {
		return err
	}
	for _, t := range lot {
		if t.ID < 0 {
			w.result.Made[t.Kind]++
		}
	}
	if w.into == nil {
		return nil
	}
	if err := w.make(lot); err != nil {
		return err
	}
	cases := make([]history.Filed[*incident.Incident], len(fresh))
	for i, s := range fresh {
		whole := w.record(s)
		if err := w.Desk.Settle(whole, w.Now()); err != nil {
			return err
		}
		cases[i] = history.Filed[*incident.Incident]{Key: s.Key, Hash: hashes[i], InTarget: s.InTarget, Whole: whole}
	}
	log := audit.By(w.by, w.Now(), setting.DeedImport, object(w.into.ID))
	return w.Archive.File(w.ctx, w.into, cases, log)
}

// make adds what Kilter did not know to the settings, and notes it down.
func (w *writing) make(lot []*setting.Thing) error {
	if len(lot) == 0 {
		return nil
	}
	made := map[setting.Kind][]int64{}
	for _, t := range lot {
		t.Changed = w.Now().UTC().Truncate(time.Millisecond)
	}
	if err := w.Directory.Keeper.Put(w.ctx, &setting.Lot{Things: lot}); err != nil {
		return err
	}
	w.names.settle(lot)
	for _, t := range lot {
		made[t.Kind] = append(made[t.Kind], t.ID)
	}
	for kind, ids := range made {
		if err := w.Archive.Made(w.ctx, w.into, kind, ids); err != nil {
			return err
		}
	}
	return nil
}

// end writes down how it ended, even when it was broken off.
func (w *writing) end() error {
	log := audit.By(w.by, w.Now(), setting.DeedImport, object(w.into.ID))
	if !w.into.Done {
		log.Result = audit.Failed
	}
	return w.Archive.End(context.WithoutCancel(w.ctx), w.into, log)
}

// Undone says what taking an import back did.
type Undone struct {
	Import  history.Import `json:"-"`
	Removed int            `json:"removed"`
	Kept    int            `json:"kept"` // records that somebody has worked on since
}

// Undo takes an import back: its records are removed, but for those that
// somebody has worked on since; what it added to the settings and nothing
// names any more is retired.
func (in *Intake) Undo(ctx context.Context, by people.Actor, id int64, progress func(removed int)) (out Undone, err error) {
	if err := by.May(setting.DeedUndo); err != nil {
		return out, err
	}
	if out.Import, err = in.Shelf.Import(ctx, id); err != nil {
		return out, err
	}
	if !out.Import.Undone.IsZero() {
		return out, fault.New(fault.Conflict, "history.undone").With("id", id)
	}
	for {
		n, err := in.Shelf.Remove(ctx, id)
		if err != nil {
			return out, err
		}
		if n == 0 {
			break
		}
		out.Removed += n
		if progress != nil {
			progress(out.Removed)
		}
	}
	now := in.Now().UTC().Truncate(time.Millisecond)
	out.Kept, err = in.Shelf.Close(ctx, id, now, audit.By(by, now, setting.DeedUndo, object(id)))
	if err != nil {
		return out, err
	}
	return out, in.Directory.Keeper.Refresh(ctx)
}
