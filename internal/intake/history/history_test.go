package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/history"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/report/agenda"
	"kilter/internal/report/desk"
	"kilter/internal/store"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

var today = time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)

// centre is a database with what brings history in and reports on it.
type centre struct {
	db     *store.DB
	intake *intake.Intake
	report *desk.Maker
	desk   *record.Desk[*incident.Incident]
}

func open(t *testing.T, db *store.DB) centre {
	t.Helper()
	keeper := &setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return today }
	rooms := &directory.Directory{Keeper: keeper}
	d := &record.Desk[*incident.Incident]{Kind: record.Incident, Flow: incident.Flow, Sheet: incident.Sheet(), Store: db.Incidents(), Now: now}
	return centre{
		db: db, desk: d, report: &desk.Maker{Source: db, View: rooms.View, Now: now},
		intake: &intake.Intake{Desk: d, Directory: rooms, Archive: db.Archive(), Shelf: db.Shelf(), Now: now},
	}
}

func file(path string) history.Source { return func() (io.ReadCloser, error) { return os.Open(path) } }

func example(t *testing.T, log, rules string) intake.Job {
	t.Helper()
	dir := filepath.Join(testkit.Root(t), "examples", "history")
	text, err := os.ReadFile(filepath.Join(dir, rules))
	if err != nil {
		t.Fatal(err)
	}
	return intake.Job{Open: file(filepath.Join(dir, log)), File: log, Map: text}
}

var system = people.System(people.ViaImport)

// count is what stands in the database, to compare before and after.
func (c centre) count(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	n, err := c.db.Ledger().Count(t.Context(), people.Everything(), record.Query{Kind: record.Incident}, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	out["records"] = n
	all, err := c.db.Settings().Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []setting.Kind{setting.Team, setting.Service, setting.Category} {
		for _, thing := range all.Of(k) {
			if !thing.Retired {
				out[string(k)]++
			}
		}
	}
	return out
}

func TestHistoryIsBroughtInOnceAndTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		job := example(t, "small_audit.csv", "servicenow_audit.yaml")

		tried, err := c.intake.Try(ctx, system, job)
		if err != nil || tried.New != 3 || tried.Rejected != 2 || len(tried.Rejects) != 2 {
			t.Fatalf("the trial: %+v, %v", tried, err)
		}
		if diff := cmp.Diff(map[string]int{"records": 0}, c.count(t)); diff != "" {
			t.Fatalf("the trial wrote something: %s", diff)
		}

		done, err := c.intake.Run(ctx, system, job)
		if err != nil || done.Result.New != 3 {
			t.Fatalf("%+v, %v", done.Result, err)
		}
		if diff := cmp.Diff(tried.Made, done.Result.Made); diff != "" {
			t.Errorf("the trial foretold other things than were made: %s", diff)
		}
		want := map[string]int{"records": 3, "team": 4, "category": 6}
		if diff := cmp.Diff(want, c.count(t)); diff != "" {
			t.Error(diff)
		}

		again, err := c.intake.Run(ctx, system, job)
		if err != nil || again.ID != 0 || again.Result.New != 0 || again.Result.Known != 3 || again.Result.Changed != 0 {
			t.Errorf("the second run: %+v, %v", again, err)
		}

		teams := db.TeamPromises()
		counted, err := teams.Imports(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var promised []agenda.Promised // what teams promised each other with them goes with them
		err = teams.Cases(ctx, people.Everything(), time.Time{}, review.Period{}, func(one *agenda.Case) error {
			promised = append(promised, agenda.Promised{Record: one.Record, Agreement: 1, Resolved: one.Resolved, Met: true})
			return nil
		})
		if err := errors.Join(err, teams.Keep(ctx, promised)); err != nil || len(promised) == 0 {
			t.Fatalf("%d are resolved: %v", len(promised), err)
		}

		undone, err := c.intake.Undo(ctx, system, done.ID, nil)
		if err != nil || undone.Removed != 3 || undone.Kept != 0 {
			t.Fatalf("undo: %+v, %v", undone, err)
		}
		if diff := cmp.Diff(map[string]int{"records": 0}, c.count(t)); diff != "" {
			t.Errorf("after undo: %s", diff)
		}
		if now, err := teams.Imports(ctx); err != nil || now == counted {
			t.Errorf("nobody learns that history was taken back: %q, %v", now, err)
		}
		if _, err := c.intake.Undo(ctx, system, done.ID, nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("undo twice: %v", err)
		}

		third, err := c.intake.Run(ctx, system, job)
		if err != nil || third.Result.New != 3 {
			t.Fatalf("after undo: %+v, %v", third.Result, err)
		}
		if diff := cmp.Diff(want, c.count(t)); diff != "" {
			t.Errorf("brought in again: %s", diff)
		}
	})
}

func TestRecordsOfHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		if _, err := c.intake.Run(ctx, system, example(t, "small_audit.csv", "servicenow_audit.yaml")); err != nil {
			t.Fatal(err)
		}
		rows, err := db.Ledger().List(ctx, people.Everything(), record.Query{Kind: record.Incident, Order: record.Oldest, Limit: 10})
		if err != nil || len(rows) != 3 {
			t.Fatal(len(rows), err)
		}
		i, err := c.desk.Find(ctx, system, rows[1].Number)
		if err != nil {
			t.Fatal(err)
		}
		all, err := db.Settings().Load(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]any{
			"title": i.Title, "state": string(i.State), "priority": i.Priority, "impact": int(i.Impact), "requester": rows[1].RequesterName, "owner": rows[1].OwnerName,
			"team": all.Name(int64(i.Team), "en"), "category": all.Name(int64(i.Category), "en"), "resolved": i.Resolved, "closed": i.Closed, "reopened": i.Reopened, "reassigned": i.Reassigned,
			"accepted": i.Accepted, "more": i.More,
		}
		want := map[string]any{
			"title": "Network, No connection, INC7000002", "state": "closed", "priority": 1, "impact": 1, "requester": "Caller 12", "owner": "Agent 7",
			"team": "Network team", "category": "No connection", "resolved": time.Date(2026, 3, 5, 9, 15, 0, 0, time.UTC), "closed": time.Date(2026, 3, 10, 9, 15, 0, 0, time.UTC),
			"reopened": 1, "reassigned": 2, "accepted": time.Date(2026, 3, 3, 10, 10, 0, 0, time.UTC),
			"more": map[string]string{"channel": "Self service", "symptom": "Symptom 1", "history_source": "servicenow", "history_case": "INC7000002", "history_department": "Location 3", "history_item": "sw-03-17", "history_cause": "code 2"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		line, err := db.Ledger().Timeline(ctx, i.ID, false)
		if err != nil || len(line) != 9 {
			t.Fatalf("%d lines, %v", len(line), err)
		}
		if e := line[2]; e.Deed != "incident.move" || !e.Irregular || e.Name != "Agent 7" || e.To != incident.InProgress || len(e.Changes) == 0 || e.Changes[0].Field != "team" || e.Changes[0].Now == "" {
			t.Errorf("%+v", e)
		}
		// It is a record like any other: people can go on with it.
		if _, err := c.desk.Note(ctx, system, rows[2].Number, record.Input{Text: "still jams"}); err != nil {
			t.Fatal(err)
		}
	})
}

// TestUndoSparesWork: what somebody has worked on since stays.
func TestUndoSparesWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		done, err := c.intake.Run(ctx, system, example(t, "small_events.csv", "small_events.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.Ledger().List(ctx, people.Everything(), record.Query{Kind: record.Incident, Order: record.Oldest, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.desk.Note(ctx, system, rows[0].Number, record.Input{Text: "looked at it again"}); err != nil {
			t.Fatal(err)
		}
		undone, err := c.intake.Undo(ctx, system, done.ID, nil)
		if err != nil || undone.Removed != 2 || undone.Kept != 1 {
			t.Fatalf("%+v, %v", undone, err)
		}
		left := c.count(t)
		if left["records"] != 1 || left["team"] == 0 || left["category"] != 1 {
			t.Errorf("left: %v", left)
		}
	})
}

// TestUndoTellsItsNumbers: numbers of an import that was taken back are given
// out again as long as none behind them is in use; otherwise they are a gap that
// the audit log and the list of series tell.
func TestUndoTellsItsNumbers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		done, err := c.intake.Run(ctx, system, example(t, "small_events.csv", "small_events.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		after := &incident.Incident{}
		if err := c.desk.Open(ctx, system, after, record.Input{Fields: map[string]string{"title": "registered since"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.intake.Undo(ctx, system, done.ID, nil); err != nil {
			t.Fatal(err)
		}
		year := after.Number.Year()
		want := []record.Series{{
			Kind: record.Incident, Year: year, Records: 1, Last: after.Number,
			Withdrawn: []record.Withdrawal{{Span: record.Span{Low: record.NewNumber(year, 1), High: record.NewNumber(year, 3)}, Import: done.ID}},
		}}
		got, err := db.Series(ctx)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("-want +got:\n%s%v", diff, err)
		}
		rows, err := db.Audit().Rows(ctx, audit.Filter{Deed: setting.DeedUndo, Limit: 1})
		told := fmt.Sprintf(`{"withdrawn":["INC-%d-00001..INC-%d-00003"]}`, year, year)
		if err != nil || len(rows) != 1 || rows[0].Detail != told {
			t.Errorf("the audit log says %+v, %v, want %s", rows, err, told)
		}
		// A second import comes behind, goes without a trace, and its numbers are given again.
		again, err := c.intake.Run(ctx, system, example(t, "small_events.csv", "small_events.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.intake.Undo(ctx, system, again.ID, nil); err != nil {
			t.Fatal(err)
		}
		next := &incident.Incident{}
		if err := c.desk.Open(ctx, system, next, record.Input{Fields: map[string]string{"title": "the next"}}); err != nil {
			t.Fatal(err)
		}
		if next.Number != after.Number+1 {
			t.Errorf("the next is %s, after %s", next.Ref(), after.Ref())
		}
		want[0].Records, want[0].Last = 2, next.Number
		got, err = db.Series(ctx)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("-want +got:\n%s%v", diff, err)
		}
	})
}

func TestImportNeedsGrant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := open(t, db)
		agent := people.Actor{ID: 1, Grants: people.NewGrants("incident.*"), Scope: people.Everything()}
		job := example(t, "small_events.csv", "small_events.yaml")
		if _, err := c.intake.Try(t.Context(), agent, job); !fault.Is(err, fault.Denied) {
			t.Errorf("trial: %v", err)
		}
		if _, err := c.intake.Run(t.Context(), agent, job); !fault.Is(err, fault.Denied) {
			t.Errorf("run: %v", err)
		}
		if _, err := c.intake.Undo(t.Context(), agent, 1, nil); !fault.Is(err, fault.Denied) {
			t.Errorf("undo: %v", err)
		}
	})
}

// TestBrokenOffImportGoesOn: what was written before the break is known when
// the import is run again.
func TestBrokenOffImportGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := open(t, db)
		var log strings.Builder
		log.WriteString("id,at,what\n")
		for range 1000 {
			log.WriteString(strings.ReplaceAll("#,2026-03-02 09:00,new\n", "#", string(rune('a'+log.Len()%26))+time.Duration(log.Len()).String()))
		}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		seen := 0
		job := intake.Job{
			Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log.String())), nil },
			Map:  []byte("source: x\nshape: event_log\ncolumns: {case: id, time: at, activity: what}\n"),
			Case: func(*history.Story) error {
				if seen++; seen == 900 {
					stop()
				}
				return nil
			},
		}
		first, err := c.intake.Run(ctx, system, job)
		if !errors.Is(err, context.Canceled) || first.Done || first.Result.New == 0 {
			t.Fatalf("%+v, %v", first.Result, err)
		}
		job.Case = nil
		second, err := c.intake.Run(t.Context(), system, job)
		if err != nil || second.Result.New+first.Result.New != 1000 || second.Result.Known != first.Result.New {
			t.Errorf("first %d, then %d new and %d known, %v", first.Result.New, second.Result.New, second.Result.Known, err)
		}
		past, err := db.Shelf().Imports(t.Context(), 10)
		if err != nil || len(past) != 2 || !past[0].Done || past[1].Done {
			t.Errorf("%+v, %v", past, err)
		}
	})
}

// TestReportOnReference brings two real logs in and reports on them: counts
// and times agree with what another program found, where it is the same thing.
func TestReportOnReference(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		var ref struct {
			Cases    int
			Duration map[string]float64 `json:"duration_seconds"`
		}
		text, err := os.ReadFile(testkit.Shared(t, "logs/ref_closed_problems.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &ref); err != nil {
			t.Fatal(err)
		}
		job := example(t, "small_events.csv", "bpic2013_closed_problems.yaml")
		job.Open = file(testkit.Shared(t, "logs/bpic2013_closed_problems.xes.gz"))
		if _, err := c.intake.Run(ctx, system, job); err != nil {
			t.Fatal(err)
		}
		from, to, err := c.report.Period("2006-01-01", "2013-01-01")
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.report.Make(ctx, system, from, to)
		if err != nil {
			t.Fatal(err)
		}
		if got.Opened != ref.Cases || got.Closed != ref.Cases || got.Resolved != ref.Cases || got.Backlog != 0 || got.PingPong != 107 || got.Reassignments != 655 {
			t.Errorf("%+v", got.Figures)
		}
		for name, pair := range map[string][2]float64{"mean": {*got.TimeToResolve.Mean, ref.Duration["mean"]}, "median": {*got.TimeToResolve.Median, ref.Duration["median"]}} {
			if d := pair[0] - pair[1]; d > 0.001 || d < -0.001 {
				t.Errorf("%s: %v, reference %v", name, pair[0], pair[1])
			}
		}
		if len(got.ByTeam) == 0 || got.ByTeam[0].Name == "" || len(got.ByPriority) != 4 {
			t.Errorf("by team %v, by priority %v", got.ByTeam[:1], got.ByPriority)
		}
		nobody := people.Actor{ID: 1, Grants: people.NewGrants(desk.Grant), Scope: people.Scope{Own: 1}}
		if none, err := c.report.Make(ctx, nobody, from, to); err != nil || none.Opened != 0 {
			t.Errorf("somebody without sight of them counts %d, %v", none.Opened, err)
		}
	})
}
