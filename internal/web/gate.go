package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/access"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
	"kilter/internal/web/static"
)

// Gate finds out for every request who is asking, and lets nobody through to
// what is not public before he has signed in completely.
type Gate struct {
	Shell   *Shell
	Door    *signin.Door
	Roster  *access.Roster
	Proxies []netip.Prefix // whose X-Forwarded-For is believed
	Secure  bool           // people come by HTTPS even where this server speaks HTTP
	Public  []string       // addresses for everybody besides Kilter's own; one that ends in / stands for all below it
	Demo    func(context.Context) ([]DemoAccount, error)
	Home    func(people.Actor) string // where a sign-in leads when no page asked for it; nil is "/"
}

// DemoAccount is an account of the demo city that anybody may enter.
type DemoAccount struct {
	Person people.ID
	Name   string
	Role   people.Text
}

// visit is what the gate found out about a request.
type visit struct {
	session signin.Session // zero for a token
	cookie  string
	from    signin.From
}

type visitKey struct{}

func visitOf(r *http.Request) visit {
	v, _ := r.Context().Value(visitKey{}).(visit)
	return v
}

// actor is whoever asks; see people.From.
func actor(r *http.Request) people.Actor { return people.From(r.Context()) }

// everybodys are the addresses that need no sign-in.
var everybodys = []string{signinPath, signinPath + "/", PreferPath, static.Prefix, "/favicon.ico", "/healthz", "/readyz", "/metrics", "/api/openapi.json", notice.DecidePath, notice.GradePath, LinkPath}

func (g *Gate) public(path string) bool {
	for _, list := range [][]string{everybodys, g.Public} {
		for _, p := range list {
			if path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
				return true
			}
		}
	}
	return false
}

// Guard is the way in to next.
func (g *Gate) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, static.Prefix) {
			next.ServeHTTP(w, r)
			return
		}
		v := visit{from: signin.From{Address: g.Address(r), Agent: r.UserAgent(), Via: people.ViaPage}}
		a, err := g.who(r, &v)
		a.Lang = string(language(r, a.Lang)) // things are named as the page around them speaks
		ctx := context.WithValue(people.With(r.Context(), a), visitKey{}, v)
		r = r.WithContext(ctx)
		if err != nil && (!g.public(r.URL.Path) || !fault.Is(err, fault.Unknown)) {
			g.refuse(w, r, err)
			return
		}
		if s := v.session; s.ID != "" && s.Stage != signin.Full && !g.public(r.URL.Path) && r.URL.Path != signoutPath {
			http.Redirect(w, r, stagePath(s.Stage), http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// who reads the token or the session that came with a request.
func (g *Gate) who(r *http.Request, v *visit) (people.Actor, error) {
	ctx := r.Context()
	if shown, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		t, err := g.Door.ByToken(ctx, strings.TrimSpace(shown))
		if err != nil {
			return people.Actor{}, err
		}
		a, err := g.Roster.Actor(ctx, t.Person, t.PersonVersion, g.Door.Now())
		if err != nil {
			return people.Actor{}, err
		}
		a.Via, a.Address, a.Token, a.Grants = people.ViaAPI, v.from.Address, t.ID, signin.Within(a.Grants, t.Grants)
		return a, nil
	}
	v.cookie = sessionCookie(r)
	s, err := g.Door.Who(ctx, v.cookie)
	if err != nil {
		return people.Actor{}, err
	}
	a, err := g.Roster.Actor(ctx, s.Person, s.PersonVersion, g.Door.Now())
	if err != nil {
		return people.Actor{}, err
	}
	v.session = s
	a.Via, a.Address = people.ViaPage, v.from.Address
	if strings.HasPrefix(r.URL.Path, "/api/") {
		a.Via = people.ViaAPI
	}
	if s.Stage != signin.Full { // half-way in, one may do nothing
		a.Grants, a.Scope = people.Grants{}, people.Scope{}
	}
	return a, nil
}

// Caller is whoever sends a request to the API, which tells those who are not
// let in itself. Half-way through a sign-in one is nobody yet.
func (g *Gate) Caller(r *http.Request) (people.Actor, error) {
	v := visit{from: signin.From{Address: g.Address(r), Agent: r.UserAgent(), Via: people.ViaAPI}}
	a, err := g.who(r, &v)
	if err == nil && v.session.ID != "" && v.session.Stage != signin.Full {
		err = fault.New(fault.Unknown, "signin.again")
	}
	return a, err
}

// Session is the session behind a request to the API; Denied when it came with
// a token, which opens nothing of a person's own sign-in.
func (g *Gate) Session(r *http.Request) (signin.Session, error) {
	v := visit{from: signin.From{Address: g.Address(r), Agent: r.UserAgent(), Via: people.ViaAPI}}
	if _, err := g.who(r, &v); err != nil {
		return signin.Session{}, err
	}
	if v.session.ID == "" {
		return signin.Session{}, fault.New(fault.Denied, "api.session_needed")
	}
	return v.session, nil
}

// refuse answers a request of somebody unknown: pages lead to sign-in, the API
// gets a problem document (RFC 9457).
func (g *Gate) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		g.Shell.Tell(w, r, err)
		return
	}
	status, f := Status(err), g.Shell.Frame(r)
	said, _ := g.Shell.say(f, r, err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="kilter"`)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": said}) // the reader may be gone
}

// Address is where a request comes from: the connection's other end, or when
// that is a trusted proxy, the last address in X-Forwarded-For that is none.
func (g *Gate) Address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.trusted(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
	}
	return at.String()
}

func (g *Gate) trusted(a netip.Addr) bool {
	for _, p := range g.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// secure reports whether the browser speaks HTTPS to us.
func (g *Gate) secure(r *http.Request) bool {
	if g.Secure || r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && g.trusted(peer.Addr().Unmap()) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// The session's cookie. Over HTTPS its name binds it to this host (RFC 6265bis).
const (
	cookieName = "kilter_session"
	hostCookie = "__Host-" + cookieName
)

func sessionCookie(r *http.Request) string {
	for _, name := range []string{hostCookie, cookieName} {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
	}
	return ""
}

// admit gives the browser the token of a session.
func (g *Gate) admit(w http.ResponseWriter, r *http.Request, token string, ends time.Time) {
	c := &http.Cookie{Name: cookieName, Value: token, Path: "/", Expires: ends, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if g.secure(r) {
		c.Name, c.Secure = hostCookie, true
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// Viewer is the person looking, for the frame of every page; app gives it to
// the Shell.
func (g *Gate) Viewer(r *http.Request) Viewer {
	a := actor(r)
	if a.ID == 0 {
		return Viewer{}
	}
	v := Viewer{Name: a.Name, Initials: part.Initials(a.Name), Hue: part.Hue(int64(a.ID)), SignOut: signoutPath, Theme: a.Choices.Theme, Density: a.Choices.Density, Zone: a.Place, KeysOff: a.Choices.Keys == "off"}
	if visitOf(r).session.Stage == signin.Full {
		v.Profile = accountPath
	}
	if l, ok := lang.Parse(a.Lang); ok {
		v.Lang = l
	}
	return v
}

// Keep keeps a choice of look in the profile of whoever is signed in, so that
// it holds on his other devices; app gives it to the Shell.
func (g *Gate) Keep(r *http.Request, p Preferences) error {
	if visitOf(r).session.Stage != signin.Full {
		return nil
	}
	return g.Door.Choose(r.Context(), actor(r), func(c *people.Choices) {
		c.Lang, c.Theme, c.Density = cmp.Or(p.Lang, c.Lang), cmp.Or(p.Theme, c.Theme), cmp.Or(p.Density, c.Density)
	})
}
