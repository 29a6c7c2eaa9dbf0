package release

import (
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Signature is what somebody signs about a test of a build.
type Signature struct {
	Build    int       `json:"build"`
	Test     Test      `json:"test"`
	Passed   bool      `json:"passed"`
	Evidence string    `json:"evidence"`
	By       people.ID `json:"by"`
	At       time.Time `json:"at"`
}

// Test is what is tested.
type Test string

// The tests.
const (
	Installing  Test = "installing" // that it goes in as the plan says
	Function    Test = "function"
	Integration Test = "integration"
	Performance Test = "performance"
	Security    Test = "security"
	TakingBack  Test = "taking_back" // that the way back works
)

// Testings lists them.
var Testings = []Test{Installing, Function, Integration, Performance, Security, TakingBack}

// Musts are the tests that no build goes on without: that it does what it
// should, and that it can be taken back.
var Musts = []Test{Function, TakingBack}

// Tested reports whether every test of the present build that was signed last
// was passed, those that must be among them.
func (r *Release) Tested() bool {
	last := map[Test]bool{}
	for _, s := range r.Tests {
		if s.Build == r.Build {
			last[s.Test] = s.Passed
		}
	}
	for _, passed := range last {
		if !passed {
			return false
		}
	}
	return !slices.ContainsFunc(Musts, func(t Test) bool { return !last[t] })
}

// Cluster is one of the seven role clusters of the team model of the Microsoft
// Operations Framework.
type Cluster string

// Clusters lists them (domain/mof, section 1.2).
var Clusters = []Cluster{"service", "infrastructure", "support", "operations", "partner", "security", "release"}

// Point is a question of the release readiness review.
type Point string

// Points lists what the review asks about: its inputs in domain/mof, section
// 1.1.
var Points = []Point{"tests", "pilot", "guide", "support", "back_out", "known", "risks", "schedule"}

// Say is what somebody says for a cluster or about a point.
type Say string

// What is said.
const (
	Yes     Say = "yes"
	No      Say = "no"
	Nothing Say = "none" // it is not concerned
)

var says = []Say{Yes, No, Nothing}

// Answer is what was found about a point, on what evidence.
type Answer struct {
	Point    Point     `json:"point"`
	Say      Say       `json:"say"`
	Evidence string    `json:"evidence,omitempty"`
	By       people.ID `json:"by"`
	At       time.Time `json:"at"`
}

// Voice is what a role cluster says, signed by who speaks for it.
type Voice struct {
	Cluster Cluster   `json:"cluster"`
	Say     Say       `json:"say"`
	Remark  string    `json:"remark,omitempty"`
	By      people.ID `json:"by"`
	At      time.Time `json:"at"`
}

// Condition is what a release may go under.
type Condition struct {
	Text   string    `json:"text"`
	Owner  people.ID `json:"owner,omitempty"`
	Due    time.Time `json:"due,omitzero"`
	Before bool      `json:"before,omitempty"` // the roll-out does not begin before it is met
	Met    time.Time `json:"met,omitzero"`
	By     people.ID `json:"by,omitempty"` // who found that it is met
}

// Decision is what a review comes to.
type Decision string

// The decisions.
const (
	Undecided   Decision = ""
	Go          Decision = "go"
	NoGo        Decision = "no_go"
	Conditional Decision = "conditional" // go, under conditions
)

// Review is a release readiness review: whether the release, the sites, the
// operation, the support and the way back are ready.
type Review struct {
	Build      int         `json:"build"`
	Asked      []Question  `json:"asked,omitempty"` // the checklist when it began
	Answers    []Answer    `json:"answers,omitempty"`
	Voices     []Voice     `json:"voices,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
	Minutes    string      `json:"minutes,omitempty"`
	Decision   Decision    `json:"decision,omitempty"`
	By         people.ID   `json:"by,omitempty"`
	At         time.Time   `json:"at,omitzero"`
}

// Quorum is how many different persons speak for the clusters at least: in a
// small centre one may speak for several, but nobody reviews alone (product
// policy).
const Quorum = 3

// Review is the review of the present build; nil before anything was said.
func (r *Release) Review() *Review {
	if n := len(r.Reviews); n > 0 && r.Reviews[n-1].Build == r.Build {
		return &r.Reviews[n-1]
	}
	return nil
}

// review is the one of the present build, begun with a checklist when there is
// none.
func (r *Release) review(asks []Question) *Review {
	if r.Review() == nil {
		r.Reviews = append(r.Reviews, Review{Build: r.Build, Asked: asks})
	}
	return &r.Reviews[len(r.Reviews)-1]
}

// Voice is what a cluster has said.
func (v *Review) Voice(c Cluster) (Voice, bool) {
	if v == nil {
		return Voice{}, false
	}
	i := slices.IndexFunc(v.Voices, func(o Voice) bool { return o.Cluster == c })
	if i < 0 {
		return Voice{}, false
	}
	return v.Voices[i], true
}

// Answer is what was found about a point.
func (v *Review) Answer(p Point) (Answer, bool) {
	if v == nil {
		return Answer{}, false
	}
	i := slices.IndexFunc(v.Answers, func(o Answer) bool { return o.Point == p })
	if i < 0 {
		return Answer{}, false
	}
	return v.Answers[i], true
}

// Missing lists the clusters that have not spoken and the points nobody has
// looked at.
func (v *Review) Missing() (clusters []Cluster, points []Point) {
	for _, c := range Clusters {
		if _, ok := v.Voice(c); !ok {
			clusters = append(clusters, c)
		}
	}
	for _, p := range v.points() {
		if _, ok := v.Answer(p); !ok {
			points = append(points, p)
		}
	}
	return clusters, points
}

// Persons counts the different persons that speak for clusters.
func (v *Review) Persons() int {
	who := map[people.ID]bool{}
	for _, o := range v.Voices {
		who[o.By] = true
	}
	return len(who)
}

// decide reports why a review cannot come to a decision. A no-go it can always
// come to: nobody has to hear everybody to stop a release. A go needs every
// cluster and every point, the quorum, and nobody against it; what was found not
// to be ready needs a condition.
func (v *Review) decide(d Decision) error {
	switch d {
	case NoGo:
		return nil
	case Go, Conditional:
	default:
		return fault.At("decision", "record.not_a_choice").With("choices", "go, no_go, conditional")
	}
	clusters, points := v.Missing()
	switch {
	case len(clusters) > 0 || len(points) > 0:
		return fault.New(fault.Conflict, "release.review_incomplete").With("clusters", len(clusters)).With("points", len(points))
	case v.Persons() < Quorum:
		return fault.New(fault.Conflict, "release.no_quorum").With("have", v.Persons()).With("need", Quorum)
	case slices.ContainsFunc(v.Voices, func(o Voice) bool { return o.Say == No }):
		return fault.New(fault.Conflict, "release.cluster_against")
	case d == Go && slices.ContainsFunc(v.Answers, func(a Answer) bool { return a.Say == No }):
		return fault.New(fault.Conflict, "release.point_not_ready")
	case d == Go && len(v.Conditions) > 0:
		return fault.New(fault.Conflict, "release.has_conditions")
	case d == Conditional && len(v.Conditions) == 0:
		return fault.At("conditions", "record.required")
	}
	return nil
}

// isGo is the need that the review of this build has come to a go. No field and
// no grant can stand in for it.
func isGo(r *Release) error {
	v := r.Review()
	switch {
	case v == nil || v.Decision == Undecided:
		return fault.New(fault.Conflict, "release.not_reviewed")
	case v.Decision == NoGo:
		return fault.New(fault.Conflict, "release.is_no_go")
	}
	return nil
}

// owes counts the conditions that are not met: those before the roll-out, or all.
func (r *Release) owes(before bool) int {
	v, n := r.Review(), 0
	if v == nil {
		return 0
	}
	for _, c := range v.Conditions {
		if c.Met.IsZero() && (c.Before || !before) {
			n++
		}
	}
	return n
}

// MostConditions bounds those of one review.
const MostConditions = 50
