package survey

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Label is the name of an item. One that is a whole number is one in JSON too.
type Label string

// MarshalJSON writes 7 for "7" and "R1" for "R1".
func (l Label) MarshalJSON() ([]byte, error) {
	if n, err := strconv.Atoi(string(l)); err == nil && strconv.Itoa(n) == string(l) {
		return []byte(l), nil
	}
	return json.Marshal(string(l))
}

// UnmarshalJSON reads either.
func (l *Label) UnmarshalJSON(text []byte) error {
	var s string
	if json.Unmarshal(text, &s) == nil {
		*l = Label(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	*l = Label(n)
	return nil
}

// Figure is a number that may not be there; then Lacks says why.
type Figure = *float64

// Interval is low and high.
type Interval = *[2]float64

func fig(x float64) Figure { return &x }

// Lack is a figure that could not be computed, and why.
type Lack struct {
	What   string `json:"what"` // its key in the result
	Why    string `json:"why"`  // a reason of base/stats, or one of ours
	Column string `json:"column,omitempty"`
	Line   int    `json:"line,omitempty"` // of the file, the first of those at fault
	N      int    `json:"n,omitempty"`
	Need   int    `json:"need,omitempty"`
}

// Result is a survey analysed. docs/surveys.md tells what every key is and how
// it is computed.
type Result struct {
	Title    string `json:"title,omitempty"`
	N        int    `json:"n"`
	Seed     uint64 `json:"seed"`
	Samples  int    `json:"bootstrap_samples"`
	Points   int    `json:"scale_points"`
	Cleaning Clean  `json:"cleaning"`

	Items      map[Label]*ItemResult       `json:"items"`
	Dimensions map[string]*DimensionResult `json:"dimensions"`

	Unweighted     Figure        `json:"overall_unweighted_mean_of_dims,omitempty"`
	UnweightedSD   Figure        `json:"overall_sd,omitempty"`
	UnweightedT    Interval      `json:"overall_ci95_t,omitempty"`
	UnweightedBCa  Interval      `json:"overall_ci95_bca,omitempty"`
	UnweightedN    int           `json:"overall_n,omitempty"`
	MeanOfItems    Figure        `json:"overall_mean_of_items,omitempty"`
	Servperf       Figure        `json:"servperf_mean_of_dims,omitempty"`
	ServperfIndex  Figure        `json:"servperf_index,omitempty"`
	Weights        *WeightResult `json:"weights,omitempty"`
	WithoutFlagged *Without      `json:"without_flagged,omitempty"`

	Outcome     string   `json:"outcome,omitempty"`
	OutcomeMean *Summed  `json:"outcome_summary,omitempty"`
	OnP         *Fit     `json:"regress_SAT_on_P,omitempty"`
	OnGap       *Fit     `json:"regress_SAT_on_gap,omitempty"`
	Drivers     *Drivers `json:"drivers,omitempty"`

	IPA        *IPA `json:"IPA,omitempty"`
	IPADerived *IPA `json:"IPA_derived,omitempty"`

	FactorabilityE   *Factorability `json:"factorability_E,omitempty"`
	FactorabilityP   *Factorability `json:"factorability_P,omitempty"`
	FactorabilityS   *Factorability `json:"factorability_S,omitempty"`
	FactorabilityGap *Factorability `json:"factorability_gap,omitempty"`
	FactorsE         *FactorResult  `json:"factors_E,omitempty"`
	FactorsP         *FactorResult  `json:"factors_P,omitempty"`
	FactorsS         *FactorResult  `json:"factors_S,omitempty"`
	FactorsGap       *FactorResult  `json:"factors_gap,omitempty"`

	Groups   map[string]*GroupResult `json:"groups,omitempty"`
	Response map[string]*Response    `json:"response,omitempty"`
	Sample   *Sample                 `json:"sample,omitempty"`
	Early    *EarlyLate              `json:"early_late,omitempty"`
	Check    *ImportanceCheck        `json:"importance_check,omitempty"`

	Lacks []Lack   `json:"not_computed"`
	Notes []string `json:"warnings"`

	Pairs map[string]*Pair `json:"-"` // two_sample_...: written beside the other keys
	Order []string         `json:"order_of_dimensions"`
	Asked []Label          `json:"order_of_items"` // as they were asked
}

// MarshalJSON writes a result with the comparisons of groups beside its other
// keys, each under a key of its own.
func (r *Result) MarshalJSON() ([]byte, error) {
	type bare Result
	text, err := json.Marshal((*bare)(r))
	if err != nil || len(r.Pairs) == 0 {
		return text, err
	}
	pairs, err := json.Marshal(r.Pairs)
	if err != nil {
		return nil, err
	}
	return append(append(text[:len(text)-1], ','), pairs[1:]...), nil
}

// pairPrefix begins the key of every comparison of two groups.
const pairPrefix = "two_sample_"

// UnmarshalJSON reads a result as MarshalJSON wrote it, so that one that was
// frozen comes back whole.
func (r *Result) UnmarshalJSON(text []byte) error {
	type bare Result
	if err := json.Unmarshal(text, (*bare)(r)); err != nil {
		return err
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return err
	}
	r.Pairs = map[string]*Pair{}
	for key, value := range keys {
		if strings.HasPrefix(key, pairPrefix) {
			p := &Pair{}
			if err := json.Unmarshal(value, p); err != nil {
				return err
			}
			r.Pairs[key] = p
		}
	}
	return nil
}

// Clean is what cleaning found.
type Clean struct {
	Answered    int              `json:"respondents"`
	Dropped     int              `json:"dropped"`
	Why         map[string]int   `json:"dropped_why"`
	Flagged     int              `json:"flagged"`
	FlatP       int              `json:"flat_P"`
	FlatE       *int             `json:"flat_E,omitempty"`
	RunP        int              `json:"run_P"`
	Fast        *int             `json:"fast,omitempty"`
	Inattentive *int             `json:"inattentive,omitempty"`
	NA          int              `json:"not_applicable"`
	Missing     map[Form]float64 `json:"missing_share"`
	Unused      []string         `json:"unused_columns,omitempty"`
}

// Without is the result without flagged respondents.
type Without struct {
	N          int               `json:"n"`
	Unweighted Figure            `json:"overall_unweighted_mean_of_dims,omitempty"`
	Servperf   Figure            `json:"servperf_mean_of_dims,omitempty"`
	Dimensions map[string]Figure `json:"dimensions"`
}

// Summed is number, mean and spread of a column.
type Summed struct {
	N     int     `json:"n"`
	Mean  float64 `json:"mean"`
	SD    float64 `json:"sd"`
	Alpha Figure  `json:"alpha,omitempty"`
}

// ItemResult is one item.
type ItemResult struct {
	N        int         `json:"n"`
	SumE     Figure      `json:"sumE,omitempty"`
	SumP     Figure      `json:"sumP,omitempty"`
	E        Figure      `json:"E,omitempty"`
	P        Figure      `json:"P,omitempty"`
	Gap      Figure      `json:"gap,omitempty"`
	SD       Figure      `json:"sd_gap,omitempty"`
	CI       Interval    `json:"gap_ci95_t,omitempty"`
	T        Figure      `json:"paired_t,omitempty"`
	PairedP  Figure      `json:"paired_p,omitempty"`
	HolmP    Figure      `json:"paired_p_holm,omitempty"`
	Ratio    Figure      `json:"servqual_ratio_P_over_E,omitempty"`
	Index    Figure      `json:"servperf_index,omitempty"`
	I        Figure      `json:"I,omitempty"`
	S        Figure      `json:"S,omitempty"`
	R        Figure      `json:"r_SAT,omitempty"`
	RPartial Figure      `json:"r_SAT_partial,omitempty"`
	Zone     *ZoneResult `json:"zone,omitempty"`
}

// ZoneResult is the zone of tolerance of an item.
type ZoneResult struct {
	N            int     `json:"n"`
	Inconsistent int     `json:"inconsistent"`
	Minimum      float64 `json:"M"`
	Desired      float64 `json:"D"`
	Perceived    float64 `json:"P"`
	Adequacy     float64 `json:"MSA"`
	Superiority  float64 `json:"MSS"`
	Width        float64 `json:"width"`
	Position     Figure  `json:"position,omitempty"`
	State        string  `json:"state"`
	Below        int     `json:"below"`
	In           int     `json:"in"`
	Above        int     `json:"above"`
}

// DimensionResult is one dimension.
type DimensionResult struct {
	Items      []Label  `json:"items"`
	N          int      `json:"n"`
	E          Figure   `json:"E,omitempty"`
	P          Figure   `json:"P,omitempty"`
	Gap        Figure   `json:"gap,omitempty"`
	SD         Figure   `json:"sd_gap,omitempty"`
	SDP        Figure   `json:"sd_P,omitempty"`
	CI         Interval `json:"gap_ci95_t,omitempty"`
	Percentile Interval `json:"gap_ci95_percentile,omitempty"`
	BCa        Interval `json:"gap_ci95_bca,omitempty"`
	T          Figure   `json:"paired_t,omitempty"`
	PairedP    Figure   `json:"paired_p,omitempty"`
	HolmP      Figure   `json:"paired_p_holm,omitempty"`
	WilcoxonP  Figure   `json:"wilcoxon_p,omitempty"`
	PCI        Interval `json:"P_ci95_t,omitempty"`

	AlphaE   Figure   `json:"alpha_E,omitempty"`
	AlphaP   Figure   `json:"alpha_P,omitempty"`
	AlphaGap Figure   `json:"alpha_gap,omitempty"`
	AlphaS   Figure   `json:"alpha_S,omitempty"`
	RPE      Figure   `json:"r_PE,omitempty"`
	RelDiff  Figure   `json:"rel_diff,omitempty"`
	Ratio    Figure   `json:"servqual_ratio_P_over_E,omitempty"`
	Index    Figure   `json:"servperf_index,omitempty"`
	FeldtE   Interval `json:"alpha_E_feldt95,omitempty"`
	FeldtP   Interval `json:"alpha_P_feldt95,omitempty"`
	FeldtGap Interval `json:"alpha_gap_feldt95,omitempty"`

	Reliability map[Form]*Reliability `json:"reliability,omitempty"`
	Weight      Figure                `json:"stated_weight,omitempty"`
	Apart       bool                  `json:"apart,omitempty"`
}

// Reliability is alpha of one form with what its items do to it.
type Reliability struct {
	N            int              `json:"n"`
	Standardised float64          `json:"alpha_std"`
	Band         string           `json:"band"`
	ItemTotal    map[Label]Figure `json:"r_drop"`
	IfDropped    map[Label]Figure `json:"alpha_if_dropped,omitempty"`
}
