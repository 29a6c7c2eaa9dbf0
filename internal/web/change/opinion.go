package change

import (
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// assessed reads the assessments by roles.
func (p *planPage) assessed() (err error) {
	_, p.Opinions, p.Lacks, err = p.Assess.Of(p.ctx, p.By, p.One.Number)
	return err
}

// leads reports whether the reader asks for assessments now.
func (p *planPage) leads() bool {
	return p.One.State == change.Assessing && p.By.Can("change.assess")
}

// answers reports whether the reader may answer one now.
func (p *planPage) answers(o change.Opinion) bool {
	return p.One.State == change.Assessing && o.Dropped.IsZero() && slices.Contains(o.Asked, p.By.ID) && p.By.Can(change.DeedOpine)
}

func (p *planPage) lacking() string {
	var names []string
	for _, r := range p.Lacks {
		names = append(names, p.T("change.role."+string(r)))
	}
	return p.List(names)
}

func opinionForm(o change.Opinion) string { return "opinion" + strconv.FormatInt(o.ID, 10) }

func (p *planPage) opinionAt(o change.Opinion) string {
	return p.base() + "/opinions/" + strconv.FormatInt(o.ID, 10)
}

func (p *planPage) opinionFields(o change.Opinion) []part.Field {
	stand := part.Field{Name: "stand", Label: p.T("change.opinion.stand"), Kind: part.Choice, Required: true, Value: string(o.Stand)}
	for _, s := range change.Positions {
		stand.Options = append(stand.Options, part.Option{Value: s, Label: p.T("change.stand." + s)})
	}
	return p.form(opinionForm(o)).Fields(stand, part.Field{Name: "text", Label: p.T("change.opinion.text"), Help: p.T("change.opinion.text_help"), Kind: part.Long, Max: 4000, Value: o.Text})
}

func (p *planPage) askFields() []part.Field {
	role := part.Field{Name: "role", Label: p.T("change.opinion.role"), Kind: part.Choice, Required: true}
	for _, r := range change.AssessRoles {
		role.Options = append(role.Options, part.Option{Value: r, Label: p.T("change.role." + r)})
	}
	return p.form("ask").Fields(role, part.Field{Name: "persons", Label: p.T("change.opinion.persons"), Help: p.T("change.opinion.persons_help"), Kind: part.Choose, Many: true, Load: "/people"})
}

// askOpinion asks for the assessment by a role.
func (s *sight) askOpinion(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var who []people.ID
	for _, id := range f.IDs("persons") {
		who = append(who, people.ID(id))
	}
	_, err = s.Assess.Ask(s.ctx, s.By, n, change.Role(f.Get("role")), who)
	return s.did(w, r, f, "ask", err)
}

// giveOpinion answers for a role.
func (s *sight) giveOpinion(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	_, err = s.Assess.Give(s.ctx, s.By, n, id, change.Position(f.Get("stand")), f.Get("text"))
	return s.did(w, r, f, opinionForm(change.Opinion{ID: id}), err)
}

func (s *sight) dropOpinion(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = s.Assess.Drop(s.ctx, s.By, n, web.PathID(r, "id"))
	return s.did(w, r, f, "ask", err)
}
