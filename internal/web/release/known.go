package release

import (
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

func (s *sight) known(w http.ResponseWriter, r *http.Request) error { return s.plain(w, r, "known") }

// carrying reports whether the reader may say what the release carries.
func (p *onePage) carrying() bool {
	v := p.One.Review()
	return p.can(release.DeedCarry) && p.at(release.Planned, release.Building, release.Testing, release.Acceptance, release.Readiness) && (v == nil || v.Decision == release.Undecided)
}

func (p *onePage) knownFields() []part.Field {
	return p.form("known").Fields(part.Field{Name: "problem", Label: p.T("release.known.problem"), Required: true, Narrow: true, Hint: "PRB-2026-00042"})
}

func (s *sight) carry(w http.ResponseWriter, r *http.Request) error {
	return s.carries(w, r, func(f *web.Form, held []string) []string { return append(held, f.Get("problem")) })
}

func (s *sight) dropKnown(w http.ResponseWriter, r *http.Request) error {
	return s.carries(w, r, func(_ *web.Form, held []string) []string {
		if i := nth(r); i >= 1 && i <= len(held) {
			return slices.Delete(held, i-1, i)
		}
		return held
	})
}

// carries changes the list of what the release carries.
func (s *sight) carries(w http.ResponseWriter, r *http.Request, next func(*web.Form, []string) []string) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	one, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return err
	}
	refs := next(f, slices.Clone(one.Carried))
	_, err = s.Desk.Carry(s.ctx, s.By, n, refs, seen(f))
	return s.did(w, r, f, deed{open: "known", about: "known", row: "known[" + strconv.Itoa(len(refs)) + "].", err: err})
}

// standing is how a known error stands.
func (p *onePage) standing(k release.KnownError) (part.Tone, string, string) {
	switch {
	case k.Over:
		return part.Slate, "check", p.T("release.known.over")
	case k.Published:
		return part.Jade, "check", p.T("release.known.published")
	}
	return part.Amber, "alert-triangle", p.T("release.known.hidden")
}

func problemHref(ref string) string { return record.Problem.Path() + "/" + ref }
