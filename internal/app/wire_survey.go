package app

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/job"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/survey"
)

// wireSurveys makes the room in which surveys are held: one a node, for it
// remembers who has answered until he is marked among others.
func (h *house) wireSurveys() {
	h.surveys = &wave.Room{
		Sheets: h.db.SurveySheets(), Waves: h.db.SurveyWaves(), Invites: h.db.SurveyInvites(), Box: h.db.SurveyBox(), Pen: h.db, Now: Now,
		People: h.everybody, Tell: h.tellOfSurvey,
		Department: func(id people.DepartmentID) (string, people.Text) {
			t := h.settings.All().Find(setting.Department, int64(id))
			if t == nil {
				return "", people.Text{}
			}
			return t.Code, t.Name
		},
		Longest: func() (int, error) {
			r, err := setting.Arranged(h.settings.All(), privacy.RetentionCode, privacy.Retention{})
			return r.Surveys, err
		},
		Seed: func() int64 {
			var b [8]byte
			_, _ = rand.Read(b[:]) // never fails
			return int64(binary.BigEndian.Uint64(b[:]) & math.MaxInt64)
		},
	}
}

// everybody lists all persons who are not retired.
func (h *house) everybody(ctx context.Context) (out []people.Person, err error) {
	const page = 1000
	q := people.Query{Limit: page}
	for {
		some, err := h.db.Persons(ctx, q)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
		if len(some) < page {
			return out, nil
		}
		q.After = some[len(some)-1].Code
	}
}

// mostRounds is how many rounds of asking and reminding a wave can have.
const mostRounds = 64

// tellOfSurvey asks somebody to answer, or reminds him: on his pages, by the bell
// of the staff, and by mail if there is one.
func (h *house) tellOfSurvey(ctx context.Context, w *wave.Wave, who people.ID, round int) error {
	p, err := h.db.Person(ctx, who)
	if fault.Is(err, fault.Missing) || err == nil && p.Retired {
		return nil
	}
	if err != nil {
		return err
	}
	if p.Doc.Lang == "" {
		p.Doc.Lang = h.directory.View().Centre().Lang
	}
	n := notice.Nudge{What: notice.SurveyAsked, Target: w.ID*mostRounds + int64(round), Name: w.Name, Place: fmt.Sprintf("/portal/surveys/%d", w.ID), At: Now()}
	if round > 0 {
		n.What = notice.SurveyLeft
	}
	one, mail := notice.Nudging(p, n, h.db.Place())
	one.Bell = one.Bell && p.Staff // officials see it on their pages as long as they have not answered
	if mail != nil {
		mail.Staff = p.Staff
	}
	if !h.mailing() {
		mail = nil
	}
	if !one.Bell && mail == nil {
		return nil
	}
	return h.db.Nudges().Nudge(ctx, one, mail)
}

// surveyOfMail tells which wave a mail asks to answer, and until when its link
// opens it without signing in.
func (h *house) surveyOfMail(ctx context.Context, d notice.Delivery) (id int64, until time.Time, err error) {
	if h.env.PublicURL == "" || h.directory.View().Centre().NoLinks {
		return 0, until, nil
	}
	if _, err := fmt.Sscanf(d.View, "/portal/surveys/%d", &id); err != nil {
		return 0, until, nil // it leads elsewhere
	}
	w, err := h.surveys.Waves.Wave(ctx, id)
	if err != nil || w.State != wave.Open {
		return 0, until, err
	}
	return id, w.To, nil
}

// surveyPages are the pages of surveys.
func (h *house) surveyPages() web.Room {
	p := &survey.Pages{
		Waves: h.surveys, Report: func(w *wave.Wave) string { return fmt.Sprintf("%s/%d/report", survey.Path, w.ID) }, Secure: func() bool { return strings.HasPrefix(h.env.PublicURL, "https:") }, Site: h.env.PublicURL,
		Pass: func(text string) (int64, people.ID, bool) {
			writer, err := h.writer(context.Background())
			if err != nil || h.directory.View().Centre().NoLinks {
				return 0, 0, false
			}
			return writer.ReadSurveyPass(text, Now())
		},
	}
	return p.Room()
}

// surveyDuties do what the calendar says of waves, and mark on each node who has
// answered.
func (h *house) surveyDuties() []job.Duty {
	return []job.Duty{
		{Name: "surveys", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
			return false, h.surveys.Tend(ctx, now)
		}},
		{Name: "survey-marks", Every: time.Minute, Node: true, Run: func(ctx context.Context, _ time.Time) (bool, error) {
			return false, h.surveys.Mix(ctx, false)
		}},
	}
}

// endSurveys marks who has answered before this node ends.
func (h *house) endSurveys() error {
	if h.surveys == nil {
		return nil
	}
	const within = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.env.Context), within)
	defer cancel()
	return h.surveys.Mix(ctx, true)
}
