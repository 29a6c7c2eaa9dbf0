package web

import (
	"regexp"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/handoff"
)

var refForm = regexp.MustCompile(`[A-Za-z]{2,5}-[0-9]{4}-[0-9]{1,9}`)

// refsIn finds the numbers of records in what somebody typed.
func refsIn(text string) []string {
	var out []string
	for _, ref := range refForm.FindAllString(text, 200) {
		out = append(out, strings.ToUpper(ref))
	}
	return out
}

// renamed calls the field of a fault as the form does.
func renamed(err error, from, to string) error {
	for _, f := range fault.All(err) {
		if f.Field == from {
			f.Field = to
		}
	}
	return err
}

// said is the answer in one sentence.
func (p *suspectsPage) said() string {
	switch {
	case p.Found == nil:
		return p.T("suspects.intro")
	case len(p.Found.Suspects) == 0:
		return ""
	}
	first := p.Found.Suspects[0]
	return p.T("suspects.says", "item", first.Code, "some", p.Number(len(first.Explains)), "all", p.N("suspects.incidents", len(p.Found.Incidents)))
}

// why says what speaks for a suspect.
func (p *suspectsPage) why(s *handoff.Suspicion) string {
	out := p.T("suspects.why", "some", p.Number(len(s.Explains)), "all", p.N("suspects.incidents", len(p.Found.Incidents)))
	if s.Down > 0 {
		gap := " "
		if p.Lang() == lang.Chinese {
			gap = ""
		}
		out += gap + p.N("suspects.beside", s.Down)
	}
	return out
}
