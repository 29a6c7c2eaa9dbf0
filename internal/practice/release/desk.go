package release

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where releases are planned, tested, reviewed and rolled out.
type Desk struct {
	*record.Desk[*Release]
	City   City
	Ledger record.Ledger
	Shelf  Shelf
}

// City is what the desk asks about the city around it.
type City struct {
	// Entries are those of the definitive software library with these ids, as
	// far as a scope is cleared for them.
	Entries func(scope people.Scope, ids []int64) (map[int64]Entry, error)
	// Changes are the standings of changes by their numbers, as far as a scope
	// sees them. Without it nothing is authorised.
	Changes func(scope people.Scope, refs []string) (map[string]Standing, error)
	// Problems are the known errors with these numbers, as far as a scope sees
	// them.
	Problems func(scope people.Scope, refs []string) (map[string]KnownError, error)
	// Networks are those in which configuration items lie; without it that is not
	// asked.
	Networks func(ids []record.ItemID) (map[record.ItemID]people.ZoneID, error)
	Workdays func(time.Time, int) time.Time // a moment so many working days later
	// Within says which of items belong to a service: those that stand for it, and
	// what it runs on; nil, and for a service without items everything does.
	Within func(service record.ServiceID, items []record.ItemID) (map[record.ItemID]bool, error)
	// Checklist is what a readiness review asks about; nil for what is usual.
	Checklist func() Checklist
}

// Standing is what a release wants to know of a change.
type Standing struct {
	Ref   string
	Title string
	State string // by the words of the change
	Zone  people.ZoneID
	// Authorised says that it may be carried out: it has been authorised, and
	// has neither ended nor been dropped since.
	Authorised bool
	// Done says that it was carried out.
	Done  bool
	Items []record.ItemID // what it changes; none for one that is about its service as a whole
	// Service is what a change that names no items changes.
	Service record.ServiceID
}

// Covers reports whether a change is about a configuration item.
func (s Standing) Covers(item record.ItemID) bool {
	return item == 0 || len(s.Items) == 0 || slices.Contains(s.Items, item)
}

// Shelf reads what only release management asks for.
type Shelf interface {
	// Incidents counts the incidents about any of these items opened in a time,
	// and those of them in its first ten days.
	Incidents(ctx context.Context, scope people.Scope, items []record.ItemID, from, until time.Time) (all, early int, err error)
	// Deployed lists the releases that are everywhere and are not under early
	// support yet.
	Deployed(ctx context.Context) ([]record.Number, error)
}

type sitting = record.Sitting[*Release]

// The deeds beside those of the flow: what a release is made of, where it goes,
// what is signed of its tests, what is said in its review and what it comes to,
// what becomes of targets, and who verifies that.
const (
	DeedCompose = "compose"
	DeedTarget  = "target"
	DeedSign    = "sign"
	DeedVoice   = "voice"
	DeedDecide  = "decide"
	DeedDeploy  = "deploy"
	DeedVerify  = "verify"
)

// own are the deeds beside those of the flow.
var own = []string{DeedCompose, DeedTarget, DeedSign, DeedVoice, DeedDecide, DeedDeploy, DeedVerify, DeedCarry}

// Deeds lists what may be done to a release beside what may be done to any
// record.
func Deeds() []string { return slices.Concat(Flow.Names(), own) }

// NewDesk makes a working desk; the inner one needs Store and Now and what
// wiring adds to its Rules.
func NewDesk(inner record.Desk[*Release], city City, ledger record.Ledger, shelf Shelf) *Desk {
	d := &Desk{Desk: &inner, City: city, Ledger: ledger, Shelf: shelf}
	d.Kind, d.Flow, d.Sheet = record.Release, Flow, Sheet()
	d.Rules.Then = d.then
	return d
}

// Plan opens a release in the name of whoever plans it.
func (d *Desk) Plan(ctx context.Context, by people.Actor, in record.Input) (*Release, error) {
	r := &Release{SupportDays: LeastSupport}
	r.Requester = by.ID
	return r, d.Open(ctx, by, r, in)
}

// then is what follows a move in the same sitting: what the library, the
// changes, the clock and the separation of duties have to say about it.
func (d *Desk) then(s *sitting, r *Release, deed string, _ record.Input) error {
	switch deed {
	case "edit":
		return stands(r, s.Changed(r))
	case "hand_over":
		return d.handed(r)
	case "accept":
		if err := apart(r, s.By.ID); err != nil {
			return err
		}
		r.AcceptedBy, r.Accepted = s.By.ID, s.Now
	case "approve":
		if err := d.published(r); err != nil {
			return err
		}
		return d.gate(r)
	case "roll_out", "resume":
		if err := r.open(s.Now); err != nil {
			return err
		}
		return d.gate(r)
	case "support":
		r.SupportUntil = s.Now.AddDate(0, 0, r.SupportDays)
		if d.City.Workdays != nil {
			r.SupportUntil = d.City.Workdays(s.Now, r.SupportDays)
		}
	case "close":
		if s.Now.Before(r.SupportUntil) {
			return fault.New(fault.Conflict, "release.still_supported").With("until", r.SupportUntil)
		}
	}
	return nil
}

// apart reports why somebody cannot accept a release: who leads it and who has
// tested it do not sign for the business.
func apart(r *Release, who people.ID) error {
	tested := slices.ContainsFunc(r.Tests, func(s Signature) bool { return s.By == who && s.Build == r.Build })
	if who == r.Owner || who == r.Requester || tested {
		return fault.New(fault.Conflict, "release.own_acceptance")
	}
	return nil
}

// open reports that it is not the time of the roll-out.
func (r *Release) open(now time.Time) error {
	if now.Before(r.Starts) || !now.Before(r.Ends) {
		return fault.New(fault.Conflict, "release.outside_window").With("starts", r.Starts.Format(time.RFC3339)).With("ends", r.Ends.Format(time.RFC3339))
	}
	return nil
}

// gate reports every reason why a release must not be deployed: a part that is
// not, or no longer, in the definitive software library, or that is under no
// authorised change. It asks anew each time: a change may have been dropped, an
// entry withdrawn. What the actor may see does not matter here.
func (d *Desk) gate(r *Release) error {
	many, standings, err := d.made(r)
	if err != nil {
		return err
	}
	for _, p := range r.Parts {
		if st := standings[p.Change]; !st.Authorised {
			many = append(many, fault.New(fault.Conflict, "release.change_not_authorised").With("unit", p.Unit).With("change", p.Change))
		}
	}
	for _, why := range []error{d.covered(r, standings), d.elsewhere(r)} {
		if err := many.Add(why); err != nil {
			return err
		}
	}
	return many.Err()
}

// inLibrary reports the parts that are not in the library as they were put
// into the release.
func (d *Desk) inLibrary(r *Release) error {
	ids := make([]int64, len(r.Parts))
	for i, p := range r.Parts {
		ids[i] = p.Entry
	}
	held, err := d.City.Entries(people.Everything(), ids)
	if err != nil {
		return err
	}
	var many fault.Many
	for _, p := range r.Parts {
		if e := held[p.Entry]; e.State != Accepted || e.Digest != p.Digest {
			many = append(many, fault.New(fault.Conflict, "release.not_in_library").With("unit", p.Unit).With("entry", p.Label))
		}
	}
	return many.Err()
}

// Compose says what a release is made of, while it is planned or built. A part of
// which the writer is not told its item (see Told) keeps it.
func (d *Desk) Compose(ctx context.Context, by people.Actor, n record.Number, parts []Part, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(Planned, Building), func(s *sitting, r *Release) error {
		if err := d.vet(s.By, r, parts); err != nil {
			return err
		}
		if err := d.untold(s.By, r, parts); err != nil {
			return err
		}
		was := toldParts(r.Parts)
		r.Parts = parts
		return s.Log(r, DeedCompose, record.Entry{Text: in.Text, Changes: changed("parts", was, toldParts(parts))})
	})
}

// vet checks parts as somebody names them: the entries, changes and items are
// ones that he sees, and of the release's network or of none, so that whoever
// sees the release may know of them.
func (d *Desk) vet(by people.Actor, r *Release, parts []Part) error {
	var many fault.Many
	if err := many.Add(checkParts(parts)); err != nil {
		return err
	}
	var ids []int64
	var refs []string
	for _, p := range parts {
		ids, refs = append(ids, p.Entry), append(refs, p.Change)
	}
	entries, err := d.City.Entries(by.Scope, ids)
	if err != nil {
		return err
	}
	var changes map[string]Standing
	if d.City.Changes != nil {
		if changes, err = d.City.Changes(by.Scope, refs); err != nil {
			return err
		}
	}
	networks, err := d.networks(parts)
	if err != nil {
		return err
	}
	for i := range parts {
		p := &parts[i]
		e, ok := entries[p.Entry]
		switch {
		case !ok && p.Entry > 0:
			many = append(many, fault.At(at("parts", i, "entry"), "release.no_such_entry"))
		case e.Zone != 0 && e.Zone != r.Zone:
			many = append(many, fault.At(at("parts", i, "entry"), "release.other_zone"))
		}
		p.Label, p.Digest = e.Label(), e.Digest
		st, ok := changes[p.Change]
		switch {
		case !ok && p.Change != "":
			many = append(many, fault.At(at("parts", i, "change"), "record.no_such").With("ref", p.Change))
		case st.Zone != 0 && st.Zone != r.Zone:
			many = append(many, fault.At(at("parts", i, "change"), "release.other_zone"))
		}
		known := ok
		if p.Item != 0 && d.Rules.Refers != nil {
			refused := d.Rules.Refers(by, record.Item, at("parts", i, "item"), strconv.FormatInt(int64(p.Item), 10))
			if err := many.Add(refused); err != nil {
				return err
			}
			if refused != nil {
				continue
			}
		}
		if zone := networks[p.Item]; zone != 0 && zone != r.Zone {
			many = append(many, fault.At(at("parts", i, "item"), "release.other_zone"))
		} else if known && !st.Covers(p.Item) && !r.has(*p) {
			many = append(many, fault.At(at("parts", i, "item"), "release.item_not_changed").With("change", p.Change))
		} else if known && !r.has(*p) {
			within, err := d.within(st, p.Item)
			if err != nil {
				return err
			}
			if !within {
				many = append(many, fault.At(at("parts", i, "item"), "release.item_not_of_service").With("change", p.Change))
			}
		}
	}
	return many.Err()
}

// Aim says where a release goes, in which order, until its review has come to
// a decision.
func (d *Desk) Aim(ctx context.Context, by people.Actor, n record.Number, targets []Target, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(Planned, Building, Testing, Acceptance, Readiness), func(s *sitting, r *Release) error {
		if v := r.Review(); v != nil && v.Decision != Undecided {
			return fault.New(fault.Conflict, "release.reviewed")
		}
		if err := checkTargets(targets, r.Weight); err != nil {
			return err
		}
		was := toldTargets(r.Targets)
		r.Targets = targets
		return s.Log(r, DeedTarget, record.Entry{Text: in.Text, Changes: changed("targets", was, toldTargets(targets))})
	})
}

// Sign notes that somebody has tested the present build, and with what outcome.
func (d *Desk) Sign(ctx context.Context, by people.Actor, n record.Number, sig Signature, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(Testing), func(s *sitting, r *Release) error {
		sig.Build, sig.By, sig.At = r.Build, s.By.ID, s.Now
		sig.Evidence = strings.TrimSpace(sig.Evidence)
		var many fault.Many
		if !slices.Contains(Testings, sig.Test) {
			many = append(many, fault.At("test", "record.not_a_choice").With("choices", join(Testings)))
		}
		checkNote(&many, "evidence", sig.Evidence, true)
		if len(r.Tests) >= mostSignatures {
			many = append(many, fault.At("test", "release.too_many").With("max", mostSignatures))
		}
		if err := many.Err(); err != nil {
			return err
		}
		r.Tests = append(r.Tests, sig)
		now := string(sig.Test) + ":passed"
		if !sig.Passed {
			now = string(sig.Test) + ":failed"
		}
		return s.Log(r, DeedSign, record.Entry{Text: sig.Evidence, Changes: changed("test", "", now)})
	})
}

const mostSignatures = 500

func checkNote(many *fault.Many, field, text string, must bool) {
	switch n := utf8.RuneCountInString(text); {
	case must && text == "":
		*many = append(*many, fault.At(field, "record.required"))
	case n > mostNote:
		*many = append(*many, fault.At(field, "record.too_long").With("max", mostNote).With("length", n))
	}
}

func changed(field, was, now string) []record.Change {
	if was == now {
		return nil
	}
	return []record.Change{{Field: field, Was: was, Now: now}}
}

func join[S ~string](all []S) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return strings.Join(out, ", ")
}

// work is a deed about the lists of a release, in one of some states.
func (d *Desk) work(ctx context.Context, by people.Actor, n record.Number, in record.Input, states []flow.State, do func(*sitting, *Release) error) (*Release, error) {
	return d.One(ctx, by, n, in, func(s *sitting, r *Release) error {
		if !slices.Contains(states, r.State) {
			return fault.New(fault.Conflict, "release.not_now").With("state", string(r.State))
		}
		return do(s, r)
	})
}

// Next lists the moves that a person may make now: the buttons of the page.
func (d *Desk) Next(by people.Actor, r *Release) []flow.Move[*Release] {
	return slices.DeleteFunc(d.Flow.From(r.State), func(m flow.Move[*Release]) bool { return !by.Can("release." + m.Name) })
}

// Support begins early support of what is everywhere; a duty calls it as often
// as it likes.
func (d *Desk) Support(ctx context.Context) error {
	all, err := d.Shelf.Deployed(ctx)
	if err != nil {
		return err
	}
	for _, n := range all {
		if _, err := d.One(ctx, people.System(people.ViaJob), n, record.Input{}, func(s *sitting, r *Release) error {
			if r.State != Deployed {
				return nil // another node was faster
			}
			return s.Move(r, "support", record.Input{})
		}); err != nil {
			return err
		}
	}
	return nil
}
