package web

import (
	"net/http"
	"slices"

	"kilter/internal/base/lang"
	"kilter/internal/practice/people"
)

// Preferences are a reader's choices of look; "" is not chosen.
type Preferences struct {
	Lang, Theme, Density string
}

// known is the first choice that is one of the offers, else the first offer.
func known(offers []string, choices ...string) string {
	for _, c := range choices {
		if slices.Contains(offers, c) {
			return c
		}
	}
	return offers[0]
}

const cookiePrefix = "kilter_"

// preferences reads the choices named in the address (?lang=zh&theme=dark),
// which pictures and links to a look use and which go before all else, and
// those kept in cookies, which go after what the person chose.
func preferences(r *http.Request) (asked, kept Preferences) {
	q := r.URL.Query()
	cookie := func(name string) string {
		if c, err := r.Cookie(cookiePrefix + name); err == nil {
			return c.Value
		}
		return ""
	}
	return Preferences{Lang: q.Get("lang"), Theme: q.Get("theme"), Density: q.Get("density")},
		Preferences{Lang: cookie("lang"), Theme: cookie("theme"), Density: cookie("density")}
}

// language is that of a page: what its address asks for, what the reader chose, what
// the cookie keeps, else what the browser prefers.
func language(r *http.Request, chosen string) lang.Lang {
	asked, kept := preferences(r)
	return lang.Negotiate(r.Header.Get("Accept-Language"), asked.Lang, chosen, kept.Lang)
}

// PreferPath is where a reader's choice of language, theme or density goes.
const PreferPath = "/prefer"

// prefer keeps a choice for a year in a cookie, and in the profile of those
// we know, then returns to the page.
func (s *Shell) prefer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	var chosen Preferences
	if l, ok := lang.Parse(r.PostForm.Get("lang")); ok {
		chosen.Lang = string(l)
	}
	if v := r.PostForm.Get("theme"); slices.Contains(people.Themes, v) {
		chosen.Theme = v
	}
	if v := r.PostForm.Get("density"); slices.Contains(people.Densities, v) {
		chosen.Density = v
	}
	chosen.each(func(name, value string) {
		if value != "" {
			remember(w, r, name, value)
		}
	})
	if s.Prefer != nil {
		if err := s.Prefer(r, chosen); err != nil {
			return err
		}
	}
	return Go(w, r, Local(r.PostForm.Get("next")))
}

func (p Preferences) each(do func(name, value string)) {
	do("lang", p.Lang)
	do("theme", p.Theme)
	do("density", p.Density)
}

// remember keeps a choice in this browser for a year; none forgets what was
// kept, so that nothing old holds once a person wants what is usual.
func remember(w http.ResponseWriter, r *http.Request, name, value string) {
	c := &http.Cookie{Name: cookiePrefix + name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
