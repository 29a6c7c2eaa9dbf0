package api

import (
	"net/http"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/release"
)

// libraryEntry is a version of software in the definitive software library.
type libraryEntry struct {
	ID       int64      `json:"id"`
	Name     string     `json:"name"`
	Version  string     `json:"version"`
	SHA256   string     `json:"sha256" doc:"api.doc.release_sha256"`
	Licence  string     `json:"licence"`
	Source   string     `json:"source"`
	Place    string     `json:"place"`
	Zone     int64      `json:"zone,omitempty"`
	Note     string     `json:"note,omitempty"`
	State    string     `json:"state" enum:"entered,accepted,refused,withdrawn"`
	By       int64      `json:"entered_by"`
	At       time.Time  `json:"entered"`
	Judge    int64      `json:"accepted_by,omitempty"`
	Judged   *time.Time `json:"accepted,omitempty"`
	Why      string     `json:"why,omitempty"`
	Versions int64      `json:"row_version"`
}

func libraryEntryOf(e release.Entry) libraryEntry {
	out := libraryEntry{e.ID, e.Name, e.Version, e.Digest, e.Licence, e.Source, e.Place, int64(e.Zone), e.Note, string(e.State), int64(e.By), e.At.UTC(), int64(e.Judge), nil, e.Why, e.Changed}
	if !e.Judged.IsZero() {
		at := e.Judged.UTC()
		out.Judged = &at
	}
	return out
}

type typedLibraryEntry struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256" doc:"api.doc.release_sha256"`
	Licence string `json:"licence"`
	Source  string `json:"source"`
	Place   string `json:"place"`
	Zone    int64  `json:"zone,omitempty"`
	Note    string `json:"note,omitempty"`
}

type typedVerdict struct {
	Accept bool   `json:"accept"`
	Why    string `json:"why,omitempty"`
}

// spare is a kind of hardware in the definitive hardware store.
type spare struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Model     string     `json:"model"`
	Place     string     `json:"place"`
	Zone      int64      `json:"zone,omitempty"`
	Least     int        `json:"least" doc:"api.doc.release_least"`
	Pieces    int        `json:"pieces"`
	Version   int64      `json:"row_version"`
	Movements []movement `json:"movements,omitempty"`
}

type movement struct {
	Pieces int       `json:"pieces" doc:"api.doc.release_pieces"`
	Why    string    `json:"why"`
	Ref    string    `json:"ref,omitempty" doc:"api.doc.number"`
	By     int64     `json:"by"`
	At     time.Time `json:"at"`
}

func spareOf(s release.Spare, moves []release.Movement) spare {
	out := spare{s.ID, s.Name, s.Model, s.Place, int64(s.Zone), s.Least, s.Pieces, s.Changed, nil}
	for _, m := range moves {
		out.Movements = append(out.Movements, movement{m.Pieces, m.Why, m.Ref, int64(m.By), m.At.UTC()})
	}
	return out
}

type typedSpare struct {
	Name    string `json:"name"`
	Model   string `json:"model"`
	Place   string `json:"place"`
	Zone    int64  `json:"zone,omitempty"`
	Least   int    `json:"least,omitempty" doc:"api.doc.release_least"`
	Version int64  `json:"row_version,omitempty"`
}

type typedMovement struct {
	Pieces int    `json:"pieces" doc:"api.doc.release_pieces"`
	Why    string `json:"why"`
	Ref    string `json:"ref,omitempty" doc:"api.doc.number"`
}

// libraryOp is an operation on the library.
func libraryOp(method, path, policy, name string, given *schema, run handler) operation {
	return operation{Method: method, Path: Prefix + path, Policy: policy, Name: name, Tag: "library", Gives: []gives{{Status: http.StatusOK, Schema: given}}, Run: func(c *call) error {
		if err := c.by.May(c.op.Policy); err != nil {
			return err
		}
		return run(c)
	}}
}

// libraryDeed is one with a body.
func libraryDeed[T any](method, path, policy, name string, given *schema, do func(*call, int64, T) error) operation {
	op := libraryOp(method, path, policy, name, given, func(c *call) error {
		id := int64(0)
		if c.r.PathValue("id") != "" {
			var err error
			if id, err = c.id("id"); err != nil {
				return err
			}
		}
		var in T
		if err := c.into(&in); err != nil {
			return err
		}
		return do(c, id, in)
	})
	op.Body, op.Once = &body{Schema: of[T]()}, method == "POST"
	return op
}

// Library serves the definitive software library and the definitive hardware
// store.
func (a *API) Library(l *release.Library) {
	one := of[libraryEntry]()
	list := libraryOp("GET", "/library", release.LibraryRead, "list-library", of[page[libraryEntry]](), func(c *call) error {
		all, err := l.List(c.r.Context(), c.by, release.Wanted{State: release.Standard(c.get("state")), Word: c.get("text")})
		if err != nil {
			return err
		}
		out := page[libraryEntry]{Items: []libraryEntry{}}
		for _, e := range all {
			out.Items = append(out.Items, libraryEntryOf(e))
		}
		return c.JSON(http.StatusOK, out)
	})
	list.Query = []param{{Name: "state", Type: "string", Enum: []string{"entered", "accepted", "refused", "withdrawn"}}, {Name: "text", Type: "string"}}
	a.add(list)
	a.add(libraryOp("GET", "/library/{id}", release.LibraryRead, "get-library", one, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		e, err := l.Find(c.r.Context(), c.by, id)
		return c.entry(e, err)
	}))
	a.add(libraryDeed("POST", "/library", release.LibraryEnter, "enter-library", one, func(c *call, _ int64, in typedLibraryEntry) error {
		e, err := l.Enter(c.r.Context(), c.by, release.Entry{Name: in.Name, Version: in.Version, Digest: in.SHA256, Licence: in.Licence, Source: in.Source, Place: in.Place, Zone: people.ZoneID(in.Zone), Note: in.Note})
		return c.entry(e, err)
	}))
	a.add(libraryDeed("POST", "/library/{id}/judge", release.LibraryAccept, "judge-library", one, func(c *call, id int64, in typedVerdict) error {
		e, err := l.Judge(c.r.Context(), c.by, id, in.Accept, in.Why)
		return c.entry(e, err)
	}))
	a.add(libraryDeed("POST", "/library/{id}/withdraw", release.LibraryWithdraw, "withdraw-library", one, func(c *call, id int64, in runWhy) error {
		e, err := l.Withdraw(c.r.Context(), c.by, id, in.Why)
		return c.entry(e, err)
	}))
	a.spares(l)
}

func (c *call) entry(e *release.Entry, err error) error {
	if err != nil {
		return err
	}
	return c.done(http.StatusOK, libraryEntryOf(*e))
}

func (a *API) spares(l *release.Library) {
	one := of[spare]()
	show := func(c *call, id int64) error {
		s, moves, err := l.Spare(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, spareOf(*s, moves))
	}
	a.add(libraryOp("GET", "/spares", release.LibraryRead, "list-spares", of[page[spare]](), func(c *call) error {
		all, err := l.Spares(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[spare]{Items: []spare{}}
		for _, s := range all {
			out.Items = append(out.Items, spareOf(s, nil))
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(libraryOp("GET", "/spares/{id}", release.LibraryRead, "get-spare", one, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		return show(c, id)
	}))
	shelve := func(c *call, id int64, in typedSpare) error {
		s, err := l.Shelve(c.r.Context(), c.by, release.Spare{ID: id, Name: in.Name, Model: in.Model, Place: in.Place, Zone: people.ZoneID(in.Zone), Least: in.Least, Changed: in.Version})
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, spareOf(*s, nil))
	}
	a.add(libraryDeed("POST", "/spares", release.LibraryStock, "add-spare", one, shelve))
	a.add(libraryDeed("PUT", "/spares/{id}", release.LibraryStock, "change-spare", one, shelve))
	a.add(libraryDeed("POST", "/spares/{id}/movements", release.LibraryStock, "move-spare", one, func(c *call, id int64, in typedMovement) error {
		if _, err := l.Shift(c.r.Context(), c.by, release.Movement{Spare: id, Pieces: in.Pieces, Why: in.Why, Ref: in.Ref}); err != nil {
			return err
		}
		return show(c, id)
	}))
}
