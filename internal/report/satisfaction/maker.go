package satisfaction

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/desk"
)

// Maker makes reports of the waves that were held.
type Maker struct {
	Waves *wave.Room
	// Departments are the names of departments by their codes.
	Departments func() map[string]people.Text
	// Cases reads the incidents of a period that somebody may see; nil for none.
	Cases func(ctx context.Context, scope people.Scope, from, to time.Time, each func(*desk.Case) error) error
	// Code is the code of a department by its id as text.
	Code func(id string) string
	// Now is the time; the desk's figures say of when they are.
	Now func() time.Time

	recent recent
}

// Read makes the report of a wave beside another: the one with this id, or for 0
// the one before it. Faults: of wave.Room.Result; Missing when the other one has
// no result that the reader may see.
func (m *Maker) Read(ctx context.Context, by people.Actor, id, against int64) (*Report, error) {
	now, err := m.wave(ctx, by, id)
	if err != nil {
		return nil, err
	}
	var before *Wave
	if against != 0 && against != id {
		if before, err = m.wave(ctx, by, against); err != nil {
			return nil, err
		}
	} else if before, err = m.earlier(ctx, by, now); err != nil {
		return nil, err
	}
	return Read(now, before), nil
}

// earlier finds the newest wave that ended before this one and that can be
// compared with it; nil for none.
func (m *Maker) earlier(ctx context.Context, by people.Actor, now *Wave) (*Wave, error) {
	others, err := m.Others(ctx, by, now.ID)
	if err != nil {
		return nil, err
	}
	var found *wave.Wave
	for i := range others {
		o := &others[i]
		if o.Pilot == now.Pilot && o.To.Before(now.To) && (found == nil || o.To.After(found.To)) {
			found = o
		}
	}
	if found == nil {
		return nil, nil // there is none, and that is no fault
	}
	before, err := m.wave(ctx, by, found.ID)
	if fault.Is(err, fault.Missing) {
		return nil, nil // as above
	}
	return before, err
}

// Others lists the waves with a result that somebody may read, without one.
func (m *Maker) Others(ctx context.Context, by people.Actor, id int64) ([]wave.Wave, error) {
	all, err := m.Waves.List(ctx, by)
	if err != nil {
		return nil, err
	}
	var out []wave.Wave
	for _, w := range all {
		told := w.State == wave.Published || w.State == wave.Analysed && (by.Can(wave.DeedRun) || by.Can(wave.DeedPublish))
		if told && w.ID != id {
			out = append(out, w)
		}
	}
	return out, nil
}

// wave reads a wave with its frozen result, and what its codes are called.
func (m *Maker) wave(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	f, err := m.Waves.Result(ctx, by, id)
	if err != nil {
		return nil, err
	}
	w, err := m.Waves.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	out := &Wave{
		ID: w.ID, Name: w.Name, From: w.From, To: w.To, Pilot: w.Pilot, File: w.Source == wave.File, Published: w.State == wave.Published, Answers: w.Source == wave.Asked && w.Purged.IsZero(), Result: f.Result, Frozen: f,
		Dimensions: map[string]people.Text{}, Items: map[survey.Label]people.Text{},
		Groupings: map[string]people.Text{}, Groups: map[string]map[string]people.Text{},
	}
	if m.Departments != nil {
		out.Groups["department"] = m.Departments()
	}
	for _, s := range f.Strata {
		if s.Side == wave.Users {
			out.Invited, out.Answered = out.Invited+s.Invited, out.Answered+s.Answered
		}
	}
	if w.Sheet == 0 {
		return out, nil
	}
	s, err := m.Waves.Sheets.Sheet(ctx, w.Sheet)
	if err != nil {
		return nil, err
	}
	out.name(&s.Paper)
	return out, nil
}

// name takes what codes are called from the questionnaire.
func (w *Wave) name(p *wave.Paper) {
	w.Paper = p
	for _, d := range p.Dimensions {
		w.Dimensions[d.Code] = d.Name
		for _, i := range d.Items {
			w.Items[survey.Label(i.Code)] = i.Text
		}
	}
	for _, c := range p.Profile {
		w.Groupings[c.Code], w.Groups[c.Code] = c.Text, map[string]people.Text{}
		for _, o := range c.Options {
			w.Groups[c.Code][o.Code] = o.Text
		}
	}
}
