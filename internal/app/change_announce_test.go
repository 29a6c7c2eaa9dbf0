package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
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
			c := w.authorised(t, "Firmware of the first host", "H1")
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
			if err != nil || !slices.Equal(a.Departments, []people.DepartmentID{tax}) || !strings.Contains(a.Text.En, "Mail") || !strings.Contains(a.Text.Zh, "邮件") {
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
			if a, err = room.Send(ctx, w.manager, c.Number, a.ID); err != nil || a.Told != 1 {
				t.Fatalf("sent: %+v, %v", a, err)
			}
			if _, err := room.Send(ctx, w.manager, c.Number, a.ID); !fault.Is(err, fault.Conflict) {
				t.Errorf("sent twice: %v", err)
			}
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
			c = w.move(t, w.manager, c, "reschedule", "starts", starts.Add(24*time.Hour).Format(time.RFC3339), "ends", starts.Add(28*time.Hour).Format(time.RFC3339))
			stands(change.ToldElse)
			if page := w.portal(t, "clerk"); !strings.Contains(page, "Called off") {
				t.Error("the portal still tells the old time")
			}
			late := change.Announcement{Sent: c.Starts.Add(-time.Hour), Span: c.Window()}
			if got := policy.Stands(c, true, []change.Announcement{late}, w.house.workdays); got != change.ToldLate {
				t.Errorf("an hour before is %q", got)
			}
		})
	}
}

// served makes a department with one clerk, who uses the mail that runs on the
// first host.
func (w *works) served(t *testing.T) people.DepartmentID {
	t.Helper()
	h := w.house
	if err := h.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{{Kind: setting.Department, Code: "tax", Name: people.Text{En: "Tax office", Zh: "税务局"}, Changed: Now()}}}); err != nil {
		t.Fatal(err)
	}
	tax := people.DepartmentID(h.settings.All().Coded(setting.Department, "tax").ID)
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
	p.Department = tax
	if err := h.db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if err := h.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	i, err := h.items().Save(t.Context(), w.all, cmdb.Input{Fields: map[string]string{
		"class": "service", "code": "MAIL", "name_en": "Mail", "name_zh": "邮件", "zone": fmt.Sprint(w.zones["open"]), "state": "live", "owner": fmt.Sprint(w.id[access.DeskAgent]), "service": fmt.Sprint(mail.ID),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.items().Relate(t.Context(), w.all, cmdb.Relation{Source: i.ID, Target: w.items["H1"], Type: "depends_on"}); err != nil {
		t.Fatal(err)
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
