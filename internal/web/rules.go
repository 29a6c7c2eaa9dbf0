package web

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

const rulesPath = securityPath + "/rules"

var ruleUnits = map[string]string{
	"shortest": "signs", "history": "passwords", "max_days": "days", "tries": "tries", "wait_secs": "secs", "max_secs": "secs", "idle_mins": "mins", "max_hours": "hours",
}

// ruleFields are the rules of signing in as a form.
func ruleFields(p *lang.Printer, rules signin.Rules) []part.Field {
	var out []part.Field
	for _, b := range signin.Bounds() {
		f := part.Field{Name: b.Field, Label: p.T("rules." + b.Field), Kind: part.Number, Unit: p.T("rules.unit." + ruleUnits[b.Field]), Value: strconv.Itoa(*b.At(&rules)), Required: true, Narrow: true, Max: 6}
		if help := "rules." + b.Field + "_help"; p.Has(help) {
			f.Help = p.T(help)
		}
		out = append(out, f)
	}
	var groups []part.Option
	for _, g := range signin.Groups() {
		groups = append(groups, part.Option{Value: g, Label: p.T("rules.group." + g)})
	}
	return append(out, part.Field{Name: "factor", Label: p.T("rules.factor"), Kind: part.Radio, Options: groups, Value: rules.Factor, Required: true, Help: p.T("rules.factor_help")})
}

// readRules takes the rules from a form; what is no number is a fault of its
// field.
func readRules(form *Form) (signin.Rules, error) {
	rules := signin.Rules{Factor: form.Get("factor")}
	var many fault.Many
	for _, b := range signin.Bounds() {
		n, err := strconv.Atoi(form.Get(b.Field))
		if err != nil {
			_ = many.Add(fault.At(b.Field, "signin.rule_bounds").With("min", b.Min).With("max", b.Max)) // a fault adds without error
		}
		*b.At(&rules) = n
	}
	return rules, many.Err()
}

func (s *Security) rulesPage(r *http.Request, form *Form) (*arrangePage, error) {
	held, err := s.Gate.Door.Rules()
	if err != nil {
		return nil, err
	}
	p := &arrangePage{Frame: s.frame(r, "rules.title"), Form: form}
	p.About, p.Save, p.Kept = p.T("rules.said"), p.T("rules.save"), p.kept(r, "rules.kept")
	p.Fields = form.Fields(ruleFields(p.Printer, held)...)
	return p, nil
}

func (s *Security) rules(w http.ResponseWriter, r *http.Request) error {
	if err := actor(r).May("account.rules"); err != nil {
		return err
	}
	p, err := s.rulesPage(r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, arrangeShown(p))
}

func (s *Security) setRules(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	rules, err := readRules(form)
	if err == nil {
		err = s.Gate.Door.SetRules(r.Context(), actor(r), rules)
	}
	if err == nil {
		return Go(w, r, rulesPath+"?kept=1")
	}
	p, fail := s.rulesPage(r, form)
	if fail != nil {
		return fail
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Fields = form.Fields(p.Fields...)
	return Show(w, r, http.StatusUnprocessableEntity, arrangeShown(p))
}
