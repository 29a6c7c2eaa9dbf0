package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// The lists of the duty log go on page by page to their end, each line once and
// in the order of the whole, also where several stand at one moment; a cursor is
// of its own list and filter.
func TestTheDutyLogIsReadPageByPage(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		team := people.TeamID(s.team)
		s.person("giver", people.Actor{Staff: true, Grants: people.NewGrants("duty.*"), Teams: []people.TeamID{team}, Token: 12})
		var plans []duty.Shift
		for i := range 7 {
			from := s.clock().Add(time.Duration(i) * 8 * time.Hour)
			plans = append(plans, duty.Shift{Team: team, From: from, To: from.Add(8 * time.Hour), Who: []people.ID{s.people["giver"].ID}, Opened: s.clock(), State: duty.Running})
		}
		if n, err := db.Duty().Plan(t.Context(), plans); n != len(plans) || err != nil {
			t.Fatalf("%d shifts are planned: %v", n, err)
		}
		all, err := db.Duty().Shifts(t.Context(), people.Everything(), duty.Query{Limit: 9})
		if err != nil || len(all) != len(plans) {
			t.Fatalf("%d shifts: %v", len(all), err)
		}
		at := "/api/v1/duty/shifts/" + strconv.FormatInt(all[len(all)-1].ID, 10)
		for i := range 5 {
			s.ask("giver", "POST", at+"/entries", fmt.Sprintf(`{"kind":"call","text":"call %d of UPS"}`, i)).want(200)
		}
		for list, n := range map[string]int{"/api/v1/duty/shifts?running=true": len(plans), "/api/v1/duty/entries?words=ups": 5} {
			whole := s.logPage(list + "&limit=500").ids
			first := s.logPage(list + "&limit=2")
			parts := first.ids
			for to := first.Next; to != ""; {
				p := s.logPage(to)
				parts, to = append(parts, p.ids...), p.Next
			}
			if len(whole) != n || !slices.Equal(whole, parts) || slices.Equal(whole, slices.Sorted(slices.Values(whole))) {
				t.Errorf("%s: %d at once, %d in pages", list, whole, parts)
			}
			s.ask("giver", "GET", first.Next+"&team="+strconv.Itoa(int(team)), "").want(422, "api.bad_cursor")
			s.ask("giver", "GET", list+"&cursor=x", "").want(422, "api.bad_cursor")
			s.ask("giver", "GET", list+"&limit=501", "").want(422, "record.out_of_range")
		}
	})
}

// logPage is a page of a list of the duty log, as far as it is looked at.
type logPage struct {
	Items []struct {
		ID int64 `json:"id"`
	} `json:"items"`
	Next string `json:"next"`
	ids  []int64
}

func (s *city) logPage(path string) (p logPage) {
	s.t.Helper()
	got := s.ask("giver", "GET", path, "").want(200)
	if err := json.Unmarshal([]byte(got.body), &p); err != nil {
		s.t.Fatal(err)
	}
	for _, i := range p.Items {
		p.ids = append(p.ids, i.ID)
	}
	if link := got.head.Get("Link"); (p.Next == "") != (link == "") || p.Items == nil {
		s.t.Errorf("%s: %q is next, the header says %q: %s", path, p.Next, link, got.body)
	}
	return p
}

// A shift through the API: opened, written in, handed over by one and accepted
// by another.
func TestAShiftThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		team := people.TeamID(s.team)
		grants := people.NewGrants("duty.*")
		s.person("giver", people.Actor{Staff: true, Grants: grants, Teams: []people.TeamID{team}, Token: 12})
		s.person("taker", people.Actor{Staff: true, Grants: grants, Teams: []people.TeamID{team}, Token: 13})
		s.person("bystander", people.Actor{Staff: true, Grants: people.NewGrants("duty.read", "duty.work"), Scope: people.Everything(), Token: 14})
		thing := *s.keeper.All().Find(setting.Team, int64(team))
		doc, err := setting.Read[people.Team](thing)
		if err != nil {
			t.Fatal(err)
		}
		doc.Members = append(doc.Members, s.people["giver"].ID, s.people["taker"].ID)
		if err := setting.Write(&thing, doc); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Save(t.Context(), &thing); err != nil {
			t.Fatal(err)
		}
		from, to := s.clock().Format(time.RFC3339), s.clock().Add(8*time.Hour).Format(time.RFC3339)
		body := `{"team":` + strconv.Itoa(int(team)) + `,"from":"` + from + `","to":"` + to + `"}`
		s.ask("reader", "POST", "/api/v1/duty/shifts", body).want(403)
		s.ask("giver", "POST", "/api/v1/duty/shifts", `{"team":1,"from":"x","to":""}`).want(422, "record.not_a_moment")
		s.ask("giver", "POST", "/api/v1/duty/shifts", body).want(200, `"state":"running"`, `"by_hand":true`)
		all, err := db.Duty().Shifts(t.Context(), people.Everything(), duty.Query{Limit: 2})
		if err != nil || len(all) != 1 {
			t.Fatalf("%d shifts: %v", len(all), err)
		}
		at := "/api/v1/duty/shifts/" + strconv.FormatInt(all[0].ID, 10)
		s.ask("bystander", "GET", at, "").want(404, "watch.no_such_shift")
		s.ask("bystander", "GET", "/api/v1/duty/shifts", "").want(200, `"items":[]`)
		s.ask("bystander", "POST", at+"/entries", `{"kind":"call","text":"x"}`).want(404)
		s.ask("giver", "POST", at+"/entries", `{"kind":"observation","text":"UPS 告警","stay":true}`).want(200, "UPS 告警", `"carried":0`)
		s.ask("giver", "POST", at+"/entries/1/correct", `{"text":"UPS 告警一次"}`).want(200, `"text":"UPS 告警一次"`, `"before":[{"text":"UPS 告警"`)
		s.ask("giver", "GET", "/api/v1/duty/entries?words=告警&from="+from, "").want(200, "UPS 告警一次")
		s.ask("giver", "GET", "/api/v1/duty/entries?team=x", "").want(422, "record.not_a_number")
		s.ask("giver", "GET", at+"/standing", "").want(200, `"what":"matter"`)
		s.ask("giver", "POST", at+"/give", `{"summary":"One thing"}`).want(200, `"state":"offered"`)
		s.ask("giver", "POST", at+"/accept", `{"version":4}`).want(403, "watch.not_from_yourself")
		s.ask("taker", "POST", at+"/accept", `{"version":1}`).want(412, "watch.read_again")
		s.ask("taker", "POST", at+"/refuse", `{"why":"Which?"}`).want(200, `"state":"refused"`)
		s.ask("giver", "POST", at+"/give", `{"summary":"The UPS"}`).want(200)
		s.ask("taker", "POST", at+"/accept", `{"version":6,"remark":"Read"}`).want(200, `"state":"closed"`, `"state":"accepted"`)
		s.ask("giver", "POST", at+"/entries", `{"kind":"call","text":"late"}`).want(409, "watch.frozen")
		s.ask("taker", "POST", at+"/matters/1/close", `{"result":"late"}`).want(409, "watch.frozen")
	})
}
