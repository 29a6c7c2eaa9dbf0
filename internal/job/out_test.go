package job_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// slate is a way out that fails when told to.
type slate struct {
	fails error
	sent  []notice.Letter
}

func (s *slate) Send(_ context.Context, l notice.Letter) error {
	if s.fails == nil {
		s.sent = append(s.sent, l)
	}
	return s.fails
}

// What happens to a record within a minute becomes one mail, which is tried
// until it is taken or given up, and never sent twice.
func TestMailGoesOutOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		wang, chen := people.Person{Code: "wang", Name: "Wang", Mail: "wang@city.gov.cn", Changed: now}, people.Person{Code: "chen", Name: "Chen", Staff: true, Changed: now}
		for _, p := range []*people.Person{&wang, &chen} {
			if err := db.SavePerson(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		city := notice.City{Reader: func(_ context.Context, id people.ID) (notice.Reader, error) {
			return notice.Reader{ID: id, Scope: people.Scope{Own: id, AllZones: true}}, nil
		}}
		desk := &record.Desk[*incident.Incident]{Kind: record.Incident, Flow: incident.Flow, Sheet: incident.Sheet(), Store: db.Incidents(), Now: func() time.Time { return now }}
		i := new(incident.Incident)
		if err := desk.Open(t.Context(), people.System(people.ViaJob), i, record.Input{Fields: map[string]string{"title": "no mail", "requester": wang.ID.String()}}); err != nil {
			t.Fatal(err)
		}
		agent := people.Actor{ID: chen.ID, Staff: true, Grants: people.NewGrants("incident.*"), Scope: people.Everything()}
		for _, text := range []string{"we look", "it was the fuse"} {
			if _, err := desk.Reply(t.Context(), agent, i.Number, record.Input{Text: text, Sure: true}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := desk.Note(t.Context(), agent, i.Number, record.Input{Text: "he kicked it", Sure: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := job.Relay(db, notice.Post{City: city, Store: db.Notices()}.Carry).Run(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		out := &slate{fails: errors.New("451 later")}
		g := notice.Gatherer{Store: db.Notices(), Ledger: db.Mails(), City: city, Person: db.Person}
		mail := job.Mail(&notice.Mailer{Ledger: db.Mails(), Way: func(context.Context) (notice.Sender, error) { return out, nil }, Gather: g.Gather, Writer: notice.Writer{Host: "h", Secret: []byte("s")}})
		turn := func() {
			t.Helper()
			if _, err := mail.Run(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
		state := func() notice.Delivery {
			t.Helper()
			all, err := db.Mails().Ledger(t.Context(), "", 0, 10)
			if err != nil || len(all) != 1 {
				t.Fatalf("ledger %v, %v", all, err)
			}
			return all[0]
		}
		turn()
		if all, err := db.Mails().Ledger(t.Context(), "", 0, 10); err != nil || len(all) != 0 {
			t.Fatalf("sent within the minute: %v, %v", all, err)
		}
		now = now.Add(2 * time.Minute)
		turn()
		if d := state(); d.State != notice.Failed || d.Tries != 1 || d.Reason == "" || !d.Due.After(now) || d.Count != 2 || d.Text != "we look\n\nit was the fuse" {
			t.Fatalf("after a failure: %+v", d)
		}
		out.fails = nil
		turn()
		if len(out.sent) != 0 {
			t.Error("tried again before its time")
		}
		now = now.Add(time.Hour)
		turn()
		turn()
		if d := state(); len(out.sent) != 1 || d.State != notice.Gone || d.Message == "" {
			t.Errorf("%d sent, %+v", len(out.sent), d)
		}
	})
}

func TestMailIsGivenUp(t *testing.T) {
	t.Parallel()
	for tries, again := range map[int]bool{1: true, 5: true, 6: false} {
		if _, got := notice.After(tries); got != again {
			t.Errorf("after %d tries: %v", tries, got)
		}
	}
}
