package app

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// TestABoardMeets: the board meets about a significant change. Without a quorum
// nobody votes; who is not there does not; a vote in the meeting is the
// decision; a condition keeps the change from being begun until it is met; whoever
// does not see a change learns nothing of its point.
func TestABoardMeets(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			l := w.house.meetings
			l.Policy = func() change.Policy {
				p := change.StandardPolicy()
				p.Quorum, p.Board, p.Committee = 2, []people.ID{w.manager.ID, w.director.ID, w.officer.ID}, []people.ID{w.director.ID, w.officer.ID}
				return p
			}
			w.house.changes.City.Authority = func() change.Authority { return l.Policy().Authority }
			w.house.changes.City.Seats = func(_ *change.Change, as change.Capacity) (out []approval.Seat) {
				for _, id := range map[change.Capacity][]people.ID{change.Board: l.Policy().Board, change.Committee: l.Policy().Committee, change.ServiceOwner: {w.director.ID}}[as] {
					out = append(out, approval.Seat{Person: id})
				}
				return out
			}
			c := w.proposed(t, "Replace the core")
			now := Now().UTC().Truncate(time.Second)
			m, err := l.Convene(t.Context(), w.manager, change.Call{Kind: change.OfBoard, Place: "301", Span: change.Span{From: now, Until: now.Add(time.Hour)}})
			must(t, err)
			_, err = l.Add(t.Context(), w.manager, m.ID, m.Changed, c.Number, change.ToDecide)
			must(t, err)
			w.listed(t)
			vote := func(by people.Actor, a approval.Answer, condition string) error {
				_, err := l.Vote(t.Context(), by, m.ID, c.Number, approval.Vote{Answer: a, Reason: "so"}, condition)
				return err
			}
			refused := func(what string, err error, key string) {
				t.Helper()
				if !strings.Contains(fmt.Sprint(err), key) {
					t.Errorf("%s: %v, want %s", what, err, key)
				}
			}
			refused("before it begins", vote(w.director, approval.Yes, ""), "cab.not_begun")
			attend := func(who ...people.ID) {
				t.Helper()
				_, err := l.Attend(t.Context(), w.manager, m.ID, 0, who)
				must(t, err)
			}
			attend(w.director.ID)
			_, err = l.Open(t.Context(), w.manager, m.ID, 0)
			must(t, err)
			refused("alone", vote(w.director, approval.Yes, ""), "cab.no_quorum")
			attend(w.director.ID, w.engineer.ID)
			refused("with a guest", vote(w.director, approval.Yes, ""), "cab.no_quorum")
			attend(w.director.ID, w.officer.ID)
			refused("who is not there", vote(w.manager, approval.Yes, ""), "cab.not_there")
			refused("a condition of a no", vote(w.director, approval.No, "first"), "cab.condition_of_no")
			must(t, vote(w.director, approval.Yes, "Tell the hall the day before"))
			must(t, vote(w.officer, approval.Yes, ""))
			if c, err = w.house.changes.Find(t.Context(), w.all, c.Number); err != nil || c.State != change.Authorised {
				t.Fatalf("after two votes: %s, %v", c.State, err)
			}
			if n, err := l.Owes(t.Context(), c.ID); err != nil || n != 1 {
				t.Errorf("owes %d, %v", n, err)
			}
			seen, err := l.Find(t.Context(), w.manager, m.ID)
			if err != nil || len(seen.Agenda) != 1 || len(seen.Agenda[0].Conditions) != 1 {
				t.Fatalf("the meeting: %+v, %v", seen, err)
			}
			w.readMeeting(t, seen, c)
			w.dueDays(t, seen)
			blind := w.officer
			blind.Scope = people.Scope{Own: 999_999}
			if seen, err := l.Find(t.Context(), blind, m.ID); err != nil || len(seen.Agenda) != 0 || len(seen.Points) != 0 {
				t.Errorf("who does not see the change reads: %+v, %v", seen, err)
			}
			_, err = l.Close(t.Context(), w.manager, m.ID, 0, "All was said.")
			must(t, err)
			if _, err := l.Note(t.Context(), w.manager, m.ID, 0, c.Number, "later"); !fault.Is(err, fault.Conflict) {
				t.Errorf("minutes of a meeting that is over: %v", err)
			}
			w.spoken(t, l)
		})
	}
}

// dueDays: until which day an action is to be done is the same day for whoever
// gives it and reads it, in every time zone, on the page, on paper and in the API.
// What was kept as midnight in China, before days were, is the day it was.
func (w *works) dueDays(t *testing.T, m *change.Session) {
	t.Helper()
	ctx, l, by := t.Context(), w.house.meetings, w.actor(t, "reader")
	kept, err := l.Store.Meetings(ctx, change.MeetingsWanted{ID: m.ID, Limit: 1})
	must(t, err)
	kept[0].Actions = append(kept[0].Actions, change.Action{Text: "Kept before", Owner: w.officer.ID, Due: time.Date(2027, 1, 11, 16, 0, 0, 0, time.UTC)})
	must(t, l.Store.KeepMeeting(ctx, &kept[0], audit.By(by, Now(), change.MeetingHold, "cab")))
	at, api := fmt.Sprintf("/cab/%d", m.ID), fmt.Sprintf("/api/v1/cab-meetings/%d", m.ID)
	owner := w.officer.ID.String()
	for _, zone := range []string{"America/Los_Angeles", "Pacific/Auckland", ""} {
		must(t, w.house.who.door.Choose(ctx, by, func(c *people.Choices) { c.Zone = zone }))
		must(t, w.house.refresh(ctx))
		w.send(t, at+"/actions", 303, url.Values{"text": {"By the page"}, "owner": {owner}, "due": {"2027-01-12"}})
		w.send(t, at+"/actions", 422, url.Values{"text": {"By the page"}, "owner": {owner}, "due": {"12.1.2027"}})
		if got := w.ask(t, question{"POST", api + "/actions", `{"text":"By a program","owner":` + owner + `,"due":"2027-01-12"}`}); got.Code != 200 {
			t.Errorf("in %q by the API: %d %s", zone, got.Code, got.Body)
		}
		for path, day := range map[string]string{at: ">12 Jan 2027<", at + "/print": "12 Jan 2027", api: `"due":"2027-01-12"`} {
			got := w.ask(t, question{"GET", path, ""}).Body.String()
			if n := strings.Count(got, day); n < 3 || strings.Contains(got, "11 Jan 2027") || strings.Contains(got, "2027-01-11") {
				t.Errorf("in %q %s tells the day %d times: %s", zone, path, n, got)
			}
		}
	}
	if got := w.ask(t, question{"POST", api + "/actions", `{"text":"By a program","owner":` + owner + `,"due":"2027-01-12T00:00:00Z"}`}); got.Code != 422 || !strings.Contains(got.Body.String(), `"pointer":"#/due"`) {
		t.Errorf("a moment: %d %s", got.Code, got.Body)
	}
	held, err := l.Find(ctx, w.manager, m.ID)
	must(t, err)
	for _, a := range held.Actions {
		if !a.Due.Equal(time.Date(2027, 1, 12, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s is due on %s", a.Text, a.Due)
		}
	}
}

// spoken: what two of the emergency committee say by telephone is written down
// in a meeting of theirs; the implementer has no voice.
func (w *works) spoken(t *testing.T, l *change.Meetings) {
	t.Helper()
	c, err := w.house.changes.Raise(t.Context(), w.engineer, record.Input{Fields: map[string]string{"title": "Switch burns", "reason": "smoke", "type": "emergency", "items": fmt.Sprint(w.items["H1"])}})
	must(t, err)
	c = w.move(t, w.engineer, c, "submit")
	now := Now().UTC().Truncate(time.Second)
	m, err := l.Convene(t.Context(), w.manager, change.Call{Kind: change.OfEmergency, Phone: true, Span: change.Span{From: now, Until: now.Add(time.Hour)}})
	must(t, err)
	for _, do := range []func() (*change.Meeting, error){
		func() (*change.Meeting, error) {
			return l.Add(t.Context(), w.manager, m.ID, 0, c.Number, change.ToDecide)
		},
		func() (*change.Meeting, error) {
			return l.Attend(t.Context(), w.manager, m.ID, 0, []people.ID{w.director.ID, w.officer.ID})
		},
		func() (*change.Meeting, error) { return l.Open(t.Context(), w.manager, m.ID, 0) },
	} {
		_, err := do()
		must(t, err)
	}
	w.house.changes.City.Owns = func(id people.ID) bool { return id == w.director.ID }
	say := func(other people.ID) error {
		_, err := l.Spoke(t.Context(), w.manager, m.ID, c.Number, record.Input{Fields: map[string]string{"first_voice": w.director.ID.String(), "other_voice": other.String(), "spoken": now.Add(-time.Minute).Format(time.RFC3339)}})
		return err
	}
	if err := say(w.manager.ID); !strings.Contains(fmt.Sprint(err), "not_on_the_line") {
		t.Errorf("a voice that is not there: %v", err)
	}
	must(t, say(w.officer.ID))
	if c, err = w.house.changes.Find(t.Context(), w.all, c.Number); err != nil || c.State != change.EmergencyAuthorised || c.Recorded.IsZero() {
		t.Errorf("by telephone: %s %v, %v", c.State, c.Recorded, err)
	}
}

// proposed is a significant change that waits for the board.
func (w *works) proposed(t *testing.T, title string) *change.Change {
	t.Helper()
	c, err := w.house.changes.Raise(t.Context(), w.engineer, record.Input{Fields: map[string]string{"title": title, "reason": "end of support", "type": "normal", "items": fmt.Sprint(w.items["H1"])}})
	must(t, err)
	c = w.move(t, w.engineer, c, "submit")
	c = w.move(t, w.manager, c, "filter")
	c = w.move(t, w.manager, c, "assess", "owner", w.engineer.ID.String())
	w.endangered(t, c)
	return w.move(t, w.manager, c, "propose", "impact", "3", "likelihood", "3", "procedure", "replace", "test", "in the laboratory", "back_out", "put it back", "back_out_time", "30")
}

// readMeeting looks at the pages of a meeting.
func (w *works) readMeeting(t *testing.T, m *change.Session, c *change.Change) {
	t.Helper()
	for path, want := range map[string][]string{
		fmt.Sprintf("/cab/%d", m.ID):       {c.Ref(), "Tell the hall the day before", w.director.Name, "Write down about " + c.Ref()},
		fmt.Sprintf("/cab/%d/print", m.ID): {c.Ref(), "Signature", w.officer.Name},
		"/cab":                             {"301"},
		"/cab/new":                         {"Emergency committee"},
		fmt.Sprintf("/api/v1/cab-meetings/%d", m.ID): {`"quorum":2`, c.Ref(), `"in_session"`},
	} {
		got := w.ask(t, question{"GET", path, ""})
		for _, s := range want {
			if body := got.Body.String(); got.Code != 200 || !strings.Contains(body, s) {
				t.Errorf("%s answers %d without %q: %s", path, got.Code, s, body)
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// finding counts how often single changes are looked up.
type finding struct {
	record.Store[*change.Change]
	n int
}

func (f *finding) Find(ctx context.Context, scope people.Scope, n record.Number) (*change.Change, error) {
	f.n++
	return f.Store.Find(ctx, scope, n)
}

// listed: the list of meetings reads the changes of all of them at once.
func (w *works) listed(t *testing.T) {
	t.Helper()
	rooms, desk, inner := *w.house.meetings, *w.house.changes, *w.house.changes.Desk
	count := &finding{Store: inner.Store}
	inner.Store, desk.Desk, rooms.Desk = count, &inner, &desk
	all, err := rooms.List(t.Context(), w.manager)
	if err != nil || len(all) == 0 || len(all[0].Agenda) == 0 || all[0].Agenda[0].On.Title == "" || count.n != 0 {
		t.Errorf("%d meetings, %d changes looked up one by one, %v", len(all), count.n, err)
	}
	blind := w.manager
	blind.Scope = people.Scope{Own: 99, AllZones: true}
	if all, err := rooms.List(t.Context(), blind); err != nil || len(all) == 0 || len(all[0].Agenda) != 0 {
		t.Errorf("who sees no change: %+v, %v", all, err)
	}
}
