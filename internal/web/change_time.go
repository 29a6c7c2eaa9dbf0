package web

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

// timesFound are the times that the form of a change offers, sought for what is
// typed so far; the fields of the form stay as they are.
type timesFound struct {
	Minutes part.Field // how long a time is wanted
	Sought  bool
	Taken   bool // one was taken: it stands in the fields of the window
	Length  time.Duration
	Free    *handoff.Free
	Lack    string // why none was sought
}

// What the buttons of the chooser are called.
const (
	seekTimes = "seek"
	takeTime  = "slot"
	howLong   = "free_minutes"
)

// freeTimes finds when a change meets nothing; nil where nothing is planned against.
func (d *Desk) freeTimes() func(context.Context, people.Actor, *changes.Change, changes.Ask) (*handoff.Free, error) {
	if d.Planning == nil {
		return nil
	}
	return d.Planning.Free
}

// choosesTime reports whether a form was sent to choose a time, not to be kept.
func (s *sight) choosesTime(f *Form) bool {
	return s.of.Plain.look().Times != nil && (f.Get(seekTimes) != "" || f.Get(takeTime) != "")
}

// takeSlot writes the time of the button that was pressed into the window.
func (s *sight) takeSlot(f *Form) {
	var starts, ends int64
	if f == nil || s.of.Plain.look().Times == nil {
		return
	}
	if n, err := fmt.Sscanf(f.Get(takeTime), "%d-%d", &starts, &ends); err == nil && n == 2 {
		f.Values.Set("starts", time.Unix(starts, 0).In(s.Zone()).Format(typedMoment))
		f.Values.Set("ends", time.Unix(ends, 0).In(s.Zone()).Format(typedMoment))
	}
}

// times offers the chooser where the form asks for a window, and finds what was
// sought.
func (p *askPage) times(held *changes.Change) error {
	asks := 0
	for _, f := range p.Fields {
		if f.Name == "starts" || f.Name == "ends" {
			asks++
		}
	}
	if asks < 2 || p.of.Plain.look().Times == nil || !p.By.Can("change.read") {
		return nil
	}
	out := &timesFound{Minutes: part.Field{Name: howLong, Label: p.T("change.free.minutes"), Kind: part.Number, Narrow: true, Plain: true}}
	p.Free = out
	if held != nil {
		out.Length = held.Length()
	} else {
		out.Length = new(changes.Change).Length()
	}
	if p.Form != nil {
		if err := p.seek(held); err != nil {
			return err
		}
	}
	out.Minutes.Value = strconv.Itoa(int(out.Length.Minutes()))
	out.Minutes = p.Form.Field(out.Minutes)
	if p.Form.Was(howLong) == "" {
		out.Minutes.Value = strconv.Itoa(int(out.Length.Minutes()))
	}
	return nil
}

// seek finds times for what the form says.
func (p *askPage) seek(held *changes.Change) error {
	out := p.Free
	out.Taken = p.Form.Get(takeTime) != ""
	c, err := p.desk.Changes.Sketch(p.By, held, p.filled(p.Form))
	if fault.All(err) != nil {
		if p.Form.Get(seekTimes) != "" {
			return p.Form.Blame(p.Printer, err)
		}
		return nil
	} else if err != nil {
		return err
	}
	out.Length = c.Length()
	if p.Form.Get(seekTimes) == "" {
		return nil
	}
	out.Sought = true
	if said := strings.TrimSpace(p.Form.Get(howLong)); said != "" {
		most := int(changes.Horizon.Minutes())
		n, err := strconv.Atoi(said)
		if err != nil || n < 1 || n > most {
			return p.Form.Blame(p.Printer, fault.At(howLong, "maturity.set.number").With("min", 1).With("max", most))
		}
		out.Length = time.Duration(n) * time.Minute
	}
	if !c.Named() {
		out.Lack = p.T("change.free.of_nothing")
		return nil
	}
	from := p.Now
	if c.Starts.After(from) && c.Starts.Sub(from) < changes.Horizon {
		from = c.Starts
	}
	out.Free, err = p.of.Plain.look().Times(p.ctx, p.By, c, changes.Ask{From: from, Until: p.Now.Add(changes.Horizon), Length: out.Length})
	if err != nil {
		return p.Form.Blame(p.Printer, renamed(err, "length", howLong))
	}
	return nil
}

// slot is a time as a button brings it back.
func slot(s changes.Span) string { return fmt.Sprintf("%d-%d", s.From.Unix(), s.Until.Unix()) }

// NoTime tells in words what leaves a change no time.
func NoTime(s *Sight, b handoff.Because) string {
	text := s.T("change.meets." + string(b.Kind))
	if rule := b.Rule.In(string(s.Lang())); rule != "" {
		text += " · " + rule
	}
	if b.Person != 0 {
		text += " · " + cmp.Or(s.Name(b.Person), "#"+b.Person.String())
	}
	for _, w := range b.With {
		if w.Head.Number != 0 {
			text += " · " + w.Head.Ref()
		} else {
			text += " · " + w.Head.Title
		}
	}
	if b.Longest > 0 {
		text += " · " + s.T("change.plan.longest", "span", s.Duration(b.Longest))
	}
	return text
}

// offers reports whether times were found.
func (f *timesFound) offers() bool { return f.Free != nil && len(f.Free.Slots) > 0 }

// days is how far ahead times are sought.
func (f *timesFound) days() int { return int(changes.Horizon.Hours() / 24) }
