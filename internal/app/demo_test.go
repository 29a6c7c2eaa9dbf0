package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/access"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/setting"
	"kilter/internal/report/satisfaction"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// testHouse stands on a fresh database of an engine.
func testHouse(t testing.TB, engine string) *house {
	t.Helper()
	return houseOn(t, storetest.URL(t, engine))
}

// demoCities are the files of filled demo cities by size, each filled once per
// test program: copying one is quicker than filling again.
var demoCities = map[string]func() ([]byte, error){
	"XS": sync.OnceValues(func() ([]byte, error) { return demoFile("XS") }),
	"S":  sync.OnceValues(func() ([]byte, error) { return demoFile("S") }),
}

func demoFile(size string) (file []byte, err error) {
	dir, err := os.MkdirTemp("", "kilter-demo")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	name := filepath.Join(dir, "demo.db")
	db, err := store.OpenQuick(context.Background(), "sqlite:"+name)
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(context.Background()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	h, err := enter(testEnv(context.Background(), "sqlite:"+name))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(h.fill(context.Background(), size), h.leave()); err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}

// demoCopy is a house on a demo city of a size on SQLite, a copy of the test's own.
func demoCopy(t testing.TB, size string) *house {
	t.Helper()
	made, err := demoCities[size]()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kilter.db")
	if err := os.WriteFile(file, made, 0o600); err != nil {
		t.Fatal(err)
	}
	return houseOn(t, "sqlite:"+file)
}

func testEnv(ctx context.Context, db string) *Env {
	return &Env{Config: Config{DB: db}, Context: ctx, Out: io.Discard, Err: io.Discard, Log: slog.New(slog.DiscardHandler), Words: lang.For("en")}
}

func houseOn(t testing.TB, db string) *house {
	t.Helper()
	h, err := enter(testEnv(t.Context(), db))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.leave(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// The demo city is whole: what the issue of its size names is there, its
// records hang together, filling again changes nothing, purging leaves nothing.
func TestDemoCity(t *testing.T) {
	if testing.Short() {
		t.Skip("fills 12,000 incidents")
	}
	h := demoCopy(t, "S")
	if err := h.fill(t.Context(), "S"); err != nil {
		t.Fatal("filling again:", err)
	}
	count := func(q string) (n int) {
		t.Helper()
		n, err := h.db.Ledger().Count(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: query.Is("state", q)}, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	total := 0
	for _, s := range h.incidents.Flow.States() {
		total += count(string(s))
	}
	if total < 11_900 || total > 12_100 {
		t.Errorf("%d incidents", total)
	}
	if live := total - count("closed") - count("resolved") - count("cancelled"); live < 120 || live > 400 {
		t.Errorf("%d incidents are open, about 2 of 100 should be", live)
	}
	for kind, want := range map[string]int{"department": 60, "service": 40, "zone": 10, "team": 9, "role": 17} {
		n := 0
		for _, thing := range h.settings.All().Of(setting.Kind(kind)) {
			if thing.Name.En == "" || thing.Name.Zh == "" {
				t.Errorf("%s %s lacks a name", kind, thing.Code)
			}
			n++
		}
		if n != want {
			t.Errorf("%d of %s, want %d", n, kind, want)
		}
	}
	articles, err := h.articles.Contents(t.Context(), people.System(people.ViaJob))
	if err != nil || len(articles) != 23 {
		t.Errorf("%d articles, %v", len(articles), err)
	}
	causes, err := h.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Problem, Limit: 10, Now: Now()})
	if err != nil || len(causes) != 5 {
		t.Errorf("%d problems, %v", len(causes), err)
	}
	surveyed(t, h)
	toldOfItems(t, h)
	preparedWork(t, h)
	mark, ok := h.demoMark()
	if !ok || len(mark.Accounts) != 17 {
		t.Errorf("accounts to enter as: %+v", mark)
	}
	left, err := h.purge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range left {
		if s.Rows != 0 {
			t.Errorf("%s still has %d rows", s.Table, s.Rows)
		}
	}
	if _, err := h.purge(t.Context()); !fault.Is(err, fault.Conflict) {
		t.Errorf("purged what is no demo: %v", err)
	}
}

// surveyed holds the waves of the city to their story: reliability is what moves
// people most, the desk has become faster since the wave before, and departments
// whose cases take longer are less content.
func surveyed(t *testing.T, h *house) {
	t.Helper()
	by := people.Actor{ID: 1, Staff: true, Grants: people.NewGrants("*"), Scope: people.Everything()}
	waves, err := h.surveys.List(t.Context(), by)
	if err != nil || len(waves) != 3 {
		t.Fatalf("%d waves, %v", len(waves), err)
	}
	r, err := h.satisfaction().Read(t.Context(), by, waves[0].ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	if r.Before == nil || r.Before.ID != waves[1].ID || r.Drivers[0].Name != "reliability" {
		t.Errorf("before %+v, drivers %+v", r.Before, r.Drivers)
	}
	for _, d := range r.Dimensions {
		if d.Name == "responsiveness" && (d.Change == nil || d.Change.Verdict != satisfaction.Better) {
			t.Errorf("the desk is no better: %+v", d.Change)
		}
	}
	b, err := h.satisfaction().Beside(t.Context(), by, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.Figures {
		if f.Name == "resolve" && (f.Association == nil || f.R >= 0 || !f.Sure) {
			t.Errorf("waiting does not show: %+v", f.Association)
		}
	}
	if g := r.Frozen.Beliefs; g == nil || g.Dimensions["responsiveness"].Gap > -.3 || g.Dimensions["responsiveness"].CI == nil {
		t.Errorf("the staff believes users expect: %+v", g)
	}
	if b.Majors == 0 {
		t.Error("no major incident in the half year")
	}
	if d, err := h.surveys.Data(t.Context(), by, waves[0].ID); err != nil || len(d.Rows) != r.Result.Cleaning.Answered {
		t.Errorf("answers of the newest wave: %v", err)
	}
}

// toldOfItems holds the story of the record of items to what its pages show:
// what differs from a baseline, what an audit found, what is tried out.
func toldOfItems(t *testing.T, h *house) {
	t.Helper()
	by := people.System(people.ViaJob)
	lines, err := h.itemRecords().List(t.Context(), by, 10)
	if err != nil || len(lines) != 2 || lines[0].Items < 5 || lines[1].Items < 12 {
		t.Fatalf("baselines: %+v, %v", lines, err)
	}
	differs, err := h.itemRecords().Compare(t.Context(), by, lines[1].ID, 0)
	var fields []string
	for _, c := range differs.Changed {
		for _, f := range c.Changes {
			fields = append(fields, c.Item.Code+" "+f.Field)
		}
	}
	slices.Sort(fields)
	if want := []string{"HOST-S2 room", "UPS-A1 serial"}; err != nil || !slices.Equal(fields, want) {
		t.Errorf("since the baseline: %v, want %v; %v", fields, want, err)
	}
	open, err := h.db.Discrepancies().Discrepancies(t.Context(), by.Scope, cmdb.DiscrepancyQuery{Open: true, Limit: 10})
	if err != nil || len(open) != 2 || open[0].Kind != cmdb.Missing || open[1].Owner == 0 {
		t.Errorf("discrepancies: %+v, %v", open, err)
	}
	boxes, err := h.sandboxes().Of(t.Context(), by, "")
	if err != nil || len(boxes) != 2 || boxes[1].Doc.Record == "" {
		t.Errorf("sandboxes: %+v, %v", boxes, err)
	}
}

// BenchmarkDemo: the demo city of size S is ready in under 15 s.
func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		h := testHouse(b, "sqlite")
		if err := h.fill(b.Context(), benchSize()); err != nil {
			b.Fatal(fmt.Errorf("fill: %w", err))
		}
	}
}

// Every grant of a starter role is a deed that Kilter knows: a grant nobody
// asks for gives nothing.
func TestStarterRolesGrantDeedsThereAre(t *testing.T) {
	h := testHouse(t, "sqlite")
	known := h.who.office.Catalogue.Deeds()
	for _, r := range access.StarterRoles() {
		for _, g := range r.Grants {
			room, all := strings.CutSuffix(g, ".*")
			if !slices.ContainsFunc(known, func(d string) bool { return d == g || all && strings.HasPrefix(d, room+".") }) {
				t.Errorf("role %s grants %s, which is no deed", r.Code, g)
			}
		}
	}
}

// preparedWork: users are told of a change that comes, its tasks are planned, roles
// have assessed the one before the board, and the readiness review asks a point of the city's own.
func preparedWork(t *testing.T, h *house) {
	t.Helper()
	by := people.System(people.ViaJob)
	told, err := h.db.ChangeAnnouncements().Announced(t.Context(), change.ComingWanted{At: Now(), Limit: 10})
	if err != nil || len(told) != 2 || told[0].Off() || told[0].Told == 0 || len(told[0].Departments) == 0 || told[0].Text.En == "" || told[0].Text.Zh == "" {
		t.Fatalf("announced: %d, %+v, %v", len(told), told, err)
	}
	turns, err := h.db.AnnouncementTurns().Turns(t.Context(), change.TurnsWanted{Announcement: told[1].ID})
	if err != nil || told[1].Outlook != change.Moved || len(turns) != 1 || turns[0].Outlook != change.Moved || !turns[0].Done || turns[0].Told == 0 || turns[0].Told >= told[1].Told {
		t.Errorf("moved: %+v, %+v, %v", told[1], turns, err)
	}
	rows, err := h.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Changes, Limit: 200, Now: Now()})
	if err != nil {
		t.Fatal(err)
	}
	assessed, decided, planned, timed := 0, 0, 0, 0
	for _, r := range rows {
		if len(told) > 0 && r.ID == told[0].Change {
			if _, _, st, err := h.announcements.Of(t.Context(), by, r.Number); err != nil || st == change.NotNeeded || st == change.Untold {
				t.Errorf("users are told of %s, and it stands %q: %v", r.Ref(), st, err)
			}
		}
		c, all, lacks, err := h.opinions.Of(t.Context(), by, r.Number)
		if err != nil || len(lacks) > 0 {
			t.Errorf("%s lacks %v, %v", r.Ref(), lacks, err)
		}
		assessed += len(all)
		rounds, err := h.db.Approvals().Rounds(t.Context(), r.ID)
		if asked := c.Type == change.Normal && c.State != change.Assessing; err != nil || asked != (len(rounds) == 1) || asked != (len(all) > 0) {
			t.Errorf("%s, a %s change, has %d decisions and %d assessments, %v", r.Ref(), c.Type, len(rounds), len(all), err)
		}
		for _, one := range rounds {
			took := one.Took()
			if slices.ContainsFunc(change.Barred(c), func(id people.ID) bool { return slices.Contains(took, id) }) {
				t.Errorf("%s is decided on by %v, who ask for it or carry it out", r.Ref(), took)
			}
			if one.Verdict == approval.Approved && !c.Authorised.IsZero() {
				decided++
			}
		}
		tasks, err := h.db.Ledger().Tasks(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range tasks {
			if k.Planned() {
				planned++
				if !k.Begun.IsZero() && !k.Ended.IsZero() {
					timed++
				}
			}
		}
	}
	if assessed < 80 || decided < 40 || planned != 6 || timed != 3 {
		t.Errorf("%d assessments, %d decisions, %d planned tasks, %d of them with the times they took", assessed, decided, planned, timed)
	}
	if l, err := release.ChecklistOf(h.settings.All()); err != nil || len(l.Questions()) != len(release.Points)+1 {
		t.Errorf("the checklist: %+v, %v", l, err)
	}
}
