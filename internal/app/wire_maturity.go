package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/report/evidence"
	"kilter/internal/web"
	pages "kilter/internal/web/maturity"
)

// assessments is the room of self-assessments of maturity, with the centre
// around it.
func (h *house) assessments() *assessment.Room {
	return &assessment.Room{Store: h.db.Assessments(), Sets: h.questions, Pen: h.db, Now: Now, Works: h.employed, Zone: func(z people.ZoneID) bool { return h.settings.All().Find(setting.Zone, int64(z)) != nil }}
}

// employed reports whether somebody works at the centre.
func (h *house) employed(id people.ID) bool {
	who, ok := h.directory.Roll.Find(id)
	return ok && who.Staff && !who.Retired
}

// wireEvidence makes the editions of the questions, and what measures the statements of maturity: one a node, for it
// remembers what it measured for those who may not know of every zone.
func (h *house) wireEvidence() {
	h.questions = &questions.Room{Store: h.db.QuestionSets(), Pen: h.db, Now: Now, Metric: func(id string) (share, known bool) {
		m, known := evidence.Find(id)
		return m.Shape == evidence.Share, known
	}}
	h.evidence = &evidence.Maker{Set: h.questions.Current, Source: h.db.Evidence(), Shelf: h.db.Evidence(), Settings: h.settings.All, Now: Now, Place: h.place, Carried: h.readiness().Carried}
}

// The hours of the night in which everything is measured anew.
const (
	nightFrom = 2
	nightTo   = 5
)

// evidenceDuty measures each night what the records say of the statements of
// maturity, and tells process managers when a mandatory one turned. What was
// never measured does not wait for the night.
func (h *house) evidenceDuty() job.Duty {
	return job.Duty{Name: "evidence", Every: 10 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		local := now.In(h.place())
		if hour := local.Hour(); hour < nightFrom || hour >= nightTo {
			kept, err := h.db.Evidence().Kept(ctx, time.Time{})
			if err != nil || kept != nil {
				return false, err
			}
		}
		_, turns, err := h.evidence.Nightly(ctx)
		if err != nil {
			return false, err
		}
		if err := h.roadmapAlarms(ctx, now); err != nil || len(turns) == 0 {
			return false, err
		}
		set, err := h.questions.Current(ctx)
		if err != nil {
			return false, err
		}
		return false, h.nudge(ctx, drift(set, turns, now), 0, 0, h.holders("process_manager"))
	}}
}

// mostNamed is how many statements a notice names.
const mostNamed = 5

// drift is the notice of what turned in a night.
func drift(set *maturity.Set, turns []evidence.Turn, now time.Time) notice.Nudge {
	var en, zh []string
	for i, t := range turns {
		if i == mostNamed {
			en, zh = append(en, "…"), append(zh, "…")
			break
		}
		q, _ := set.Question(t.Question)
		en, zh = append(en, t.Question+" "+q.Topic.En), append(zh, t.Question+" "+q.Topic.Zh)
	}
	return notice.Nudge{
		What: notice.MaturityTurned, Target: now.Unix() / (24 * 60 * 60), Name: people.Text{En: strings.Join(en, ", "), Zh: strings.Join(zh, "、")},
		Place: "/evidence", At: now,
	}
}

// maturityPages are the pages of maturity.
func (h *house) maturityPages() web.Room {
	return (&pages.Pages{Assessments: h.assessments(), Evidence: h.evidence, Files: h.db.Files(), Staff: h.staff, Questions: h.questions}).Room()
}

// staff lists everybody who works at the centre and may sign in.
func (h *house) staff(ctx context.Context) ([]people.Person, error) {
	all, err := h.db.Holders(ctx)
	return slices.DeleteFunc(all, func(p people.Person) bool { return !p.Staff || p.Retired }), err
}
