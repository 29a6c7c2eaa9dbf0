// Package change is ITIL change management: the right changes, with few
// failures. Somebody asks for one; it is assessed, authorised by those who may,
// planned where it meets nothing else, carried out in its window and reviewed.
package change

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Change is a request for change, with its assessment and its plan. The owner
// is who carries it out.
type Change struct {
	record.Head
	record.Extra
	Type        Type
	Category    record.CategoryID
	Reason      string // why it is wanted
	Description string
	Items       []record.ItemID // what is changed; all of them count as out of service meanwhile
	Model       int64           // of a standard change; 0 when there is none
	WhyRejected string
	WhyDropped  string

	Assessment
	Procedure     string // what is done, step by step
	Test          string // how it is tested before
	BackOut       string // how it is taken back
	BackOutTime   int    // minutes that takes, which the window must leave
	Communication string // who is told what
	Cost          int    // whole yuan
	Benefit       string // what it is worth to those it is for
	Gain          int    // that in whole yuan a year, as far as it can be said

	Starts, Ends time.Time // the window
	Second       people.ID // who helps the owner
	Evidence     string    // of tests before it is carried out

	First, Other people.ID // the two of the emergency committee who said yes by telephone
	Spoken       time.Time // when they did
	Authorised   time.Time
	Recorded     time.Time // when an authorisation by telephone was written down
	Begun        time.Time
	Ended        time.Time // carried out, backed out or failed
	Documented   time.Time
	Closed       time.Time

	WhyBackedOut string
	WhyFailed    string
	Result       Result
	Review       string
	Updated      bool // the configuration items say what is true now
}

// Type says on which way a change comes to be carried out.
type Type string

// The types.
const (
	Standard  Type = "standard" // authorised once for all, as a model
	Normal    Type = "normal"
	Emergency Type = "emergency"
)

// Result is what came of a change, found in its review.
type Result string

// The results.
const (
	Success   Result = "success"
	Incidents Result = "incidents" // carried out, and incidents followed
	Overran   Result = "overran"   // carried out, beyond its window
	TakenBack Result = "taken_back"
	Failed    Result = "failed"
)

var (
	types   = []string{string(Standard), string(Normal), string(Emergency)}
	classes = []string{string(Minor), string(Significant), string(Major)}
	results = []string{string(Success), string(Incidents), string(Overran), string(TakenBack), string(Failed)}
)

// Bounds of what may be said of a change.
const (
	longestWhy  = 500
	mostMinutes = 14 * 24 * 60
	mostCost    = 1_000_000_000
)

// Sheet lists the fields of a change.
func Sheet() record.Sheet[*Change] {
	return slices.Concat(headFields(), asked(), assessed(), planned(), ended())
}

// headFields are those every record has. A team and an owner come by moves; who
// asked stays who asked, for he has no say.
func headFields() record.Sheet[*Change] {
	return record.HeadFields[*Change]().Fix("requester", "team", "owner")
}

func asked() record.Sheet[*Change] {
	return record.Sheet[*Change]{
		record.Fixed(record.ChoiceField("type", types, func(c *Change) *Type { return &c.Type })),
		record.Fixed(record.RefField("model", record.Model, func(c *Change) *int64 { return &c.Model })),
		record.RefField("category", record.Category, func(c *Change) *record.CategoryID { return &c.Category }),
		record.TextField("reason", 5_000, func(c *Change) *string { return &c.Reason }),
		record.TextField("description", 50_000, func(c *Change) *string { return &c.Description }),
		record.Fixed(record.ItemsField("items", func(c *Change) *[]record.ItemID { return &c.Items })),
		record.Fixed(record.TextField("why_rejected", longestWhy, func(c *Change) *string { return &c.WhyRejected })),
		record.Fixed(record.TextField("why_dropped", longestWhy, func(c *Change) *string { return &c.WhyDropped })),
	}
}

func assessed() record.Sheet[*Change] {
	sheet := record.Sheet[*Change]{
		record.Fixed(record.IntField("impact", 1, Degrees, func(c *Change) *Degree { return &c.Impact })),
		record.Fixed(record.IntField("likelihood", 1, Degrees, func(c *Change) *Degree { return &c.Likelihood })),
		record.Fixed(record.IntField("score", 1, Degrees*Degrees, func(c *Change) *int { return &c.Score })),
		record.Fixed(record.ChoiceField("class", classes, func(c *Change) *Class { return &c.Class })),
		record.Fixed(record.TextField("why_otherwise", longestWhy, func(c *Change) *string { return &c.WhyOtherwise })),
	}
	for n, q := range Questions {
		sheet = append(sheet, record.Fixed(record.BoolField(string(q), func(c *Change) *bool { return &c.Answers[n] })))
	}
	return append(sheet,
		record.Fixed(record.BoolField("shared", func(c *Change) *bool { return &c.Shared })),
		record.Fixed(record.BoolField("networks", func(c *Change) *bool { return &c.Networks })),
		record.Fixed(record.BoolField("exchange", func(c *Change) *bool { return &c.Exchange })),
		record.TextField("procedure", 50_000, func(c *Change) *string { return &c.Procedure }),
		record.TextField("test", 20_000, func(c *Change) *string { return &c.Test }),
		record.Fixed(record.TextField("back_out", 20_000, func(c *Change) *string { return &c.BackOut })),
		record.Fixed(record.IntField("back_out_time", 1, mostMinutes, func(c *Change) *int { return &c.BackOutTime })),
		record.TextField("communication", 20_000, func(c *Change) *string { return &c.Communication }),
		record.IntField("cost", 0, mostCost, func(c *Change) *int { return &c.Cost }),
		record.TextField("benefit", 20_000, func(c *Change) *string { return &c.Benefit }),
		record.IntField("gain", 0, mostCost, func(c *Change) *int { return &c.Gain }),
	)
}

func planned() record.Sheet[*Change] {
	return record.Sheet[*Change]{
		record.Fixed(record.MomentField("starts", func(c *Change) *time.Time { return &c.Starts })),
		record.Fixed(record.MomentField("ends", func(c *Change) *time.Time { return &c.Ends })),
		record.Fixed(record.RefField("second", record.Person, func(c *Change) *people.ID { return &c.Second })),
		record.Fixed(record.TextField("evidence", 20_000, func(c *Change) *string { return &c.Evidence })),
		record.Fixed(record.RefField("first_voice", record.Person, func(c *Change) *people.ID { return &c.First })),
		record.Fixed(record.RefField("other_voice", record.Person, func(c *Change) *people.ID { return &c.Other })),
		record.Fixed(record.MomentField("spoken", func(c *Change) *time.Time { return &c.Spoken })),
		record.Fixed(record.MomentField("authorised", func(c *Change) *time.Time { return &c.Authorised })),
		record.Fixed(record.MomentField("recorded", func(c *Change) *time.Time { return &c.Recorded })),
	}
}

func ended() record.Sheet[*Change] {
	return record.Sheet[*Change]{
		record.Fixed(record.MomentField("begun", func(c *Change) *time.Time { return &c.Begun })),
		record.Fixed(record.MomentField("ended", func(c *Change) *time.Time { return &c.Ended })),
		record.Fixed(record.MomentField("documented", func(c *Change) *time.Time { return &c.Documented })),
		record.Fixed(record.TextField("why_backed_out", 5_000, func(c *Change) *string { return &c.WhyBackedOut })),
		record.Fixed(record.TextField("why_failed", 5_000, func(c *Change) *string { return &c.WhyFailed })),
		record.Fixed(record.ChoiceField("result", results, func(c *Change) *Result { return &c.Result })),
		record.Fixed(record.TextField("review", 20_000, func(c *Change) *string { return &c.Review })),
		record.Fixed(record.BoolField("updated", func(c *Change) *bool { return &c.Updated })),
		record.Fixed(record.MomentField("closed", func(c *Change) *time.Time { return &c.Closed })),
	}
}

// Words is what search knows of a change beside its title and timeline.
func (c *Change) Words() string { return c.Reason + "\n" + c.Description + "\n" + c.Procedure }

// Subject is what is consented to, as a hash: a yes to a change is none to what
// has become of it since. What it brings counts as soon as it is named.
func (c *Change) Subject() string {
	about := []any{
		c.Title, c.Type, c.Service, c.Zone, c.Items, c.Reason, c.Description, c.Assessment, c.Procedure, c.Test, c.BackOut, c.BackOutTime, c.Communication, c.Cost,
		c.Starts.UnixMilli(), c.Ends.UnixMilli(), c.Requester, c.Owner, c.Second,
	}
	if c.Benefit != "" || c.Gain > 0 {
		about = append(about, c.Benefit, c.Gain)
	}
	b, _ := json.Marshal(about) // texts and numbers are always written
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
