package app

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
)

// TestAnOperationsReviewCountsJobs: a job is a recurring operation of a kind of its
// own, which the review of operations counts.
func TestAnOperationsReviewCountsJobs(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine string) {
		w := newWorks(t, engine)
		h, ctx := w.house, t.Context()
		team, err := h.settingsDesk().Save(ctx, w.all, setting.Input{Kind: setting.Team, Fields: map[string]string{"code": "night", "name_en": "Night shift", "members": w.id["engineer"].String()}})
		must(t, err)
		w.keepsOnPage(t, "/settings/operation/new", url.Values{"code": {"exchange-run"}, "name_en": {"Exchange with the province"}, "kind": {"job"}, "rule": {"FREQ=DAILY"}, "from": {"2026-11-01"}, "time": {"02:00"}, "target": {"60"}, "team": {strconv.FormatInt(team.ID, 10)}})
		must(t, h.refresh(ctx))
		plan := h.settings.All().Coded(setting.Operation, "exchange-run")
		if plan == nil {
			t.Fatal("the page keeps no job")
		}
		at := Now().Add(-48 * time.Hour)
		run := operation.Run{Plan: plan.ID, Name: plan.Name, Kind: operation.Job, Planned: at, At: at, By: at.Add(time.Hour), Team: people.TeamID(team.ID), State: operation.Missed}
		if _, err := h.db.Operations().Add(ctx, []operation.Run{run}); err != nil {
			t.Fatal(err)
		}
		told := w.toldNow(t, review.Operated)
		if len(told.Lines) != 1 || told.Lines[0].Text != (people.Text{En: "Job: 0 of 1 in time, 0 late, 1 missed, 0 with deviations", Zh: told.Lines[0].Text.Zh}) || !strings.HasPrefix(told.Lines[0].Text.Zh, "作业") {
			t.Errorf("%+v", told)
		}
	})
}

// keepsOnPage sends what the form of a setting asks.
func (w *works) keepsOnPage(t *testing.T, path string, form url.Values) {
	t.Helper()
	for _, name := range slices.Collect(maps.Keys(form)) {
		form.Set("has."+name, "1")
	}
	w.send(t, path, 303, form)
}

// toldNow is a figure of a review of the last month, as it is filled in today.
func (w *works) toldNow(t *testing.T, f review.Figure) review.Told {
	t.Helper()
	now := Now()
	r := &review.Review{Kind: review.Operations, At: now}
	told, err := w.house.agenda().Tell(t.Context(), w.all, r, []review.Figure{f}, now)
	must(t, err)
	return told[f]
}

// TestACentreSaysWhichCausesAreItsOwn: the causes that Kilter comes with lie where it
// says until the centre says otherwise, on the page or through the API; one below
// another lies where that does.
func TestACentreSaysWhichCausesAreItsOwn(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, engine string) {
		w := newWorks(t, engine)
		h, ctx := w.house, t.Context()
		keep := func(id int64, fields map[string]string) *setting.Thing {
			t.Helper()
			one, err := h.settingsDesk().Save(ctx, w.all, setting.Input{Kind: setting.Cause, ID: id, Fields: fields})
			must(t, err)
			return &one
		}
		hardware := keep(0, map[string]string{"code": "hardware", "name_en": "Hardware"})
		weather := keep(0, map[string]string{"code": "weather", "name_en": "Weather"})
		below := keep(0, map[string]string{"code": "disk", "name_en": "Disk", "parent": strconv.FormatInt(hardware.ID, 10)})
		lies := func(want ...bool) {
			t.Helper()
			must(t, h.refresh(ctx))
			for i, one := range []*setting.Thing{hardware, weather} {
				got, err := review.Inner(h.settings.All().Any(one.ID))
				if err != nil || got != want[i] {
					t.Errorf("%s lies inside: %v, %v", one.Code, got, err)
				}
			}
		}
		lies(true, false)
		w.keepsOnPage(t, "/settings/cause/"+strconv.FormatInt(weather.ID, 10), url.Values{"lies": {"inside"}})
		lies(true, true)
		if got := w.ask(t, question{"PATCH", "/api/v1/causes/" + strconv.FormatInt(hardware.ID, 10), `{"lies":"outside"}`}); got.Code != 200 {
			t.Errorf("the API: %d %s", got.Code, got.Body)
		}
		lies(false, true)
		_, err := h.settingsDesk().Save(ctx, w.all, setting.Input{Kind: setting.Cause, ID: below.ID, Fields: map[string]string{"lies": "inside"}})
		if all := fault.All(err); len(all) != 1 || all[0].Field != "lies" || all[0].Key != "setting.cause_below" {
			t.Errorf("one below another: %v", err)
		}
	})
}
