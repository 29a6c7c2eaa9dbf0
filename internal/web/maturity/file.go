package maturity

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// What an upload may be: one file as large as those of records, and its form.
const (
	fileLimit = 25<<20 + 1<<20
	fileTime  = 2 * time.Minute
)

// held are the evidence files that the reader may know of, by statement.
func (s *sight) held(id int64) (map[string][]assessment.Held, error) {
	all, err := s.room.Files(s.ctx, s.By, id)
	out := map[string][]assessment.Held{}
	for _, h := range all {
		out[h.Question] = append(out[h.Question], h)
	}
	return out, err
}

func fileHref(id, file int64) string {
	return href(id) + "/files/" + strconv.FormatInt(file, 10)
}

// fileNote tells of a file how large it is, whose, from when and of which zone.
func (s *sight) fileNote(h *assessment.Held) string {
	words := []string{s.Size(h.Content.Size), s.Name(h.Person), s.Date(h.At)}
	if h.Zone != 0 {
		words = append(words, s.Thing(int64(h.Zone)))
	}
	return strings.Join(words, " · ")
}

// takesBack reports whether the reader may take a file back.
func (s *sight) takesBack(one *assessment.Assessment, h *assessment.Held) bool {
	return one.State == assessment.Open && s.By.Can(assessment.DeedAssess) && (h.Person == s.By.ID || s.By.Can(assessment.DeedLead))
}

// fileFields ask for a file: what it shows, and who may know of it.
func (p *answerPage) fileFields() []part.Field {
	own, _ := p.lang()
	which := part.Field{Name: "question", Label: p.T("maturity.statement"), Kind: part.Choice, Required: true}
	for _, q := range p.Part.Questions {
		which.Options = append(which.Options, part.Option{Value: q.ID, Label: q.ID + " " + q.Topic.In(own)})
	}
	zone := part.Field{Name: "zone", Label: p.T("maturity.file_zone"), Help: p.T("maturity.file_zone_help"), Kind: part.Choice, Plain: true, Options: []part.Option{{Label: p.T("maturity.file_everybody")}}}
	for _, z := range p.All.Of(setting.Zone) {
		if !z.Retired && p.By.Scope.Clears(people.ZoneID(z.ID)) {
			zone.Options = append(zone.Options, part.Option{Value: strconv.FormatInt(z.ID, 10), Label: z.Label(string(p.Lang()))})
		}
	}
	file := part.Field{Name: "file", Label: p.T("maturity.file"), Help: p.T("maturity.file_help", "size", p.Size(record.StandardLimits.Size), "n", p.Number(assessment.MostFiles)), Kind: part.File, Required: true}
	return p.FileForm.Fields(which, file, zone)
}

// attach puts a file on a statement.
func (s *sight) attach(w http.ResponseWriter, r *http.Request) (err error) {
	if err := s.By.May(assessment.DeedAssess); err != nil {
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
	id := web.PathID(r, "id")
	if err != nil {
		form.Fault("file", s.T("record.required"))
		return s.answerAgain(w, r, form)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	one, err := s.room.Find(s.ctx, s.By, id)
	if err != nil {
		return err
	}
	if !slices.Contains(one.Assessors, s.By.ID) { // before anything is kept
		return fault.New(fault.Denied, "assessment.not_yours")
	}
	stored, _, err := s.pages.Files.Store(s.ctx, s.Now, s.By.ID, record.StandardLimits.Size, file)
	if err == nil {
		err = s.room.Attach(s.ctx, s.By, id, &assessment.Held{Question: form.Get("question"), File: stored, Name: head.Filename, Zone: people.ZoneID(form.ID("zone"))})
	}
	if fault.Is(err, fault.TooMuch) {
		form.Fault("file", s.Fault(fault.All(err)[0]))
		return s.answerAgain(w, r, form)
	}
	if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	if form.Wrong() {
		return s.answerAgain(w, r, form)
	}
	q, _ := s.set.Question(form.Get("question"))
	return web.Go(w, r, href(id)+"/answer/"+string(q.Process())+"#files")
}

// answerAgain shows the process of a file that was not taken, with what is wrong.
func (s *sight) answerAgain(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	q, known := s.set.Question(form.Get("question"))
	process := maturity.ServiceDesk
	if known {
		process = q.Process()
	}
	r.SetPathValue("process", string(process))
	p, err := s.answering(r)
	if err != nil {
		return err
	}
	p.FileForm = form
	return web.Show(w, r, http.StatusUnprocessableEntity, answerView(p))
}

// file sends an evidence file.
func (s *sight) file(w http.ResponseWriter, r *http.Request) error {
	h, err := s.room.File(s.ctx, s.By, web.PathID(r, "id"), web.PathID(r, "file"))
	if err != nil {
		return err
	}
	return web.SendFile(w, r, s.pages.Files, record.Attachment{File: h.File, Name: h.Name, Content: h.Content})
}

// detach takes a file back.
func (s *sight) detach(w http.ResponseWriter, r *http.Request) error {
	id, file := web.PathID(r, "id"), web.PathID(r, "file")
	h, err := s.room.File(s.ctx, s.By, id, file)
	if err != nil {
		return err
	}
	if err := s.room.Detach(s.ctx, s.By, id, file); err != nil {
		return err
	}
	q, _ := s.set.Question(h.Question)
	if h.Person == s.By.ID {
		return web.Go(w, r, href(id)+"/answer/"+string(q.Process())+"#files")
	}
	return web.Go(w, r, href(id)+"/process/"+string(q.Process())+"#"+h.Question)
}
