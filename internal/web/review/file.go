package review

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// What an upload may be: one file as large as those of records, and its form.
const (
	fileLimit = 25<<20 + 1<<20
	fileTime  = 2 * time.Minute
)

func fileHref(id, file int64) string { return href(id) + "/files/" + strconv.FormatInt(file, 10) }

// held are the files of a part of the review that the reader may know of.
func (p *showPage) held(part review.Part, n int) (out []review.File) {
	for _, f := range p.Files {
		if f.Part == part && f.N == n {
			out = append(out, f)
		}
	}
	return out
}

// fileNote tells of a file how large it is, whose, from when and of which zone.
func (s *sight) fileNote(f *review.File) string {
	words := []string{s.Size(f.Content.Size), s.Name(f.Person), s.Date(f.At)}
	if f.Zone != 0 {
		words = append(words, s.Thing(int64(f.Zone)))
	}
	return strings.Join(words, " · ")
}

// partName is what a part of the review is called.
func (p *showPage) partName(of review.Part, n int) string {
	text := ""
	switch {
	case of == review.OfChecks && n < len(p.One.Checks):
		text = p.name(p.One.Checks[n].Text)
	case of == review.OfConditions && n < len(p.One.Conditions):
		text = p.One.Conditions[n].Text
	case of == review.OfActions && n < len(p.One.Actions):
		text = p.One.Actions[n].Text
	}
	if text == "" {
		return p.T("review.part." + string(of))
	}
	return p.T("review.part_of", "part", p.T("review.part."+string(of)), "text", text)
}

// places are the parts of the review that the reader may bring a file to.
func (p *showPage) places() (out []part.Option) {
	for _, of := range review.Parts {
		for n := range max(1, len(p.One.Checks), len(p.One.Conditions), len(p.One.Actions)) {
			if p.One.Brings(p.By, &review.File{Part: of, N: n}) {
				out = append(out, part.Option{Value: at(string(of), n, ""), Label: p.partName(of, n)})
			}
		}
	}
	return out
}

// fileFields ask for a file: what it belongs to, and who may know of it.
func (p *showPage) fileFields(places []part.Option) []part.Field {
	zone := part.Field{Name: "zone", Label: p.T("maturity.file_zone"), Help: p.T("maturity.file_zone_help"), Kind: part.Choice, Plain: true, Options: []part.Option{{Label: p.T("review.file_everybody")}}}
	for _, z := range p.All.Of(setting.Zone) {
		if !z.Retired && p.By.Scope.Clears(people.ZoneID(z.ID)) {
			zone.Options = append(zone.Options, part.Option{Value: strconv.FormatInt(z.ID, 10), Label: z.Label(string(p.Lang()))})
		}
	}
	return p.form("files").Fields(
		part.Field{Name: "part", Label: p.T("review.file_of"), Kind: part.Choice, Required: true, Options: places},
		part.Field{Name: "file", Label: p.T("maturity.file"), Help: p.T("review.file_help", "size", p.Size(record.StandardLimits.Size), "n", p.Number(review.MostFiles)), Kind: part.File, Required: true},
		zone)
}

// partIn reads what a file is to belong to.
func partIn(text string) review.File {
	of, place, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(place)
	if err != nil {
		n = -1 // is told as none
	}
	return review.File{Part: review.Part(of), N: n}
}

// brings refuses whoever may bring no file to a review, whatever part it is for.
func (s *sight) brings(id int64) error {
	one, err := s.Reviews.Find(s.ctx, s.By, id)
	if err == nil && !slices.ContainsFunc(one.Actions, func(d review.Duty) bool { return d.Owner == s.By.ID }) {
		err = s.By.May(review.DeedHold)
	}
	return err
}

// attach puts a file to a part of the review.
func (s *sight) attach(w http.ResponseWriter, r *http.Request) (err error) {
	id := web.PathID(r, "id")
	if err := s.brings(id); err != nil { // before anything is taken in
		return err
	}
	file, head, err := r.FormFile("file")
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return err
	}
	form := &web.Form{}
	if r.MultipartForm != nil {
		form.Values = r.MultipartForm.Value
	}
	if err != nil {
		form.Fault("file", s.T("record.required"))
		return s.showWith(w, r, form, "files")
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	one := partIn(form.Get("part"))
	one.Name, one.Zone = head.Filename, people.ZoneID(form.ID("zone"))
	err = s.Reviews.Ready(s.ctx, s.By, id, &one) // before anything is kept
	if err == nil {
		if one.File, _, err = s.Pages.Files.Store(s.ctx, s.Now, s.By.ID, record.StandardLimits.Size, file); err == nil {
			err = s.Reviews.Attach(s.ctx, s.By, id, &one)
		}
	}
	if fault.Is(err, fault.TooMuch) {
		form.Fault("file", s.Fault(fault.All(err)[0]))
		return s.showWith(w, r, form, "files")
	}
	return s.did(w, r, form, "files", err)
}

// file sends a file of the review.
func (s *sight) file(w http.ResponseWriter, r *http.Request) error {
	f, err := s.Reviews.File(s.ctx, s.By, web.PathID(r, "id"), web.PathID(r, "file"))
	if err != nil {
		return err
	}
	return web.SendFile(w, r, s.Pages.Files, record.Attachment{File: f.File, Name: f.Name, Content: f.Content})
}

// detach takes a file back.
func (s *sight) detach(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	file := web.PathID(r, "file")
	err = s.Reviews.Detach(s.ctx, s.By, web.PathID(r, "id"), file, f.Get("why"))
	return s.did(w, r, f, at("file", int(file), ""), err)
}
