// Package satisfaction shows what a survey says, as a director reads it: the
// answer first, then what it rests on. Everything is read from the frozen result;
// every picture has its table, every figure tells how it is computed.
package satisfaction

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/desk"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Pages are the pages of reports.
type Pages struct {
	// Read reads the report of a wave beside the wave that it is to be compared
	// with; 0 takes the one before it.
	Read func(ctx context.Context, by people.Actor, id, against int64) (*report.Report, error)
	// Beside holds what the desk did for departments to what they say; nil for
	// nobody.
	Beside func(ctx context.Context, by people.Actor, r *report.Report) (*report.Beside, error)
	// Others lists the waves that a reader may compare one with; nil for none.
	Others func(ctx context.Context, by people.Actor, id int64) ([]wave.Wave, error)
	// Topics counts comments by what they are about; nil for nobody.
	Topics func(ctx context.Context, by people.Actor, id int64) (*wave.Topics, error)
	// Words reads the comments themselves, for those who may.
	Words func(ctx context.Context, by people.Actor, id int64) ([]wave.Comment, error)
	// Data reads the answers of a wave as a table.
	Data func(ctx context.Context, by people.Actor, id int64) (*wave.Data, error)
	// Import takes a file of answers as a wave.
	Import func(ctx context.Context, by people.Actor, in wave.Import) (*wave.Wave, error)
}

// Path is where waves are.
const Path = "/surveys"

// parts are the pages of a report in their order; the first is at the report's
// own address.
var parts = []string{"answer", "dimensions", "drivers", "groups", "change", "comments", "desk", "structure"}

// Room is these pages as the house mounts them.
func (s *Pages) Room() web.Room {
	const fileLimit, fileTime = 20 << 20, 2 * time.Minute
	return web.Room{Name: "satisfaction", Pages: []web.Page{
		web.ForStaff("GET "+Path+"/{id}/report", wave.DeedRead, s.show),
		web.ForStaff("GET "+Path+"/{id}/report/{part}", wave.DeedRead, s.show),
		web.ForStaff("GET "+Path+"/{id}/report/export", wave.DeedRead, s.export),
		web.ForStaff("GET "+Path+"/{id}/data", wave.DeedRun, s.saveData),
		web.ForStaff("GET "+ImportPath, wave.DeedRun, s.importForm),
		web.ForStaff("POST "+ImportPath, wave.DeedRun, s.bring).Takes(fileLimit, fileTime),
	}}
}

// page is a report in front of a reader.
type page struct {
	*web.Sight
	*report.Report
	Part    string
	Topics  *wave.Topics
	Words   []wave.Comment // of those who may read them, on their own part only
	others  []wave.Wave
	against int64          // the wave that was chosen to compare with; 0 for the one before
	Desk    *report.Beside // on its own part only
}

func (s *Pages) read(r *http.Request, by *web.Sight) (*page, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	against, _ := strconv.ParseInt(r.URL.Query().Get("against"), 10, 64)
	one, err := s.Read(r.Context(), by.By, id, against)
	if err != nil {
		return nil, err
	}
	p := &page{Sight: by, Report: one, Part: r.PathValue("part"), against: against}
	if s.Others != nil {
		if p.others, err = s.Others(r.Context(), by.By, id); err != nil {
			return nil, err
		}
	}
	if s.Topics != nil {
		if p.Topics, err = s.Topics(r.Context(), by.By, id); err != nil {
			return nil, err
		}
	}
	p.Title = one.Name.In(string(p.Lang()))
	return p, nil
}

func (s *Pages) show(w http.ResponseWriter, r *http.Request, by *web.Sight) error {
	p, err := s.read(r, by)
	if err != nil {
		return err
	}
	if p.Part == "desk" || p.printing() && p.joins() {
		if p.Desk, err = s.Beside(r.Context(), by.By, p.Report); err != nil {
			return err
		}
	}
	if p.Part == "comments" && p.Topics != nil && by.By.Can(wave.DeedComments) && s.Words != nil {
		if p.Words, err = s.Words(r.Context(), by.By, p.ID); err != nil {
			return err
		}
	}
	p.Needs("charts")
	p.Needs("improve")
	view, known := map[string]func(*page) templ.Component{
		"": answerView, "dimensions": dimensionsView, "drivers": driversView, "groups": groupsView, "change": changeView, "comments": commentsView, "desk": deskView, "structure": structureView, "print": printView,
	}[p.Part]
	if !known {
		return fault.New(fault.Missing, "trouble.missing")
	}
	return web.Show(w, r, http.StatusOK, view(p))
}

// address is that of a part of this report.
func (p *page) address(part string, more ...string) string {
	out := p.own(part)
	if p.against != 0 {
		more = append(more, "against="+strconv.FormatInt(p.against, 10))
	}
	if len(more) > 0 {
		out += "?" + strings.Join(more, "&")
	}
	return out
}

// own is the address of a part without what was chosen.
func (p *page) own(part string) string {
	out := Path + "/" + strconv.FormatInt(p.ID, 10) + "/report"
	if part != "" && part != parts[0] {
		out += "/" + part
	}
	return out
}

// otherField chooses the wave to compare with.
func (p *page) otherField() part.Field {
	f := part.Field{Name: "against", Label: p.T("satisfaction.against"), Kind: part.Choice, Required: true, Narrow: true}
	if p.Before != nil {
		f.Value = strconv.FormatInt(p.Before.ID, 10)
	}
	for _, w := range p.others {
		f.Options = append(f.Options, part.Option{Value: strconv.FormatInt(w.ID, 10), Label: w.Name.In(string(p.Lang()))})
	}
	return f
}

func (p *page) tabs() []part.Link {
	var out []part.Link
	for i, name := range parts {
		if name == "change" && p.Before == nil && len(p.others) == 0 || name == "groups" && len(p.Segments) == 0 || name == "desk" && !p.joins() || name == "comments" && p.Topics == nil {
			continue
		}
		out = append(out, part.Link{Label: p.T("satisfaction.part." + name), Href: p.address(name), Active: name == p.Part || i == 0 && p.Part == ""})
	}
	return out
}

// joins reports whether the desk's figures can be held to those of departments:
// the wave has some, and the reader may see the desk's.
func (p *page) joins() bool { return p.By.Can(desk.Grant) && report.Joins(p.Report) }

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
