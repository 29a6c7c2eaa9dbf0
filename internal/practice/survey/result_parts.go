package survey

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// WeightResult is the score weighted by what respondents find important.
type WeightResult struct {
	Unweighted Figure             `json:"unweighted,omitempty"`
	Respondent Figure             `json:"weighted_respondent_level,omitempty"`
	CI         Interval           `json:"weighted_ci95_bca,omitempty"`
	Aggregate  Figure             `json:"weighted_aggregate,omitempty"`
	Mean       map[string]float64 `json:"mean_weights"`
	Source     string             `json:"source"` // "respondents", "fixed", "reference"
	Valid      int                `json:"valid,omitempty"`
	Rescaled   int                `json:"rescaled,omitempty"`
	Invalid    int                `json:"invalid,omitempty"`
	Missing    int                `json:"missing,omitempty"`
}

// Fit is satisfaction explained by dimensions.
type Fit struct {
	N         int             `json:"n"`
	R2        float64         `json:"R2"`
	AdjR2     float64         `json:"adjR2"`
	F         float64         `json:"F"`
	P         float64         `json:"p"`
	DF        [2]int          `json:"df"`
	Intercept float64         `json:"intercept"`
	Sigma     float64         `json:"sigma"`
	Small     bool            `json:"n_below_50_plus_8m"`
	Terms     map[string]Term `json:"terms"`
}

// Term is one dimension in a Fit.
type Term struct {
	B        float64 `json:"b"`
	SE       float64 `json:"se"`
	Beta     float64 `json:"beta"`
	T        float64 `json:"t"`
	P        float64 `json:"p"`
	R        float64 `json:"r"`
	VIF      float64 `json:"VIF"`
	LMG      Figure  `json:"LMG,omitempty"`
	LMGShare Figure  `json:"LMG_share,omitempty"`
	Johnson  Figure  `json:"johnson,omitempty"`
}

// Drivers are what most asks for action.
type Drivers struct {
	NeedFrom   string             `json:"need_from"` // "gap", or "scale_top" where nothing was expected
	Dimensions map[string]*Driver `json:"dimensions,omitempty"`
	Items      map[Label]*Driver  `json:"items,omitempty"`
}

// Driver is one dimension or item among them.
type Driver struct {
	Derived   float64  `json:"derived_importance"`
	DerivedCI Interval `json:"derived_importance_ci95,omitempty"`
	Stated    Figure   `json:"stated_importance,omitempty"`
	Need      float64  `json:"need"`
	KD        float64  `json:"KD"`
	KDCI      Interval `json:"KD_ci95,omitempty"`
	TopHalf   Figure   `json:"top_half_share,omitempty"`
	Verdict   string   `json:"verdict,omitempty"`
}

// Factorability is whether items hang together enough to look for factors.
type Factorability struct {
	N        int               `json:"n"`
	K        int               `json:"items"`
	KMO      Figure            `json:"KMO,omitempty"`
	Band     string            `json:"KMO_band,omitempty"`
	MSA      map[Label]float64 `json:"KMO_items,omitempty"`
	Chi2     Figure            `json:"bartlett_chi2,omitempty"`
	DF       int               `json:"df,omitempty"`
	P        Figure            `json:"bartlett_p,omitempty"`
	AboveOne []float64         `json:"eigenvalues_gt1,omitempty"`
	Eigen    []float64         `json:"eigenvalues,omitempty"`
	Count    *Counts           `json:"number_of_factors,omitempty"`
	Borders  []float64         `json:"parallel_95th_percentiles,omitempty"`
	Alpha    Figure            `json:"alpha_all,omitempty"`
}

// Counts are how many factors the rules keep; the first keeps too many.
type Counts struct {
	Eigenvalue int `json:"eigenvalue_gt1"`
	Parallel   int `json:"parallel"`
	Dimensions int `json:"dimensions"`
}

// MarshalJSON writes alpha of all items also under a key with their number.
func (f *Factorability) MarshalJSON() ([]byte, error) {
	type bare Factorability
	text, err := json.Marshal((*bare)(f))
	if err != nil || f.Alpha == nil {
		return text, err
	}
	return append(text[:len(text)-1], fmt.Sprintf(`,"alpha_all%d":%s}`, f.K, strconv.FormatFloat(*f.Alpha, 'g', -1, 64))...), nil
}

// FactorResult is a factor analysis of one form.
type FactorResult struct {
	N          int                   `json:"n"`
	Number     int                   `json:"factors"`
	By         string                `json:"number_by"`
	Extraction string                `json:"extraction"`
	Rotation   string                `json:"rotation"`
	Loadings   map[Label][]float64   `json:"loadings"`
	Belongs    map[Label]*FactorItem `json:"items"`
	Explained  []float64             `json:"ss_loadings"`
	Share      []float64             `json:"proportion"`
	Phi        [][]float64           `json:"phi,omitempty"`
	Groups     [][]Label             `json:"groups"` // items by factor
	Agreement  Figure                `json:"agreement_with_dimensions,omitempty"`
	Steps      int                   `json:"iterations,omitempty"`
	Settled    bool                  `json:"converged"`
	Improper   []Label               `json:"improper,omitempty"`
	Fewer      int                   `json:"proper_with_factors,omitempty"`
}

// FactorItem is where an item belongs.
type FactorItem struct {
	Factor      int     `json:"factor"` // from 1
	Loading     float64 `json:"loading"`
	Second      float64 `json:"second"`
	Loads       bool    `json:"loads"`
	Cross       bool    `json:"cross_loading"`
	Communality float64 `json:"communality"`
}

// GroupResult is one way of grouping.
type GroupResult struct {
	Groups  map[string]*One `json:"groups"`
	Hidden  []string        `json:"suppressed"`
	Nowhere int             `json:"no_group"`
	Anova   *Several        `json:"anova,omitempty"`
	Kruskal *Several        `json:"kruskal_wallis,omitempty"`
}

// One is a group that may be told of.
type One struct {
	N          int               `json:"n"`
	Mean       float64           `json:"mean"`
	SD         float64           `json:"sd"`
	CI         Interval          `json:"ci95_t,omitempty"`
	Dimensions map[string]Figure `json:"dimensions"`
}

// Several is a test of more than two groups.
type Several struct {
	Statistic float64 `json:"statistic"`
	DF        []int   `json:"df"`
	P         float64 `json:"p"`
}

// Pair compares two groups.
type Pair struct {
	N          [2]int                `json:"n"`
	Mean       [2]float64            `json:"mean"`
	SD         [2]float64            `json:"sd"`
	Difference float64               `json:"difference"`
	CI         [2]float64            `json:"ci95_welch"`
	T          float64               `json:"welch_t"`
	DF         float64               `json:"df"`
	P          float64               `json:"p"`
	HolmP      float64               `json:"p_holm"`
	U          float64               `json:"U"`
	Z          float64               `json:"z_cc_ties"`
	UP         float64               `json:"p_mwu"`
	Exact      *ExactTies            `json:"ties_without_rounding,omitempty"`
	D          float64               `json:"cohen_d"`
	G          float64               `json:"hedges_g"`
	Delta      float64               `json:"cliff_delta"`
	Word       string                `json:"effect"`
	Relevant   bool                  `json:"practical_change"`
	Dimensions map[string]*PairOfDim `json:"dimensions,omitempty"`
}

// ExactTies are the ranks' test when scores that differ by the rounding of the
// machine only count as equal.
type ExactTies struct {
	U float64 `json:"U"`
	Z float64 `json:"z_cc_ties"`
	P float64 `json:"p_mwu"`
}

// PairOfDim compares two groups on one dimension.
type PairOfDim struct {
	Difference float64 `json:"difference"`
	T          float64 `json:"welch_t"`
	DF         float64 `json:"df"`
	P          float64 `json:"p"`
	HolmP      float64 `json:"p_holm"`
	G          float64 `json:"hedges_g"`
	Word       string  `json:"effect"`
}

// IPA is an importance-performance grid. Cross lines and points carry the names
// of what was put on the axes.
type IPA struct {
	X, Y           string
	By             string
	CrossX, CrossY float64
	Items          map[Label]*IPAItem
	Lists          map[string][]Label
}

// IPAItem is one point.
type IPAItem struct {
	X, Y       float64
	Quadrant   string
	Borderline bool
	Priority   float64
}

// MarshalJSON writes the axes under their names.
func (g *IPA) MarshalJSON() ([]byte, error) {
	items := map[Label]map[string]any{}
	for name, i := range g.Items {
		items[name] = map[string]any{g.X: i.X, g.Y: i.Y, "quadrant": i.Quadrant, "borderline": i.Borderline, "priority": i.Priority}
	}
	out := map[string]any{
		"x_performance": g.X, "y_importance": g.Y, "cross_by": g.By,
		"cross_" + g.X: g.CrossX, "cross_" + g.Y: g.CrossY, "items": items,
	}
	for name, list := range g.Lists {
		out[name] = list
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads the axes by their names.
func (g *IPA) UnmarshalJSON(text []byte) error {
	var head struct {
		X     string                               `json:"x_performance"`
		Y     string                               `json:"y_importance"`
		By    string                               `json:"cross_by"`
		Items map[Label]map[string]json.RawMessage `json:"items"`
	}
	var keys map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(text, &head), json.Unmarshal(text, &keys)); err != nil {
		return err
	}
	*g = IPA{X: head.X, Y: head.Y, By: head.By, Items: map[Label]*IPAItem{}, Lists: map[string][]Label{}}
	err := errors.Join(json.Unmarshal(keys["cross_"+g.X], &g.CrossX), json.Unmarshal(keys["cross_"+g.Y], &g.CrossY))
	for name, item := range head.Items {
		i := &IPAItem{}
		g.Items[name] = i
		err = errors.Join(err, json.Unmarshal(item[g.X], &i.X), json.Unmarshal(item[g.Y], &i.Y), json.Unmarshal(item["quadrant"], &i.Quadrant),
			json.Unmarshal(item["borderline"], &i.Borderline), json.Unmarshal(item["priority"], &i.Priority))
	}
	for _, q := range quadrants {
		var list []Label
		err = errors.Join(err, json.Unmarshal(keys[string(q)], &list))
		g.Lists[string(q)] = list
	}
	return err
}

// Response is who of a grouping answered.
type Response struct {
	Rate      float64             `json:"rate"`
	Low       bool                `json:"below_30_percent"`
	Groups    map[string]*Stratum `json:"groups"`
	Corrected Figure              `json:"poststratified_mean,omitempty"`
}

// Stratum is one group of them.
type Stratum struct {
	Eligible int     `json:"eligible"`
	Complete int     `json:"complete"`
	Rate     float64 `json:"rate"`
	Low      bool    `json:"below_15_percent"`
	Weight   float64 `json:"weight"`
	Trimmed  bool    `json:"trimmed"`
}

// Sample is how many answers a population of this size needs.
type Sample struct {
	Population int    `json:"population"`
	Answers    int    `json:"n"`
	ForShare   int    `json:"n_for_share_within_5_percent"`
	ForMean    int    `json:"n_for_mean_within_0.2,omitempty"`
	FPC        Figure `json:"fpc,omitempty"`
}

// EarlyLate compares the third that answered first with the third that answered
// last: those who answer late are likest to those who never do.
type EarlyLate struct {
	N          int        `json:"n_each"`
	Difference float64    `json:"difference"` // early less late
	CI         [2]float64 `json:"ci95_welch"`
	T          float64    `json:"welch_t"`
	DF         float64    `json:"df"`
	P          float64    `json:"p"`
	Relevant   bool       `json:"practical_difference"`
}

// ImportanceCheck holds what respondents named as most and least important to
// the points that they shared out.
type ImportanceCheck struct {
	N           int            `json:"n"` // who named one and shared points out
	Most        map[string]int `json:"most,omitempty"`
	Second      map[string]int `json:"second,omitempty"`
	Least       map[string]int `json:"least,omitempty"`
	MostAgrees  Figure         `json:"most_has_most_points,omitempty"`
	LeastAgrees Figure         `json:"least_has_fewest_points,omitempty"`
	Contradict  int            `json:"contradictions"` // the most important has the fewest points, or the least has the most
}
