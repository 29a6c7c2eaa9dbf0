package app

import (
	"context"
	"hash/fnv"
	"strconv"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// grading is what the centre promises for the grade of a record that ended at a
// moment; zero while it has not.
func (h *house) grading(head *record.Head, ended time.Time) grade.Terms {
	p := h.gradePolicy()
	return grade.Terms{
		Policy: p, Ended: ended, Days: h.workdays, Sample: sampled,
		Known: func(id int64) bool {
			t := h.settings.All().Find(setting.GradeReason, id)
			return t != nil && !t.Retired
		},
		Duty: func() people.ID {
			if p.Duty != 0 {
				return p.Duty
			}
			return h.directory.View().Team(head.Team).Lead
		},
	}
}

func (h *house) gradePolicy() grade.Policy {
	p, err := grade.PolicyOf(h.settings.All())
	if err != nil {
		h.env.Log.Error("the policy of grades cannot be read; the standard one holds", "err", err)
	}
	return p
}

// sampled chooses percent of the records, always the same ones.
func sampled(id int64, percent int) bool {
	f := fnv.New32a()
	_, _ = f.Write([]byte(strconv.FormatInt(id, 10))) // a hash takes everything
	return int(f.Sum32()%100) < percent
}

// aboveGrades are those who are told of an answer that is late.
func (h *house) aboveGrades(head record.Head) []people.ID {
	if p := h.gradePolicy(); p.Above != 0 {
		return []people.ID{p.Above}
	}
	if head.Kind == record.Request {
		return h.holders("desk_manager")
	}
	return h.ranked(head, "manager")
}

// gradeDuty reminds of grades that wait for an answer.
func (h *house) gradeDuty() job.Duty {
	return job.Grades(h.db.Grades(), map[record.Kind]job.GradeDesk{record.Incident: h.incidents, record.Request: h.requests}, h.aboveGrades)
}

// gradesOf puts a practice's desk under a name by which pages and API use it.
func (h *house) gradeDesks() map[record.Kind]record.GradeDesk {
	return map[record.Kind]record.GradeDesk{record.Incident: record.AsGradeDesk(h.incidents.Desk), record.Request: record.AsGradeDesk(h.requests.Desk)}
}

// gradeRoom is what pages and API ask about grades.
func (h *house) gradeRoom() *record.GradeRoom {
	return &record.GradeRoom{Book: h.db.Grades(), Desks: h.gradeDesks(), Policy: h.gradePolicy, Now: Now, Place: func(context.Context) *time.Location { return h.db.Place() }}
}
