package web

import (
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/privacy"
	"kilter/internal/web/part"
)

const privacyPath = securityPath + "/privacy"

// arrangePage arranges something of the centre that has one form: how long
// personal data is kept, how people sign in.
type arrangePage struct {
	*Frame
	Form   *Form
	Fields []part.Field
	About  string
	Save   string
	Kept   string // what was just kept, in words
}

func (s *Security) privacyPage(r *http.Request, form *Form) (*arrangePage, error) {
	if err := actor(r).May("privacy.retain"); err != nil {
		return nil, err
	}
	held, err := s.Privacy.Retention()
	if err != nil {
		return nil, err
	}
	p := &arrangePage{Frame: s.frame(r, "privacy.title"), Form: form}
	p.Kept = p.kept(r, "privacy.kept")
	p.About, p.Save = p.T("privacy.said"), p.T("privacy.save")
	months := func(name string, n int) part.Field {
		return part.Field{Name: name, Label: p.T("privacy." + name), Kind: part.Number, Unit: p.T("privacy.unit"), Value: strconv.Itoa(n), Required: true, Narrow: true}
	}
	for _, kind := range s.Privacy.Kinds {
		p.Fields = append(p.Fields, months(kind, held.Records[kind]))
	}
	p.Fields = form.Fields(append(p.Fields, months("persons", held.Persons), months("surveys", held.Surveys))...)
	return p, nil
}

func (s *Security) retention(w http.ResponseWriter, r *http.Request) error {
	p, err := s.privacyPage(r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, arrangeShown(p))
}

func (s *Security) retain(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	want := privacy.Retention{Records: map[string]int{}}
	var many fault.Many
	for _, name := range append(slices.Clone(s.Privacy.Kinds), "persons", "surveys") {
		n, fail := strconv.Atoi(form.Get(name))
		if fail != nil {
			_ = many.Add(fault.At(name, "privacy.months").With("max", 600)) // a fault adds without error
		}
		switch name {
		case "persons":
			want.Persons = n
		case "surveys":
			want.Surveys = n
		default:
			want.Records[name] = n
		}
	}
	if err = many.Err(); err == nil {
		err = s.Privacy.SetRetention(r.Context(), actor(r), want)
	}
	if err == nil {
		return Go(w, r, privacyPath+"?kept=1")
	}
	p, fail := s.privacyPage(r, form)
	if fail != nil {
		return fail
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Fields = form.Fields(p.Fields...)
	return Show(w, r, http.StatusUnprocessableEntity, arrangeShown(p))
}

// kept says that something was kept, after the redirect that follows it.
func (f *Frame) kept(r *http.Request, key string) string {
	if r.Method != http.MethodGet || r.URL.Query().Get("kept") == "" {
		return ""
	}
	return f.T(key)
}
