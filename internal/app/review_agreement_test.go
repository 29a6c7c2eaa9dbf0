package app

import (
	"slices"
	"strings"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// TestReviewsTellByAgreement: a service level review tells what was kept and broken under
// each agreement, and an operations review what teams promised each other, the same before
// that was counted and after.
func TestReviewsTellByAgreement(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine string) {
		h := testHouse(t, engine)
		if err := h.fill(t.Context(), "XS"); err != nil {
			t.Fatal(err)
		}
		ctx, room := t.Context(), h.reviews()
		room.Leads = nil
		all := h.settings.All()
		i := slices.IndexFunc(all.Of(setting.Agreement), func(one *setting.Thing) bool { return one.Code == "standard" })
		standard := all.Of(setting.Agreement)[i]
		for _, team := range all.Of(setting.Team) {
			a, err := setting.Read[sla.Agreement](*standard)
			if err != nil {
				t.Fatal(err)
			}
			a.Kind, a.Party = sla.OLA, team.ID
			own := setting.Thing{Kind: setting.Agreement, Code: "ola_" + team.Code, Name: people.Text{En: "OLA " + team.Code, Zh: "内部协议" + team.Code}, Changed: Now()}
			if err := setting.Write(&own, a); err != nil {
				t.Fatal(err)
			}
			if err := h.settings.Save(ctx, &own); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.refresh(ctx); err != nil {
			t.Fatal(err)
		}
		if err := h.promises().Count(ctx, Now()); err != nil {
			t.Fatal(err)
		}
		staff, err := h.staff(ctx)
		if err != nil || len(staff) == 0 {
			t.Fatal(err)
		}
		lead := people.System(people.ViaShell)
		lead.ID = staff[0].ID
		call := func(k review.Kind) int64 {
			t.Helper()
			r, err := room.Call(ctx, lead, review.Call{Kind: k, Name: people.Text{En: "Quarter"}, At: Now(), From: Now().AddDate(0, -3, 0), Until: Now().AddDate(0, 0, -1)}) // its end moves on no more
			if err != nil {
				t.Fatal(err)
			}
			return r.ID
		}
		point := func(id int64, f review.Figure) review.Item {
			t.Helper()
			r, err := room.Find(ctx, lead, id)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(r.Agenda, func(p review.Item) bool { return p.Figure == f })
			if i < 0 || r.Agenda[i].Says.En == "" {
				t.Fatalf("%s is not on the agenda or not told", f)
			}
			return r.Agenda[i]
		}
		service := call(review.Service)
		for _, f := range []review.Figure{review.Results, review.Breaches} {
			p := point(service, f)
			if !slices.ContainsFunc(p.Lines, func(l review.Line) bool {
				return strings.HasPrefix(l.Text.En, "Under "+standard.Name.En+": ") && strings.HasPrefix(l.Text.Zh, "按"+standard.Name.Zh+"：") && l.Link != ""
			}) {
				t.Errorf("%s does not tell of the %s: %+v", f, standard.Name.En, p.Lines)
			}
		}

		ops := call(review.Operations)
		replayed := point(ops, review.Inside)
		if strings.Contains(replayed.Says.En, " 0 of 0 ") {
			t.Errorf("no promise between teams ended: %s", replayed.Says.En)
		}
		if err := h.teamPromises().Count(ctx, Now()); err != nil {
			t.Fatal(err)
		}
		if mark, err := h.db.TeamPromises().Mark(ctx); err != nil || mark.At.IsZero() {
			t.Errorf("counted: %+v, %v", mark, err)
		}
		if counted := point(ops, review.Inside); counted.Says != replayed.Says || !slices.Equal(counted.Lines, replayed.Lines) {
			t.Errorf("counted:  %+v\nreplayed: %+v", counted, replayed)
		}
	})
}
