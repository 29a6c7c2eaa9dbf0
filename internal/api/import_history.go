package api

import (
	"context"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/eventlog"
	"kilter/internal/base/fault"
	"kilter/internal/practice/history"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Logs is what the API asks about logs of other tools that are brought in.
type Logs struct {
	Works LogWorks
	Tray  history.Tray
	Shelf history.Shelf
}

// LogWorks is who does the work.
type LogWorks interface {
	Head(ctx context.Context, by people.Actor, up history.Upload, form eventlog.Form) (history.Trial, error)
	Preview(ctx context.Context, by people.Actor, up history.Upload) (history.Trial, error)
	Start(ctx context.Context, by people.Actor, up history.Upload) error
	State(upload int64) history.Progress
	TakeBack(ctx context.Context, by people.Actor, id int64) (removed, kept int, err error)
}

// upload is a log that was sent in and not yet brought in.
type upload struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name" doc:"api.doc.upload_name"`
	Size    int64     `json:"size"`
	At      string    `json:"at"`
	Map     string    `json:"map" doc:"api.doc.upload_map"`
	Columns []string  `json:"columns,omitempty"`
	State   *progress `json:"progress,omitempty"`
}

// progress is how far bringing a log in has come.
type progress struct {
	Running bool     `json:"running"`
	Rows    int      `json:"rows"`
	Of      int      `json:"of,omitempty" doc:"api.doc.progress_of"`
	Import  int64    `json:"import,omitempty" doc:"api.doc.progress_import"`
	Problem *refusal `json:"problem,omitempty"`
}

// importResult counts what an import did, or would do.
type importResult struct{ history.Result }

// trial is what a map makes of the first rows of a log.
type trial struct {
	Columns []string     `json:"columns"`
	Sample  []sampleRow  `json:"sample"`
	Cases   []trialCase  `json:"cases" doc:"api.doc.trial_cases"`
	Rows    int          `json:"rows_read" doc:"api.doc.trial_rows"`
	Result  importResult `json:"result"`
}

type sampleRow struct {
	Line   int               `json:"line"`
	Values map[string]string `json:"values"`
}

type trialCase struct {
	Case   string `json:"case"`
	Title  string `json:"title"`
	State  string `json:"state"`
	Opened string `json:"opened"`
	Events int    `json:"events"`
}

// brought is a log that was brought in.
type brought struct {
	ID      int64        `json:"id"`
	Source  string       `json:"source"`
	File    string       `json:"file"`
	At      string       `json:"at"`
	By      string       `json:"by"`
	Outcome string       `json:"outcome" enum:"done,undone,broken_off"`
	Undone  string       `json:"undone,omitempty"`
	Map     string       `json:"map,omitempty" doc:"api.doc.upload_map"`
	Result  importResult `json:"result"`
}

func broughtOf(in history.Import, whole bool) brought {
	out := brought{ID: in.ID, Source: in.Source, File: in.File, At: stamp(in.At), By: in.Name, Outcome: in.Outcome(), Undone: stamp(in.Undone), Result: importResult{in.Result}}
	out.Result.Rejects = []history.Reject{}
	if whole {
		out.Map = in.Map
	}
	return out
}

// mapForm is the map of a log, as YAML; see docs/history.md.
type mapForm struct {
	Map string `json:"map" doc:"api.doc.upload_map"`
}

// takenBack says what undoing an import did.
type takenBack struct {
	Removed int `json:"removed"`
	Kept    int `json:"kept" doc:"api.doc.taken_kept"`
}

// History serves bringing in the history of another tool: send a log in, say
// what its columns mean, see what would come of it, run it, take it back.
func (a *API) History(l Logs) {
	op := func(method, at, name string, o operation) {
		o.Method, o.Path, o.Policy, o.Name, o.Tag = method, Prefix+at, setting.DeedImport, name, "imports"
		run := o.Run
		o.Run = func(c *call) error {
			if err := c.by.May(setting.DeedImport); err != nil {
				return err
			}
			return run(c)
		}
		a.add(o)
	}
	gave := func(status int, s *schema) []gives { return []gives{{Status: status, Schema: s}} }
	op("POST", "/imports/uploads", "upload-log", operation{
		Once: true, Query: []param{{Name: "name", Type: "string"}}, Body: &body{Types: []string{anyType}, Stream: true, Limit: history.MostUpload, Time: 30 * time.Minute},
		Gives: gave(http.StatusCreated, of[upload]()), Run: func(c *call) error { return c.takeLog(l) },
	})
	op("GET", "/imports/uploads/{id}", "get-log", operation{Gives: gave(http.StatusOK, of[upload]()), Run: func(c *call) error { return c.logIs(l) }})
	op("PUT", "/imports/uploads/{id}/map", "map-log", operation{Once: true, Body: &body{Schema: of[mapForm]()}, Gives: gave(http.StatusOK, of[trial]()), Run: func(c *call) error {
		var f mapForm
		if err := c.into(&f); err != nil {
			return err
		}
		up, err := c.uploaded(l)
		if err != nil {
			return err
		}
		up.Map = f.Map
		if err := l.Tray.Note(c.r.Context(), up); err != nil {
			return err
		}
		return c.tryLog(l, up)
	}})
	op("POST", "/imports/uploads/{id}/preview", "preview-log", operation{Gives: gave(http.StatusOK, of[trial]()), Run: func(c *call) error {
		up, err := c.uploaded(l)
		if err != nil {
			return err
		}
		return c.tryLog(l, up)
	}})
	op("POST", "/imports/uploads/{id}/run", "run-log", operation{Once: true, Gives: gave(http.StatusAccepted, of[upload]()), Run: func(c *call) error {
		up, err := c.uploaded(l)
		if err != nil {
			return err
		}
		if err := l.Works.Start(c.r.Context(), c.by, up); err != nil {
			return err
		}
		return c.done(http.StatusAccepted, c.uploadOf(l, up))
	}})
	imports(l, op)
}

// imports are the operations on logs that were brought in.
func imports(l Logs, op func(method, at, name string, o operation)) {
	gave := func(s *schema) []gives { return []gives{{Status: http.StatusOK, Schema: s}} }
	op("GET", "/imports/history", "list-imports", operation{Gives: gave(of[page[brought]]()), Run: func(c *call) error {
		const most = 100
		all, err := l.Shelf.Imports(c.r.Context(), most)
		if err != nil {
			return err
		}
		out := page[brought]{}
		for _, in := range all {
			out.Items = append(out.Items, broughtOf(in, false))
		}
		return give(c, out)
	}})
	op("GET", "/imports/history/{id}", "get-import", operation{Gives: gave(of[brought]()), Run: func(c *call) error {
		in, err := c.imported(l)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, broughtOf(in, true))
	}})
	op("GET", "/imports/history/{id}/rejects", "list-rejects", operation{
		Query: []param{{Name: "limit", Type: "integer"}, {Name: "skip", Type: "integer"}}, Gives: gave(of[page[history.Reject]]()), Run: func(c *call) error { return c.rejects(l) },
	})
	op("POST", "/imports/history/{id}/undo", "undo-import", operation{Once: true, Gives: gave(of[takenBack]()), Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		removed, kept, err := l.Works.TakeBack(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, takenBack{removed, kept})
	}})
}

// takeLog keeps a log as it comes, and writes a first map from its columns.
func (c *call) takeLog(l Logs) error {
	ctx := c.r.Context()
	name := path.Base(strings.ReplaceAll(strings.TrimSpace(c.get("name")), "\\", "/"))
	if c.get("name") == "" || len(name) > 200 {
		return fault.At("name", "record.required")
	}
	if err := l.Tray.Clear(ctx, c.Now().Add(-24*time.Hour)); err != nil {
		return err
	}
	up := history.Upload{By: c.by.ID, Name: name, At: c.Now()}
	if err := l.Tray.Put(ctx, &up, c.r.Body); err != nil {
		return largeOr(err)
	}
	head, err := l.Works.Head(ctx, c.by, up, eventlog.Form{})
	if err != nil {
		return err
	}
	source, _, _ := strings.Cut(up.Name, ".")
	text, err := history.Suggest(head.Columns, source).Text()
	if err != nil {
		return err
	}
	up.Map = string(text)
	if err := l.Tray.Note(ctx, up); err != nil {
		return err
	}
	out := c.uploadOf(l, up)
	out.Columns = head.Columns
	c.w.Header().Set("Location", Prefix+"/imports/uploads/"+strconv.FormatInt(up.ID, 10))
	return c.JSON(http.StatusCreated, out)
}

// uploaded reads the upload that the address names; somebody else's is
// missing.
func (c *call) uploaded(l Logs) (history.Upload, error) {
	id, err := c.id("id")
	if err != nil {
		return history.Upload{}, err
	}
	up, err := l.Tray.Upload(c.r.Context(), id)
	if err == nil && up.By != c.by.ID {
		err = fault.New(fault.Missing, "history.no_such_upload")
	}
	return up, err
}

func (c *call) logIs(l Logs) error {
	up, err := c.uploaded(l)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, c.uploadOf(l, up))
}

func (c *call) uploadOf(l Logs, up history.Upload) upload {
	out := upload{ID: up.ID, Name: up.Name, Size: up.Size, At: stamp(up.At), Map: up.Map}
	state := l.Works.State(up.ID)
	if state != (history.Progress{}) || up.Import != 0 {
		out.State = &progress{Running: state.Running, Rows: state.Rows, Of: state.Of, Import: max(up.Import, state.Import)}
		if state.Err != nil {
			p := c.problemOf(state.Err)
			out.State.Problem = &refusal{p.Status, p.Code, p.Detail, p.Errors}
		}
	}
	return out
}

// tryLog answers with what the map makes of the first rows.
func (c *call) tryLog(l Logs, up history.Upload) error {
	t, err := l.Works.Preview(c.r.Context(), c.by, up)
	if err != nil {
		return err
	}
	out := trial{Columns: t.Columns, Sample: []sampleRow{}, Cases: []trialCase{}, Rows: t.Rows, Result: importResult{t.Result}}
	for _, r := range t.Sample {
		out.Sample = append(out.Sample, sampleRow{r.Line, r.Attrs})
	}
	for _, s := range t.Cases {
		out.Cases = append(out.Cases, trialCaseOf(s))
	}
	return c.JSON(http.StatusOK, out)
}

func (c *call) imported(l Logs) (history.Import, error) {
	id, err := c.id("id")
	if err != nil {
		return history.Import{}, err
	}
	return l.Shelf.Import(c.r.Context(), id)
}

// rejects lists what could not be used of a log, the first ten thousand.
func (c *call) rejects(l Logs) error {
	in, err := c.imported(l)
	if err != nil {
		return err
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	skip, _ := strconv.Atoi(c.get("skip")) // 0 when it is not given
	all := in.Result.Rejects
	rest := all[min(skip, len(all)):]
	out := page[history.Reject]{Items: rest[:min(limit, len(rest))]}
	if len(rest) > limit {
		out.Next = c.following("skip", strconv.Itoa(skip+limit))
	}
	return give(c, out)
}

func trialCaseOf(s *history.Story) trialCase {
	return trialCase{Case: s.Key, Title: s.Title, State: string(s.State), Opened: stamp(s.Opened), Events: len(s.Events)}
}
