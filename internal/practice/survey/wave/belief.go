package wave

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
)

// Beliefs compare what the staff believes users expect with what they expect:
// gap 1 of Parasuraman, Zeithaml and Berry 1985, positive where too much is
// believed.
type Beliefs struct {
	N          int               `json:"n"` // of the staff who answered
	Items      map[string]Belief `json:"items"`
	Dimensions map[string]Belief `json:"dimensions"`
}

// Belief is one of them.
type Belief struct {
	Staff float64     `json:"staff"`
	Users float64     `json:"users"`
	Gap   float64     `json:"gap"` // staff - users
	CI    *[2]float64 `json:"ci95_welch,omitempty"`
	N     [2]int      `json:"n"` // staff, users
}

// beliefs compares the staff's answers with the users'; nil when fewer answered
// than may be told of.
func (w *Wave) beliefs(p *Paper, answers []Answer) *Beliefs {
	out := &Beliefs{Items: map[string]Belief{}, Dimensions: map[string]Belief{}}
	for _, a := range answers {
		if a.Side == Staff {
			out.N++
		}
	}
	if out.N < w.Plan.Least || p.Form == Servperf {
		return nil
	}
	for _, d := range p.Asked() {
		var whole [2][]float64
		for _, a := range answers {
			sum, n := 0.0, 0
			for _, i := range d.Items {
				if v := a.Values[Column(survey.Expected, i.Code)]; v > 0 {
					sum, n = sum+float64(v), n+1
				}
			}
			if n*2 >= len(d.Items) { // as stats scores a dimension: half of its items at least
				whole[side(a)] = append(whole[side(a)], sum/float64(n))
			}
		}
		w.believed(out.Dimensions, d.Code, whole)
		for _, i := range d.Items {
			var one [2][]float64
			for _, a := range answers {
				if v := a.Values[Column(survey.Expected, i.Code)]; v > 0 {
					one[side(a)] = append(one[side(a)], float64(v))
				}
			}
			w.believed(out.Items, i.Code, one)
		}
	}
	return out
}

func side(a Answer) int {
	if a.Side == Staff {
		return 0
	}
	return 1
}

// believed adds a comparison, unless it would tell of too few.
func (w *Wave) believed(into map[string]Belief, code string, x [2][]float64) {
	out := Belief{N: [2]int{len(x[0]), len(x[1])}}
	if min(out.N[0], out.N[1]) < w.Plan.Least {
		return
	}
	out.Staff, out.Users = mean(x[0]), mean(x[1])
	out.Gap = out.Staff - out.Users
	if t, err := stats.Welch(x[0], x[1]); err == nil {
		out.CI = &[2]float64{t.Low, t.High}
	}
	into[code] = out
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// hide takes the names of persons off comments: those that are hardly ever words
// of a sentence, three characters of Chinese or two words.
func hide(words []Comment, all []people.Person) {
	var pairs []string
	for _, p := range all {
		if tells(p.Name) {
			pairs = append(pairs, p.Name, "■■")
		}
	}
	r := strings.NewReplacer(pairs...)
	for i := range words {
		words[i].Text = r.Replace(words[i].Text)
	}
}

func tells(name string) bool {
	n := utf8.RuneCountInString(name)
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return n >= 3
	}
	return n >= 6 && len(strings.Fields(name)) >= 2
}
