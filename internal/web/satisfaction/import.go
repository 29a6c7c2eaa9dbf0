package satisfaction

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// ImportPath is where a file of answers becomes a wave.
const ImportPath = Path + "/import"

// importPage is the form for a file.
type importPage struct {
	*web.Sight
	Form   *web.Form
	Fields []part.Field
}

func (s *Pages) importForm(w http.ResponseWriter, r *http.Request, by *web.Sight) error {
	return showImport(w, r, by, &web.Form{}, http.StatusOK)
}

func showImport(w http.ResponseWriter, r *http.Request, by *web.Sight, form *web.Form, status int) error {
	by.Needs("improve")
	p := &importPage{Sight: by, Form: form}
	p.Title = p.T("satisfaction.import")
	p.Fields = form.Fields(
		part.Field{Name: "name_zh", Label: p.T("satisfaction.import_name_zh"), Help: p.T("satisfaction.import_name_one"), Plain: true},
		part.Field{Name: "name_en", Label: p.T("satisfaction.import_name_en"), Plain: true},
		part.Field{Name: "from", Label: p.T("satisfaction.import_from"), Kind: part.Date, Required: true, Narrow: true},
		part.Field{Name: "to", Label: p.T("satisfaction.import_to"), Kind: part.Date, Required: true, Narrow: true},
		part.Field{Name: "spec", Label: p.T("satisfaction.import_spec"), Help: p.T("satisfaction.import_spec_help"), Kind: part.Long, Required: true},
	)
	return web.Show(w, r, status, importView(p))
}

// bring takes the file. Nothing of it is kept but the result; what is wrong with
// the spec or a row is told beside the form, and what was typed stays.
func (s *Pages) bring(w http.ResponseWriter, r *http.Request, by *web.Sight) error {
	const memory = 8 << 20
	if err := r.ParseMultipartForm(memory); err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return err
		}
		return fault.New(fault.Invalid, "trouble.bad_form")
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	form := &web.Form{Values: r.PostForm}
	in := wave.Import{Name: people.Text{En: form.Get("name_en"), Zh: form.Get("name_zh")}, Spec: []byte(form.Get("spec"))}
	var many fault.Many
	day := func(field string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, form.Get(field), by.Zone())
		if err != nil {
			many = append(many, fault.At(field, "record.required"))
		}
		return t
	}
	in.From, in.To = day("from"), day("to").AddDate(0, 0, 1)
	file, head, err := r.FormFile("file")
	if err != nil {
		many = append(many, fault.At("file", "satisfaction.import_no_file"))
	}
	if file != nil {
		defer func() { _ = file.Close() }()
		in.File, in.Table = head.Filename, io.Reader(file)
	}
	var made *wave.Wave
	if err = many.Err(); err == nil {
		made, err = s.Import(r.Context(), by.By, in)
	}
	if err := form.Blame(by.Printer, err); err != nil {
		return err
	}
	if form.Wrong() {
		return showImport(w, r, by, form, http.StatusUnprocessableEntity)
	}
	return web.Go(w, r, Path+"/"+strconv.FormatInt(made.ID, 10)+"/report")
}
