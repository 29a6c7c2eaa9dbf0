package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/job"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/request"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/signin"
	"kilter/internal/web"
)

// identity is who people are and what they may do.
type identity struct {
	door   *signin.Door
	roster *access.Roster
	office *access.Office
	log    *audit.Log
	mask   *privacy.Keeper
}

// wireIdentity makes the way in, the rights and the audit log.
func (h *house) wireIdentity() {
	h.who = identity{
		door: &signin.Door{
			Store: h.db.Accounts(), Sessions: h.db.Sessions(), Tokens: h.db.Tokens(), Profiles: h.db, Pen: h.db, Settings: h.settings, Now: Now,
			Duties: func(p people.Person) ([]string, error) { return access.DutiesOf(h.settings.All(), p) },
		},
		roster: &access.Roster{Persons: h.db, Settings: h.settings},
		office: &access.Office{Staff: h.db, Settings: h.settings, Pen: h.db, Now: Now, Catalogue: access.NewCatalogue(
			access.Records(record.Incident, incident.Flow.Names(), []string{"merge", "unmerge", "post"}, record.GradeDeeds),
			access.Records(record.Contact, contact.Flow.Names()),
			access.Records(record.Knowledge, knowledge.Deeds()),
			access.Records(record.Problem, problem.Deeds()),
			access.Records(record.Changes, change.Deeds()),
			access.Records(record.Release, release.Deeds()),
			access.Records(record.Risk, risk.Deeds()),
			access.Practice{Kind: "library", Deeds: release.LibraryDeeds()},
			access.Practice{Kind: "schedule", Deeds: change.ScheduleDeeds()},
			access.Practice{Kind: "cab", Deeds: change.MeetingDeeds()},
			access.Practice{Kind: "change_model", Deeds: change.ModelDeeds()},
			access.Records(record.Request, request.Flow.Names(), []string{request.Amends, record.Consents, record.Declines}, record.GradeDeeds),
			access.Practice{Kind: "item", Deeds: cmdb.Deeds()},
		)},
		log:  &audit.Log{Store: h.db.Audit(), Now: Now},
		mask: &privacy.Keeper{Store: h.db.Privacy(), Settings: h.settings, Pen: h.db, Now: Now, Kinds: kindNames()},
	}
}

// kindNames names the kinds of records there are.
func kindNames() []string {
	var out []string
	for _, k := range record.Kinds {
		out = append(out, string(k))
	}
	return out
}

// begin gives a new centre the roles it begins with, and as long as there is no
// account prints the one-time token with which the first administrators are
// set up.
func (h *house) begin(ctx context.Context) error {
	if _, demo := h.demoMark(); demo {
		return nil
	}
	if err := access.Seed(ctx, h.settings, Now()); err != nil {
		return err
	}
	if err := h.plantModel(ctx); err != nil {
		return err
	}
	if err := h.warnOfRoles(); err != nil {
		return err
	}
	token, err := h.who.door.SetupToken(ctx)
	if err != nil || token == "" {
		return err
	}
	_, err = fmt.Fprintln(h.env.Out, h.env.Words.T("cli.first_start", "address", h.env.Listen, "token", token))
	return err
}

// warnOfRoles says in the log which roles lack rights that came with a newer
// version; the security administrator gives them at /security/roles.
func (h *house) warnOfRoles() error {
	found, err := h.who.office.Outdated()
	for _, o := range found {
		h.env.Log.Warn("a role was saved before Kilter knew these deeds, which its starter role has; give them at /security/roles, or save the role to leave them out", "role", o.Role.Code, "deeds", strings.Join(o.Deeds, " "))
	}
	return err
}

// gate is the way in for pages and API.
func (h *house) gate(shell *web.Shell) (*web.Gate, error) {
	g := &web.Gate{Shell: shell, Door: h.who.door, Roster: h.who.roster, Secure: strings.HasPrefix(h.env.PublicURL, "https://")}
	for _, text := range h.env.Proxies {
		p, err := network(text)
		if err != nil {
			return nil, fault.At("trusted-proxies", "cli.not_a_network").With("text", text)
		}
		g.Proxies = append(g.Proxies, p)
	}
	return g, nil
}

// identityDuties seal the audit log within a second and forget ended sessions.
func (h *house) identityDuties() []job.Duty {
	return []job.Duty{
		{Name: "seal", Every: time.Second, Run: func(ctx context.Context, _ time.Time) (bool, error) {
			_, err := h.who.log.Seal(ctx)
			return false, err
		}},
		{Name: "sweep", Every: time.Hour, Run: func(ctx context.Context, _ time.Time) (bool, error) { return false, h.who.door.Sweep(ctx) }},
		{Name: "mask", Every: 24 * time.Hour, Run: func(ctx context.Context, _ time.Time) (bool, error) { return h.who.mask.Run(ctx) }},
		{Name: "erase", Every: time.Minute, Run: func(ctx context.Context, _ time.Time) (bool, error) { return h.who.mask.Erase(ctx) }},
	}
}

// identityPages mounts the way in and the pages about accounts, rights and the
// audit log.
func (h *house) identityPages(mux web.Mux, g *web.Gate) {
	g.Mount(mux)
	(&web.Security{Gate: g, Office: h.who.office, Inspector: h.inspector(), Privacy: h.who.mask}).Mount(mux)
	(&web.Auditing{Shell: g.Shell, Log: h.who.log, Settings: h.settings.All, Persons: h.db}).Mount(mux)
}

func (h *house) inspector() *access.Inspector {
	return &access.Inspector{Staff: h.db, Settings: h.settings, Pen: h.db, Now: Now, Look: h.inspected}
}

// inspected reads what the inspector wants to know of a record.
func (h *house) inspected(ctx context.Context, ref string) (access.Case, error) {
	kind, n, err := record.ParseRef(ref)
	if err != nil {
		return access.Case{}, err
	}
	if kind != record.Incident {
		return access.Case{}, fault.New(fault.Missing, "record.no_such").With("ref", ref)
	}
	i, err := h.incidents.Find(ctx, people.System(people.ViaJob), n)
	if err != nil {
		return access.Case{}, err
	}
	c := access.Case{Ref: i.Ref(), Kind: string(kind), State: string(i.State), Seen: i.Seen(), Flow: incident.Flow.Names()}
	for _, m := range incident.Flow.From(i.State) {
		c.Moves = append(c.Moves, m.Name)
	}
	around, err := h.db.Ledger().Around(ctx, people.Everything(), i.ID)
	if err != nil {
		return access.Case{}, err
	}
	for _, w := range around.Watchers {
		c.Seen.Watchers = append(c.Seen.Watchers, w.ID)
	}
	return c, nil
}
