package web

import (
	"slices"

	"kilter/internal/practice/problem"
	"kilter/internal/web/part"
)

// all are the fields of the form, wherever they stand.
func (p *analysisEdit) all() []part.Field {
	out := slices.Clone(p.Fields)
	for _, row := range p.Aspects {
		out = append(out, row.Fields...)
	}
	for _, row := range p.Tests {
		out = append(out, row.Fields...)
	}
	return out
}

func (p *analysisEdit) action() string {
	if p.One.ID == 0 {
		return p.base() + "/analysis/new?method=" + string(p.One.Method)
	}
	return analysisHref(p.Ref, p.One.ID) + "/edit"
}

// gather is the form with what is told by linked records.
func (p *analysisEdit) gather() string {
	if p.One.ID == 0 {
		return p.action() + "&gather=1"
	}
	return p.action() + "?gather=1"
}

func (p *analysisEdit) back() string {
	if p.One.ID == 0 {
		return p.base()
	}
	return analysisHref(p.Ref, p.One.ID)
}

func (s *sight) causeColumns() []part.Column {
	out := []part.Column{{Label: s.T("problem.kepner.cause"), Title: true}}
	for _, name := range problem.AspectNames {
		out = append(out, part.Column{Label: s.T("problem.aspect." + name)})
	}
	return append(out, part.Column{Label: s.T("problem.kepner.standing")})
}

func (s *sight) testWord(c problem.Possible, aspect int) string {
	if aspect >= len(c.Tests) || c.Tests[aspect] == "" {
		return s.T("problem.test.none")
	}
	return s.T("problem.test." + c.Tests[aspect])
}

// standing says how a possible cause came out of its tests.
func (s *sight) standing(c problem.Possible) string {
	explains, assumes, fails := c.Stands()
	switch {
	case fails > 0:
		return s.T("problem.stands.out")
	case explains+assumes < len(problem.AspectNames):
		return s.T("problem.stands.untested")
	case assumes > 0:
		return s.N("problem.stands.assuming", assumes)
	}
	return s.T("problem.stands.all")
}
