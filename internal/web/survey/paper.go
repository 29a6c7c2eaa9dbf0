package survey

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

type deed func(context.Context, people.Actor, int64) (*wave.Wave, error)

// report is where the result is read, "" when it cannot be by this reader.
func (p *wavePage) report() string {
	if p.pages.Report == nil || p.Wave.State != wave.Published && (p.Wave.State != wave.Analysed || !p.By.Can(wave.DeedRun) && !p.By.Can(wave.DeedPublish)) {
		return ""
	}
	return p.pages.Report(p.Wave)
}

func (p *wavePage) departmentName(r wave.Rate) string {
	if r.Department == 0 {
		return p.T("wave.no_department")
	}
	return p.says(r.Name)
}

// departmentField chooses one that was asked.
func (p *wavePage) departmentField() part.Field {
	f := part.Field{Name: "department", Label: p.T("wave.department"), Kind: part.Choice, Required: true}
	if p.Response != nil {
		for _, r := range p.Response.Rows {
			f.Options = append(f.Options, part.Option{Value: strconv.FormatInt(int64(r.Department), 10), Label: p.departmentName(r)})
		}
	}
	return p.Form.Field(f)
}

// codes prints sheets with fresh codes for a department.
func (s *sight) codes(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(wave.DeedRun); err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.wavePage(r)
	if err != nil {
		return err
	}
	known := false
	if p.Response != nil {
		for _, row := range p.Response.Rows {
			known = known || int64(row.Department) == f.ID("department")
		}
	}
	if !known { // or beyond his scope
		return s.after(w, r, fault.At("department", "wave.no_such_department"))
	}
	if p.Codes, err = s.room.Codes(s.ctx, s.By, p.Wave.ID, people.DepartmentID(f.ID("department"))); err != nil {
		return s.after(w, r, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, r, http.StatusOK, codesView(p, p.Thing(f.ID("department"))))
}

// template saves the headings of the table in which sheets are typed.
func (s *sight) template(w http.ResponseWriter, r *http.Request) error {
	p, err := s.wavePage(r)
	if err != nil {
		return err
	}
	if p.Sheet == nil {
		return fault.New(fault.Missing, "wave.no_sheet")
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="survey-`+strconv.FormatInt(p.Wave.ID, 10)+`.csv"`)
	out, err := sheet.NewCSV(w)
	if err != nil {
		return err
	}
	return errors.Join(out.Header(p.Sheet.Headings()...), out.Close())
}

// paperPage takes a table of answers on paper.
type paperPage struct {
	*wavePage
	Form  *web.Form
	Typed *wave.Typed // what a trial found, or what was taken
	Trial bool
}

func (s *sight) paperPage(r *http.Request) (*paperPage, error) {
	if err := s.By.May(wave.DeedRun); err != nil {
		return nil, err
	}
	p, err := s.wavePage(r)
	if err != nil {
		return nil, err
	}
	p.Title = s.T("wave.paper_take")
	return &paperPage{wavePage: p}, nil
}

func (p *paperPage) showPaper(w http.ResponseWriter, r *http.Request, status int) error {
	p.Lists()
	return web.Show(w, r, status, paperView(p))
}

func (s *sight) paper(w http.ResponseWriter, r *http.Request) error {
	p, err := s.paperPage(r)
	if err != nil {
		return err
	}
	return p.showPaper(w, r, http.StatusOK)
}

func (p *paperPage) fields() []part.Field {
	return p.Form.Fields(part.Field{Name: "file", Label: p.T("wave.paper_file"), Help: p.T("wave.paper_file_help"), Kind: part.File, Required: true})
}

func (s *sight) takePaper(w http.ResponseWriter, r *http.Request) (err error) {
	p, err := s.paperPage(r)
	if err != nil {
		return err
	}
	p.Form = &web.Form{}
	file, head, err := r.FormFile("file")
	if err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return err
		}
		p.Form.Fault("file", p.T("record.required"))
		return p.showPaper(w, r, http.StatusUnprocessableEntity)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return s.take(w, r, p, file, head)
}

func (s *sight) take(w http.ResponseWriter, r *http.Request, p *paperPage, file multipart.File, head *multipart.FileHeader) error {
	p.Trial = r.FormValue("trial") != ""
	typed, err := s.room.TakePaper(s.ctx, s.By, p.Wave.ID, file, head.Filename, p.Trial)
	if err != nil {
		if err := p.Form.Blame(p.Printer, err); err != nil {
			return err
		}
		return p.showPaper(w, r, http.StatusUnprocessableEntity)
	}
	p.Typed = &typed
	return p.showPaper(w, r, http.StatusOK)
}
