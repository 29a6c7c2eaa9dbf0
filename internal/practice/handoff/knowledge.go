package handoff

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
)

// answeredBy is the link from an incident to the article that helped.
const answeredBy = "answered_by"

// Lessons bring what incidents and problems teach to the knowledge base, and
// articles to incidents.
type Lessons struct {
	Incidents *incident.Desk
	Problems  *problem.Desk
	Risks     *risk.Desk // nil where no risks are kept
	Articles  *knowledge.Desk
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
	// Heading is a heading of an article in one of its languages, "en" or "zh":
	// "symptom", "solution", "cause" or "lesson".
	Heading func(lang, of string) string
}

// For finds the articles that may help with an incident.
func (l Lessons) For(ctx context.Context, by people.Actor, i *incident.Incident) ([]knowledge.Suggestion, error) {
	return l.Articles.Suggest(ctx, by, knowledge.Trouble{Item: i.Item, Service: i.Service, Category: i.Category, Text: i.Title + " " + i.Description})
}

// Apply notes on an incident that an article helps with it, links the two and
// counts the use. Doing so twice changes nothing.
func (l Lessons) Apply(ctx context.Context, by people.Actor, n, article record.Number) (*incident.Incident, error) {
	for _, deed := range []string{"incident.relate", "knowledge.read"} {
		if err := by.May(deed); err != nil {
			return nil, err
		}
	}
	held, err := l.Incidents.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	a, err := l.Articles.InForce(ctx, by, article)
	if err != nil {
		return nil, err
	}
	around, err := l.Incidents.Ledger.Around(ctx, people.Everything(), held.ID)
	if err != nil || slices.ContainsFunc(around.Links, func(k record.Linked) bool { return k.Type == answeredBy && !k.Back && k.Row.ID == a.ID }) {
		return held, err
	}
	var out *incident.Incident
	err = l.Together(ctx, func(ctx context.Context) error {
		out, err = l.Incidents.One(ctx, by, n, record.Input{}, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
			s.Relate(i.Common(), a.Common(), answeredBy)
			return s.Log(i, "relate", record.Entry{Text: a.Ref() + " " + a.Title, Changes: []record.Change{{Field: answeredBy, Now: a.Ref()}}})
		})
		if err != nil {
			return err
		}
		return l.Articles.Applied(ctx, by, a)
	})
	return out, err
}

// FromIncident drafts an article from what resolved an incident.
func (l Lessons) FromIncident(ctx context.Context, by people.Actor, n record.Number) (*knowledge.Article, error) {
	i, err := l.Incidents.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	if err := by.May("knowledge.open"); err != nil {
		return nil, err
	}
	if strings.TrimSpace(i.Solution) == "" {
		return nil, fault.New(fault.Conflict, "knowledge.not_resolved")
	}
	fields := l.draft(i.Title, told{"symptom", i.Description}, told{"solution", i.Solution})
	fill(fields, map[string]int64{"service": int64(i.Service), "category": int64(i.Category), "item": int64(i.Item), "zone": int64(i.Zone)})
	return l.Articles.WriteFrom(ctx, by, i.Common(), record.Input{Fields: fields})
}

// FromProblem drafts one from what is known of an error.
func (l Lessons) FromProblem(ctx context.Context, by people.Actor, n record.Number) (*knowledge.Article, error) {
	p, err := l.Problems.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	if err := by.May("knowledge.open"); err != nil {
		return nil, err
	}
	if strings.TrimSpace(p.Workaround) == "" {
		return nil, fault.New(fault.Conflict, "knowledge.not_resolved")
	}
	fields := l.draft(p.Title, told{"symptom", p.Symptom}, told{"cause", p.RootCause}, told{"solution", p.Workaround})
	fields["keywords"] = p.Symptom
	fill(fields, map[string]int64{"service": int64(p.Service), "category": int64(p.Category), "item": int64(p.Item), "zone": int64(p.Zone)})
	return l.Articles.WriteFrom(ctx, by, p.Common(), record.Input{Fields: fields})
}

// FromRisk drafts one from what was learnt of a risk.
func (l Lessons) FromRisk(ctx context.Context, by people.Actor, n record.Number) (*knowledge.Article, error) {
	if l.Risks == nil {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	r, err := l.Risks.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	if err := by.May("knowledge.open"); err != nil {
		return nil, err
	}
	if strings.TrimSpace(r.Lesson) == "" {
		return nil, fault.New(fault.Conflict, "knowledge.not_learnt")
	}
	fields := l.draft(r.Title, told{"cause", r.Condition}, told{"symptom", r.Consequence}, told{"solution", r.Contingency}, told{"lesson", r.Lesson})
	fill(fields, map[string]int64{"service": int64(r.Service), "zone": int64(r.Zone)})
	return l.Articles.WriteFrom(ctx, by, r.Common(), record.Input{Fields: fields})
}

// told is a part of a record's text.
type told struct{ heading, text string }

// draft writes the parts under their headings, in the language of the title.
func (l Lessons) draft(title string, parts ...told) map[string]string {
	lang := "en"
	if strings.ContainsFunc(title, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		lang = "zh"
	}
	var b strings.Builder
	for _, p := range parts {
		if strings.TrimSpace(p.text) != "" {
			b.WriteString("## " + l.Heading(lang, p.heading) + "\n\n" + strings.TrimSpace(p.text) + "\n\n")
		}
	}
	return map[string]string{"title_" + lang: cut(title, 95), "text_" + lang: cut(strings.TrimSpace(b.String()), 30_000)}
}

func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

func fill(fields map[string]string, ids map[string]int64) {
	for name, id := range ids {
		if id != 0 {
			fields[name] = strconv.FormatInt(id, 10)
		}
	}
}
