package incident_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func (c *centre) store(by people.Actor, content []byte) int64 {
	c.t.Helper()
	id, _, err := c.db.Files().Store(c.t.Context(), c.now, by.ID, 5<<20, bytes.NewReader(content))
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func TestAttachments(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		big := make([]byte, 700<<10)
		noise := rand.NewChaCha8([32]byte{1})
		if _, err := noise.Read(big); err != nil {
			t.Fatal(err)
		}
		i := c.register(c.call(nil))
		log, photo := c.store(c.anna, big), c.store(c.anna, []byte("\x89PNG\r\n\x1a\nabc"))
		if _, err := c.Note(t.Context(), c.anna, i.Number, record.Input{Text: "the log", Files: []record.Attach{{File: log, Name: "../../etc/log.bin"}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Reply(t.Context(), c.anna, i.Number, record.Input{Text: "look", Files: []record.Attach{{File: photo, Name: "photo.png"}}}); err != nil {
			t.Fatal(err)
		}
		all, err := c.Attached(t.Context(), c.bo, i.Number)
		if err != nil || len(all) != 2 || all[0].Name != "log.bin" || all[0].Content.Size != int64(len(big)) || all[0].Entry == 0 {
			t.Fatalf("attached %+v, %v", all, err)
		}
		var back bytes.Buffer
		if err := c.db.Files().Read(t.Context(), all[0].File, &back); err != nil || !bytes.Equal(back.Bytes(), big) {
			t.Errorf("%d bytes back, %v", back.Len(), err)
		}
		mine, err := c.Attached(t.Context(), c.user, i.Number)
		if err != nil || len(mine) != 1 || mine[0].Name != "photo.png" {
			t.Errorf("the requester sees %+v, %v", mine, err)
		}
		if _, err := c.File(t.Context(), c.user, i.Number, all[0].ID); !fault.Is(err, fault.Missing) {
			t.Errorf("the requester opens what came with a note: %v", err)
		}
		other := c.register(c.call(nil))
		if _, err := c.File(t.Context(), c.bo, other.Number, all[0].ID); !fault.Is(err, fault.Missing) {
			t.Errorf("a file opened through another record: %v", err)
		}
		stranger := people.Actor{ID: c.who["li"], Grants: people.NewGrants("incident.read"), Scope: people.Scope{Own: c.who["li"], AllZones: true}}
		if _, err := c.File(t.Context(), stranger, i.Number, all[1].ID); !fault.Is(err, fault.Missing) {
			t.Errorf("a stranger opens it: %v", err)
		}
	})
}

// Somebody who guesses the number of a file cannot attach it to a record of
// his own and read it there.
func TestAFileIsAttachedByWhoBroughtIt(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		secret := c.store(c.anna, []byte("the passwords of the hall"))
		_, err := c.Reply(t.Context(), c.user, i.Number, record.Input{Text: "x", Files: []record.Attach{{File: secret, Name: "x"}}})
		if got := faults(err); !slices.Equal(got, []string{"files record.no_such_file"}) {
			t.Errorf("attached a guessed file: %v", got)
		}
		if again := c.store(c.user, []byte("the passwords of the hall")); again != secret {
			t.Errorf("the same content was kept twice: %d and %d", secret, again)
		}
		if _, err := c.Reply(t.Context(), c.user, i.Number, record.Input{Text: "x", Files: []record.Attach{{File: secret, Name: "x"}}}); err != nil {
			t.Errorf("brought the same content himself: %v", err)
		}
	})
}

func TestAttachmentLimits(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		_, _, err := c.db.Files().Store(t.Context(), c.now, c.anna.ID, 1<<20, bytes.NewReader(make([]byte, 1<<20+1)))
		if !fault.Is(err, fault.TooMuch) {
			t.Errorf("over the limit: %v", err)
		}
		if _, _, err := c.db.Files().Store(t.Context(), c.now, c.anna.ID, 1, strings.NewReader("")); !fault.Is(err, fault.Invalid) {
			t.Errorf("an empty file: %v", err)
		}
		i := c.register(c.call(nil))
		kept := c.store(c.anna, []byte("kept"))
		c.Limits = record.Limits{Files: 2, Record: 3}
		say := func(n int) error {
			_, err := c.Note(t.Context(), c.anna, i.Number, record.Input{Text: "x", Files: slices.Repeat([]record.Attach{{File: kept, Name: "a"}}, n)})
			return err
		}
		if err := say(3); !fault.Is(err, fault.TooMuch) {
			t.Errorf("3 files in one note: %v", err)
		}
		if err := say(2); err != nil {
			t.Fatal(err)
		}
		if err := say(2); !fault.Is(err, fault.TooMuch) {
			t.Errorf("4 files on one record: %v", err)
		}
		loose := c.store(c.anna, []byte("never attached"))
		c.now = c.now.AddDate(0, 0, 31)
		if n, err := c.db.Files().Sweep(t.Context(), c.now.AddDate(0, 0, -30)); err != nil || n != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
		if err := c.db.Files().Read(t.Context(), loose, new(bytes.Buffer)); !fault.Is(err, fault.Missing) {
			t.Errorf("what nothing refers to is still there: %v", err)
		}
		if err := c.db.Files().Read(t.Context(), kept, new(bytes.Buffer)); err != nil {
			t.Errorf("what is attached is gone: %v", err)
		}
	})
}

func TestTasks(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i := c.register(c.call(nil))
		sit := func(by people.Actor, do func(*record.Sitting[*incident.Incident], *incident.Incident) error) error {
			c.now = c.now.Add(time.Second)
			_, err := c.One(t.Context(), by, i.Number, record.Input{}, do)
			return err
		}
		plan := record.Task{Title: " swap  the switch ", Checks: []record.Check{{Text: "save its configuration"}, {Text: "label the cables"}}}
		if err := sit(c.anna, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error { return s.Plan(i, plan) }); err != nil {
			t.Fatal(err)
		}
		tasks, err := c.db.Ledger().Tasks(t.Context(), i.ID)
		if err != nil || len(tasks) != 1 || tasks[0].Title != "swap the switch" {
			t.Fatalf("%+v, %v", tasks, err)
		}
		work := func(do func(*record.Task) error) error {
			return sit(c.bo, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
				return s.Work(i, tasks[0].ID, do)
			})
		}
		done := func(t *record.Task) error { t.State = record.TaskDone; return nil }
		if err := work(done); !slices.Contains(faults(err), "checks record.task_unchecked") {
			t.Errorf("done with open lines: %v", err)
		}
		if err := work(func(t *record.Task) error { t.Checks[0].Done, t.Checks[1].Done = true, true; return done(t) }); err != nil {
			t.Fatal(err)
		}
		tasks, err = c.db.Ledger().Tasks(t.Context(), i.ID)
		if err != nil || tasks[0].State != record.TaskDone || tasks[0].Checks[1].By != c.bo.ID {
			t.Errorf("%+v, %v", tasks[0], err)
		}
		if err := sit(c.user, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error { return s.Plan(i, plan) }); !fault.Is(err, fault.Denied) {
			t.Errorf("an official planned a task: %v", err)
		}
		if err := sit(c.bo, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error { return s.Work(i, 999, done) }); !fault.Is(err, fault.Missing) {
			t.Errorf("a task of another record: %v", err)
		}
		for _, minutes := range []int{45, 30, -15} {
			if err := sit(c.bo, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
				return s.Spend(i, record.Worked{Minutes: minutes})
			}); err != nil {
				t.Fatal(err)
			}
		}
		v, err := c.Read(t.Context(), c.anna, i.Number)
		if err != nil || v.Spent[c.bo.ID] != 60 || len(v.Tasks) != 1 {
			t.Errorf("spent %v, %v", v.Spent, err)
		}
	})
}

// A task has a time that is planned and one that was: whoever begins or ends it
// says that he does, and the desk when.
func TestTaskTimes(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		i, from := c.register(c.call(nil)), c.now
		sit := func(do func(*record.Sitting[*incident.Incident], *incident.Incident) error) error {
			_, err := c.One(t.Context(), c.anna, i.Number, record.Input{}, do)
			return err
		}
		plan := func(starts, due int) error {
			k := record.Task{Title: "swap", Begun: from, Ended: from, Starts: from.Add(time.Duration(starts) * time.Minute), Due: from.Add(time.Duration(due) * time.Minute)}
			return sit(func(s *record.Sitting[*incident.Incident], i *incident.Incident) error { return s.Plan(i, k) })
		}
		if err := plan(60, 60); !slices.Contains(faults(err), "due record.task_ends_before") {
			t.Errorf("ends as it begins: %v", err)
		}
		if err := plan(60, 120); err != nil {
			t.Fatal(err)
		}
		read := func() *record.Task {
			all, err := c.db.Ledger().Tasks(t.Context(), i.ID)
			if err != nil || len(all) != 1 {
				t.Fatalf("%+v, %v", all, err)
			}
			return all[0]
		}
		one := read()
		if !one.Begun.IsZero() || !one.Ended.IsZero() || !one.Planned() {
			t.Errorf("planned: %+v", one)
		}
		work := func(minute int, do func(*record.Task)) error {
			c.now = from.Add(time.Duration(minute) * time.Minute)
			return sit(func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
				return s.Work(i, one.ID, func(t *record.Task) error { do(t); return nil })
			})
		}
		for _, step := range []struct {
			minute int
			do     func(*record.Task)
			begun  int
			ended  int
		}{
			{70, func(t *record.Task) { t.Begin(true) }, 70, -1},
			{71, func(t *record.Task) { t.Begun, t.Ended = from, from }, 70, -1}, // no moment of one's own
			{150, func(t *record.Task) { t.State = record.TaskDone }, 70, 150},
			{151, func(t *record.Task) { t.Ended = from }, 70, 150},
			{152, func(t *record.Task) { t.State = record.TaskOpen }, 70, -1},
			{153, func(t *record.Task) { t.Begin(false) }, -1, -1},
			{154, func(t *record.Task) { t.State = record.TaskDone }, -1, 154},
		} {
			if err := work(step.minute, step.do); err != nil {
				t.Fatal(err)
			}
			is := func(at time.Time, want int) bool {
				return at.IsZero() && want < 0 || want >= 0 && at.Equal(from.Add(time.Duration(want)*time.Minute))
			}
			if k := read(); !is(k.Begun, step.begun) || !is(k.Ended, step.ended) {
				t.Errorf("at minute %d: begun %v, ended %v", step.minute, k.Begun, k.Ended)
			}
		}
		if err := work(155, func(t *record.Task) { t.Begin(true) }); !fault.Is(err, fault.Conflict) {
			t.Errorf("begun after it ended: %v", err)
		}
		if err := work(156, func(t *record.Task) { t.Starts, t.Due = from, from.Add(time.Hour) }); !fault.Is(err, fault.Conflict) {
			t.Errorf("planned anew after it ended: %v", err)
		}
		all, err := c.db.Ledger().Timeline(t.Context(), i.ID, false)
		told := map[string]int{}
		for _, e := range all {
			for _, ch := range e.Changes {
				told[ch.Field]++
			}
		}
		if err != nil || told[record.TaskBegun] != 2 || told["task"] < 3 {
			t.Errorf("the timeline tells %v, %v", told, err)
		}
	})
}

// What a stranger types is kept as he typed it: making it harmless is the
// page's work, and a record that quietly changed is evidence lost.
func TestHostileTextStaysText(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		for n, text := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{.Secret}}`, `=cmd|' /C calc'!A0`, "'; DROP TABLE record; --", "\u202egnp.exe"} {
			i := c.register(c.call(map[string]string{"title": text, "description": text}))
			if _, err := c.Reply(t.Context(), c.user, i.Number, record.Input{Text: text}); err != nil {
				t.Fatal(err)
			}
			v, err := c.Read(t.Context(), c.user, i.Number)
			if err != nil || v.Title != text || v.Description != text || v.Entries[len(v.Entries)-1].Text != text {
				t.Errorf("%d: %q came back as %q, %v", n, text, v.Title, err)
			}
		}
		_, err := c.Register(t.Context(), c.anna, c.call(map[string]string{"title": "a\x00b"}))
		if got := faults(err); !slices.Equal(got, []string{"title record.not_text"}) {
			t.Errorf("a null byte: %v", got)
		}
		_, err = c.Register(t.Context(), c.anna, c.call(map[string]string{"title": strings.Repeat("长", 201)}))
		if got := faults(err); !slices.Equal(got, []string{"title record.too_long"}) {
			t.Errorf("201 characters: %v", got)
		}
	})
}

// Every reference is checked against the scope of whoever writes it.
func TestReferencedIDsOutsideTheScope(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		c.Rules.Refers = func(by people.Actor, typ record.Type, field, value string) error {
			if value == "666" {
				return fault.At(field, "record.no_such").With("ref", value)
			}
			return nil
		}
		for _, f := range []string{"service", "category", "zone", "department", "item"} {
			_, err := c.Register(t.Context(), c.anna, c.call(map[string]string{f: "666"}))
			if got := faults(err); !slices.Contains(got, f+" record.no_such") {
				t.Errorf("registered with a foreign %s: %v", f, got)
			}
		}
		i := c.register(c.call(nil))
		for _, f := range []string{"team", "owner"} {
			_, err := c.Move(t.Context(), c.bo, i.Number, "reassign", record.Input{Fields: map[string]string{f: "666"}, Text: "x"})
			if got := faults(err); !slices.Contains(got, f+" record.no_such") {
				t.Errorf("reassigned to a foreign %s: %v", f, got)
			}
		}
		for ref, want := range map[string]fault.Kind{"INC-2026-00099": fault.Missing, "nonsense": fault.Missing} {
			if _, err := c.Relate(t.Context(), c.anna, i.Number, ref, "relates"); !fault.Is(err, want) {
				t.Errorf("linked to %s: %v", ref, err)
			}
		}
		far := c.register(c.call(map[string]string{"service": "6"}))
		near := c.anna
		near.Scope = people.Scope{All: true, Cleared: []people.ZoneID{3}}
		if _, err := c.Relate(t.Context(), near, i.Number, far.Ref(), "relates"); !fault.Is(err, fault.Missing) {
			t.Errorf("linked to a record of a network not hers: %v", err)
		}
		call := c.call(nil)
		call.Parent = far.Number
		if _, err := c.Register(t.Context(), near, call); !slices.Equal(faults(err), []string{"parent record.no_such"}) {
			t.Errorf("a parent of a network not hers: %v", err)
		}
		if _, err := c.Relate(t.Context(), c.anna, i.Number, far.Ref(), "caused_by"); err != nil || !slices.Equal(c.links(i.ID), []string{"caused_by " + far.Ref()}) {
			t.Errorf("links %v, %v", c.links(i.ID), err)
		}
		if _, err := c.Unrelate(t.Context(), c.anna, i.Number, far.Ref(), "caused_by"); err != nil || len(c.links(i.ID)) != 0 {
			t.Errorf("links %v, %v", c.links(i.ID), err)
		}
	})
}

func TestTheCentresOwnFields(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		own := []record.Own{
			{Code: "floor", OwnField: record.OwnField{Type: record.Decimal, Required: []string{"resolve"}}},
			{Code: "secret", OwnField: record.OwnField{Type: record.Text}, Hidden: true},
		}
		c.Own = func() []record.Own { return own }
		call := c.call(nil)
		call.Extra = map[string]string{"secret": "kept inside"}
		i := c.register(call)
		c.move(c.bo, i.Number, "accept", record.Input{Fields: map[string]string{"owner": id(c.bo.ID)}})
		_, err := c.Move(t.Context(), c.bo, i.Number, "resolve", record.Input{Fields: solution()})
		if got := faults(err); !slices.Equal(got, []string{"x.floor record.required"}) {
			t.Errorf("resolved without a floor: %v", got)
		}
		_, err = c.Move(t.Context(), c.bo, i.Number, "resolve", record.Input{Fields: solution(), Extra: map[string]string{"floor": "high", "colour": "red"}})
		if got := faults(err); !slices.Equal(got, []string{"x.colour record.no_such_field", "x.floor record.not_a_decimal"}) {
			t.Errorf("resolved on floor high: %v", got)
		}
		got := c.move(c.bo, i.Number, "resolve", record.Input{Fields: solution(), Extra: map[string]string{"floor": "-1"}})
		if fmt.Sprint(got.More) != "map[floor:-1 secret:kept inside]" {
			t.Errorf("own fields %v", got.More)
		}
		v, err := c.Read(t.Context(), c.user, i.Number)
		if err != nil || fmt.Sprint(v.More) != "map[floor:-1]" {
			t.Errorf("the requester sees %v, %v", v.More, err)
		}
		own = nil // retired: what it holds stays and hinders nobody
		c.move(c.user, i.Number, "reopen", record.Input{Text: "again"})
	})
}
