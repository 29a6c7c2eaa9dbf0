package cmdb

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
)

// The places in the life of an item (domain/state-machines.yaml, ci).
const (
	Planned     State = "planned"
	Ordered     State = "ordered"
	InStock     State = "in_stock"
	Building    State = "building"
	Live        State = "live"
	Maintenance State = "maintenance"
	Retired     State = "retired"
	Disposed    State = "disposed"
)

// Step is an item on its way from one state to the next: what the form of the
// move brought along.
type Step struct {
	*Item
	Because    string      // the change, request, incident or task it is done for
	Sanitising *Sanitising // of a disposal
}

// Sanitising is the record that the media of an item were made unreadable
// before it left the house.
type Sanitising struct {
	Method  string `json:"method"`  // see Methods
	Witness string `json:"witness"` // who saw it, besides whoever records it
	Proof   string `json:"proof"`   // certificate or serial numbers of the media
}

// Methods of sanitising media; "none" is for items without any.
var Methods = []string{"overwrite", "degauss", "crypto_erase", "destroy", "none"}

// Life is the life cycle of an item.
var Life = flow.Flow[*Step]{
	Start: Planned,
	Places: []flow.Place{
		{State: Planned, Pace: flow.Wait},
		{State: Ordered, Pace: flow.Wait},
		{State: InStock, Pace: flow.Wait},
		{State: Building, Pace: flow.Work},
		{State: Live, Pace: flow.Work},
		{State: Maintenance, Pace: flow.Work},
		{State: Retired, Pace: flow.Stop},
		{State: Disposed, Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Step]{
		{Name: "order", From: flow.At(Planned), To: Ordered},
		{Name: "build", From: flow.At(Planned, InStock), To: Building},
		{Name: "receive", From: flow.At(Ordered), To: InStock, Asks: flow.Asks("code", "serial"), Needs: flow.Needs(tagged)},
		{Name: "go_live", From: flow.At(Building), To: Live, Asks: flow.Asks("because"), Needs: flow.Needs(because, fitToServe)},
		{Name: "maintain", From: flow.At(Live), To: Maintenance, Asks: flow.Asks("because"), Needs: flow.Needs(because)},
		{Name: "resume", From: flow.At(Maintenance), To: Live},
		{Name: "take_back", From: flow.At(Live), To: InStock, Asks: flow.Asks("room")},
		{Name: "retire", From: flow.At(Live), To: Retired, Asks: flow.Asks("because"), Needs: flow.Needs(because)},
		{Name: "withdraw", From: flow.At(Maintenance, InStock), To: Retired},
		{Name: "dispose", From: flow.At(Retired), To: Disposed, Asks: flow.Asks("method", "witness", "proof"), Needs: flow.Needs(sanitised)},
	},
}

func because(s *Step) error {
	if s.Because == "" {
		return fault.At("because", "cmdb.because_needed")
	}
	return nil
}

// tagged: what comes into stock bears a label.
func tagged(s *Step) error {
	if s.Code == "" {
		return fault.At("code", "record.required")
	}
	return nil
}

// fitToServe holds the policy that nothing is in production without somebody
// who answers for it and without a zone.
func fitToServe(s *Step) error {
	var many fault.Many
	if s.Owner == 0 && s.Team == 0 {
		many = append(many, fault.At("owner", "cmdb.owner_needed"))
	}
	if s.Zone == 0 {
		many = append(many, fault.At("zone", "cmdb.zone_needed"))
	}
	return many.Err()
}

func sanitised(s *Step) error {
	var many fault.Many
	switch {
	case s.Sanitising == nil || s.Sanitising.Method == "":
		many = append(many, fault.At("method", "cmdb.sanitising_needed"))
	case s.Sanitising.Method != "none" && s.Sanitising.Witness == "":
		many = append(many, fault.At("witness", "cmdb.witness_needed"))
	}
	return many.Err()
}
