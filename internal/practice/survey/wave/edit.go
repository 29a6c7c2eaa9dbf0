package wave

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// What a questionnaire holds at the most.
const (
	mostDimensions = 12
	mostItems      = 20 // of a dimension
	mostQuestions  = 12
	mostOptions    = 20
	mostText       = 500
	mostIntro      = 2000
)

var code = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,29}$`)

// reserved are names that columns of answers have already.
var reserved = []string{departmentColumn, secondsColumn, "code", "side", "most", "second", "least", Unclear}

// checking gathers what is wrong with a questionnaire, by the place of a part.
type checking struct {
	many  fault.Many
	codes []string
}

func (c *checking) text(field string, t *people.Text, most int) {
	*t = t.Trim()
	if *t == (people.Text{}) {
		c.many = append(c.many, fault.At(field, "record.required"))
	}
	if utf8.RuneCountInString(t.En) > most || utf8.RuneCountInString(t.Zh) > most || !utf8.ValidString(t.En+t.Zh) {
		c.many = append(c.many, fault.At(field, "record.too_long").With("max", most))
	}
}

func (c *checking) code(field, value string) {
	switch {
	case !code.MatchString(value) || slices.Contains(reserved, strings.ToLower(value)):
		c.many = append(c.many, fault.At(field, "wave.code"))
	case slices.Contains(c.codes, strings.ToLower(value)):
		c.many = append(c.many, fault.At(field, "wave.code_twice").With("code", value))
	}
	c.codes = append(c.codes, strings.ToLower(value))
}

func (c *checking) most(field string, n, most int) {
	if n > most {
		c.many = append(c.many, fault.At(field, "wave.most").With("max", most))
	}
}

// check reports what is wrong with a questionnaire. A field is named by its
// place: dimensions.1.items.0.text.
func (p *Paper) check() error {
	c := &checking{}
	if !slices.Contains(Forms, p.Form) {
		c.many = append(c.many, fault.At("form", "record.not_a_choice"))
	}
	if p.Points != 5 && p.Points != 7 {
		c.many = append(c.many, fault.At("points", "record.not_a_choice"))
	}
	c.text("intro", &p.Intro, mostIntro)
	c.text("excellent", &p.Excellent, mostText)
	c.text("ours", &p.Ours, mostText)
	c.text("belief", &p.Belief, mostText)
	c.most("dimensions", len(p.Dimensions), mostDimensions)
	for i := range p.Dimensions {
		d, at := &p.Dimensions[i], "dimensions."+strconv.Itoa(i)+"."
		c.code(at+"code", d.Code)
		c.text(at+"name", &d.Name, mostText)
		c.most(at+"items", len(d.Items), mostItems)
		for k := range d.Items {
			in := at + "items." + strconv.Itoa(k) + "."
			c.code(in+"code", d.Items[k].Code)
			c.text(in+"text", &d.Items[k].Text, mostText)
		}
	}
	if len(p.Asked()) == 0 {
		c.many = append(c.many, fault.At("dimensions", "wave.nothing_asked"))
	}
	p.checkRest(c)
	return c.many.Err()
}

func (p *Paper) checkRest(c *checking) {
	c.most("overall", len(p.Overall), mostQuestions)
	for i := range p.Overall {
		at := "overall." + strconv.Itoa(i) + "."
		c.code(at+"code", p.Overall[i].Code)
		c.text(at+"text", &p.Overall[i].Text, mostText)
	}
	c.most("profile", len(p.Profile), mostQuestions)
	for i := range p.Profile {
		q, at := &p.Profile[i], "profile."+strconv.Itoa(i)+"."
		c.code(at+"code", q.Code)
		c.text(at+"text", &q.Text, mostText)
		c.most(at+"options", len(q.Options), mostOptions)
		if len(q.Options) < 2 {
			c.many = append(c.many, fault.At(at+"options", "wave.two_options"))
		}
		own := &checking{}
		for k := range q.Options {
			in := at + "options." + strconv.Itoa(k) + "."
			own.code(in+"code", q.Options[k].Code)
			own.text(in+"text", &q.Options[k].Text, mostText)
		}
		c.many = append(c.many, own.many...)
	}
	c.most("comments", len(p.Comments), mostQuestions)
	for i := range p.Comments {
		at := "comments." + strconv.Itoa(i) + "."
		c.code(at+"code", p.Comments[i].Code)
		c.text(at+"text", &p.Comments[i].Text, mostText)
	}
}

// Instruments lists questionnaires, those that are retired too.
func (m *Room) Instruments(ctx context.Context, by people.Actor) ([]Instrument, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Sheets.Instruments(ctx)
}

// Versions lists those of a questionnaire, the newest first.
func (m *Room) Versions(ctx context.Context, by people.Actor, instrument int64) ([]Sheet, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Sheets.Versions(ctx, instrument)
}

// SheetOf reads a version.
func (m *Room) SheetOf(ctx context.Context, by people.Actor, id int64) (*Sheet, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Sheets.Sheet(ctx, id)
}

// Name keeps the names of a questionnaire, and whether it is retired; a new one
// when its id is 0. A new one begins with paper, or with the standard one.
func (m *Room) Name(ctx context.Context, by people.Actor, in *Instrument, paper *Paper) (*Sheet, error) {
	if err := m.ask(ctx, by, DeedDesign, 0); err != nil {
		return nil, err
	}
	c := &checking{}
	c.text("name", &in.Name, mostName)
	if err := c.many.Err(); err != nil {
		return nil, err
	}
	first := in.ID == 0
	if paper == nil {
		p := Standard()
		paper = &p
	}
	if first {
		if err := paper.check(); err != nil {
			return nil, err
		}
	}
	now := m.now()
	in.Changed = now
	log := row(by, now, DeedDesign, 0, "name")
	if err := m.Sheets.KeepInstrument(ctx, in, log); err != nil || !first {
		return nil, err
	}
	s := &Sheet{Instrument: in.ID, Name: in.Name, Number: 1, Made: now, MadeBy: by.ID, Paper: *paper}
	return s, m.Sheets.KeepSheet(ctx, s, log)
}

// Edit keeps what a version asks. One that a wave has used stays as it is: then
// what is kept is the next version.
func (m *Room) Edit(ctx context.Context, by people.Actor, id int64, paper Paper) (*Sheet, error) {
	if err := m.ask(ctx, by, DeedDesign, id); err != nil {
		return nil, err
	}
	was, err := m.Sheets.Sheet(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := paper.check(); err != nil {
		return nil, err
	}
	next := *was
	next.Paper, next.Made, next.MadeBy = paper, m.now(), by.ID
	if was.Used {
		all, err := m.Sheets.Versions(ctx, was.Instrument)
		if err != nil {
			return nil, err
		}
		next.ID, next.Used, next.Number = 0, false, all[0].Number+1
		if !all[0].Used {
			return nil, fault.New(fault.Conflict, "wave.newer_sheet").With("n", all[0].Number)
		}
	}
	return &next, m.Sheets.KeepSheet(ctx, &next, row(by, m.now(), DeedDesign, id, "edit"))
}
