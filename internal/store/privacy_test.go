package store_test

import (
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/record"
)

// ended opens an incident in which a person is named, and cancels it.
func (w *town) ended(t *testing.T, who people.ID, title string) *incident.Incident {
	t.Helper()
	d, by := desk(w.DB, &w.now), people.System(people.ViaJob)
	i := &incident.Incident{}
	i.Requester = who
	if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": title, "description": title + " again"}, Text: title}); err != nil {
		t.Fatal(err)
	}
	got, err := d.Move(t.Context(), by, i.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "no_fault"}, Text: "call " + title})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestMaskingAPerson(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		id := w.person(t, "wangxm", access.Requester)
		p, err := w.Person(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		p.Name, p.Mail, p.Phone, p.Room = "王小明", "wangxm@city.example", "88886666", "A301"
		if err := w.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		in := w.enter(t, "wangxm")
		i := w.ended(t, id, "王小明 (88886666) cannot print")
		k := &privacy.Keeper{Store: w.Privacy(), Settings: w.settings, Pen: w.DB, Now: func() time.Time { return w.now }, Kinds: []string{"incident"}}
		sys, sec := w.actor(t, w.person(t, "sys", access.SystemAdministrator)), w.actor(t, w.person(t, "sec", access.SecurityAdministrator))
		if err := k.MaskPerson(t.Context(), sys, id); !fault.Is(err, fault.Denied) {
			t.Errorf("the system administrator masks: %v", err)
		}
		if err := k.MaskPerson(t.Context(), sec, sec.ID); key(err) != "privacy.own" {
			t.Errorf("somebody masks himself: %v", err)
		}
		if err := k.MaskPerson(t.Context(), sec, id); err != nil {
			t.Fatal(err)
		}
		p, err = w.Person(t.Context(), id)
		if err != nil || p.Name != privacy.Alias(id) || p.Mail+p.Phone+p.Room != "" || strings.Contains(p.Pinyin, "wang") || !p.Retired {
			t.Errorf("the person: %+v, %v", p, err)
		}
		got, err := w.Incidents().Find(t.Context(), people.Everything(), i.Number)
		if err != nil || strings.Contains(got.Title+got.Description, "王小明") || strings.Contains(got.Title, "88886666") || !strings.Contains(got.Title, "cannot print") || got.Requester != id {
			t.Errorf("the record: %q %q, %v", got.Title, got.Description, err)
		}
		entries, err := w.Ledger().Timeline(t.Context(), i.ID, false)
		if err != nil || len(entries) != 3 {
			t.Fatalf("timeline %+v, %v", entries, err)
		}
		for _, e := range entries {
			if strings.Contains(e.Text, "王小明") || e.Text != "" && !strings.Contains(e.Text, "cannot print") {
				t.Errorf("timeline says %q", e.Text)
			}
		}
		if _, err := w.door.Who(t.Context(), in.Token); !fault.Is(err, fault.Unknown) {
			t.Errorf("a masked person is still in: %v", err)
		}
		if _, err := w.door.Enter(t.Context(), here, "wangxm", good, ""); key(err) != "signin.wrong" {
			t.Errorf("a masked person comes in: %v", err)
		}
		if got := w.deeds(t, audit.Filter{Deed: "privacy.mask"}); len(got) != 3 || got[0] != "privacy.mask done" {
			t.Errorf("audit %v", got)
		}
	})
}

func TestRetention(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		id := w.person(t, "li")
		old := w.ended(t, id, "Person li has no mail")
		w.now = w.now.AddDate(0, 20, 0)
		young := w.ended(t, id, "Person li has no phone")
		k := &privacy.Keeper{Store: w.Privacy(), Settings: w.settings, Pen: w.DB, Now: func() time.Time { return w.now }, Kinds: []string{"incident"}}
		if more, err := k.Run(t.Context()); more || err != nil {
			t.Fatalf("nothing arranged: %v, %v", more, err)
		}
		sec := w.actor(t, w.person(t, "sec", access.SecurityAdministrator))
		if err := k.SetRetention(t.Context(), sec, privacy.Retention{Records: map[string]int{"sorcery": 3}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("an unknown kind: %v", err)
		}
		if err := k.SetRetention(t.Context(), sec, privacy.Retention{Records: map[string]int{"incident": 12}, Persons: 12}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second run finds nothing more to do
			if _, err := k.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		find := func(n record.Number) *incident.Incident {
			got, err := w.Incidents().Find(t.Context(), people.Everything(), n)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := find(old.Number); got.Requester != 0 || strings.Contains(got.Title, "Person li") {
			t.Errorf("past its period: requester %d, %q", got.Requester, got.Title)
		}
		if got := find(young.Number); got.Requester != id || !strings.Contains(got.Title, "Person li") {
			t.Errorf("within its period: requester %d, %q", got.Requester, got.Title)
		}
		p, err := w.Person(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		p.Retired, p.Changed = true, w.now
		if err := w.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.AddDate(0, 13, 0)
		if _, err := k.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p, err = w.Person(t.Context(), id); err != nil || p.Name != privacy.Alias(id) {
			t.Errorf("long retired: %q, %v", p.Name, err)
		}
		if got := w.deeds(t, audit.Filter{Deed: "privacy.mask"}); len(got) != 3 {
			t.Errorf("audit %v", got)
		}
	})
}
