package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// changeParts are the parts of the forms of a change.
var changeParts = outline{
	{"what", []string{"title", "type", "model", "reason", "benefit", "description"}},
	{"where", []string{"service", "category", "items", "zone", "team", "owner", "second"}},
	{"when", []string{"starts", "ends"}},
	{"risk", append([]string{"impact", "likelihood", "why_otherwise"}, append(changeQuestions(), "shared", "networks", "exchange")...)},
	{"plan", []string{"procedure", "test", "back_out", "back_out_time", "communication", "cost", "gain"}},
}

func changeQuestions() []string {
	out := make([]string, len(changes.Questions))
	for i, q := range changes.Questions {
		out[i] = string(q)
	}
	return out
}

// settingParts are the parts of the forms of settings that are long.
var settingParts = map[setting.Kind]outline{
	setting.Freeze: {
		{"what", []string{"name_en", "name_zh", "code", "note_en", "note_zh"}},
		{"when", []string{"from", "from_time", "until", "until_time", "time_zone"}},
		{"where", []string{"services", "networks", "items"}},
	},
	setting.Window: {
		{"what", []string{"name_en", "name_zh", "code", "note_en", "note_zh"}},
		{"when", []string{"rule", "from", "time", "minutes", "shift", "calendar", "most", "time_zone"}},
		{"where", []string{"services", "networks", "items"}},
	},
	setting.ChangeModel: {
		{"what", []string{"name_en", "name_zh", "code"}},
		{"where", []string{"category", "services", "networks", "items", "teams"}},
		{"risk", []string{"impact", "likelihood"}},
		{"plan", []string{"procedure", "test", "back_out", "back_out_time", "communication", "tasks"}},
	},
}

// usableModels are the models that somebody may choose for a change, and the one
// that is chosen already.
func (d *Desk) usableModels(s *sight, chosen string) []part.Option {
	if d.Changes.Models == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	all, err := d.Changes.Models.List(ctx, s.By)
	if err != nil {
		return nil // whoever sees none can still ask for a normal change
	}
	var out []part.Option
	for i := range all {
		value := strconv.FormatInt(all[i].ID, 10)
		if all[i].State == changes.ModelUsable && all[i].MayUse || value == chosen {
			out = append(out, part.Option{Value: value, Label: all[i].Label(string(s.Lang()))})
		}
	}
	return out
}

// givenOfModel is what the form of a change begins with when the address names a
// model.
func (d *Desk) givenOfModel(r *http.Request, s *sight) (map[string]string, error) {
	id, err := strconv.ParseInt(r.URL.Query().Get("model"), 10, 64)
	if err != nil || d.Changes.Models == nil {
		return nil, nil // an address that names no model fills in nothing
	}
	return d.Changes.Models.Prefill(r.Context(), s.By, id)
}
