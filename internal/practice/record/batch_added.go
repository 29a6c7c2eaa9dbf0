package record

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
)

// removing takes back what the entries of a batch added beside the record's
// fields.
type removing[R Body] struct {
	s    *Sitting[R]
	r    R
	left bool // something stays
	gone []int64
}

// remove takes back what a batch added: tasks on which nobody has worked since
// are dropped, links are parted, followers leave. It reports whether anything
// stays, because somebody went on with it or because whoever undoes may not
// take it away.
func (s *Sitting[R]) remove(r R, past []Entry, batch int64) (left bool, err error) {
	x := &removing[R]{s: s, r: r}
	for _, e := range slices.Backward(past) {
		if e.Batch != batch {
			continue
		}
		_, deed, _ := strings.Cut(e.Deed, ".")
		take := map[string]func(Change) error{"task_add": x.task, "relate": x.link, "watch": x.follower}[deed]
		if take == nil {
			continue
		}
		for _, c := range e.Changes {
			if err := take(c); fault.All(err) != nil {
				x.left = true
			} else if err != nil {
				return x.left, err
			}
		}
	}
	return x.left, nil
}

func (x *removing[R]) task(c Change) error {
	if c.Field != "task" {
		return nil
	}
	held, err := x.s.tasks(x.r)
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(held) {
		worked := slices.ContainsFunc(t.Checks, func(l Check) bool { return l.Done })
		if t.Title == c.Now && t.State == TaskOpen && t.Plan == "" && !worked && !slices.Contains(x.gone, t.ID) {
			x.gone = append(x.gone, t.ID)
			return x.s.Work(x.r, t.ID, func(t *Task) error {
				t.State = TaskDropped
				return nil
			})
		}
	}
	x.left = true
	return nil
}

func (x *removing[R]) link(c Change) error {
	kind, n, err := ParseRef(c.Now)
	if err != nil {
		return nil // no link
	}
	if err := x.s.May("relate"); err != nil {
		return err
	}
	id, err := x.s.tx.Numbered(kind, n)
	if err != nil {
		return err
	}
	x.s.Part(x.r.Common(), &Head{ID: id}, c.Field)
	return x.s.Log(x.r, "relate", Entry{Changes: []Change{{Field: c.Field, Was: c.Now}}})
}

func (x *removing[R]) follower(c Change) error {
	who := Follower(c)
	if who == 0 {
		return nil
	}
	held, err := x.s.Followers(x.r)
	if err != nil || !slices.Contains(held, who) {
		return err
	}
	return x.s.Unwatch(x.r, who)
}
