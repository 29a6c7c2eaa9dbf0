package web

import (
	"net/http"
	"net/url"
	"strconv"

	"kilter/internal/practice/grade"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// Where it is shown how content officials are, and who waits for an answer.
const (
	gradesPath = "/grades"
	gradeSum   = gradesPath + "/figures"
)

func (d *Desk) gradeRoutes(mux Mux) {
	if d.Grades == nil {
		return
	}
	d.trades[record.Incident].More = gradePages
	for pattern, h := range map[string]staffHandler{
		"GET " + gradesPath:                    d.grades,
		"GET " + gradeSum:                      d.gradeFigures,
		"GET " + gradeSum + "/export":          d.gradeExport,
		"GET " + gradesPath + "/export":        d.gradesExport,
		"GET " + gradesPath + "/{ref}":         d.gradeShow,
		"POST " + gradesPath + "/{ref}/rate":   d.gradeGive,
		"POST " + gradesPath + "/{ref}/call":   d.gradeCall,
		"POST " + gradesPath + "/{ref}/answer": d.gradeAnswer,
	} {
		mux.Handle(pattern, d.limited(pattern, d.staff(h)))
	}
}

// gradePages are the pages about grades beside the lists.
func gradePages(s *sight, open string) Group {
	g := Group{Title: s.T("grade.pages"), Views: []part.Link{{Label: s.T("grade.list"), Href: gradesPath, Icon: "star", Active: open == "grades"}}}
	if s.By.Can(record.SeesGrades) {
		g.Views = append(g.Views, part.Link{Label: s.T("grade.figures"), Href: gradeSum, Icon: "chart-bar", Active: open == "grade_figures"})
	}
	g.Views = append(append(g.Views, operationPages(s, open)...), s.beside()...)
	return g
}

// mostGrades is how many grades the list shows.
const mostGrades = 200

// gradesPage lists grades: the open duties, or all.
type gradesPage struct {
	*sight
	All  bool
	Mine bool
	More bool // there are more than are shown
	Rows []record.Graded
}

// gradesPage reads the list, the first most of it.
func (s *sight) gradesPage(r *http.Request, most int) (*gradesPage, error) {
	q := r.URL.Query()
	p := &gradesPage{sight: s, All: q.Get("show") == "all", Mine: q.Get("show") == "mine" || !s.By.Can(record.SeesGrades)}
	ask := record.GradeQuery{Open: !p.All, Limit: most + 1}
	if p.Mine {
		ask.Who = s.By.ID
	}
	var err error
	if p.Rows, err = s.desk.Grades.List(r.Context(), s.By, ask); err != nil {
		return nil, err
	}
	if p.More = len(p.Rows) > most; p.More {
		p.Rows = p.Rows[:most]
	}
	for i := range p.Rows {
		p.Rows[i].Grade = *record.ShowGrade(s.By, &p.Rows[i].Row.Head, &p.Rows[i].Grade)
	}
	p.Title = s.T("grade.list")
	return p, nil
}

func (d *Desk) grades(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.gradesPage(r, mostGrades)
	if err != nil {
		return err
	}
	s.frameViews(listPlace{View: "grades"})
	return Show(w, r, http.StatusOK, gradesView(p))
}

// export is where the list is saved.
func (p *gradesPage) export(as string) string {
	show := "open"
	if p.Mine {
		show = "mine"
	}
	if p.All {
		show = "all"
	}
	return gradesPath + "/export?" + url.Values{"show": {show}, "as": {as}}.Encode()
}

func (p *gradesPage) tabs() []part.Link {
	var out []part.Link
	for _, show := range []string{"open", "mine", "all"} {
		if show == "open" && !p.By.Can(record.SeesGrades) {
			continue
		}
		on := map[string]bool{"open": !p.All && !p.Mine, "mine": p.Mine && !p.All, "all": p.All}[show]
		out = append(out, part.Link{Label: p.T("grade.show." + show), Href: gradesPath + "?" + url.Values{"show": {show}}.Encode(), Active: on})
	}
	return out
}

// answer says in words what the list shows.
func (p *gradesPage) answer() string {
	if p.More {
		return p.N("grade.says_more", len(p.Rows))
	}
	if p.All {
		return p.N("grade.says_all", len(p.Rows))
	}
	late := 0
	for i := range p.Rows {
		if p.Rows[i].Late(p.Now) {
			late++
		}
	}
	switch {
	case late > 0:
		return p.N("grade.says_late", late, "open", p.Number(len(p.Rows)))
	case len(p.Rows) > 0:
		return p.N("grade.says_open", len(p.Rows))
	}
	return p.T("grade.says_none")
}

// reason is what a reason of the list is called.
func (s *sight) reason(id int64) string { return s.All.Name(id, string(s.Lang())) }

// gradeTone colours a grade; the word beside it says the same.
func gradeTone(v grade.Value) part.Tone {
	switch {
	case v.Bad():
		return part.Vermilion
	case v == grade.Neutral:
		return part.Amber
	}
	return part.Jade
}

func gradeIcon(v grade.Value) string {
	switch {
	case v.Bad():
		return "thumb-down"
	case v == grade.Neutral:
		return "circle-minus"
	}
	return "thumb-up"
}

func gradeWord(words part.W, v grade.Value) string {
	return words.T("grade.value." + strconv.Itoa(int(v)))
}

// dueTag says by when the next step is due.
func (s *sight) dueWord(g *grade.Grade) string {
	word := "grade.answer_by"
	if g.Called.IsZero() || g.AnswerBy.IsZero() {
		word = "grade.call_by"
	}
	if g.Late(s.Now) {
		word += "_late"
	}
	return s.T(word, "at", s.DateTime(g.DueBy()))
}

// gradePage is one grade with what is to be done about it.
type gradePage struct {
	*sight
	record.GradeCase
	Ref   string
	Given *Form // a grade that somebody tells by telephone
	Call  *Form
	Reply *Form
}

func (s *sight) gradePage(ref string) (*gradePage, error) {
	c, err := s.desk.Grades.Read(s.ctx, s.By, ref)
	if err != nil {
		return nil, err
	}
	p := &gradePage{sight: s, GradeCase: c, Ref: c.Head.Ref()}
	p.Title = s.T("grade.of", "ref", p.Ref)
	return p, nil
}

func (p *gradePage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.frameViews(listPlace{View: "grades"})
	return Show(w, r, status, gradeView(p))
}

func (d *Desk) gradeShow(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.gradePage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

// gradeDeed does something about a grade and shows it again.
func (s *sight) gradeDeed(w http.ResponseWriter, r *http.Request, deed string, do func(record.GradeDesk, record.Number, *Form) error, keep func(*gradePage, *Form)) error {
	k, n, err := record.ParseRef(r.PathValue("ref"))
	if err != nil {
		return err
	}
	if err := s.By.May(string(k) + "." + deed); err != nil {
		return err
	}
	desk, err := s.desk.Grades.Desk(k)
	if err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err = do(desk, n, f); err == nil {
		return Go(w, r, gradesPath+"/"+record.Ref(k, n))
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	p, err := s.gradePage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	keep(p, f)
	return p.show(w, r, http.StatusUnprocessableEntity)
}

func (d *Desk) gradeGive(w http.ResponseWriter, r *http.Request, s *sight) error {
	return s.gradeDeed(w, r, record.Grades, func(desk record.GradeDesk, n record.Number, f *Form) error {
		return desk.Rate(r.Context(), s.By, n, givenIn(f))
	}, func(p *gradePage, f *Form) { p.Given = f })
}

func (d *Desk) gradeCall(w http.ResponseWriter, r *http.Request, s *sight) error {
	return s.gradeDeed(w, r, record.AnswersGrade, func(desk record.GradeDesk, n record.Number, f *Form) error {
		return desk.CallBack(r.Context(), s.By, n, f.Get("note"))
	}, func(p *gradePage, f *Form) { p.Call = f })
}

func (d *Desk) gradeAnswer(w http.ResponseWriter, r *http.Request, s *sight) error {
	return s.gradeDeed(w, r, record.AnswersGrade, func(desk record.GradeDesk, n record.Number, f *Form) error {
		return desk.AnswerGrade(r.Context(), s.By, n, f.Get("answer"))
	}, func(p *gradePage, f *Form) { p.Reply = f })
}

// givenIn reads a grade from a form.
func givenIn(f *Form) grade.Given {
	v, _ := strconv.Atoi(f.Get("rating")) // what is no number is no grade, and told so
	return grade.Given{Value: grade.Value(v), Reason: idOf(f.Get("reason")), Words: f.Get("words")}
}

// gradeOptions are the five grades of a form.
func gradeOptions(words part.W) []part.Option {
	var out []part.Option
	for _, v := range grade.Values {
		out = append(out, part.Option{Value: strconv.Itoa(int(v)), Label: gradeWord(words, v)})
	}
	return out
}

// reasonOptions are the reasons in use.
func reasonOptions(all *setting.All, lang string) []part.Option {
	out := []part.Option{{}}
	for _, t := range all.Of(setting.GradeReason) {
		if !t.Retired {
			out = append(out, part.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Label(lang)})
		}
	}
	return out
}

// givenFields are those of a grade, all of them.
func (p *gradePage) givenFields() []part.Field {
	return p.Given.Fields(
		part.Field{Name: "rating", Label: p.T("grade.value"), Kind: part.Radio, Options: gradeOptions(p.Printer), Required: true},
		part.Field{Name: "reason", Label: p.T("grade.reason"), Help: p.T("grade.reason_help"), Kind: part.Choice, Options: reasonOptions(p.sight.All, string(p.Lang()))},
		part.Field{Name: "words", Label: p.T("grade.words"), Help: p.T("grade.words_help"), Kind: part.Long, Max: 2000},
	)
}
