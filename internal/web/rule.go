package web

import (
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// ruleForm is the editor of one rule: when, if, then, and what it would have
// done.
type ruleForm struct {
	*settingForm
	Kind     record.Kind // the practice it is about
	Points   wrongWord   // where the condition is wrong
	Wrong    bool
	Near     string // what may have been meant
	Trial    *rule.Trial
	Runs     []rule.Run
	Standing rule.Standing
}

// autoPath is where rules are made.
const autoPath = settingsPath + "/rule"

// mountRules adds the editor of rules; their list is that of any kind.
func (s *Settings) mountRules(on settingRoute) {
	mountEditor(on, setting.Rule, map[string]settingHandler{
		"GET " + autoPath + "/{id}":         s.rule,
		"POST " + autoPath + "/{id}":        s.ruleSave,
		"POST " + autoPath + "/{id}/fields": s.ruleFields,
		"POST " + autoPath + "/{id}/try":    s.ruleTry,
		"POST " + autoPath + "/{id}/resume": s.ruleResume,
	})
}

// ruleForm opens the rule that the address names, as it was typed if it was.
func (s *Settings) ruleForm(p *settingPage, r *http.Request, form *Form) (*ruleForm, error) {
	v, err := s.opened(p, r, form)
	if err != nil {
		return nil, err
	}
	f := &ruleForm{settingForm: v}
	f.Kind = record.Kind(v.typed("practice", string(doc[rule.Rule](v).Practice)))
	if !slices.Contains(record.Kinds, f.Kind) {
		f.Kind = record.Incident
	}
	if v.Held.ID == 0 {
		return f, nil
	}
	all, err := s.Rules.Traces.Standings(r.Context())
	if err != nil {
		return nil, err
	}
	if f.Standing = all[v.Held.ID]; f.Standing.Version != v.Held.Version {
		f.Standing = rule.Standing{}
	}
	if p.By.Can(rule.DeedTrace) {
		f.Runs, err = s.Rules.Traces.Runs(r.Context(), p.By.Scope, v.Held.ID, shownRuns)
	}
	return f, err
}

// shownRuns is how many of the last runs a rule's page shows.
const shownRuns = 20

func (s *Settings) rule(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	f, err := s.ruleForm(p, r, nil)
	if err != nil {
		return err
	}
	return s.showRule(f, w, r, http.StatusOK)
}

func (s *Settings) showRule(f *ruleForm, w http.ResponseWriter, r *http.Request, status int) error {
	f.Needs("choose")
	return Show(w, r, status, ruleFormView(f))
}

// refused shows the form with what is wrong with it.
func (s *Settings) refused(p *settingPage, w http.ResponseWriter, r *http.Request, form *Form, err error) error {
	all := fault.All(err)
	points, wrong := pointed(form.Get("if"), all)
	for _, one := range all {
		one.Field = rowAt.ReplaceAllString(one.Field, "")
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	f, err := s.ruleForm(p, r, form)
	if err != nil {
		return err
	}
	f.Points, f.Wrong = points, wrong
	for _, one := range all {
		if near, ok := one.Args["near"].(string); ok && near != "" && wrong {
			f.Near = near
		}
	}
	return s.showRule(f, w, r, http.StatusUnprocessableEntity)
}

func (s *Settings) ruleSave(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in, err := actsInput(r, sh, form, "deeds")
	if err == nil {
		_, err = s.Desk.Save(r.Context(), p.By, in)
	}
	if err != nil {
		return s.refused(p, w, r, form, err)
	}
	return Go(w, r, settingsPath+"/"+word)
}

// ruleFields shows the form again as it stands: with the fields of another
// practice, or with room for one action more.
func (s *Settings) ruleFields(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.By.May(rule.DeedEdit); err != nil {
		return err
	}
	f, err := s.ruleForm(p, r, form)
	if err != nil {
		return err
	}
	return s.showRule(f, w, r, http.StatusOK)
}

// ruleTry tells what the rule would have done, as it was typed; nothing is
// saved.
func (s *Settings) ruleTry(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, _, err := s.sheet(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	in, err := actsInput(r, sh, form, "deeds")
	if err != nil {
		return s.refused(p, w, r, form, err)
	}
	for _, name := range []string{"code", "name_en"} { // a rule can be tried before it is called something
		if in.Fields[name] == "" && form.Get("name_zh") == "" {
			in.Fields[name] = "trial"
		}
	}
	if in.Fields["code"] == "" {
		in.Fields["code"] = "trial"
	}
	in.Version = 0
	t, _, err := s.Desk.Try(r.Context(), p.By, in)
	if err != nil {
		return s.refused(p, w, r, form, err)
	}
	typed, err := setting.Read[rule.Rule](t)
	if err != nil {
		return err
	}
	f, err := s.ruleForm(p, r, form)
	if err != nil {
		return err
	}
	trial, err := s.Rules.Try(r.Context(), p.By, typed, p.code())
	if err != nil {
		return err
	}
	f.Trial = &trial
	return s.showRule(f, w, r, http.StatusOK)
}

// ruleResume takes a rule up again that was set aside.
func (s *Settings) ruleResume(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	if err := s.Rules.Resume(r.Context(), p.By, number(r.PathValue("id"))); err != nil {
		return err
	}
	return Go(w, r, autoPath+"/"+r.PathValue("id"))
}

// ask is the question of one field of the sheet.
func (f *ruleForm) ask(name string) part.Field {
	a, _ := f.Sheet.Find(name)
	out := f.field(a)
	switch name {
	case "deeds":
		out.Kind, out.Many, out.Required = part.Choose, true, true
		out.Values = setting.Split(out.Value)
		for _, d := range f.settings.Rules.Desks[f.Kind].Deeds() {
			out.Options = append(out.Options, part.Option{Value: d, Label: f.deedWord(f.Kind, d)})
		}
	case "state":
		out.Kind, out.Required = part.Choice, true
		for _, o := range f.states() {
			out.Options = append(out.Options, part.Option{Value: o.Code, Label: f.T(string(f.Kind) + ".state." + o.Code)})
		}
	case "if":
		out.Kind, out.Plain, out.Hint = part.Long, true, f.T("rule.if.hint."+f.language())
	case "hours", "at":
		out.Required, out.Narrow = true, true
	case "practice":
		out.Attrs = templAttrs("hx-post", f.at("fields"), "hx-trigger", "change", "hx-target", "#rule-form", "hx-select", "#rule-form", "hx-swap", "outerHTML")
	}
	return f.Form.Field(out)
}

// at is an address below the rule's.
func (f *ruleForm) at(rest string) string { return f.action() + "/" + rest }

func (f *ruleForm) language() string {
	if l := f.typed("language", string(doc[rule.Rule](f.settingForm).Language)); l == string(rule.Expr) {
		return l
	}
	return string(rule.Query)
}

func (f *ruleForm) fieldsOf() query.Fields { return f.settings.Rules.Fields(f.Kind) }

func (f *ruleForm) states() []query.Option {
	s, _ := f.fieldsOf().Find("state")
	return s.Choices
}

// deedWord is a deed in words, "registered"; what is no word of the practice's
// is one of every record's.
func (p *settingPage) deedWord(k record.Kind, deed string) string {
	for _, key := range []string{string(k) + ".did." + deed, "record.did." + deed} {
		if p.Has(key) {
			return p.T(key)
		}
	}
	return deed
}

// fieldWord is what a field of a practice is called; x. names are the centre's.
func (p *settingPage) fieldWord(k record.Kind, name string) string {
	if code, ok := strings.CutPrefix(name, "x."); ok {
		if t := p.View.All.Coded(setting.Field, code); t != nil {
			return t.Label(p.code())
		}
		return code
	}
	for _, key := range []string{string(k) + ".field." + name, "rule.did." + name} {
		if p.Has(key) {
			return p.T(key)
		}
	}
	return name
}

// fieldHelp is a line of the help about what a condition can name.
type fieldHelp struct{ Name, Label, How string }

// help lists the fields of the practice, in the reader's language.
func (f *ruleForm) help() []fieldHelp {
	var out []fieldHelp
	for _, one := range f.fieldsOf() {
		h := fieldHelp{Name: one.Label(f.code()), Label: f.fieldWord(f.Kind, one.Name), How: f.T("rule.how." + f.language() + "." + string(one.Type))}
		if f.language() == string(rule.Expr) {
			h.Name = one.Name
		}
		if h.Label == one.Name {
			h.Label = ""
		}
		if one.Type == query.Choice {
			var codes []string
			for _, c := range one.Choices {
				codes = append(codes, c.Code)
			}
			h.How = strings.Join(codes, ", ")
		}
		out = append(out, h)
	}
	return out
}

// changes are what a trial or a run would change or changed, in words.
func (f *ruleForm) changes(k record.Kind, all []record.Change) []changedField {
	var out []changedField
	for _, c := range all {
		out = append(out, changedField{f.fieldWord(k, c.Field), f.valueWord(k, c.Field, c.Was), Cut(f.valueWord(k, c.Field, c.Now), 120)})
	}
	return out
}

// valueWord writes a value of a practice's field for people.
func (p *settingPage) valueWord(k record.Kind, field, v string) string {
	if v == "" {
		return ""
	}
	if key := string(k) + "." + field + "." + v; p.Has(key) {
		return p.T(key)
	}
	switch p.settings.Rules.TypeOf(k, field) {
	case record.Bool:
		return p.T("desk.yes")
	case record.Person:
		if all := p.personOptions([]string{v}); len(all) == 1 {
			return all[0].Label
		}
	case record.Team, record.Service, record.Department, record.Zone, record.Category, record.Cause, record.Offering, record.Model:
		if name := p.View.All.Name(number(v), p.code()); name != "" {
			return name
		}
	}
	if field == "watch" || field == "watcher" || field == "mention" {
		if all := p.personOptions([]string{v}); len(all) == 1 {
			return all[0].Label
		}
	}
	return v
}

// cutWord says that a trial did not look at everything.
func (f *ruleForm) cutWord() string {
	if f.Trial.Cut == rule.Whole {
		return ""
	}
	return f.T("rule.cut."+string(f.Trial.Cut), "records", f.Number(f.Trial.Records), "lines", f.Number(len(f.Trial.Would)), "until", f.DateTime(f.Trial.Reached))
}
