package incident

import (
	"context"
	"slices"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Rank is a step of the hierarchic escalation: how far up an incident has been
// brought to somebody's notice. (Functional escalation, to a team that knows
// more, is the move "escalate".)
type Rank string

// The ranks, lowest first.
const (
	ToLeader   Rank = "leader"   // the group leader
	ToManager  Rank = "manager"  // the incident manager
	ToOwner    Rank = "owner"    // the service owner and the service level manager
	ToDirector Rank = "director" // the director
)

var rankOrder = []Rank{"", ToLeader, ToManager, ToOwner, ToDirector}

func ranks() []string {
	var out []string
	for _, r := range rankOrder[1:] {
		out = append(out, string(r))
	}
	return out
}

// Above reports whether r is further up than s.
func (r Rank) Above(s Rank) bool {
	return slices.Index(rankOrder, r) > slices.Index(rankOrder, s)
}

// Role is somebody's part towards one incident or in the centre, as far as an
// escalation needs it.
type Role string

// The roles that escalations reach.
const (
	GroupLeader     Role = "group_leader"
	IncidentManager Role = "incident_manager"
	ServiceOwner    Role = "service_owner"
	LevelManager    Role = "service_level_manager"
	Director        Role = "director"
)

// Told are the roles that a rank is brought to.
func (r Rank) Told() []Role {
	switch r {
	case ToLeader:
		return []Role{GroupLeader}
	case ToManager:
		return []Role{IncidentManager}
	case ToOwner:
		return []Role{ServiceOwner, LevelManager}
	case ToDirector:
		return []Role{Director}
	}
	return nil
}

// RankAt is the rank that a clock's used share of its target calls for:
// 50 % the group leader, 80 % the incident manager, 100 % the service owner
// and the service level manager (domain/mof section IM); "" below.
func RankAt(percent int) Rank {
	switch {
	case percent >= 100:
		return ToOwner
	case percent >= 80:
		return ToManager
	case percent >= 50:
		return ToLeader
	}
	return ""
}

// Raise escalates an incident up to a rank. It does nothing when the incident
// is at that rank already, so a job may call it as often as it likes.
func (d *Desk) Raise(ctx context.Context, by people.Actor, n record.Number, to Rank, text string) (*Incident, error) {
	return d.One(ctx, by, n, record.Input{}, func(s *sitting, i *Incident) error {
		if !to.Above(i.Escalation) {
			return nil
		}
		return s.Move(i, "raise", record.Input{Fields: map[string]string{"escalation": string(to)}, Text: text})
	})
}

// topPriority brings a priority 1 to the director at once.
func (d *Desk) topPriority(s *sitting, i *Incident) error {
	if i.Priority != 1 || !d.Flow.Live(i.State) || !ToDirector.Above(i.Escalation) {
		return nil
	}
	return s.AsKilter(func() error {
		return s.Move(i, "raise", record.Input{Fields: map[string]string{"escalation": string(ToDirector)}})
	})
}
