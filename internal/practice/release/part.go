package release

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Part is one unit that a release brings into operation: an entry of the
// definitive software library, under a change that allows it.
type Part struct {
	Unit   string        `json:"unit"`             // the release unit: "online service hall, server"
	Entry  int64         `json:"entry"`            // of the library
	Change string        `json:"change"`           // number of the change
	Item   record.ItemID `json:"item,omitempty"`   // the configuration item that has this version afterwards
	Label  string        `json:"label,omitempty"`  // name and version of the entry, as it was when it was put in
	Digest string        `json:"digest,omitempty"` // its SHA-256 then
}

// Place is what kind of place a target is.
type Place string

// The places, in the order in which a roll-out widens.
const (
	Site       Place = "site"
	Department Place = "department"
	WholeCity  Place = "city"
)

// Places lists them.
var Places = []string{string(Site), string(Department), string(WholeCity)}

// Fate is what became of a target.
type Fate string

// The fates.
const (
	Pending    Fate = "pending"
	Done       Fate = "done"
	Failed     Fate = "failed"
	RolledBack Fate = "rolled_back"
)

// Target is one place that a release is brought to. Those of wave 0 are the
// pilot; those of a later wave come when the earlier ones are done and verified.
type Target struct {
	ID       int       `json:"id"`
	Name     string    `json:"name"`
	Kind     Place     `json:"kind"`
	Wave     int       `json:"wave"`
	Starts   time.Time `json:"starts,omitzero"`
	Ends     time.Time `json:"ends,omitzero"`
	State    Fate      `json:"state"`
	By       people.ID `json:"by,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Note     string    `json:"note,omitempty"`
	Verifier people.ID `json:"verifier,omitempty"`
	Verified time.Time `json:"verified,omitzero"`
}

// settled: it is there, and somebody else has seen that it works.
func (t Target) settled() bool { return t.State == Done && !t.Verified.IsZero() }

func (t Target) amiss() bool { return t.State == Failed || t.State == RolledBack }

// holds: something of the release may be there.
func (t Target) holds() bool { return t.State == Done || t.State == Failed }

func (r *Release) count(so func(Target) bool) int {
	n := 0
	for _, t := range r.Targets {
		if so(t) {
			n++
		}
	}
	return n
}

// Bounds of what a release is made of and where it goes.
const (
	MostParts   = 100
	MostTargets = 300
	mostWaves   = 50
	mostName    = 200
	mostNote    = 2000
)

// checkParts reports what is wrong with parts as they are written, at
// "parts[N].field" with N from 1.
func checkParts(parts []Part) error {
	if len(parts) > MostParts {
		return fault.At("parts", "release.too_many").With("max", MostParts)
	}
	var many fault.Many
	for i := range parts {
		p := &parts[i]
		p.Unit, p.Change = strings.Join(strings.Fields(p.Unit), " "), strings.ToUpper(strings.TrimSpace(p.Change))
		checkName(&many, at("parts", i, "unit"), p.Unit)
		if p.Entry <= 0 {
			many = append(many, fault.At(at("parts", i, "entry"), "record.required"))
		}
		if p.Change == "" {
			many = append(many, fault.At(at("parts", i, "change"), "record.required"))
		}
		if slices.ContainsFunc(parts[:i], func(o Part) bool { return o.Entry == p.Entry && o.Unit == p.Unit && p.Entry > 0 }) {
			many = append(many, fault.At(at("parts", i, "entry"), "release.twice"))
		}
	}
	return many.Err()
}

// checkTargets reports what is wrong with targets as they are planned, at
// "targets[N].field" with N from 1, and numbers those that have no number yet. A
// roll-out of more than one target, that is no emergency, begins with a pilot.
func checkTargets(targets []Target, w Weight) error {
	if len(targets) > MostTargets {
		return fault.At("targets", "release.too_many").With("max", MostTargets)
	}
	var many fault.Many
	last, pilot := 0, false
	for i := range targets {
		t := &targets[i]
		t.Name = strings.Join(strings.Fields(t.Name), " ")
		checkName(&many, at("targets", i, "name"), t.Name)
		if !slices.Contains(Places, string(t.Kind)) {
			many = append(many, fault.At(at("targets", i, "kind"), "record.not_a_choice").With("choices", strings.Join(Places, ", ")))
		}
		if t.Wave < 0 || t.Wave > mostWaves {
			many = append(many, fault.At(at("targets", i, "wave"), "record.out_of_range").With("low", 0).With("high", mostWaves))
		}
		if !t.Starts.IsZero() && !t.Ends.After(t.Starts) {
			many = append(many, fault.At(at("targets", i, "ends"), "release.ends_before"))
		}
		if slices.ContainsFunc(targets[:i], func(o Target) bool { return o.Name == t.Name && o.Kind == t.Kind }) {
			many = append(many, fault.At(at("targets", i, "name"), "release.twice"))
		}
		last, pilot = max(last, t.ID), pilot || t.Wave == 0
	}
	if len(targets) > 1 && !pilot && w != Emergency {
		many = append(many, fault.At("targets", "release.no_pilot"))
	}
	for i := range targets {
		if targets[i].State = Pending; targets[i].ID == 0 {
			last++
			targets[i].ID = last
		}
	}
	return many.Err()
}

func checkName(many *fault.Many, field, name string) {
	switch n := utf8.RuneCountInString(name); {
	case name == "":
		*many = append(*many, fault.At(field, "record.required"))
	case n > mostName:
		*many = append(*many, fault.At(field, "record.too_long").With("max", mostName).With("length", n))
	}
}

// at is where a fault of a list is: "parts[2].change".
func at(list string, i int, field string) string {
	return list + "[" + strconv.Itoa(i+1) + "]." + field
}

// Target is the one of that number; nil when there is none.
func (r *Release) Target(id int) *Target {
	i := slices.IndexFunc(r.Targets, func(t Target) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &r.Targets[i]
}

// ahead are the targets of earlier waves that hold a target back: they are not
// done, or nobody has verified them. What failed in a wave that is no pilot and
// was taken back holds nobody back.
func (r *Release) ahead(t *Target) []string {
	var out []string
	for _, o := range r.Targets {
		if o.Wave < t.Wave && !o.settled() && (o.Wave == 0 || o.State != RolledBack) {
			out = append(out, o.Name)
		}
	}
	return out
}

// turns are what may become of a target, by what it is.
var turns = map[Fate][]Fate{
	Pending:    {Done, Failed},
	Failed:     {Done, RolledBack},
	Done:       {Failed, RolledBack},
	RolledBack: {Done, Failed},
}

// Turns lists what may become of a target now: nothing more is brought out while
// a roll-out is halted.
func (r *Release) Turns(t Target) []Fate {
	switch r.State {
	case RollingOut:
		return turns[t.State]
	case PartlyDeployed:
		return slices.DeleteFunc(slices.Clone(turns[t.State]), func(f Fate) bool { return f != RolledBack })
	}
	return nil
}

// told is how a list is written down in the timeline: in one line, by what
// people call the things in it.
func toldParts(all []Part) string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = p.Unit + ": " + p.Label + " (" + p.Change + ")"
	}
	return strings.Join(out, "; ")
}

func toldTargets(all []Target) string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = strconv.Itoa(t.Wave) + ": " + t.Name
	}
	return strings.Join(out, "; ")
}
