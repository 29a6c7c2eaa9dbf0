package web

import (
	"context"
	"net/http"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// decisions are what was asked about a record, as its page shows them.
type decisions struct {
	Rounds []*approval.Round
	Names  map[people.ID]string
	Asked  bool // the one who looks is asked, and may answer
}

// decisions reads those of the record; none where nothing is asked.
func (p *plainPage) decisions() (d decisions, err error) {
	if p.desk.Approvals == nil {
		return d, nil
	}
	if d.Rounds, err = p.desk.Approvals.Rounds(p.ctx, p.One.ID); err != nil || len(d.Rounds) == 0 {
		return d, err
	}
	d.Names = map[people.ID]string{}
	for _, r := range d.Rounds {
		for _, st := range r.Stages {
			for _, s := range st.Seats {
				d.Names[s.Person], d.Names[s.By] = p.named(s.Person), p.named(s.By)
			}
		}
	}
	deputies, err := p.desk.Approvals.Deputies(p.ctx, 0, p.Now)
	d.Asked = err == nil && p.By.Can(p.of.deed(record.Consents)) && d.Rounds[len(d.Rounds)-1].Seated(p.By.ID, approval.Stands(deputies, p.Now))
	return d, err
}

// decideOn takes the answer of staff who are asked about a record.
func decideOn[R record.Body](d *Desk, decide func(context.Context, people.Actor, record.Number, approval.Vote, record.Input) (R, error)) staffHandler {
	return func(w http.ResponseWriter, r *http.Request, s *sight) error {
		n, err := refOf(s.of.Kind, r.PathValue("ref"))
		if err != nil {
			return err
		}
		f, err := ReadForm(r)
		if err != nil {
			return err
		}
		deed := record.Consents
		if f.Get("answer") == string(approval.No) {
			deed = record.Declines
		}
		if err := s.By.May(s.of.deed(deed)); err != nil {
			return err
		}
		one, err := decide(r.Context(), s.By, n, VoteOf(f, approval.Answer(f.Get("answer"))), record.Input{})
		if err != nil {
			return err
		}
		return d.plainDone(w, r, s, one.Common(), part.Toast{Text: s.T("desk.moved", "ref", one.Common().Ref(), "did", s.T(s.of.deed("did."+deed))), Icon: "check"})
	}
}
