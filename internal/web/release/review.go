package release

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// conditionRows is how many conditions the form has room for at once.
const conditionRows = 5

var said = []release.Say{release.Yes, release.No, release.Nothing}

// speaking reports whether the review of this build can be spoken in.
func (p *onePage) speaking() bool {
	v := p.One.Review()
	return p.at(release.Readiness) && (v == nil || v.Decision == release.Undecided)
}

// point is what a point of the checklist is called.
func (s *sight) point(q release.Question) string {
	if name := q.Name.In(string(s.Lang())); name != "" {
		return name
	}
	return s.T("release.point." + string(q.Point))
}

func (p *onePage) pointFields(q release.Question) []part.Field {
	held, _ := p.One.Review().Answer(q.Point)
	name := string(q.Point)
	return p.form("points").Fields(
		part.Field{Name: "point." + name, Label: p.point(q), Kind: part.Choice, Plain: true, Value: string(held.Say), Options: append([]part.Option{{Label: p.T("release.not_said")}}, options(p.sight, "release.say.", said)...)},
		part.Field{Name: "point." + name + ".evidence", Label: p.T("release.evidence"), Plain: true, Value: held.Evidence, Max: 2000},
	)
}

func (s *sight) look(w http.ResponseWriter, r *http.Request) error {
	return s.on(w, r, "review", "points", func(f *web.Form, n record.Number) error {
		var all []release.Answer
		one, err := s.Desk.Find(s.ctx, s.By, n)
		if err != nil {
			return err
		}
		for _, q := range s.Desk.Questions(one) {
			point := q.Point
			if say := f.Get("point." + string(point)); say != "" {
				all = append(all, release.Answer{Point: point, Say: release.Say(say), Evidence: f.Get("point." + string(point) + ".evidence")})
			}
		}
		_, err = s.Desk.Look(s.ctx, s.By, n, all, record.Input{})
		return err
	})
}

func (p *onePage) voiceFields() []part.Field {
	open := release.Clusters
	if v := p.One.Review(); v != nil {
		if left, _ := v.Missing(); len(left) > 0 {
			open = append(left, spoken(v)...)
		}
	}
	return p.form("voice").Fields(
		part.Field{Name: "cluster", Label: p.T("release.cluster"), Kind: part.Choice, Plain: true, Options: options(p.sight, "release.cluster.", open)},
		part.Field{Name: "say", Label: p.T("release.say"), Kind: part.Choice, Plain: true, Options: options(p.sight, "release.say.", said)},
		part.Field{Name: "remark", Label: p.T("release.remark"), Plain: true, Max: 2000, Help: p.T("release.remark_help")},
	)
}

// spoken are the clusters that have had their say, and may change it.
func spoken(v *release.Review) []release.Cluster {
	var out []release.Cluster
	for _, o := range v.Voices {
		out = append(out, o.Cluster)
	}
	return out
}

func (s *sight) speak(w http.ResponseWriter, r *http.Request) error {
	return s.on(w, r, "review", "voice", func(f *web.Form, n record.Number) error {
		_, err := s.Desk.Speak(s.ctx, s.By, n, release.Voice{Cluster: release.Cluster(f.Get("cluster")), Say: release.Say(f.Get("say")), Remark: f.Get("remark")}, record.Input{})
		return err
	})
}

func (p *onePage) decisionFields() []part.Field {
	return p.form("decision").Fields(
		part.Field{Name: "decision", Label: p.T("release.decision"), Kind: part.Radio, Required: true, Options: options(p.sight, "release.decision.", []release.Decision{release.Go, release.NoGo, release.Conditional})},
		part.Field{Name: "minutes", Label: p.T("release.minutes"), Kind: part.Long, Required: true, Max: 2000},
	)
}

// conditionFields are the inputs of one condition, by its place from 1.
func (p *onePage) conditionFields(i int) []part.Field {
	at := "conditions[" + strconv.Itoa(i) + "]."
	return p.form("decision").Fields(
		part.Field{Name: at + "text", Label: p.T("release.condition.n", "n", i), Plain: true, Max: 2000},
		part.Field{Name: at + "due", Label: p.T("release.condition.due"), Kind: part.DateTime, Plain: true, Narrow: true},
		part.Field{Name: at + "owner", Label: p.T("release.condition.owner"), Kind: part.Choose, Load: "/people", Plain: true},
		part.Field{Name: at + "before", Label: p.T("release.condition.before"), Kind: part.Toggle},
	)
}

func (s *sight) decide(w http.ResponseWriter, r *http.Request) error {
	return s.on(w, r, "review", "decision", func(f *web.Form, n record.Number) error {
		o := release.Outcome{Decision: release.Decision(f.Get("decision")), Minutes: f.Get("minutes")}
		var many fault.Many
		for i := range conditionRows {
			at := "conditions[" + strconv.Itoa(i+1) + "]."
			if f.Get(at+"text") == "" {
				continue
			}
			var due time.Time
			if v := f.Get(at + "due"); v != "" {
				var err error
				if due, err = time.ParseInLocation(web.TypedMoment, v, s.Zone()); err != nil {
					many = append(many, fault.At(at+"due", "release.not_a_moment"))
				}
			}
			o.Conditions = append(o.Conditions, release.Condition{Text: f.Get(at + "text"), Owner: people.ID(f.ID(at + "owner")), Due: due.UTC(), Before: f.Get(at+"before") != ""})
		}
		if err := many.Err(); err != nil {
			return err
		}
		_, err := s.Desk.Decide(s.ctx, s.By, n, o, record.Input{})
		return err
	})
}

func (s *sight) meet(w http.ResponseWriter, r *http.Request) error {
	return s.on(w, r, "review", "condition", func(f *web.Form, n record.Number) error {
		_, err := s.Desk.Meet(s.ctx, s.By, n, nth(r), record.Input{Text: f.Get("text")})
		return err
	})
}

// decided shows what a review came to.
func decided(d release.Decision) (part.Tone, string) {
	switch d {
	case release.Go:
		return part.Jade, "checks"
	case release.NoGo:
		return part.Vermilion, "x"
	case release.Conditional:
		return part.Amber, "check"
	}
	return part.Slate, "clock"
}

// tone shows what was said.
func tone(s release.Say) (part.Tone, string) {
	switch s {
	case release.Yes:
		return part.Jade, "check"
	case release.No:
		return part.Vermilion, "x"
	}
	return part.Slate, "minus"
}
