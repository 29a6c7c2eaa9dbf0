package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kilter/internal/app/demo"
	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
)

type demoCmd struct {
	Size  string `help:"cli.demo.size" default:"S" enum:"S,M,L"`
	Fill  bool   `help:"cli.demo.fill" xor:"do"`
	Purge bool   `help:"cli.demo.purge" xor:"do"`
	JSON  bool   `help:"cli.demo.json"`
}

// Run fills an empty database with the demo city and serves it; one that holds
// the city already is served as it is.
func (c demoCmd) Run(env *Env) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	fill := func(ctx context.Context) error { return h.fill(ctx, c.Size) }
	switch {
	case c.Purge:
		left, err := h.purge(env.Context)
		if err != nil {
			return err
		}
		return c.prove(env, left)
	case c.Fill:
		return fill(env.Context)
	}
	return h.serve(env.Context, fill)
}

// prove prints what each table still holds.
func (c demoCmd) prove(env *Env, left []store.Sum) error {
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(left)
	}
	for _, s := range left {
		if _, err := fmt.Fprintln(env.Out, env.Words.T("cli.table_left", "table", fmt.Sprintf("%-20s", s.Table), "n", s.Rows)); err != nil {
			return err
		}
	}
	return nil
}

// fill builds the demo city in an empty database. A database that holds it
// already stays as it is; one that holds something else is refused.
func (h *house) fill(ctx context.Context, size string) error {
	if _, ok := h.demoMark(); ok {
		return nil
	}
	if len(h.settings.All().Of(setting.Department)) > 0 {
		return fault.At("db", "store.not_empty")
	}
	began := Now()
	roles, err := access.Things()
	if err != nil {
		return err
	}
	if err := demo.Fill(ctx, demo.Ground{
		Settings: h.settings, Roles: roles, People: h.db, Items: h.db.Items(), Directory: h.directory,
		Desk: h.incidents.Desk, Records: h.db.LoadIncidents(), Problems: h.problems, Causes: h.db.LoadProblems(), Articles: h.articles, Shelf: h.db.LoadArticles(), Contacts: h.contacts, Calls: h.db.LoadContacts(), Requests: h.requests, Approvals: h.db.Approvals(), Operations: h.db.Operations(), Watch: h.db.Duty(), Told: h.db.WorkNotices(), Changes: h.changes, Plans: h.db.LoadChanges(), Meetings: h.db.ChangeMeetings(), Models: h.db.ChangeModels(), Tells: h.announcements, Opinions: h.opinions, Releases: h.releases, Library: h.library, Risks: h.risks, Surveys: h.surveys, Assessments: h.assessments(), Programmes: h.programmes(), Readiness: h.readiness(), Handbook: h.handbookRoom(), Reviews: h.reviews(), FiguresOn: h.figuresOn, ToldOn: h.reviewToldThen, Count: func(ctx context.Context) error { return h.promises().Count(ctx, Now()) },
		Checks: h.itemChecks(), Baselines: h.itemRecords(), Sandboxes: h.sandboxes(),
		Progress: func(done, of int) {
			if done%10_000 == 0 || done == of {
				fmt.Fprintln(h.env.Err, h.env.Words.T("cli.demo_filling", "done", done, "all", of))
			}
		},
	}, size, Now()); err != nil {
		return fmt.Errorf("demo city: %w", err)
	}
	if err := h.db.Analyze(ctx); err != nil {
		return err
	}
	if err := h.directory.Refresh(ctx); err != nil {
		return err
	}
	if err := h.handbookRoom().Nightly(ctx); err != nil { // as the night before
		return err
	}
	for more := true; more; { // the duty looked while the city was empty
		if more, err = h.problems.Propose(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintln(h.env.Err, h.env.Words.T("cli.demo_ready", "seconds", fmt.Sprintf("%.1f", Now().Sub(began).Seconds())))
	return nil
}

// demoMark tells whether the database holds the demo city, and whom a visitor
// may enter as.
// inDemo reports whether this is the demo city, without reading its mark: every
// page asks.
func (h *house) inDemo() bool { return h.settings.All().Coded(setting.Centre, demo.MarkCode) != nil }

func (h *house) demoMark() (demo.Mark, bool) {
	t := h.settings.All().Coded(setting.Centre, demo.MarkCode)
	if t == nil {
		return demo.Mark{}, false
	}
	m, err := setting.Read[demo.Mark](*t)
	if err != nil {
		h.env.Log.Error("the demo's mark cannot be read", "err", err)
	}
	return m, true
}

// purge takes the demo city out again and counts what is left.
func (h *house) purge(ctx context.Context) ([]store.Sum, error) {
	if _, ok := h.demoMark(); !ok {
		return nil, fault.New(fault.Conflict, "demo.not_demo")
	}
	left, err := h.db.Purge(ctx)
	if err != nil {
		return nil, err
	}
	return left, h.settings.Refresh(ctx)
}
