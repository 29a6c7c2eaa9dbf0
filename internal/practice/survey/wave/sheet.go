package wave

import (
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
)

// Form is how a questionnaire asks.
type Form string

// The forms of the literature.
const (
	Classic  Form = "classic"    // expectations first, then perceptions, apart from each other
	Two      Form = "two_column" // both beside each statement
	Three    Form = "zone"       // the least, the desired and the perceived level: zone of tolerance
	Servperf Form = "servperf"   // perceptions alone
)

// Forms lists them.
var Forms = []Form{Classic, Two, Three, Servperf}

// asks are the ways in which a form asks for each statement, in their order.
var asks = map[Form][]survey.Form{
	Classic:  {survey.Expected, survey.Perceived},
	Two:      {survey.Expected, survey.Perceived},
	Three:    {survey.Minimum, survey.Expected, survey.Perceived},
	Servperf: {survey.Perceived},
}

// Instrument is a questionnaire that goes through versions. A version that a
// wave has used is never changed again.
type Instrument struct {
	ID      int64
	Name    people.Text
	Retired bool
	Changed time.Time
	Version int64
}

// Sheet is one version of a questionnaire.
type Sheet struct {
	ID         int64
	Instrument int64
	Name       people.Text // of the questionnaire
	Number     int         // of the version, from 1
	Made       time.Time
	MadeBy     people.ID
	Used       bool // by a wave: it stays as it is
	Paper
}

// Paper is what a questionnaire asks.
type Paper struct {
	Form       Form        `json:"form"`
	Points     int         `json:"points"`  // 5 or 7
	Shuffle    bool        `json:"shuffle"` // statements of a dimension in a random order
	Weights    bool        `json:"weights"` // 100 points are spread over the dimensions
	Check      bool        `json:"check"`   // beside the points, which dimension matters most, second and least
	Intro      people.Text `json:"intro"`
	Excellent  people.Text `json:"excellent"` // begins a statement of what is expected: "An excellent centre ..."
	Ours       people.Text `json:"ours"`      // of what is perceived: "Our centre ..."
	Belief     people.Text `json:"belief"`    // of what the staff believes: "Our users expect that an excellent centre ..."
	Dimensions []Dimension `json:"dimensions"`
	Overall    []Rating    `json:"overall"`
	Profile    []Choice    `json:"profile"`
	Comments   []Remark    `json:"comments"`
}

// Dimension is a set of statements that are meant to measure one thing.
type Dimension struct {
	Code  string      `json:"code"`
	Name  people.Text `json:"name"`
	About people.Text `json:"about"` // what it is, where points are spread
	Off   bool        `json:"off,omitempty"`
	Apart bool        `json:"apart,omitempty"` // reported, but no part of the overall scores
	Items []Item      `json:"items"`
}

// Item is one statement, without its beginning.
type Item struct {
	Code string      `json:"code"`
	Text people.Text `json:"text"`
	Off  bool        `json:"off,omitempty"`
}

// Rating is a statement or question on the scale about the whole.
type Rating struct {
	Code    string      `json:"code"`
	Text    people.Text `json:"text"`
	Outcome bool        `json:"outcome,omitempty"` // part of the satisfaction that drivers explain
}

// Choice is a question about the respondent.
type Choice struct {
	Code    string      `json:"code"`
	Text    people.Text `json:"text"`
	Options []Option    `json:"options"`
}

// Option is one of its answers.
type Option struct {
	Code string      `json:"code"`
	Text people.Text `json:"text"`
}

// Remark is a question that is answered in words.
type Remark struct {
	Code string      `json:"code"`
	Text people.Text `json:"text"`
}

// Asked are the dimensions that are asked, with the statements that are.
func (p *Paper) Asked() []Dimension {
	var out []Dimension
	for _, d := range p.Dimensions {
		if d.Off {
			continue
		}
		var items []Item
		for _, i := range d.Items {
			if !i.Off {
				items = append(items, i)
			}
		}
		if d.Items = items; len(items) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// Ways are the ways in which each statement is put to a side: the staff is asked
// for its belief of what is expected, and for nothing else.
func (p *Paper) Ways(side Side) []survey.Form {
	if side == Staff {
		return []survey.Form{survey.Expected}
	}
	return asks[p.Form]
}

// Column is the name under which the answer to a statement is kept.
func Column(way survey.Form, item string) string { return string(way) + "_" + item }

// WeightColumn is that of the points of a dimension.
func WeightColumn(dimension string) string { return "W_" + dimension }

// Minutes is how long a questionnaire takes about: 7 s a statement, 10 for one
// that is read for the first time, a minute for points, half a minute for words.
func (p *Paper) Minutes(side Side) int {
	seconds := 0
	for _, d := range p.Asked() {
		seconds += len(d.Items) * (3 + 7*len(p.Ways(side)))
	}
	if side == Users {
		if p.Weights {
			seconds += 60
		}
		seconds += 10*len(p.Overall) + 30*len(p.Comments)
	}
	seconds += 8 * len(p.Profile)
	return (seconds + 59) / 60
}
