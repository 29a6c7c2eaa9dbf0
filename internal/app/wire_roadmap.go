package app

import (
	"context"
	"fmt"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/survey/wave"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web"
	ready "kilter/internal/web/readiness"
	roadmaps "kilter/internal/web/roadmap"
)

// programmes is the room of improvement programmes, with the centre around it.
func (h *house) programmes() *programme.Room {
	return &programme.Room{
		Store: h.db.Programmes(), Pen: h.db, Now: Now, Place: h.place, Works: h.employed, Arranger: arranger{h}, Workdays: h.workdays, Sets: h.questions,
		Source: &measurements{waves: h.surveys, reports: h.satisfaction(), assessments: h.assessments(), people: h.readiness(), place: h.place},
		Evidence: func(ctx context.Context, before time.Time) (maturity.Answers, error) {
			r, err := h.db.Evidence().Kept(ctx, before)
			if err != nil || r == nil {
				return nil, err
			}
			if set, err := h.questions.Current(ctx); err != nil || r.Set != set.Version {
				return nil, err // what was measured by other questions is no window of these
			}
			return r.Answers(), nil
		},
	}
}

// measurements are what roadmaps are made of: published waves, signed
// assessments, and what is recorded of the people.
type measurements struct {
	waves       *wave.Room
	reports     *report.Maker
	assessments *assessment.Room
	people      *readiness.Room
	place       func() *time.Location
}

func (m *measurements) waveOrigin(w *wave.Wave) programme.Origin {
	return programme.Origin{ID: w.ID, Name: w.Name, Day: day.Of(w.Last(), m.place())}
}

// Waves lists the published ones that are no pilots.
func (m *measurements) Waves(ctx context.Context, by people.Actor) (out []programme.Origin, err error) {
	all, err := m.waves.List(ctx, by)
	for i := range all {
		if w := &all[i]; w.State == wave.Published && !w.Pilot {
			out = append(out, m.waveOrigin(w))
		}
	}
	return out, err
}

// published finds a wave that roadmaps may be made of.
func (m *measurements) published(ctx context.Context, by people.Actor, id int64) (programme.Origin, error) {
	all, err := m.Waves(ctx, by)
	for _, o := range all {
		if o.ID == id {
			return o, nil
		}
	}
	if err == nil {
		err = fault.New(fault.Missing, "trouble.missing")
	}
	return programme.Origin{}, err
}

// Satisfaction reads a wave.
func (m *measurements) Satisfaction(ctx context.Context, by people.Actor, id int64, s *roadmap.Settings) (o programme.Origin, out programme.Satisfaction, err error) {
	if o, err = m.published(ctx, by, id); err != nil {
		return o, out, err
	}
	f, err := m.waves.Result(ctx, by, id)
	if err != nil {
		return o, out, err
	}
	o.Hash = f.Hash
	out, ok := handoff.Missed(s, f.Result)
	if !ok {
		return o, out, fault.At("wave", "programme.wave_lacks")
	}
	return o, out, nil
}

// Outcome compares the items of two waves.
func (m *measurements) Outcome(ctx context.Context, by people.Actor, id, before int64) (out []roadmap.Observed, err error) {
	for _, one := range []int64{id, before} {
		if _, err := m.published(ctx, by, one); err != nil {
			return nil, err
		}
	}
	r, err := m.reports.Read(ctx, by, id, before)
	if err != nil {
		return nil, err
	}
	for _, i := range r.Items {
		if c := i.Change; c != nil {
			out = append(out, roadmap.Observed{Item: string(i.Name), Rise: c.Difference, G: c.G, HolmP: c.Holm, CI: [2]float64{c.Low, c.High}})
		}
	}
	return out, nil
}

// Assessments lists the signed ones of the centre.
func (m *measurements) Assessments(ctx context.Context, by people.Actor) (out []programme.Origin, err error) {
	all, err := m.assessments.List(ctx, by)
	for i := range all {
		if a := &all[i]; a.State == assessment.Signed && a.Unit == "" {
			out = append(out, programme.Origin{ID: a.ID, Name: a.Name, Day: a.Day, Hash: a.Hash})
		}
	}
	return out, err
}

// Maturity reads one.
func (m *measurements) Maturity(ctx context.Context, by people.Actor, id int64) (o programme.Origin, out programme.Levels, err error) {
	a, f, err := m.assessments.Result(ctx, by, id)
	if err != nil {
		return o, out, err
	}
	if a.State != assessment.Signed || a.Unit != "" {
		return o, out, fault.New(fault.Missing, "trouble.missing")
	}
	out = programme.Levels{Level: map[maturity.Process]maturity.Level{}, Answers: f.Final, Set: f.Set}
	for _, code := range maturity.Processes() {
		out.Level[code] = f.Outcome(code).Level
	}
	return programme.Origin{ID: a.ID, Name: a.Name, Day: a.Day, Hash: a.Hash}, out, nil
}

// Readiness is what is recorded of the people.
func (m *measurements) Readiness(ctx context.Context) (now map[maturity.Process]roadmap.People, owners map[maturity.Process]people.ID, ok bool, err error) {
	return m.people.Figures(ctx)
}

// readiness is the room in which it is recorded how ready people are.
func (h *house) readiness() *readiness.Room {
	return &readiness.Room{Store: h.db.Readiness(), Pen: h.db, Now: Now, Place: h.place, Works: h.employed}
}

// readinessPages are its pages.
func (h *house) readinessPages() web.Room {
	return (&ready.Pages{Readiness: h.readiness(), Staff: h.staff}).Room()
}

// roadmapPages are the pages of improvement programmes.
func (h *house) roadmapPages() web.Room {
	return (&roadmaps.Pages{Programmes: h.programmes(), Staff: h.staff, Carry: roadmaps.Carriable{Sheets: h.sheets(), May: carryable}}).Room()
}

// roadmapAlarms lets verified steps fall that the records deny, and tells process
// managers.
func (h *house) roadmapAlarms(ctx context.Context, now time.Time) error {
	fallen, err := h.programmes().Watch(ctx)
	if err != nil {
		return err
	}
	for _, f := range fallen {
		name := maturity.Current().Part(f.Step.Process).Name
		n := notice.Nudge{
			What: notice.RoadmapFell, Target: f.Step.ID, Place: fmt.Sprintf("%s/%d/steps/%d", roadmaps.Path, f.Programme.ID, f.Step.ID), At: now,
			Name: people.Text{En: name.En + " " + f.Step.To.String(), Zh: name.Zh + " " + f.Step.To.String()},
		}
		if err := h.nudge(ctx, n, 0, 0, h.holders("process_manager")); err != nil {
			return err
		}
	}
	return nil
}
