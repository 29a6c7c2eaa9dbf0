// Package release is the pages of release management beside its records: what a
// release is made of, where it goes, its tests, its readiness review and its
// notes; the definitive software library and the definitive hardware store.
package release

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Pages are these pages. App gives them the desk, the library, and how items
// are called.
type Pages struct {
	Desk    *release.Desk
	Library *release.Library
	// Items are the names of configuration items that an actor may see.
	Items func(ctx context.Context, by people.Actor, ids []record.ItemID) (map[record.ItemID]string, error)
}

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	const at, read = "/releases/{ref}", "release.read"
	of := func(deed string) string { return "release." + deed }
	return web.Room{
		Name: "release",
		Pages: []web.Page{
			web.ForStaff("GET "+at+"/parts", read, p.page((*sight).parts)),
			web.ForStaff("POST "+at+"/parts", of(release.DeedCompose), p.page((*sight).addPart)),
			web.ForStaff("POST "+at+"/parts/{n}/drop", of(release.DeedCompose), p.page((*sight).dropPart)),
			web.ForStaff("GET "+at+"/targets", read, p.page((*sight).targets)),
			web.ForStaff("POST "+at+"/targets", of(release.DeedTarget), p.page((*sight).addTarget)),
			web.ForStaff("POST "+at+"/targets/{n}/drop", of(release.DeedTarget), p.page((*sight).dropTarget)),
			web.ForStaff("POST "+at+"/targets/{n}/deploy", of(release.DeedDeploy), p.page((*sight).deploy)),
			web.ForStaff("POST "+at+"/targets/{n}/verify", of(release.DeedVerify), p.page((*sight).verify)),
			web.ForStaff("GET "+at+"/known", read, p.page((*sight).known)),
			web.ForStaff("POST "+at+"/known", of(release.DeedCarry), p.page((*sight).carry)),
			web.ForStaff("POST "+at+"/known/{n}/drop", of(release.DeedCarry), p.page((*sight).dropKnown)),
			web.ForStaff("GET "+at+"/tests", read, p.page((*sight).tests)),
			web.ForStaff("POST "+at+"/tests", of(release.DeedSign), p.page((*sight).sign)),
			web.ForStaff("GET "+at+"/review", read, p.page((*sight).review)),
			web.ForStaff("POST "+at+"/review/points", of(release.DeedVoice), p.page((*sight).look)),
			web.ForStaff("POST "+at+"/review/voices", of(release.DeedVoice), p.page((*sight).speak)),
			web.ForStaff("POST "+at+"/review/decision", of(release.DeedDecide), p.page((*sight).decide)),
			web.ForStaff("POST "+at+"/review/conditions/{n}", of(release.DeedDecide), p.page((*sight).meet)),
			web.ForStaff("GET "+at+"/print", read, p.page((*sight).print)),

			web.ForStaff("GET "+web.LibraryPath, release.LibraryRead, p.page((*sight).library)),
			web.ForStaff("GET "+web.LibraryPath+"/new", release.LibraryEnter, p.page((*sight).newEntry)),
			web.ForStaff("POST "+web.LibraryPath+"/new", release.LibraryEnter, p.page((*sight).enter)),
			web.ForStaff("GET "+web.LibraryPath+"/{id}", release.LibraryRead, p.page((*sight).entry)),
			web.ForStaff("POST "+web.LibraryPath+"/{id}/judge", release.LibraryAccept, p.page((*sight).judge)),
			web.ForStaff("POST "+web.LibraryPath+"/{id}/withdraw", release.LibraryWithdraw, p.page((*sight).withdraw)),
			web.ForStaff("GET "+web.HardwarePath, release.LibraryRead, p.page((*sight).stock)),
			web.ForStaff("POST "+web.HardwarePath, release.LibraryStock, p.page((*sight).shelve)),
			web.ForStaff("GET "+web.HardwarePath+"/{id}", release.LibraryRead, p.page((*sight).spare)),
			web.ForStaff("POST "+web.HardwarePath+"/{id}/move", release.LibraryStock, p.page((*sight).shift)),
		},
	}
}

// sight is one request to these pages.
type sight struct {
	*web.Sight
	*Pages
	ctx context.Context // a sight lives as long as its request
}

// page makes a page for staff of a handler.
func (p *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		return h(&sight{Sight: s, Pages: p, ctx: r.Context()}, w, r)
	}
}

// onePage is a page about one release.
type onePage struct {
	*sight
	One   *release.Release
	Open  string // which of its pages
	Form  *web.Form
	About string // which form of the page that is
	Names map[record.ItemID]string

	Entries []release.Entry // that a part can be made of
	Trouble release.Trouble
	Known   []release.KnownError
	Against []*fault.Fault // what the reader's next step would be refused for
}

// number is that of the release in the address.
func number(r *http.Request) (record.Number, error) {
	kind, n, err := record.ParseRef(r.PathValue("ref"))
	if err != nil || kind != record.Release {
		return 0, fault.New(fault.Missing, "record.no_such").With("ref", r.PathValue("ref"))
	}
	return n, nil
}

// one reads the release in the address for a page.
func (s *sight) one(r *http.Request, open string) (*onePage, error) {
	n, err := number(r)
	if err != nil {
		return nil, err
	}
	rel, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return nil, err
	}
	p := &onePage{sight: s, One: rel, Open: open}
	p.Title = rel.Ref() + " " + s.T("release.list."+open)
	var ids []record.ItemID
	for _, one := range rel.Parts {
		if one.Item != 0 {
			ids = append(ids, one.Item)
		}
	}
	if p.Names, err = s.Items(s.ctx, s.By, ids); err != nil {
		return nil, err
	}
	if p.Against, err = s.Desk.Refuses(s.By, rel); err != nil {
		return nil, err
	}
	p.Needs("choose")
	p.places()
	return p, nil
}

// places fills the second column with the pages of the release.
func (p *onePage) places() {
	links := []part.Link{{Label: p.One.Ref() + " " + web.Cut(p.One.Title, 40), Href: p.base(), Icon: "package"}}
	for _, l := range [][2]string{{"parts", "box"}, {"targets", "truck"}, {"known", "alert-triangle"}, {"tests", "checks"}, {"review", "users"}, {"print", "printer"}} {
		links = append(links, part.Link{Label: p.T("release.list." + l[0]), Href: p.base() + "/" + l[0], Icon: l[1], Active: p.Open == l[0]})
	}
	p.Views = []web.Group{{Title: p.T("desk.releases"), Views: links}}
	p.Views = append(p.Views, web.ReleaseShelves(p.Sight, ""))
}

func (p *onePage) base() string { return record.Release.Path() + "/" + p.One.Ref() }

func (p *onePage) state() part.Status { return p.StateOf(record.Release, p.One.State) }

// at reports whether the release is in one of some states.
func (p *onePage) at(states ...flow.State) bool { return slices.Contains(states, p.One.State) }

// can reports whether the reader may do something to releases.
func (p *onePage) can(deed string) bool { return p.By.Can("release." + deed) }

// form is what was typed into a form of the page; nil for another.
func (p *onePage) form(about string) *web.Form {
	if p.About == about {
		return p.Form
	}
	return nil
}

// did sends on to the page that a deed was done on, or shows it anew with what
// was typed and what is wrong with it. row is the place before the names of
// fields that faults of a list have, "" when they have none.
func (s *sight) did(w http.ResponseWriter, r *http.Request, f *web.Form, d deed) error {
	if d.err == nil {
		return web.Go(w, r, record.Release.Path()+"/"+r.PathValue("ref")+"/"+d.open)
	}
	if fault.Is(d.err, fault.Denied) || fault.Is(d.err, fault.Missing) {
		return d.err
	}
	if err := f.Blame(s.Printer, atRow(d.err, d.row)); err != nil {
		return err
	}
	p, err := s.one(r, d.open)
	if err != nil {
		return err
	}
	p.Form, p.About = f, d.about
	return p.show(w, r, http.StatusUnprocessableEntity)
}

// deed is how something that was done on a page has gone.
type deed struct {
	open  string // the page
	about string // the form
	row   string // before the names of fields at fault
	err   error
}

// atRow takes the place of a row off the fields that are at fault in it.
func atRow(err error, row string) error {
	all := fault.All(err)
	if row == "" || all == nil {
		return err
	}
	out := make(fault.Many, len(all))
	for i, f := range all {
		one := *f
		one.Field = strings.TrimPrefix(one.Field, row)
		out[i] = &one
	}
	return out
}

// seen is the version that a form was made upon.
func seen(f *web.Form) record.Input { return record.Input{Version: f.ID("version")} }

// nth is the number in the address, of a target or of a row, from 1.
func nth(r *http.Request) int { return int(web.PathID(r, "n")) }

// moment reads when something is, in the reader's zone.
func (s *sight) moment(f *web.Form, name string) time.Time {
	v := f.Get(name)
	if v == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(web.TypedMoment, v, s.Zone())
	if err != nil {
		f.Fault(name, s.T("release.not_a_moment"))
		return time.Time{}
	}
	return t.UTC()
}

func (p *onePage) show(w http.ResponseWriter, r *http.Request, status int) error {
	var err error
	switch p.Open {
	case "parts":
		if p.can(release.DeedCompose) && p.By.Can(release.LibraryRead) && p.at(release.Planned, release.Building) {
			if p.Entries, err = p.Library.List(p.ctx, p.By, release.Wanted{State: release.Accepted}); err != nil {
				return err
			}
		}
		return web.Show(w, r, status, partsView(p))
	case "targets":
		if p.Trouble, err = p.Desk.Trouble(p.ctx, p.By, p.One); err != nil {
			return err
		}
		return web.Show(w, r, status, targetsView(p))
	case "known":
		if p.Known, err = p.Desk.Known(p.By, p.One); err != nil {
			return err
		}
		return web.Show(w, r, status, knownView(p))
	case "tests":
		return web.Show(w, r, status, testsView(p))
	}
	return web.Show(w, r, status, reviewView(p))
}

// plain is a page about one release without more ado.
func (s *sight) plain(w http.ResponseWriter, r *http.Request, open string) error {
	p, err := s.one(r, open)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (s *sight) parts(w http.ResponseWriter, r *http.Request) error { return s.plain(w, r, "parts") }

func (s *sight) targets(w http.ResponseWriter, r *http.Request) error {
	return s.plain(w, r, "targets")
}

func (s *sight) tests(w http.ResponseWriter, r *http.Request) error { return s.plain(w, r, "tests") }

func (s *sight) review(w http.ResponseWriter, r *http.Request) error { return s.plain(w, r, "review") }

func (s *sight) print(w http.ResponseWriter, r *http.Request) error {
	p, err := s.one(r, "print")
	if err != nil {
		return err
	}
	p.Title = p.One.Ref() + " " + p.One.Title
	if p.Known, err = s.Desk.Known(s.By, p.One); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, notesView(p))
}

// options are the choices of a list of words.
func options[S ~string](p *sight, prefix string, all []S) []part.Option {
	out := make([]part.Option, len(all))
	for i, s := range all {
		out[i] = part.Option{Value: string(s), Label: p.T(prefix + string(s))}
	}
	return out
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
