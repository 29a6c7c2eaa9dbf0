package store_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func TestSearchFinds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		d, by := desk(db, &now), people.System(people.ViaJob)
		caller := people.Person{Code: "wangwei", Name: "王伟", Pinyin: "wangwei ww", Phone: "0571-8805", Changed: now}
		if err := db.SavePerson(t.Context(), &caller); err != nil {
			t.Fatal(err)
		}
		open := func(title, text string, who people.ID, team people.TeamID) *incident.Incident {
			t.Helper()
			now = now.Add(time.Minute)
			i := new(incident.Incident)
			i.Requester, i.Team = who, team
			if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": title, "description": text}}); err != nil {
				t.Fatal(err)
			}
			return i
		}
		mail := open("Mail is down", "since this morning the mail server does not answer", caller.ID, 1)
		printer := open("三楼打印机卡纸", "more about mail nowhere", 0, 2)
		network := open("政务外网无法访问", "路由器 10.1.2.3 没有响应", caller.ID, 2)
		say := func(i *incident.Incident, text string, public bool) {
			t.Helper()
			if err := d.Sit(t.Context(), by, func(s *record.Sitting[*incident.Incident]) error {
				r, err := s.Lock(i.Number)
				if err != nil {
					return err
				}
				return s.Say(r, record.Input{Text: text, Public: public, Sure: true})
			}); err != nil {
				t.Fatal(err)
			}
		}
		say(printer, "the spare drum is ordered", true)
		say(network, "supplier suspects sabotage", false)

		agent := people.Scope{Own: 999, Teams: []people.TeamID{2}, AllZones: true}
		official := people.Scope{Own: caller.ID, AllZones: true}
		for _, c := range []struct {
			name, text string
			scope      people.Scope
			inner      bool
			want       []*incident.Incident
		}{
			{"a title counts more than a text", "mail", people.Everything(), true, []*incident.Incident{mail, printer}},
			{"two characters", "打印", people.Everything(), true, []*incident.Incident{printer}},
			{"one character", "纸", people.Everything(), true, []*incident.Incident{printer}},
			{"a phrase over the words", "外网无法访问", people.Everything(), true, []*incident.Incident{network}},
			{"an address", "10.1.2.3", people.Everything(), true, []*incident.Incident{network}},
			{"a reply", "drum", people.Everything(), false, []*incident.Incident{printer}},
			{"a note, by staff", "sabotage", people.Everything(), true, []*incident.Incident{network}},
			{"a note, by others", "sabotage", people.Everything(), false, nil},
			{"a person", "王伟 mail", people.Everything(), true, []*incident.Incident{mail}},
			{"a person in pinyin", "wangwei", people.Everything(), true, []*incident.Incident{network, mail}},
			{"a phone", "0571-8805", people.Everything(), true, []*incident.Incident{network, mail}},
			{"a number", "INC-2026-00002", people.Everything(), true, []*incident.Incident{printer}},
			{"a number as people say it", "2", people.Everything(), true, []*incident.Incident{printer, network}},
			{"an agent finds what his teams have", "mail", agent, true, []*incident.Incident{printer}},
			{"and no number beyond", "INC-2026-00001", agent, true, nil},
			{"an official finds his own", "mail", official, false, []*incident.Incident{mail}},
			{"nothing asked", " ,", people.Everything(), true, nil},
		} {
			f, err := db.Finder().Search(t.Context(), c.scope, record.Search{Text: c.text, Inner: c.inner, Limit: 20, Now: now})
			if err != nil {
				t.Fatal(c.name, err)
			}
			var got, want []string
			for _, h := range f.Hits {
				got = append(got, h.Ref())
			}
			for _, i := range c.want {
				want = append(want, i.Ref())
			}
			if c.name != "a title counts more than a text" { // else they are equally relevant
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) || f.Total != len(want) || f.More {
				t.Errorf("%s: found %v (%d, more %v), want %v", c.name, got, f.Total, f.More, want)
			}
		}
		f, err := db.Finder().Search(t.Context(), people.Everything(), record.Search{Text: "drum", Limit: 20, Now: now})
		if err != nil || len(f.Hits) != 1 || len(f.Hits[0].Excerpts) != 2 || f.Hits[0].Excerpts[1].Where != "reply" || f.Hits[0].Excerpts[1].Parts[1].Text != "drum" {
			t.Errorf("excerpts %+v, %v", f.Hits, err)
		}
		if _, err := d.Edit(t.Context(), by, mail.Number, []record.Change{{Field: "title", Was: "Mail is down", Now: "Portal is down"}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		if f, err := db.Finder().Search(t.Context(), people.Everything(), record.Search{Text: "portal", Limit: 20, Now: now}); err != nil || len(f.Hits) != 1 {
			t.Errorf("after the title changed: %d, %v", len(f.Hits), err)
		}
		if _, err := db.ExecForTest(t.Context(), "DELETE FROM search"); err != nil {
			t.Fatal(err)
		}
		done := 0
		if err := db.Reindex(t.Context(), func(n int) { done = n }); err != nil || done != 3 {
			t.Fatalf("built anew: %d, %v", done, err)
		}
		for text, want := range map[string]int{"portal": 1, "sabotage": 0, "drum": 1, "王伟": 2, "10.1.2.3": 1} {
			if f, err := db.Finder().Search(t.Context(), people.Everything(), record.Search{Text: text, Limit: 20, Now: now}); err != nil || len(f.Hits) != want {
				t.Errorf("built anew, %s: %d, %v, want %d", text, len(f.Hits), err, want)
			}
		}
	})
}
