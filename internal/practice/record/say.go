package record

import (
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
)

// Say adds a reply to the requester (in.Public) or an internal note. The two
// are different deeds with different grants, and neither can turn into the
// other later. Words that look as if they went to the wrong place come back as
// a Conflict until the writer says that he is sure.
func (s *Sitting[R]) Say(r R, in Input) error {
	name := "note"
	if in.Public {
		name = "reply"
	}
	deed, err := s.may(name)
	if err != nil {
		return err
	}
	if !in.Public && !s.By.Staff {
		return fault.New(fault.Denied, "record.notes_are_internal")
	}
	if strings.TrimSpace(in.Text) == "" && len(in.Files) == 0 {
		return fault.At("text", "record.required")
	}
	if !in.Sure {
		if err := s.doubt(r, in); err != nil {
			return err
		}
	}
	sh := s.sheaf(r)
	s.write(sh, Entry{Deed: deed, Text: in.Text, Public: in.Public, Reason: in.Reason, Batch: in.Batch, Changes: mentioned(in.Mention)})
	if err := s.attach(sh, in); err != nil {
		return err
	}
	return s.then(r, name, in)
}

// doubt asks the writer to look again: a note that greets the requester, an
// attachment that is spoken of and missing, an answer by somebody else since
// he began to write.
func (s *Sitting[R]) doubt(r R, in Input) error {
	var many fault.Many
	warn := func(key string) { many = append(many, &fault.Fault{Kind: fault.Conflict, Field: "text", Key: key}) }
	for _, w := range Warnings(in) {
		warn("record.warn." + string(w))
	}
	if in.Seen != 0 {
		past, err := s.Past(r)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(past, func(e Entry) bool {
			return e.ID > in.Seen && e.By != s.By.ID && e.Text != "" && (e.Public || !in.Public)
		}) {
			warn("record.warn." + string(Answered))
		}
	}
	return many.Err()
}

// Past is the timeline of a record as it was before this sitting.
func (s *Sitting[R]) Past(r R) ([]Entry, error) {
	sh := s.sheaf(r)
	if sh.read {
		return sh.past, nil
	}
	past, err := s.tx.Timeline(sh.Rec.Common().ID)
	if err != nil {
		return nil, err
	}
	sh.past, sh.read = past, true
	return past, nil
}

// Log adds a line of the practice's own making (merge, declare major): deed is
// its bare name, and must be granted like any other.
func (s *Sitting[R]) Log(r R, deed string, e Entry) error {
	full, err := s.may(deed)
	if err != nil {
		return err
	}
	e.Deed = full
	s.write(s.sheaf(r), e)
	return nil
}

// Restore takes a record back to a state and to field values it had before,
// past what its flow allows, and writes down the deed that did it: an undo is
// an entry like any other, nothing is erased.
func (s *Sitting[R]) Restore(r R, deed string, to flow.State, back []Change, e Entry) error {
	full, err := s.may(deed)
	if err != nil {
		return err
	}
	for _, c := range back {
		if name, ok := strings.CutPrefix(c.Field, "x."); ok {
			if err := s.changeExtra(r, name, Change{c.Field, r.Own().More[name], c.Now}); err != nil {
				return err
			}
			continue
		}
		if f, ok := s.desk.Sheet.Find(c.Field); ok {
			if err := f.Set(r, c.Now); err != nil {
				return err
			}
		}
	}
	e.Deed = full
	if h := r.Common(); to != "" && to != h.State {
		e.From, e.To = h.State, to
		h.State = to
	}
	s.write(s.sheaf(r), e)
	return nil
}

// Watch makes persons follow the record. Whoever follows it sees it, as far as
// his clearance reaches.
func (s *Sitting[R]) Watch(r R, who ...people.ID) error { return s.follow(r, "watch", who) }

// Unwatch makes persons follow it no longer.
func (s *Sitting[R]) Unwatch(r R, who ...people.ID) error { return s.follow(r, "unwatch", who) }

// Anybody who sees a record may follow it himself; to make others follow it is
// a deed that needs a grant.
func (s *Sitting[R]) follow(r R, deed string, who []people.ID) error {
	sh := s.sheaf(r)
	full := string(s.desk.Kind) + "." + deed
	if len(who) != 1 || who[0] != s.By.ID {
		var err error
		if full, err = s.may(deed); err != nil {
			return err
		}
	}
	e := Entry{Deed: full}
	for _, id := range who {
		if s.desk.Rules.Refers != nil && id != s.By.ID {
			if err := s.desk.Rules.Refers(s.By, Person, "watcher", number(int64(id))); err != nil {
				return err
			}
		}
		c := Change{Field: "watcher", Now: number(int64(id))}
		if deed == "unwatch" {
			c.Was, c.Now = c.Now, ""
			sh.Unwatch = append(sh.Unwatch, id)
		} else {
			sh.Watch = append(sh.Watch, id)
		}
		e.Changes = append(e.Changes, c)
	}
	s.write(sh, e)
	return nil
}

// relation is a link to be written when both ends have been saved.
type relation struct {
	from, to *Head
	kind     string
	off      bool
}

// Relate links two records; either may have been opened in this sitting.
func (s *Sitting[R]) Relate(from, to *Head, kind string) {
	s.relations = append(s.relations, relation{from: from, to: to, kind: kind})
}

// Part takes a link away.
func (s *Sitting[R]) Part(from, to *Head, kind string) {
	s.relations = append(s.relations, relation{from: from, to: to, kind: kind, off: true})
}

func (s *Sitting[R]) relate() error {
	for _, l := range s.relations {
		if err := s.tx.Link(Link{From: l.from.ID, To: l.to.ID, Type: l.kind, At: s.Now, By: s.By.ID, Off: l.off}); err != nil {
			return err
		}
	}
	return nil
}

// LockAll locks several records in the order of their numbers, so that two
// sittings about the same ones do not wait for each other for ever.
func (s *Sitting[R]) LockAll(ns ...Number) (map[Number]R, error) {
	out := map[Number]R{}
	for _, n := range slices.Compact(slices.Sorted(slices.Values(ns))) {
		r, err := s.Lock(n)
		if err != nil {
			return nil, err
		}
		out[n] = r
	}
	return out, nil
}

// Spend writes down working time, in minutes; a negative number corrects an
// earlier one.
func (s *Sitting[R]) Spend(r R, minutes int, text string) error {
	if minutes == 0 || minutes > 24*60 || minutes < -24*60 {
		return fault.At("minutes", "record.minutes")
	}
	return s.Log(r, "spend", Entry{Text: text, Changes: []Change{{Field: Minutes, Now: strconv.Itoa(minutes)}}})
}

// Minutes is the field in which an entry carries working time.
const Minutes = "minutes"

// Spent is the working time in a timeline, in minutes, by person.
func Spent(entries []Entry) map[people.ID]int {
	out := map[people.ID]int{}
	for _, e := range entries {
		for _, c := range e.Changes {
			if c.Field != Minutes {
				continue
			}
			if n, err := strconv.Atoi(c.Now); err == nil {
				out[e.By] += n
			}
		}
	}
	return out
}
