package incident_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func id(p people.ID) string { return strconv.Itoa(int(p)) }

func TestNotesStayInside(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		say := func(by people.Actor, in record.Input, public bool) error {
			c.now = c.now.Add(time.Second)
			var err error
			if public {
				_, err = c.Reply(t.Context(), by, i.Number, in)
			} else {
				_, err = c.Note(t.Context(), by, i.Number, in)
			}
			return err
		}
		if err := say(c.anna, record.Input{Text: "he always pulls the cable", Public: true}, false); err != nil {
			t.Fatal(err)
		}
		if err := say(c.anna, record.Input{Text: "We are looking into it."}, true); err != nil {
			t.Fatal(err)
		}
		c.move(c.bo, i.Number, "accept", record.Input{Fields: map[string]string{"owner": id(c.bo.ID)}, Text: "switch 4 again"})
		c.move(c.bo, i.Number, "wait", record.Input{Fields: map[string]string{"waiting": "supplier"}})
		v, err := c.Read(t.Context(), c.user, i.Number)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range v.Entries {
			if strings.Contains(e.Text, "cable") || strings.Contains(e.Text, "switch 4") || !e.Public {
				t.Errorf("the requester reads %s %q", e.Deed, e.Text)
			}
			for _, ch := range e.Changes {
				if f, _ := incident.Sheet().Find(ch.Field); f.Hidden {
					t.Errorf("the requester reads the change of %s", ch.Field)
				}
			}
		}
		if v.Clocks != nil || v.Tasks != nil || v.Around.Watchers != nil || !v.Due.IsZero() || !v.Accepted.IsZero() {
			t.Errorf("the requester sees what is for staff: %+v", v)
		}
		if err := say(c.user, record.Input{Text: "x"}, false); !fault.Is(err, fault.Denied) {
			t.Errorf("an official wrote a note: %v", err)
		}
	})
}

func TestWordsThatMayGoAstray(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		seen := c.last(i.ID)
		c.now = c.now.Add(time.Second)
		if _, err := c.Reply(t.Context(), c.user, i.Number, record.Input{Text: "It works again."}); err != nil {
			t.Fatal(err)
		}
		for name, k := range map[string]struct {
			in   record.Input
			note bool
			want []string
		}{
			"a note that greets":            {record.Input{Text: "Dear Mr Wang, please try again"}, true, []string{"text record.warn.greets"}},
			"a note that greets in Chinese": {record.Input{Text: "您好，请重新登录"}, true, []string{"text record.warn.greets"}},
			"a reply that greets":           {record.Input{Text: "Dear Mr Wang, please try again"}, false, nil},
			"an attachment forgotten":       {record.Input{Text: "See the attached list."}, false, []string{"text record.warn.no_file"}},
			"an attachment forgotten (zh)":  {record.Input{Text: "详见附件。"}, false, []string{"text record.warn.no_file"}},
			"quoting somebody's attachment": {record.Input{Text: "> see attached\nReceived."}, false, nil},
			"somebody answered meanwhile":   {record.Input{Text: "Any news?", Seen: seen}, false, []string{"text record.warn.answered"}},
			"answered, and read":            {record.Input{Text: "Any news?", Seen: seen, Sure: true}, false, nil},
			"a plain note":                  {record.Input{Text: "rack 3"}, true, nil},
			"nothing said":                  {record.Input{Text: "  "}, true, []string{"text record.required"}},
		} {
			say := c.Reply
			if k.note {
				say = c.Note
			}
			_, err := say(t.Context(), c.bo, i.Number, k.in)
			if got := faults(err); !slices.Equal(got, k.want) {
				t.Errorf("%s: %v, want %v", name, got, k.want)
			}
		}
	})
}

func (c *centre) last(id int64) int64 {
	c.t.Helper()
	entries, err := c.db.Ledger().Timeline(c.t.Context(), id, false)
	if err != nil {
		c.t.Fatal(err)
	}
	return entries[len(entries)-1].ID
}

func TestMentions(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		if _, err := c.Note(t.Context(), c.anna, i.Number, record.Input{Text: "@bo and @mei. please look; mail a@bo.cn, @nobody"}); err != nil {
			t.Fatal(err)
		}
		entries, err := c.db.Ledger().Timeline(t.Context(), i.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		got := entries[len(entries)-1].Mentioned()
		slices.Sort(got)
		if want := []people.ID{c.bo.ID, c.mei.ID}; !slices.Equal(got, want) {
			t.Errorf("named %v, want %v", got, want)
		}
	})
}

func TestTheRequestersAnswerGoesOn(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		c.move(c.bo, i.Number, "accept", record.Input{Fields: map[string]string{"owner": id(c.bo.ID)}})
		c.move(c.bo, i.Number, "wait", record.Input{Fields: map[string]string{"waiting": "user"}, Text: "Which room?", Public: true})
		got, err := c.Reply(t.Context(), c.user, i.Number, record.Input{Text: "Room 402"})
		if err != nil || got.State != incident.InProgress {
			t.Errorf("after the answer: %s, %v", got.State, err)
		}
		c.move(c.bo, i.Number, "resolve", record.Input{Fields: solution()})
		if got, err = c.Reply(t.Context(), c.user, i.Number, record.Input{Text: "Thanks!"}); err != nil || got.State != incident.Resolved {
			t.Errorf("thanks reopened it: %s, %v", got.State, err)
		}
	})
}

func TestFollowing(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		li := people.Actor{ID: c.who["li"], Grants: people.NewGrants("incident.read"), Scope: people.Scope{Own: c.who["li"], AllZones: true}}
		if _, err := c.Find(t.Context(), li, i.Number); !fault.Is(err, fault.Missing) {
			t.Fatalf("seen before: %v", err)
		}
		watch := func(by people.Actor, who people.ID) error {
			_, err := c.One(t.Context(), by, i.Number, record.Input{}, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error { return s.Watch(i, who) })
			return err
		}
		if err := watch(c.user, c.who["li"]); !fault.Is(err, fault.Denied) {
			t.Errorf("an official let somebody else in: %v", err)
		}
		if err := watch(c.user, c.user.ID); err != nil {
			t.Errorf("an official follows his own: %v", err)
		}
		if err := watch(c.anna, c.who["li"]); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Find(t.Context(), li, i.Number); err != nil {
			t.Errorf("a follower does not see it: %v", err)
		}
		li.Scope.AllZones = false
		if _, err := c.Find(t.Context(), li, i.Number); !fault.Is(err, fault.Missing) {
			t.Errorf("a follower without clearance sees it: %v", err)
		}
	})
}
