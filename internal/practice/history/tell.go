package history

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/flow"
)

// tell makes the story of a case whose rows are all there, and hands it on.
func (t *telling) tell(p *pile) error {
	if len(p.steps) == 0 {
		return nil // all its rows were rejected
	}
	slices.SortStableFunc(p.steps, func(a, b step) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.number, b.number), cmp.Compare(a.order, b.order), cmp.Compare(a.line, b.line))
	})
	story := &Story{Key: p.key, Line: p.line, Rows: len(p.steps), CountedReassigned: -1, CountedReopened: -1}
	if err := t.dates(story, p); err != nil {
		return err
	}
	n := narrator{life: t.Life, story: story, now: map[Field]string{}, ownerKnown: t.has(Owner)}
	n.open(p.steps[0])
	first := true
	for _, s := range p.steps {
		n.step(s, first)
		first = first && s.implied
	}
	n.end(p.steps)
	t.add(story)
	if t.sink.Case == nil {
		return nil
	}
	return t.sink.Case(story)
}

func (t *telling) has(f Field) bool {
	_, ok := t.Map.Columns[f]
	return ok
}

// dates settles the moments that the rows state of the case as a whole. What
// happened at a stated moment happened then, not when the row about it was
// written; where no row tells of it, the moment makes an event of its own.
func (t *telling) dates(story *Story, p *pile) error {
	story.Opened = p.steps[0].at
	if at, line := t.last3339(p, Opened); !at.IsZero() {
		if at.After(story.Opened) {
			if err := t.ignore(line, Opened, LateOpened, at.UTC().Format(time.RFC3339)); err != nil {
				return err
			}
		} else {
			story.Opened = at
		}
	}
	resolved, line := t.last3339(p, Resolved)
	if !resolved.IsZero() && !t.settle(story, p, t.Life.resolved(), resolved) {
		if err := t.ignore(line, Resolved, OddResolved, resolved.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
	}
	closed, line := t.last3339(p, Closed)
	if !closed.IsZero() && !t.settle(story, p, t.Life.closed(), closed) {
		if err := t.ignore(line, Closed, OddClosed, closed.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return nil
}

// last3339 is the last moment that the rows state for a field.
func (t *telling) last3339(p *pile, f Field) (time.Time, int) {
	for i := len(p.steps) - 1; i >= 0; i-- {
		if v := p.steps[i].values[f]; v != "" {
			at, err := time.Parse(time.RFC3339Nano, v)
			if err == nil {
				return at, p.steps[i].line
			}
		}
	}
	return time.Time{}, 0
}

// settle puts the coming to rest in state to at the moment stated for it. It
// reports false when the rows contradict: work went on after that moment.
func (t *telling) settle(story *Story, p *pile, to flow.State, at time.Time) bool {
	if at.Before(story.Opened) {
		return false
	}
	enter, stop := -1, -1 // where to was last entered; where work last came to rest
	cur := t.Life.Start
	for i, s := range p.steps {
		if s.to.Name == "" || s.to.Name == cur {
			continue
		}
		switch {
		case !t.Life.stopped(s.to.Name): // taken up again
			enter, stop = -1, -1
		case !t.Life.stopped(cur):
			stop = i
		}
		if s.to.Name == to {
			enter = i
		}
		cur = s.to.Name
	}
	if t.Life.stopped(cur) && !t.Life.done(cur) {
		return true // cancelled: what the other tool calls resolved says no more
	}
	switch {
	case enter >= 0 && t.Life.stopped(cur):
		return t.shift(p, enter, at)
	case stop >= 0 && t.Life.stopped(cur) && to == t.Life.resolved():
		// Closed without a row that says resolved: it was resolved before.
		return t.imply(p, stop, to, at)
	}
	return t.imply(p, len(p.steps), to, at)
}

// shift moves the coming to rest that row i tells of to the moment stated for
// it. The row is when somebody wrote it down: before or after. It reports false
// when another move lies between the two.
func (t *telling) shift(p *pile, i int, at time.Time) bool {
	to := p.steps[i].to.Name
	first, end := i, i+1 // the rows between the stated moment and the one written down
	for first > 0 && p.steps[first-1].at.After(at) {
		first--
	}
	for end < len(p.steps) && p.steps[end].at.Before(at) {
		end++
	}
	before := t.Life.Start
	for k, s := range p.steps[:end] {
		switch {
		case k < first && s.to.Name != "":
			before = s.to.Name
		case k >= first && k < i && s.to.Name != "" && s.to.Name != before:
			return false // work went on after the moment stated
		case k > i && s.to.Name != "" && s.to.Name != to:
			return false // it had moved on before
		}
	}
	switch {
	case at.Equal(p.steps[i].at), first == i && at.Before(p.steps[i].at) && !p.handed(i):
		p.steps[i].at = at
		return true
	case at.After(p.steps[i].at): // resolved again: the last time counts
		for k := i; k < end; k++ {
			p.steps[k].to = State{}
		}
		if end < len(p.steps) && p.steps[end].to.Name == to && p.steps[end].at.Equal(at) {
			return true
		}
		return t.imply(p, end, to, at)
	}
	for k := first; k <= i; k++ {
		p.steps[k].to = State{}
	}
	return t.imply(p, first, to, at)
}

// handed reports whether row i gives the record to another team, which then
// happened when the row says so.
func (p *pile) handed(i int) bool {
	for k := i - 1; k >= 0 && p.steps[i].values[Team] != ""; k-- {
		if was := p.steps[k].values[Team]; was != "" {
			return was != p.steps[i].values[Team]
		}
	}
	return false
}

// imply adds a step before row i that no row tells.
func (t *telling) imply(p *pile, i int, to flow.State, at time.Time) bool {
	if i > 0 && at.Before(p.steps[i-1].at) || i < len(p.steps) && at.After(p.steps[i].at) {
		return false
	}
	p.steps = slices.Insert(p.steps, i, step{at: at, to: State{Name: to}, listed: true, implied: true, values: map[Field]string{}})
	return true
}

// narrator goes through the steps of a case in order.
type narrator struct {
	life       Life
	story      *Story
	cur        flow.State
	now        map[Field]string // the tracked fields as they stand
	ownerKnown bool
	reason     string // what it waits for
}

// tracked are the fields whose changes belong in the history.
var tracked = []Field{Team, Owner, Priority, Impact, Urgency, Service, Category, Subcategory, Item, Department, Zone, Requester, Title}

// open begins the story. The first row opens the record unless it already
// tells of a move, or the record was opened earlier.
func (n *narrator) open(first step) {
	n.cur = n.life.Start
	if first.at.Equal(n.story.Opened) && (first.to.Name == "" || first.to.Name == n.cur) {
		return
	}
	n.story.Events = append(n.story.Events, Event{At: n.story.Opened, Deed: "open", To: n.cur})
}

func (n *narrator) step(s step, first bool) {
	e := Event{At: s.at, Line: s.line, Label: s.label, Person: s.values[Person], Text: s.values[Text]}
	if len(n.story.Events) == 0 {
		n.take(s, true)
		e.Deed, e.To, e.Team, e.Owner = "open", n.cur, n.now[Team], n.now[Owner]
		n.story.Events = append(n.story.Events, e)
		return
	}
	if !n.ownerKnown && s.to.Name != "" && n.life.place(s.to.Name).Pace == flow.Work && s.values[Person] != "" {
		s.values[Owner] = s.values[Person] // who takes a record in hand has it
	}
	e.Changes = n.take(s, first)
	e.Team, e.Owner = n.now[Team], n.now[Owner]
	n.move(&e, s)
	n.story.Events = append(n.story.Events, e)
}

// take notes the row's values and lists those that changed. Missing values
// change nothing; those of the first row are how the record was opened.
func (n *narrator) take(s step, first bool) []Change {
	var out []Change
	for _, f := range tracked {
		v := s.values[f]
		if v == "" || v == n.now[f] {
			continue
		}
		if !first {
			out = append(out, Change{Field: f, Was: n.now[f], Now: v})
		}
		if f == Team && n.now[Team] != "" {
			n.story.Reassignments++
		}
		n.now[f] = v
	}
	return out
}

// move says what the row did to the state.
func (n *narrator) move(e *Event, s step) {
	to := s.to.Name
	e.Reason = cmp.Or(s.values[Reason], s.to.Reason)
	if to == "" || to == n.cur {
		e.Deed = "event"
		if len(e.Changes) > 0 {
			e.Deed = "edit"
		}
		if to == "" || n.life.place(to).Pace != flow.Pause {
			e.Reason = ""
		}
		// A second closing of what is closed: it happened, the flow has no such move.
		e.Irregular = to != "" && n.life.place(to).Final
		if e.Reason != "" && e.Reason != n.reason { // waits on, for another reason
			e.From, e.To = n.cur, n.cur
		}
	} else {
		name, ok := n.life.move(n.cur, to)
		e.Deed, e.From, e.To, e.Irregular = cmp.Or(name, "move"), n.cur, to, !ok
		if n.life.stopped(n.cur) && !n.life.stopped(to) {
			n.story.Reopenings++
			if !ok {
				e.Deed = "reopen"
			}
		}
		n.cur = to
		if n.life.place(to).Pace != flow.Pause {
			e.Reason = ""
		}
	}
	if e.To != "" {
		n.reason = e.Reason
	}
	if e.Irregular {
		n.story.Irregular++
	}
}

// end sums the story up: the last known value of every field, and when work
// came to rest.
func (n *narrator) end(steps []step) {
	s := n.story
	s.State = n.cur
	last := map[Field]string{}
	for _, st := range steps {
		for f, v := range st.values {
			last[f] = v
		}
		for name, v := range st.extra {
			if s.Extra == nil {
				s.Extra = map[string]string{}
			}
			s.Extra[name] = v
		}
	}
	s.Title, s.Description = cmp.Or(last[Title], s.Key), last[Description]
	s.Requester, s.Owner, s.Team = last[Requester], n.now[Owner], last[Team]
	s.Department, s.Zone, s.Service = last[Department], last[Zone], last[Service]
	s.Category, s.Subcategory, s.Item = last[Category], last[Subcategory], last[Item]
	s.Outside, s.Cause, s.Solution = last[Outside], last[Cause], last[Solution]
	for f, into := range map[Field]*int{Impact: &s.Impact, Urgency: &s.Urgency, Priority: &s.Priority, Reassigned: &s.CountedReassigned, Reopened: &s.CountedReopened} {
		if number, err := strconv.Atoi(last[f]); err == nil {
			*into = number
		}
	}
	if v := last[InTarget]; v != "" {
		met := v == "true"
		s.InTarget = &met
	}
	n.rest()
}

// rest finds the last coming to rest that held.
func (n *narrator) rest() {
	s := n.story
	for _, e := range s.Events {
		if e.To == "" || e.To == e.From {
			continue
		}
		switch {
		case !n.life.stopped(e.To):
			s.Resolved, s.Closed = time.Time{}, time.Time{}
		case n.life.done(e.To):
			if s.Resolved.IsZero() {
				s.Resolved = e.At
			}
			if s.Closed = (time.Time{}); e.To == n.life.closed() {
				s.Closed = e.At
			}
		default: // cancelled: neither
			s.Resolved, s.Closed = time.Time{}, time.Time{}
		}
		s.Reason = e.Reason
	}
}
