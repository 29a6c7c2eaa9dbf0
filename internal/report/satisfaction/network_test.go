package satisfaction_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/satisfaction"
)

// networks is a wave of the standard questionnaire in which so many use each
// network, and miss so much there.
func networks(t *testing.T, n map[string]int, gap map[string]int) *satisfaction.Report {
	t.Helper()
	paper := wave.Standard()
	w := &wave.Wave{Name: people.Text{En: "By network"}, Plan: wave.StandardPlan(), Seed: 3}
	w.Plan.Samples = 200
	var answers []wave.Answer
	for _, network := range []string{"sharing", "business", "public", ""} {
		for i := range n[network] {
			a := wave.Answer{Key: fmt.Sprint(network, i), Side: wave.Users, Department: 1, Given: wave.Given{Values: map[string]int{}, Choices: map[string]string{}}}
			if network != "" {
				a.Choices["network"] = network
			}
			for _, d := range paper.Asked() {
				for k, item := range d.Items {
					a.Values["E_"+item.Code] = 6 + (i+k)%2
					a.Values["P_"+item.Code] = 6 + (i+k)%2 + gap[network] + i%2
				}
			}
			answers = append(answers, a)
		}
	}
	w.Strata = []wave.Stratum{{Side: wave.Users, Department: 1, Code: "all", Population: 200, Invited: 150}}
	found, err := w.Find(&paper, answers)
	if err != nil {
		t.Fatal(err)
	}
	return satisfaction.Read(&satisfaction.Wave{ID: 1, Result: found.Result}, nil)
}

func network(t *testing.T, r *satisfaction.Report) satisfaction.Segment {
	t.Helper()
	for _, s := range r.Segments {
		if s.Name == "network" {
			return s
		}
	}
	t.Fatal("nothing is said by network")
	return satisfaction.Segment{}
}

// What is said by network is what those who use it answered; a network of too few
// is not told of, and another with it from which it would follow: by no mean, no
// dimension, no comparison.
func TestByNetwork(t *testing.T) {
	t.Parallel()
	gap := map[string]int{"sharing": -3, "business": -2, "public": -4, "": -1}
	s := network(t, networks(t, map[string]int{"sharing": 20, "business": 12, "public": 6, "": 10}, gap))
	if len(s.Rows) != 3 || len(s.Hidden) != 0 || s.Nowhere != 10 {
		t.Fatalf("rows %+v, hidden %v, without one %d", s.Rows, s.Hidden, s.Nowhere)
	}
	for i, code := range []string{"public", "sharing", "business"} { // the greatest need first
		want := float64(gap[code]) + .5
		row := s.Rows[i]
		if row.Code != code || row.One.N != map[string]int{"sharing": 20, "business": 12, "public": 6}[code] || math.Abs(row.Mean-want) > 1e-9 || math.Abs(*row.One.Dimensions["empathy"]-want) > 1e-9 {
			t.Errorf("%s: %+v, want %g", code, row.One, want)
		}
	}
	for _, few := range []int{1, 4} {
		r := networks(t, map[string]int{"sharing": 20, "business": 12, "public": few, "": 10}, gap)
		s := network(t, r)
		if len(s.Rows) != 1 || s.Rows[0].Code != "sharing" || fmt.Sprint(s.Hidden) != "[business public]" {
			t.Errorf("%d of the public network: rows %+v, hidden %v", few, s.Rows, s.Hidden)
		}
		for key := range r.Result.Pairs {
			if strings.Contains(key, "public") || strings.Contains(key, "business") {
				t.Errorf("%d of the public network: compared by %s", few, key)
			}
		}
		if s.Anova != nil || s.Kruskal != nil || r.Result.Groups["network"].Groups["public"] != nil {
			t.Errorf("%d of the public network: tested or kept", few)
		}
	}
}
