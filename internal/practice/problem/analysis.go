package problem

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Analysis is a piece of the search for the cause of a problem, by one of the
// methods that have a form of their own: five whys, fishbone (Ishikawa, Guide to
// Quality Control, 1968), timeline, Kepner-Tregoe (The Rational Manager, 1965).
// A problem may have several. Each change is a version that stays readable.
type Analysis struct {
	ID      int64
	Record  int64 // of the problem
	Method  Method
	Title   string
	Doc     AnalysisDoc
	Version int
	At      time.Time
	By      people.ID
}

// AnalysisDoc is what an analysis says. Which parts it has follows from its
// method.
type AnalysisDoc struct {
	Lines      []Line     `json:"lines,omitempty"`      // five whys, fishbone
	Facts      []Fact     `json:"facts,omitempty"`      // timeline
	Aspects    []Aspect   `json:"aspects,omitempty"`    // Kepner-Tregoe
	Causes     []Possible `json:"causes,omitempty"`     // Kepner-Tregoe
	Conclusion string     `json:"conclusion,omitempty"` // what it comes to
}

// Line is a line of a tree. In five whys it is why the line above it is so; in a
// fishbone depth 0 is a category of causes and what is below are causes.
type Line struct {
	Depth int    `json:"depth"`
	Text  string `json:"text"`
}

// Fact is something that happened.
type Fact struct {
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
	Source string    `json:"source,omitempty"` // the record that tells it, "INC-2026-00042"
}

// Aspect is a row of the specification of a problem: what it is, what it could
// be and is not, what is distinct about that, and what changed there.
type Aspect struct {
	Name        string `json:"name"` // one of AspectNames
	Is          string `json:"is,omitempty"`
	IsNot       string `json:"is_not,omitempty"`
	Distinction string `json:"distinction,omitempty"`
	Change      string `json:"change,omitempty"`
}

// AspectNames are the rows of a specification.
var AspectNames = []string{"what", "where", "when", "extent"}

// Possible is a possible cause, tested against the aspects in their order.
type Possible struct {
	Text  string   `json:"text"`
	Tests []string `json:"tests,omitempty"` // each one of Tests, "" where it was not tested
}

// Tests says how a possible cause stands to an aspect: it explains both what is
// and what is not, it does so under an assumption, it does not.
var Tests = []string{"explains", "assumes", "fails"}

// Drawn are the methods that have an analysis.
var Drawn = []Method{FiveWhys, Fishbone, Timeline, Kepner}

// The bounds of an analysis.
const (
	mostAnalyses    = 30
	mostLines       = 200
	deepest         = 12
	longestLine     = 500
	longestText     = 4000
	mostPossible    = 20
	longestAnalysis = 200 // its title
)

// Analyses keeps the analyses of problems.
type Analyses interface {
	// Analyses lists those of a problem, in the order in which they were begun.
	Analyses(ctx context.Context, record int64) ([]Analysis, error)
	// AnalysisVersions lists all versions of one, the newest first.
	AnalysisVersions(ctx context.Context, id int64) ([]Analysis, error)
	// KeepAnalysis adds one, or a version after the one it carries; Conflict
	// "problem.analysis_changed" when there is a newer.
	KeepAnalysis(ctx context.Context, a *Analysis) error
}

// AnalysesOf lists the analyses of a problem that a person sees.
func (d *Desk) AnalysesOf(ctx context.Context, by people.Actor, n record.Number) ([]Analysis, error) {
	p, err := d.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	return d.Studies.Analyses(ctx, p.ID)
}

// Versions lists all versions of an analysis of a problem, the newest first.
func (d *Desk) Versions(ctx context.Context, by people.Actor, n record.Number, id int64) ([]Analysis, error) {
	all, err := d.AnalysesOf(ctx, by, n)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(all, func(a Analysis) bool { return a.ID == id }) {
		return nil, fault.New(fault.Missing, "problem.no_analysis")
	}
	return d.Studies.AnalysisVersions(ctx, id)
}

// Analyse adds an analysis to a problem, or a version to the one whose id and
// version it carries. When somebody else has changed it meanwhile, nothing is
// written, and the fault says so.
func (d *Desk) Analyse(ctx context.Context, by people.Actor, n record.Number, a *Analysis) (p *Problem, err error) {
	a.Title = strings.TrimSpace(a.Title)
	err = d.Together(ctx, func(ctx context.Context) error {
		p, err = d.One(ctx, by, n, record.Input{}, func(s *sitting, p *Problem) error {
			if d.Flow.Place(p.State).Final {
				return fault.New(fault.Conflict, "problem.analysis_final")
			}
			return s.Log(p, "analyse", record.Entry{Reason: string(a.Method), Text: a.Title})
		})
		if err != nil {
			return err
		}
		held, err := d.Studies.Analyses(ctx, p.ID)
		if err != nil {
			return err
		}
		a.Record, a.At, a.By = p.ID, d.Now().UTC().Truncate(time.Millisecond), by.ID
		if err := a.fits(held); err != nil {
			return err
		}
		return d.Studies.KeepAnalysis(ctx, a)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// fits checks an analysis beside those that the problem has.
func (a *Analysis) fits(held []Analysis) error {
	if a.ID != 0 {
		i := slices.IndexFunc(held, func(h Analysis) bool { return h.ID == a.ID })
		if i < 0 {
			return fault.New(fault.Missing, "problem.no_analysis")
		}
		a.Method = held[i].Method
	} else if len(held) >= mostAnalyses {
		return fault.New(fault.TooMuch, "problem.too_many_analyses").With("max", mostAnalyses)
	}
	var many fault.Many
	if !slices.Contains(Drawn, a.Method) {
		many = append(many, fault.At("method", "record.not_a_choice").With("choices", "five_whys, fishbone, timeline, kepner_tregoe"))
	}
	if a.Title == "" {
		many = append(many, fault.At("title", "record.required"))
	}
	many = append(many, tooLong("title", a.Title, longestAnalysis)...)
	many = append(many, tooLong("conclusion", a.Doc.Conclusion, longestText)...)
	many = append(many, a.Doc.fits(a.Method)...)
	return many.Err()
}

func tooLong(field, text string, most int) fault.Many {
	if n := utf8.RuneCountInString(text); n > most {
		return fault.Many{fault.At(field, "record.too_long").With("max", most).With("length", n)}
	}
	return nil
}

// fits checks what the document of a method says, and takes out what another
// method would say.
func (d *AnalysisDoc) fits(m Method) (many fault.Many) {
	switch m {
	case FiveWhys, Fishbone:
		*d = AnalysisDoc{Lines: d.Lines, Conclusion: d.Conclusion}
		return fitLines(d.Lines)
	case Timeline:
		*d = AnalysisDoc{Facts: d.Facts, Conclusion: d.Conclusion}
		if len(d.Facts) > mostLines {
			return fault.Many{fault.At("facts", "problem.too_many_lines").With("max", mostLines)}
		}
		for i, f := range d.Facts {
			if f.Text = strings.TrimSpace(f.Text); f.Text == "" || f.At.IsZero() {
				many = append(many, fault.At("facts", "problem.bad_fact").With("line", i+1))
			}
			many = append(many, tooLong("facts", f.Text, longestLine)...)
			many = append(many, tooLong("facts", f.Source, 100)...)
		}
		slices.SortStableFunc(d.Facts, func(a, b Fact) int { return a.At.Compare(b.At) })
		return many
	}
	*d = AnalysisDoc{Aspects: d.Aspects, Causes: d.Causes, Conclusion: d.Conclusion}
	return append(d.fitAspects(), d.fitCauses()...)
}

func fitLines(lines []Line) (many fault.Many) {
	if len(lines) > mostLines {
		return fault.Many{fault.At("lines", "problem.too_many_lines").With("max", mostLines)}
	}
	depth := -1
	for i := range lines {
		l := &lines[i]
		l.Text = strings.TrimSpace(l.Text)
		switch {
		case l.Text == "":
			many = append(many, fault.At("lines", "problem.empty_line").With("line", i+1))
		case l.Depth < 0 || l.Depth > depth+1 || l.Depth > deepest:
			many = append(many, fault.At("lines", "problem.bad_depth").With("line", i+1).With("max", deepest))
		}
		many = append(many, tooLong("lines", l.Text, longestLine)...)
		depth = l.Depth
	}
	return many
}

func (d *AnalysisDoc) fitAspects() (many fault.Many) {
	held := d.Aspects
	d.Aspects = nil
	for _, name := range AspectNames {
		a := Aspect{Name: name}
		if i := slices.IndexFunc(held, func(h Aspect) bool { return h.Name == name }); i >= 0 {
			a = held[i]
		}
		for _, text := range []string{a.Is, a.IsNot, a.Distinction, a.Change} {
			many = append(many, tooLong("aspects", text, longestText)...)
		}
		d.Aspects = append(d.Aspects, a)
	}
	for _, a := range held {
		if !slices.Contains(AspectNames, a.Name) {
			many = append(many, fault.At("aspects", "record.not_a_choice").With("choices", strings.Join(AspectNames, ", ")))
		}
	}
	return many
}

func (d *AnalysisDoc) fitCauses() (many fault.Many) {
	if len(d.Causes) > mostPossible {
		return fault.Many{fault.At("causes", "problem.too_many_lines").With("max", mostPossible)}
	}
	for i := range d.Causes {
		c := &d.Causes[i]
		if c.Text = strings.TrimSpace(c.Text); c.Text == "" {
			many = append(many, fault.At("causes", "problem.empty_line").With("line", i+1))
		}
		many = append(many, tooLong("causes", c.Text, longestLine)...)
		if len(c.Tests) > len(AspectNames) || slices.ContainsFunc(c.Tests, func(t string) bool { return t != "" && !slices.Contains(Tests, t) }) {
			many = append(many, fault.At("causes", "record.not_a_choice").With("choices", strings.Join(Tests, ", ")))
		}
	}
	return many
}

// Stands says how a possible cause came out of its tests: the most probable is
// the one that explains every aspect with the fewest assumptions.
func (c Possible) Stands() (explains, assumes, fails int) {
	for _, t := range c.Tests {
		switch t {
		case "explains":
			explains++
		case "assumes":
			assumes++
		case "fails":
			fails++
		}
	}
	return explains, assumes, fails
}
