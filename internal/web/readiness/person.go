package readiness

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// personPage is what is recorded of somebody.
type personPage struct {
	*sight
	*readiness.File
	Mine bool
	Form *web.Form
}

func (s *sight) me(w http.ResponseWriter, r *http.Request) error { return s.meWith(w, r, nil) }

func (s *sight) meWith(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	one, err := s.room.Person(s.ctx, s.By, s.By.ID)
	if err != nil {
		return err
	}
	s.Title = s.T("readiness.mine")
	return web.Show(w, r, f.Status(), meView(&personPage{sight: s, File: one, Mine: true, Form: f}))
}

// answer takes the pulse of the reader for one process.
func (s *sight) answer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var answers []int
	for i := range readiness.Questions {
		answers = append(answers, f.Count(s.Printer, "q"+strconv.Itoa(i+1))) // none is told as an answer that lacks
	}
	if f.Wrong() {
		return s.meWith(w, r, f)
	}
	if err := f.Blame(s.Printer, s.room.Answer(s.ctx, s.By, maturity.Process(f.Get("process")), answers)); err != nil {
		return err
	}
	if f.Wrong() {
		return s.meWith(w, r, f)
	}
	return web.Go(w, r, Path+"/me")
}

// personsPage is everybody who has a part in a process.
type personsPage struct {
	*sight
	All []people.Person
}

func (s *sight) persons(w http.ResponseWriter, r *http.Request) error {
	all, err := s.pages.Staff(s.ctx)
	if err != nil {
		return err
	}
	s.Title = s.T("readiness.people")
	return web.Show(w, r, http.StatusOK, personsView(&personsPage{s, all}))
}

func (s *sight) personing(r *http.Request) (*personPage, error) {
	id := people.ID(web.PathID(r, "person"))
	one, err := s.room.Person(s.ctx, s.By, id)
	if err != nil {
		return nil, err
	}
	s.Title = s.Name(id)
	return &personPage{sight: s, File: one, Mine: id == s.By.ID}, nil
}

func (s *sight) person(w http.ResponseWriter, r *http.Request) error {
	p, err := s.personing(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, personView(p))
}

// skills are what his roles ask for, and what else he can.
func (f *personPage) skills() (out []readiness.Need) {
	for _, p := range f.Parts {
		for _, n := range p.Needs {
			i := slices.IndexFunc(out, func(o readiness.Need) bool { return readiness.Key(o.Skill) == readiness.Key(n.Skill) })
			if i < 0 {
				out = append(out, n)
			} else {
				out[i].Level = max(out[i].Level, n.Level)
			}
		}
	}
	return out
}

const mostLevel = 4

func (f *personPage) fields() (skills, training, hours []part.Field) {
	for i, n := range f.skills() {
		one := part.Field{Name: "skill." + strconv.Itoa(i), Label: n.Skill.In(f.lang()), Help: f.T("readiness.needed", "n", n.Level), Kind: part.Choice, Plain: true, Narrow: true, Value: strconv.Itoa(f.Skills[readiness.Key(n.Skill)])}
		for l := range mostLevel + 1 {
			one.Options = append(one.Options, part.Option{Value: strconv.Itoa(l), Label: f.T("readiness.level_n." + strconv.Itoa(l))})
		}
		skills = append(skills, one)
	}
	for i := range len(f.Training) + 1 {
		t := readiness.Training{}
		until := ""
		if i < len(f.Training) {
			t = f.Training[i]
			until = t.Until.Format(time.DateOnly)
		}
		at := "training." + strconv.Itoa(i) + "."
		which := part.Field{Name: at + "process", Label: f.T("roadmap.col.process"), Kind: part.Choice, Plain: true, Narrow: true, Value: string(t.Process), Options: []part.Option{{Label: f.T("readiness.no_training")}}}
		for _, code := range maturity.Processes() {
			which.Options = append(which.Options, part.Option{Value: string(code), Label: f.process(code)})
		}
		training = append(training, which,
			part.Field{Name: at + "name", Label: f.T("readiness.training_name"), Value: t.Name, Plain: true, Max: 200},
			part.Field{Name: at + "until", Label: f.T("readiness.valid_until"), Kind: part.Date, Value: until, Plain: true, Narrow: true})
	}
	hours = []part.Field{
		{Name: "available", Label: f.T("readiness.available"), Help: f.T("readiness.hours_help"), Kind: part.Number, Value: plain(f.Available), Plain: true, Narrow: true},
		{Name: "booked", Label: f.T("readiness.booked"), Kind: part.Number, Value: plain(f.Booked), Plain: true, Narrow: true},
	}
	return f.Form.Fields(skills...), f.Form.Fields(training...), f.Form.Fields(hours...)
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func (s *sight) keepPerson(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.personing(r)
	if err != nil {
		return err
	}
	p.Form = f
	next := &readiness.Person{Person: p.Person.Person, Skills: map[string]int{}, Version: f.ID("version")}
	for name, level := range p.Skills {
		next.Skills[name] = level
	}
	for i, n := range p.skills() {
		next.Skills[readiness.Key(n.Skill)] = f.Count(s.Printer, "skill."+strconv.Itoa(i)) // none is none
	}
	for i := range len(p.Training) + 1 {
		at := "training." + strconv.Itoa(i) + "."
		if f.Get(at+"process") == "" {
			if i == len(p.Training) && f.Get(at+"name")+f.Get(at+"until") != "" {
				f.Fault(at+"process", s.T("record.required"))
			}
			continue // taken away, or none added
		}
		t := readiness.Training{Process: maturity.Process(f.Get(at + "process")), Name: f.Get(at + "name")}
		t.Until = f.Day(s.Printer, at+"until") // none is told as missing
		next.Training = append(next.Training, t)
	}
	for name, hours := range map[string]*float64{"available": &next.Available, "booked": &next.Booked} {
		if f.Get(name) != "" { // none is none
			*hours = f.Number(s.Printer, name)
		}
	}
	if !f.Wrong() {
		if err := f.Blame(s.Printer, s.room.KeepPerson(s.ctx, s.By, next)); err != nil {
			return err
		}
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, personView(p))
	}
	return web.Go(w, r, Path+"/people/"+next.Person.String())
}
