package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// What one form of the portal may carry.
const (
	portalFiles  = 10        // files
	portalFields = 3000      // other fields: a table of 200 rows and 12 columns, and more
	portalField  = 256 << 10 // bytes of one
)

// bringer takes in forms with files: of the portal, and of staff who order for
// somebody or note what a task asks for.
type bringer struct {
	*lang.Printer
	ctx   context.Context // it lives as long as a form is read
	files record.Files
	now   time.Time
	by    people.ID
}

func (g *guest) read(r *http.Request) (*sent, error) {
	return bringer{g.Printer, g.ctx, g.desk.Files, g.Now, g.By.ID}.read(r)
}

func (s *sight) read(r *http.Request) (*sent, error) {
	return bringer{s.Printer, s.ctx, s.desk.Incidents.Files, s.Now, s.By.ID}.read(r)
}

// brings bounds the body of a form that brings files.
func brings(h http.Handler) http.Handler {
	return Limit(h, portalFiles*record.StandardLimits.Size+BodyLimit, 5*time.Minute)
}

// sent is a form with the files that came along. Files are stored as they
// arrive, so that a form that comes back for a mistake has them already: they
// travel on as numbers.
type sent struct {
	*Form
	Files   []record.Attach
	typed   int          // bytes of the fields so far
	Refused *fault.Fault // the first file that was not taken
}

// read takes a form with or without files. What is wrong with a file is
// blamed on the form; nothing else that was typed is lost for it.
func (b bringer) read(r *http.Request) (*sent, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		form, err := ReadForm(r)
		if err != nil {
			return nil, err
		}
		s := &sent{Form: form}
		s.keep()
		return s, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, badForm(err)
	}
	s := &sent{Form: &Form{Values: url.Values{}}}
	for n := 0; ; n++ {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || n > portalFields {
			return nil, badForm(err)
		}
		if err := b.take(s, p); err != nil {
			return nil, err
		}
	}
	s.keep()
	if len(s.Files) > portalFiles {
		s.Files = s.Files[:portalFiles]
		s.Fault("files", b.T("portal.too_many_files", "max", portalFiles))
	}
	return s, nil
}

func (b bringer) take(s *sent, p *multipart.Part) error {
	answer := strings.HasPrefix(p.FormName(), "answers.") && p.FileName() != ""
	if p.FormName() != "files" && !answer {
		v, err := io.ReadAll(io.LimitReader(p, portalField+1))
		if s.typed += len(v); err != nil || len(v) > portalField || s.typed > BodyLimit {
			return badForm(err)
		}
		s.Values.Add(p.FormName(), string(v))
		return nil
	}
	if p.FileName() == "" {
		return nil // nothing was chosen
	}
	if len(s.Files) >= portalFiles {
		if !s.Wrong() {
			s.Fault("files", b.T("portal.too_many_files", "max", portalFiles))
		}
		return nil
	}
	id, _, err := b.files.Store(b.ctx, b.now, b.by, record.StandardLimits.Size, p)
	if one, ok := errors.AsType[*fault.Fault](err); ok {
		field := "files"
		if answer {
			field = p.FormName()
		}
		s.Fault(field, p.FileName()+": "+b.Fault(one))
		if one.Field = field; s.Refused == nil {
			s.Refused = one
		}
		return nil
	}
	if err != nil {
		return err
	}
	name := record.FileName(p.FileName())
	if answer {
		s.Values.Set(p.FormName(), form.Stored{ID: id, Name: name}.Text())
		return nil
	}
	s.Files = append(s.Files, record.Attach{File: id, Name: name})
	return nil
}

// keep takes over the files that an earlier sending of the form had brought.
// The store lets them be attached only by whoever brought them.
func (s *sent) keep() {
	for _, v := range s.Values["kept"] {
		id, name, ok := strings.Cut(v, ":")
		n, err := strconv.ParseInt(id, 10, 64)
		if ok && err == nil && n > 0 && !slices.ContainsFunc(s.Files, func(a record.Attach) bool { return a.File == n }) {
			s.Files = append(s.Files, record.Attach{File: n, Name: record.FileName(name)})
		}
	}
}

// keptFile writes a file as its hidden field does.
func keptFile(a record.Attach) string { return strconv.FormatInt(a.File, 10) + ":" + a.Name }

// portalDrafts are the places of the portal's drafts; a place of a record is
// its number.
const draftOfReport = "report"

func draftPlace(of string) string { return "portal." + of }

// keepDraft keeps what is being typed, for those whose browser runs scripts.
func (d *PortalDesk) keepDraft(w http.ResponseWriter, r *http.Request, g *guest) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	place := r.PathValue("place")
	if _, _, err := record.ParseRef(place); err != nil && place != draftOfReport && !strings.HasPrefix(place, "order-") && !d.drafts(place) {
		return fault.New(fault.Missing, "record.no_draft")
	}
	form.Values.Del("kept")
	doc, err := json.Marshal(form.Values)
	if err != nil {
		return err
	}
	one := record.Draft{Person: g.By.ID, Place: draftPlace(place), Doc: doc, At: g.Now}
	held, err := d.Drafts.Find(r.Context(), g.By.ID, one.Place)
	if err == nil {
		one.Version = held.Version
	} else if !fault.Is(err, fault.Missing) {
		return err
	}
	if err := d.Drafts.Save(r.Context(), &one); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// drafts reports whether a place belongs to a room: it begins with its name.
func (d *PortalDesk) drafts(place string) bool {
	return slices.ContainsFunc(d.Rooms, func(room Room) bool { return strings.HasPrefix(place, room.Name+"-") })
}

// Begun is a form with what the reader had typed there and not sent, as the
// browser keeps it under data-draft="/portal/drafts/PLACE"; nil when there is
// nothing. A place of a room begins with the room's name and a hyphen.
func (g *Guest) Begun(place string) *Form {
	typed, err := g.draft(place)
	if err != nil || len(typed) == 0 {
		return nil // a draft is a help, and the page stands without
	}
	return &Form{Values: typed}
}

// Forget drops what was typed there, once it was sent.
func (g *Guest) Forget(place string) error {
	return g.desk.Drafts.Drop(g.ctx, g.By.ID, draftPlace(place))
}

// draft is what the reader had typed there and not sent; nil when nothing.
func (g *Guest) draft(of string) (url.Values, error) {
	one, err := g.desk.Drafts.Find(g.ctx, g.By.ID, draftPlace(of))
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var v url.Values
	return v, json.Unmarshal(one.Doc, &v)
}
