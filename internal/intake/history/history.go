// Package history brings the history of another tool in: it reads the log with
// a map, makes records of its cases, and puts them into the archive with
// everything that Kilter did not know yet (teams, persons, services,
// categories). It can try first what would come, is idempotent, and can take
// all of it back.
package history

import (
	"context"
	"slices"
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

// Run brings the log in. Cases that are there already, told as before, are left
// as they are, so that a run that was broken off is simply run again; those that
// the log now tells differently are told anew.
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
	hashes := make(map[string]string, len(stories))
	for _, s := range stories {
		hash, err := s.Hash()
		if err != nil {
			return err
		}
		hashes[s.Key] = hash
	}
	known, err := w.Archive.Known(w.ctx, w.source, hashes)
	if err != nil {
		return err
	}
	var lot sorted
	for _, s := range stories {
		held, ok := known[s.Key]
		if err := w.sort(&lot, s, held, ok, hashes[s.Key]); err != nil {
			return err
		}
	}
	w.result.New += len(lot.fresh)
	w.result.Updated += len(lot.told)
	if len(lot.fresh)+len(lot.told) == 0 {
		return nil
	}
	return w.write(lot, hashes)
}

// sorted are the gathered cases that are to be written.
type sorted struct {
	fresh, told []*history.Story
	records     []int64 // of those told anew
}

// sort says what becomes of a case. One that is told differently now is told
// anew, unless somebody has worked on its record, or the log holds less of it
// than the one before: then it is a part, and what was known would be lost.
func (w *writing) sort(lot *sorted, s *history.Story, held history.Held, known bool, hash string) error {
	leave := func(key string) error {
		w.result.Changed++
		return w.reject(history.Reject{Line: s.Line, Column: s.Key, Key: key, Used: true})
	}
	switch {
	case !known:
		lot.fresh = append(lot.fresh, s)
	case held.Hash == hash:
		w.result.Known++
	case held.Touched:
		return leave(history.WorkedOn)
	case s.Rows < held.Rows:
		return leave(history.Shorter)
	default:
		lot.told, lot.records = append(lot.told, s), append(lot.records, held.Record)
	}
	return nil
}

func (w *writing) write(all sorted, hashes map[string]string) error {
	if w.into != nil && w.into.ID == 0 {
		w.into.Source = w.source
		if err := w.Archive.Begin(w.ctx, w.into); err != nil {
			return err
		}
	}
	lot, err := w.names.want(w.ctx, slices.Concat(all.fresh, all.told))
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
	fresh, err := w.file(all.fresh, hashes)
	if err != nil {
		return err
	}
	told, err := w.file(all.told, hashes)
	if err != nil {
		return err
	}
	for i, id := range all.records {
		told[i].Whole.Rec.ID = id
	}
	log := audit.By(w.by, w.Now(), setting.DeedImport, object(w.into.ID))
	if len(fresh) > 0 {
		if err := w.Archive.File(w.ctx, w.into, fresh, log); err != nil {
			return err
		}
		w.numbered(fresh[0].Whole.Rec.Ref(), fresh[len(fresh)-1].Whole.Rec.Ref())
	}
	if len(told) == 0 {
		return nil
	}
	return w.Archive.Retell(w.ctx, w.into, told, log)
}

// file makes records of stories.
func (w *writing) file(stories []*history.Story, hashes map[string]string) ([]history.Filed[*incident.Incident], error) {
	cases := make([]history.Filed[*incident.Incident], len(stories))
	for i, s := range stories {
		whole := w.record(s)
		if err := w.Desk.Settle(whole, w.Now()); err != nil {
			return nil, err
		}
		cases[i] = history.Filed[*incident.Incident]{Key: s.Key, Hash: hashes[s.Key], Rows: s.Rows, InTarget: s.InTarget, Whole: whole}
	}
	return cases, nil
}

// numbered notes the first and the last number given.
func (w *writing) numbered(first, last string) {
	if len(w.result.Numbers) == 0 {
		w.result.Numbers = []string{first, last}
	}
	w.result.Numbers[1] = last
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
	Import   history.Import `json:"-"`
	Removed  int            `json:"removed"`
	Restored int            `json:"restored"` // records that say again what they said before
	Kept     int            `json:"kept"`     // records that somebody has worked on since
}

// Undo takes an import back: its records are removed and those that it told
// anew say again what they said before, but for those that somebody has worked
// on since; what it added to the settings and nothing
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
	switch later, err := in.Shelf.Later(ctx, id); {
	case err != nil:
		return out, err
	case later != 0:
		return out, fault.New(fault.Conflict, "history.later").With("id", id).With("later", later)
	}
	for _, back := range []struct {
		some func(context.Context, int64) (int, error)
		n    *int
	}{{in.Shelf.Restore, &out.Restored}, {in.Shelf.Remove, &out.Removed}} {
		for {
			n, err := back.some(ctx, id)
			if err != nil {
				return out, err
			}
			if n == 0 {
				break
			}
			*back.n += n
			if progress != nil {
				progress(out.Removed + out.Restored)
			}
		}
	}
	now := in.Now().UTC().Truncate(time.Millisecond)
	out.Kept, err = in.Shelf.Close(ctx, id, now, audit.By(by, now, setting.DeedUndo, object(id)))
	if err != nil {
		return out, err
	}
	return out, in.Directory.Keeper.Refresh(ctx)
}
