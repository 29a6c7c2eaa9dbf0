package maturity

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
	"kilter/internal/report/evidence"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// rulePage is the form of an edition's names, rule and defaults.
type rulePage struct {
	*sight
	One  *questions.Edition
	Form *web.Form
}

func (s *sight) ruleForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.ruling(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ruleView(p))
}

func (s *sight) ruling(r *http.Request) (*rulePage, error) {
	e, err := s.edition(r)
	if err == nil && e.State != questions.Draft {
		err = fault.New(fault.Conflict, "maturity.set.published")
	}
	if err != nil {
		return nil, err
	}
	p := &rulePage{sight: s, One: e}
	p.Title = s.T("maturity.set_rule")
	return p, nil
}

// fields are the names and defaults, and how many others each level wants.
func (p *rulePage) fields() (what, levels []part.Field) {
	d := p.One.Set.Defaults
	number := func(name, key string, value int) part.Field {
		return part.Field{Name: name, Label: p.T("maturity.q." + key), Help: p.T("maturity.q." + key + "_help"), Kind: part.Number, Value: strconv.Itoa(value), Required: true, Narrow: true}
	}
	what = append(p.nameFields(p.One.Name),
		number("others_at_least", "others", p.One.Set.Rule.OthersAtLeast),
		number("min_n", "least", d.MinN),
		part.Field{Name: "train_share", Label: p.T("maturity.q.train_share"), Kind: part.Number, Value: plain(d.TrainShare), Required: true, Narrow: true, Attrs: fractions},
		number("doc_max_age_days", "doc_age", d.DocMaxAgeDays))
	for _, l := range maturity.Levels() {
		f := part.Field{Name: "others_at_least." + l.String(), Label: p.levelWords(l), Kind: part.Number, Plain: true, Narrow: true}
		if n, own := p.One.Set.Rule.At[l]; own {
			f.Value = strconv.Itoa(n)
		}
		levels = append(levels, f)
	}
	return p.Form.Fields(what...), p.Form.Fields(levels...)
}

var fractions = map[string]any{"step": "any"}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// counted reads a whole number; what is none is one that no check lets through.
func counted(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

func fraction(text string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return -1e12
	}
	return n
}

func (s *sight) rule(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	frame := questions.Frame{
		Name: name(f), Rule: maturity.Rule{OthersAtLeast: counted(f.Get("others_at_least"))},
		Defaults: maturity.Defaults{MinN: counted(f.Get("min_n")), TrainShare: fraction(f.Get("train_share")), DocMaxAgeDays: counted(f.Get("doc_max_age_days"))},
	}
	for _, l := range maturity.Levels() {
		if text := f.Get("others_at_least." + l.String()); text != "" {
			if frame.Rule.At == nil {
				frame.Rule.At = map[maturity.Level]int{}
			}
			frame.Rule.At[l] = counted(text)
		}
	}
	_, err = s.pages.Questions.Reframe(s.ctx, s.By, r.PathValue("set"), f.ID("row"), frame)
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		p, err := s.ruling(r)
		if err != nil {
			return err
		}
		p.Form = f
		return web.Show(w, r, http.StatusUnprocessableEntity, ruleView(p))
	}
	return web.Go(w, r, setHref(r.PathValue("set")))
}

// questionPage is the form of one statement.
type questionPage struct {
	*sight
	One  *questions.Edition
	Q    maturity.Question
	New  bool
	Form *web.Form
}

// asking is the form of the statement that an id names; one of which only the
// process is known is new.
func (s *sight) asking(r *http.Request, id string) (*questionPage, error) {
	e, err := s.edition(r)
	if err == nil && e.State != questions.Draft {
		err = fault.New(fault.Conflict, "maturity.set.published")
	}
	if err != nil {
		return nil, err
	}
	p := &questionPage{sight: s, One: e}
	var there bool
	if p.Q, there = e.Set.Question(id); !there {
		p.Q = maturity.Question{ID: id, Level: maturity.Bottom, Evidence: maturity.Evidence{Kind: maturity.Manual, Op: ">="}}
		if p.New = p.Q.Process().Known() && id == string(p.Q.Process())+"-"; !p.New {
			return nil, fault.New(fault.Missing, "trouble.missing")
		}
	}
	if p.Title = s.T("maturity.set_change_question", "id", id); p.New {
		p.Title = s.T("maturity.set_new_question", "process", s.processName(p.Q.Process()))
	}
	return p, nil
}

func (s *sight) questionForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.asking(r, r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, questionView(p))
}

// texts are the statement in both languages.
func (p *questionPage) texts() []part.Field {
	return p.Form.Fields(
		part.Field{Name: "topic_en", Label: p.T("maturity.q.topic_en"), Value: p.Q.Topic.En, Max: 100, Plain: true},
		part.Field{Name: "topic_zh", Label: p.T("maturity.q.topic_zh"), Value: p.Q.Topic.Zh, Max: 100, Plain: true},
		part.Field{Name: "text_en", Label: p.T("maturity.q.text_en"), Kind: part.Long, Value: p.Q.Text.En, Max: 1000, Plain: true},
		part.Field{Name: "text_zh", Label: p.T("maturity.q.text_zh"), Kind: part.Long, Value: p.Q.Text.Zh, Max: 1000, Plain: true})
}

// place is the level, how much it weighs there, and what it bears on.
func (p *questionPage) place() []part.Field {
	level := part.Field{Name: "level", Label: p.T("maturity.q.level"), Kind: part.Choice, Value: p.Q.Level.String(), Required: true, Narrow: true}
	for _, l := range maturity.Levels() {
		level.Options = append(level.Options, part.Option{Value: l.String(), Label: p.levelWords(l)})
	}
	must := part.Field{Name: "mandatory", Label: p.T("maturity.q.mandatory"), Kind: part.Radio, Value: strconv.FormatBool(p.Q.Mandatory), Required: true, Options: []part.Option{
		{Value: "true", Label: p.T("maturity.q.must")}, {Value: "false", Label: p.T("maturity.q.other")},
	}}
	itss := part.Field{Name: "itss", Label: p.T("maturity.q.itss"), Kind: part.Several, Values: p.Q.ITSS, Plain: true}
	for _, e := range maturity.ITSSElements {
		itss.Options = append(itss.Options, part.Option{Value: e, Label: p.T("maturity.itss." + e)})
	}
	return p.Form.Fields(level, must,
		part.Field{Name: "iso20000", Label: p.T("maturity.q.iso20000"), Value: strings.Join(p.Q.ISO20000, " "), Hint: "8.6.1 9.1", Max: 240, Plain: true}, itss)
}

// evidence is what answers the statement without asking anybody.
func (p *questionPage) evidence() []part.Field {
	e := p.Q.Evidence
	kind := part.Field{Name: "kind", Label: p.T("maturity.q.kind"), Kind: part.Choice, Value: string(e.Kind), Required: true, Narrow: true}
	for _, k := range maturity.Kinds {
		kind.Options = append(kind.Options, part.Option{Value: string(k), Label: p.T("maturity.kind." + string(k))})
	}
	op := part.Field{Name: "op", Label: p.T("maturity.q.op"), Kind: part.Choice, Value: e.Op, Plain: true, Narrow: true, Options: []part.Option{{Value: ">=", Label: p.T("maturity.q.op_least")}, {Value: "<=", Label: p.T("maturity.q.op_most")}}}
	own := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	value := ""
	if e.Kind.Measured() {
		value = plain(e.Value)
	}
	return p.Form.Fields(kind,
		part.Field{Name: "metric", Label: p.T("maturity.q.metric"), Help: p.T("maturity.q.metric_help"), Value: e.Metric, Max: 80, Plain: true, Attrs: map[string]any{"list": "metrics"}},
		op,
		part.Field{Name: "value", Label: p.T("maturity.q.value"), Help: p.T("maturity.q.value_help"), Kind: part.Number, Value: value, Plain: true, Narrow: true, Attrs: fractions},
		part.Field{Name: "window_days", Label: p.T("maturity.q.window"), Help: p.T("maturity.q.window_help"), Kind: part.Number, Value: strconv.Itoa(e.Days), Plain: true, Narrow: true},
		part.Field{Name: "min_n", Label: p.T("maturity.q.min_n"), Help: p.T("maturity.q.min_n_help", "n", p.Number(p.One.Set.Defaults.MinN)), Kind: part.Number, Value: own(e.MinN), Plain: true, Narrow: true},
		part.Field{Name: "what", Label: p.T("maturity.q.what"), Help: p.T("maturity.q.what_help"), Value: e.What, Max: 80, Plain: true})
}

// metrics are the names of all metrics, those that the records answer first.
func (p *questionPage) metrics() []string {
	all := evidence.Metrics()
	slices.SortStableFunc(all, func(a, b evidence.Metric) int {
		switch {
		case (a.Why == "") == (b.Why == ""):
			return strings.Compare(a.ID, b.ID)
		case a.Why == "":
			return -1
		}
		return 1
	})
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = m.ID
	}
	return out
}

func (p *questionPage) metricNote(id string) string {
	if m, _ := evidence.Find(id); m.Why != "" {
		return p.T("evidence.why." + m.Why)
	}
	return p.T("maturity.q.measured")
}

func readQuestion(f *web.Form) maturity.Question {
	q := maturity.Question{
		ID: f.Get("id"), Mandatory: f.Get("mandatory") == "true",
		Topic: people.Text{En: f.Get("topic_en"), Zh: f.Get("topic_zh")}, Text: people.Text{En: f.Get("text_en"), Zh: f.Get("text_zh")},
		ISO20000: strings.FieldsFunc(f.Get("iso20000"), func(r rune) bool { return strings.ContainsRune(" ,，、;；", r) }), ITSS: f.Values["itss"],
		Evidence: maturity.Evidence{Kind: maturity.Kind(f.Get("kind")), Metric: f.Get("metric"), What: f.Get("what"), Op: f.Get("op")},
	}
	if number, err := strconv.ParseFloat(f.Get("level"), 64); err == nil {
		q.Level, _ = maturity.LevelOf(number)
	}
	if e := &q.Evidence; e.Kind.Measured() {
		e.Value, e.Days = fraction(f.Get("value")), counted(f.Get("window_days"))
		if text := f.Get("min_n"); text != "" {
			e.MinN = counted(text)
		}
	}
	return q
}

func (s *sight) question(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	q := readQuestion(f)
	asked := q.ID
	_, err = s.pages.Questions.Put(s.ctx, s.By, r.PathValue("set"), f.ID("row"), &q)
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		p, err := s.asking(r, asked)
		if err != nil {
			return err
		}
		p.Form = f
		return web.Show(w, r, http.StatusUnprocessableEntity, questionView(p))
	}
	return web.Go(w, r, setHref(r.PathValue("set"))+"?process="+string(q.Process())+"#"+q.ID)
}
