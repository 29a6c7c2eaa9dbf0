package api

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/signin"
)

// Security is what the API asks about the way in, the rights, personal data and
// the audit log.
type Security struct {
	Door      *signin.Door
	Office    *access.Office
	Inspector *access.Inspector
	Privacy   *privacy.Keeper
	Log       *audit.Log
	// Session is the signed-in session behind a request, Denied when a token
	// asks: nobody changes a password with a token.
	Session func(*http.Request) (signin.Session, error)
}

// Security serves tokens, sessions, accounts, rights, roles, personal data and
// the audit log.
func (a *API) Security(s Security) {
	a.choose(s.Door)
	a.tokens(s.Door)
	a.sessions(s.Door)
	a.accounts(s.Door, s.Privacy)
	a.credentials(s.Door, s.Session)
	a.signinRules(s.Door)
	a.rights(s.Office)
	a.rolesWritten(s.Office)
	a.inspector(s.Inspector)
	a.retaining(s.Privacy)
	a.auditLog(s.Log)
}

// token is an API token. Its text is shown once, when it is made.
type token struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Owner   string   `json:"owner,omitempty"`
	Person  int64    `json:"person"`
	Grants  []string `json:"grants" doc:"api.doc.token_grants"`
	Made    string   `json:"made"`
	Ends    string   `json:"ends"`
	Seen    string   `json:"seen,omitempty" doc:"api.doc.token_seen"`
	Revoked string   `json:"revoked,omitempty"`
	Token   string   `json:"token,omitempty" doc:"api.doc.token_token"`
}

func tokenOf(t signin.Token) token {
	return token{ID: t.ID, Name: t.Name, Owner: t.Owner, Person: int64(t.Person), Grants: t.Grants, Made: stamp(t.Made), Ends: stamp(t.Ends), Seen: stamp(t.Seen), Revoked: stamp(t.Revoked)}
}

// tokenForm is what a new token is to be.
type tokenForm struct {
	Name   string    `json:"name"`
	Grants []string  `json:"grants" doc:"api.doc.token_grants"`
	Ends   time.Time `json:"ends"`
}

// everybodys asks for everybody's tokens or sessions instead of one's own.
var everybodys = []param{{Name: "all", Type: "boolean"}}

func (a *API) tokens(door *signin.Door) {
	a.add(operation{Method: "GET", Path: Prefix + "/tokens", Policy: Known, Name: "list-tokens", Tag: "security", Query: everybodys, Gives: []gives{{Status: http.StatusOK, Schema: of[page[token]]()}}, Run: func(c *call) error {
		read := door.MyTokens
		if c.get("all") == "true" {
			read = door.AllTokens
		}
		held, err := read(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[token]{}
		for _, t := range held {
			out.Items = append(out.Items, tokenOf(t))
		}
		return give(c, out)
	}})
	a.add(operation{
		Method: "POST", Path: Prefix + "/tokens", Policy: Known, Name: "make-token", Tag: "security",
		Body: &body{Schema: of[tokenForm]()}, Gives: []gives{{Status: http.StatusCreated, Schema: of[token]()}}, Run: func(c *call) error {
			var f tokenForm
			if err := c.into(&f); err != nil {
				return err
			}
			text, t, err := door.NewToken(c.r.Context(), c.by, f.Name, f.Grants, f.Ends)
			if err != nil {
				return err
			}
			out := tokenOf(t)
			out.Token = text
			return c.JSON(http.StatusCreated, out)
		},
	})
	a.add(operation{Method: "DELETE", Path: Prefix + "/tokens/{id}", Policy: Known, Name: "revoke-token", Tag: "security", Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		if err := door.RevokeToken(c.r.Context(), c.by, id); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}})
}

// session is a sign-in that has not ended.
type session struct {
	ID      string `json:"id"`
	Person  int64  `json:"person"`
	Stage   string `json:"stage"`
	Started string `json:"started"`
	Seen    string `json:"seen"`
	Ends    string `json:"ends"`
	Address string `json:"address"`
	Agent   string `json:"agent" doc:"api.doc.session_agent"`
}

func (a *API) sessions(door *signin.Door) {
	a.add(operation{Method: "GET", Path: Prefix + "/sessions", Policy: Known, Name: "list-sessions", Tag: "security", Query: everybodys, Gives: []gives{{Status: http.StatusOK, Schema: of[page[session]]()}}, Run: func(c *call) error {
		held, err := door.Mine(c.r.Context(), c.by)
		if c.get("all") == "true" {
			held, err = door.Open(c.r.Context(), c.by, 0)
		}
		if err != nil {
			return err
		}
		out := page[session]{}
		for _, s := range held {
			out.Items = append(out.Items, session{s.ID, int64(s.Person), string(s.Stage), stamp(s.Started), stamp(s.Seen), stamp(s.Ends), s.Address, s.Agent})
		}
		return give(c, out)
	}})
	a.add(operation{Method: "DELETE", Path: Prefix + "/persons/{id}/sessions/{session}", Policy: Known, Name: "end-session", Tag: "security", Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		who, name := people.ID(id), c.r.PathValue("session")
		if who == c.by.ID {
			err = door.EndMine(c.r.Context(), c.by, signin.Session{Person: who}, name)
		} else {
			err = door.Revoke(c.r.Context(), c.by, who, name)
		}
		if err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}})
}

// rights are what the security administrator gives a person.
type rights struct {
	Roles   []int64   `json:"roles"`
	Reach   string    `json:"reach" enum:"own,team,department,zone,all"`
	Cleared []int64   `json:"cleared" doc:"api.doc.rights_cleared"`
	Ends    time.Time `json:"ends,omitzero" doc:"api.doc.rights_ends"`
}

func (a *API) rights(office *access.Office) {
	shape := []gives{{Status: http.StatusOK, Schema: of[rights]()}}
	show := func(c *call, id people.ID) error {
		p, err := office.Staff.Person(c.r.Context(), id)
		if err != nil {
			return err
		}
		r := access.RightsOf(p)
		c.w.Header().Set("ETag", etag(p.Version))
		return c.done(http.StatusOK, rights{append([]int64{}, r.Roles...), r.Reach, plain(r.Cleared), r.Ends})
	}
	a.add(operation{Method: "GET", Path: Prefix + "/persons/{id}/rights", Policy: "account.read", Name: "get-rights", Tag: "security", Gives: shape, Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		if err := audit.Ask(c.r.Context(), office.Pen, c.by, c.Now(), "account.read", "person:"+strconv.FormatInt(id, 10)); err != nil {
			return err
		}
		return show(c, people.ID(id))
	}})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/persons/{id}/rights", Policy: "account.roles", Name: "set-rights", Tag: "security", Once: true, Match: true,
		Body: &body{Schema: of[rights]()}, Gives: shape, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			if err := audit.Ask(c.r.Context(), office.Pen, c.by, c.Now(), "account.roles", "person:"+strconv.FormatInt(id, 10)); err != nil {
				return err
			}
			var f rights
			if err := c.into(&f); err != nil {
				return err
			}
			version, err := matched(c.r)
			if err != nil {
				return err
			}
			give := access.Rights{Roles: f.Roles, Reach: f.Reach, Ends: f.Ends}
			for _, z := range f.Cleared {
				give.Cleared = append(give.Cleared, people.ZoneID(z))
			}
			if err := office.SetRights(c.r.Context(), c.by, people.ID(id), version, give); err != nil {
				return err
			}
			return show(c, people.ID(id))
		},
	})
}
