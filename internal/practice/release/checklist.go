package release

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// ChecklistCode is the code of the centre setting that holds what a readiness
// review asks about.
const ChecklistCode = "readiness"

// Checklist is what a centre asks in a release readiness review: points that
// every centre knows, and its own, one a line, in both languages.
type Checklist struct {
	Usual []Point `json:"points"`
	OwnEn string  `json:"own_en,omitempty"`
	OwnZh string  `json:"own_zh,omitempty"`
}

// Bounds of a checklist.
const (
	mostOwn    = 30
	longestOwn = 200
)

// Question is a point as a review asks about it: what the checklist said when the
// review began stays with its record, whatever becomes of the setting.
type Question struct {
	Point Point       `json:"point"`
	Name  people.Text `json:"name,omitzero"` // of a centre's own point
}

// StandardChecklist holds until a centre decides otherwise.
func StandardChecklist() Checklist { return Checklist{Usual: slices.Clone(Points)} }

func rows(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Questions are what a review that begins now asks about.
func (c Checklist) Questions() []Question {
	var out []Question
	for _, p := range Points {
		if slices.Contains(c.Usual, p) {
			out = append(out, Question{Point: p})
		}
	}
	en, zh := rows(c.OwnEn), rows(c.OwnZh)
	for i := range min(len(en), len(zh)) {
		out = append(out, Question{Point("own_" + strconv.Itoa(i+1)), people.Text{En: en[i], Zh: zh[i]}})
	}
	return out
}

// Check says what is wrong with a checklist that somebody wants to save.
func (c Checklist) Check() error {
	var many fault.Many
	en, zh := rows(c.OwnEn), rows(c.OwnZh)
	if len(en) != len(zh) {
		many = append(many, fault.At("own_zh", "release.checklist_uneven").With("en", len(en)).With("zh", len(zh)))
	}
	if len(en) > mostOwn {
		many = append(many, fault.At("own_en", "record.out_of_range").With("low", 0).With("high", mostOwn))
	}
	for field, lines := range map[string][]string{"own_en": en, "own_zh": zh} {
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > longestOwn {
				many = append(many, fault.At(field, "record.too_long").With("max", longestOwn).With("length", n))
				break
			}
		}
	}
	if len(c.Questions()) == 0 {
		many = append(many, fault.At("points", "release.checklist_empty"))
	}
	return many.Err()
}

var document = setting.Document[Checklist]{Code: ChecklistCode, Usual: StandardChecklist}

// ChecklistOf reads the document.
func ChecklistOf(all *setting.All) (Checklist, error) { return document.Of(all) }

// Sheets describes what a centre arranges for its releases.
func Sheets() setting.Sheets {
	type D = Checklist
	return setting.Sheets{document.Sheet(
		func(_ *setting.All, d *D) error { return d.Check() },
		setting.SeveralOf("points", texts(Points), func(d *D) *[]Point { return &d.Usual }),
		setting.TextOf("own_zh", mostOwn*longestOwn, func(d *D) *string { return &d.OwnZh }),
		setting.TextOf("own_en", mostOwn*longestOwn, func(d *D) *string { return &d.OwnEn }),
	)}
}

func texts[S ~string](all []S) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return out
}

// Questions are what the review asks about; one of before checklists were kept
// with it asks what all did then.
func (v *Review) Questions() []Question {
	if v == nil || len(v.Asked) == 0 {
		return StandardChecklist().Questions()
	}
	return v.Asked
}

// asks reports whether the review asks about a point.
func (v *Review) asks(p Point) bool {
	return slices.ContainsFunc(v.Questions(), func(q Question) bool { return q.Point == p })
}

func (v *Review) points() (out []Point) {
	for _, q := range v.Questions() {
		out = append(out, q.Point)
	}
	return out
}

// Questions are those of the review of the present build: as it began, else as
// one would begin now.
func (d *Desk) Questions(r *Release) []Question {
	if v := r.Review(); v != nil {
		return v.Questions()
	}
	return d.checklist()
}

func (d *Desk) checklist() []Question {
	if d.City.Checklist == nil {
		return StandardChecklist().Questions()
	}
	return d.City.Checklist().Questions()
}
