package request

import (
	"context"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Offer is an offering as somebody may order it in a person's name; 0 is his
// own. Staff may order for whoever they may name, and only what that person may
// order and what they may work with themselves: neither orders more through the
// other than alone. Faults are at "requester" and "offering".
func (d *Desk) Offer(ctx context.Context, by people.Actor, requester people.ID, id int64) (Offer, error) {
	if requester == 0 || requester == by.ID {
		if offer, ok := d.City.Offering(by, id); ok {
			return offer, nil
		}
		return Offer{}, fault.At("offering", "request.not_offered")
	}
	who, err := d.caller(ctx, by, requester)
	if err != nil {
		return Offer{}, err
	}
	offer, ok := d.City.Offering(who, id)
	if !ok || !d.cleared(by, offer) {
		return Offer{}, fault.At("offering", "request.not_offered_to_him")
	}
	return offer, nil
}

// Offered are those of some offerings that somebody may order in a person's
// name, as Offer has it.
func (d *Desk) Offered(ctx context.Context, by people.Actor, requester people.ID, ids []int64) ([]Offer, error) {
	who, own := by, requester == 0 || requester == by.ID
	if !own {
		var err error
		if who, err = d.caller(ctx, by, requester); err != nil {
			return nil, err
		}
	}
	var out []Offer
	for _, id := range ids {
		if offer, ok := d.City.Offering(who, id); ok && (own || d.cleared(by, offer)) {
			out = append(out, offer)
		}
	}
	return out, nil
}

// caller is the person in whose name staff order.
func (d *Desk) caller(ctx context.Context, by people.Actor, id people.ID) (people.Actor, error) {
	if !by.Staff {
		return people.Actor{}, fault.At("requester", "request.own_name")
	}
	if err := d.person(by, "requester", id); err != nil {
		return people.Actor{}, err
	}
	return d.City.Person(ctx, id)
}

// cleared reports whether staff may work with what they order for others: with
// the network of its service, and one of those it is kept for.
func (d *Desk) cleared(by people.Actor, offer Offer) bool {
	zone, _ := d.City.Place(offer.service())
	if !by.Scope.Clears(zone) {
		return false
	}
	for _, z := range offer.Zones {
		if by.Scope.Clears(z) {
			return true
		}
	}
	return len(offer.Zones) == 0
}
