package api

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/signin"
)

// account is a person with how he signs in; of his secrets only that they are
// there.
type account struct {
	Person  int64   `json:"person"`
	Code    string  `json:"code" doc:"api.doc.account_code"`
	Name    string  `json:"name"`
	Account bool    `json:"account" doc:"api.doc.account_account"`
	Blocked bool    `json:"blocked"`
	Why     string  `json:"why,omitempty" doc:"api.doc.account_why"`
	Change  bool    `json:"change_due" doc:"api.doc.account_change"`
	Factor  bool    `json:"factor" doc:"api.doc.account_factor"`
	Last    string  `json:"last,omitempty" doc:"api.doc.account_last"`
	Ends    string  `json:"ends,omitempty" doc:"api.doc.rights_ends"`
	Roles   []int64 `json:"roles"`
	Retired bool    `json:"retired"`
}

func accountOf(l signin.Listed) account {
	p, a := l.Person, l.Account
	return account{
		Person: int64(p.ID), Code: p.Code, Name: p.Name, Account: a.Version != 0, Blocked: a.Blocked, Why: a.Why, Change: a.Change, Factor: a.Secret != "",
		Last: stamp(a.Last), Ends: stamp(p.Doc.Ends), Roles: append([]int64{}, p.Doc.Roles...), Retired: p.Retired,
	}
}

// why is the reason that blocking somebody needs.
type why struct {
	Why string `json:"why" doc:"api.doc.account_why"`
}

// opened is a new password, shown this once.
type opened struct {
	Person   int64  `json:"person"`
	Password string `json:"password" doc:"api.doc.opened_password"`
}

// accounts serves what the security administrator does to accounts.
func (a *API) accounts(door *signin.Door, mask *privacy.Keeper) {
	one := []gives{{Status: http.StatusOK, Schema: of[account]()}}
	a.add(operation{
		Method: "GET", Path: Prefix + "/accounts", Policy: "account.read", Name: "list-accounts", Tag: "security",
		Query: []param{{Name: "text", Type: "string"}, {Name: "all", Type: "boolean"}, {Name: "limit", Type: "integer"}, {Name: "after_code", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[account]]()}}, Run: func(c *call) error { return c.listAccounts(door) },
	})
	a.add(operation{Method: "GET", Path: Prefix + "/persons/{id}/account", Policy: "account.read", Name: "get-account", Tag: "security", Gives: one, Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		return c.account(door, people.ID(id))
	}})
	for _, d := range []struct {
		name, deed string
		do         func(c *call, id people.ID) error
	}{
		{"unblock", "account.lock", func(c *call, id people.ID) error { return door.Unblock(c.r.Context(), c.by, id) }},
		{"reset-factor", "account.reset", func(c *call, id people.ID) error { return door.ResetFactor(c.r.Context(), c.by, id) }},
		{"end-sessions", "session.revoke", func(c *call, id people.ID) error { return door.Revoke(c.r.Context(), c.by, id, "") }},
		{"mask", "privacy.mask", func(c *call, id people.ID) error { return mask.MaskPerson(c.r.Context(), c.by, id) }},
	} {
		a.toAccount(door, operation{Path: d.name, Policy: d.deed, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			if err := d.do(c, people.ID(id)); err != nil {
				return err
			}
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		}})
	}
	a.blocking(door)
	a.opening(door)
}

// toAccount adds a deed to somebody's account.
func (a *API) toAccount(door *signin.Door, op operation) {
	run := op.Run
	op.Method, op.Name, op.Tag = "POST", op.Path+"-account", "security"
	op.Path = Prefix + "/persons/{id}/account/" + op.Path
	if op.Gives == nil {
		op.Gives, op.Once = []gives{{Status: http.StatusNoContent}}, true
	}
	op.Run = func(c *call) error {
		if err := c.allowed(door.Pen, "person:"+c.r.PathValue("id")); err != nil {
			return err
		}
		return run(c)
	}
	a.add(op)
}

func (a *API) blocking(door *signin.Door) {
	a.toAccount(door, operation{Path: "block", Policy: "account.lock", Body: &body{Schema: of[why]()}, Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		var f why
		if err := c.into(&f); err != nil {
			return err
		}
		if err := door.Block(c.r.Context(), c.by, people.ID(id), f.Why); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}})
}

// opening gives an account or a new password. Its answer is a secret and is
// therefore not kept for a repetition.
func (a *API) opening(door *signin.Door) {
	a.toAccount(door, operation{Path: "password", Policy: "account.reset", Gives: []gives{{Status: http.StatusOK, Schema: of[opened]()}}, Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		password, err := door.OpenAccount(c.r.Context(), c.by, people.ID(id))
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, opened{id, password})
	}})
}

func (c *call) account(door *signin.Door, id people.ID) error {
	held, err := door.Show(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, accountOf(held))
}

// listAccounts answers with a page of accounts in order of their code.
func (c *call) listAccounts(door *signin.Door) error {
	limit, err := c.limit()
	if err != nil {
		return err
	}
	held, err := door.List(c.r.Context(), c.by, signin.Query{Text: c.get("text"), Without: c.get("all") == "true", After: c.get("after_code"), Limit: limit})
	if err != nil {
		return err
	}
	out := page[account]{}
	for _, l := range held {
		out.Items = append(out.Items, accountOf(l))
	}
	if len(held) == limit {
		out.Next = c.following("after_code", held[limit-1].Person.Code)
	}
	return give(c, out)
}

// limit is how many rows a page shall have.
func (c *call) limit() (int, error) {
	text := c.get("limit")
	if text == "" {
		return usualPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostPage {
		return 0, fault.At("limit", "record.out_of_range").With("low", 1).With("high", mostPage)
	}
	return n, nil
}

// following is the address of the page behind this one, which a parameter
// names.
func (c *call) following(name, value string) string {
	values := c.r.URL.Query()
	values.Set(name, value)
	to := c.r.URL.Path + "?" + values.Encode()
	c.w.Header().Add("Link", "<"+to+`>; rel="next"`)
	return to
}

// signinRules serves the rules of signing in.
func (a *API) signinRules(door *signin.Door) {
	shape := []gives{{Status: http.StatusOK, Schema: of[signin.Rules]()}}
	a.add(operation{Method: "GET", Path: Prefix + "/settings/sign-in", Policy: "account.rules", Name: "get-rules", Tag: "security", Gives: shape, Run: func(c *call) error {
		if err := c.allowed(door.Pen, "centre:"+signin.RulesCode); err != nil {
			return err
		}
		held, err := door.Rules()
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, held)
	}})
	a.add(operation{
		Method: "PATCH", Path: Prefix + "/settings/sign-in", Policy: "account.rules", Name: "set-rules", Tag: "security", Once: true,
		Body: &body{Types: []string{mergeType, jsonType}, Schema: of[signin.Rules]()}, Gives: shape, Run: func(c *call) error {
			if err := c.allowed(door.Pen, "centre:"+signin.RulesCode); err != nil {
				return err
			}
			rules, err := door.Rules() // what is not sent stays as it is
			if err != nil {
				return err
			}
			if err := c.into(&rules); err != nil {
				return err
			}
			if err := door.SetRules(c.r.Context(), c.by, rules); err != nil {
				return err
			}
			return c.done(http.StatusOK, rules)
		},
	})
}
