package app

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"kilter/internal/practice/people"
)

type tokenCmd struct {
	New    tokenNewCmd    `cmd:"" help:"cli.token.new"`
	List   tokenListCmd   `cmd:"" help:"cli.token.list"`
	Revoke tokenRevokeCmd `cmd:"" help:"cli.token.revoke"`
}

type tokenNewCmd struct {
	Code  string   `arg:"" help:"cli.token_new.code" is:"filled"`
	Name  string   `required:"" help:"cli.token_new.name" is:"filled"`
	Grant []string `required:"" help:"cli.token_new.grant" placeholder:"DEED"`
	Days  int      `help:"cli.token_new.days" default:"90"`
	JSON  bool     `help:"cli.json"`
}

func (c tokenNewCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		p, err := h.person(env, c.Code)
		if err != nil {
			return err
		}
		by, err := h.who.roster.Actor(env.Context, p.ID, p.Version, Now())
		if err != nil {
			return err
		}
		by.Via = people.ViaShell
		token, made, err := h.who.door.NewToken(env.Context, by, c.Name, c.Grant, Now().Add(time.Duration(c.Days)*24*time.Hour))
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(env.Out).Encode(map[string]any{"id": made.ID, "token": token, "grants": made.Grants, "ends": made.Ends.UTC().Format(time.RFC3339)})
		}
		_, err = fmt.Fprintln(env.Out, token)
		return err
	})
}

type tokenListCmd struct {
	JSON bool `help:"cli.token_list.json"`
}

func (c tokenListCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		list, err := h.who.door.AllTokens(env.Context, shell())
		if err != nil {
			return err
		}
		moment := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.UTC().Format(time.RFC3339)
		}
		table := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
		for _, t := range list {
			state := "valid"
			switch {
			case !t.Revoked.IsZero():
				state = "revoked"
			case !Now().Before(t.Ends):
				state = "expired"
			}
			if c.JSON {
				row := map[string]any{"id": t.ID, "owner": t.Owner, "name": t.Name, "grants": t.Grants, "state": state, "ends": moment(t.Ends), "last_used": moment(t.Seen)}
				if err := json.NewEncoder(env.Out).Encode(row); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Owner, t.Name, state, moment(t.Ends), moment(t.Seen))
		}
		return table.Flush()
	})
}

type tokenRevokeCmd struct {
	ID   int64 `arg:"" help:"cli.token_revoke.id"`
	JSON bool  `help:"cli.json"`
}

func (c tokenRevokeCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		if err := of("<id>", h.who.door.RevokeToken(env.Context, shell(), c.ID)); err != nil || !c.JSON {
			return err
		}
		return json.NewEncoder(env.Out).Encode(map[string]any{"id": c.ID, "state": "revoked"})
	})
}
