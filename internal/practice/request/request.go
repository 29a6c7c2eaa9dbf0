// Package request is ITIL request fulfilment: somebody orders something from
// the service catalogue, those who must consent do, tasks bring it about, and
// whoever ordered it says whether he has it.
package request

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Request is an order of an offering of the service catalogue.
type Request struct {
	record.Head
	record.Extra
	Offering int64  // of the catalogue
	Pin      string // the definition it was ordered under, by its hash
	Answers  form.Answers
	Detail   string    // what the requester adds in his own words
	For      people.ID // whom it is for, when that is not the requester
	Entered  people.ID // who ordered in the requester's name; 0 when he did so himself
	Author   people.ID // who wrote what is to be carried out; with four eyes he does not carry it out
	Hours    int       // business hours promised, as pinned
	Waiting  Waiting
	Outside  string // number of the ticket at the supplier
	Refusal  string // why it was refused
	EndedAs  Ending
	Outcome  string // what was done, for the requester
	Disputed int    // how often the requester said that he does not have it

	Submitted time.Time
	Granted   time.Time // every consent was given; zero when none was needed
	Accepted  time.Time // somebody first took it
	Fulfilled time.Time // zero again when it is disputed
	Closed    time.Time
	Rating    int // the grade given, as a copy for lists; 0 when none
}

// Waiting is what a pending request waits for.
type Waiting string

// The reasons to wait. While consents are awaited the clocks rest, too.
const (
	ForUser     Waiting = "user"
	ForSupplier Waiting = "supplier"
	ForApproval Waiting = "approval"
)

var waitings = []string{string(ForUser), string(ForSupplier)}

// Ending says why a request came to nothing.
type Ending string

// The endings.
const (
	NotWanted Ending = "not_wanted" // the requester does not want it any more
	Duplicate Ending = "duplicate"
	Mistaken  Ending = "mistaken" // another way leads to what was wanted
	Refused   Ending = "refused"  // a consent was denied
	Lapsed    Ending = "lapsed"   // nobody decided in time
)

var endings = []string{string(NotWanted), string(Duplicate), string(Mistaken), string(Refused), string(Lapsed)}

// chosen are the endings that people say; the others follow from a decision.
var chosen = []Ending{NotWanted, Duplicate, Mistaken}

type field = record.Field[*Request]

// Sheet lists the fields of a request.
func Sheet() record.Sheet[*Request] {
	head := record.HeadFields[*Request]()
	for n, f := range head {
		if slices.Contains([]string{"team", "owner", "service", "requester", "department", "zone"}, f.Name) {
			head[n] = record.Fixed(f) // they follow from who orders what, and from moves
		}
	}
	return append(head,
		record.Fixed(record.RefField("offering", record.Offering, func(r *Request) *int64 { return &r.Offering })),
		record.RefField("for_whom", record.Person, func(r *Request) *people.ID { return &r.For }),
		record.TextField("detail", 20_000, func(r *Request) *string { return &r.Detail }),
		record.Fixed(record.RefField("entered", record.Person, func(r *Request) *people.ID { return &r.Entered })),
		hidden(record.Fixed(record.RefField("author", record.Person, func(r *Request) *people.ID { return &r.Author }))),
		record.Fixed(waitingField()),
		record.TextField("outside", 100, func(r *Request) *string { return &r.Outside }),
		record.Fixed(record.TextField("refusal", 2000, func(r *Request) *string { return &r.Refusal })),
		record.Fixed(record.ChoiceField("ended_as", endings, func(r *Request) *Ending { return &r.EndedAs })),
		record.Fixed(record.TextField("outcome", 20_000, func(r *Request) *string { return &r.Outcome })),
		record.Fixed(record.IntField("rating", 1, 5, func(r *Request) *int { return &r.Rating })),
		record.Fixed(record.MomentField("submitted", func(r *Request) *time.Time { return &r.Submitted })),
		record.Fixed(record.MomentField("granted", func(r *Request) *time.Time { return &r.Granted })),
		record.Fixed(record.MomentField("accepted", func(r *Request) *time.Time { return &r.Accepted })),
		record.Fixed(record.MomentField("fulfilled", func(r *Request) *time.Time { return &r.Fulfilled })),
		record.Fixed(record.MomentField("closed", func(r *Request) *time.Time { return &r.Closed })),
	)
}

// Subject names what is decided upon, as a hash: the definition, the answers and
// what stands beside them. Whoever consents by the link of a mail consents to
// this and to nothing that was written later.
func (r *Request) Subject() string {
	b, _ := json.Marshal([]any{r.Pin, r.Answers, r.Title, r.Detail, r.For, r.Requester, r.Author}) // texts and numbers are always written
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Words are what search knows of a request beside its title.
func (r *Request) Words() string { return r.Detail }

func hidden(f field) field {
	f.Hidden = true
	return f
}

// waitingField is what a request waits for. That it waits for consents is not
// for anybody to choose; it comes back with a request that was cancelled.
func waitingField() field {
	f := record.ChoiceField("waiting", waitings, func(r *Request) *Waiting { return &r.Waiting })
	choose := f.Set
	f.Set = func(r *Request, v string) error {
		if Waiting(v) == ForApproval && r.State == Cancelled {
			r.Waiting = ForApproval
			return nil
		}
		return choose(r, v)
	}
	return f
}
