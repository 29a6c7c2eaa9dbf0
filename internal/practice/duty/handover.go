package duty

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// Standing is a line with what it is called, as its reader may see it.
type Standing struct {
	Line
	Title  string
	Record *record.Row    // nil when it is none
	Run    *operation.Run // nil when it is none
}

// mostStanding is how many of a reason stand in a hand-over.
const mostStanding = 50

// Stands gathers what stands open for a shift, the most pressing first, as far
// as the one who asks sees it.
func (m *Room) Stands(ctx context.Context, by people.Actor, id int64) ([]Standing, error) {
	b, err := m.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return m.stand(ctx, by, b)
}

func (m *Room) stand(ctx context.Context, by people.Actor, b *Book) ([]Standing, error) {
	var out []Standing
	seen := map[string]bool{}
	team := strconv.FormatInt(int64(b.Team), 10)
	records := func(what What, where ...query.Node) error {
		if m.Ledger == nil || !by.Can("incident.read") {
			return nil
		}
		q := record.Query{Kind: record.Incident, Where: query.All(append(where, query.Is("open", "true"))...), Order: record.Priority, Limit: mostStanding, Now: m.now(), Inner: by.Staff}
		rows, err := m.Ledger.List(ctx, by.Scope, q)
		for i := range rows {
			if r := &rows[i]; !seen[r.Ref()] {
				seen[r.Ref()] = true
				out = append(out, Standing{Line: Line{What: what, Ref: r.Ref()}, Title: r.Title, Record: r})
			}
		}
		return err
	}
	ofTeam := query.Is("team", team)
	if err := records(IsMajor, query.Is("major", "true")); err != nil {
		return nil, err
	}
	if err := records(IsPressing, ofTeam, query.Is("priority", "1", "2")); err != nil {
		return nil, err
	}
	for _, one := range b.Open {
		out = append(out, Standing{Line: Line{What: IsMatter, ID: one.ID}, Title: one.Text})
	}
	runs, err := m.runs(ctx, by, b)
	if err != nil {
		return nil, err
	}
	out = append(out, runs...)
	if err := records(IsSupplier, ofTeam, query.Is("waiting", "supplier")); err != nil {
		return nil, err
	}
	return out, nil
}

// runs are the team's recurring operations that the next shift has to know of:
// what deviated since the day began, what was missed, what is due until it ends.
func (m *Room) runs(ctx context.Context, by people.Actor, b *Book) (out []Standing, err error) {
	if m.Operations == nil || !by.Can(operation.DeedRead) {
		return nil, nil
	}
	now := m.now()
	until := b.To.Add(b.To.Sub(b.From))
	if b.Next != nil {
		until = b.Next.To
	}
	all, err := m.Operations.List(ctx, by.Scope, operation.Query{Teams: []people.TeamID{b.Team}, To: until, Limit: 4 * mostStanding})
	if err != nil {
		return nil, err
	}
	begin := b.From.Add(-24 * time.Hour)
	for _, what := range []What{IsDeviation, IsMissed, IsDue} {
		for i := range all {
			r := &all[i]
			is := Line{What: what, ID: r.ID}
			switch {
			case what == IsDeviation && r.State == operation.Done && r.Deviations() > 0 && r.Ended.After(begin),
				what == IsMissed && r.Late(now) && r.State != operation.Done && r.At.After(now.AddDate(0, 0, -7)),
				what == IsDue && r.State == operation.Due && !r.Late(now):
				out = append(out, Standing{Line: is, Title: r.Name.In(by.Lang), Run: r})
			}
		}
	}
	return out, nil
}

// Shown gives the lines of a hand-over their names, as far as the reader sees
// what they name; the others are left out.
func (m *Room) Shown(ctx context.Context, by people.Actor, b *Book, lines []Line) ([]Standing, error) {
	var refs []string
	for _, l := range lines {
		refs = append(refs, l.Ref)
	}
	named, err := m.Named(ctx, by, refs)
	if err != nil {
		return nil, err
	}
	matters, err := m.Store.Matters(ctx, scope(by), &b.Shift)
	if err != nil {
		return nil, err
	}
	var out []Standing
	for _, l := range lines {
		one := Standing{Line: l}
		switch k, ok := named[l.Ref]; {
		case l.Ref != "" && ok:
			one.Title, one.Record = k.Title, k.Record
		case l.Ref == "" && l.What == IsMatter:
			i := slices.IndexFunc(matters, func(x Matter) bool { return x.ID == l.ID })
			if i < 0 {
				continue
			}
			one.Title = matters[i].Text
		case l.Ref == "" && m.Operations != nil && by.Can(operation.DeedRead):
			r, err := m.Operations.Find(ctx, by.Scope, l.ID)
			if fault.Is(err, fault.Missing) {
				continue
			}
			if err != nil {
				return nil, err
			}
			one.Title, one.Run = r.Name.In(by.Lang), r
		default:
			continue
		}
		out = append(out, one)
	}
	return out, nil
}

// Give writes the hand-over of a shift; it waits for somebody to accept it.
func (m *Room) Give(ctx context.Context, by people.Actor, id int64, summary string) (*Handover, error) {
	s, err := m.shift(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if s.State != Running {
		return nil, fault.New(fault.Conflict, "watch.given_already")
	}
	summary, err = text("summary", summary, MostSummary, true)
	if err != nil {
		return nil, err
	}
	b, err := m.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	stands, err := m.stand(ctx, by, b)
	if err != nil {
		return nil, err
	}
	now := m.now()
	h := &Handover{Shift: id, Summary: summary, Verdict: Waiting, Given: now, GivenBy: by.ID}
	if b.Next != nil {
		h.Next = b.Next.ID
	}
	for _, one := range stands {
		h.Lines = append(h.Lines, one.Line)
	}
	e := &Entry{Shift: id, At: now, Written: now, By: by.ID, Kind: Offer, Text: summary}
	version := s.Version
	s.State = Offered
	return h, m.Store.Keep(ctx, s, Writing{Entry: e, Handover: h, Version: version}, row(by, now, id, "give"))
}

// offered reads the hand-over that waits for an answer.
func (m *Room) offered(ctx context.Context, by people.Actor, id int64) (*Shift, *Handover, error) {
	s, err := m.shift(ctx, by, id)
	if err != nil {
		return nil, nil, err
	}
	all, err := m.Store.Handovers(ctx, scope(by), id)
	if err != nil {
		return nil, nil, err
	}
	for i := range all {
		if all[i].Verdict == Waiting {
			return s, &all[i], nil
		}
	}
	return nil, nil, fault.New(fault.Conflict, "watch.nothing_waits")
}

// Accept takes a shift over: it is signed by both and frozen, and what is open
// goes on. version is the one that was read: who has not read the last entry
// reads it first. Nobody accepts what he has given himself.
func (m *Room) Accept(ctx context.Context, by people.Actor, id, version int64, remark string) (*Handover, error) {
	s, h, err := m.offered(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if h.GivenBy == by.ID {
		return nil, fault.New(fault.Denied, "watch.not_from_yourself")
	}
	if version != s.Version {
		return nil, fault.New(fault.Stale, "watch.read_again")
	}
	var next *Shift
	if h.Next != 0 {
		next, err = m.Store.Shift(ctx, scope(by), h.Next)
		if err != nil {
			return nil, err
		}
	}
	if s.Has(by.ID) && (next == nil || !next.Has(by.ID)) {
		return nil, fault.New(fault.Denied, "watch.same_shift")
	}
	if h.Answer, err = text("answer", remark, MostText, false); err != nil {
		return nil, err
	}
	now := m.now()
	h.Verdict, h.Answered, h.AnsweredBy = Accepted, now, by.ID
	s.State, s.Ended = Closed, now
	w := Writing{Entry: &Entry{Shift: id, At: now, Written: now, By: by.ID, Kind: Accept, Text: h.Answer}, Handover: h, Carry: true, Version: version}
	if next != nil && next.State != Closed && !next.Has(by.ID) {
		next.Who = append(next.Who, by.ID)
		w.Next = next
	}
	return h, m.Store.Keep(ctx, s, w, row(by, now, id, "accept"))
}

// Decline refuses a hand-over with the reason; the shift runs on. Whoever gave
// it takes it back the same way.
func (m *Room) Decline(ctx context.Context, by people.Actor, id int64, why string) (*Handover, error) {
	s, h, err := m.offered(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if h.Answer, err = text("why", why, MostText, true); err != nil {
		return nil, err
	}
	now := m.now()
	kind := Refuse
	h.Verdict, h.Answered, h.AnsweredBy = Refused, now, by.ID
	if h.GivenBy == by.ID {
		kind, h.Verdict = Withdraw, Withdrawn
	}
	version := s.Version
	s.State = Running
	e := &Entry{Shift: id, At: now, Written: now, By: by.ID, Kind: kind, Text: h.Answer}
	return h, m.Store.Keep(ctx, s, Writing{Entry: e, Handover: h, Version: version}, row(by, now, id, string(kind)))
}
