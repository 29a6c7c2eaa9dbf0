package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/base/day"
	"kilter/internal/base/lang"
	"kilter/internal/practice/people"
	"kilter/internal/web/part"
	"kilter/internal/web/static"
)

// Viewer is the person looking, as far as pages care. The zero value is
// somebody we do not know.
type Viewer struct {
	Name     string
	Initials string
	Hue      int // of the avatar, part.Hue(id)
	Lang     lang.Lang
	Theme    string // light, dark, auto
	Density  string // compact, regular, relaxed
	Zone     *time.Location
	KeysOff  bool   // no single-key shortcuts
	SignOut  string // where to POST to leave, "" hides it
	Profile  string // the person's own settings, "" hides it
}

// Person is the viewer as an avatar.
func (v Viewer) Person() part.Person {
	return part.Person{Name: v.Name, Initials: v.Initials, Hue: v.Hue}
}

// Group is a titled run of saved views in the second column.
type Group struct {
	Title string
	Views []part.Link
}

// Frame is what stands around every page. A page struct embeds it, so that
// p.T("...") is at hand in templates.
type Frame struct {
	*lang.Printer
	Viewer  Viewer
	Title   string // of this page, in the reader's language
	Path    string // of this request
	Now     time.Time
	Centre  *time.Location // where days begin that all keep: a day of a form, a due day
	Modules []part.Link    // the rail
	Views   []Group        // the second column; none leaves the column out
	Bell    part.Link      // notices; hidden without Href
	Create  part.Link      // the "+" beside the search; hidden without Href
	Toasts  []part.Toast
	Live    string          // address of the event stream, "" for none
	Islands []string        // what Needs asked for
	Find    string          // what the palette asks
	Portal  []part.Link     // the ways in the portal's head
	Banner  templ.Component // across the top of every page, as the demo city has; nil for none
}

// Frame starts the frame of a page: language, theme and zone of the viewer,
// the rail with the module of this address marked.
func (s *Shell) Frame(r *http.Request) *Frame {
	v := Viewer{}
	if s.Who != nil {
		v = s.Who(r)
	}
	asked, kept := preferences(r)
	v.Lang = language(r, string(v.Lang))
	v.Theme = known(people.Themes, asked.Theme, v.Theme, kept.Theme)
	v.Density = known(people.Densities, asked.Density, v.Density, kept.Density)
	v.Zone = s.zone(r)
	f := &Frame{Centre: s.centre(), Printer: lang.For(v.Lang).In(v.Zone), Viewer: v, Path: r.URL.Path, Find: s.Find}
	if s.Now != nil {
		f.Now = s.Now()
	}
	if s.Rail != nil {
		s.Rail(r, f)
	}
	mark(f.Modules, r.URL.Path)
	markViews(f.Views, r.URL.RequestURI())
	return f
}

// zone is the time zone that a reader's dates are meant in: his own, else the
// centre's.
func (s *Shell) zone(r *http.Request) *time.Location {
	if s.Who != nil {
		if z := s.Who(r).Zone; z != nil {
			return z
		}
	}
	return s.centre()
}

func (s *Shell) centre() *time.Location {
	if s.Place != nil {
		return s.Place()
	}
	return time.UTC
}

// Day is today at the centre, as the days of forms are kept: midnight in UTC.
func (f *Frame) Day() time.Time { return day.Of(f.Now, f.Centre) }

// markViews marks one saved view of all groups.
func markViews(groups []Group, address string) {
	var all []part.Link
	for _, g := range groups {
		all = append(all, g.Views...)
	}
	mark(all, address)
	for _, g := range groups {
		copy(g.Views, all)
		all = all[len(g.Views):]
	}
}

// mark sets Active on the link whose address is the longest beginning of path.
func mark(links []part.Link, path string) {
	best, length := -1, 0
	for i, l := range links {
		if l.Active {
			return
		}
		within := path == l.Href || strings.HasPrefix(path, strings.TrimSuffix(l.Href, "/")+"/") || strings.HasPrefix(path, l.Href+"?")
		if l.Href != "" && within && len(l.Href) > length && (l.Href != "/" || path == "/") {
			best, length = i, len(l.Href)
		}
	}
	if best >= 0 {
		links[best].Active = true
	}
}

// footPlaces are the modules that have a place at the foot of a phone, beside
// the bell and "More": five fingers' breadths are what a phone is wide.
const footPlaces = 3

// more are the modules behind "More". Their keys belong to the links in the
// rail, which are there too.
func (f *Frame) more() []part.Link {
	rest := slices.Clone(f.Modules[min(footPlaces, len(f.Modules)):])
	for i := range rest {
		rest[i].Key, rest[i].ID = "", ""
	}
	return rest
}

// behindMore says that this page's module is one of those.
func (f *Frame) behindMore() bool {
	return slices.ContainsFunc(f.more(), func(l part.Link) bool { return l.Active })
}

// Needs asks for what only some pages load, a script, a style sheet or both, by
// the name of its files in static/dist.
func (f *Frame) Needs(island string) {
	if !slices.Contains(f.Islands, island) {
		f.Islands = append(f.Islands, island)
	}
}

func (f *Frame) styles() []string {
	return append([]string{static.Path("kilter.css")}, f.needed(".css")...)
}

func (f *Frame) scripts() []string { return f.needed(".js") }

func (f *Frame) needed(ext string) []string {
	var out []string
	for _, i := range f.Islands {
		if p := static.Path(i + ext); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// words are the messages the scripts say, with their placeholders as {name}:
// the same on every page of a language.
func (f *Frame) words() templ.Component {
	if c, ok := spoken.Load(f.Lang()); ok {
		if made, ok := c.(templ.Component); ok {
			return made
		}
	}
	said := make(map[string]string, len(scriptWords))
	for _, key := range scriptWords {
		said[key] = f.T(key)
	}
	var b strings.Builder
	if err := templ.JSONScript("words", said).Render(context.Background(), &b); err != nil {
		return templ.JSONScript("words", said) // it fails the page in the same way
	}
	c := templ.Raw(b.String())
	spoken.Store(f.Lang(), c)
	return c
}

// spoken holds what words has made, by language.
var spoken sync.Map

var scriptWords = []string{
	"time.d", "time.h", "time.min", "time.s", "time.now", "time.ago", "time.in",
	"sla.near", "sla.late", "net.offline", "net.failed", "net.slow", "draft.saved", "draft.unsaved",
	"palette.do", "palette.go", "palette.recent", "copy.done", "choose.none", "choose.remove",
}
