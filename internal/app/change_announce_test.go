package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// TestUsersAreToldBefore: what users are told is drafted from what the change
// takes down, edited, and sent to their departments; a strict centre lets nothing
// begin of which they were not told in time; officials of the department read it
// on the portal, others do not.
func TestUsersAreToldBefore(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			ctx, room := t.Context(), w.house.announcements
			tax := w.served(t)
			for _, who := range []string{"change_manager", "engineer"} {
				w.clear(t, who, w.zones["open"])
			}
			c := w.authorised(t, "Firmware of the first host", "H1", "zone", fmt.Sprint(w.zones["open"]))
			if _, err := room.Draft(ctx, w.manager, c.Number); !strings.Contains(fmt.Sprint(err), "no_window") {
				t.Errorf("without a window: %v", err)
			}
			starts := Now().UTC().Truncate(time.Hour).AddDate(0, 0, 14)
			c = w.move(t, w.manager, c, "schedule", "starts", starts.Format(time.RFC3339), "ends", starts.Add(4*time.Hour).Format(time.RFC3339), "owner", w.engineer.ID.String())
			stands := func(want change.Standing) []change.Announcement {
				t.Helper()
				_, all, st, err := room.Of(ctx, w.manager, c.Number)
				if err != nil || st != want {
					t.Fatalf("it stands %q, want %q: %v", st, want, err)
				}
				return all
			}
			stands(change.Untold)
			if err := room.Told(ctx, c); err != nil {
				t.Errorf("a centre that warns refuses: %v", err)
			}
			policy := change.StandardPolicy()
			policy.Strict = change.Refuses
			w.policy(t, policy)
			if err := room.Told(ctx, c); !strings.Contains(fmt.Sprint(err), "announce.untold") {
				t.Errorf("strict, and untold: %v", err)
			}
			if _, err := room.Draft(ctx, w.officer, c.Number); !fault.Is(err, fault.Denied) {
				t.Errorf("who may not drafts one: %v", err)
			}
			a, err := room.Draft(ctx, w.manager, c.Number)
			if err != nil || len(a.Services) != 1 || !slices.Equal(a.Departments, []people.DepartmentID{tax}) || strings.Contains(fmt.Sprint(a), canary) || !strings.Contains(a.Text.En, "Mail") || !strings.Contains(a.Text.Zh, "邮件") {
				t.Fatalf("drafted: %+v, %v", a, err)
			}
			stands(change.Untold)
			in := change.Edited{Title: people.Text{En: "Mail is down", Zh: "邮件停用"}, Text: a.Text, Departments: a.Departments, Version: a.Changed}
			if a, err = room.Edit(ctx, w.manager, c.Number, a.ID, in); err != nil {
				t.Fatal(err)
			}
			if _, err := room.Edit(ctx, w.manager, c.Number, a.ID, in); !fault.Is(err, fault.Conflict) {
				t.Errorf("an edit of what was edited meanwhile: %v", err)
			}
			if page := w.portal(t, "clerk"); strings.Contains(page, "Mail is down") {
				t.Error("a draft is told")
			}
			at := fmt.Sprintf("/changes/%s/announce/%d", c.Ref(), a.ID)
			typed := url.Values{"title_en": {"Mail rests"}, "title_zh": {"邮件停用"}, "text_en": {"Typed on the page"}, "text_zh": {"停用"}, "departments": {fmt.Sprint(tax)}, "version": {fmt.Sprint(in.Version)}}
			if page := w.send(t, at+"/send", 422, typed); !strings.Contains(page, "Typed on the page") || !strings.Contains(page, "Mail is down") || !strings.Contains(page, "Read theirs") {
				t.Errorf("the page loses what was typed, or what was kept meanwhile: %.3000s", page)
			}
			for version, want := range map[int64]string{0: "row_version", in.Version: "edited_meanwhile"} {
				if _, err := room.Send(ctx, w.manager, c.Number, a.ID, version); !strings.Contains(fmt.Sprintf("%+v", fault.All(err)), want) {
					t.Errorf("version %d is sent: %v", version, err)
				}
			}
			if a, err = room.Send(ctx, w.manager, c.Number, a.ID, a.Changed); err != nil || a.Told != 1 {
				t.Fatalf("sent: %+v, %v", a, err)
			}
			if _, err := room.Send(ctx, w.manager, c.Number, a.ID, a.Changed); !fault.Is(err, fault.Conflict) {
				t.Errorf("sent twice: %v", err)
			}
			w.dropped(t, c, typed)
			stands(change.ToldWell)
			if err := room.Told(ctx, c); err != nil {
				t.Errorf("told, and refused: %v", err)
			}
			if page := w.portal(t, "clerk"); !strings.Contains(page, "Mail is down") {
				t.Error("the portal does not tell the department")
			}
			if page := w.portal(t, access.Requester); strings.Contains(page, "Mail is down") {
				t.Error("the portal tells somebody else")
			}
			w.enclosed(t, c)
			c = w.move(t, w.manager, c, "reschedule", "starts", starts.Add(24*time.Hour).Format(time.RFC3339), "ends", starts.Add(28*time.Hour).Format(time.RFC3339))
			stands(change.ToldElse)
			if page := w.portal(t, "clerk"); !strings.Contains(page, "Moved") || !strings.Contains(page, "New time: ") {
				t.Error("the portal still tells the old time")
			}
			late := change.Announcement{Told: 1, Sent: c.Starts.Add(-time.Hour), Span: c.Window()}
			if got := policy.Stands(c, change.Touched{Any: true}, []change.Announcement{late}, w.house.workdays); got != change.ToldLate {
				t.Errorf("an hour before is %q", got)
			}
			w.toldElsewhere(t, policy, c)
			w.reconsidered(t, c)
		})
	}
}

// reconsidered: what was told of a change that is assessed anew is not told as if
// it stood, on the portal, in mails that wait and to whoever plans it.
func (w *works) reconsidered(t *testing.T, c *change.Change) {
	t.Helper()
	ctx, room := t.Context(), w.house.announcements
	a, err := room.Draft(ctx, w.manager, c.Number)
	if err == nil {
		a, err = room.Send(ctx, w.manager, c.Number, a.ID, a.Changed)
	}
	if err != nil {
		t.Fatal(err)
	}
	mail := func() notice.Delivery {
		t.Helper()
		d := notice.Delivery{What: notice.WorkTold, Person: w.id["clerk"], View: fmt.Sprintf("/portal/work/%d", a.ID)}
		if holds, err := w.house.mailHolds(ctx, &d); err != nil || !holds {
			t.Errorf("the mail of what is planned is held back: %v", err)
		}
		return d
	}
	if d := mail(); d.Anew || strings.Contains(w.portal(t, "clerk"), "Being reconsidered") {
		t.Error("what stands is told as being reconsidered")
	}
	c = w.move(t, w.manager, c, "reconsider")
	if page := w.portal(t, "clerk"); !strings.Contains(page, "Being reconsidered") || !strings.Contains(page, "announced time may change") {
		t.Error("the portal tells the announced time as if it stood")
	}
	d := mail()
	d.Lang, d.Title = "zh", "邮件停用"
	if text := (notice.Writer{}).Write(d).Text; !d.Anew || !strings.Contains(text, "已公布的时间可能变更") {
		t.Errorf("a mail that waits tells the time as if it stood: %s", text)
	}
	if page := w.page(t, 200, w.token["change_manager"], "GET", "/changes/"+c.Ref()+"/announce", ""); !strings.Contains(page, "mails that wait say so") {
		t.Error("whoever plans it does not learn what readers are told")
	}
	w.sequel(t, c, a)
}

// sequel: the mail that says that the date is open again goes only to who was
// sent the first one before, or an earlier one about the same change, and as long
// as that is so.
func (w *works) sequel(t *testing.T, c *change.Change, a *change.Announcement) {
	t.Helper()
	ctx, room := t.Context(), w.house.announcements
	now := Now()
	room.Now = func() time.Time { return now }
	turn := func() []change.Turn {
		t.Helper()
		if err := room.Turn(ctx); err != nil {
			t.Fatal(err)
		}
		all, err := room.Turned.Turns(ctx, change.TurnsWanted{Change: c.ID})
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(all, func(t change.Turn) bool { return t.Announcement != a.ID })
	}
	if all := turn(); len(all) != 1 || all[0].Done || all[0].Outlook != change.Reopened {
		t.Fatalf("noted: %+v", all)
	}
	now = now.Add(10 * time.Minute)
	all := turn()
	if len(all) != 1 || !all[0].Done {
		t.Fatalf("told: %+v", all)
	}
	mail := notice.Delivery{What: notice.WorkReopened, Person: w.id["clerk"], View: fmt.Sprintf("/portal/work/%d", a.ID), At: all[0].At}
	holds := func(why string, want bool, d notice.Delivery) {
		t.Helper()
		if got, err := w.house.mailHolds(ctx, &d); err != nil || got != want {
			t.Errorf("%s: the mail holds %v, %v", why, got, err)
		}
	}
	holds("open again", true, mail)
	w.readsItsOwn(t, a, mail)
	off := mail
	off.What = notice.WorkOff
	holds("it is not called off", false, off)
	first := notice.Delivery{Key: fmt.Sprintf("%s.%d.%s", notice.WorkTold, a.ID, w.id["clerk"]), Person: w.id["clerk"], Address: "clerk@city.example", What: notice.WorkTold, About: record.Incident, At: a.Sent, Due: a.Sent, State: notice.Waiting}
	if err := w.house.db.Mails().Add(ctx, &first); err != nil {
		t.Fatal(err)
	}
	holds("the first mail has not gone", false, mail)
	told, err := room.Store.Announcements(ctx, c.ID)
	nth := slices.IndexFunc(told, func(o change.Announcement) bool { return o.ID != a.ID && !o.Sent.IsZero() })
	if err != nil || nth < 0 {
		t.Fatalf("announced: %+v, %v", told, err)
	}
	before := first
	before.ID, before.State, before.At, before.Sent = 0, notice.Gone, told[nth].Sent, a.Sent.Add(-time.Minute)
	before.Key = fmt.Sprintf("%s.%d.%s", notice.WorkTold, told[nth].ID, w.id["clerk"])
	if err := w.house.db.Mails().Add(ctx, &before); err != nil {
		t.Fatal(err)
	}
	holds("an earlier mail has gone, this one waits", false, mail)
	due, err := w.house.db.Mails().Waiting(ctx, now.AddDate(0, 0, 1), 100)
	at := slices.IndexFunc(due, func(d notice.Delivery) bool { return d.Key == first.Key })
	if err != nil || at < 0 {
		t.Fatalf("the mail does not wait: %v", err)
	}
	due[at].State = notice.Dead
	if err := w.house.db.Mails().Keep(ctx, due[at]); err != nil {
		t.Fatal(err)
	}
	holds("an earlier mail has gone, this one was given up", true, mail)
	w.move(t, w.manager, c, "drop", "why_dropped", "No budget.")
	holds("called off since", false, mail)
}

// fewer counts the announcements and turns that are read.
type fewer struct {
	change.AnnouncementStore
	change.TurnStore
	asked, read int
}

func (f *fewer) Announced(ctx context.Context, w change.ComingWanted) ([]change.Coming, error) {
	all, err := f.AnnouncementStore.Announced(ctx, w)
	f.asked, f.read = f.asked+1, f.read+len(all)
	return all, err
}

func (f *fewer) Turns(ctx context.Context, w change.TurnsWanted) ([]change.Turn, error) {
	all, err := f.TurnStore.Turns(ctx, w)
	for i := range all {
		if all[i].Announcement != w.Announcement {
			f.read++
		}
	}
	f.asked++
	return all, err
}

// readsItsOwn: a mail that waits reads the announcement that it is about, and no
// other that is not over.
func (w *works) readsItsOwn(t *testing.T, a *change.Announcement, sequel notice.Delivery) {
	t.Helper()
	ctx, room := t.Context(), w.house.announcements
	all, err := room.Store.Announced(ctx, change.ComingWanted{At: Now(), Limit: 9})
	if err != nil || len(all) < 2 {
		t.Fatalf("%d announcements are not over, %v", len(all), err)
	}
	count := &fewer{AnnouncementStore: room.Store, TurnStore: room.Turned}
	room.Store, room.Turned = count, count
	defer func() { room.Store, room.Turned = count.AnnouncementStore, count.TurnStore }()
	first := notice.Delivery{What: notice.WorkTold, Person: sequel.Person, View: sequel.View}
	for _, one := range []struct {
		mail  notice.Delivery
		asked int
	}{{first, 1}, {sequel, 2}} {
		count.asked, count.read = 0, 0
		holds, err := w.house.mailHolds(ctx, &one.mail)
		if err != nil || !holds || count.asked != one.asked || count.read != 1 {
			t.Errorf("the mail %s of announcement %d: holds %v, %d questions, %d announcements read, %v", one.mail.What, a.ID, holds, count.asked, count.read, err)
		}
	}
}

// toldElsewhere: what reached nobody, or not all departments that are touched,
// does not do.
func (w *works) toldElsewhere(t *testing.T, policy change.Policy, c *change.Change) {
	t.Helper()
	whom := change.Touched{Any: true, Must: []people.DepartmentID{2, 3}, Below: func(of []people.DepartmentID) []people.DepartmentID {
		if slices.Contains(of, 1) {
			of = append(of, 2, 3)
		}
		return of
	}}
	for _, one := range []struct {
		told int
		to   [][]people.DepartmentID
		want change.Standing
	}{
		{0, [][]people.DepartmentID{{1}}, change.Untold},
		{9, [][]people.DepartmentID{{4}}, change.ToldPart},
		{9, [][]people.DepartmentID{{2}}, change.ToldPart},
		{9, [][]people.DepartmentID{{2}, {3, 4}}, change.ToldWell},
		{9, [][]people.DepartmentID{{1}}, change.ToldWell},
	} {
		var all []change.Announcement
		for _, to := range one.to {
			all = append(all, change.Announcement{Told: one.told, Departments: to, Sent: c.Starts.AddDate(0, 0, -60), Span: c.Window()})
		}
		if got := policy.Stands(c, whom, all, w.house.workdays); got != one.want {
			t.Errorf("%d persons of %v were told: %q, not %q", one.told, one.to, got, one.want)
		}
	}
}

// enclosed: what was told of a change is told no more to who is not cleared for
// the network that it was given since.
func (w *works) enclosed(t *testing.T, c *change.Change) {
	t.Helper()
	open, closed := fmt.Sprint(w.zones["open"]), fmt.Sprint(w.zones["closed"])
	for _, one := range []struct {
		was, now string
		told     bool
	}{{open, closed, false}, {closed, open, true}} {
		if _, err := w.house.changes.Edit(t.Context(), w.all, c.Number, []record.Change{{Field: "zone", Was: one.was, Now: one.now}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		if page := w.portal(t, "clerk"); strings.Contains(page, "Mail is down") != one.told {
			t.Errorf("of a change in network %s the portal tells: %v", one.now, !one.told)
		}
	}
	secret := w.house.settings.All().Coded(setting.Service, "safe")
	plain := &change.Change{}
	plain.Service = record.ServiceID(secret.ID)
	if title, text := w.house.announcing(plain, change.Affected{}); strings.Contains(fmt.Sprint(title, text), canary) {
		t.Errorf("a change that everybody reads is announced as %v", title)
	}
}

// dropped: a draft that was withdrawn is neither edited nor sent, and the page
// keeps what was typed.
func (w *works) dropped(t *testing.T, c *change.Change, typed url.Values) {
	t.Helper()
	ctx, room := t.Context(), w.house.announcements
	a, err := room.Draft(ctx, w.manager, c.Number)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = room.Withdraw(ctx, w.manager, c.Number, a.ID); err != nil {
		t.Fatal(err)
	}
	_, edited := room.Edit(ctx, w.manager, c.Number, a.ID, change.Edited{Title: a.Title, Text: a.Text, Departments: a.Departments, Version: a.Changed})
	_, sent := room.Send(ctx, w.manager, c.Number, a.ID, a.Changed)
	for _, err := range []error{edited, sent} {
		if !fault.Is(err, fault.Conflict) || !strings.Contains(fmt.Sprint(err), "is_withdrawn") {
			t.Errorf("a draft that was dropped: %v", err)
		}
	}
	if page := w.send(t, fmt.Sprintf("/changes/%s/announce/%d/send", c.Ref(), a.ID), 422, typed); !strings.Contains(page, "Typed on the page") || !strings.Contains(page, "It was dropped meanwhile") {
		t.Errorf("the page loses what was typed: %.3000s", page)
	}
}

// department makes one.
func (w *works) department(t *testing.T, code string) people.DepartmentID {
	t.Helper()
	if err := w.house.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{{Kind: setting.Department, Code: code, Name: people.Text{En: code, Zh: code}, Changed: Now()}}}); err != nil {
		t.Fatal(err)
	}
	return people.DepartmentID(w.house.settings.All().Coded(setting.Department, code).ID)
}

// served makes a department with one clerk, who uses the mail that runs on the
// first host, as does something in a closed network.
func (w *works) served(t *testing.T) people.DepartmentID {
	t.Helper()
	h := w.house
	tax := w.department(t, "tax")
	mail := *h.settings.All().Coded(setting.Service, "mail")
	if err := setting.Write(&mail, catalogue.Service{Zone: w.zones["open"], BusinessOwner: tax, Audience: catalogue.Departments, For: []people.DepartmentID{tax}}); err != nil {
		t.Fatal(err)
	}
	if err := h.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{&mail}}); err != nil {
		t.Fatal(err)
	}
	w.person(t, "clerk", access.Requester, access.ReachOwn, false)
	p, err := h.db.Person(t.Context(), w.id["clerk"])
	if err != nil {
		t.Fatal(err)
	}
	p.Department, p.Doc.Cleared = tax, []people.ZoneID{w.zones["open"]}
	if err := h.db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if err := h.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	secret := &setting.Thing{Kind: setting.Service, Code: "safe", Name: people.Text{En: canary, Zh: canary}, Changed: Now()}
	if err := setting.Write(secret, catalogue.Service{Zone: w.zones["closed"], Audience: catalogue.Departments, For: []people.DepartmentID{w.department(t, "vault")}}); err != nil {
		t.Fatal(err)
	}
	if err := h.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{secret}}); err != nil {
		t.Fatal(err)
	}
	secret = h.settings.All().Coded(setting.Service, "safe")
	for _, one := range []struct {
		code, zone string
		service    int64
		gate       cmdb.Gate
	}{{"MAIL", "open", mail.ID, cmdb.NoGate}, {"SAFE", "closed", secret.ID, cmdb.Firewall}} {
		i, err := h.items().Save(t.Context(), w.all, cmdb.Input{Fields: map[string]string{
			"class": "service", "code": one.code, "name_en": one.code, "name_zh": one.code, "zone": fmt.Sprint(w.zones[one.zone]), "state": "live", "owner": fmt.Sprint(w.id[access.DeskAgent]), "service": fmt.Sprint(one.service),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.items().Relate(t.Context(), w.all, cmdb.Relation{Source: i.ID, Target: w.items["H1"], Type: "depends_on", Gate: one.gate}); err != nil {
			t.Fatal(err)
		}
	}
	return tax
}

// policy makes the centre decide on its changes.
func (w *works) policy(t *testing.T, p change.Policy) {
	t.Helper()
	thing := &setting.Thing{Kind: setting.Centre, Code: change.PolicyCode, Name: people.Text{En: "Policy of changes", Zh: "变更策略"}, Changed: Now()}
	if err := setting.Write(thing, p); err != nil {
		t.Fatal(err)
	}
	if err := w.house.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{thing}}); err != nil {
		t.Fatal(err)
	}
	if err := w.house.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// portal is what somebody reads of planned work.
func (w *works) portal(t *testing.T, who string) string {
	t.Helper()
	return w.page(t, 200, w.token[who], "GET", "/portal/work", "")
}
