package change

import (
	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/record"
)

// Degree is how grave or how likely something is, from 1 to Degrees; 0 is not
// yet said.
type Degree int

// Degrees is the highest degree.
const Degrees = 5

// Class says how much authority a change needs.
type Class string

// The classes of normal changes, rising.
const (
	Minor       Class = "minor"
	Significant Class = "significant"
	Major       Class = "major"
)

// The scores from which on a change is of a class (domain/mof, section CHG).
const (
	significantFrom = 6
	majorFrom       = 15
)

// Question is asked about a change to tell how likely it is to go wrong; a yes
// makes it likelier.
type Question string

// Questions lists them in the order of the form; each is a field of the sheet.
var Questions = [...]Question{
	"first_time",    // nothing like it was done here before
	"untested",      // it could not be tried where it does no harm
	"hard_to_undo",  // part of it cannot be taken back
	"several_teams", // more than two teams have to work together
	"little_time",   // the window leaves less than half again of the time needed
	"outside_help",  // it hangs on a supplier or on the province
}

// Assessment is what is found out about a change before it is authorised.
type Assessment struct {
	Impact       Degree
	Likelihood   Degree
	Score        int    // impact times likelihood
	Class        Class  // follows from the score and the three below
	WhyOtherwise string // why a degree is not the one proposed
	Answers      [len(Questions)]bool
	Shared       bool // it touches what several services stand on
	Networks     bool // it touches more than one network
	Exchange     bool // it touches the exchange of data with the province
}

// Settle derives the score and the class; without both degrees there is none.
func (a *Assessment) Settle() {
	a.Score, a.Class = 0, ""
	if a.Impact == 0 || a.Likelihood == 0 {
		return
	}
	a.Score = int(a.Impact * a.Likelihood)
	switch {
	case a.Score >= majorFrom:
		a.Class = Major
	case a.Score >= significantFrom:
		a.Class = Significant
	default:
		a.Class = Minor
	}
	if a.Shared || a.Networks || a.Exchange {
		a.Class = above(a.Class)
	}
}

func above(c Class) Class {
	if c == Minor {
		return Significant
	}
	return Major
}

// Term is one reason for a degree: what was looked at, how much of it there is,
// and the degree that it alone would give.
type Term struct {
	What   string // the word's key is change.term. and this
	N      int
	Of     int // out of so many, where that says something
	Degree Degree
}

// Reckoning is a degree with all its reasons.
type Reckoning struct {
	Degree Degree
	Terms  []Term
}

// Facts are what the configuration says would suffer, should what is changed
// be out of service all the while.
type Facts struct {
	Users    int
	Services []Suffering
	Zones    int  // networks in which something suffers
	Shared   bool // something that suffers carries several services
	Exchange bool // something that suffers exchanges data with the province
}

// Suffering is a service that suffers.
type Suffering struct {
	Service     record.ServiceID
	Criticality catalogue.Criticality
	State       graph.State
}

// RiskPolicy is what a centre arranges for the risk of changes: how many users
// make an impact of 2, 3, 4 and 5.
type RiskPolicy struct {
	Users    [Degrees - 1]int   `json:"users"`
	Exchange []record.ServiceID `json:"exchange,omitempty"` // the services that exchange data with the province
}

// StandardRisk holds until a centre decides otherwise; the first three steps are
// those of the analysis of impact.
func StandardRisk() RiskPolicy { return RiskPolicy{Users: [Degrees - 1]int{5, 50, 1000, 10_000}} }

// Check says what is wrong with a policy.
func (p RiskPolicy) Check() error {
	low := 1
	for _, n := range p.Users {
		if n < low {
			return fault.At("users", "change.steps_must_rise")
		}
		low = n + 1
	}
	return nil
}

// ProposeImpact is the degree that the gravest of the facts gives, with what
// each would give alone. What redundancy covers does not suffer and counts for
// nothing.
func (p RiskPolicy) ProposeImpact(f Facts) Reckoning {
	users := Degree(1)
	for _, n := range p.Users {
		if f.Users >= n {
			users++
		}
	}
	terms := []Term{{What: "users", N: f.Users, Degree: users}}
	for _, kind := range []catalogue.Criticality{catalogue.Vital, catalogue.Important, catalogue.Other} {
		for _, state := range []graph.State{graph.Down, graph.Degraded} {
			n := 0
			for _, s := range f.Services {
				if s.Criticality == kind && s.State == state || kind == catalogue.Other && s.Criticality == "" && s.State == state {
					n++
				}
			}
			if n > 0 {
				terms = append(terms, Term{What: string(kind) + "_" + state.String(), N: n, Of: len(f.Services), Degree: gravity(kind, state)})
			}
		}
	}
	out := Reckoning{Degree: 1, Terms: terms}
	for _, t := range terms {
		out.Degree = max(out.Degree, t.Degree)
	}
	return out
}

// gravity is the impact of one service that suffers: 5 when a vital one is down,
// one less for each step in importance, and one less when it only works badly.
func gravity(c catalogue.Criticality, s graph.State) Degree {
	d := Degree(3)
	switch c {
	case catalogue.Vital:
		d = 5
	case catalogue.Important:
		d = 4
	}
	if s == graph.Degraded {
		d--
	}
	return d
}

// Uplift says which facts raise the class by one.
func (f Facts) Uplift() (shared, networks, exchange bool) { return f.Shared, f.Zones > 1, f.Exchange }

// History is how like changes went: those of the same category, or on the same
// items.
type History struct {
	Done   int
	Failed int // backed out, failed, or followed by incidents
}

// The chance of going wrong that each degree of likelihood stands for, and the
// chances that divide them (product policy; the dividing ones are the geometric
// means).
var (
	chances = [Degrees]float64{0.02, 0.05, 0.10, 0.20, 0.40}
	borders = [Degrees - 1]float64{0.0316, 0.0707, 0.1414, 0.2828}
)

// answersWeigh is how many changes of history the answers are worth.
const answersWeigh = 5

// ProposeLikelihood joins what the answers say with how like changes went. Every
// yes raises the degree by one, from 1. That degree's chance is taken as if it
// had been seen on five changes, to which the history is added: the mean of the
// posterior of a beta-binomial model (Gelman et al., Bayesian Data Analysis, 2.4).
// So without a history the answers decide, and with a long one it does.
func ProposeLikelihood(answers [len(Questions)]bool, h History) (Reckoning, float64) {
	yes := 0
	for _, a := range answers {
		if a {
			yes++
		}
	}
	said := Degree(min(Degrees, 1+yes))
	terms := []Term{{What: "answers", N: yes, Of: len(answers), Degree: said}}
	failed, done := chances[said-1]*answersWeigh+float64(h.Failed), float64(answersWeigh+h.Done)
	if h.Done > 0 {
		terms = append(terms, Term{What: "history", N: h.Failed, Of: h.Done, Degree: degreeOf(float64(h.Failed) / float64(h.Done))})
	}
	return Reckoning{Degree: degreeOf(failed / done), Terms: terms}, failed / done
}

func degreeOf(chance float64) Degree {
	d := Degree(1)
	for _, b := range borders {
		if chance >= b {
			d++
		}
	}
	return d
}

// Proposal is what is proposed for the assessment of a change, with all reasons.
type Proposal struct {
	Assessment // the degrees proposed, score and class
	Facts      Facts
	History    History
	Impact     Reckoning
	Likelihood Reckoning
	Chance     float64 // that it goes wrong
}

// Propose weighs a change by what the configuration says would suffer, by its
// answers, and by how like changes went.
func (p RiskPolicy) Propose(c *Change, f Facts, h History) Proposal {
	out := Proposal{Facts: f, History: h, Impact: p.ProposeImpact(f)}
	out.Likelihood, out.Chance = ProposeLikelihood(c.Answers, h)
	out.Answers = c.Answers
	out.Assessment.Impact, out.Assessment.Likelihood = out.Impact.Degree, out.Likelihood.Degree
	out.Shared, out.Networks, out.Exchange = f.Uplift()
	out.Settle()
	return out
}
