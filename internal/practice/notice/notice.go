// Package notice says who is told what after which deed. Notices are quiet:
// never about one's own deed, grouped by record, none for a bulk action unless
// it was asked for, and each person chooses which kinds reach him, and how.
package notice

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// What is the kind of a notice, by what it means to its reader.
type What string

// The kinds, the most pressing first: of several that one deed would give a
// person, he gets the first.
const (
	Major     What = "major"     // a major incident was declared, reported on, stood down
	Escalated What = "escalated" // brought up to his rank
	Warned    What = "warned"    // a clock of his record runs out
	Mentioned What = "mentioned" // a text names him
	Asked     What = "asked"     // a decision waits for his answer
	Assigned  What = "assigned"  // he is to work on it
	Queued    What = "queued"    // his team is
	Answered  What = "answered"  // the requester has said something, or reopened it
	Replied   What = "replied"   // the requester and followers were told something
	Noted     What = "noted"     // colleagues wrote something inside
	Followed  What = "followed"  // somebody made him follow a record
	Counted   What = "counted"   // a saved view shows more than it should
)

// Kinds lists them.
var Kinds = []What{Major, Escalated, Warned, Mentioned, Asked, Assigned, Queued, Answered, Replied, Noted, Followed, Counted, ShiftLate, ShiftWaits, RunMissed, ChangeUnkept, SurveyAsked, SurveyLeft, MaturityTurned, RoadmapFell, HandbookAsked, WorkTold, OpinionAsked, RecordOwed, RecordLate, DocumentOwed, DocumentLate, ReviewAction, ReviewCalled, ReviewNear, RiskReview}

// Channel is a way to reach a person.
type Channel string

// The channels.
const (
	Bell Channel = "bell" // inside Kilter
	Mail Channel = "mail"
)

// Channels lists them.
var Channels = []Channel{Bell, Mail}

// mailed are the kinds that go by mail too unless a person decides otherwise;
// the bell rings for all.
var mailed = []What{Major, Escalated, Mentioned, Asked, Assigned, Replied, SurveyAsked, SurveyLeft, MaturityTurned, RoadmapFell, HandbookAsked, ChangeUnkept, WorkTold, OpinionAsked, RecordOwed, RecordLate, DocumentOwed, DocumentLate, ReviewAction, ReviewCalled, ReviewNear, RiskReview}

// Notice is one thing told to one person.
type Notice struct {
	ID     int64
	To     people.ID
	Record int64
	Entry  int64
	What   What
	At     time.Time
	Bell   bool      // it rings
	Board  bool      // he follows the notice board and does not see the record: it says no more than the board does
	Mail   time.Time // when it may be mailed; zero when it is not
	Read   time.Time // zero until read
}

// Reader is what a notice must know of a person.
type Reader struct {
	ID    people.ID
	Staff bool
	Scope people.Scope
	Prefs people.Prefs
	Zone  *time.Location // in which his quiet hours are meant; nil is UTC
	Gone  bool           // retired, or his account has ended
}

// City answers what the rules ask about people; a function left out knows
// nobody.
type City struct {
	Reader  func(context.Context, people.ID) (Reader, error)
	Members func(people.TeamID) []people.ID
	Ranked  func(h record.Head, rank string) []people.ID // whom an escalation of a record to that rank reaches
	// Followers are those who follow a major incident on the notice board.
	Followers func(ctx context.Context, n record.Number) ([]people.ID, error)
	Loud      func(ctx context.Context, batch int64) (bool, error)
}

// told gathers candidates, each with the most pressing kind.
type told map[people.ID]What

func (t told) tell(w What, who ...people.ID) {
	for _, id := range who {
		if held, ok := t[id]; id != 0 && (!ok || slices.Index(Kinds, w) < slices.Index(Kinds, held)) {
			t[id] = w
		}
	}
}

// RuleMakers is the rank of those who make rules.
const RuleMakers = "rules"

// Candidates are those whom a piece of news concerns, and how, before anybody
// is asked whether he may see it and wants to know.
func Candidates(n record.News, c City) map[people.ID]What {
	t := told{}
	h, e := n.Head, n.Entry
	_, verb, _ := strings.Cut(e.Deed, ".")
	team := func() []people.ID {
		if h.Owner != 0 {
			return []people.ID{h.Owner}
		}
		if c.Members == nil {
			return nil
		}
		return c.Members(h.Team)
	}
	t.tell(Mentioned, e.Mentioned()...)
	switch verb {
	case "assign", "reassign", "escalate":
		if h.Owner != 0 {
			t.tell(Assigned, h.Owner)
		} else {
			t.tell(Queued, team()...)
		}
	case "raise":
		if c.Ranked != nil {
			t.tell(Escalated, c.Ranked(h, e.Reason)...)
		}
	case "rule_aside":
		if c.Ranked != nil {
			t.tell(Warned, c.Ranked(h, RuleMakers)...)
		}
	case "warn":
		t.tell(Warned, team()...)
	case "remind":
		t.tell(Warned, team()...)
		if c.Ranked != nil {
			t.tell(Warned, c.Ranked(h, "manager")...)
		}
	case "declare", "stand_down", "post":
		t.tell(Major, parties(n, "watcher", "owner", "requester")...)
		if c.Ranked != nil {
			t.tell(Major, c.Ranked(h, "manager")...)
			t.tell(Major, c.Ranked(h, "director")...)
		}
	case record.Asks, record.Reminds:
		for _, f := range e.Changes {
			t.tell(Asked, record.Follower(f))
		}
	case "watch":
		for _, f := range e.Changes {
			t.tell(Followed, record.Follower(f))
		}
	case "grade_due", "grade_remind", "grade_late":
		for _, f := range e.Changes {
			t.tell(map[bool]What{true: Escalated, false: Warned}[verb == "grade_late"], record.Follower(f))
		}
	case "note", "age":
		t.tell(Noted, parties(n, "watcher", "owner")...)
	case "reopen", "confirm", "rate", "contact", "task_add":
		t.tell(Answered, team()...)
	case "open":
	default:
		if e.By != 0 && e.By == h.Requester && e.Public {
			t.tell(Answered, team()...)
		}
	}
	if e.Public && verb != "open" {
		t.tell(Replied, parties(n, "requester", "watcher", "owner")...)
	}
	delete(t, e.By)
	return t
}

func parties(n record.News, roles ...string) []people.ID {
	var out []people.ID
	for _, p := range n.Parties {
		if slices.Contains(roles, p.Role) {
			out = append(out, p.Person)
		}
	}
	return out
}

// Notices are what a piece of news has to be told to whom: the candidates who
// are still there, may see the entry, and want to know.
func Notices(ctx context.Context, n record.News, c City) ([]Notice, error) {
	if n.Entry.Batch != 0 {
		if c.Loud == nil {
			return nil, nil
		}
		if loud, err := c.Loud(ctx, n.Entry.Batch); err != nil || !loud {
			return nil, err
		}
	}
	var out []Notice
	for id, what := range Candidates(n, c) {
		if c.Reader == nil {
			break
		}
		r, err := c.Reader(ctx, id)
		if err != nil {
			return nil, err
		}
		if !may(r, n, what) {
			continue
		}
		if m := notify(r, n, what); m.Bell || !m.Mail.IsZero() {
			out = append(out, m)
		}
	}
	board, err := followers(ctx, n, c, out)
	if err != nil {
		return nil, err
	}
	out = append(out, board...)
	slices.SortFunc(out, func(a, b Notice) int { return cmp.Compare(a.To, b.To) })
	return out, nil
}

// notify makes the notice of a kind for a person, on the channels on which he
// wants it.
func notify(r Reader, n record.News, what What) Notice {
	m := Notice{To: r.ID, Record: n.Head.ID, Entry: n.Entry.ID, What: what, At: n.Entry.At, Bell: Wants(r.Prefs, what, Bell)}
	if Wants(r.Prefs, what, Mail) {
		m.Mail = Awake(r.Prefs, n.Entry.At, cmp.Or(r.Zone, time.UTC))
	}
	return m
}

// onBoard are the deeds that the public notice board shows.
var onBoard = []string{"declare", "post", "stand_down"}

// followers tells who follows a major incident on the notice board and does
// not see its record: bell and mail say no more than the board does, and lead
// there.
func followers(ctx context.Context, n record.News, c City, told []Notice) ([]Notice, error) {
	_, verb, _ := strings.Cut(n.Entry.Deed, ".")
	if c.Followers == nil || c.Reader == nil || n.Head.Kind != record.Incident || !slices.Contains(onBoard, verb) {
		return nil, nil
	}
	ids, err := c.Followers(ctx, n.Head.Number)
	if err != nil {
		return nil, err
	}
	var out []Notice
	for _, id := range ids {
		if id == n.Entry.By || slices.ContainsFunc(told, func(m Notice) bool { return m.To == id }) {
			continue
		}
		r, err := c.Reader(ctx, id)
		if err != nil {
			return nil, err
		}
		if m := notify(r, n, Major); !r.Gone && (m.Bell || !m.Mail.IsZero()) {
			m.Board = true
			out = append(out, m)
		}
	}
	return out, nil
}

// may reports whether a person may be told: he is still there, he sees the
// record, and what is internal he hears as staff only; that he is asked to
// decide is said to whoever is.
func may(r Reader, n record.News, what What) bool {
	if r.Gone || !n.Entry.Public && !r.Staff && what != Asked {
		return false
	}
	seen := n.Head.Seen()
	seen.Watchers = parties(n, "watcher")
	return r.Scope.Sees(seen) != people.Unseen
}
