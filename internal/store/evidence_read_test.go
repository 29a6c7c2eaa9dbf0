package store_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/report/evidence"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// readAnswers are those of what is kept as a document.
func readAnswers() []known {
	return []known{
		{"rel_with_approved_chg", "1/5", func(h *plainHouse) {
			ok, late, never := h.change(outside), h.change(hoursAfter(inside, 1)), h.change(0)
			for _, parts := range []string{part(ok), part(ok, late), part(ok, never), part("CHG-2026-99999"), ""} {
				h.rec("release", with(deployed, cols{"parts": parts}))
			}
			h.rec("release", cols{"parts": part(ok)}) // not there yet
			h.rec("release", cols{"parts": part(ok), "deployed": outside, "begun": outside})
		}},
		{"rel_with_comm_plan", "1/4", func(h *plainHouse) {
			announced := func(sent int64, more cols) string {
				id := h.rec("change", nil)
				says := with(cols{"change": id, "sent": nil}, more)
				if sent != 0 {
					says["sent"] = sent
				}
				h.row("change_announcement", says)
				return ref("CHG", id)
			}
			ok, late, never, gone := announced(outside, nil), announced(hoursAfter(inside, 1), nil), announced(0, nil), announced(outside, cols{"withdrawn": outside})
			for _, parts := range []string{part(never, ok), part(late), part(never, gone), ""} {
				h.rec("release", with(deployed, cols{"parts": parts}))
			}
			h.rec("release", cols{"parts": part(ok)}) // not there yet
		}},
		{"rel_known_errors_published", "2/4", func(h *plainHouse) {
			told, late, over, never := h.problem(cols{"published": inside}), h.problem(cols{"published": hoursAfter(inside, 1)}), h.problem(cols{"closed": outside}), h.problem(nil)
			for _, carried := range []string{listed(told), listed(told, over), listed(told, late), listed(never), "", "[]"} {
				h.rec("release", with(deployed, cols{"carried": carried}))
			}
			h.rec("release", cols{"carried": listed(told)})
		}},
		{"rel_with_opinions", "1/4", func(h *plainHouse) {
			both, one, late, dropped := h.judged("service", "capacity"), h.judged("service", "technical"), h.judged("service"), h.judged("service")
			h.row("change_opinion", cols{"change": late, "role": "capacity", "stand": "for", "at": hoursAfter(inside, 1)})
			h.row("change_opinion", cols{"change": dropped, "role": "capacity", "stand": "for", "at": outside, "dropped": outside})
			for _, change := range []int64{both, one, late, dropped} {
				h.rec("release", with(deployed, cols{"weight": "major", "parts": part(ref("CHG", change))}))
			}
			h.rec("release", with(deployed, cols{"weight": "minor", "parts": part(ref("CHG", both))}))
			h.rec("release", cols{"weight": "major", "parts": part(ref("CHG", both)), "deployed": outside, "begun": outside})
		}},
		{"survey_actions_tracked:SD", "4/6", func(h *plainHouse) {
			asked, byHand, drafted := h.programme("approved", 7), h.programme("approved", 0), h.programme("draft", 7)
			closed := h.programme("closed", 7)
			yesterday, tomorrow, long := knownNow.AddDate(0, 0, -1), knownNow.AddDate(0, 0, 1), knownNow.AddDate(0, 0, -200)
			h.step(asked, "planned", tomorrow, time.Time{})
			h.step(asked, "in_work", yesterday, time.Time{}) // late
			h.step(asked, "claimed", yesterday, yesterday)
			h.step(asked, "claimed", yesterday, knownNow) // too late
			h.step(asked, "verified", yesterday, yesterday)
			h.step(closed, "verified", yesterday, knownNow)
			h.step(asked, "planned", long, time.Time{}) // before the window
			h.step(byHand, "verified", tomorrow, yesterday)
			h.step(drafted, "planned", tomorrow, time.Time{})
			h.row("roadmap_step", cols{"programme": asked, "process": "IM", "state": "verified", "doc": due(tomorrow, time.Time{})})
		}},
		{"waves_compared", "2/2", func(h *plainHouse) {
			earlier := knownNow.AddDate(0, 0, -700).UnixMilli()
			h.wave("published", earlier, cols{}, `{"items":{"T2":{"gap":-1},"R5":{"gap":-1}}}`) // with none before it
			h.wave("published", outside, cols{}, `{"items":{"R4":{"gap":-4},"R5":{"gap":-4}}}`) // of other processes
			h.wave("published", inside, cols{}, `{"items":{"T2":{"gap":-2},"S3":{}}}`)
			h.wave("analysed", hoursAfter(inside, 1), cols{}, `{"items":{"T2":{"gap":-4}}}`)
			h.wave("published", hoursAfter(inside, 2), cols{"pilot": true}, `{"items":{"T2":{"gap":-4}}}`)
			h.wave("published", hoursAfter(inside, 3), cols{}, `{"items":{"T2":{"gap":-3}}}`)
		}},
		{"mapped_gap", "-1.5", func(h *plainHouse) { // the mean of T2, T3, T4, S2 to S4, A1, A3, A4 and M1 to M3 for the desk, of which some were asked
			h.wave("published", inside, cols{}, `{"items":{"T2":{"gap":-1},"S3":{"gap":-2},"R4":{"gap":-6},"T3":{}}}`)
			h.wave("published", outside, cols{}, `{"items":{"T2":{"gap":-4}}}`)
			h.wave("analysed", hoursAfter(inside, 1), cols{}, `{"items":{"T2":{"gap":-4}}}`)
			h.wave("published", hoursAfter(inside, 2), cols{"pilot": true}, `{"items":{"T2":{"gap":-4}}}`)
		}},
	}
}

func ref(prefix string, id int64) string { return fmt.Sprintf("%s-2026-%05d", prefix, id) }

func listed(refs ...string) string {
	text, _ := json.Marshal(refs) //nolint:errchkjson // texts
	return string(text)
}

// part makes the parts of a release, each under a change.
func part(changes ...string) string {
	out := "["
	for i, c := range changes {
		if i > 0 {
			out += ","
		}
		out += fmt.Sprintf(`{"unit":"u","entry":1,"change":%q}`, c)
	}
	return out + "]"
}

// change writes one that was authorised at a moment; 0 is never.
func (h *plainHouse) change(authorised int64) string {
	if authorised == 0 {
		return ref("CHG", h.rec("change", nil))
	}
	return ref("CHG", h.rec("change", cols{"authorised": authorised}))
}

func (h *plainHouse) problem(says cols) string { return ref("PRB", h.rec("problem", says)) }

// judged writes a change on which roles said what they think.
func (h *plainHouse) judged(roles ...string) int64 {
	id := h.rec("change", nil)
	for _, role := range roles {
		h.row("change_opinion", cols{"change": id, "role": role, "stand": "for", "at": outside})
	}
	return id
}

func (h *plainHouse) programme(state string, wave int64) int64 {
	doc, _ := json.Marshal(programme.Doc{Baseline: &programme.Baseline{Wave: programme.Origin{ID: wave}}}) //nolint:errchkjson // figures
	return h.row("roadmap_programme", cols{"state": state, "doc": string(doc)})
}

func due(day, claimed time.Time) string {
	doc, _ := json.Marshal(programme.StepDoc{Due: day.Truncate(24 * time.Hour), Claimed: claimed}) //nolint:errchkjson // days
	return string(doc)
}

func (h *plainHouse) step(of int64, state string, day, claimed time.Time) {
	h.row("roadmap_step", cols{"programme": of, "process": "SD", "state": state, "doc": due(day, claimed)})
}

func (h *plainHouse) wave(state string, closed int64, more cols, doc string) {
	id := h.row("survey_wave", with(cols{"state": state, "closed": closed}, more))
	h.row("survey_result", cols{"wave": id, "doc": `{"result":` + doc + `}`})
}

// Of two agreements the more particular one is what a promise is made under: each
// target in force is measured when such a promise came to an end in the window.
func TestTargetsInForceAreMeasured(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &plainHouse{t: t, db: db, schema: schemaOf(t), last: 1000}
		target := func(priority int, clock sla.Name) sla.Target {
			return sla.Target{Priority: priority, Clock: clock, Minutes: 60, Calendar: 1}
		}
		agreement := func(id int64, code string, a sla.Agreement) setting.Thing {
			a.NameEn, a.NameZh = code, code
			doc, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			return setting.Thing{ID: id, Kind: setting.Agreement, Code: code, Name: people.Text{En: code, Zh: code}, Doc: doc}
		}
		all := setting.NewAll(1, []setting.Thing{
			agreement(1, "all", sla.Agreement{Kind: sla.SLA, Targets: []sla.Target{target(1, sla.Respond), target(1, sla.Resolve), target(2, sla.Resolve)}}),
			agreement(2, "tax", sla.Agreement{Kind: sla.SLA, Services: []int64{6}, Targets: []sla.Target{target(1, sla.Resolve)}}),
			agreement(3, "team", sla.Agreement{Kind: sla.OLA, Party: 4, Targets: []sla.Target{target(1, sla.Resolve)}}),
			agreement(4, "gone", sla.Agreement{Kind: sla.SLA, To: knownNow, Targets: []sla.Target{target(1, sla.Resolve)}}),
		})
		lately := knownNow.AddDate(0, 0, -20).UnixMilli()
		h.clock("resolve", cols{"service": 6, "priority": 1}, cols{"state": "met", "stopped": lately})
		h.clock("respond", cols{"priority": 1}, cols{"state": "missed", "broke": lately})
		h.clock("respond", cols{"service": 6, "priority": 1}, cols{"state": "met", "stopped": lately}) // its agreement has no such target
		h.clock("resolve", cols{"priority": 2}, cols{"state": "running"})
		h.clock("resolve", cols{"priority": 1}, cols{"state": "met", "stopped": outside})
		h.clock("resolve", cols{"priority": 2, "zone": 9}, cols{"state": "met", "stopped": lately})
		q := asks(t, "sla_targets_measured", 90, knownNow)
		for counts, want := range map[bool]string{true: "all 1 respond, all 2 resolve, tax 1 resolve, ", false: "all 1 resolve, "} {
			rows, err := evidence.Behind(t.Context(), db.Evidence(), all, people.Everything(), q, evidence.Slice{Counts: counts, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, r := range rows {
				got += fmt.Sprintf("%s %d %s, ", r.Code, r.Priority, r.Clock)
			}
			if got != want {
				t.Errorf("counts %v: %s, want %s", counts, got, want)
			}
		}
		set := maturity.Current()
		for _, x := range []struct {
			scope people.Scope
			want  string
		}{{people.Everything(), "3 of 4"}, {people.Scope{All: true}, "2 of 4"}} {
			r, err := evidence.Measure(t.Context(), db.Evidence(), all, x.scope, set, knownNow)
			if err != nil {
				t.Fatal(err)
			}
			f, _ := r.Figure("SLM-2-4")
			if got := fmt.Sprint(f.Numerator, " of ", f.Denominator); got != x.want {
				t.Errorf("%s, want %s", got, x.want)
			}
		}
	})
}

// The gap of a process is that of its own items, though the metric has one name for
// all of them.
func TestEachProcessHasItsOwnGap(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &plainHouse{t: t, db: db, schema: schemaOf(t), last: 1000}
		h.wave("published", inside, cols{}, `{"items":{"T2":{"gap":-0.5},"R2":{"gap":-2},"R4":{"gap":-1}}}`)
		r, err := evidence.Measure(t.Context(), db.Evidence(), &setting.All{}, people.Everything(), maturity.Current(), knownNow)
		if err != nil {
			t.Fatal(err)
		}
		for question, want := range map[string]float64{"SD-5-2": -.5, "PM-5-2": -2, "AVM-5-2": -1, "IM-5-2": -2} {
			if f, _ := r.Figure(question); !f.Known || math.Abs(f.Value-want) > 1e-9 {
				t.Errorf("%s: %+v, want %v", question, f, want)
			}
		}
		if f, _ := r.Figure("FIN-5-2"); f.Known || f.Answer == maturity.Yes {
			t.Errorf("a gap of items that nobody was asked about: %+v", f)
		}
	})
}

// What is due on a day is late when that day is over at the centre, not in UTC: at 16:30
// UTC it is half past midnight in Shanghai.
func TestActionsOfSurveysAreLateByTheDaysOfTheCentre(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("Shanghai", 8*60*60)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := &plainHouse{t: t, db: db, schema: schemaOf(t), last: 1000}
		asked, today := h.programme("approved", 7), knownNow
		h.step(asked, "planned", today, time.Time{})
		h.step(asked, "claimed", today, today.Truncate(24*time.Hour).Add(16*time.Hour+30*time.Minute))
		for _, x := range []struct {
			after time.Duration
			place *time.Location
			want  int
		}{{16 * time.Hour, time.UTC, 2}, {15*time.Hour + 59*time.Minute, shanghai, 1}, {16 * time.Hour, shanghai, 0}} {
			q := asks(t, "survey_actions_tracked:SD", 180, today.Truncate(24*time.Hour).Add(x.after).In(x.place))
			sums, err := db.Evidence().Sum(t.Context(), people.Everything(), q)
			if err != nil || sums.Denominator != 2 || sums.Numerator != x.want {
				t.Errorf("%s: %+v %v, want %d of 2", q.Now, sums, err, x.want)
			}
		}
	})
}
