// Package risk is the risk register, after the risk management discipline for
// operations of MOF: a risk is identified, analysed, planned for, tracked,
// controlled when it occurs, and what was learnt is kept. Its exposure, the
// product of probability and impact, says which comes first.
package risk

import (
	"time"

	"kilter/internal/practice/record"
)

// Risk is something that may happen, and what it would do to the service. Its
// owner answers for it being watched.
type Risk struct {
	record.Head
	record.Extra
	Condition   string // what is so today: the cause
	Consequence string // what it may lead to
	Process     Process
	Probability int // 1 to 5, 0 until it was analysed
	Impact      int // 1 to 5, 0 until it was analysed
	Chance      int // probability in percent, from which its class follows; 0 when only the class is known
	Loss        int // impact in whole yuan, likewise
	Exposure    int // Probability * Impact, 1 to 25
	Expected    int // loss that Chance and Loss make to be expected, whole yuan; 0 when one is not known
	Within      Span
	Response    Response
	Mitigation  string // what is done before, so that it becomes less likely or does less
	Trigger     string // by what one sees that it occurs
	Contingency string // what is done when it occurs
	ReviewOn    time.Time

	Occurred time.Time // when it last did
	Times    int       // how often it did
	Closed   time.Time

	WhyDropped string
	Lesson     string // what was learnt
}

// Process is one of the eleven, by its code in small letters.
type Process string

// Processes are the service management processes a risk can belong to.
var Processes = []string{"sd", "im", "pm", "cfg", "chg", "rel", "slm", "avm", "cap", "con", "fin"}

// Span is how soon a risk may come.
type Span string

// The spans: within a month, within half a year, later.
const (
	Near   Span = "near"
	Middle Span = "middle"
	Far    Span = "far"
)

// Response is what one means to do about a risk.
type Response string

// The responses.
const (
	Avoid    Response = "avoid"
	Reduce   Response = "reduce"
	Transfer Response = "transfer"
	Accept   Response = "accept"
)

var (
	spans     = []string{string(Near), string(Middle), string(Far)}
	responses = []string{string(Avoid), string(Reduce), string(Transfer), string(Accept)}
)

// MostLevel is the highest probability and the highest impact.
const MostLevel = 5

// High and Medium are the exposures from which a risk counts as high and as
// medium, by the steps of the change practice (domain/mof, section CHG: below 6
// minor, from 15 major).
const (
	High   = 15
	Medium = 6
)

// Sheet lists the fields of a risk.
func Sheet() record.Sheet[*Risk] {
	return append(headFields(),
		record.TextField("condition", 10_000, func(r *Risk) *string { return &r.Condition }),
		record.TextField("consequence", 10_000, func(r *Risk) *string { return &r.Consequence }),
		record.ChoiceField("process", Processes, func(r *Risk) *Process { return &r.Process }),
		record.Fixed(instead(record.IntField("probability", 1, MostLevel, func(r *Risk) *int { return &r.Probability }), func(r *Risk) { r.Chance = 0 })),
		record.Fixed(record.IntField("chance", 1, mostChance, func(r *Risk) *int { return &r.Chance })),
		record.Fixed(instead(record.IntField("impact", 1, MostLevel, func(r *Risk) *int { return &r.Impact }), func(r *Risk) { r.Loss = 0 })),
		record.Fixed(record.IntField("loss", 1, mostLoss, func(r *Risk) *int { return &r.Loss })),
		record.Fixed(record.IntField("exposure", 0, MostLevel*MostLevel, func(r *Risk) *int { return &r.Exposure })),
		record.Fixed(record.IntField("expected", 0, mostLoss, func(r *Risk) *int { return &r.Expected })),
		record.Fixed(record.ChoiceField("within", spans, func(r *Risk) *Span { return &r.Within })),
		record.Fixed(record.ChoiceField("response", responses, func(r *Risk) *Response { return &r.Response })),
		record.TextField("mitigation", 10_000, func(r *Risk) *string { return &r.Mitigation }),
		record.TextField("trigger", 5_000, func(r *Risk) *string { return &r.Trigger }),
		record.TextField("contingency", 10_000, func(r *Risk) *string { return &r.Contingency }),
		record.MomentField("review_on", func(r *Risk) *time.Time { return &r.ReviewOn }),
		record.Fixed(record.MomentField("occurred", func(r *Risk) *time.Time { return &r.Occurred })),
		record.Fixed(record.IntField("times", 0, 1_000_000, func(r *Risk) *int { return &r.Times })),
		record.Fixed(record.MomentField("closed", func(r *Risk) *time.Time { return &r.Closed })),
		record.Fixed(record.TextField("why_dropped", 500, func(r *Risk) *string { return &r.WhyDropped })),
		record.Fixed(record.TextField("lesson", 10_000, func(r *Risk) *string { return &r.Lesson })),
	)
}

// instead makes a field drop what it followed from when somebody sets it himself: a
// class that is given stands in the place of the figure that was known.
func instead(f record.Field[*Risk], drop func(*Risk)) record.Field[*Risk] {
	set := f.Set
	f.Set = func(r *Risk, v string) error {
		drop(r)
		return set(r, v)
	}
	return f
}

// headFields are those every record has; a team and an owner come by moves, the
// network stays.
func headFields() record.Sheet[*Risk] {
	return record.HeadFields[*Risk]().Fix("requester", "team", "owner", "zone")
}

// Words is what search knows of a risk beside its title and timeline.
func (r *Risk) Words() string { return r.Condition + "\n" + r.Consequence }
