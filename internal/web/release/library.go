package release

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/release"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// shelfPage is a page of the library or of the hardware store.
type shelfPage struct {
	*sight
	Entries []release.Entry
	Entry   *release.Entry
	Spares  []release.Spare
	Spare   *release.Spare
	Moves   []release.Movement
	Form    *web.Form
	Ask     *web.Form // what the list is filtered by
	About   string
}

func (s *sight) shelf(title, open string) *shelfPage {
	p := &shelfPage{sight: s}
	p.Title = title
	p.Views = []web.Group{web.ReleaseShelves(s.Sight, open)}
	if s.By.Can("release.read") {
		p.Views = append([]web.Group{{Title: s.T("desk.releases"), Views: []part.Link{{Label: s.T("desk.releases"), Href: "/releases", Icon: "package"}}}}, p.Views...)
	}
	return p
}

func (p *shelfPage) form(about string) *web.Form {
	if p.About == about {
		return p.Form
	}
	return nil
}

func (s *sight) library(w http.ResponseWriter, r *http.Request) error {
	p := s.shelf(s.T("release.library"), "library")
	p.Ask = &web.Form{Values: r.URL.Query()}
	var err error
	p.Entries, err = s.Library.List(s.ctx, s.By, release.Wanted{State: release.Standard(p.Ask.Get("state")), Word: p.Ask.Get("q")})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, libraryView(p))
}

func (p *shelfPage) askFields() []part.Field {
	return p.Ask.Fields(
		part.Field{Name: "q", Label: p.T("release.entry.find"), Plain: true, Max: 200},
		part.Field{Name: "state", Label: p.T("release.entry.state"), Kind: part.Choice, Options: append([]part.Option{{Label: p.T("release.entry.every")}}, options(p.sight, "release.standard.", release.Standards)...), Plain: true},
	)
}

func (p *shelfPage) entryFields() []part.Field {
	zone := part.Field{Name: "zone", Label: p.Label("zone"), Kind: part.Choice, Options: append([]part.Option{{Label: p.T("release.every_zone")}}, p.Options(setting.Zone, "")...), Plain: true, Help: p.T("release.entry.zone_help")}
	return p.Form.Fields(
		part.Field{Name: "name", Label: p.T("release.entry.name"), Required: true, Max: 200},
		part.Field{Name: "version", Label: p.T("release.entry.version"), Required: true, Max: 200, Narrow: true},
		part.Field{Name: "sha256", Label: "SHA-256", Required: true, Max: 200, Help: p.T("release.entry.sha256_help")},
		part.Field{Name: "licence", Label: p.T("release.entry.licence"), Required: true, Max: 200},
		part.Field{Name: "source", Label: p.T("release.entry.source"), Required: true, Max: 200, Help: p.T("release.entry.source_help")},
		part.Field{Name: "place", Label: p.T("release.entry.place"), Required: true, Max: 200, Help: p.T("release.entry.place_help")},
		zone,
		part.Field{Name: "note", Label: p.T("release.entry.note"), Kind: part.Long, Max: 2000},
	)
}

func (s *sight) newEntry(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, entryForm(s.shelf(s.T("release.entry.new"), "library")))
}

func (s *sight) enter(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	e, err := s.Library.Enter(s.ctx, s.By, release.Entry{
		Name: f.Get("name"), Version: f.Get("version"), Digest: f.Get("sha256"), Licence: f.Get("licence"), Source: f.Get("source"), Place: f.Get("place"),
		Zone: people.ZoneID(f.ID("zone")), Note: f.Get("note"),
	})
	if err == nil {
		return web.Go(w, r, entryHref(e.ID))
	}
	if err := blamed(f, s, err); err != nil {
		return err
	}
	p := s.shelf(s.T("release.entry.new"), "library")
	p.Form = f
	return web.Show(w, r, http.StatusUnprocessableEntity, entryForm(p))
}

// blamed puts what is wrong at the fields of a form; what is not for a form
// comes back.
func blamed(f *web.Form, s *sight, err error) error {
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
		return err
	}
	return f.Blame(s.Printer, err)
}

func entryHref(id int64) string { return web.LibraryPath + "/" + decimal(id) }

func (s *sight) entryPage(r *http.Request) (*shelfPage, error) {
	e, err := s.Library.Find(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, err
	}
	p := s.shelf(e.Label(), "library")
	p.Entry = e
	return p, nil
}

func (s *sight) entry(w http.ResponseWriter, r *http.Request) error {
	p, err := s.entryPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, entryView(p))
}

func (s *sight) judge(w http.ResponseWriter, r *http.Request) error {
	return s.onEntry(w, r, func(f *web.Form, id int64) error {
		_, err := s.Library.Judge(s.ctx, s.By, id, f.Get("verdict") == "accept", f.Get("why"))
		return err
	})
}

func (s *sight) withdraw(w http.ResponseWriter, r *http.Request) error {
	return s.onEntry(w, r, func(f *web.Form, id int64) error {
		_, err := s.Library.Withdraw(s.ctx, s.By, id, f.Get("why"))
		return err
	})
}

func (s *sight) onEntry(w http.ResponseWriter, r *http.Request, do func(*web.Form, int64) error) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	if err = do(f, id); err == nil {
		return web.Go(w, r, entryHref(id))
	}
	if err := blamed(f, s, err); err != nil {
		return err
	}
	p, err := s.entryPage(r)
	if err != nil {
		return err
	}
	p.Form = f
	return web.Show(w, r, http.StatusUnprocessableEntity, entryView(p))
}

func (p *shelfPage) whyFields() []part.Field {
	return p.Form.Fields(part.Field{Name: "why", Label: p.T("release.entry.why"), Plain: true, Max: 2000, Help: p.T("release.entry.why_help")})
}

// standing shows how far an entry is.
func standing(s release.Standard) (part.Tone, string) {
	switch s {
	case release.Accepted:
		return part.Jade, "check"
	case release.Refused:
		return part.Vermilion, "x"
	case release.Withdrawn:
		return part.Violet, "lock"
	}
	return part.Amber, "clock"
}

func (s *sight) stock(w http.ResponseWriter, r *http.Request) error {
	return s.stockPage(w, r, http.StatusOK, nil)
}

func (s *sight) stockPage(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	p := s.shelf(s.T("release.stock"), "stock")
	p.Form, p.About = f, "spare"
	var err error
	if p.Spares, err = s.Library.Spares(s.ctx, s.By); err != nil {
		return err
	}
	return web.Show(w, r, status, stockView(p))
}

// short counts the kinds of which fewer are there than should be.
func (p *shelfPage) short() int {
	n := 0
	for _, s := range p.Spares {
		if s.Short() {
			n++
		}
	}
	return n
}

func (p *shelfPage) spareFields() []part.Field {
	return p.form("spare").Fields(
		part.Field{Name: "name", Label: p.T("release.spare.name"), Required: true, Max: 200},
		part.Field{Name: "model", Label: p.T("release.spare.model"), Required: true, Max: 200},
		part.Field{Name: "place", Label: p.T("release.spare.place"), Required: true, Max: 200},
		part.Field{Name: "least", Label: p.T("release.spare.least"), Kind: part.Number, Narrow: true, Plain: true, Value: "1", Help: p.T("release.spare.least_help")},
		part.Field{Name: "zone", Label: p.Label("zone"), Kind: part.Choice, Options: append([]part.Option{{Label: p.T("release.every_zone")}}, p.Options(setting.Zone, "")...), Plain: true},
	)
}

func (s *sight) shelve(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	least, bad := strconv.Atoi(f.Get("least"))
	if bad != nil {
		least = -1 // which is out of range, and said so
	}
	one, err := s.Library.Shelve(s.ctx, s.By, release.Spare{Name: f.Get("name"), Model: f.Get("model"), Place: f.Get("place"), Least: least, Zone: people.ZoneID(f.ID("zone"))})
	if err == nil {
		return web.Go(w, r, spareHref(one.ID))
	}
	if err := blamed(f, s, err); err != nil {
		return err
	}
	return s.stockPage(w, r, http.StatusUnprocessableEntity, f)
}

func spareHref(id int64) string { return web.HardwarePath + "/" + decimal(id) }

func (s *sight) spare(w http.ResponseWriter, r *http.Request) error {
	return s.sparePage(w, r, http.StatusOK, nil)
}

func (s *sight) sparePage(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	one, moves, err := s.Library.Spare(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return err
	}
	p := s.shelf(one.Name, "stock")
	p.Spare, p.Moves, p.Form, p.About = one, moves, f, "move"
	return web.Show(w, r, status, spareView(p))
}

func (p *shelfPage) moveFields() []part.Field {
	return p.form("move").Fields(
		part.Field{Name: "pieces", Label: p.T("release.spare.pieces"), Kind: part.Number, Required: true, Narrow: true, Help: p.T("release.spare.pieces_help")},
		part.Field{Name: "why", Label: p.T("release.spare.why"), Required: true, Max: 2000},
		part.Field{Name: "ref", Label: p.T("release.spare.ref"), Narrow: true, Hint: "CHG-2026-00042"},
	)
}

func (s *sight) shift(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	pieces, bad := strconv.Atoi(f.Get("pieces"))
	if bad != nil {
		pieces = 0 // which is no movement, and said so
	}
	if _, err = s.Library.Shift(s.ctx, s.By, release.Movement{Spare: id, Pieces: pieces, Why: f.Get("why"), Ref: f.Get("ref")}); err == nil {
		return web.Go(w, r, spareHref(id))
	}
	if err := blamed(f, s, err); err != nil {
		return err
	}
	return s.sparePage(w, r, http.StatusUnprocessableEntity, f)
}
