package catalogue

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
)

// Offering is something officials can order: what they are asked, who must
// consent, what is done then and by when. It is data; a request keeps the
// definition it was ordered under, whatever becomes of the offering later.
type Offering struct {
	State       State                 `json:"state,omitempty"`
	Service     int64                 `json:"service,omitempty"` // whose network, team and hours hold
	Group       Group                 `json:"group,omitempty"`
	Icon        string                `json:"icon,omitempty"` // its picture, by name
	Summary     people.Text           `json:"summary,omitzero"`
	Description people.Text           `json:"description,omitzero"`
	Next        people.Text           `json:"next,omitzero"` // what happens after it is ordered
	Cost        people.Text           `json:"cost,omitzero"` // in words: "free", "from the department's budget, 300 yuan a year"
	Audience    Audience              `json:"audience,omitempty"`
	For         []people.DepartmentID `json:"for,omitempty"`
	Zones       []people.ZoneID       `json:"zones,omitempty"` // only those cleared for one of them; none is everybody
	Hours       int                   `json:"hours,omitempty"` // business hours to fulfil it, consents not counted
	Words       string                `json:"words,omitempty"` // other words people look for
	Questions   form.Form             `json:"questions,omitempty"`
	Stages      []Stage               `json:"stages,omitempty"`
	Plan        []Step                `json:"plan,omitempty"`
	FourEyes    bool                  `json:"fourEyes,omitempty"` // whoever wrote what is carried out does not carry it out
	Opens       Opening               `json:"opens,omitempty"`    // what is registered when it is granted
}

// Opening is the record of another practice that an order leads to.
type Opening string

// The openings; the empty one is Nothing, too.
const (
	Nothing      Opening = "nothing"
	OpenIncident Opening = "incident"
	OpenChange   Opening = "change" // a draft, which somebody of change management looks at
)

// Openings lists them in the order of the form.
var Openings = []string{string(Nothing), string(OpenIncident), string(OpenChange)}

// Group is where in the catalogue an offering stands.
type Group string

// Groups are the parts of the catalogue, after what public centres publish.
var Groups = []string{"account", "office", "network", "terminal", "software", "meeting", "portal", "application", "data", "cloud", "backup", "security", "room", "support"}

// Icons are the pictures to choose from.
var Icons = []string{"user-plus", "user-x", "refresh", "key", "mail", "network", "device-laptop", "printer", "package", "video", "world", "apps", "database", "cloud", "database-export", "shield-check", "building", "school", "message-2", "calendar-event"}

// Stage is one stage of the consents an offering needs.
type Stage struct {
	Name   people.Text   `json:"name,omitzero"`
	Rule   approval.Rule `json:"rule"`
	Quorum int           `json:"quorum,omitempty"`
	Apart  bool          `json:"apart,omitempty"`  // of different departments
	Days   int           `json:"days,omitempty"`   // working days to decide
	Remind int           `json:"remind,omitempty"` // working days until those who have not answered are reminded; 0 is after half of the time
	Who    []Decider     `json:"who"`
	When   *form.When    `json:"when,omitempty"` // only with this answer
}

// Decider says who has a seat, by capacity or by name.
type Decider struct {
	As     Capacity      `json:"as"`
	Person people.ID     `json:"person,omitempty"`
	Team   people.TeamID `json:"team,omitempty"`
}

// Capacity is in what a person decides.
type Capacity string

// The capacities.
const (
	Superior        Capacity = "superior"         // the head of the department of whom it is for
	BusinessOwner   Capacity = "business_owner"   // the head of the department that the service belongs to
	ServiceOwner    Capacity = "service_owner"    // whoever answers for the service
	SecurityOfficer Capacity = "security_officer" // holders of that role
	ByName          Capacity = "person"
	OfTeam          Capacity = "team" // every member of a team
)

// Capacities lists them.
var Capacities = []Capacity{Superior, BusinessOwner, ServiceOwner, SecurityOfficer, ByName, OfTeam}

// Step is a task of the plan. Those with a lower number are done before.
type Step struct {
	Name      string        `json:"name"` // unique within the plan
	Title     people.Text   `json:"title"`
	Order     int           `json:"order,omitempty"`
	Team      people.TeamID `json:"team,omitempty"` // the service's support team when none is named
	Hours     int           `json:"hours,omitempty"`
	Checks    []people.Text `json:"checks,omitempty"`
	Questions form.Form     `json:"questions,omitempty"` // answered when it is done: a count, a proof
	Executes  bool          `json:"executes,omitempty"`  // with FourEyes: not by the author
	When      *form.When    `json:"when,omitempty"`
}

// Bounds of an offering.
const (
	mostStages = 6
	mostSteps  = 40
	mostSeats  = 20
	mostDays   = 90
	mostHours  = 2000
	mostOrder  = 99
	mostChecks = 50

	longestTitle = 200
)

// Read decodes a definition that a request was pinned to.
func (o *Offering) Read(doc []byte) error { return json.Unmarshal(doc, o) }

// Offered reports whether a person may order it; see Service.Offered.
func (o Offering) Offered(by people.Actor, department people.DepartmentID, below func(people.DepartmentID) []people.DepartmentID) bool {
	if len(o.Zones) > 0 && !slices.ContainsFunc(o.Zones, by.Scope.Clears) {
		return false
	}
	return Service{State: o.State, Audience: o.Audience, For: o.For}.Offered(by.Staff, department, below)
}

// Asked reports whether a stage or step that hangs on an answer is due.
func (o Offering) Asked(w *form.When, given form.Answers) bool {
	if w == nil {
		return true
	}
	last := append(slices.Clone(o.Questions), form.Question{Name: "_", Type: form.Text, When: w})
	asked := last.Asked(given)
	return len(asked) > 0 && asked[len(asked)-1].Name == "_"
}

// Check reports what is wrong with the definition, each fault at the part of
// the editor that it belongs to.
func (o Offering) Check() error {
	var many fault.Many
	if err := many.Add(o.Questions.Check("questions")); err != nil {
		return err
	}
	o.checkStages(&many)
	return o.checkPlan(&many)
}

func (o Offering) checkStages(many *fault.Many) {
	if len(o.Stages) > mostStages {
		*many = append(*many, fault.At("stages", "catalogue.too_many").With("max", mostStages))
	}
	for i, s := range o.Stages {
		blame := blamer(many, "stages", i)
		if !slices.Contains(approval.Rules, string(s.Rule)) {
			blame("rule", "catalogue.bad_rule")
		}
		if len(s.Who) == 0 || len(s.Who) > mostSeats {
			blame("who", "catalogue.no_decider")
		}
		if s.Rule == approval.Quorum && s.Quorum < 1 || s.Quorum < 0 || s.Quorum > mostSeats {
			blame("quorum", "catalogue.bad_number")
		}
		if s.Days < 0 || s.Days > mostDays {
			blame("days", "catalogue.bad_number")
		}
		if s.Remind < 0 || s.Remind > 0 && s.Remind >= s.Days {
			blame("remind", "catalogue.bad_remind")
		}
		o.Questions.Fits(s.When, ofRow(blame))
		for n, w := range s.Who {
			if !slices.Contains(Capacities, w.As) || w.As == ByName && w.Person == 0 || w.As == OfTeam && w.Team == 0 {
				blame("who["+strconv.Itoa(n+1)+"].as", "catalogue.bad_decider")
			}
		}
	}
}

func (o Offering) checkPlan(many *fault.Many) error {
	if len(o.Plan) > mostSteps {
		*many = append(*many, fault.At("plan", "catalogue.too_many").With("max", mostSteps))
	}
	for i, s := range o.Plan {
		blame := blamer(many, "plan", i)
		if s.Name == "" || slices.ContainsFunc(o.Plan[:i], func(p Step) bool { return p.Name == s.Name }) {
			blame("name", "catalogue.bad_step_name")
		}
		if s.Title.En == "" && s.Title.Zh == "" {
			blame("title_en", "catalogue.step_untitled")
		}
		if s.Hours < 0 || s.Hours > mostHours {
			blame("hours", "catalogue.bad_number")
		}
		if s.Order < 0 || s.Order > mostOrder {
			blame("order", "catalogue.bad_number")
		}
		o.checkText(s, blame)
		o.Questions.Fits(s.When, ofRow(blame))
		if err := many.Add(s.Questions.Check("plan[" + strconv.Itoa(i+1) + "].questions")); err != nil {
			return err
		}
	}
	return many.Err()
}

// checkText holds what a step says within what a task can hold.
func (Offering) checkText(s Step, blame func(part, key string) *fault.Fault) {
	long := func(t people.Text) bool { return utf8.RuneCountInString(t.Both()) > longestTitle }
	if long(s.Title) {
		blame("title_en", "catalogue.too_long").With("max", longestTitle)
	}
	if len(s.Checks) > mostChecks || slices.ContainsFunc(s.Checks, long) {
		blame("checks", "catalogue.bad_checks").With("max", mostChecks).With("signs", longestTitle)
	}
}

// ofRow says of a row what a form says of a question.
func ofRow(blame func(part, key string) *fault.Fault) func(part, key string) *fault.Fault {
	return func(part, key string) *fault.Fault {
		return blame(part, strings.Replace(key, "form.", "catalogue.", 1))
	}
}

// blamer makes faults at the parts of a row of the editor.
func blamer(many *fault.Many, list string, i int) func(part, key string) *fault.Fault {
	return func(part, key string) *fault.Fault {
		one := fault.At(list+"["+strconv.Itoa(i+1)+"]."+part, key).With("row", i+1)
		*many = append(*many, one)
		return one
	}
}
