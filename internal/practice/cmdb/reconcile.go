package cmdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Reconciler compares what sources report with what is held, and carries out
// what was approved. Every importer feeds it; nothing else brings items in.
type Reconciler struct {
	Items     Store
	Relations Relations
	Graph     Graph
	Imports   Imports
	// Discrepancies takes what a source has not reported for too long.
	Discrepancies Discrepancies
	Settings      func() *setting.All
	Model         func() *Model
	// Person finds a person by code or by a name that only one has.
	Person func(ctx context.Context, text string) (people.ID, bool, error)
	Now    func() time.Time
	Place  func() *time.Location // where the centre's days begin; nil is UTC
	Lot    int                   // how many items or relations one transaction writes; 4,000 when 0
}

// Report is what a source reports: findings, then ties. Next gives one after
// the other, and io.EOF at the end.
type Report struct {
	Source   string // its name; Hand for a table that somebody vouches for
	File     string
	Complete []Class // the report is complete for these classes: what it does not name is absent
	Next     func() (Finding, error)
	NextTie  func() (Tie, error)
	Seal     Seal // of a signed bundle, which must be newer than the one before
	// Every record of the source is a finding, a tie, one of the Details that
	// say more of these (an address, the end of a cable), or Passed over, counted
	// by what the source calls its kind.
	Details  int
	Passed   map[string]int
	Progress func(n int)
	// brief: it names a few items and says nothing of others, so those that it
	// may mean are looked up; for any other report all that is held is read.
	brief bool
}

// The deeds of imports.
const (
	DeedImport  = "item.import"
	DeedApprove = "item.approve_import"
	DeedUndo    = "item.undo_import"
)

// Draft compares a report with what is held and keeps the difference as an
// import to be approved. Nothing changes yet.
func (r *Reconciler) Draft(ctx context.Context, by people.Actor, rep Report) (Import, *Plan, error) {
	if err := by.May(DeedImport); err != nil {
		return Import{}, nil, err
	}
	if err := r.rises(ctx, rep.Source, rep.Seal, 0); err != nil {
		return Import{}, nil, err
	}
	p, err := r.differ(ctx, by, rep)
	if err != nil {
		return Import{}, nil, err
	}
	in := Import{Source: p.Source, File: p.File, State: Drafted, Counts: p.Counts, At: r.now(), By: by.ID, Name: by.Name, Seal: rep.Seal}
	return in, p, r.Imports.AddImport(ctx, &in, p)
}

// differ compares a report with what is held.
func (r *Reconciler) differ(ctx context.Context, by people.Actor, rep Report) (*Plan, error) {
	p := &Plan{Source: rep.Source, File: rep.File, Counts: map[Outcome]int{}, Passed: rep.Passed}
	d, err := r.draft(ctx, by, rep, p)
	if err != nil {
		return nil, err
	}
	if rep.Next != nil {
		if err := d.findings(ctx); err != nil {
			return nil, err
		}
	}
	if rep.NextTie != nil {
		err = d.ties(ctx)
	}
	return p, err
}

// draft is a comparison under way.
type draft struct {
	*Reconciler
	by         people.Actor
	rep        Report
	plan       *Plan
	known      *known
	all        *setting.All
	model      *Model
	precedence Precedence
	met        map[record.ItemID]int    // items reported, and in which line
	refs       map[string]record.ItemID // what the source calls them
	persons    map[string]people.ID
	fresh      int
}

func (r *Reconciler) draft(ctx context.Context, by people.Actor, rep Report, p *Plan) (*draft, error) {
	d := &draft{Reconciler: r, by: by, rep: rep, plan: p, all: r.Settings(), model: r.Model(), met: map[record.ItemID]int{}, refs: map[string]record.ItemID{}, persons: map[string]people.ID{}}
	var err error
	if d.precedence, err = PrecedenceOf(d.all); err != nil {
		return nil, err
	}
	d.known = newKnown(d.model)
	if rep.brief {
		d.known.asked = map[string]bool{}
		return d, nil
	}
	return d, r.Items.Walk(ctx, d.seen)
}

// seen takes an item among those that a report may mean. What he who brings it
// may not see he cannot hit; a label taken there is a conflict on writing.
func (d *draft) seen(i *Item) error {
	if d.by.Scope.Clears(i.Zone) {
		d.known.add(i)
	}
	return nil
}

// meet takes in what an item may be, when not all that is held is here.
func (d *draft) meet(ctx context.Context, i *Item) error {
	if fresh := d.known.ask(i); len(fresh) > 0 {
		return d.Items.Marked(ctx, fresh, d.seen)
	}
	return nil
}

func (d *draft) findings(ctx context.Context) error {
	for {
		f, err := d.rep.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && fault.All(err) == nil {
			return err
		}
		line := PlanLine{Line: f.Line, Outcome: Faulty}
		if err == nil {
			line, err = d.finding(ctx, f)
		}
		if line.Faults, err = faultsOf(err); err != nil {
			return err
		}
		d.take(line)
	}
	d.absent()
	return nil
}

func (d *draft) take(l PlanLine) {
	d.plan.Counts[l.Outcome]++
	if l.Outcome == Same {
		l = PlanLine{Line: l.Line, Outcome: Same, Item: l.Item, Kept: l.Kept}
	}
	d.plan.Lines = append(d.plan.Lines, l)
	if n := len(d.plan.Lines); d.rep.Progress != nil && n%1000 == 0 {
		d.rep.Progress(n)
	}
}

// finding decides what comes of one. The error is why it cannot be used.
func (d *draft) finding(ctx context.Context, f Finding) (PlanLine, error) {
	out := PlanLine{Line: f.Line, Outcome: Faulty, Class: f.Class, Code: f.Fields["code"]}
	i, err := d.read(ctx, f)
	switch {
	case i == nil:
	case i.Zone != 0:
		out.Zone = i.Zone
	case f.Fields["zone"] == "":
		out.Zone = noZone
	}
	if err != nil {
		return out, err
	}
	if err := d.meet(ctx, i); err != nil {
		return out, err
	}
	rules := d.model.Class(i.Class).Identity
	if f.Labels {
		rules = []string{"code"}
	}
	held, rule, many := d.known.find(i, rules)
	if rule == "name" && f.Ref != "" && (many || d.apart(held)) {
		held, rule, many = nil, "", false
	}
	out.Rule = rule
	if held != nil {
		out.Zone = cmp.Or(held.Zone, noZone)
	}
	switch {
	case many:
		return out, fault.At(rule, "cmdb.ambiguous").With("rule", rule)
	case held == nil:
		return d.add(ctx, i, f, out)
	case held.ID < 0 || d.met[held.ID] != 0:
		return out, fault.New(fault.Invalid, "cmdb.twice").With("line", d.met[held.ID])
	}
	d.met[held.ID] = cmp.Or(f.Line, 1)
	d.called(f, held.ID)
	out.Item, out.Version, out.Code = held.ID, held.Version, held.Code
	d.compare(&out, held, i, f)
	return out, d.fits(&out, held)
}

// compare lists what would become something else, and what is held back.
func (d *draft) compare(out *PlanLine, held, i *Item, f Finding) {
	if held.withdrawn() && i.InUse() {
		out.Changes = append(out.Changes, PlanChange{Field: "state", Was: string(held.State), Now: string(i.State), From: held.OriginOf("state")})
	}
	for _, name := range d.model.Names(held.Class) {
		if _, ok := f.Fields[name]; !ok || name == "state" && held.State != "" || name == "code" && out.Rule != "code" {
			continue
		}
		was, now := held.Get(name), i.Get(name)
		c := PlanChange{Field: name, Was: was, Now: now, From: held.OriginOf(name)}
		switch {
		case was == now || now == "":
		case was == "" || d.precedence.Yields(name, c.From, d.rep.Source):
			out.Changes = append(out.Changes, c)
		default:
			out.Kept = append(out.Kept, c)
		}
	}
}

// fits decides whether an item can be what the source says.
func (d *draft) fits(out *PlanLine, held *Item) error {
	after := *held
	for _, c := range out.Changes {
		if err := after.Set(d.model, c.Field, c.Now); err != nil {
			return err
		}
	}
	if len(out.Changes) > 0 {
		if err := after.Check(d.model); err != nil {
			return err
		}
	}
	out.Outcome, out.Zone = Same, 0
	if len(out.Changes) > 0 {
		out.Outcome = Alter
	}
	return nil
}

func (d *draft) add(ctx context.Context, i *Item, f Finding, out PlanLine) (PlanLine, error) {
	if err := d.label(ctx, i); err != nil {
		return out, err
	}
	out.Code = i.Code
	if err := i.Check(d.model); err != nil {
		return out, err
	}
	out.Outcome, out.Zone, out.Fields = Add, 0, map[string]string{}
	for _, name := range d.model.Names(i.Class) {
		if v := i.Get(name); v != "" {
			out.Fields[name] = v
		}
	}
	d.fresh++
	i.ID = record.ItemID(-d.fresh)
	d.met[i.ID] = f.Line
	d.called(f, i.ID)
	d.known.add(i)
	return out, nil
}

// apart reports whether the source itself tells an item from others of the same
// name: it names it in this report, or gave it another label before.
func (d *draft) apart(held *Item) bool {
	return held.ID < 0 || d.met[held.ID] != 0 || held.OriginOf("code") == d.rep.Source
}

// called remembers what the source calls an item. Items to be added are -1, -2,
// ... in the order of their lines.
func (d *draft) called(f Finding, id record.ItemID) {
	if f.Ref != "" {
		d.refs[f.Ref] = id
	}
}

// label calls what bears no label by the surest that is known of it, and what
// has no name by its host name or label.
func (d *draft) label(ctx context.Context, i *Item) error {
	if i.Code == "" {
		base := cmp.Or(i.Serial, i.Extra["fqdn"], i.Extra["uuid"], i.Extra["mac"], i.Name.En, i.Name.Zh)
		i.Code = base
		for n := 2; base != ""; n++ {
			if err := d.meet(ctx, &Item{Code: i.Code}); err != nil {
				return err
			}
			if len(d.known.byKey[keys("code", i)[0]]) == 0 {
				break
			}
			i.Code = fmt.Sprintf("%s-%d", base, n)
		}
	}
	if i.Name == (people.Text{}) {
		i.Name.En = cmp.Or(i.Extra["fqdn"], i.Code)
	}
	return nil
}

// absent lists what the source reported before and no longer does, of the
// classes it is complete for.
func (d *draft) absent() {
	for _, i := range d.known.items {
		if i.ID <= 0 || d.met[i.ID] != 0 || !i.InUse() || i.OriginOf("code") != d.rep.Source {
			continue
		}
		if slices.ContainsFunc(d.rep.Complete, func(c Class) bool { return d.model.Is(i.Class, c) }) {
			d.take(PlanLine{Outcome: Absent, Item: i.ID, Version: i.Version, Code: i.Code})
		}
	}
}
