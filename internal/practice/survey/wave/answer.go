package wave

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
)

// Answer is what somebody answered. It does not know who, nor when.
type Answer struct {
	Key        string // see Key
	Wave       int64
	Side       Side
	Department people.DepartmentID // of the directory; 0 when too few of it were asked
	Done       bool                // handed in
	Given
}

// Given is what was entered.
type Given struct {
	Values  map[string]int    `json:"v"`           // by column; CannotJudge for that
	Choices map[string]string `json:"c,omitempty"` // of the profile
	Words   map[string]string `json:"w,omitempty"` // until they are handed in
	Seconds int               `json:"s,omitempty"` // spent with the statements
}

// CannotJudge is the answer of who cannot judge a statement.
const CannotJudge = 0

// StepKind is what a step of a questionnaire asks.
type StepKind string

// The kinds of steps.
const (
	Statements StepKind = "statements"
	Points     StepKind = "points"
	Whole      StepKind = "whole"
	About      StepKind = "about"
)

// Step is one screen of a questionnaire.
type Step struct {
	Kind      StepKind
	Ways      []survey.Form // in which each statement is asked
	Dimension Dimension     // of statements
}

// Steps are the screens for a side, in their order.
func (p *Paper) Steps(side Side) []Step {
	var out []Step
	dims := p.Asked()
	add := func(ways ...survey.Form) {
		for _, d := range dims {
			out = append(out, Step{Statements, ways, d})
		}
	}
	if side == Staff {
		add(p.Ways(Staff)...)
		return out
	}
	ways := asks[p.Form]
	if p.Form == Classic {
		add(ways[0])
		ways = ways[1:]
	}
	if p.Weights && p.Form == Classic && len(p.Counted()) > 1 {
		out = append(out, Step{Kind: Points})
	}
	add(ways...)
	if p.Weights && p.Form != Classic && len(p.Counted()) > 1 {
		out = append(out, Step{Kind: Points})
	}
	if len(p.Overall) > 0 {
		out = append(out, Step{Kind: Whole})
	}
	if len(p.Profile)+len(p.Comments) > 0 {
		out = append(out, Step{Kind: About})
	}
	return out
}

// shuffled is a step with its statements in the order of one respondent, always
// the same one for the same key.
func (s Step) shuffled(key string) Step {
	seed := uint64(0)
	for _, c := range []byte(key + s.Dimension.Code) {
		seed = seed*131 + uint64(c)
	}
	items := slices.Clone(s.Dimension.Items)
	rand.New(rand.NewPCG(seed, 22)).Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	s.Dimension.Items = items
	return s
}

// What an answer may hold.
const (
	mostWords   = 2000
	mostSeconds = 600 // that count of one step: who is called away is not slow
)

// Entered is what a step's form brought.
type Entered struct {
	Values  map[string]string // by column
	Skip    bool              // statements without an answer are meant to be without
	Seconds int
}

// take takes over what was entered in a step; nothing is taken over when
// something is wrong.
func (g *Given) take(p *Paper, s Step, in Entered) error {
	next := Given{Values: map[string]int{}, Choices: map[string]string{}, Words: map[string]string{}}
	var many fault.Many
	var cleared []string
	rating := func(column string, high int, judge bool) {
		text := strings.TrimSpace(in.Values[column])
		cleared = append(cleared, column)
		switch n, err := strconv.Atoi(text); {
		case text == "":
			if judge && !in.Skip {
				many = append(many, fault.At(column, "wave.no_answer"))
			}
		case err != nil || n < 0 || n > high || n == CannotJudge && !judge:
			many = append(many, fault.At(column, "wave.off_scale").With("high", high))
		default:
			next.Values[column] = n
		}
	}
	switch s.Kind {
	case Statements:
		for _, i := range s.Dimension.Items {
			for _, way := range s.Ways {
				rating(Column(way, i.Code), p.Points, true)
			}
		}
	case Whole:
		for _, q := range p.Overall {
			rating(q.Code, p.Points, true)
		}
	case Points:
		many = append(many, next.points(p, in, &cleared)...)
		many = append(many, next.named(p, in)...)
	case About:
		many = append(many, next.about(p, in)...)
	}
	if err := many.Err(); err != nil {
		return err
	}
	g.put(next, cleared)
	switch s.Kind {
	case Points:
		g.choose(next, MostColumn, SecondColumn, LeastColumn)
	case About:
		var codes []string
		for _, c := range p.Profile {
			codes = append(codes, c.Code)
		}
		g.choose(next, codes...)
		g.Words = next.Words
	}
	if s.Kind == Statements {
		g.Seconds += min(max(in.Seconds, 0), mostSeconds)
	}
	return nil
}

func (g *Given) put(next Given, cleared []string) {
	if g.Values == nil {
		g.Values = map[string]int{}
	}
	for _, c := range cleared {
		delete(g.Values, c)
	}
	maps.Copy(g.Values, next.Values)
}

// choose takes over what was chosen of some questions.
func (g *Given) choose(next Given, codes ...string) {
	if g.Choices == nil {
		g.Choices = map[string]string{}
	}
	for _, c := range codes {
		if delete(g.Choices, c); next.Choices[c] != "" {
			g.Choices[c] = next.Choices[c]
		}
	}
}

// The sums of points that are taken: 100, and what rounding makes of it
// (section 2 of the specification rescales the rest of the way).
const (
	leastPoints, mostPoints = 95, 105
)

func (g *Given) points(p *Paper, in Entered, cleared *[]string) (many fault.Many) {
	sum, given := 0, false
	for _, d := range p.Counted() {
		column := WeightColumn(d.Code)
		*cleared = append(*cleared, column)
		text := strings.TrimSpace(in.Values[column])
		if text == "" {
			g.Values[column] = 0
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 100 {
			many = append(many, fault.At(column, "wave.points_whole"))
			continue
		}
		g.Values[column], given = n, true
		sum += n
	}
	switch {
	case len(many) > 0:
	case !given:
		clear(g.Values) // he leaves it out
	case sum < leastPoints || sum > mostPoints:
		many = append(many, fault.At(WeightColumn(p.Counted()[0].Code), "wave.points_sum").With("sum", sum))
	}
	return many
}

// The dimensions that matter most, second and least to a respondent: a check on
// his points.
const (
	MostColumn   = "MOST"
	SecondColumn = "SECOND"
	LeastColumn  = "LEAST"
)

func (g *Given) named(p *Paper, in Entered) (many fault.Many) {
	if !p.Check {
		return nil
	}
	seen := map[string]bool{}
	for _, column := range []string{MostColumn, SecondColumn, LeastColumn} {
		v := in.Values[column]
		switch {
		case v == "":
			continue
		case !slices.ContainsFunc(p.Asked(), func(d Dimension) bool { return d.Code == v }):
			many = append(many, fault.At(column, "record.not_a_choice"))
		case seen[v]:
			many = append(many, fault.At(column, "wave.named_twice"))
		}
		seen[v], g.Choices[column] = true, v
	}
	return many
}

func (g *Given) about(p *Paper, in Entered) (many fault.Many) {
	for _, c := range p.Profile {
		v := in.Values[c.Code]
		if v == "" {
			continue
		}
		if !slices.ContainsFunc(c.Options, func(o Option) bool { return o.Code == v }) {
			many = append(many, fault.At(c.Code, "record.not_a_choice"))
			continue
		}
		g.Choices[c.Code] = v
	}
	for _, c := range p.Comments {
		text := strings.TrimSpace(in.Values[c.Code])
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > mostWords {
			many = append(many, fault.At(c.Code, "record.too_long").With("max", mostWords))
		} else if text != "" {
			g.Words[c.Code] = text
		}
	}
	return many
}

// empty reports whether nothing was rated.
func (g *Given) empty() bool { return len(g.Values) == 0 }

// known reads a version, which never changes once a wave uses it.
func (m *Room) known(ctx context.Context, id int64) (*Sheet, error) {
	m.mu.Lock()
	s := m.kept[id]
	m.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := m.Sheets.Sheet(ctx, id)
	if err != nil || !s.Used {
		return s, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[int64]*Sheet{}
	}
	m.kept[id] = s
	return s, nil
}
