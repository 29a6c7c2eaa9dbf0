package record

import (
	"slices"
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

// Followers are those who follow a record.
func (s *Sitting[R]) Followers(r R) ([]people.ID, error) { return s.tx.Followers(r.Common().ID) }

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

// Written are the entries that this sitting has added to the record so far.
func (s *Sitting[R]) Written(r R) []Entry { return s.sheaf(r).Entries }

// Changed are the changes of the entry just written on the record.
func (s *Sitting[R]) Changed(r R) []Change {
	all := s.sheaf(r).Entries
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1].Changes
}

// Pending are the fields that were changed and that no entry tells of yet.
func (s *Sitting[R]) Pending(r R) []Change { return s.desk.Sheet.Diff(s.sheaf(r).before, r) }

// Log adds a line of the practice's own making (merge, declare major): deed is
// its bare name, and must be granted like any other. Changes made by Followers
// and Leavers take effect.
func (s *Sitting[R]) Log(r R, deed string, e Entry) error {
	full, err := s.may(deed)
	if err != nil {
		return err
	}
	e.Deed = full
	sh := s.sheaf(r)
	for _, c := range e.Changes {
		if c.Field != watcherField {
			continue
		}
		who, err := parse(watcherField, c.Was+c.Now)
		if err != nil {
			return err
		}
		if c.Now != "" {
			sh.Watch = append(sh.Watch, people.ID(who))
		} else {
			sh.Unwatch = append(sh.Unwatch, people.ID(who))
		}
	}
	s.write(sh, e)
	return nil
}

// watcherField is the field in which an entry keeps who begins or ends to
// follow a record.
const watcherField = "watcher"

// Followers are the changes by which persons begin to follow a record.
func Followers(who ...people.ID) []Change {
	var out []Change
	for _, id := range who {
		out = append(out, Change{Field: watcherField, Now: number(int64(id))})
	}
	return out
}

// Leavers are the changes by which they end to; given an entry's changes, the
// opposite of those that it made.
func Leavers(changes []Change) []Change {
	var out []Change
	for _, c := range changes {
		if c.Field == watcherField && c.Now != "" {
			out = append(out, Change{Field: watcherField, Was: c.Now})
		}
	}
	return out
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
func (s *Sitting[R]) Watch(r R, who ...people.ID) error {
	return s.follow(r, "watch", Followers(who...))
}

// Unwatch makes persons follow it no longer.
func (s *Sitting[R]) Unwatch(r R, who ...people.ID) error {
	return s.follow(r, "unwatch", Leavers(Followers(who...)))
}

// Anybody who sees a record may follow it himself; to make others follow it is
// a deed that needs a grant.
func (s *Sitting[R]) follow(r R, deed string, changes []Change) error {
	by := s.By
	if me := number(int64(s.By.ID)); len(changes) == 1 && changes[0].Was+changes[0].Now == me {
		s.By.Grants = people.NewGrants(string(s.desk.Kind) + "." + deed)
		defer func() { s.By = by }()
	} else if s.desk.Rules.Refers != nil {
		for _, c := range changes {
			if err := s.desk.Rules.Refers(s.By, Person, watcherField, c.Was+c.Now); err != nil {
				return err
			}
		}
	}
	return s.Log(r, deed, Entry{Changes: changes})
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

// Part takes a link away; with no other end, all that lead from the record and
// are of that kind.
func (s *Sitting[R]) Part(from, to *Head, kind string) {
	s.relations = append(s.relations, relation{from: from, to: to, kind: kind, off: true})
}

func (s *Sitting[R]) relate() error {
	for _, l := range s.relations {
		link := Link{From: l.from.ID, Type: l.kind, At: s.Now, By: s.By.ID, Off: l.off}
		if l.to != nil {
			link.To = l.to.ID
		}
		if err := s.tx.Link(link); err != nil {
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

// Follower is who begins to follow by a change that Followers made; 0 when it
// is another change.
func Follower(c Change) people.ID {
	if c.Field != watcherField {
		return 0
	}
	id, err := parse(watcherField, c.Now)
	if err != nil {
		return 0
	}
	return people.ID(id)
}
