package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/testkit/browser"
)

// pair are two authorised changes in the demo city, one of each host of an
// application that needs one of the two; the first has its day.
type pair struct {
	h                *house
	t                *testing.T
	one, two         *change.Change
	day              time.Time // in the city's zone
	asks, leads, aid people.Actor
}

func newPair(t *testing.T, h *house, s *story) *pair {
	t.Helper()
	p := &pair{h: h, t: t}
	for role, into := range map[string]*people.Actor{"Engineer": &p.asks, "Change manager": &p.leads, "Problem manager": &p.aid} {
		a, err := h.who.roster.Actor(t.Context(), s.visitor(h, role), 0, Now())
		if err != nil {
			t.Fatal(err)
		}
		*into = a
	}
	all := people.System(people.ViaShell)
	ids := map[string]record.ItemID{}
	for code, class := range map[string]string{"PAIR-1": "server", "PAIR-2": "server", "PAIR-APP": "application"} {
		i, err := h.items().Save(t.Context(), all, cmdb.Input{Fields: map[string]string{"class": class, "code": code, "name_en": code, "name_zh": code, "state": "live", "owner": p.leads.ID.String()}})
		if err != nil {
			t.Fatal(code, err)
		}
		ids[code] = i.ID
	}
	group, err := h.items().Group(t.Context(), all, cmdb.Group{Item: ids["PAIR-APP"], Name: people.Text{En: "cluster", Zh: "集群"}, Need: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"PAIR-1", "PAIR-2"} {
		if _, err := h.items().Relate(t.Context(), all, cmdb.Relation{Source: ids["PAIR-APP"], Target: ids[code], Type: "depends_on", Group: group.ID}); err != nil {
			t.Fatal(err)
		}
	}
	p.one, p.two = p.authorised("第一台主机更换固件", ids["PAIR-1"], p.asks), p.authorised("第二台主机更换固件", ids["PAIR-2"], p.aid)
	p.day = p.freeDay()
	p.one = p.move(p.one, "schedule", change.Span{From: p.day.Add(30 * time.Minute), Until: p.day.Add(23*time.Hour + 30*time.Minute)})
	return p
}

func (p *pair) authorised(title string, item record.ItemID, owner people.Actor) *change.Change {
	p.t.Helper()
	ctx := p.t.Context()
	c, err := p.h.changes.Raise(ctx, p.asks, record.Input{Fields: map[string]string{"title": title, "reason": "安全漏洞修复", "type": "normal", "items": fmt.Sprint(item)}})
	for _, step := range []struct {
		by     people.Actor
		move   string
		fields map[string]string
	}{
		{p.asks, "submit", nil},
		{p.leads, "filter", nil},
		{p.leads, "assess", map[string]string{"owner": owner.ID.String()}},
		{p.leads, "propose", map[string]string{"impact": "2", "likelihood": "1", "procedure": "替换", "test": "实验室验证", "back_out": "换回", "back_out_time": "30"}},
	} {
		if err != nil {
			p.t.Fatal(err)
		}
		c, err = p.h.changes.Move(ctx, step.by, c.Number, step.move, record.Input{Fields: step.fields})
	}
	if err == nil {
		c, err = p.h.changes.Decide(ctx, p.leads, c.Number, approval.Vote{Answer: approval.Yes}, record.Input{})
	}
	if err != nil || c.State != change.Authorised {
		p.t.Fatal(c, err)
	}
	return c
}

// freeDay is a day on which nothing is met, and nothing else is planned: a month
// shows the first few of a day.
func (p *pair) freeDay() time.Time {
	p.t.Helper()
	zone := p.h.place()
	now := Now().In(zone)
	for n := 4; n < 80; n++ {
		day := time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, zone)
		found, err := p.h.planning.Meets(p.t.Context(), people.System(people.ViaShell), p.two, change.Span{From: day, Until: day.AddDate(0, 0, 1)})
		if err != nil {
			p.t.Fatal(err)
		}
		sheet, err := p.h.schedule.Show(p.t.Context(), p.leads, change.Span{From: day, Until: day.AddDate(0, 0, 1)})
		if err != nil {
			p.t.Fatal(err)
		}
		if len(found)+len(sheet.Work) == 0 {
			return day
		}
	}
	p.t.Fatal("no day is free")
	return now
}

func (p *pair) move(c *change.Change, name string, when change.Span) *change.Change {
	p.t.Helper()
	c, err := p.h.changes.Move(p.t.Context(), p.leads, c.Number, name, record.Input{Fields: map[string]string{"starts": when.From.UTC().Format(time.RFC3339), "ends": when.Until.UTC().Format(time.RFC3339)}})
	if err != nil {
		p.t.Fatal(name, err)
	}
	return c
}

// TestAPairIsNeverChangedInOneNight: the second host of a pair is refused the
// night of the first, with the way by which they meet; another time is offered
// and taken with one press.
func TestAPairIsNeverChangedInOneNight(t *testing.T) {
	t.Parallel()
	h, url, enter := demoHouse(t)
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	both := newPair(t, h, s)
	const path = "PAIR-2 + PAIR-1 → PAIR-APP"
	enter(p, "Change manager")

	at := "/changes/" + both.two.Ref()
	s.Go(url + at)
	s.Click(`.deeds [hx-get$="/move/schedule"]`)
	s.put("starts", both.day.Add(20*time.Hour).Format("2006-01-02T15:04"))
	s.put("ends", both.day.Add(22*time.Hour).Format("2006-01-02T15:04"))
	s.Ctrl(browser.Enter)
	s.Until(fmt.Sprintf(`document.querySelector('dialog[open]')?.textContent.includes(%q)`, path))
	s.Picture("pair refused")
	s.Click(`dialog[open] button[name=seek]`) // another time is chosen in the form, and not kept yet
	s.Until(`document.activeElement.name === 'slot' && document.activeElement.form?.['htmx-internal-data']`)
	s.Screen("free times in the form")
	s.Keys(browser.Enter)
	s.Until(`document.querySelector('dialog[open] #free-times')?.textContent.includes('stands in the fields') && !document.querySelector('dialog[open] button[name=slot]')`)
	if c, err := h.changes.Find(t.Context(), both.leads, both.two.Number); err != nil || c.State != change.Authorised {
		t.Fatal("choosing a time in the form kept it", err)
	}
	s.everyLook(at + "/plan")
	s.Go(url + at + "/plan")
	s.Click(`button[name=slot]`)
	s.Until(`document.querySelector('.body p.row').textContent.includes('Scheduled')`)
	if c, err := h.changes.Find(t.Context(), both.leads, both.two.Number); err != nil || c.State != change.Scheduled {
		t.Fatal("the offered time was not taken", err)
	}
	both.dragged(s)
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") { // a form that comes back is no fault of the page
			t.Error(c)
		}
	}
}

// dragged drags the first change to another day of its month: what it would meet
// there is asked anew, and only a yes moves it.
func (p *pair) dragged(s *story) {
	p.t.Helper()
	was := change.Span{From: p.one.Starts.In(p.day.Location()), Until: p.one.Ends.In(p.day.Location())}
	free := func() int { // days on, within the month
		for n := -27; n <= 27; n++ {
			to := change.Span{From: was.From.AddDate(0, 0, n), Until: was.Until.AddDate(0, 0, n)}
			if n == 0 || to.From.Month() != was.From.Month() || to.From.Before(Now().AddDate(0, 0, 1)) {
				continue
			}
			found, err := p.h.planning.Meets(p.t.Context(), p.leads, p.one, to)
			if err != nil {
				p.t.Fatal(err)
			}
			if len(found) == 0 {
				return n
			}
		}
		p.t.Fatal("the month has no other free day")
		return 0
	}
	n := free()
	day := was.From.AddDate(0, 0, n)
	s.Go(s.url + "/calendar?month=" + was.From.Format("2006-01"))
	s.Drag(fmt.Sprintf(`a.cal-title[title*=%q]`, p.one.Title), fmt.Sprintf(`time[datetime=%q]`, day.Format(time.DateOnly)))
	s.Click(`.calendar-say button`)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		c, err := p.h.changes.Find(p.t.Context(), p.leads, p.one.Number)
		if err != nil {
			p.t.Fatal(err)
		}
		if c.Starts.Equal(day) && c.Ends.Equal(was.Until.AddDate(0, 0, n)) {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("dragged by %d days from %v, it begins %v; the page says %q", n, was.From, c.Starts, s.Text(".calendar-say"))
		}
	}
}
