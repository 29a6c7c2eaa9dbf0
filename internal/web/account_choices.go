package web

import (
	"net/http"

	"kilter/internal/base/lang"
	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

// choices are the fields of how a person wants to see Kilter.
func (p *accountPage) choices(by people.Actor) []part.Field {
	c := p.Me.Doc.Choices
	usual := part.Option{Label: p.T("account.usual")}
	langs := []part.Option{{Label: p.T("account.as_browser")}}
	for _, l := range lang.All() {
		langs = append(langs, part.Option{Value: string(l), Label: l.Name()})
	}
	named := func(prefix string, names []string) []part.Option {
		out := []part.Option{usual}
		for _, n := range names {
			out = append(out, part.Option{Value: n, Label: p.T(prefix + n)})
		}
		return out
	}
	centre := ""
	if p.centre != nil {
		centre = p.centre().String()
	}
	keys := "true"
	if c.Keys == "off" {
		keys = ""
	}
	if l, ok := lang.Parse(c.Lang); ok { // "zh-Hans" of older profiles
		c.Lang = string(l)
	}
	out := []part.Field{
		{Name: "lang", Label: p.T("frame.language"), Kind: part.Choice, Options: langs, Value: c.Lang, Narrow: true},
		{Name: "theme", Label: p.T("frame.theme"), Kind: part.Choice, Options: named("theme.", people.Themes), Value: c.Theme, Narrow: true},
		{Name: "time_zone", Label: p.T("account.time_zone"), Value: c.Zone, Narrow: true, Max: 60, Hint: centre, Plain: true, Help: p.T("account.time_zone_help", "zone", centre)},
	}
	if !p.Staff {
		return out
	}
	out = append(out, part.Field{Name: "density", Label: p.T("frame.density"), Kind: part.Choice, Options: named("density.", people.Densities), Value: c.Density, Narrow: true})
	if pages := startPages(by); len(pages) > 0 {
		options := []part.Option{usual}
		for _, s := range pages {
			options = append(options, part.Option{Value: s.path, Label: p.T(s.label)})
		}
		out = append(out, part.Field{Name: "start", Label: p.T("account.start"), Kind: part.Choice, Options: options, Value: c.Start, Narrow: true, Help: p.T("account.start_help")})
	}
	return append(out, part.Field{Name: "keys", Label: p.T("account.keys"), Kind: part.Toggle, Value: keys, Help: p.T("account.keys_help")})
}

func (g *Gate) accountChoices(r *http.Request, p *accountPage) (string, error) {
	form := p.Form
	return "choices", g.Door.Choose(r.Context(), actor(r), func(c *people.Choices) {
		c.Lang, c.Theme, c.Zone = form.Get("lang"), form.Get("theme"), form.Get("time_zone")
		if !p.Staff {
			return
		}
		c.Density, c.Start, c.Keys = form.Get("density"), form.Get("start"), "off"
		if form.Get("keys") != "" {
			c.Keys = ""
		}
	})
}
