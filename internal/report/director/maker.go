package director

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/board"
	"kilter/internal/report/satisfaction"
)

// Maker makes the page. Every source is asked in the name of its reader.
type Maker struct {
	Boards      board.Source
	Live        []flow.State // of incidents that still need somebody
	Ledger      record.Ledger
	Shelf       Shelf
	Settings    func() *setting.All
	Reports     *satisfaction.Maker
	Waves       *wave.Room
	Assessments *assessment.Room
	Readiness   *readiness.Room
	Programmes  *programme.Room
	Risks       *risk.Desk
	Waiting     func(ctx context.Context, by people.Actor) ([]record.Row, error) // whose consent the reader is asked for
	More        func(ctx context.Context, by people.Actor) ([]Decision, error)   // what other rooms have to decide; nil for none
	Place       func() *time.Location
	Now         func() time.Time
}

// What the page shows at most.
const (
	boardDays     = 28
	soon          = 4 * time.Hour
	mostBusy      = 5
	mostMonths    = 13
	mostWaves     = 4
	mostRisks     = 3
	mostDecisions = 7
	renewing      = 90 * 24 * time.Hour
)

// Read makes the page of a reader.
func (m *Maker) Read(ctx context.Context, by people.Actor) (*Page, error) {
	if err := by.May(Grant); err != nil {
		return nil, err
	}
	now := m.Now().UTC()
	p := &Page{At: now, Today: day.Of(now, m.Place())}
	for _, part := range []func(context.Context, people.Actor, *Page) error{m.service, m.satisfaction, m.maturity, m.readiness, m.roadmap, m.risks, m.decisions} {
		if err := part(ctx, by, p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (m *Maker) service(ctx context.Context, by people.Actor, p *Page) error {
	s := &p.Service
	if !by.Can("incident.read") {
		s.Lack, s.Kept = NoRight, NoRight
		return nil
	}
	var err error
	s.Days = boardDays
	if s.Board, err = m.Boards.Board(ctx, by.Scope, board.Ask{Kind: record.Incident, Live: m.Live, Now: p.At, Soon: soon, Days: boardDays, Place: m.Place()}); err != nil {
		return err
	}
	const mostCounted = 99
	if s.Majors, err = m.Ledger.Count(ctx, by.Scope, record.Query{Kind: record.Incident, Where: query.All(query.Is("open", "true"), query.Is("major", "true"))}, mostCounted); err != nil {
		return err
	}
	if err := m.promises(ctx, by, p); err != nil {
		return err
	}
	all := m.Settings()
	s.Published, s.Covered, s.Agreements = agreed(all, by.Scope, p.At)
	return nil
}

// promises reads what was kept in time, and which services have most to do.
func (m *Maker) promises(ctx context.Context, by people.Actor, p *Page) error {
	s := &p.Service
	place := m.Place()
	month := func(i int) time.Time { return spanOf(p.At, i, place).Month }
	rows, err := m.Shelf.Promises(ctx, by.Scope, month(1-mostMonths))
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		s.Kept = NotKept
	}
	for i := 1 - mostMonths; i <= 0; i++ {
		s.Months = append(s.Months, Month{Month: month(i)})
	}
	of := map[int64]*One{}
	for _, b := range s.Board.ByService {
		if b.ID != 0 && len(s.Busiest) < mostBusy {
			s.Busiest = append(s.Busiest, One{Service: b.ID, Open: b.N})
		}
	}
	for i := range s.Busiest {
		of[s.Busiest[i].Service] = &s.Busiest[i]
	}
	for _, r := range rows {
		if i := slices.IndexFunc(s.Months, func(o Month) bool { return o.Month.Equal(r.Month) }); i >= 0 {
			s.Months[i].Met, s.Months[i].Missed = s.Months[i].Met+r.Met, s.Months[i].Missed+r.Missed
		}
		if one := of[r.Service]; one != nil && !r.Month.Before(month(-1)) {
			one.Met, one.Missed = one.Met+r.Met, one.Missed+r.Missed
		}
	}
	if i := slices.IndexFunc(s.Months, func(o Month) bool { return o.Met+o.Missed > 0 }); i > 0 {
		s.Months = s.Months[i:]
	}
	return nil
}

// agreed counts published services that somebody may know of, those that an
// agreement with a customer is in force for, and these agreements.
func agreed(all *setting.All, scope people.Scope, now time.Time) (published, covered, agreements int) {
	every, named := false, map[int64]bool{}
	for _, t := range all.Of(setting.Agreement) {
		a, err := setting.Read[sla.Agreement](*t)
		if t.Retired || err != nil || a.Kind != sla.SLA || !inForce(a, now) {
			continue
		}
		agreements++
		every = every || len(a.Services) == 0
		for _, id := range a.Services {
			named[id] = true
		}
	}
	for _, t := range all.Of(setting.Service) {
		s, err := setting.Read[catalogue.Service](*t)
		if t.Retired || err != nil || s.State != catalogue.Published || !catalogue.Cleared(scope, t) {
			continue
		}
		published++
		if every || named[t.ID] {
			covered++
		}
	}
	return published, covered, agreements
}

func inForce(a sla.Agreement, now time.Time) bool {
	return (a.From.IsZero() || !now.Before(a.From)) && (a.To.IsZero() || now.Before(a.To))
}

func (m *Maker) satisfaction(ctx context.Context, by people.Actor, p *Page) error {
	s := &p.Satisfaction
	if !by.Can(wave.DeedRead) {
		s.Lack = NoRight
		return nil
	}
	all, err := m.Waves.List(ctx, by)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(w wave.Wave) bool { return w.State != wave.Published || w.Pilot || w.Told.After(p.At) })
	slices.SortFunc(all, func(a, b wave.Wave) int { return b.To.Compare(a.To) })
	if len(all) == 0 {
		s.Lack = NotKept
		return nil
	}
	if s.Report, err = m.Reports.Read(ctx, by, all[0].ID, 0); err != nil {
		return err
	}
	for i := range all[:min(len(all), mostWaves)] {
		w := &all[i]
		f, err := m.Waves.Result(ctx, by, w.ID)
		if err != nil {
			return err
		}
		one := satisfaction.Wave{Result: f.Result}
		if score := one.Score(); score != nil && one.Gaps() == s.Report.Gaps() && f.Result.Points == s.Report.Result.Points {
			s.Waves = append(s.Waves, Wave{ID: w.ID, Name: w.Name, Day: w.To, Score: *score, CI: interval(f.Result)})
		}
	}
	slices.Reverse(s.Waves)
	return nil
}

// interval is that of a gap, 95 %.
func interval(r *survey.Result) survey.Interval {
	if r.UnweightedBCa != nil {
		return r.UnweightedBCa
	}
	return r.UnweightedT
}

func (m *Maker) maturity(ctx context.Context, by people.Actor, p *Page) error {
	s := &p.Maturity
	if !by.Can(assessment.DeedRead) {
		s.Lack = NoRight
		return nil
	}
	all, err := m.Assessments.List(ctx, by)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(a assessment.Assessment) bool {
		return a.State != assessment.Signed || a.Unit != "" || a.Day.After(p.Today)
	})
	if len(all) == 0 {
		s.Lack = NotKept
		return nil
	}
	_, now, err := m.Assessments.Result(ctx, by, all[0].ID)
	if err != nil {
		return err
	}
	var before *assessment.Findings
	if len(all) > 1 {
		if _, before, err = m.Assessments.Result(ctx, by, all[1].ID); err != nil {
			return err
		}
	}
	s.Assessment, s.Name, s.Day = all[0].ID, all[0].Name, all[0].Day
	for _, code := range maturity.Processes() {
		one := Standing{Process: code, Level: now.Outcome(code).Level, Target: maturity.None}
		if t, ok := now.Targets[code]; ok {
			one.Target = t.Level
		}
		if before != nil {
			one.Before, one.Was = before.Outcome(code).Level, true
		}
		if one.Target > maturity.None {
			s.Of++
			if one.Level < one.Target {
				s.Below++
			}
		}
		s.Processes = append(s.Processes, one)
	}
	return nil
}

func (m *Maker) readiness(ctx context.Context, by people.Actor, p *Page) error {
	s := &p.Readiness
	if !by.Can(readiness.DeedRead) {
		s.Lack = NoRight
		return nil
	}
	all, err := m.Readiness.Processes(ctx, by)
	if err != nil {
		return err
	}
	s.Processes = map[maturity.Process]float64{}
	for i := range all {
		if one := &all[i]; one.Known {
			code := one.Process.Process
			s.Processes[code], s.Mean = one.Ready, s.Mean+one.Ready
			if s.Least == "" || one.Ready < s.Processes[s.Least] {
				s.Least = code
			}
		}
	}
	if len(s.Processes) == 0 {
		s.Lack = NotKept
		return nil
	}
	s.Mean /= float64(len(s.Processes))
	return nil
}

func (m *Maker) roadmap(ctx context.Context, by people.Actor, p *Page) error {
	s := &p.Roadmap
	if !by.Can(programme.DeedRead) {
		s.Lack = NoRight
		return nil
	}
	all, err := m.Programmes.List(ctx, by)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Agrees(by) {
			s.Altered = append(s.Altered, all[i])
		}
	}
	for _, state := range []programme.State{programme.Approved, programme.Draft} {
		if i := slices.IndexFunc(all, func(o programme.Programme) bool { return o.State == state }); i >= 0 && s.One == nil {
			s.One = &all[i]
		}
	}
	if s.One == nil {
		s.Lack = NotKept
		return nil
	}
	v, err := m.Programmes.Look(ctx, by, s.One.ID)
	if err != nil {
		return err
	}
	s.Steps = v.Steps
	s.Progress = s.One.Stand(s.Steps, p.At, m.Place())
	for i := range s.Steps {
		s.Phases = max(s.Phases, s.Steps[i].Phase)
	}
	s.Phase = min(s.One.PhaseOf(p.Today, v.Settings.PhaseDays), s.Phases)
	return nil
}

func (m *Maker) risks(ctx context.Context, by people.Actor, p *Page) error {
	s := &p.Risks
	if !by.Can("risk.read") {
		s.Lack = NoRight
		return nil
	}
	found, err := m.Risks.Rank(ctx, by)
	if err != nil {
		return err
	}
	for _, c := range found.Matrix {
		s.All += c.N
		if c.Probability*c.Impact >= risk.High {
			s.High += c.N
		}
	}
	if s.All == 0 {
		s.Lack = NotKept
	}
	for _, r := range found.Top {
		s.Ten = append(s.Ten, Risk{Ref: r.Ref(), Title: r.Title, Exposure: r.Exposure, Review: r.ReviewOn})
		if !r.ReviewOn.IsZero() && r.ReviewOn.Before(p.At) {
			p.Decisions = append(p.Decisions, Decision{What: Review, Title: r.Title, Kind: record.Risk, Ref: r.Ref(), Due: r.ReviewOn})
		}
	}
	s.Top = s.Ten[:min(mostRisks, len(s.Ten))]
	return nil
}
