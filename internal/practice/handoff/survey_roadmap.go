package handoff

import (
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/survey"
)

// Missed is what the frozen result of a wave says to a roadmap: the gap of each
// dimension and its share in explaining satisfaction. The wave's dimensions are
// found by their items, whatever they are called there. ok is false when the wave
// did not ask what users expect, or not how content they are, or left a dimension
// out; then these figures have to be judged by hand.
func Missed(s *roadmap.Settings, r *survey.Result) (out programme.Satisfaction, ok bool) {
	if r == nil || r.OnP == nil {
		return out, false
	}
	of := map[string]string{}
	for _, i := range s.Items {
		of[i.Name] = i.Dimension
	}
	out = programme.Satisfaction{Points: r.Points, Gap: map[string]float64{}, Share: map[string]float64{}, ItemGap: map[string]float64{}}
	for name, d := range r.Dimensions {
		own := ""
		for _, item := range d.Items {
			if own == "" {
				own = of[string(item)]
			}
		}
		share := r.OnP.Terms[name].LMGShare
		if d.Apart {
			share = new(float64) // its items do not hang together, so that nothing says what it explains
		}
		if own == "" || d.Gap == nil || share == nil {
			continue
		}
		out.Gap[own], out.Share[own] = *d.Gap, min(1, max(0, *share))
	}
	for _, i := range s.Items {
		if found := r.Items[survey.Label(i.Name)]; found != nil && found.Gap != nil {
			out.ItemGap[i.Name] = *found.Gap
		}
	}
	if len(out.ItemGap) < len(s.Items) {
		out.ItemGap = nil // where some are missing, dimensions speak
	}
	return out, len(out.Gap) == len(s.Dimensions())
}
