package survey

import (
	"net/http"
	"strconv"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// sheetsPage is all questionnaires with their newest version.
type sheetsPage struct {
	*sight
	Rows []wave.Sheet
	Form *web.Form
}

func (s *sight) sheetsPage() (*sheetsPage, error) {
	p := &sheetsPage{sight: s}
	p.Title = s.T("wave.sheets")
	all, err := s.room.Instruments(s.ctx, s.By)
	if err != nil {
		return nil, err
	}
	for _, in := range all {
		versions, err := s.room.Versions(s.ctx, s.By, in.ID)
		if err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, versions[0])
	}
	return p, nil
}

func (p *sheetsPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.Lists()
	return web.Show(w, r, status, sheetsView(p))
}

func (s *sight) sheets(w http.ResponseWriter, r *http.Request) error {
	p, err := s.sheetsPage()
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (p *sheetsPage) fields() []part.Field {
	return p.Form.Fields(
		part.Field{Name: "name_zh", Label: p.T("wave.name_zh"), Max: 200, Plain: true},
		part.Field{Name: "name", Label: p.T("wave.name_en"), Max: 200, Plain: true},
	)
}

func (s *sight) newSheet(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(wave.DeedDesign); err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	one, err := s.room.Name(s.ctx, s.By, &wave.Instrument{Name: people.Text{En: f.Get("name"), Zh: f.Get("name_zh")}}, nil)
	if err == nil {
		return web.Go(w, r, sheetHref(one.ID))
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	p, err := s.sheetsPage()
	if err != nil {
		return err
	}
	p.Form = f
	return p.show(w, r, http.StatusUnprocessableEntity)
}

// sheetPage is one version, to be read or edited.
type sheetPage struct {
	*sight
	Sheet    *wave.Sheet
	Versions []wave.Sheet
	Form     *web.Form
	Paper    wave.Paper // as typed
}

func (s *sight) sheetPage(r *http.Request) (*sheetPage, error) {
	one, err := s.room.SheetOf(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, err
	}
	p := &sheetPage{sight: s, Sheet: one, Paper: one.Paper}
	p.Title = s.T("wave.sheet_version", "name", s.says(one.Name), "n", one.Number)
	p.Versions, err = s.room.Versions(s.ctx, s.By, one.Instrument)
	return p, err
}

func (p *sheetPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.Lists()
	return web.Show(w, r, status, sheetView(p))
}

func (s *sight) sheet(w http.ResponseWriter, r *http.Request) error {
	p, err := s.sheetPage(r)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

// answer says what this version is.
func (p *sheetPage) answer() string {
	items := 0
	for _, d := range p.Sheet.Asked() {
		items += len(d.Items)
	}
	text := p.T("wave.sheet_says", "n", items, "dimensions", len(p.Sheet.Asked()), "minutes", p.N("wave.minutes", p.Sheet.Minutes(wave.Users)))
	if p.Sheet.Used {
		text += " " + p.T("wave.sheet_used")
	}
	return text
}

func (s *sight) editSheet(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(wave.DeedDesign); err != nil {
		return err
	}
	p, err := s.sheetPage(r)
	if err != nil {
		return err
	}
	if p.Form, err = web.ReadForm(r); err != nil {
		return err
	}
	p.Paper = typedPaper(p.Form)
	next, err := s.room.Edit(s.ctx, s.By, p.Sheet.ID, p.Paper)
	if err == nil {
		return web.Go(w, r, sheetHref(next.ID))
	}
	if err := p.Form.Blame(p.Printer, err); err != nil {
		return err
	}
	return p.show(w, r, http.StatusUnprocessableEntity)
}

// A part of a questionnaire is named by its place, as faults name it:
// "dimensions.1.items.0.text". The Chinese text has ".zh" after it.

func textOf(f *web.Form, at string) people.Text {
	return people.Text{En: f.Get(at), Zh: f.Get(at + ".zh")}
}

// most bounds how many rows of a list are read from a form.
const most = 60

// each calls add for the rows of a list, until one after the other is not there.
// A row whose code and texts are empty is taken out.
func each(f *web.Form, list string, add func(at string)) {
	for i := range most {
		at := list + "." + strconv.Itoa(i) + "."
		if _, there := f.Values[at+"code"]; !there {
			return
		}
		if f.Get(at+"code") != "" || textOf(f, at+"text") != (people.Text{}) || textOf(f, at+"name") != (people.Text{}) {
			add(at)
		}
	}
}

// typedPaper reads a questionnaire from its form. What it says is checked where
// it is kept.
func typedPaper(f *web.Form) wave.Paper {
	on := func(name string) bool { return f.Get(name) != "" }
	points, err := strconv.Atoi(f.Get("points"))
	if err != nil {
		points = 0 // no choice
	}
	p := wave.Paper{
		Form: wave.Form(f.Get("form")), Points: points, Shuffle: on("shuffle"), Weights: on("weights"), Check: on("check"),
		Intro: textOf(f, "intro"), Excellent: textOf(f, "excellent"), Ours: textOf(f, "ours"), Belief: textOf(f, "belief"),
	}
	each(f, "dimensions", func(at string) {
		d := wave.Dimension{Code: f.Get(at + "code"), Name: textOf(f, at+"name"), About: textOf(f, at+"about"), Off: on(at + "off"), Apart: on(at + "apart")}
		each(f, at+"items", func(at string) {
			d.Items = append(d.Items, wave.Item{Code: f.Get(at + "code"), Text: textOf(f, at+"text"), Off: on(at + "off")})
		})
		p.Dimensions = append(p.Dimensions, d)
	})
	each(f, "overall", func(at string) {
		p.Overall = append(p.Overall, wave.Rating{Code: f.Get(at + "code"), Text: textOf(f, at+"text"), Outcome: on(at + "outcome")})
	})
	each(f, "profile", func(at string) {
		q := wave.Choice{Code: f.Get(at + "code"), Text: textOf(f, at+"text")}
		each(f, at+"options", func(at string) {
			q.Options = append(q.Options, wave.Option{Code: f.Get(at + "code"), Text: textOf(f, at+"text")})
		})
		p.Profile = append(p.Profile, q)
	})
	each(f, "comments", func(at string) {
		p.Comments = append(p.Comments, wave.Remark{Code: f.Get(at + "code"), Text: textOf(f, at+"text")})
	})
	return p
}

// edits reports whether the reader may change the questionnaire.
func (p *sheetPage) edits() bool { return p.By.Can(wave.DeedDesign) }

// field is an input of the editor with what is wrong with it.
func (p *sheetPage) field(f part.Field) part.Field {
	if p.Form != nil {
		values := p.Form.Values
		defer func() { p.Form.Values = values }()
		p.Form.Values = nil // what was typed stands in Paper
		f = p.Form.Field(f)
	}
	return f
}

// both are the inputs of a text in both languages.
func (p *sheetPage) both(at, label string, t people.Text, long bool) []part.Field {
	kind := part.Text
	if long {
		kind = part.Long
	}
	return []part.Field{
		{Name: at + ".zh", Label: p.T("wave.in_zh", "what", label), Value: t.Zh, Kind: kind, Plain: true, Max: 2000},
		p.field(part.Field{Name: at, Label: p.T("wave.in_en", "what", label), Value: t.En, Kind: kind, Plain: true, Max: 2000}),
	}
}

// settings are the inputs above the lists.
func (p *sheetPage) settings() []part.Field {
	choice := func(name string, value string, values ...string) part.Field {
		f := part.Field{Name: name, Label: p.T("wave." + name), Kind: part.Choice, Value: value, Required: true}
		for _, v := range values {
			f.Options = append(f.Options, part.Option{Value: v, Label: p.T("wave." + name + "." + v)})
		}
		return p.field(f)
	}
	var forms []string
	for _, f := range wave.Forms {
		forms = append(forms, string(f))
	}
	toggle := func(name string, on bool) part.Field {
		return part.Field{Name: name, Label: p.T("wave." + name), Help: p.T("wave." + name + "_help"), Kind: part.Toggle, Value: strconv.FormatBool(on)}
	}
	return []part.Field{
		choice("form", string(p.Paper.Form), forms...),
		choice("points", strconv.Itoa(p.Paper.Points), "5", "7"),
		toggle("shuffle", p.Paper.Shuffle), toggle("weights", p.Paper.Weights), toggle("check", p.Paper.Check),
	}
}

// wrong is what is wrong anywhere, to be told above the form.
func (p *sheetPage) wrong() []string {
	return p.Form.Whole(nil)
}

// partName is what a foldable part is called; an empty one adds one.
func (p *sheetPage) partName(t people.Text, code string) string {
	if code == "" && t == (people.Text{}) {
		return p.T("wave.add_one")
	}
	return p.says(t)
}
