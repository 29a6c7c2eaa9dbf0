// Package survey is the satisfaction of users after SERVQUAL: what they expect
// of the centre, what they perceive, and what of it moves their satisfaction.
//
// A Spec says what the columns of a table of answers mean, Collect reads the
// answers, and Analyse makes of them one frozen Result: every figure that the
// answers give, and for every other the reason why not. It keeps nothing and
// knows no respondent.
package survey

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
)

// Form is one of the ways in which an item is asked.
type Form string

// The forms. Expected is the desired level too, in the three-column form.
const (
	Expected   Form = "E"
	Perceived  Form = "P"
	Importance Form = "I"
	Satisfied  Form = "S"
	Minimum    Form = "M"
	Gap        Form = "gap"          // computed: P - E
	Outcome    Form = "satisfaction" // with the whole; its scale only, for it is no way to ask an item
)

// asked are the forms that have columns.
var asked = []Form{Expected, Perceived, Importance, Satisfied, Minimum}

// Scale is what may be answered.
type Scale struct{ Low, High float64 }

// Points is the number of answers there are.
func (s Scale) Points() int { return int(s.High-s.Low) + 1 }

// Item is one topic with the columns in which it was asked.
type Item struct {
	Name      string
	Dimension int // -1 for none
	Columns   map[Form]string
	Reverse   bool // high means bad: turned round when it is read
}

// Dimension is a set of items that are meant to measure one thing.
type Dimension struct {
	Name   string
	Items  []string
	Apart  bool // reported, but not part of the overall scores
	Weight string
	Fixed  float64 // a weight that holds for all, where respondents gave none

	fixed bool // it was given, be it 0
}

// Group is what answers are compared by.
type Group struct {
	Name       string
	Column     string
	Values     []Value
	Compare    []string
	Population map[string]int
	Invited    map[string]int // of the population, where a sample was asked; nil: everybody
}

// Value is an entry of a group's column, and what it is called in the results.
type Value struct{ Is, Called string }

// Cleaning says which respondents are left out, and which are flagged.
type Cleaning struct {
	Missing float64 `yaml:"missing"` // share of missing P above which a respondent is left out
	Flat    int     `yaml:"flat"`    // equal answers to all P, at least so many: flagged
	Run     int     `yaml:"run"`     // as many equal P in a row: flagged
	Seconds float64 `yaml:"seconds"` // less for an item in the median: flagged
}

// Factoring says how factors are looked for.
type Factoring struct {
	On         []Form `yaml:"on"`         // forms; P, and S where it was asked
	Number     string `yaml:"number"`     // "dimensions", "eigenvalue", "parallel", or a number
	Extraction string `yaml:"extraction"` // "axis" or "components"
	Rotation   string `yaml:"rotation"`   // "varimax", "promax", "promax_normalised", "none"
	Samples    int    `yaml:"samples"`    // of parallel analysis
}

// Grid says where the importance-performance grid has its cross.
type Grid struct {
	Cross  string             `yaml:"cross"`  // "mean", "median", "midpoint", "target"
	Target map[string]float64 `yaml:"target"` // performance, importance
}

// Resampling says how often and from which seed the bootstrap draws.
type Resampling struct {
	Samples int    `yaml:"samples"`
	Seed    uint64 `yaml:"seed"`
}

// Attention is an item that shows who does not read: the one right answer.
type Attention struct {
	Column string `yaml:"column"`
	Answer string `yaml:"answer"`
}

// Named are the columns in which a respondent names the dimensions that matter
// most, second and least to him.
type Named struct {
	Most   string `yaml:"most"`
	Second string `yaml:"second"`
	Least  string `yaml:"least"`
}

func (n Named) columns() [3]string { return [3]string{n.Most, n.Second, n.Least} }

// Spec says what a table of answers means. docs/surveys.md describes it.
type Spec struct {
	Title        string
	File         sheet.Form
	Scales       map[Form]Scale
	Missing      []string           // codes of an answer that is not there
	NA           []string           // codes of "cannot judge"
	Answers      map[string]float64 // words of answers and their numbers
	Items        []Item
	Dimensions   []Dimension
	Satisfaction []string
	Groups       []Group
	Seconds      string   // column with the seconds a respondent took in all
	Times        []string // columns with the seconds an item took
	Attention    []Attention
	Came         string // column with the moment or number in which an answer came
	Named        Named
	Cleaning     Cleaning
	Factors      Factoring
	Grid         Grid
	Bootstrap    Resampling
	Least        int // answers of a group that may be told
	Population   int // 0: not known
}

// written is a spec as it stands in YAML.
type written struct {
	Title string `yaml:"title"`
	File  struct {
		Delimiter string `yaml:"delimiter"`
		Encoding  string `yaml:"encoding"`
		Sheet     string `yaml:"sheet"`
	} `yaml:"file"`
	Scale        any               `yaml:"scale"`
	Missing      []string          `yaml:"missing"`
	NA           []string          `yaml:"not_applicable"`
	Answers      yaml.MapSlice     `yaml:"answers"`
	Columns      map[string]string `yaml:"columns"`
	Items        any               `yaml:"items"`
	Dimensions   yaml.MapSlice     `yaml:"dimensions"`
	Satisfaction any               `yaml:"satisfaction"`
	Weights      any               `yaml:"weights"`
	Groups       yaml.MapSlice     `yaml:"groups"`
	Seconds      string            `yaml:"seconds"`
	Times        string            `yaml:"times"`
	Attention    []Attention       `yaml:"attention"`
	Came         string            `yaml:"came"`
	Named        Named             `yaml:"named"`
	Cleaning     Cleaning          `yaml:"cleaning"`
	Factors      Factoring         `yaml:"factors"`
	Grid         Grid              `yaml:"ipa"`
	Bootstrap    Resampling        `yaml:"bootstrap"`
	Least        int               `yaml:"min_group"`
	Population   int               `yaml:"population"`
}

// The bounds of a spec: nobody writes more by hand.
const (
	maxSpec  = 256 << 10
	maxItems = 200
)

// MostSamples bounds the bootstrap.
const MostSamples = 20000

// The usual ways of the specification.
const (
	usualMissing  = 0.25
	usualFlat     = 15
	usualRun      = 10
	usualSeconds  = 2
	usualDraws    = 2000
	usualParallel = 200
	usualLeast    = 5
	usualPoints   = 7
)

// Usual is a spec without items that says how answers are cleaned and analysed
// when nothing else is wanted.
func Usual() Spec {
	return Spec{
		Cleaning:  Cleaning{usualMissing, usualFlat, usualRun, usualSeconds},
		Factors:   Factoring{Number: "dimensions", Extraction: "axis", Rotation: "varimax", Samples: usualParallel},
		Grid:      Grid{Cross: "mean"},
		Bootstrap: Resampling{Samples: usualDraws, Seed: 1},
		Least:     usualLeast,
	}
}

// ParseSpec reads a spec from YAML. Faults name the key and the way out.
func ParseSpec(text []byte) (*Spec, error) {
	if len(text) > maxSpec {
		return nil, fault.At("spec", "survey.spec.too_big").With("limit", maxSpec)
	}
	u := Usual()
	w := written{Cleaning: u.Cleaning, Factors: u.Factors, Grid: u.Grid, Bootstrap: u.Bootstrap, Least: u.Least}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict(), yaml.UseOrderedMap()).Decode(&w)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.At("spec", "survey.spec.yaml").With("detail", strings.TrimSpace(yaml.FormatError(err, false, false)))
	}
	if err != nil || reflect.ValueOf(w).IsZero() { // nothing but comments: the usual ways are gone, too
		return nil, fault.At("dimensions", "survey.spec.empty")
	}
	return w.spec()
}

// spec turns what is written into what is meant.
func (w written) spec() (*Spec, error) {
	s := &Spec{
		Title: w.Title, Missing: w.Missing, NA: w.NA, Seconds: w.Seconds, Attention: w.Attention, Cleaning: w.Cleaning, Came: w.Came, Named: w.Named,
		Factors: w.Factors, Grid: w.Grid, Bootstrap: w.Bootstrap, Least: w.Least, Population: w.Population,
		File: sheet.Form{Encoding: w.File.Encoding, Sheet: w.File.Sheet}, Answers: map[string]float64{},
	}
	r := reading{spec: s}
	switch d := []rune(w.File.Delimiter); {
	case w.File.Delimiter == "tab":
		s.File.Delimiter = '\t'
	case len(d) == 1:
		s.File.Delimiter = d[0]
	case len(d) > 1:
		r.wrong("file.delimiter", "survey.spec.delimiter", "value", w.File.Delimiter)
	}
	for _, a := range w.Answers {
		x, ok := number(a.Value)
		if !ok {
			r.wrong("answers."+plain(a.Key), "survey.spec.number", "value", plain(a.Value))
		}
		s.Answers[strings.ToLower(plain(a.Key))] = x
	}
	r.scales(w.Scale)
	r.dimensions(w.Dimensions)
	r.items(w.Items, w.Columns)
	r.weights(w.Weights)
	s.Satisfaction = r.list("satisfaction", w.Satisfaction)
	r.groups(w.Groups)
	if w.Times != "" {
		for _, i := range s.Items {
			s.Times = append(s.Times, strings.ReplaceAll(w.Times, "{item}", i.Name))
		}
	}
	r.bounds()
	return s, r.many.Err()
}
