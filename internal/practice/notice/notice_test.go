package notice_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// The people of the examples: a requester, an owner, a follower who is staff,
// one who is not, two members of team 2, a leader and a director.
const (
	wang people.ID = 1 + iota
	anna
	bo
	li
	chen
	deng
	leader
	director
)

func town(prefs map[people.ID]people.Prefs) notice.City {
	return notice.City{
		Reader: func(_ context.Context, id people.ID) (notice.Reader, error) {
			r := notice.Reader{ID: id, Staff: id != wang && id != li, Prefs: prefs[id], Scope: people.Everything()}
			if !r.Staff {
				r.Scope = people.Scope{Own: id, AllZones: true}
			}
			return r, nil
		},
		Members: func(people.TeamID) []people.ID { return []people.ID{chen, deng} },
		Ranked: func(_ record.Head, rank string) []people.ID {
			return map[string][]people.ID{"leader": {leader}, "director": {director}}[rank]
		},
		Loud: func(_ context.Context, batch int64) (bool, error) { return batch == 9, nil },
	}
}

func news(e record.Entry, owner people.ID) record.News {
	e.At = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) // 23:00 in China
	return record.News{
		Entry: e, Head: record.Head{ID: 5, Kind: record.Incident, Requester: wang, Owner: owner, Team: 2},
		Parties: []record.Party{{Person: wang, Role: "requester"}, {Person: wang, Role: "watcher"}, {Person: owner, Role: "owner"}, {Person: bo, Role: "watcher"}, {Person: li, Role: "watcher"}},
	}
}

func TestWhoIsToldWhat(t *testing.T) {
	t.Parallel()
	names := map[people.ID]string{wang: "wang", anna: "anna", bo: "bo", li: "li", chen: "chen", deng: "deng", leader: "leader", director: "director"}
	for _, c := range []struct {
		name  string
		e     record.Entry
		owner people.ID
		want  string
	}{
		{"assigned to a person", record.Entry{Deed: "incident.assign", By: bo}, anna, "anna assigned"},
		{"taken by oneself", record.Entry{Deed: "incident.assign", By: anna}, anna, ""},
		{"assigned to a team", record.Entry{Deed: "incident.reassign", By: bo}, 0, "chen queued, deng queued"},
		{"a reply by the owner", record.Entry{Deed: "incident.reply", By: anna, Public: true}, anna, "bo replied, li replied, wang replied"},
		{"a reply by the requester", record.Entry{Deed: "incident.reply", By: wang, Public: true}, anna, "anna answered, bo replied, li replied"},
		{"a note stays inside", record.Entry{Deed: "incident.note", By: anna}, anna, "bo noted"},
		{"a note that names people", record.Entry{Deed: "incident.note", By: anna, Changes: []record.Change{{Field: "mention", Now: "5"}, {Field: "mention", Now: "1"}, {Field: "mention", Now: "3"}}}, anna, "bo mentioned, chen mentioned"},
		{"reopened", record.Entry{Deed: "incident.reopen", By: wang, Public: true}, anna, "anna answered, bo replied, li replied"},
		{"resolved", record.Entry{Deed: "incident.resolve", By: anna, Public: true}, anna, "bo replied, li replied, wang replied"},
		{"escalated to the leader", record.Entry{Deed: "incident.raise", Reason: "leader"}, anna, "leader escalated"},
		{"a clock warns", record.Entry{Deed: "incident.warn", Reason: "resolve 80"}, anna, "anna warned"},
		{"a clock warns, nobody has taken it", record.Entry{Deed: "incident.warn", Reason: "resolve 80"}, 0, "chen warned, deng warned"},
		{"declared major", record.Entry{Deed: "incident.declare", By: leader}, anna, "anna major, bo major, director major"},
		{"posted on the board", record.Entry{Deed: "incident.post", By: leader, Public: true}, anna, "anna major, bo major, director major, li major, wang major"},
		{"somebody was made to follow", record.Entry{Deed: "incident.watch", By: anna, Changes: record.Followers(bo)}, anna, "bo followed"},
		{"asked to decide, be he staff or not", record.Entry{Deed: "request.ask", Changes: record.Followers(bo, li)}, 0, "bo asked, li asked"},
		{"reminded to decide", record.Entry{Deed: "request.remind_approvers", Changes: record.Followers(li)}, 0, "li asked"},
		{"an edit", record.Entry{Deed: "incident.edit", By: anna}, anna, ""},
		{"registered", record.Entry{Deed: "incident.open", By: wang, Public: true}, 0, ""},
		{"in bulk, quietly", record.Entry{Deed: "incident.assign", By: bo, Batch: 8}, anna, ""},
		{"in bulk, aloud", record.Entry{Deed: "incident.assign", By: bo, Batch: 9}, anna, "anna assigned"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ns, err := notice.Notices(t.Context(), news(c.e, c.owner), town(nil))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range ns {
				got = append(got, names[n.To]+" "+string(n.What))
			}
			slices.Sort(got)
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("told %q, want %q", s, c.want)
			}
		})
	}
}

func TestEverybodyChooses(t *testing.T) {
	t.Parallel()
	e := record.Entry{Deed: "incident.reply", By: anna, Public: true}
	city := town(map[people.ID]people.Prefs{
		wang: {"notice.replied.bell": "off"},
		bo:   {"notice.replied.mail": "off"},
		li:   {"notice.replied.bell": "off", "notice.replied.mail": "off"},
	})
	ns, err := notice.Notices(t.Context(), news(e, anna), city)
	if err != nil || len(ns) != 2 {
		t.Fatalf("%+v, %v", ns, err)
	}
	if ns[0].To != wang || ns[0].Bell || ns[0].Mail.IsZero() || ns[1].To != bo || !ns[1].Bell || !ns[1].Mail.IsZero() {
		t.Errorf("%+v", ns)
	}
}

func TestQuietHours(t *testing.T) {
	t.Parallel()
	cst := time.FixedZone("CST", 8*3600)
	for _, c := range []struct{ quiet, at, want string }{
		{"", "2026-11-23T23:00", "2026-11-23T23:00"},
		{"22:00-07:30", "2026-11-23T21:59", "2026-11-23T21:59"},
		{"22:00-07:30", "2026-11-23T22:00", "2026-11-24T07:30"},
		{"22:00-07:30", "2026-11-24T03:00", "2026-11-24T07:30"},
		{"22:00-07:30", "2026-11-24T07:30", "2026-11-24T07:30"},
		{"12:00-14:00", "2026-11-24T13:00", "2026-11-24T14:00"},
		{"22:00-07:30", "2026-12-31T23:00", "2027-01-01T07:30"},
		{"nonsense", "2026-11-24T03:00", "2026-11-24T03:00"},
		{"08:00-08:00", "2026-11-24T08:00", "2026-11-24T08:00"},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", c.at, cst)
		if err != nil {
			t.Fatal(err)
		}
		got := notice.Awake(people.Prefs{notice.QuietPref: c.quiet}, at.UTC(), cst).In(cst).Format("2006-01-02T15:04")
		if got != c.want {
			t.Errorf("%q at %s: %s, want %s", c.quiet, c.at, got, c.want)
		}
	}
}

func TestChoicesAreChecked(t *testing.T) {
	t.Parallel()
	if err := notice.Check(people.Prefs{"theme": "dark", "notice.quiet": "22:00-07:00", "notice.noted.mail": "on", "notice.major.bell": ""}); err != nil {
		t.Error(err)
	}
	for name, v := range map[string]string{"notice.quiet": "late", "notice.gossip.mail": "on", "notice.noted.pigeon": "on", "notice.noted.mail": "maybe"} {
		if notice.Check(people.Prefs{name: v}) == nil {
			t.Errorf("%s=%s was accepted", name, v)
		}
	}
	for _, l := range lang.All() {
		for _, w := range notice.Kinds {
			if !lang.For(l).Has("notice.what." + string(w)) {
				t.Errorf("%s: no word for %s", l, w)
			}
		}
	}
}

// From the deed to the bell, on both databases: told once however often the
// news is carried, counted by record, gone when read or out of sight.
func TestTheBell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		var who []people.ID
		for n := range 2 {
			p := people.Person{Code: fmt.Sprint(n), Name: fmt.Sprint("Person ", n), Changed: now}
			if err := db.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			who = append(who, p.ID)
		}
		d := incident.NewDesk(record.Desk[*incident.Incident]{Store: db.Incidents(), Now: func() time.Time { return now }}, incident.City{}, db.Ledger(), db.IncidentShelf())
		boss := people.Actor{ID: who[1], Staff: true, Grants: people.NewGrants("incident.*"), Scope: people.Everything()}
		for range 2 {
			i := &incident.Incident{}
			if err := d.Open(t.Context(), boss, i, record.Input{Fields: map[string]string{"title": "x", "requester": fmt.Sprint(who[0])}}); err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{"one", "two"} {
				if _, err := d.Reply(t.Context(), boss, i.Number, record.Input{Text: text}); err != nil {
					t.Fatal(err)
				}
			}
		}
		city := notice.City{Reader: func(_ context.Context, id people.ID) (notice.Reader, error) {
			return notice.Reader{ID: id, Staff: id == who[1], Scope: people.Scope{Own: id, AllZones: true}}, nil
		}}
		post := notice.Post{City: city, Store: db.Notices()}
		all, err := db.Waiting(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			for _, n := range all {
				if err := post.Carry(t.Context(), n); err != nil {
					t.Fatal(err)
				}
			}
		}
		own := people.Scope{Own: who[0], AllZones: true}
		unread := func(s people.Scope, want int) {
			t.Helper()
			if n, _, err := db.Notices().Unread(t.Context(), s, who[0]); err != nil || n != want {
				t.Errorf("unread %d, %v; want %d", n, err, want)
			}
		}
		unread(own, 2)
		unread(people.Scope{}, 0)
		list, err := db.Notices().List(t.Context(), own, who[0], 50)
		if err != nil || len(list) != 2 || list[0].Unread != 2 || list[0].What != notice.Replied || list[0].ByName != "Person 1" || list[0].Row.Number.N() != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		mail, err := db.Notices().Unsent(t.Context(), now, 100)
		if err != nil || len(mail) != 4 {
			t.Fatalf("%d to mail, %v", len(mail), err)
		}
		if err := db.Notices().Sent(t.Context(), mail[0].ID, now); err != nil {
			t.Fatal(err)
		}
		if err := db.Notices().Read(t.Context(), who[0], list[0].Record, now); err != nil {
			t.Fatal(err)
		}
		unread(own, 1)
		if mail, err = db.Notices().Unsent(t.Context(), now, 100); err != nil || len(mail) != 1 {
			t.Errorf("%d to mail after one was sent and one record read, %v", len(mail), err)
		}
		if err := db.Notices().Read(t.Context(), who[0], 0, now); err != nil {
			t.Fatal(err)
		}
		unread(own, 0)
	})
}

// Whoever follows a major incident on the notice board hears of what the board
// shows, by bell and mail, and of nothing else; his own choice holds.
func TestFollowersOfTheBoard(t *testing.T) {
	t.Parallel()
	const far, deaf, quiet people.ID = 90, 91, 92
	city := town(map[people.ID]people.Prefs{deaf: {"notice.major.mail": "off", "notice.major.bell": "off"}, quiet: {"notice.major.mail": "off"}})
	city.Followers = func(_ context.Context, n record.Number) ([]people.ID, error) {
		return []people.ID{li, far, deaf, quiet}, nil
	}
	for deed, want := range map[string]bool{"incident.declare": true, "incident.post": true, "incident.stand_down": true, "incident.note": false, "incident.reply": false} {
		ns, err := notice.Notices(t.Context(), news(record.Entry{Deed: deed, By: anna, Public: deed != "incident.note"}, anna), city)
		if err != nil {
			t.Fatal(err)
		}
		told := map[people.ID]int{}
		for _, n := range ns {
			told[n.To]++
			if n.To == far && (!n.Bell || n.Mail.IsZero()) || n.To == quiet && (!n.Bell || !n.Mail.IsZero()) || n.To >= far && (!n.Board || n.What != notice.Major) {
				t.Errorf("%s: %+v", deed, n)
			}
		}
		if (told[far] == 1) != want || (told[quiet] == 1) != want || told[deaf] != 0 || told[li] > 1 {
			t.Errorf("%s: told %v", deed, told)
		}
	}
}

// TestTheBellOfTheBoard: whoever follows the notice board finds its news at the
// bell, with the number and nothing else of the record, as long as he is
// cleared for its zone; it goes when read.
func TestTheBellOfTheBoard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		zone := setting.Thing{Kind: setting.Zone, Code: "closed", Name: people.Text{En: "Closed", Zh: "内网"}, Doc: []byte("{}"), Changed: now}
		if err := (&setting.Keeper{Store: db.Settings()}).Save(t.Context(), &zone); err != nil {
			t.Fatal(err)
		}
		var who []people.ID
		for n := range 2 {
			p := people.Person{Code: fmt.Sprint(n), Name: fmt.Sprint("Person ", n), Changed: now}
			if err := db.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			who = append(who, p.ID)
		}
		d := incident.NewDesk(record.Desk[*incident.Incident]{Store: db.Incidents(), Now: func() time.Time { return now }}, incident.City{}, db.Ledger(), db.IncidentShelf())
		boss := people.Actor{ID: who[1], Staff: true, Grants: people.NewGrants("incident.*"), Scope: people.Everything()}
		i := &incident.Incident{}
		if err := d.Open(t.Context(), boss, i, record.Input{Fields: map[string]string{"title": "not for everybody", "requester": fmt.Sprint(who[1]), "zone": fmt.Sprint(zone.ID)}}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Reply(t.Context(), boss, i.Number, record.Input{Text: "one"}); err != nil {
			t.Fatal(err)
		}
		news, err := db.Waiting(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		entry := news[len(news)-1].Entry.ID
		told := notice.Notice{To: who[0], Record: i.ID, Entry: entry, What: notice.Major, At: now, Bell: true, Board: true}
		if err := db.Notices().Add(t.Context(), []notice.Notice{told, told}); err != nil {
			t.Fatal(err)
		}
		look := func(name string, cleared []people.ZoneID, want int) []notice.Group {
			t.Helper()
			s := people.Scope{Own: who[0], Cleared: cleared}
			n, _, err := db.Notices().Unread(t.Context(), s, who[0])
			if err != nil || n != want {
				t.Errorf("%s: %d unread, %v; want %d", name, n, err, want)
			}
			list, err := db.Notices().List(t.Context(), s, who[0], 50)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		open := []people.ZoneID{people.ZoneID(zone.ID)}
		list := look("cleared", open, 1)
		if len(list) != 1 || !list[0].Board || list[0].Row.Ref() != i.Ref() || list[0].Unread != 1 {
			t.Fatalf("%+v", list)
		}
		if r := list[0].Row; r.Title != "" || r.Requester != 0 || r.RequesterName != "" || r.Zone != 0 || list[0].ByName != "" {
			t.Errorf("the bell says more than the board: %+v", list[0])
		}
		if list := look("not cleared", nil, 0); len(list) != 0 {
			t.Errorf("not cleared: %+v", list)
		}
		if err := db.Notices().Read(t.Context(), who[0], i.ID, now); err != nil {
			t.Fatal(err)
		}
		if list := look("read", open, 0); len(list) != 1 || list[0].Unread != 0 {
			t.Errorf("read: %+v", list)
		}
	})
}
