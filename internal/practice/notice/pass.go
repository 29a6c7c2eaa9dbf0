package notice

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// GradePath is where the links of mails lead by which one grades; the pass
// follows.
const GradePath = "/rate/"

// Pass lets one person grade one record from a mail, without signing in. It is
// signed and kept nowhere: a record is graded once, so a pass is used once.
type Pass struct {
	Ref    string // the record's number, INC-2026-00042
	Person people.ID
	Until  time.Time
}

// SurveyPath is where the links of mails lead by which one answers a survey; the
// pass follows. Whoever holds it can answer as long as nobody has; it leads to no
// answers.
const SurveyPath = "/link/survey/"

// SurveyRef is what a pass to a survey names.
func SurveyRef(wave int64) string { return "survey-" + strconv.FormatInt(wave, 10) }

// GradePass writes a pass: what it says, and 96 bits of an HMAC-SHA256 (RFC 2104)
// with the secret of the letters.
func (w Writer) GradePass(p Pass) string { return w.pass("grade:", p) }

// SurveyPass writes one to answer a survey by.
func (w Writer) SurveyPass(p Pass) string { return w.pass("survey:", p) }

func (w Writer) pass(kind string, p Pass) string {
	said := strings.Join([]string{p.Ref, strconv.FormatInt(int64(p.Person), 36), strconv.FormatInt(p.Until.Unix(), 36)}, "~")
	return base64.RawURLEncoding.EncodeToString([]byte(said)) + "." + w.mac(kind+said)
}

// ReadGradePass reads a pass; false when it is not one of ours, or its time is
// over.
func (w Writer) ReadGradePass(text string, now time.Time) (Pass, bool) {
	return w.readPass("grade:", text, now)
}

// ReadSurveyPass reads one to a survey.
func (w Writer) ReadSurveyPass(text string, now time.Time) (wave int64, who people.ID, ok bool) {
	p, ok := w.readPass("survey:", text, now)
	id, named := strings.CutPrefix(p.Ref, "survey-")
	wave, err := strconv.ParseInt(id, 10, 64)
	return wave, p.Person, ok && named && err == nil
}

func (w Writer) readPass(kind, text string, now time.Time) (Pass, bool) {
	packed, sign, _ := strings.Cut(text, ".")
	said, err := base64.RawURLEncoding.DecodeString(packed)
	if err != nil || !hmac.Equal([]byte(w.mac(kind+string(said))), []byte(sign)) {
		return Pass{}, false
	}
	parts := strings.Split(string(said), "~")
	if len(parts) != 3 {
		return Pass{}, false
	}
	who, errWho := strconv.ParseInt(parts[1], 36, 64)
	until, errUntil := strconv.ParseInt(parts[2], 36, 64)
	p := Pass{Ref: parts[0], Person: people.ID(who), Until: time.Unix(until, 0)}
	return p, errWho == nil && errUntil == nil && now.Before(p.Until)
}

// passes gives a delivery the links that its reader can use without signing in.
func (m *Mailer) passes(ctx context.Context, d *Delivery, now time.Time) (err error) {
	if d.What == Asked && m.Pass != nil {
		d.Pass, err = m.Pass(ctx, *d, now)
		return err
	}
	if (d.What == SurveyAsked || d.What == SurveyLeft) && m.Surveys != nil {
		wave, until, err := m.Surveys(ctx, *d)
		if err == nil && now.Before(until) {
			d.SurveyPass = m.Writer.SurveyPass(Pass{SurveyRef(wave), d.Person, until})
		}
		return err
	}
	if d.What != Replied || d.View != "" || d.Board || m.Grades == nil {
		return nil
	}
	until, err := m.Grades(ctx, *d)
	if err == nil && now.Before(until) {
		d.GradePass = m.Writer.GradePass(Pass{record.Ref(d.About, d.Number), d.Person, until})
	}
	return err
}
