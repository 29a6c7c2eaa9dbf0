package record

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Sitting is one transaction at the desk. What is done in it is gathered per
// record and written when it ends.
type Sitting[R Body] struct {
	By  people.Actor
	Now time.Time

	desk         *Desk[R]
	tx           Tx[R]
	sheaves      []*Sheaf[R]
	relations    []relation
	deed, object string  // the last deed asked for, to name it when refused
	author       *Author // the rule or macro on whose account it all happens; nil when none
	batch        int64   // to which what it does belongs
}

// Lock reads a record that the actor can see, for change.
func (s *Sitting[R]) Lock(n Number) (R, error) {
	s.object = string(s.desk.Kind) + ":" + Ref(s.desk.Kind, n)
	for _, sh := range s.sheaves {
		if sh.Rec.Common().Number == n {
			return sh.Rec, nil
		}
	}
	r, err := s.tx.Lock(s.By.Scope, n)
	if err != nil {
		return r, err
	}
	was := *r.Common()
	s.sheaves = append(s.sheaves, &Sheaf[R]{Rec: r, Was: &was, before: s.desk.Sheet.Values(r), more: maps.Clone(r.Own().More)})
	return r, nil
}

// Open registers a new record: the fields the flow asks for are filled in from
// the input, everything that depends on them is derived, and it starts its
// life.
func (s *Sitting[R]) Open(r R, in Input) error {
	deed, err := s.may("open")
	if err != nil {
		return err
	}
	h := r.Common()
	h.Kind, h.State, h.Moved, h.Version = s.desk.Kind, s.desk.Flow.Start, s.Now, 1
	if h.Opened.IsZero() {
		h.Opened = s.Now
	}
	sh := &Sheaf[R]{Rec: r, Words: true, read: true, before: s.desk.Sheet.Values(r)}
	s.sheaves = append(s.sheaves, sh)
	var many fault.Many
	for _, err := range []error{s.fill(r, s.desk.Flow.Asks, in), s.settle(r, "open", in)} {
		if err := many.Add(err); err != nil {
			return err
		}
	}
	// Where the title follows from other fields, settling says what they lack.
	if f, _ := s.desk.Sheet.Find("title"); h.Title == "" && !f.Fixed {
		_ = many.Add(fault.At("title", "record.required"))
	}
	many = firsts(many)
	if err := many.Err(); err != nil {
		return err
	}
	if h.Requester != 0 {
		sh.Watch = append(sh.Watch, h.Requester)
	}
	s.write(sh, Entry{Deed: deed, To: h.State, Text: in.Text, Public: true, Batch: in.Batch, Changes: mentioned(in.Mention)})
	sh.before = s.desk.Sheet.Values(r)
	if err := s.attach(sh, in); err != nil {
		return err
	}
	return s.then(r, "open", in)
}

// Move takes a locked record along one arrow of its flow: may he, does the
// arrow exist, fill in what it asks, is it fit, go.
func (s *Sitting[R]) Move(r R, name string, in Input) error {
	deed, err := s.may(name)
	if err != nil {
		return err
	}
	h := r.Common()
	move, err := s.desk.Flow.Find(h.State, name)
	if err != nil {
		return err
	}
	if move.Sys && s.By.ID != 0 { // whatever his grants: what a rule brings about is not for people to do
		return fault.New(fault.Conflict, "flow.no_move").With("state", string(h.State)).With("move", name)
	}
	var many fault.Many
	for _, step := range []func() error{
		func() error { return s.drop(r, move.Drops, in) },
		func() error { return s.fill(r, move.Asks, in) },
		func() error { return s.settle(r, name, in) },
		func() error { return move.Fit(r) },
	} {
		if err := many.Add(step()); err != nil {
			return err
		}
	}
	if move.Says == flow.MustSay && strings.TrimSpace(in.Text) == "" {
		_ = many.Add(fault.At("text", "record.required"))
	}
	many = firsts(many)
	if err := many.Err(); err != nil {
		return err
	}
	e := Entry{Deed: deed, From: h.State, To: move.Target(h.State), Text: in.Text, Public: in.Public || move.Told, Reason: s.reason(r, move, in), Batch: in.Batch, Changes: mentioned(in.Mention)}
	if move.To == "" {
		e.From, e.To = "", ""
	} else {
		h.State = move.To
	}
	if move.Does != nil {
		move.Does(r, s.Now)
	}
	if err := s.utter(r, e, in); err != nil {
		return err
	}
	return s.then(r, name, in)
}

// utter writes a move's entry. The requester is told of the move, but words
// that were meant for colleagues become a note of their own.
func (s *Sitting[R]) utter(r R, e Entry, in Input) error {
	sh := s.sheaf(r)
	if !e.Public || in.Public || !s.By.Staff || in.Text == "" {
		s.write(sh, e)
		return s.attach(sh, in)
	}
	words := Entry{Deed: string(s.desk.Kind) + ".note", Text: e.Text, Batch: e.Batch, Changes: e.Changes}
	e.Text, e.Changes = "", nil
	s.write(sh, e)
	s.write(sh, words)
	return s.attach(sh, in)
}

func (s *Sitting[R]) then(r R, deed string, in Input) error {
	if s.desk.Rules.Then == nil {
		return nil
	}
	return s.desk.Rules.Then(s, r, deed, in)
}

// Edit changes fields outside a move; see Desk.Edit.
func (s *Sitting[R]) Edit(r R, changes []Change, in Input) error {
	deed, err := s.may("edit")
	if err != nil {
		return err
	}
	if s.desk.Flow.Place(r.Common().State).Final {
		return fault.New(fault.Conflict, "record.closed_is_read_only")
	}
	var many fault.Many
	for _, c := range changes {
		if err := many.Add(s.change(r, c)); err != nil {
			return err
		}
	}
	if err := many.Add(s.settle(r, "", in)); err != nil {
		return err
	}
	if err := many.Err(); err != nil {
		return err
	}
	s.write(s.sheaf(r), Entry{Deed: deed, Text: in.Text, Public: in.Public && in.Text != "", Batch: in.Batch})
	return s.then(r, "edit", in)
}

func (s *Sitting[R]) change(r R, c Change) error {
	if name, ok := strings.CutPrefix(c.Field, "x."); ok {
		return s.changeExtra(r, name, c)
	}
	f, ok := s.desk.Sheet.Find(c.Field)
	if !ok || f.Fixed {
		return fault.At(c.Field, "record.not_editable")
	}
	if f.Grant != "" {
		if err := s.By.May(f.Grant); err != nil {
			return err
		}
	}
	switch held := f.Get(r); held {
	case c.Now:
		return nil
	case c.Was:
		return s.set(r, f, c.Now)
	default:
		return clash(c, held)
	}
}

func (s *Sitting[R]) changeExtra(r R, name string, c Change) error {
	x := r.Own()
	if held := x.More[name]; held != c.Was && held != c.Now {
		return clash(c, held)
	}
	if x.More == nil {
		x.More = map[string]string{}
	}
	x.More[name] = c.Now
	if c.Now == "" {
		delete(x.More, name)
	}
	sh := s.sheaf(r)
	sh.extra = append(sh.extra, c)
	return nil
}

func clash(c Change, held string) error {
	f := fault.New(fault.Conflict, "record.edited_meanwhile").With("was", c.Was).With("theirs", held).With("yours", c.Now)
	f.Field = c.Field
	return f
}

// May reports that a deed of the practice is not granted; where what follows is
// refused, it is named.
func (s *Sitting[R]) May(name string) error {
	_, err := s.may(name)
	return err
}

func (s *Sitting[R]) may(name string) (deed string, err error) {
	s.deed = string(s.desk.Kind) + "." + name
	return s.deed, s.By.May(s.deed)
}

// fill takes over the fields asked for, and no others.
func (s *Sitting[R]) fill(r R, asks []string, in Input) error {
	var many fault.Many
	for _, name := range asks {
		v, given := in.Fields[name]
		f, ok := s.desk.Sheet.Find(name)
		if !given || !ok || f.Get(r) == v {
			continue
		}
		if err := many.Add(s.set(r, f, v)); err != nil {
			return err
		}
	}
	return many.Err()
}

// firsts leaves out that a field is empty where it is said already what is
// wrong with what was put in.
func firsts(many fault.Many) fault.Many {
	var out fault.Many
	for _, f := range many {
		if f.Key == "record.required" && slices.ContainsFunc(out, func(o *fault.Fault) bool { return o.Field == f.Field }) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// drop empties fields that belong to the state before.
func (s *Sitting[R]) drop(r R, names []string, in Input) error {
	for _, name := range names {
		f, ok := s.desk.Sheet.Find(name)
		if _, given := in.Fields[name]; given || !ok {
			continue
		}
		if err := f.Set(r, ""); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sitting[R]) set(r R, f Field[R], v string) error {
	if f.Keep && v == "" && f.Get(r) != "" {
		return fault.At(f.Name, "record.required")
	}
	if f.Type == Items && s.desk.Rules.Refers != nil {
		held := setting.Split(f.Get(r)) // whoever may not see one that is there can keep it
		for _, id := range setting.Split(v) {
			if slices.Contains(held, id) {
				continue
			}
			if err := s.desk.Rules.Refers(s.By, Item, f.Name, id); err != nil {
				return err
			}
		}
	}
	if (f.Type.Refers() || f.Type == Record) && v != "" && s.desk.Rules.Refers != nil {
		if err := s.desk.Rules.Refers(s.By, f.Type, f.Name, v); err != nil {
			return err
		}
	}
	return f.Set(r, v)
}

// settle derives and checks what depends on the fields.
func (s *Sitting[R]) settle(r R, move string, in Input) error {
	if len(in.Extra) > 0 {
		for _, name := range slices.Sorted(maps.Keys(in.Extra)) {
			was := r.Own().More[name]
			if was == in.Extra[name] {
				continue
			}
			if err := s.changeExtra(r, name, Change{"x." + name, was, in.Extra[name]}); err != nil {
				return err
			}
		}
	}
	var many fault.Many
	if s.desk.Rules.Settle != nil {
		if err := many.Add(s.desk.Rules.Settle(r)); err != nil {
			return err
		}
	}
	if s.desk.Own != nil {
		if err := many.Add(CheckOwn(s.desk.Own(), r.Own().More, s.sheaf(r).more, move)); err != nil {
			return err
		}
	}
	return many.Err()
}

// reason of a move is what its field of that meaning holds, else what was
// brought along.
func (s *Sitting[R]) reason(r R, m flow.Move[R], in Input) string {
	if f, ok := s.desk.Sheet.Find(m.Why); ok {
		return f.Get(r)
	}
	return in.Reason
}

func (s *Sitting[R]) sheaf(r R) *Sheaf[R] {
	for _, sh := range s.sheaves {
		if sh.Rec.Common() == r.Common() {
			return sh
		}
	}
	panic("record: a record that was neither opened nor locked in this sitting")
}

// write puts an entry into the sheaf, with the fields that changed since the
// one before.
func (s *Sitting[R]) write(sh *Sheaf[R], e Entry) {
	h := sh.Rec.Common()
	e.At, e.By, e.Batch = s.Now, s.By.ID, cmp.Or(e.Batch, s.batch)
	if sh.Was != nil || len(sh.Entries) > 0 {
		e.Changes = slices.Concat(s.desk.Sheet.Diff(sh.before, sh.Rec), sh.extra, e.Changes)
	}
	if s.author != nil {
		e.Changes = append(e.Changes, s.author.change())
	}
	sh.before, sh.extra = s.desk.Sheet.Values(sh.Rec), nil
	sh.Words = sh.Words || e.Text != "" || slices.ContainsFunc(e.Changes, s.worded)
	sh.Entries = append(sh.Entries, e)
	row := audit.By(s.By, s.Now, e.Deed, "")
	row.Detail = detail(e)
	sh.Audit = append(sh.Audit, row)
	h.Moved = s.Now
}

// worded reports whether a change may be one of text that search knows.
func (s *Sitting[R]) worded(c Change) bool {
	f, ok := s.desk.Sheet.Find(c.Field)
	return ok && (f.Type == Text || f.Type == Long || c.Field == "requester")
}

// rise ends the sitting: clocks are derived again and every sheaf is written.
func (s *Sitting[R]) rise() error {
	for _, sh := range s.sheaves {
		if len(sh.Entries) == 0 && len(sh.Clocks) == 0 {
			continue
		}
		sh.Live = s.desk.Flow.Live(sh.Rec.Common().State)
		sh.WasLive = sh.Was != nil && s.desk.Flow.Live(sh.Was.State)
		if err := s.pace(sh); err != nil {
			return err
		}
		if err := s.tx.Put(sh); err != nil {
			return err
		}
	}
	return s.relate()
}
