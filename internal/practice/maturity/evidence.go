package maturity

import (
	"slices"
	"time"

	"kilter/internal/base/fault"
)

// Kind says what answers a question.
type Kind string

// The kinds of evidence.
const (
	Auto     Kind = "auto"   // a figure over records
	Document Kind = "doc"    // a document that is approved and not too old
	Role     Kind = "role"   // a role that an active person holds
	Training Kind = "train"  // the share of role holders with valid training
	Meeting  Kind = "meet"   // minutes on record
	Survey   Kind = "survey" // a wave of the satisfaction survey
	Manual   Kind = "manual" // nothing but the assessor's word
)

// Evidence says what would answer a question without asking anybody.
type Evidence struct {
	Kind   Kind    `json:"kind"`
	Metric string  `json:"metric,omitempty"` // its id in the list of metrics, with :PARAMETER
	What   string  `json:"what,omitempty"`   // the document, role or training
	Op     string  `json:"op,omitempty"`     // ">=" or "<="
	Value  float64 `json:"value,omitempty"`
	Days   int     `json:"window_days,omitempty"` // of the window; 0 for the state of today
	MinN   int     `json:"min_n,omitempty"`       // records below which a share is not judged; 0 for the set's
}

// Reading is a metric as it was measured.
type Reading struct {
	Share       bool    `json:"share"` // a share of N records, which wants enough of them
	Known       bool    `json:"known"` // false when nothing is there that could be measured
	Value       float64 `json:"value"`
	Numerator   int     `json:"numerator"`
	Denominator int     `json:"denominator"`
}

// Judge compares a reading with the threshold. A share of fewer than min_n
// records, and what could not be measured, is insufficient.
func (e Evidence) Judge(r Reading, d Defaults) Answer {
	least := e.MinN
	if least == 0 {
		least = d.MinN
	}
	if !r.Known || r.Share && r.Denominator < least {
		return Insufficient
	}
	if e.Op == "<=" && r.Value <= e.Value || e.Op != "<=" && r.Value >= e.Value {
		return Yes
	}
	return No
}

// Answer is what holds of a statement.
type Answer string

// The answers. Only Yes counts as yes; a statement that is not applicable is
// left out.
const (
	Yes           Answer = "yes"
	No            Answer = "no"
	Insufficient  Answer = "insufficient" // too few records to tell
	NotApplicable Answer = "na"
	Unanswered    Answer = ""
)

// Answers are the answers of one assessor, or the final ones, by question.
type Answers map[string]Answer

// overrideDays is how long an assessor's word stands against a measurement.
const overrideDays = 180

// Override is an assessor's word against what was measured.
type Override struct {
	Question string    `json:"question"`
	Answer   Answer    `json:"answer"`
	Reason   string    `json:"reason"`
	Evidence string    `json:"evidence"`
	By       string    `json:"by"`
	On       time.Time `json:"on"`
}

// Expires is when the override ends: 180 days after it was given.
func (o Override) Expires() time.Time { return o.On.AddDate(0, 0, overrideDays) }

// Stands says whether the override holds at a time.
func (o Override) Stands(now time.Time) bool { return !now.Before(o.On) && now.Before(o.Expires()) }

// Check says what an override lacks: it is taken only with a reason and a
// pointer to what shows it, and never leaves a question open.
func (o Override) Check(s *Set) error {
	var many fault.Many
	if _, known := s.Question(o.Question); !known {
		many = append(many, fault.At("question", "maturity.no_question").With("value", o.Question))
	}
	if !slices.Contains([]Answer{Yes, No, NotApplicable}, o.Answer) {
		many = append(many, fault.At("answer", "maturity.override_answer"))
	}
	if o.Reason == "" {
		many = append(many, fault.At("reason", "maturity.override_reason"))
	}
	if o.Evidence == "" {
		many = append(many, fault.At("evidence", "maturity.override_evidence"))
	}
	if o.On.IsZero() {
		many = append(many, fault.At("on", "maturity.override_on"))
	}
	return many.Err()
}

// Final puts together what holds at a time: what was measured or said, and over
// it the overrides that have not expired. Of two for one question the later one
// counts.
func Final(said Answers, over []Override, now time.Time) Answers {
	out := make(Answers, len(said))
	for id, a := range said {
		out[id] = a
	}
	latest := map[string]time.Time{}
	for _, o := range over {
		if before, twice := latest[o.Question]; o.Stands(now) && (!twice || !o.On.Before(before)) {
			out[o.Question], latest[o.Question] = o.Answer, o.On
		}
	}
	return out
}
