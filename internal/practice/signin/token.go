package signin

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// longestToken is the longest life of an API token.
const longestToken = 366 * 24 * time.Hour

// NewToken makes an API token for the actor himself, with a part of what he
// may do. The token is returned this once and stored as a digest.
func (d *Door) NewToken(ctx context.Context, by people.Actor, name string, grants []string, ends time.Time) (string, Token, error) {
	now := d.Now()
	t := Token{Person: by.ID, Name: strings.TrimSpace(name), Grants: grants, Made: now, Ends: ends}
	var many fault.Many
	if t.Name == "" || utf8.RuneCountInString(t.Name) > 100 {
		_ = many.Add(fault.At("name", "signin.token_name")) // a fault adds without error
	}
	if !ends.After(now) || ends.Sub(now) > longestToken {
		_ = many.Add(fault.At("ends", "signin.token_ends"))
	}
	if len(grants) == 0 {
		_ = many.Add(fault.At("grants", "signin.token_grants"))
	}
	for _, g := range grants {
		if len(Within(by.Grants, []string{g})) == 0 {
			_ = many.Add(fault.At("grants", "signin.token_beyond").With("deed", g))
		}
	}
	if by.ID == 0 || by.Token != 0 {
		_ = many.Add(fault.New(fault.Denied, "signin.token_by_token"))
	}
	if err := many.Err(); err != nil {
		return "", t, err
	}
	token := secret.Token(TokenPrefix)
	t.Digest = secret.Digest(token)
	row := audit.By(by, now, "token.new", object(by.ID))
	row.Detail = audit.Detail("name", t.Name, "grants", grants, "ends", ends.UTC().Format(time.RFC3339))
	return token, t, d.Tokens.AddToken(ctx, &t, row)
}

// Within is the part of the wanted grants that the owner holds. Either side
// may speak of a whole room ("incident.*"); what both allow remains.
func Within(owner people.Grants, wanted []string) people.Grants {
	out, want := people.Grants{}, people.NewGrants(wanted...)
	for _, g := range wanted {
		if owner.Has(g) {
			out[g] = struct{}{}
		}
	}
	for g := range owner {
		if g != "*" && want.Has(g) {
			out[g] = struct{}{}
		}
	}
	return out
}

// ByToken reads the API token that somebody showed: one point read.
func (d *Door) ByToken(ctx context.Context, shown string) (Token, error) {
	bad := fault.New(fault.Unknown, "signin.bad_token")
	if !strings.HasPrefix(shown, TokenPrefix) || len(shown) > 100 {
		return Token{}, bad
	}
	t, err := d.Tokens.Token(ctx, secret.Digest(shown))
	if fault.Is(err, fault.Missing) {
		return t, bad
	}
	if err != nil {
		return t, err
	}
	now := d.Now()
	if t.Blocked || !t.Revoked.IsZero() || !now.Before(t.Ends) {
		return t, bad
	}
	return t, d.touch(ctx, "", t.ID, t.Seen, now)
}

// MyTokens lists the actor's API tokens, latest first.
func (d *Door) MyTokens(ctx context.Context, by people.Actor) ([]Token, error) {
	if by.ID == 0 {
		return nil, nil
	}
	return d.Tokens.TokensOf(ctx, by.ID)
}

// AllTokens lists everybody's, for the security administrator.
func (d *Door) AllTokens(ctx context.Context, by people.Actor) ([]Token, error) {
	if err := audit.Ask(ctx, d.Pen, by, d.Now(), "account.read", "token"); err != nil {
		return nil, err
	}
	return d.Tokens.TokensOf(ctx, 0)
}

// RevokeToken ends an API token: one's own, or anybody's for the security
// administrator.
func (d *Door) RevokeToken(ctx context.Context, by people.Actor, id int64) error {
	mine, err := d.MyTokens(ctx, by)
	if err != nil {
		return err
	}
	own := slices.ContainsFunc(mine, func(t Token) bool { return t.ID == id })
	name := "token:" + strconv.FormatInt(id, 10)
	if !own {
		if err := audit.Ask(ctx, d.Pen, by, d.Now(), "token.revoke", name); err != nil {
			return err
		}
	}
	return d.Tokens.RevokeToken(ctx, id, d.Now(), audit.By(by, d.Now(), "token.revoke", name))
}
