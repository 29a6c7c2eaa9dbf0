// Package article is the page on which articles are brought in from files: what
// would become of each is shown first, and taken in once it was looked at.
package article

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/knowledge"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where articles are brought in.
const Path = "/knowledge/import"

// Pages are these pages. App gives them what brings articles in.
type Pages struct{ Import *knowledge.Import }

// fileLimit and most bound an upload.
const (
	fileLimit = 8 << 20
	most      = 200 // files
)

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	return web.Room{
		Name: "article",
		Pages: []web.Page{
			web.ForStaff("GET "+Path, knowledge.ImportDeed, p.page((*sight).form)),
			web.ForStaff("POST "+Path, knowledge.ImportDeed, p.page((*sight).bring)).Takes(2*fileLimit, time.Minute),
		},
	}
}

// sight is one request to these pages.
type sight struct {
	*web.Sight
	*Pages
	ctx context.Context // a sight lives as long as its request
}

func (p *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		return h(&sight{Sight: s, Pages: p, ctx: r.Context()}, w, r)
	}
}

// file is one that was sent. Between the preview and taking it in it is in the
// page, nowhere else.
type file struct{ Name, Text string }

// importPage is the form and what the files come to.
type importPage struct {
	*sight
	Form  *web.Form
	Files []file
	Lines []knowledge.Line
	Done  bool
}

func (s *sight) sheet() *importPage {
	p := &importPage{sight: s}
	p.Title = s.T("knowledge.import")
	p.Views = []web.Group{{Title: s.T("knowledge.pages"), Views: []part.Link{
		{Label: s.T("desk.knowledge"), Href: "/knowledge", Icon: "book"},
		{Label: s.T("knowledge.import"), Href: Path, Icon: "upload", Active: true},
	}}}
	return p
}

func (s *sight) form(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, importView(s.sheet()))
}

func (s *sight) bring(w http.ResponseWriter, r *http.Request) error {
	p := s.sheet()
	if err := p.read(r); err != nil {
		return err
	}
	if len(p.Files) == 0 {
		p.Form.Fault("file", s.T("knowledge.import_no_file"))
		return web.Show(w, r, http.StatusUnprocessableEntity, importView(p))
	}
	files := make([]knowledge.File, 0, len(p.Files))
	for _, f := range p.Files {
		files = append(files, knowledge.File{Name: f.Name, Text: strings.NewReader(f.Text)})
	}
	read := s.Import.Preview
	if p.Done = p.Form.Get("take_in") != ""; p.Done {
		read = s.Import.TakeIn
	}
	var err error
	if p.Lines, err = read(s.ctx, s.By, files); err != nil {
		if fault.Is(err, fault.Denied) {
			return err
		}
		p.Files = nil
		if err := p.Form.Blame(s.Printer, err); err != nil {
			return err
		}
		return web.Show(w, r, http.StatusUnprocessableEntity, importView(p))
	}
	return web.Show(w, r, http.StatusOK, importView(p))
}

// read takes the files that were sent, else those that the page held.
func (p *importPage) read(r *http.Request) error {
	if err := r.ParseMultipartForm(2 * fileLimit); err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return err
		}
		return fault.New(fault.Invalid, "trouble.bad_form")
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	p.Form = &web.Form{Values: r.PostForm}
	sent := r.MultipartForm.File["file"]
	if len(sent) > most {
		sent = sent[:most]
	}
	for _, head := range sent {
		if head.Filename == "" || head.Size == 0 {
			continue
		}
		text, err := plain(head)
		if err != nil {
			return fault.New(fault.Invalid, "trouble.bad_form")
		}
		p.Files = append(p.Files, file{head.Filename, text})
	}
	if len(p.Files) > 0 {
		return nil
	}
	names, texts := r.PostForm["name"], r.PostForm["text"]
	for i := range min(len(names), len(texts), most) {
		p.Files = append(p.Files, file{names[i], texts[i]})
	}
	return nil
}

// plain reads a file, of whatever encoding, as text.
func plain(head *multipart.FileHeader) (text string, err error) {
	in, err := head.Open()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	decoded, err := sheet.Decode(in, "")
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(decoded)
	return string(b), err
}

// counts says what the files come to.
func (p *importPage) counts() string {
	args := []any{}
	for _, f := range knowledge.Fates {
		args = append(args, string(f), p.Number(knowledge.Count(p.Lines, f)))
	}
	if p.Done {
		return p.T("knowledge.import_did", args...)
	}
	return p.T("knowledge.import_would", args...)
}

// why tells what is wrong with a line.
func (p *importPage) why(l knowledge.Line) string {
	var out []string
	for _, f := range fault.All(l.Why) {
		said := p.Fault(f)
		if f.Field != "" {
			said = f.Field + ": " + said
		}
		out = append(out, said)
	}
	return strings.Join(out, " ")
}

// changes names the fields that change.
func (p *importPage) changes(l knowledge.Line) string {
	var out []string
	for _, name := range l.Changes {
		out = append(out, p.T("knowledge.field."+name))
	}
	return strings.Join(out, p.T("list.comma"))
}

// fate shows what a line comes to.
func fate(f knowledge.Fate) (part.Tone, string) {
	switch f {
	case knowledge.New:
		return part.Jade, "plus"
	case knowledge.Changed:
		return part.Amber, "edit"
	case knowledge.Wrong:
		return part.Vermilion, "alert-triangle"
	}
	return part.Slate, "check"
}

// waits reports whether something is there to take in.
func (p *importPage) waits() bool {
	return !p.Done && knowledge.Count(p.Lines, knowledge.New)+knowledge.Count(p.Lines, knowledge.Changed) > 0
}
