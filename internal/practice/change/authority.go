package change

import (
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/people"
)

// Capacity is in what somebody has a say on changes.
type Capacity string

// The capacities.
const (
	Manager      Capacity = "change_manager"
	Board        Capacity = "cab"
	Director     Capacity = "director"
	Committee    Capacity = "ecab"          // of the emergency committee
	ServiceOwner Capacity = "service_owner" // one of whom is in the emergency committee
)

// Authority is what a centre arranges about who authorises changes.
type Authority struct {
	Quorum    int         `json:"quorum"`              // consents of the board that authorise
	Days      int         `json:"days"`                // working days in which a stage is decided; 0 is without end
	Board     []people.ID `json:"board,omitempty"`     // the change advisory board
	Committee []people.ID `json:"committee,omitempty"` // the emergency committee
}

// StandardAuthority holds until a centre decides otherwise.
func StandardAuthority() Authority { return Authority{Quorum: 3, Days: 5} }

// Check says what is wrong with an arrangement.
func (a Authority) Check() error {
	var many fault.Many
	for _, n := range []struct {
		field            string
		value, low, high int
	}{{"quorum", a.Quorum, 1, 50}, {"days", a.Days, 0, 60}} {
		if n.value < n.low || n.value > n.high {
			many = append(many, fault.At(n.field, "record.out_of_range").With("low", n.low).With("high", n.high))
		}
	}
	return many.Err()
}

// Barred are those who have no say on a change, however often they are seated:
// whoever asked for it and those who carry it out (domain/mof, section CHG).
func Barred(c *Change) []people.ID {
	var out []people.ID
	for _, id := range []people.ID{c.Requester, c.Owner, c.Second} {
		if id != 0 && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func isBarred(c *Change, id people.ID) bool { return slices.Contains(Barred(c), id) }

// Apart is Barred looked at from the other end: whoever has had a say on a
// change, in any round, by telephone or as a deputy, is not made the one who
// carries it out afterwards.
func Apart(c *Change, rounds []*approval.Round) error {
	said := []people.ID{c.First, c.Other}
	for _, r := range rounds {
		said = append(said, r.Took()...)
	}
	var many fault.Many
	for _, hand := range []struct {
		field  string
		person people.ID
	}{{"owner", c.Owner}, {"second", c.Second}} {
		if hand.person != 0 && slices.Contains(said, hand.person) {
			many = append(many, fault.At(hand.field, "change.had_a_say"))
		}
	}
	return many.Err()
}

// Stages says who authorises a change: a minor one the change manager, a
// significant one the board, a major one the board and then the director, an
// emergency two of the emergency committee, one of them the owner of a service. A
// standard one is authorised already and has none.
func (a Authority) Stages(c *Change, seats func(Capacity) []approval.Seat) ([]approval.Stage, error) {
	one := func(as Capacity) approval.Stage {
		return approval.Stage{Rule: approval.Any, Days: a.Days, Seats: seated(seats, as)}
	}
	switch {
	case c.Type == Standard:
		return nil, nil
	case c.Type == Emergency:
		return a.emergency(c, seats)
	case c.Class == Minor:
		return []approval.Stage{one(Manager)}, nil
	case c.Class == Significant:
		return []approval.Stage{a.board(seats)}, nil
	case c.Class == Major:
		return []approval.Stage{a.board(seats), one(Director)}, nil
	}
	return nil, fault.At("impact", "change.not_assessed")
}

func (a Authority) board(seats func(Capacity) []approval.Seat) approval.Stage {
	return approval.Stage{Rule: approval.Quorum, Quorum: a.Quorum, Days: a.Days, Seats: seated(seats, Board)}
}

// emergency asks the owner of a service, and then another of the committee:
// whoever answered first, for himself or as a deputy, is not the second.
func (a Authority) emergency(c *Change, seats func(Capacity) []approval.Seat) ([]approval.Stage, error) {
	free := func(list []approval.Seat) []approval.Seat {
		return slices.DeleteFunc(list, func(s approval.Seat) bool { return isBarred(c, s.Person) })
	}
	owners := free(seated(seats, ServiceOwner))
	all := append(free(seated(seats, Committee)), owners...)
	persons := map[people.ID]bool{}
	for _, s := range all {
		persons[s.Person] = true
	}
	if len(owners) == 0 || len(persons) < 2 {
		return nil, fault.At("approvers", "change.too_few_voices").With("owners", len(owners)).With("persons", len(persons))
	}
	return []approval.Stage{{Rule: approval.Any, Seats: owners}, {Rule: approval.Any, Fresh: true, Seats: all}}, nil
}

// Voiced says what is wrong with an authorisation by telephone, in view of who
// owns a service and of the time: one of the two does, and it was given already.
func (c *Change) Voiced(now time.Time, owns func(people.ID) bool) error {
	switch {
	case c.Spoken.After(now):
		return fault.At("spoken", "change.not_spoken_yet")
	case !owns(c.First) && !owns(c.Other):
		return fault.At("first_voice", "change.no_owner_spoke")
	}
	return nil
}

func seated(seats func(Capacity) []approval.Seat, as Capacity) []approval.Seat {
	out := slices.Clone(seats(as))
	for i := range out {
		out[i].As = string(as)
	}
	return out
}
