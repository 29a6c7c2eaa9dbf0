package notice

import (
	"context"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Delivery is a mail on its way, and after that its row in the ledger.
type Delivery struct {
	ID      int64
	Key     string // of what it tells, so that nothing is mailed twice
	Person  people.ID
	Address string
	Name    string
	Lang    string
	What    What
	About   record.Kind
	Number  record.Number
	Title   string
	Text    string // what was said for the reader; never an internal note
	Staff   bool   // the link leads to the workspace
	View    string // the code of the saved view it is about, or the address of a page, /duty/12; "" for a record
	Board   bool   // the reader follows the notice board and does not see the record
	Pass    string // secret of a link to decide by; made when it is sent, never kept
	// GradePass is the same for a link to grade by.
	GradePass string
	// SurveyPass is the same for a link to answer a survey by.
	SurveyPass string
	// Anew says in the letter that the time which it tells of may become another.
	Anew    bool
	Entry   int64
	Count   int // entries it tells of
	At      time.Time
	Due     time.Time // not sent before
	State   State
	Tries   int
	Reason  string // of the last failure
	Message string // its Message-ID once sent
	Sent    time.Time
}

// State is how far a delivery is.
type State string

// The states of a delivery.
const (
	Waiting State = "waiting"
	Gone    State = "sent"
	Failed  State = "failed" // and will be tried again
	Dead    State = "dead"   // and will not
)

// Test is what a test mail is about.
const Test What = "test"

// quiet is how long a notice waits for others about its record: what happens
// within a minute is told once.
const quiet = time.Minute

// Ledger keeps the deliveries.
type Ledger interface {
	// Waiting lists deliveries due at a moment, oldest first.
	Waiting(ctx context.Context, now time.Time, n int) ([]Delivery, error)
	// Keep writes how a delivery went.
	Keep(ctx context.Context, m Delivery) error
	// Add puts a delivery in line; one with a key that is there already is left
	// out.
	Add(ctx context.Context, m *Delivery) error
	// Ledger lists deliveries, newest first, before an id; state "" is all.
	Ledger(ctx context.Context, state State, before int64, limit int) ([]Delivery, error)
	// Told reads what notices are about: the head of a record, and of its
	// entries the text that is for the requester.
	Told(ctx context.Context, rec int64, entries []int64) (record.Head, string, error)
}

// Gatherer makes deliveries of notices.
type Gatherer struct {
	Store  Store
	Ledger Ledger
	City   City
	Person func(ctx context.Context, id people.ID) (people.Person, error)
	Lang   func() string // of those who have not chosen
}

// mostGathered bounds one turn.
const mostGathered = 200

// Gather puts what may be mailed by now in line, one delivery for what a
// person was told of a record.
func (g Gatherer) Gather(ctx context.Context, now time.Time) error {
	all, err := g.Store.Unsent(ctx, now.Add(-quiet), mostGathered)
	if err != nil {
		return err
	}
	type about struct {
		who people.ID
		rec int64
	}
	groups, order := map[about][]Notice{}, []about(nil)
	for _, n := range all {
		k := about{n.To, n.Record}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], n)
	}
	for _, k := range order {
		if err := g.letter(ctx, groups[k], now); err != nil {
			return err
		}
		for _, n := range groups[k] {
			if err := g.Store.Sent(ctx, n.ID, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// letter puts one delivery in line; nobody without an address gets one.
func (g Gatherer) letter(ctx context.Context, ns []Notice, now time.Time) error {
	last := ns[len(ns)-1]
	p, err := g.Person(ctx, last.To)
	if fault.Is(err, fault.Missing) || err == nil && (p.Mail == "" || p.Retired) {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := g.City.Reader(ctx, last.To)
	if err != nil || r.Gone {
		return err
	}
	entries := make([]int64, len(ns))
	for i, n := range ns {
		entries[i] = n.Entry
	}
	h, text, err := g.Ledger.Told(ctx, last.Record, entries)
	if err != nil {
		return err
	}
	m := Delivery{
		Key:    strconv.FormatInt(int64(last.To), 10) + "." + strconv.FormatInt(last.Entry, 10),
		Person: last.To, Address: p.Mail, Name: p.Name, Lang: p.Doc.Lang, What: last.What, About: h.Kind, Number: h.Number, Title: h.Title, Text: text,
		Staff: p.Staff, Entry: last.Entry, Count: len(ns), At: now, Due: now, State: Waiting,
	}
	if m.Lang == "" && g.Lang != nil {
		m.Lang = g.Lang()
	}
	if r.Scope.Sees(h.Seen()) == people.Unseen && last.What == Major { // he follows the board, or watches: either way it says enough
		m.Title, m.Board = "", true
	}
	return g.Ledger.Add(ctx, &m)
}

// Trial is a letter to a person by which it is tried out whether mail arrives.
func Trial(p people.Person, lang string, now time.Time) (Delivery, error) {
	if p.Mail == "" {
		return Delivery{}, fault.New(fault.Conflict, "mail.no_address")
	}
	return Delivery{
		Key: "test." + strconv.FormatInt(now.UnixNano(), 10), Person: p.ID, Address: p.Mail, Name: p.Name, Lang: lang,
		What: Test, About: record.Incident, Count: 1, At: now, Due: now, State: Waiting, Staff: true,
	}, nil
}
