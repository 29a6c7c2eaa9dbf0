package wave

import (
	"context"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/people"
)

// Asking is a questionnaire in front of a respondent.
type Asking struct {
	Wave       *Wave
	Sheet      *Sheet
	Side       Side
	Steps      []Step
	Answer     *Answer
	Department people.DepartmentID // that will stand with the answers; 0 for none

	mark string
}

// Doorway is an invitation that somebody holds in his hand: the portal knows him,
// a mail's link names him, or he has typed the code of a sheet.
type Doorway struct {
	Wave       *Wave
	Sheet      *Sheet
	Side       Side
	Department people.DepartmentID // that will stand with the answers; 0 for none
	Begun      bool                // a token was given out for it, perhaps on another machine

	in *Invite
}

// Mine lists what a person is asked to answer now, and has not.
func (m *Room) Mine(ctx context.Context, who people.ID) ([]Wave, error) {
	all, err := m.Invites.Mine(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []Wave
	for i := range all {
		if m.answered(&all[i]) {
			continue
		}
		w, err := m.Waves.Wave(ctx, all[i].Wave)
		if err != nil {
			return nil, err
		}
		if w.Running(m.now()) {
			out = append(out, *w)
		}
	}
	return out, nil
}

// Find finds the invitation of a person to a wave.
func (m *Room) Find(ctx context.Context, wave int64, who people.ID) (*Doorway, error) {
	in, err := m.Invites.Invited(ctx, wave, who)
	if err != nil {
		return nil, err
	}
	return m.door(ctx, in)
}

// Code finds the invitation that the code of a printed sheet belongs to.
func (m *Room) Code(ctx context.Context, code string) (*Doorway, error) {
	if len(code) > 100 || secret.PlainCode(code) == "" {
		return nil, fault.At("code", "wave.no_such_code")
	}
	in, err := m.Invites.At(ctx, "", doorDigest(code))
	if fault.Is(err, fault.Missing) {
		return nil, fault.At("code", "wave.no_such_code")
	}
	if err != nil {
		return nil, err
	}
	return m.door(ctx, in)
}

func (m *Room) door(ctx context.Context, in *Invite) (*Doorway, error) {
	w, err := m.Waves.Wave(ctx, in.Wave)
	if err != nil {
		return nil, err
	}
	if m.answered(in) {
		return nil, fault.New(fault.Conflict, "wave.answered")
	}
	if !w.Running(m.now()) {
		return nil, fault.New(fault.Conflict, "wave.not_running")
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return nil, err
	}
	return &Doorway{Wave: w, Sheet: w.Asks(s), Side: in.Side, Department: w.told(in), Begun: in.Token != "", in: in}, nil
}

// Pass gives the token to answer with: the one that the respondent has already,
// when it is of this invitation, else a new one; then what was entered under
// another is left behind.
func (m *Room) Pass(ctx context.Context, d *Doorway, had string) (token string, err error) {
	if had != "" && d.in.Token == Mark(had) {
		return had, nil
	}
	token = newToken()
	if err := m.Invites.Begin(ctx, d.in.ID, Mark(token)); err != nil {
		return "", err
	}
	m.begun(d.Wave.ID)
	return token, nil
}

// Asking reads the questionnaire that a token is for, with what was entered.
func (m *Room) Asking(ctx context.Context, token string) (*Asking, error) {
	if token == "" || len(token) > 100 {
		return nil, fault.New(fault.Missing, "wave.no_token")
	}
	in, err := m.Invites.At(ctx, Mark(token), "")
	if fault.Is(err, fault.Missing) {
		return nil, fault.New(fault.Missing, "wave.no_token")
	}
	if err != nil {
		return nil, err
	}
	w, err := m.Waves.Wave(ctx, in.Wave)
	if err != nil {
		return nil, err
	}
	if m.answered(in) {
		return nil, fault.New(fault.Conflict, "wave.answered")
	}
	if !w.Running(m.now()) {
		return nil, fault.New(fault.Conflict, "wave.not_running")
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return nil, err
	}
	out := &Asking{Wave: w, Sheet: w.Asks(s), Side: in.Side, Department: w.told(in), mark: in.Token}
	if out.Answer, err = m.Box.Answer(ctx, Key(token)); err != nil {
		return nil, err
	}
	if out.Answer == nil {
		out.Answer = &Answer{Key: Key(token), Wave: w.ID, Side: in.Side, Given: Given{Values: map[string]int{}}}
	}
	if out.Answer.Done { // handed in, and the node that knew has gone
		m.noted(w.ID, in.Token)
		return nil, fault.New(fault.Conflict, "wave.answered")
	}
	out.steps()
	return out, nil
}

func (a *Asking) steps() {
	a.Steps = a.Sheet.Steps(a.Side)
	for i := range a.Steps {
		if a.Sheet.Shuffle {
			a.Steps[i] = a.Steps[i].shuffled(a.Answer.Key)
		}
	}
}

// told is the department that stands with an answer: none when so few of it were
// asked that it could say who answered.
func (w *Wave) told(in *Invite) people.DepartmentID {
	for _, s := range w.Strata {
		if s.Side == in.Side && s.Department == in.Department && s.Invited >= w.Plan.Least {
			return in.Department
		}
	}
	return 0
}

// Save keeps what was entered in a step; step counts from 0.
func (m *Room) Save(ctx context.Context, token string, step int, in Entered) (*Asking, error) {
	a, err := m.Asking(ctx, token)
	if err != nil {
		return nil, err
	}
	if step < 0 || step >= len(a.Steps) {
		return nil, fault.New(fault.Missing, "wave.no_step")
	}
	if err := a.Answer.take(&a.Sheet.Paper, a.Steps[step], in); err != nil {
		return a, err
	}
	return a, m.Box.Save(ctx, a.Answer)
}

// Withdraw deletes what was entered and not handed in.
func (m *Room) Withdraw(ctx context.Context, token string) error {
	a, err := m.Asking(ctx, token)
	if err != nil {
		return err
	}
	a.Answer.Given = Given{Values: map[string]int{}}
	return m.Box.Save(ctx, a.Answer)
}

// HandIn hands the answers in, for good: nobody can find them afterwards, the
// respondent neither.
func (m *Room) HandIn(ctx context.Context, token string) error {
	a, err := m.Asking(ctx, token)
	if err != nil {
		return err
	}
	return m.handIn(ctx, a)
}

// Whole hands in a questionnaire that was filled in elsewhere, in one go.
func (m *Room) Whole(ctx context.Context, token string, in Entered) error {
	a, err := m.Asking(ctx, token)
	if err != nil {
		return err
	}
	if err := a.fill(in); err != nil {
		return err
	}
	return m.handIn(ctx, a)
}

// fill takes over the answers to all steps at once.
func (a *Asking) fill(in Entered) error {
	var many fault.Many
	seconds := in.Seconds
	for i, s := range a.Steps {
		if in.Seconds = 0; i == 0 {
			in.Seconds = seconds
		}
		in.Skip = true
		if err := many.Add(a.Answer.take(&a.Sheet.Paper, s, in)); err != nil {
			return err
		}
	}
	return many.Err()
}

func (m *Room) handIn(ctx context.Context, a *Asking) error {
	if a.Answer.empty() {
		return fault.New(fault.Conflict, "wave.nothing_answered")
	}
	done, words := a.done()
	if err := m.Box.HandIn(ctx, done, words); err != nil {
		return err
	}
	m.noted(a.Wave.ID, a.mark)
	return nil
}

// done are the answers as they are kept, and the words apart from them.
func (a *Asking) done() (*Answer, []Comment) {
	out := *a.Answer
	out.Done, out.Department, out.Words = true, a.Department, nil
	var words []Comment
	for q, text := range a.Answer.Words {
		words = append(words, Comment{ID: newKey(), Wave: a.Wave.ID, Side: a.Side, Question: q, Department: a.Department, Text: text})
	}
	return &out, words
}

// Preview is a questionnaire as a respondent of a side would see it; nothing is
// kept of it.
func (m *Room) Preview(ctx context.Context, by people.Actor, sheet int64, side Side) (*Asking, error) {
	if !by.Can(DeedDesign) {
		if err := by.May(DeedRead); err != nil {
			return nil, err
		}
	}
	s, err := m.Sheets.Sheet(ctx, sheet)
	if err != nil {
		return nil, err
	}
	a := &Asking{Wave: &Wave{Name: s.Name, Plan: StandardPlan()}, Sheet: s, Side: side, Answer: &Answer{Given: Given{Values: map[string]int{}}}}
	a.steps()
	return a, nil
}
