package review

import (
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/review"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/desk"
)

// source is the page that a figure of an agenda is taken from, and the deed that
// one comes in with.
type source struct{ href, deed string }

var sources = map[review.Figure]source{
	review.Incidents:    {"/reports/desk", desk.Grant},
	review.Kept:         {"/reports/desk", desk.Grant},
	review.Satisfaction: {"/surveys", wave.DeedRead},
	review.Maturity:     {"/maturity", assessment.DeedRead},
	review.Readiness:    {"/readiness", readiness.DeedRead},
	review.Roadmap:      {"/roadmap", programme.DeedRead},
	review.Money:        {"/roadmap", programme.DeedRead},
	review.Risks:        {"/risks/top", "risk.read"},
	review.Due:          {Path, review.DeedRead},
}

// source is where a figure leads its reader; "" when he may not go there.
func (s *sight) source(f review.Figure) string {
	if from, ok := sources[f]; ok && s.By.Can(from.deed) {
		return from.href
	}
	return ""
}
