package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

// Room is the pages of one practice that live in a package of their own below
// this one. It is a value that app makes and hands to the border, the desk and
// the portal; nothing registers itself. A room knows this package, the parts
// and its practice, and no other room.
type Room struct {
	Name  string // of the package, as it stands before its drafts on the portal
	Pages []Page
	// Rail are its places in the bar of modules, Beside its pages beside the
	// lists of incidents, Portal its ways in the head of the portal: each for
	// one reader, none when he has no use for it, and nil where it has none.
	Rail, Beside, Portal func(*Frame, people.Actor) []part.Link
	// Day is what it has for the reader's day, nil for nothing.
	Day func(*Sight, *http.Request) (templ.Component, error)
}

// Page is one page of a room, its policy with it. ForStaff, ForPortal and
// ForLink make one.
type Page struct {
	At  string // "GET /duty/{id}", as http.ServeMux reads it
	For string // Anyone, Known, Staff, or the deeds of which one has to be granted

	size   int64 // most bytes of a body; BodyLimit when 0
	within time.Duration
	staff  StaffPage
	portal PortalPage
	link   LinkPage
}

// LinkPath is where pages begin that whoever has a secret link comes to without
// signing in. What follows the name of the room is never logged.
const LinkPath = "/link/"

// LinkPage answers a request of whoever has a secret link. The page finds out
// what the secret opens, and says that it is missing when it opens nothing.
type LinkPage func(w http.ResponseWriter, r *http.Request, f *Frame) error

// ForStaff is a page of the workspace. For everybody else it is not there.
func ForStaff(at, policy string, h StaffPage) Page { return Page{At: at, For: policy, staff: h} }

// ForPortal is a page of officials, below /portal. Staff who come there see what
// officials see.
func ForPortal(at, policy string, h PortalPage) Page { return Page{At: at, For: policy, portal: h} }

// ForLink is a page for whoever has a link with a secret in it: "GET
// /link/survey/{secret}". One that does not lie below LinkPath is for nobody.
func ForLink(at string, h LinkPage) Page {
	p := Page{At: at, For: Anyone, link: h}
	if _, path, _ := strings.Cut(at, " "); !strings.HasPrefix(path, LinkPath) {
		p.For = ""
	}
	return p
}

// Takes lets the page's form be larger than others, as one with a file is.
func (p Page) Takes(size int64, within time.Duration) Page {
	p.size, p.within = size, within
	return p
}

// bounded is its handler under a limit of what it may be sent.
func (p *Page) bounded(h http.Handler) http.Handler {
	if strings.HasPrefix(p.At, "GET ") {
		return h
	}
	size, within := p.size, p.within
	if size == 0 {
		size, within = BodyLimit, BodyTime
	}
	return Limit(h, size, within)
}

// enter mounts the pages of a room for staff, and for those who have a link.
func (d *Desk) enter(mux Mux, room *Room) {
	for i := range room.Pages {
		switch p := &room.Pages[i]; {
		case p.staff != nil:
			mux.Handle(p.At, p.bounded(d.staff(func(w http.ResponseWriter, r *http.Request, s *sight) error { return p.staff(w, r, s.Sight) })))
		case p.link != nil:
			mux.Handle(p.At, p.bounded(d.Handle(func(w http.ResponseWriter, r *http.Request) error {
				h := w.Header()
				h.Set("Cache-Control", "no-store")
				h.Set("Referrer-Policy", "no-referrer")
				h.Set("X-Robots-Tag", "noindex, nofollow")
				return p.link(w, r, d.Frame(r))
			})))
		}
	}
}

// enter mounts the pages of a room for officials.
func (d *PortalDesk) enter(mux Mux, room *Room) {
	for i := range room.Pages {
		if p := &room.Pages[i]; p.portal != nil {
			mux.Handle(p.At, p.bounded(d.guest(func(w http.ResponseWriter, r *http.Request, g *guest) error { return p.portal(w, r, g.Guest) })))
		}
	}
}

// roomDays are what rooms have for the reader's day.
func (p *dayPage) roomDays(r *http.Request) error {
	for _, room := range p.desk.Rooms {
		if room.Day == nil {
			continue
		}
		c, err := room.Day(p.Sight, r)
		if err != nil {
			return err
		}
		if c != nil {
			p.Rooms = append(p.Rooms, c)
		}
	}
	return nil
}
