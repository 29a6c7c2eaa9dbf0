package store_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/report/board"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

var liveStates = []flow.State{incident.New, incident.Classified, incident.Assigned, incident.InProgress, incident.Pending}

// happened is one thing that counters of days count.
type happened struct {
	what string
	at   time.Time
	seen people.Seen
}

// busyDesk opens records and takes them through moves at random.
func busyDesk(t *testing.T, db *store.DB, who []people.ID, n int) (all []*incident.Incident, log []happened) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(2, 7))
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	d, by := desk(db, &now), people.System(people.ViaJob)
	in := record.Input{Text: "so", Fields: map[string]string{"impact": "2", "urgency": "2", "category": "1", "solution": "done", "cause": "1", "no_item": "none is at fault", "item": "1", "ended_as": "no_fault"}}
	for range n {
		now = now.Add(time.Duration(rnd.IntN(300)) * time.Minute)
		i := new(incident.Incident)
		i.Requester, i.Owner = append(who, 0)[rnd.IntN(len(who)+1)], append(who, 0)[rnd.IntN(len(who)+1)]
		i.Zone, i.Department, i.Service, i.Priority = people.ZoneID(rnd.IntN(4)), people.DepartmentID(rnd.IntN(3)), record.ServiceID(rnd.IntN(4)), rnd.IntN(5)
		i.Team, i.Due = people.TeamID(rnd.IntN(4)), now.Add(time.Duration(rnd.IntN(100)-50)*time.Hour)
		in.Fields["title"] = "x"
		in.Fields["zone"], in.Fields["department"], in.Fields["service"] = num(i.Zone+1), num(i.Department), num(i.Service+1)
		handed, steps := false, rnd.IntN(8)
		step := func(do func(s *record.Sitting[*incident.Incident], r *incident.Incident) error) {
			t.Helper()
			now = now.Add(time.Duration(rnd.IntN(3)) * time.Hour)
			if err := d.Sit(t.Context(), by, func(s *record.Sitting[*incident.Incident]) error {
				r, err := s.Lock(i.Number)
				if err != nil {
					return err
				}
				i = r
				return do(s, r)
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Open(t.Context(), by, i, in); err != nil {
			t.Fatal(err)
		}
		opened := now
		watcher := who[rnd.IntN(len(who))]
		step(func(s *record.Sitting[*incident.Incident], r *incident.Incident) error {
			s.Watch(r, watcher)
			return nil
		})
		for _, move := range []string{"classify", "assign", "accept", "hand on", "resolve", "reopen", "resolve"}[:min(steps, 7)] {
			if move == "hand on" {
				if rnd.IntN(2) == 0 {
					continue
				}
				handed = handed || i.Team != 0
				step(func(s *record.Sitting[*incident.Incident], r *incident.Incident) error {
					if err := s.Move(r, "reassign", record.Input{Text: "yours", Reason: "skill", Fields: map[string]string{"team": "4", "owner": num(who[1])}}); err != nil {
						return err
					}
					return s.Move(r, "accept", record.Input{})
				})
				continue
			}
			if rnd.IntN(12) == 0 && (i.State == incident.New || i.State == incident.Classified) {
				move, steps = "cancel", 0
			}
			fields := record.Input{Text: in.Text, Fields: in.Fields}
			if move == "assign" && i.Team == 0 {
				fields.Fields = map[string]string{"team": "2"}
			}
			if move == "accept" && i.Owner == 0 {
				fields.Fields = map[string]string{"owner": num(who[0])}
			}
			step(func(s *record.Sitting[*incident.Incident], r *incident.Incident) error {
				return s.Move(r, move, fields)
			})
			seen := i.Seen()
			around, err := db.Ledger().Around(t.Context(), people.Everything(), i.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range around.Watchers {
				seen.Watchers = append(seen.Watchers, w.ID)
			}
			switch move {
			case "resolve":
				log = append(log, happened{"done", now, seen})
				if !handed {
					log = append(log, happened{"first", now, seen})
				}
			case "cancel":
				log = append(log, happened{"cancelled", now, seen})
			case "reopen":
				handed = true
				log = append(log, happened{"reopened", now, seen})
			}
			if steps == 0 {
				break
			}
		}
		seen := i.Seen()
		seen.Watchers = append(seen.Watchers, watcher, i.Requester)
		log = append(log, happened{"opened", opened, seen})
		all = append(all, i)
	}
	return all, log
}

var roles = map[string]func(who []people.ID) people.Scope{
	"Kilter itself": func([]people.ID) people.Scope { return people.Everything() },
	"manager of one zone": func(who []people.ID) people.Scope {
		return people.Scope{All: true, Own: who[0], Cleared: []people.ZoneID{2, 3}}
	},
	"official":             func(who []people.ID) people.Scope { return people.Scope{Own: who[1], AllZones: true} },
	"official not cleared": func(who []people.ID) people.Scope { return people.Scope{Own: who[1]} },
	"agent of two teams": func(who []people.ID) people.Scope {
		return people.Scope{Own: who[0], Teams: []people.TeamID{1, 4}, AllZones: true}
	},
	"agent, some zones": func(who []people.ID) people.Scope {
		return people.Scope{Own: who[2], Teams: []people.TeamID{2}, Cleared: []people.ZoneID{1, 2}}
	},
	"head of a department": func(who []people.ID) people.Scope {
		return people.Scope{Own: who[1], Departments: []people.DepartmentID{1}, AllZones: true}
	},
	"zone administrator": func(who []people.ID) people.Scope {
		return people.Scope{Own: who[2], Zones: []people.ZoneID{3}, Cleared: []people.ZoneID{3}}
	},
	"nobody":                  func([]people.ID) people.Scope { return people.Scope{} },
	"department, not cleared": func([]people.ID) people.Scope { return people.Scope{Departments: []people.DepartmentID{2}} },
}

// directly counts the board from the records themselves, one by one.
func directly(t *testing.T, db *store.DB, s people.Scope, ask board.Ask, log []happened) board.Board {
	t.Helper()
	b := board.Board{At: ask.Now}
	now := ask.Now.In(ask.Place)
	first := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, ask.Place).AddDate(0, 0, 1-ask.Days)
	for n := range ask.Days {
		b.Days = append(b.Days, board.Day{Day: first.AddDate(0, 0, n)})
	}
	for _, h := range log {
		if s.Sees(h.seen) == people.Unseen || h.at.Before(first) {
			continue
		}
		d := &b.Days[int(h.at.Sub(first)/(24*time.Hour))]
		switch h.what {
		case "opened":
			d.Opened++
		case "done":
			d.Done++
		case "first":
			d.First++
		case "cancelled":
			d.Cancelled++
		case "reopened":
			d.Reopened++
		}
	}
	low := 0
	for _, high := range append(slices.Clone(board.AgeBounds), 0) {
		b.Ages = append(b.Ages, board.Age{From: low, Until: high})
		low = high
	}
	rows, err := db.Ledger().List(t.Context(), s, record.Query{Kind: record.Incident, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	states, priorities, teams, services := map[flow.State]int{}, map[int64]int{}, map[int64]int{}, map[int64]int{}
	for _, r := range rows {
		if !r.Live {
			continue
		}
		b.Open++
		states[r.State]++
		priorities[int64(r.Priority)]++
		teams[int64(r.Team)]++
		services[int64(r.Service)]++
		if r.Owner == 0 {
			b.Unassigned++
		}
		if r.Due.Before(ask.Now) && !r.Due.IsZero() {
			b.Overdue++
		} else if r.Due.Before(ask.Now.Add(ask.Soon)) && !r.Due.IsZero() {
			b.Soon++
		}
		for i, a := range b.Ages {
			if (a.From == 0 || !r.Opened.After(ask.Now.AddDate(0, 0, -a.From))) && (a.Until == 0 || r.Opened.After(ask.Now.AddDate(0, 0, -a.Until))) {
				b.Ages[i].N++
			}
		}
	}
	for _, st := range ask.Live {
		if states[st] > 0 {
			b.ByState = append(b.ByState, board.Bar{State: st, N: states[st]})
		}
	}
	bars := func(m map[int64]int) (out []board.Bar) {
		for id, n := range m {
			out = append(out, board.Bar{ID: id, N: n})
		}
		slices.SortFunc(out, func(a, b board.Bar) int { return cmp.Or(b.N-a.N, cmp.Compare(a.ID, b.ID)) })
		return out
	}
	b.ByPriority, b.ByTeam, b.ByService = bars(priorities), bars(teams), bars(services)
	slices.SortFunc(b.ByPriority, func(a, b board.Bar) int { return cmp.Compare(a.ID, b.ID) })
	return b
}

// The board of each role is what counting his records one by one gives:
// before the counters are folded, while some are, and after.
func TestBoardsAgreeWithTheRecords(t *testing.T) {
	place := time.FixedZone("CST", 8*3600)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		db.SetPlace(place)
		who := addPersons(t, db, 3)
		_, log := busyDesk(t, db, who, 50)
		ask := board.Ask{Kind: record.Incident, Live: liveStates, Now: time.Date(2026, 4, 10, 6, 0, 0, 0, time.UTC), Soon: 24 * time.Hour, Days: 41, Place: place}
		compare := func(when string) {
			t.Helper()
			for role, scope := range roles {
				s := scope(who)
				got, err := db.Boards().Board(t.Context(), s, ask)
				if err != nil {
					t.Fatal(role, err)
				}
				if diff := gocmp.Diff(directly(t, db, s, ask, log), got); diff != "" {
					t.Errorf("%s, %s: the board differs from the records (-records +board):\n%s", role, when, diff)
				}
			}
		}
		compare("before folding")
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for {
					n, err := db.Fold(t.Context())
					if err != nil {
						t.Error(err)
					}
					if n == 0 {
						return
					}
				}
			})
		}
		wg.Wait()
		compare("folded by two nodes")
		_, more := busyDesk(t, db, who, 5)
		log = append(log, more...)
		compare("with news since")
	})
}

// Two nodes fold while many write, and nothing is lost or counted twice.
func TestFoldingBesideWriters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		by := people.System(people.ViaJob)
		var writers, folders sync.WaitGroup
		stop := make(chan struct{})
		for range 2 {
			folders.Go(func() {
				for {
					if _, err := db.Fold(t.Context()); err != nil {
						t.Error(err)
						return
					}
					select {
					case <-stop:
						return
					default:
					}
				}
			})
		}
		for range 4 {
			writers.Go(func() {
				d := desk(db, &now)
				for n := range 25 {
					i := new(incident.Incident)
					i.Team = people.TeamID(n % 3)
					if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "x"}}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		folders.Wait()
		b, err := db.Boards().Board(t.Context(), people.Everything(), board.Ask{Kind: record.Incident, Live: liveStates, Now: now, Days: 1})
		if err != nil || b.Open != 100 || b.Days[0].Opened != 100 {
			t.Errorf("open %d, opened %v, %v; want 100", b.Open, b.Days, err)
		}
	})
}

// Taking an import back leaves the counters as if it had never been.
func TestCountersForgetWhatIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		when := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		var batch []*record.Whole[*incident.Incident]
		for n := range 6 {
			i := new(incident.Incident)
			i.Title, i.State, i.Opened, i.Moved, i.Team = "old", incident.Closed, when, when.Add(50*time.Hour), people.TeamID(n%2)
			w := &record.Whole[*incident.Incident]{Rec: i, Entries: []record.Entry{
				{At: when, Deed: "incident.open", To: incident.New}, {At: when.Add(25 * time.Hour), Deed: "incident.resolve", From: incident.InProgress, To: incident.Resolved},
			}}
			if n == 0 {
				i.State, w.Live, w.Entries = incident.New, true, w.Entries[:1]
			}
			batch = append(batch, w)
		}
		if err := db.LoadIncidents().Load(t.Context(), batch, audit.By(people.System(people.ViaImport), when, "incident.import", "incident")); err != nil {
			t.Fatal(err)
		}
		ask := board.Ask{Kind: record.Incident, Live: liveStates, Now: when.Add(48 * time.Hour), Days: 5}
		look := func(open, opened, done int) {
			t.Helper()
			for range 2 { // before folding and after
				b, err := db.Boards().Board(t.Context(), people.Everything(), ask)
				if err != nil || b.Open != open || b.Days[2].Opened != opened || b.Days[3].Done != done || b.Days[3].First != done {
					t.Errorf("open %d, days %+v, %v; want %d, %d, %d", b.Open, b.Days, err, open, opened, done)
				}
				if _, err := db.Fold(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		look(1, 6, 5)
		var ids []int64
		for _, w := range batch {
			ids = append(ids, w.Rec.ID)
		}
		if err := db.UntallyForTest(t.Context(), ids); err != nil {
			t.Fatal(err)
		}
		b, err := db.Boards().Board(t.Context(), people.Scope{All: true, AllZones: true}, ask)
		if err != nil || len(b.ByState) != 0 || b.Days[2].Opened != 0 || b.Days[3].Done != 0 {
			t.Errorf("taken back: %+v, %v", b, err)
		}
		look0 := b.Days
		for range 2 {
			if _, err := db.Fold(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if b, err := db.Boards().Board(t.Context(), people.Everything(), ask); err != nil || gocmp.Diff(look0, b.Days) != "" {
			t.Errorf("after folding: %+v, %v", b.Days, err)
		}
	})
}
