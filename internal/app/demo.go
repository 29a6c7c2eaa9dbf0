package app

import (
	"context"
	"errors"
	"fmt"

	"kilter/internal/app/demo"
)

type demoCmd struct {
	Size string `help:"How large a city: S (12,000 incidents), M (120,000) or L (1 million)." default:"S" enum:"S,M,L"`
	Fill bool   `help:"Only fill the database; do not serve."`
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
	if c.Fill {
		return fill(env.Context)
	}
	return h.serve(env.Context, fill)
}

// fill builds the demo city unless it is there.
func (h *house) fill(ctx context.Context, size string) error {
	if !h.starter() {
		return h.demoAccounts(ctx)
	}
	began := Now()
	roles, err := h.starterRoles()
	if err != nil {
		return err
	}
	accounts, err := demo.Fill(ctx, demo.Ground{
		Settings: h.settings, Roles: roles, People: h.db, Items: h.db.Items(), Directory: h.directory,
		Desk: h.incidents.Desk, Records: h.db.LoadIncidents(),
		Progress: func(done, of int) {
			if done%10_000 == 0 || done == of {
				fmt.Fprintf(h.env.Err, "demo city: %d of %d incidents\n", done, of)
			}
		},
	}, size, Now())
	if err != nil {
		return fmt.Errorf("demo city: %w", err)
	}
	fmt.Fprintf(h.env.Err, "demo city ready after %.1f s\n", Now().Sub(began).Seconds())
	return h.keepAccounts(ctx, accounts)
}

