// Package satisfaction shows what a survey says, as a director reads it: the
// answer first, then what it rests on. Everything is read from the frozen result;
// every picture has its table, every figure tells how it is computed.
package satisfaction

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Pages are the pages of reports.
type Pages struct {
	*web.Shell
	Actor func(*http.Request) (people.Actor, error)
	// Read reads the report of a wave beside the wave that it is to be compared
	// with; 0 takes the one before it.
	Read func(ctx context.Context, by people.Actor, id, against int64) (*report.Report, error)
}

// Path is where waves are.
const Path = "/surveys"

// parts are the pages of a report in their order; the first is at the report's
// own address.
var parts = []string{"answer", "dimensions", "drivers", "groups", "change", "structure"}

// Routes mounts the pages.
func (s *Pages) Routes(mux web.Mux) {
	mux.Handle("GET "+Path+"/{id}/report", s.Handle(s.show))
	mux.Handle("GET "+Path+"/{id}/report/{part}", s.Handle(s.show))
}

// page is a report in front of a reader.
type page struct {
	*web.Frame
	*report.Report
	By   people.Actor
	Part string
}

func (s *Pages) read(r *http.Request) (*page, error) {
	by, err := s.Actor(r)
	if err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	against, _ := strconv.ParseInt(r.URL.Query().Get("against"), 10, 64)
	one, err := s.Read(r.Context(), by, id, against)
	if err != nil {
		return nil, err
	}
	p := &page{Frame: s.Frame(r), Report: one, By: by, Part: r.PathValue("part")}
	p.Title = one.Name.In(string(p.Lang()))
	return p, nil
}

func (s *Pages) show(w http.ResponseWriter, r *http.Request) error {
	p, err := s.read(r)
	if err != nil {
		return err
	}
	p.Needs("charts")
	view, known := map[string]func(*page) templ.Component{
		"": answerView, "dimensions": dimensionsView, "drivers": driversView, "groups": groupsView, "change": changeView, "structure": structureView, "print": printView,
	}[p.Part]
	if !known {
		return fault.New(fault.Missing, "trouble.missing")
	}
	return web.Show(w, r, http.StatusOK, view(p))
}

// address is that of a part of this report.
func (p *page) address(part string) string {
	out := Path + "/" + strconv.FormatInt(p.ID, 10) + "/report"
	if part != "" && part != parts[0] {
		out += "/" + part
	}
	return out
}

func (p *page) tabs() []part.Link {
	var out []part.Link
	for i, name := range parts {
		if name == "change" && p.Before == nil || name == "groups" && len(p.Segments) == 0 {
			continue
		}
		out = append(out, part.Link{Label: p.T("satisfaction.part." + name), Href: p.address(name), Active: name == p.Part || i == 0 && p.Part == ""})
	}
	return out
}

// printing reports whether all parts are on one page.
func (p *page) printing() bool { return p.Part == "print" }

// dimension is the name of a dimension in the reader's language.
func (p *page) dimension(code string) string {
	if t, ok := p.Wave.Dimensions[code]; ok {
		return t.In(string(p.Lang()))
	}
	return code
}

// item is the text of an item in the reader's language, its code where there is
// none.
func (p *page) item(code survey.Label) string {
	if t, ok := p.Wave.Items[code]; ok {
		return t.In(string(p.Lang()))
	}
	return string(code)
}

// coded is the code of an item and its text.
func (p *page) coded(code survey.Label) string {
	if text := p.item(code); text != string(code) {
		return string(code) + " " + text
	}
	return string(code)
}

func (p *page) grouping(name string) string {
	if t, ok := p.Groupings[name]; ok {
		return t.In(string(p.Lang()))
	}
	if key := "satisfaction.grouping." + name; p.Has(key) {
		return p.T(key)
	}
	return name
}

func (p *page) group(grouping, code string) string {
	if t, ok := p.Groups[grouping][code]; ok {
		return t.In(string(p.Lang()))
	}
	return code
}
