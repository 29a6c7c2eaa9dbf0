package app

import (
	"context"
	"encoding/json"

	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/transfer"
)

// questionSet is the kind of sets of questions in a file of settings.
const questionSet setting.Kind = "question_set"

// questionSets are carried beside the settings: what was published last of each
// name, and whether it is in use.
func (h *house) questionSets() transfer.Cargo {
	return transfer.Cargo{
		Kind: questionSet, Deed: assessment.DeedLead,
		List: func(ctx context.Context) (out []transfer.Crate, err error) {
			all, err := h.questions.Parcels(ctx)
			for _, p := range all {
				text, err := json.Marshal(p)
				if err != nil {
					return nil, err
				}
				out = append(out, transfer.Crate{Code: p.Code, Fields: text})
			}
			return out, err
		},
		Weigh: func(ctx context.Context, c transfer.Crate) (bool, []setting.Change, error) {
			p, err := questions.ReadParcel(c.Code, c.Fields)
			if err != nil {
				return false, nil, err
			}
			there, fields, err := h.questions.Weigh(ctx, p)
			var out []setting.Change
			for _, f := range fields {
				out = append(out, setting.Change{Field: f})
			}
			return there, out, err
		},
		Bring: func(ctx context.Context, by people.Actor, c transfer.Crate) error {
			p, err := questions.ReadParcel(c.Code, c.Fields)
			if err != nil {
				return err
			}
			return h.questions.Unpack(ctx, by, p)
		},
	}
}
