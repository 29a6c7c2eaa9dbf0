package api

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
)

// Security is what the API asks about the way in, the rights and the audit log.
type Security struct {
	Door   *signin.Door
	Office *access.Office
	Log    *audit.Log
}

// Security serves tokens, sessions, rights and the audit log.
func (a *API) Security(s Security) {
	a.choose(s.Door)
	a.tokens(s.Door)
	a.sessions(s.Door)
	if s.Office != nil {
		a.rights(s.Office)
	}
	if s.Log != nil {
		a.auditLog(s.Log)
	}
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

// auditRow is a line of the audit log.
type auditRow struct {
	ID      int64  `json:"id"`
	Seq     int64  `json:"seq,omitempty" doc:"api.doc.audit_seq"`
	At      string `json:"at"`
	Actor   int64  `json:"actor,omitempty"`
	Name    string `json:"name"`
	Via     string `json:"via"`
	Address string `json:"address,omitempty"`
	Deed    string `json:"deed"`
	Object  string `json:"object"`
	Result  string `json:"result" enum:"done,refused,failed"`
	Detail  string `json:"detail,omitempty"`
	Hash    string `json:"hash,omitempty" doc:"api.doc.audit_hash"`
}

func (a *API) auditLog(log *audit.Log) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/audit", Policy: "audit.read", Name: "read-audit", Tag: "security",
		Query: []param{
			{Name: "from", Type: "string"},
			{Name: "to", Type: "string"},
			{Name: "actor", Type: "integer"},
			{Name: "deed", Type: "string"},
			{Name: "object", Type: "string"},
			{Name: "result", Type: "string", Enum: []string{"done", "refused", "failed"}},
			{Name: "limit", Type: "integer"},
			{Name: "cursor", Type: "string"},
		},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[auditRow]]()}}, Run: func(c *call) error {
			f, err := c.filter()
			if err != nil {
				return err
			}
			rows, err := log.Read(c.r.Context(), c.by, f)
			if err != nil {
				return err
			}
			out := page[auditRow]{}
			for _, r := range rows {
				out.Items = append(out.Items, auditRow{r.ID, r.Seq, stamp(r.At), int64(r.Actor), r.Name, string(r.Via), r.Address, r.Deed, r.Object, string(r.Result), r.Detail, r.Hash})
			}
			if len(rows) == f.Limit {
				last := rows[len(rows)-1]
				out.Next = c.next(cursor{last.At.UnixMilli(), last.ID, question("audit")})
			}
			return give(c, out)
		},
	})
}

// filter reads what narrows the audit log.
func (c *call) filter() (audit.Filter, error) {
	f := audit.Filter{Deed: c.get("deed"), Object: c.get("object"), Result: audit.Result(c.get("result")), Limit: usualPage}
	var many fault.Many
	for name, into := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		if text := c.get(name); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				many = append(many, fault.At(name, "record.not_a_moment"))
			}
			*into = at
		}
	}
	if n, err := strconv.Atoi(c.get("limit")); err == nil {
		f.Limit = min(max(n, 1), mostPage)
	}
	if n, err := strconv.ParseInt(c.get("actor"), 10, 64); err == nil {
		f.Actor = people.ID(n)
	}
	if text := c.get("cursor"); text != "" {
		at, err := readCursor(text, question("audit"))
		if err := many.Add(err); err != nil {
			return f, err
		}
		f.After = audit.Place{At: time.UnixMilli(at.Value).UTC(), ID: at.ID}
	}
	return f, many.Err()
}
