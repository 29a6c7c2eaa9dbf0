// Package maturity is the pages of maturity: how the eleven processes stand
// against their targets, assessments from the plan to the signed result, the form
// of an assessor with what the records say beside every statement, and the
// records behind each figure.
package maturity

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/report/evidence"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// The addresses of the pages.
const (
	Path         = "/maturity"
	evidencePath = "/evidence"
)

// formLimit is what the form of a process may be sent: forty statements, each
// with comment and evidence in full length.
const formLimit = 1 << 20

// Pages are the pages of maturity. App gives them the rooms.
type Pages struct {
	Assessments *assessment.Room
	Evidence    *evidence.Maker
	Questions   *questions.Room
	Files       record.Files                                   // content of evidence files
	Staff       func(context.Context) ([]people.Person, error) // who can be an assessor
}

// Room is these pages as the house mounts them.
func (d *Pages) Room() web.Room {
	const read, assess, lead = assessment.DeedRead, assessment.DeedAssess, assessment.DeedLead
	staff := func(at, policy string, h func(*sight, http.ResponseWriter, *http.Request) error) web.Page {
		return web.ForStaff(at, policy, d.page(h))
	}
	return web.Room{
		Name: "maturity", Beside: d.beside,
		Pages: append(d.setPages(), []web.Page{
			staff("GET "+Path, read, (*sight).overview),
			staff("GET "+Path+"/new", lead, (*sight).planForm),
			staff("POST "+Path+"/new", lead, (*sight).plan),
			staff("GET "+Path+"/{id}", read, (*sight).show),
			staff("GET "+Path+"/{id}/plan", lead, (*sight).planForm),
			staff("POST "+Path+"/{id}/plan", lead, (*sight).plan),
			staff("GET "+Path+"/{id}/answer/{process}", assess, (*sight).answerForm),
			staff("POST "+Path+"/{id}/answer/{process}", assess, (*sight).answer).Takes(formLimit, web.BodyTime),
			staff("GET "+Path+"/{id}/process/{process}", read, (*sight).process),
			staff("POST "+Path+"/{id}/files", assess, (*sight).attach).Takes(fileLimit, fileTime),
			staff("GET "+Path+"/{id}/files/{file}", read, (*sight).file),
			staff("POST "+Path+"/{id}/files/{file}/remove", assess, (*sight).detach),
			staff("POST "+Path+"/{id}/override", lead, (*sight).override),
			staff("POST "+Path+"/{id}/sign", lead, (*sight).sign),
			staff("POST "+Path+"/{id}/cancel", lead, (*sight).cancel),
			staff("GET "+Path+"/{id}/print", read, (*sight).print),
			staff("GET "+Path+"/{id}/export", read, (*sight).export),
			staff("GET "+evidencePath, read, (*sight).evidence),
			staff("GET "+evidencePath+"/{question}", read, (*sight).behind),
		}...),
	}
}

// sight is one request.
type sight struct {
	*web.Sight
	pages *Pages
	room  *assessment.Room
	set   *maturity.Set   // of the assessment that is looked at, else the one in use
	used  string          // version of the set in use
	ctx   context.Context // a sight lives as long as its request
}

func (d *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		s.Lists()
		s.Needs("improve")
		set, err := d.Assessments.Set(r.Context())
		if err != nil {
			return err
		}
		return h(&sight{Sight: s, pages: d, room: d.Assessments, set: set, used: set.Version, ctx: r.Context()}, w, r)
	}
}

func (d *Pages) beside(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(assessment.DeedRead) {
		return nil
	}
	here := strings.HasPrefix(f.Path, evidencePath) || strings.HasPrefix(f.Path, setsPath) // pages of the room that do not stand below it
	return []part.Link{{Label: f.T("maturity.title"), Href: Path, Icon: "school", Active: here}}
}

// turnTo takes the set of questions that an assessment asks.
func (s *sight) turnTo(one *assessment.Assessment) (err error) {
	s.set, err = s.room.SetOf(s.ctx, one)
	return err
}

// result is an assessment with what it comes to.
func (s *sight) result(id int64) (*assessment.Assessment, *assessment.Findings, error) {
	one, found, err := s.room.Result(s.ctx, s.By, id)
	if err == nil {
		err = s.turnTo(one)
	}
	return one, found, err
}

func href(id int64) string { return Path + "/" + strconv.FormatInt(id, 10) }

// lang is the reader's language as texts know it, and the other one.
func (s *sight) lang() (own, other string) {
	if own = s.Lang().HTML(); own == "en" {
		return own, "zh-CN"
	}
	return own, "en"
}

func (s *sight) processName(p maturity.Process) string {
	own, _ := s.lang()
	return s.set.Part(p).Name.In(own)
}

// levelWords is a level with its name: "2.5 internal integration".
func (s *sight) levelWords(l maturity.Level) string {
	name := s.T("maturity.level." + strconv.Itoa(int(l)))
	if l == maturity.None {
		return name
	}
	return l.String() + " " + name
}

// said is an answer as people see it.
func (s *sight) said(a maturity.Answer) (tone part.Tone, icon, word string) {
	switch a {
	case maturity.Yes:
		return part.Jade, "check", s.T("maturity.said.yes")
	case maturity.No:
		return part.Vermilion, "x", s.T("maturity.said.no")
	case maturity.Insufficient:
		return part.Amber, "alert-triangle", s.T("maturity.said.insufficient")
	case maturity.NotApplicable:
		return part.Plain, "minus", s.T("maturity.said.na")
	}
	return part.Plain, "circle-dashed", s.T("maturity.said.open")
}

func (s *sight) stateOf(a *assessment.Assessment) (tone part.Tone, icon, word string) {
	switch a.State {
	case assessment.Signed:
		return part.Jade, "lock", s.T("maturity.state.signed")
	case assessment.Cancelled:
		return part.Plain, "circle-x", s.T("maturity.state.cancelled")
	}
	return part.Slate, "edit", s.T("maturity.state.open")
}

func (s *sight) unit(a *assessment.Assessment) string {
	if a.Unit == "" {
		return s.T("maturity.centre")
	}
	return a.Unit
}

func (s *sight) name(a *assessment.Assessment) string {
	own, _ := s.lang()
	return a.Name.In(own)
}

// reading is a figure as people read it.
func (s *sight) reading(f evidence.Figure) string {
	switch {
	case f.Why != "":
		return s.T("evidence.why." + f.Why)
	case !f.Known:
		return s.T("evidence.nothing")
	case f.Shape == evidence.Share:
		return s.T("evidence.share", "n", s.Number(f.Numerator), "of", s.Number(f.Denominator), "share", s.Percent(f.Value, 1))
	case f.Shape == evidence.Age:
		return s.T("evidence.age", "n", s.Decimal(f.Value, 0))
	case f.Shape == evidence.Hours:
		return s.T("evidence.hours", "n", s.Decimal(f.Value, 1), "of", s.Number(f.Denominator))
	case f.Shape == evidence.Value:
		return s.T("evidence.value", "n", s.Decimal(f.Value, 2))
	}
	return s.T("evidence.counted", "n", s.Number(f.Numerator))
}

// wanted is the threshold of a statement, and the time that it looks at.
func (s *sight) wanted(e maturity.Evidence, shape evidence.Shape) string {
	if e.Kind == maturity.Role {
		return s.T("evidence.at_least", "n", s.Number(1))
	}
	if e.Kind == maturity.Training {
		return s.T("evidence.at_least", "n", s.Percent(s.set.Defaults.TrainShare, 0))
	}
	value := s.Decimal(e.Value, 0)
	switch shape {
	case evidence.Share:
		value = s.Percent(e.Value, 0)
	case evidence.Value:
		value = s.Decimal(e.Value, 2)
	}
	key := "evidence.at_least"
	if e.Op == "<=" {
		key = "evidence.at_most"
	}
	out := s.T(key, "n", value)
	if e.Days > 0 {
		out += " " + s.T("evidence.window", "n", s.Number(e.Days))
	}
	return out
}
