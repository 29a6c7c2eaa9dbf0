package request

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where things are ordered and brought about.
type Desk struct {
	*record.Desk[*Request]
	City   City
	Ledger record.Ledger
	Shelf  Shelf

	pinned sync.Map // definitions by their hash; they never change
}

// City is what the desk asks about the city around it.
type City struct {
	// Offering is one of the catalogue as it is now; false when there is none
	// that this person may order.
	Offering func(by people.Actor, id int64) (Offer, bool)
	// Person is somebody as he would act; Unknown when he has left.
	Person func(ctx context.Context, id people.ID) (people.Actor, error)
	// Place is the network and the support team of a service.
	Place func(service record.ServiceID) (people.ZoneID, people.TeamID)
	// Home is the department a person belongs to.
	Home func(people.ID) people.DepartmentID
	// Seats are those who decide on a request in a capacity, as far as they are
	// there and cleared for its network, and those who are named in vain.
	Seats func(r *Request, w catalogue.Decider) ([]approval.Seat, []Unseated, error)
	// Due is the end of so many business hours.
	Due func(from time.Time, hours int, service record.ServiceID) time.Time
	// Answers refuses what cannot be named as an answer.
	Answers func(by people.Actor) form.Refers
}

// Offer is an offering with its names.
type Offer struct {
	catalogue.Offering
	ID   int64
	Name people.Text
}

func (o Offer) service() record.ServiceID { return record.ServiceID(o.Service) }

// Shelf keeps what only this practice needs.
type Shelf interface {
	// Pin keeps a definition under its hash; the same one is kept once.
	Pin(ctx context.Context, hash string, doc []byte) error
	// Pinned reads the definition of a hash.
	Pinned(ctx context.Context, hash string) ([]byte, error)
	// Silent lists requests fulfilled before a moment that nobody confirmed.
	Silent(ctx context.Context, before time.Time, limit int) ([]record.Number, error)
	// Uses counts the requests of an offering by the definition they were
	// ordered under, as far as a scope sees them, the newest definition first.
	Uses(ctx context.Context, scope people.Scope, offering int64) ([]Use, error)
	// Stored is a file that a person has brought, for an answer; a fault at
	// field unless it is his.
	Stored(ctx context.Context, by people.ID, file int64, field string) (form.Stored, error)
}

type sitting = record.Sitting[*Request]

// PinOf is the name of a definition, the SHA-256 of its text in hex, with that
// text. What is ordered under one definition has one name.
func PinOf(o catalogue.Offering) (pin string, doc []byte, err error) {
	if doc, err = json.Marshal(o); err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:]), doc, nil
}

// Use is how much hangs on one definition of an offering.
type Use struct {
	Pin     string
	Running int       // requests that have not ended
	All     int       // with those that have
	Since   time.Time // the first was ordered
	Last    time.Time // the last was
}

// NewDesk makes a working desk; the inner one needs Store and Now and what
// wiring adds to its Rules.
func NewDesk(inner record.Desk[*Request], city City, ledger record.Ledger, shelf Shelf) *Desk {
	d := &Desk{Desk: &inner, City: city, Ledger: ledger, Shelf: shelf}
	d.Kind, d.Flow, d.Sheet = record.Request, Flow, Sheet()
	d.Rules.Then, d.Rules.Works = d.then, d.works
	return d
}

// Order is what somebody orders.
type Order struct {
	Offering  int64
	Answers   form.Answers
	Requester people.ID // in whose name staff orders; 0 is the actor
	Author    people.ID // 0 is the requester
	Draft     bool      // it is not handed in yet
	record.Input
}

// Place registers an order, checks its answers against the definition of
// today, and hands it in. Every fault of an answer is at "answers." and the name of
// the question.
func (d *Desk) Place(ctx context.Context, by people.Actor, o Order) (*Request, error) {
	if err := by.May("request.open"); err != nil {
		return nil, err
	}
	offer, err := d.Offer(ctx, by, o.Requester, o.Offering)
	if err != nil {
		return nil, err
	}
	r := &Request{Offering: o.Offering, Hours: offer.Hours, Author: o.Author}
	if err := d.prepare(ctx, by, r, &o, offer); err != nil {
		return nil, err
	}
	return r, d.Sit(ctx, by, func(s *sitting) error {
		if err := s.Open(r, o.Input); err != nil || o.Draft {
			return err
		}
		return s.Move(r, "submit", record.Input{})
	})
}

func (d *Desk) prepare(ctx context.Context, by people.Actor, r *Request, o *Order, offer Offer) error {
	var many fault.Many
	answers, err := offer.Questions.Accept(o.Answers, "answers.", d.refers(by))
	if err := many.Add(err); err != nil {
		return err
	}
	if r.Requester = by.ID; o.Requester != 0 && o.Requester != by.ID {
		r.Requester, r.Entered = o.Requester, by.ID
	}
	if o.Author != 0 && o.Author != by.ID {
		if err := many.Add(d.person(by, "author", o.Author)); err != nil {
			return err
		}
	}
	if answers, err = d.files(ctx, by, offer.Questions, answers, &o.Input); err != nil {
		if err := many.Add(err); err != nil {
			return err
		}
	}
	if err := many.Err(); err != nil {
		return err
	}
	pin, doc, err := PinOf(offer.Offering)
	if err != nil {
		return err
	}
	if err := d.Shelf.Pin(ctx, pin, doc); err != nil {
		return err
	}
	r.Pin = pin
	r.Answers = answers
	d.place(r, offer)
	if o.Input.Fields == nil {
		o.Input.Fields = map[string]string{}
	}
	if o.Input.Fields["title"] == "" {
		o.Input.Fields["title"] = offer.Name.In(by.Lang)
	}
	return nil
}

// place says where a request belongs: the network and team of the service, the
// department of whoever orders.
func (d *Desk) place(r *Request, offer Offer) {
	r.Service = offer.service()
	r.Zone, r.Team = d.City.Place(r.Service)
	r.Department = d.City.Home(r.Requester)
	if r.Author == 0 && offer.FourEyes {
		r.Author = r.Requester
	}
}

// person reports a fault unless the actor may name that person.
func (d *Desk) person(by people.Actor, field string, id people.ID) error {
	if d.Rules.Refers == nil {
		return nil
	}
	return d.Rules.Refers(by, record.Person, field, id.String())
}

func (d *Desk) refers(by people.Actor) form.Refers {
	if d.City.Answers == nil {
		return nil
	}
	return d.City.Answers(by)
}

// files makes answers of the files that were brought, with the hash of what
// they hold, and has them attached.
func (d *Desk) files(ctx context.Context, by people.Actor, f form.Form, answers form.Answers, in *record.Input) (form.Answers, error) {
	var many fault.Many
	for _, q := range f {
		v := answers[q.Name]
		if q.Type != form.File || v == "" {
			continue
		}
		named, _ := form.ParseFile(v)
		held, err := d.Shelf.Stored(ctx, by.ID, named.ID, "answers."+q.Name)
		if err := many.Add(err); err != nil {
			return nil, err
		}
		if err != nil {
			continue
		}
		held.Name = record.FileName(named.Name)
		answers[q.Name] = held.Text()
		if !slices.ContainsFunc(in.Files, func(a record.Attach) bool { return a.File == held.ID }) {
			in.Files = append(in.Files, record.Attach{File: held.ID, Name: held.Name})
		}
	}
	return answers, many.Err()
}

// then is what follows a deed in the same sitting.
func (d *Desk) then(s *sitting, r *Request, deed string, in record.Input) error {
	switch deed {
	case "submit":
		return d.submitted(s, r)
	case "vote", "lapse":
		return d.decided(s, r)
	case "cancel", "stop":
		if err := d.own(s, r); err != nil {
			return err
		}
		return s.Withdraw(r)
	case "fulfil":
		return d.complete(s, r)
	case "confirm":
		if err := d.own(s, r); err != nil {
			return err
		}
		return s.AsKilter(func() error { return s.Move(r, "close", record.Input{}) })
	case "dispute", "rate":
		return d.own(s, r)
	case "reply":
		if s.By.ID != 0 && s.By.ID == r.Requester && r.State == Pending && r.Waiting == ForUser {
			return s.AsKilter(func() error { return s.Move(r, "resume", record.Input{}) })
		}
	case "accept":
		return d.apart(s, r)
	case "edit":
		return d.edited(s, r)
	case "undo":
		return d.askedAgain(s, r)
	}
	return nil
}

// own reports that somebody speaks for a requester: those of the department may
// read a request, but whether it is fulfilled is for the one who ordered to
// say.
func (d *Desk) own(s *sitting, r *Request) error {
	if s.By.Staff || s.By.ID == r.Requester || s.By.ID == r.For && r.For != 0 {
		return nil
	}
	return fault.New(fault.Denied, "request.only_requester")
}

// Next lists the moves that a person may make now: the buttons of the page.
func (d *Desk) Next(by people.Actor, r *Request) []flow.Move[*Request] {
	var out []flow.Move[*Request]
	for _, m := range d.Flow.From(r.State) {
		mine := by.ID == r.Requester || by.ID == r.For && r.For != 0
		if !by.Can("request."+m.Name) || !by.Staff && !mine {
			continue
		}
		out = append(out, m)
	}
	return out
}

// Confirm closes requests whose requester has said nothing since a moment. A
// duty calls it.
func (d *Desk) Confirm(ctx context.Context, before time.Time) error {
	const some = 100
	silent, err := d.Shelf.Silent(ctx, before, some)
	if err != nil {
		return err
	}
	for _, n := range silent {
		_, err := d.One(ctx, people.System(people.ViaJob), n, record.Input{}, func(s *sitting, r *Request) error {
			if r.State != Fulfilled || r.Fulfilled.After(before) {
				return nil // somebody has spoken meanwhile
			}
			return s.Move(r, "confirm", record.Input{})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
