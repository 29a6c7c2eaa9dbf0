// Package programme is an improvement programme as it is carried out: why it was
// begun, where it stood when it began (frozen), where it shall come to, the steps
// of its phases with their tasks, and whether each of them has really arrived.
//
// The arithmetic is that of practice/roadmap; this room keeps what people decide
// and do about it. What was measured comes from a wave, an assessment and the
// records of the people, or is entered by hand, each by itself.
package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// State is how far a programme is.
type State string

// The states.
const (
	Draft     State = "draft"     // being planned: baseline, targets and phases may change
	Approved  State = "approved"  // carried out
	Closed    State = "closed"    // over
	Cancelled State = "cancelled" // nothing came of it
)

// Programme is one round of improvement.
type Programme struct {
	ID    int64
	Name  people.Text
	State State
	Doc
	Made    time.Time
	MadeBy  people.ID
	Version int64

	questions *maturity.Set // of the baseline; nil: those that ship
}

// Doc is what is decided about a programme.
type Doc struct {
	Charter    string                              `json:"charter,omitempty"`    // the vision: what for, and for whom
	Wanted     *float64                            `json:"wanted,omitempty"`     // the gap that users shall find at its end
	Start      time.Time                           `json:"start"`                // its first phase begins
	Horizon    time.Time                           `json:"horizon"`              // it shall be over
	Capacity   int                                 `json:"capacity"`             // points of work in a phase
	PointCost  float64                             `json:"point_cost,omitempty"` // money for a point
	Weights    int64                               `json:"weights,omitempty"`    // version of weights and gates; 0 for those that ship
	Baseline   *Baseline                           `json:"baseline,omitempty"`
	Targets    map[maturity.Process]roadmap.Target `json:"targets,omitempty"` // that leadership put in the place of the proposed ones
	Decisions  []Decision                          `json:"decisions,omitempty"`
	Approved   time.Time                           `json:"approved,omitzero"`
	ApprovedBy people.ID                           `json:"approved_by,omitempty"`
	Altered    time.Time                           `json:"altered,omitzero"` // its steps were, since; nobody has agreed yet
	AlteredBy  []people.ID                         `json:"altered_by,omitempty"`
	Measures   []Measure                           `json:"measures,omitempty"` // levels that were found since, entered by hand
	Outcome    *Outcome                            `json:"outcome,omitempty"`  // what the next wave says
}

// Origin says where something that was measured comes from.
type Origin struct {
	ID   int64       `json:"id,omitempty"` // of the wave or assessment; 0 for what was entered by hand
	Name people.Text `json:"name,omitzero"`
	Day  time.Time   `json:"day,omitzero"`
	Hash string      `json:"hash,omitempty"` // of the frozen result it was taken from
}

// Hand reports whether somebody entered it.
func (o Origin) Hand() bool { return o.ID == 0 }

// Satisfaction is what a wave says to a roadmap.
type Satisfaction struct {
	Points  int                `json:"scale_points"`
	Gap     map[string]float64 `json:"gap"`       // by dimension
	Share   map[string]float64 `json:"lmg_share"` // likewise
	ItemGap map[string]float64 `json:"item_gap,omitempty"`
}

// Weighted is the gap of the whole, each dimension by its share.
func (s Satisfaction) Weighted() float64 {
	var sum, of float64
	for d, gap := range s.Gap {
		sum, of = sum+gap*s.Share[d], of+s.Share[d]
	}
	if of == 0 {
		return 0
	}
	return sum / of
}

// Levels is what an assessment says to a roadmap.
type Levels struct {
	Level   map[maturity.Process]maturity.Level `json:"level"`
	Answers maturity.Answers                    `json:"answers,omitempty"`
	Set     string                              `json:"set,omitempty"` // version of the questions that were asked
}

// Baseline is where the programme began. It is frozen: what is measured later
// does not change it.
type Baseline struct {
	Frozen       time.Time                           `json:"frozen"`
	By           people.ID                           `json:"by"`
	Wave         Origin                              `json:"wave"`
	Assessment   Origin                              `json:"assessment"`
	Readiness    Origin                              `json:"readiness"` // its id is 1 when it was computed from records
	Satisfaction Satisfaction                        `json:"satisfaction"`
	Levels       Levels                              `json:"levels"`
	People       map[maturity.Process]roadmap.People `json:"people"`
}

// Digest is the SHA-256 of the figures, in hex.
func (b *Baseline) Digest() string {
	text, err := json.Marshal(b)
	if err != nil {
		return "" // cannot be: they are figures
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Decision is what somebody changed, and why.
type Decision struct {
	At   time.Time `json:"at"`
	By   people.ID `json:"by"`
	What string    `json:"what"` // "target SD 4", "approve"
	Why  string    `json:"why,omitempty"`
}

// Measure is a level or a readiness that was found after the baseline and
// entered by hand, where nothing in Kilter measures it.
type Measure struct {
	Process maturity.Process `json:"process"`
	Level   maturity.Level   `json:"level"`
	Ready   float64          `json:"ready,omitempty"` // of the people; 0 when only the level was judged
	Day     time.Time        `json:"day"`
	By      people.ID        `json:"by"`
	Note    string           `json:"note"` // where it is shown
}

// Outcome is what a later wave says, item by item.
type Outcome struct {
	Wave  Origin             `json:"wave"`
	At    time.Time          `json:"at"`
	Items []roadmap.Observed `json:"items"`
	Gap   float64            `json:"gap"` // of the whole, weighted
}

// Questions are those of the assessment that the programme began with.
func (p *Programme) Questions() *maturity.Set {
	if p.questions == nil {
		return maturity.Current()
	}
	return p.questions
}

// Inputs are what the plan is made of.
func (p *Programme) Inputs() *roadmap.Inputs {
	b := p.Baseline
	if b == nil {
		return nil
	}
	return &roadmap.Inputs{
		ScalePoints: b.Satisfaction.Points, Gap: b.Satisfaction.Gap, Share: b.Satisfaction.Share, ItemGap: b.Satisfaction.ItemGap,
		Level: b.Levels.Level, Answers: b.Levels.Answers, Set: p.questions, People: b.People, Capacity: p.Capacity, Targets: p.Targets,
	}
}

// PhaseOf is the number of the phase that a day lies in, from 1; 0 before the
// first.
func (p *Programme) PhaseOf(today time.Time, days int) int {
	if today.Before(p.Start) {
		return 0
	}
	const day = 24 * time.Hour
	return int(today.Sub(p.Start)/(time.Duration(max(days, 1))*day)) + 1
}

// Ends is the day on which a phase is over.
func (p *Programme) Ends(phase, days int) time.Time { return p.Start.AddDate(0, 0, phase*days) }

// What a programme holds at the most.
const (
	mostName     = 200
	mostText     = 4000
	mostCapacity = 1000
	mostMoney    = 1e12
	mostMeasures = 1000
)

func long(field, text string, most int) *fault.Fault {
	if utf8.ValidString(text) && utf8.RuneCountInString(text) <= most {
		return nil
	}
	return fault.At(field, "record.too_long").With("max", most)
}

// check reports what is wrong with a charter, by field.
func (p *Programme) check() error {
	var many fault.Many
	add := func(f *fault.Fault) {
		if f != nil {
			many = append(many, f)
		}
	}
	p.Name, p.Charter = p.Name.Trim(), strings.TrimSpace(p.Charter)
	if p.Name == (people.Text{}) {
		add(fault.At("name_en", "record.required"))
	}
	add(long("name_en", p.Name.En, mostName))
	add(long("name_zh", p.Name.Zh, mostName))
	add(long("charter", p.Charter, mostText))
	if p.Start.IsZero() {
		add(fault.At("start", "record.required"))
	}
	if p.Horizon.IsZero() {
		add(fault.At("horizon", "record.required"))
	} else if !p.Horizon.After(p.Start) {
		add(fault.At("horizon", "programme.horizon"))
	}
	if p.Capacity < 0 || p.Capacity > mostCapacity {
		add(fault.At("capacity", "roadmap.file.number").With("value", p.Capacity).With("low", 0).With("high", mostCapacity))
	}
	if !(p.PointCost >= 0 && p.PointCost <= mostMoney) {
		add(fault.At("point_cost", "programme.money"))
	}
	if p.Wanted != nil && !(*p.Wanted >= -100 && *p.Wanted <= 100) {
		add(fault.At("wanted", "roadmap.file.number").With("value", *p.Wanted).With("low", -100).With("high", 100))
	}
	return many.Err()
}

// why asks for a reason where something is changed.
func why(text *string) error {
	*text = strings.TrimSpace(*text)
	if *text == "" {
		return fault.At("why", "programme.why")
	}
	if f := long("why", *text, mostText); f != nil {
		return f
	}
	return nil
}
