package app

import (
	"context"
	"encoding/json"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/transfer"
)

// handbookChapter is the kind of chapters in a file of settings.
const handbookChapter setting.Kind = "handbook_chapter"

// handbookTexts are carried beside the settings: what was written of chapters.
// They come in as drafts, for whoever approves does so here.
func (h *house) handbookTexts() transfer.Cargo {
	return transfer.Cargo{
		Kind: handbookChapter, Deed: handbook.DeedEdit,
		List: func(ctx context.Context) (out []transfer.Crate, err error) {
			all, err := h.handbookRoom().Parcels(ctx)
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
			p, err := handbook.ReadParcel(c.Code, c.Fields)
			if err != nil {
				return false, nil, err
			}
			there, fields, err := h.handbookRoom().Weigh(ctx, p)
			var out []setting.Change
			for _, f := range fields {
				out = append(out, setting.Change{Field: f})
			}
			return there, out, err
		},
		Bring: func(ctx context.Context, by people.Actor, c transfer.Crate) error {
			p, err := handbook.ReadParcel(c.Code, c.Fields)
			if err != nil {
				return err
			}
			return h.handbookRoom().Unpack(ctx, by, p)
		},
	}
}
