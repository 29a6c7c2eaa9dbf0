// Package access says who may do and see what, and why: the deeds Kilter
// knows, roles as lists of grants, the three administrators that are kept
// apart, how far a person reaches and for which network zones he is cleared.
package access

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// Duty is one of the three kinds of administration that no person holds
// together (GB/T 22239-2019, separation of the system, security and audit
// administrator). There is no fourth above them.
type Duty string

// The duties; Work is everything that is no administration.
const (
	Work     Duty = ""
	System   Duty = "system"   // settings, directory, imports, backup
	Security Duty = "security" // accounts, roles, clearance, sessions, tokens, personal data
	Auditing Duty = "audit"    // reads and verifies the audit log, nobody else does
)

// rooms of deeds that are a duty; every other room is work.
var rooms = map[string]Duty{
	"setting": System, "directory": System, "import": System, "backup": System, "demo": System, "system": System,
	"account": Security, "role": Security, "session": Security, "token": Security, "privacy": Security, "inspect": Security,
	"audit": Auditing,
}

// administrative are the deeds outside the practices.
var administrative = []string{
	"setting.edit", "directory.edit", "import.run", "import.undo", "backup.run", "demo.purge", "system.read",
	"account.read", "account.open", "account.lock", "account.reset", "account.roles", "account.clear", "account.rules", "role.edit",
	"session.revoke", "token.revoke", "privacy.mask", "privacy.retain", "inspect.read",
	"audit.read", "audit.verify", "audit.export",
	"people.read", "director.read", "review.read", "review.hold", "report.read", "report.export", "view.team", "view.everyone", "template.edit", "routing.edit", "rule.edit", "rule.trace", "knowledge.read", "grade.read", "operation.read", "operation.work", "maturity.read", "maturity.assess", "maturity.lead", "handbook.read", "handbook.edit", "handbook.approve", "roadmap.read", "roadmap.work", "roadmap.edit", "roadmap.approve", "readiness.read", "readiness.edit", "duty.read", "duty.oversee", "duty.work", "duty.export", "survey.read", "survey.design", "survey.run", "survey.publish", "survey.comments",
}

// Practice names all deeds of one practice.
type Practice struct {
	Kind  string
	Deeds []string
}

// Records is a practice that keeps records: what may be done to a record of
// any kind, the moves of its flow, and what else it does.
func Records(k record.Kind, own ...[]string) Practice {
	return Practice{Kind: string(k), Deeds: slices.Concat(record.Deeds, slices.Concat(own...))}
}

// Catalogue is all deeds there are.
type Catalogue struct {
	deeds []string
	kinds []string
}

// NewCatalogue gathers the deeds of the practices and of the administration.
func NewCatalogue(practices ...Practice) *Catalogue {
	c := &Catalogue{deeds: slices.Clone(administrative)}
	for _, p := range practices {
		c.kinds = append(c.kinds, p.Kind)
		for _, d := range p.Deeds {
			c.deeds = append(c.deeds, p.Kind+"."+d)
		}
	}
	slices.Sort(c.deeds)
	c.deeds = slices.Compact(c.deeds)
	return c
}

// Deeds lists them all, sorted.
func (c *Catalogue) Deeds() []string { return c.deeds }

// Room lists the deeds of a room ("incident"), sorted.
func (c *Catalogue) Room(room string) []string {
	return slices.DeleteFunc(slices.Clone(c.deeds), func(d string) bool { return !strings.HasPrefix(d, room+".") })
}

// Rooms lists the rooms that have deeds, sorted.
func (c *Catalogue) Rooms() []string {
	var out []string
	for _, d := range c.deeds {
		if r := roomOf(d); !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// Check reports a grant that no deed answers to. "incident.*" stands for all
// deeds of a room; "*" is Kilter's own and nobody's.
func (c *Catalogue) Check(grants []string) error {
	var many fault.Many
	for _, g := range grants {
		room, whole := strings.CutSuffix(g, ".*")
		if whole && slices.ContainsFunc(c.deeds, func(d string) bool { return roomOf(d) == room }) || slices.Contains(c.deeds, g) {
			continue
		}
		_ = many.Add(fault.At("grants", "access.no_such_deed").With("deed", g)) // a fault adds without error
	}
	return many.Err()
}

// Gone lists the grants that no deed answers to any more: they allow nothing.
func (c *Catalogue) Gone(grants []string) []string {
	return slices.DeleteFunc(slices.Clone(grants), func(g string) bool { return c.Check([]string{g}) == nil })
}

// DutyOf says to which administration a grant belongs.
func DutyOf(grant string) Duty { return rooms[roomOf(grant)] }

func roomOf(deed string) string {
	room, _, _ := strings.Cut(deed, ".")
	return room
}
