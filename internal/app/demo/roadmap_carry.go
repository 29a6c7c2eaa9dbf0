package demo

import (
	"context"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
)

// tightens is the change to settings that a step of each process carries: the
// desk sees similar incidents of a whole day, and a standard change loses its
// place after one failure.
var tightens = map[maturity.Process]struct {
	field programme.CarryField
	why   string
}{
	maturity.Incident: {programme.CarryField{Kind: setting.Centre, Code: incident.PolicyCode, Field: "similar", To: "24"}, "Duplicates of the morning were seen in the evening only. 早间重复报障到傍晚才被发现。"},
	maturity.Change:   {programme.CarryField{Kind: setting.Centre, Code: change.PolicyCode, Field: "demote", To: "1"}, "A standard change that failed once is looked at before it is used again. 标准变更失败一次即须复核后方可再用。"},
}

// carried lets a step carry the change of its process, which the system
// administrator agrees to and which is put in some days later.
func (c *city) carried(ctx context.Context, room *programme.Room, by people.Actor, s *programme.Step, at time.Time, then *time.Time) (*programme.Step, error) {
	t, ok := tightens[s.Process]
	if !ok {
		return s, nil
	}
	const asked, agreed = -6, -4 // days before it is put in
	*then = at.AddDate(0, 0, asked)
	s, err := room.Propose(ctx, by, s.Programme, s.ID, s.Version, programme.Carry{Why: t.why, Day: at, Fields: []programme.CarryField{t.field}})
	if err != nil {
		return nil, err
	}
	admin := people.Actor{ID: c.office("system_administrator"), Staff: true, Scope: people.Everything(), Grants: people.NewGrants(programme.DeedRead, setting.Deed(t.field.Kind))}
	*then = at.AddDate(0, 0, agreed)
	if _, err = room.Answer(ctx, admin, s.Programme, s.ID, s.Version, approval.Yes, ""); err != nil {
		return nil, err
	}
	*then = at
	if err := room.CarryOut(ctx); err != nil {
		return nil, err
	}
	all, err := room.Store.Steps(ctx, s.Programme)
	for i := range all {
		if all[i].ID == s.ID {
			return &all[i], err
		}
	}
	return nil, err
}

// carries finds the step of incidents that is verified last, and lets it carry its
// change.
func (c *city) carries(ctx context.Context, room *programme.Room, by people.Actor, p *programme.Programme, then *time.Time) error {
	steps, err := room.Store.Steps(ctx, p.ID)
	if err != nil {
		return err
	}
	var last *programme.Step
	for i := range steps {
		if s := &steps[i]; s.Process == maturity.Incident && s.Kind == roadmap.Step && (s.State == roadmap.Verified || s.State == roadmap.Claimed) {
			last = s
		}
	}
	if last == nil {
		return nil
	}
	const ago = 40
	_, err = c.carried(ctx, room, by, last, c.now.AddDate(0, 0, -ago).Truncate(24*time.Hour), then)
	return err
}
