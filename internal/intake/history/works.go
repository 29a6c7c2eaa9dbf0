package history

import (
	"context"
	"io"
	"sync"

	"kilter/internal/base/eventlog"
	"kilter/internal/base/fault"
	"kilter/internal/practice/history"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Works is what the page of imports stands on: logs that were sent in, a trial
// of a map on their first rows, and bringing them in while people do something
// else.
type Works struct {
	*Intake
	Tray history.Tray
	// Stop ends imports under way when the server stops; they go on when they
	// are started again.
	Stop <-chan struct{}

	mu  sync.Mutex
	now map[int64]history.Progress // by upload
}

// The bounds of a trial.
const (
	trialRows  = 20_000
	trialCases = 5
	sampleRows = 5
)

// Source opens an upload, as often as it is asked to.
func (w *Works) source(ctx context.Context, up history.Upload) history.Source {
	return func() (io.ReadCloser, error) { return w.Tray.Open(ctx, up.ID) }
}

// Head reads the columns and the first rows of an upload.
func (w *Works) Head(ctx context.Context, by people.Actor, up history.Upload, form eventlog.Form) (t history.Trial, err error) {
	if err := by.May(setting.DeedImport); err != nil {
		return t, err
	}
	file, err := w.Tray.Open(ctx, up.ID)
	if err != nil {
		return t, err
	}
	defer func() { _ = file.Close() }() // nothing is lost with it
	in, err := eventlog.Open(file, up.Name, form)
	if err != nil {
		return t, err
	}
	defer func() { _ = in.Close() }() // likewise
	t.Columns = in.Columns()
	for len(t.Sample) < sampleRows {
		row, err := in.Read()
		if err != nil {
			break // a bad row or the end: a sample shows what there is
		}
		t.Sample = append(t.Sample, row)
	}
	return t, nil
}

// Preview tries a map on the first rows.
func (w *Works) Preview(ctx context.Context, by people.Actor, up history.Upload) (t history.Trial, err error) {
	m, err := history.ParseMap([]byte(up.Map), Life())
	if err != nil {
		return t, err
	}
	if t, err = w.Head(ctx, by, up, m.Form()); err != nil {
		return t, err
	}
	t.Rows = trialRows
	t.Result, err = w.Try(ctx, by, Job{Open: w.source(ctx, up), File: up.Name, Map: []byte(up.Map), Most: trialRows, Case: func(s *history.Story) error {
		if len(t.Cases) < trialCases {
			t.Cases = append(t.Cases, s)
		}
		return nil
	}})
	return t, err
}

// Start begins to bring an upload in and returns at once; State tells how far
// it has come.
func (w *Works) Start(ctx context.Context, by people.Actor, up history.Upload) error {
	if err := by.May(setting.DeedImport); err != nil {
		return err
	}
	if _, err := history.ParseMap([]byte(up.Map), Life()); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now == nil {
		w.now = map[int64]history.Progress{}
	}
	if w.now[up.ID].Running {
		return fault.New(fault.Conflict, "history.running").With("source", up.Name)
	}
	w.now[up.ID] = history.Progress{Running: true}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		select {
		case <-w.Stop:
			stop()
		case <-ctx.Done():
		}
	}()
	go func() {
		defer stop()
		w.bring(ctx, by, up)
	}()
	return nil
}

func (w *Works) bring(ctx context.Context, by people.Actor, up history.Upload) {
	in, err := w.Run(ctx, by, Job{Open: w.source(ctx, up), File: up.Name, Map: []byte(up.Map), Progress: func(rows, of int) {
		w.set(up.ID, history.Progress{Running: true, Rows: rows, Of: of})
	}})
	if err == nil && in.ID != 0 {
		up.Import = in.ID
		err = w.Tray.Note(context.WithoutCancel(ctx), up)
	}
	w.set(up.ID, history.Progress{Import: in.ID, Err: err, Rows: in.Result.Rows, Of: in.Result.Rows})
}

func (w *Works) set(upload int64, s history.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now[upload] = s
}

// State tells how far bringing an upload in has come on this node; the zero
// State when nothing is known of it here.
func (w *Works) State(upload int64) history.Progress {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now[upload]
}

// TakeBack undoes an import.
func (w *Works) TakeBack(ctx context.Context, by people.Actor, id int64) (removed, kept int, err error) {
	out, err := w.Undo(ctx, by, id, nil)
	return out.Removed, out.Kept, err
}
