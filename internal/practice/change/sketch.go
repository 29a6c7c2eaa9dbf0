package change

import (
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// timing are the fields on which depends when a change can be carried out.
var timing = []string{"type", "service", "items", "back_out_time", "starts", "ends", "owner", "second"}

// Sketch is a change as a form says it is before it is kept, as far as its time
// depends on that: what it held is held still where the form says nothing. Nobody
// names in it what he may not name on a record.
func (d *Desk) Sketch(by people.Actor, held *Change, fields map[string]string) (*Change, error) {
	c := new(Change)
	if held != nil {
		*c = *held
		c.Items = slices.Clone(held.Items)
	}
	var many fault.Many
	for _, name := range timing {
		v, given := fields[name]
		f, ok := d.Sheet.Find(name)
		if !given || !ok {
			continue
		}
		if err := d.mayName(by, f, f.Get(c), v); err != nil {
			if err := many.Add(err); err != nil {
				return nil, err
			}
			continue
		}
		if err := many.Add(f.Set(c, v)); err != nil {
			return nil, err
		}
	}
	return c, many.Err()
}

// mayName reports why somebody may not name what a field refers to; what it named
// before stays.
func (d *Desk) mayName(by people.Actor, f record.Field[*Change], held, v string) error {
	refers := d.Rules.Refers
	switch {
	case refers == nil || v == "" || v == held:
		return nil
	case f.Type == record.Items:
		for _, id := range setting.Split(v) {
			if slices.Contains(setting.Split(held), id) {
				continue
			}
			if err := refers(by, record.Item, f.Name, id); err != nil {
				return err
			}
		}
	case f.Type.Refers():
		return refers(by, f.Type, f.Name, v)
	}
	return nil
}

// Named reports whether a change says what it is about: without that nothing is
// met and every time is free.
func (c *Change) Named() bool { return len(c.Items) > 0 || c.Service != 0 }

// usualLength is how long a time is sought for a change without a window.
const usualLength = 2 * time.Hour

// Length is how long a time is sought for a change: as long as its window, else
// long enough to carry it out and take it back; never longer than a window may be,
// which one that was brought in may exceed.
func (c *Change) Length() time.Duration {
	if c.Ends.After(c.Starts) && !c.Starts.IsZero() {
		return min(c.Ends.Sub(c.Starts), longestWindow)
	}
	return min(max(usualLength, 2*time.Duration(c.BackOutTime)*time.Minute), longestWindow)
}
