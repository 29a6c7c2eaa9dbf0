package app

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/job"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// works is a town in which an application runs on two hosts, one of which is
// enough.
type works struct {
	*twin
	officer, manager, director, engineer people.Actor
}

func newWorks(t *testing.T, engine string) *works {
	t.Helper()
	w := &works{twin: newTwin(t, engine, false)}
	for role, into := range map[string]*people.Actor{"change_manager": &w.manager, "director": &w.director, "engineer": &w.engineer, "security_officer": &w.officer} {
		a, err := w.house.who.roster.Actor(t.Context(), w.id[role], 0, Now())
		if err != nil {
			t.Fatal(err)
		}
		a.Scope = people.Everything()
		*into = a
	}
	if err := w.house.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"H1", "H2"} {
		w.item(t, code, "Host "+code, "server", "open")
	}
	w.item(t, "APP", "Approvals", "application", "open")
	group, err := w.house.items().Group(t.Context(), w.all, cmdb.Group{Item: w.items["APP"], Name: people.Text{En: "cluster", Zh: "集群"}, Need: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"H1", "H2"} {
		if _, err := w.house.items().Relate(t.Context(), w.all, cmdb.Relation{Source: w.items["APP"], Target: w.items[code], Type: "depends_on", Group: group.ID}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// move takes a change along, or fails the test.
func (w *works) move(t *testing.T, by people.Actor, c *change.Change, name string, fields ...string) *change.Change {
	t.Helper()
	out, err := w.try(t, by, c, name, fields...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

func (w *works) try(t *testing.T, by people.Actor, c *change.Change, name string, fields ...string) (*change.Change, error) {
	t.Helper()
	in := record.Input{Fields: map[string]string{}, Text: "so"}
	for i := 0; i < len(fields); i += 2 {
		in.Fields[fields[i]] = fields[i+1]
	}
	return w.house.changes.Move(t.Context(), by, c.Number, name, in)
}

// authorised is a minor change of an item, as far as it may be scheduled.
func (w *works) authorised(t *testing.T, title, item string, more ...string) *change.Change {
	t.Helper()
	c := w.pending(t, title, item, more...)
	c, err := w.house.changes.Decide(t.Context(), w.manager, c.Number, approval.Vote{Answer: approval.Yes}, record.Input{})
	if err != nil || c.State != change.Authorised || c.Authorised.IsZero() {
		t.Fatalf("authorised: %s, %v", c.State, err)
	}
	return c
}

// pending is a minor change of an item that waits for the change manager.
func (w *works) pending(t *testing.T, title, item string, more ...string) *change.Change {
	t.Helper()
	in := record.Input{Fields: map[string]string{"title": title, "reason": "end of support", "type": "normal", "items": fmt.Sprint(w.items[item])}}
	for i := 0; i < len(more); i += 2 {
		in.Fields[more[i]] = more[i+1]
	}
	c, err := w.house.changes.Raise(t.Context(), w.engineer, in)
	if err != nil {
		t.Fatal(err)
	}
	c = w.move(t, w.engineer, c, "submit")
	c = w.move(t, w.manager, c, "filter")
	c = w.move(t, w.manager, c, "assess", "owner", w.engineer.ID.String())
	c = w.move(t, w.manager, c, "propose", "impact", "2", "likelihood", "1", "procedure", "replace", "test", "in the laboratory", "back_out", "put it back", "back_out_time", "30")
	if c.Class != change.Minor || c.State != change.Awaiting {
		t.Fatalf("proposed: %s %s", c.Class, c.State)
	}
	return c
}

// TestNeverBothMembersOfAPair: a change of the second member of a redundant
// pair is not scheduled into the night of the first; the refusal tells the way,
// and another night is found that is taken.
func TestNeverBothMembersOfAPair(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			night := Now().UTC().Truncate(time.Hour).Add(72 * time.Hour)
			at := func(d time.Duration) string { return night.Add(d).Format(time.RFC3339) }
			one, two := w.authorised(t, "Firmware of the first host", "H1"), w.authorised(t, "Firmware of the second host", "H2")
			w.move(t, w.manager, one, "schedule", "starts", at(0), "ends", at(4*time.Hour), "owner", w.engineer.ID.String())
			_, err := w.try(t, w.manager, two, "schedule", "starts", at(2*time.Hour), "ends", at(5*time.Hour), "owner", w.officer.ID.String())
			all := fault.All(err)
			if len(all) != 1 || all[0].Key != "change.collides.redundancy" || all[0].Field != "starts" || all[0].Args["other"] != one.Ref() || all[0].Args["path"] != "H2 + H1 → APP" {
				t.Fatalf("both members in one night: %v", err)
			}
			if _, err := w.try(t, w.manager, two, "schedule", "starts", at(2*time.Hour), "ends", at(5*time.Hour), "owner", w.manager.ID.String()); !strings.Contains(fmt.Sprint(err), "had_a_say") {
				t.Errorf("who authorised it carries it out: %v", err)
			}
			got := w.ask(t, question{"GET", "/api/v1/changes/" + two.Ref() + "/collisions?starts=" + at(2*time.Hour) + "&ends=" + at(5*time.Hour), ""})
			if body := got.Body.String(); got.Code != 200 || !strings.Contains(body, `"redundancy"`) || !strings.Contains(body, one.Ref()) || !strings.Contains(body, `"APP"`) {
				t.Errorf("collisions: %d %s", got.Code, body)
			}
			w.planPage(t, one, two, night)
			w.chooses(t)
			free, err := w.house.planning.Free(t.Context(), w.manager, two, change.Ask{From: night, Until: night.Add(48 * time.Hour), Length: 3 * time.Hour, Most: 1})
			if err != nil || len(free.Slots) != 1 || !free.Slots[0].From.Equal(night.Add(4*time.Hour)) {
				t.Fatalf("another time: %+v, %v", free, err)
			}
			slot := free.Slots[0]
			two = w.move(t, w.manager, two, "schedule", "starts", slot.From.Format(time.RFC3339), "ends", slot.Until.Format(time.RFC3339), "owner", w.officer.ID.String())
			if _, err := w.try(t, w.manager, two, "reschedule", "starts", at(time.Hour), "ends", at(3*time.Hour)); err == nil {
				t.Error("it was moved back into the other's night")
			}
			if _, err := w.try(t, w.manager, two, "reschedule", "starts", at(-100*time.Hour), "ends", at(-98*time.Hour)); !strings.Contains(fmt.Sprint(err), "starts_in_past") {
				t.Errorf("into the past: %v", err)
			}
			w.arranged(t, two)
			w.unkept(t, two)
			planned, err := w.house.db.ChangeShelf().Planned(t.Context(), change.Span{From: night, Until: night.Add(24 * time.Hour)})
			if err != nil || len(planned) != 2 || planned[0].Head.Number != one.Number || len(planned[0].Items) != 1 {
				t.Errorf("planned: %+v, %v", planned, err)
			}
			w.followed(t)
		})
	}
}

// arranged freezes an application and gives one host a window: a change of the
// host is held by both, is told why by name, and finds the window after the
// freeze.
func (w *works) arranged(t *testing.T, two *change.Change) {
	t.Helper()
	desk := w.house.settingsDesk()
	day := Now().In(time.FixedZone("", 8*3600)).AddDate(0, 0, 20)
	keep := func(k setting.Kind, fields map[string]string) {
		t.Helper()
		if _, err := desk.Save(t.Context(), w.all, setting.Input{Kind: k, Fields: fields}); err != nil {
			t.Fatal(err)
		}
	}
	keep(setting.Freeze, map[string]string{"code": "congress", "name_en": "Congress", "from": day.Format(time.DateOnly), "until": day.Format(time.DateOnly), "items": "H2"})
	keep(setting.Window, map[string]string{"code": "nights", "name_en": "Nights of H2", "rule": "FREQ=DAILY", "from": day.Format(time.DateOnly), "time": "22:00", "minutes": "240", "items": "H2"})
	if _, err := desk.Save(t.Context(), w.all, setting.Input{Kind: setting.Freeze, Fields: map[string]string{"code": "x", "name_en": "X", "from": "2026-12-01", "until": "2026-12-02", "items": "H2, NOTHERE"}}); !strings.Contains(fmt.Sprint(err), "change.no_such_item") {
		t.Errorf("a freeze of what is not there: %v", err)
	}
	noon := time.Date(day.Year(), day.Month(), day.Day(), 4, 0, 0, 0, time.UTC)
	_, err := w.try(t, w.manager, two, "reschedule", "starts", noon.Format(time.RFC3339), "ends", noon.Add(2*time.Hour).Format(time.RFC3339))
	var keys []string
	for _, f := range fault.All(err) {
		keys = append(keys, f.Key+" "+fmt.Sprint(f.Args["rule"]))
	}
	if strings.Join(keys, ", ") != "change.collides.frozen Congress, change.collides.outside_window Nights of H2" {
		t.Errorf("frozen, outside its window: %v", keys)
	}
	free, err := w.house.planning.Free(t.Context(), w.manager, two, change.Ask{From: noon.Add(-4 * time.Hour), Until: noon.Add(72 * time.Hour), Length: 3 * time.Hour, Most: 1})
	if want := noon.Add(34 * time.Hour); err != nil || len(free.Slots) != 1 || !free.Slots[0].From.Equal(want) {
		t.Errorf("the first night after the freeze is %v: %+v, %v", want, free, err)
	}
	got := w.ask(t, question{"GET", "/api/v1/changes/" + two.Ref() + "/free?minutes=300&from=" + noon.Format(time.RFC3339) + "&until=" + noon.Add(48*time.Hour).Format(time.RFC3339), ""})
	if body := got.Body.String(); got.Code != 200 || !strings.Contains(body, "Nights of H2") || !strings.Contains(body, `"slots":[]`) {
		t.Errorf("five hours fit no window: %d %s", got.Code, body)
	}
}

// planPage takes the night of the first change for the second by the button of
// its page: the page refuses with both ways to what they share, says who decided
// and offers other times.
func (w *works) planPage(t *testing.T, one, two *change.Change, night time.Time) {
	t.Helper()
	form := url.Values{"slot": {fmt.Sprintf("%d-%d", night.Unix(), night.Add(3*time.Hour).Unix())}, "owner": {w.officer.ID.String()}}
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/changes/"+two.Ref()+"/plan/schedule", strings.NewReader(form.Encode()))
	r.Header.Set("Authorization", "Bearer "+w.token["reader"])
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.routes.ServeHTTP(rec, r)
	body := rec.Body.String()
	for _, want := range []string{"H2 + H1 → APP", one.Ref(), `name="slot"`, w.manager.Name} {
		if rec.Code != 422 || !strings.Contains(body, want) {
			t.Errorf("the page answers %d without %q: %s", rec.Code, want, body)
			return
		}
	}
}

// TestAProblemHearsOfItsChange: a change asked for by a problem is linked to it,
// and what becomes of it is told there.
func TestAProblemHearsOfItsChange(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			p, err := w.house.problems.Raise(t.Context(), w.all, record.Input{Fields: map[string]string{"title": "Host fails in the heat", "zone": fmt.Sprint(w.zones["open"])}})
			if err != nil {
				t.Fatal(err)
			}
			in := record.Input{Fields: map[string]string{"category": fmt.Sprint(w.category), "impact": "2", "urgency": "3", "method": "five_whys", "root_cause": "fan", "workaround": "window", "proposal": "another fan"}}
			for _, m := range []string{"accept", "classify", "investigate", "establish", "propose"} {
				if p, err = w.house.problems.Move(t.Context(), w.all, p.Number, m, in); err != nil {
					t.Fatal(m, err)
				}
			}
			c, err := w.house.changeRequests().Raise(t.Context(), w.all, p.Ref(), record.Input{Fields: map[string]string{"reason": "heat"}})
			if err != nil || c.Title != p.Title || c.Zone != w.zones["open"] {
				t.Fatalf("asked for: %+v, %v", c, err)
			}
			if p, err = w.house.problems.Find(t.Context(), w.all, p.Number); err != nil || p.State != problem.ChangeRequested || p.Change != c.Ref() {
				t.Fatalf("the problem waits: %s %s, %v", p.State, p.Change, err)
			}
			w.move(t, w.all, c, "cancel", "why_dropped", "too dear")
			relay := job.Relay(w.house.db, handoff.Desks{Incidents: w.house.incidents, Contacts: w.house.contacts, Problems: w.house.problems, Changes: w.house.changes, Together: w.house.db.Together}.Carry, notice.Post{City: w.house.audience(), Store: w.house.db.Notices()}.Carry)
			for more := true; more; {
				if more, err = relay.Run(t.Context(), Now()); err != nil {
					t.Fatal(err)
				}
			}
			if p, err = w.house.problems.Find(t.Context(), w.all, p.Number); err != nil || p.State != problem.Proposed {
				t.Errorf("the problem heard: %s, %v", p.State, err)
			}
			if _, err := w.house.changeRequests().Raise(t.Context(), w.all, c.Ref(), record.Input{}); !strings.Contains(fmt.Sprint(err), "not_from") {
				t.Errorf("a change asks for a change: %v", err)
			}
		})
	}
}

// chooses: the form of a change offers free times for what is typed, keeps all of
// that, and tells nothing about what somebody may not name.
func (w *works) chooses(t *testing.T) {
	t.Helper()
	w.item(t, "HC", "Closed host", "server", "closed")
	form := func(item, button, value string) string {
		t.Helper()
		in := url.Values{"title": {"Half <typed>"}, "reason": {"because"}, "type": {"normal"}, "free_minutes": {"180"}, button: {value}}
		status := 200
		if button == "free_minutes" {
			in.Set("seek", "true")
			status = 422
		}
		if item == "HC" { // as if it were not there
			status = 422
		}
		if item != "" {
			in.Set("items", strconv.FormatInt(int64(w.items[item]), 10))
		}
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/changes/new", strings.NewReader(in.Encode()))
		r.Header.Set("Authorization", "Bearer "+w.token["reader"])
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		w.routes.ServeHTTP(rec, r)
		body := rec.Body.String()
		if rec.Code != status || !strings.Contains(body, `value="Half &lt;typed&gt;"`) || !strings.Contains(body, "because") {
			t.Errorf("%s %s=%s: what was typed is gone: %d %.600s", item, button, value, rec.Code, body)
		}
		return body
	}
	body := form("H2", "seek", "true")
	slots := regexp.MustCompile(`name="slot" value="(\d+)-(\d+)"`).FindAllStringSubmatch(body, -1)
	if len(slots) != 5 {
		t.Fatalf("%d times are offered: %.3000s", len(slots), body)
	}
	starts, _ := strconv.ParseInt(slots[0][1], 10, 64)
	ends, _ := strconv.ParseInt(slots[0][2], 10, 64)
	if ends-starts != 3*3600 {
		t.Errorf("a time of %d seconds", ends-starts)
	}
	if body := form("H2", "slot", slots[0][1]+"-"+slots[0][2]); !strings.Contains(body, time.Unix(starts, 0).In(w.house.place()).Format("2006-01-02T15:04")) || strings.Contains(body, `name="slot"`) {
		t.Errorf("the time that was chosen is not in the form: %.3000s", body)
	}
	for _, bad := range []string{"0", "-30", "soon", "99999999"} {
		if body := form("H2", "free_minutes", bad); !strings.Contains(body, "Give a whole number from 1 to") || strings.Contains(body, `name="slot"`) {
			t.Errorf("%s minutes: %.3000s", bad, body)
		}
	}
	for _, item := range []string{"", "HC"} {
		if body := form(item, "seek", "true"); strings.Contains(body, `name="slot"`) || strings.Contains(body, "Closed host") {
			t.Errorf("times for %q: %.3000s", item, body)
		}
	}
	rows, err := w.house.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Changes, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if strings.Contains(row.Title, "typed") {
			t.Error("seeking a time kept a change")
		}
	}
}
