package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// pond is a room with one page of each sort.
func pond() web.Room {
	write := func(w http.ResponseWriter, text string) error {
		_, err := io.WriteString(w, text)
		return err
	}
	dig := func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		f, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		return write(w, "dug "+f.Get("what")[:1])
	}
	return web.Room{
		Name: "pond",
		Portal: func(*web.Frame, people.Actor) []part.Link {
			return []part.Link{{Label: "Pond", Href: "/portal/pond"}}
		},
		Pages: []web.Page{
			web.ForStaff("GET /pond/{id}", "pond.read", func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
				if web.PathID(r, "id") != 1 {
					return fault.New(fault.Missing, "trouble.missing")
				}
				return write(w, "seen by "+s.Name(s.By.ID))
			}),
			web.ForStaff("POST /pond", "pond.dig", dig),
			web.ForStaff("POST /pond/deep", "pond.dig", dig).Takes(4*web.BodyLimit, time.Minute),
			web.ForPortal("GET /portal/pond", web.Known, func(w http.ResponseWriter, _ *http.Request, g *web.Guest) error {
				if g.By.Staff {
					return fault.New(fault.Denied, "people.not_granted").With("deed", "staff")
				}
				return write(w, g.Frame.Portal[len(g.Frame.Portal)-1].Label+" for an official")
			}),
			web.ForLink("GET /link/pond/{secret}", func(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
				if r.PathValue("secret") != "frog" {
					return fault.New(fault.Missing, "trouble.missing")
				}
				return write(w, "opened "+f.Path)
			}),
			web.ForLink("GET /astray/{secret}", func(w http.ResponseWriter, _ *http.Request, _ *web.Frame) error { return write(w, "astray") }),
		},
	}
}

// TestARoomHasItsPagesAndItsPolicies asks for the pages of a room as everybody.
func TestARoomHasItsPagesAndItsPolicies(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	dir := &directory.Directory{Keeper: &setting.Keeper{Store: c.db.Settings()}, Roll: c.db.Roll()}
	if err := dir.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	asks := func(r *http.Request) (people.Actor, error) { return people.From(r.Context()), nil }
	rooms := []web.Room{pond()}
	border := &web.Border{Mux: http.NewServeMux(), Shell: shell(t), Pen: c.db, Rooms: rooms}
	(&web.Desk{Shell: border.Shell, Incidents: c.desk, Persons: c.db, Settings: dir.Keeper.All, Actor: asks, Rooms: rooms}).Routes(border)
	(&web.PortalDesk{Shell: border.Shell, Incidents: c.desk, Directory: dir, Actor: asks, Drafts: c.db.Drafts(), Rooms: rooms}).Routes(border)

	reader := people.Actor{ID: c.who["chen"], Name: "Chen", Staff: true, Grants: people.NewGrants("pond.read")}
	digger := people.Actor{ID: c.who["chen"], Name: "Chen", Staff: true, Grants: people.NewGrants("*")}
	official := people.Actor{ID: c.who["wang"], Name: "Wang", Grants: people.NewGrants("pond.read")}
	large := "what=" + strings.Repeat("m", 2*int(web.BodyLimit))
	cases := []struct {
		name   string
		by     people.Actor
		ask    string
		body   string
		status int
		says   string
	}{
		{"a reader reads", reader, "GET /pond/1", "", 200, "seen by Chen"},
		{"what is not there is missing", reader, "GET /pond/2", "", 404, ""},
		{"a reader does not dig", reader, "POST /pond", "what=mud", 403, ""},
		{"a digger digs", digger, "POST /pond", "what=mud", 200, "dug m"},
		{"a body is bounded", digger, "POST /pond", large, 413, ""},
		{"unless the page takes more", digger, "POST /pond/deep", large, 200, "dug m"},
		{"an official has no page of staff", official, "GET /pond/1", "", 404, ""},
		{"a stranger has none", people.Actor{}, "GET /pond/1", "", 401, ""},
		{"an official has his own", official, "GET /portal/pond", "", 200, "Pond for an official"},
		{"staff there see what officials see", digger, "GET /portal/pond", "", 200, "Pond for an official"},
		{"a stranger has no portal", people.Actor{}, "GET /portal/pond", "", 401, ""},
		{"a secret opens", people.Actor{}, "GET /link/pond/frog", "", 200, "opened /link/pond/frog"},
		{"a wrong one does not", people.Actor{}, "GET /link/pond/toad", "", 404, ""},
		{"a link astray is for nobody", digger, "GET /astray/frog", "", 403, ""},
	}
	for _, one := range cases {
		method, path, _ := strings.Cut(one.ask, " ")
		r := httptest.NewRequestWithContext(people.With(t.Context(), one.by), method, path, strings.NewReader(one.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		border.Mux.ServeHTTP(w, r)
		if w.Code != one.status || one.says != "" && w.Body.String() != one.says {
			t.Errorf("%s: %s: %d %.80q, want %d %q", one.name, one.ask, w.Code, w.Body, one.status, one.says)
		}
		if strings.HasPrefix(path, web.LinkPath) && (w.Header().Get("Referrer-Policy") != "no-referrer" || w.Header().Get("Cache-Control") != "no-store") {
			t.Errorf("%s: the secret travels on: %v", one.name, w.Header())
		}
	}
	for pattern, want := range map[string]string{"POST /pond": "pond.dig", "GET /link/pond/{secret}": web.Anyone, "GET /astray/{secret}": "", "GET /incidents": "incident.read"} {
		if got := border.Policy(pattern); got != want {
			t.Errorf("%s is for %q, want %q", pattern, got, want)
		}
	}
	if got := web.Shown("/link/pond/frog"); got != "/link/pond/*" {
		t.Errorf("logs would hold %s", got)
	}
}
