package satisfaction

// explanation is how one kind of figure is computed. Its words stand under
// satisfaction.how.NAME; docs/surveys.md has them all.
type explanation struct {
	of      string // what it is about, as a word of the page
	formula string
	source  string // whose it is, as literature is cited in every language
}

const zeithaml = "Zeithaml, Parasuraman, Berry: Delivering Quality Service (1990)"

// explained are all of them; the name is that of the words, too.
var explained = map[string]explanation{
	"score":         {"satisfaction.gap", "SQ = (1/n) Σᵣ (1/m) Σ_d (P̄ᵣ_d − Ēᵣ_d)", "Parasuraman, Zeithaml, Berry: J. Retailing 64 (1988); Efron: JASA 82 (1987)"},
	"perceived":     {"satisfaction.perceived", "SERVPERF = (1/n) Σᵣ (1/m) Σ_d P̄ᵣ_d", "Cronin, Taylor: J. Marketing 56 (1992)"},
	"index":         {"satisfaction.index", "100 · (P − 1) / (s − 1)", "Cronin, Taylor: J. Marketing 56 (1992)"},
	"outcome":       {"satisfaction.outcome", "S = (1/n) Σᵣ S̄ᵣ", ""},
	"ratings":       {"satisfaction.ratings", "x̄ = (1/n) Σᵣ xᵣ", ""},
	"weighted":      {"satisfaction.weighted", "SQW = (1/n) Σᵣ Σ_d (wᵣ_d / 100) · Gᵣ_d", zeithaml},
	"response":      {"satisfaction.response", "r / N", ""},
	"change":        {"satisfaction.change", "t = (x̄₁ − x̄₂) / √(s₁²/n₁ + s₂²/n₂); g = J · (x̄₁ − x̄₂) / s", "Welch: Biometrika 34 (1947); Hedges: J. Educational Statistics 6 (1981)"},
	"change_family": {"satisfaction.change", "t = (x̄₁ − x̄₂) / √(s₁²/n₁ + s₂²/n₂)", "Welch: Biometrika 34 (1947); Holm: Scand. J. Statistics 6 (1979)"},
	"driver":        {"satisfaction.col.kd", "KD_d = LMG_d · max(0, −G_d) / (s − 1)", "docs/surveys.md"},
	"by_gap":        {"satisfaction.three", "G_d = (1/n) Σᵣ (P̄ᵣ_d − Ēᵣ_d)", ""},
	"lmg":           {"satisfaction.col.derived", "LMG_j = Σ_S |S|! (m−1−|S|)! / m! · (R²(S∪j) − R²(S))", "Lindeman, Merenda, Gold (1980); Grömping: American Statistician 61 (2007)"},
	"fit":           {"satisfaction.regression", "b = (X′X)⁻¹X′y; R² = 1 − Σe² / Σ(y − ȳ)²", "Johnson: Multivariate Behavioral Research 35 (2000)"},
	"focus":         {"satisfaction.focus", "I − P", "Martilla, James: J. Marketing 41 (1977)"},
	"grid":          {"satisfaction.grid", "x = P̄, y = Ī | r(P, S)", "Martilla, James: J. Marketing 41 (1977)"},
	"gap":           {"satisfaction.gap", "G = (1/n) Σᵣ (Pᵣ − Eᵣ)", "Parasuraman, Zeithaml, Berry: J. Retailing 64 (1988); Efron: JASA 82 (1987)"},
	"item":          {"satisfaction.gap", "G_i = (1/n) Σᵣ (Pᵣᵢ − Eᵣᵢ)", "Parasuraman, Zeithaml, Berry: J. Retailing 64 (1988); Holm: Scand. J. Statistics 6 (1979)"},
	"zones":         {"satisfaction.zones", "(P − M) / (D − M)", "Parasuraman, Zeithaml, Berry: J. Retailing 70 (1994)"},
	"beliefs":       {"satisfaction.beliefs", "G₁ = Ē_staff − Ē_users", "Parasuraman, Zeithaml, Berry: J. Marketing 49 (1985)"},
	"groups":        {"satisfaction.col.rest", "t = (x̄₁ − x̄₀) / √(s₁²/n₁ + s₀²/n₀)", "Welch: Biometrika 34 (1947); Holm: Scand. J. Statistics 6 (1979)"},
	"several":       {"satisfaction.between_groups", "F = (Σ n_g (x̄_g − x̄)² / (k − 1)) / (Σ s²_g (n_g − 1) / (n − k))", "Fisher (1925)"},
	"topics":        {"satisfaction.topics", "n_c / n", ""},
	"correlation":   {"satisfaction.correlation", "ρ = r(rank x, rank y)", "Spearman (1904); Bonett, Wright: Psychometrika 65 (2000)"},
	"desk":          {"satisfaction.part.desk", "median(t₁ − t₀)", ""},
	"outage":        {"satisfaction.measure.outage", "Σ |⋃ [opened, resolved]|", ""},
	"alpha":         {"satisfaction.alpha", "α = k/(k−1) · (1 − Σ sᵢ² / s²)", "Cronbach: Psychometrika 16 (1951); Feldt: Psychometrika 30 (1965)"},
	"difference":    {"satisfaction.col.rel_diff", "r_D = (s_P² r_PP + s_E² r_EE − 2 r_PE s_P s_E) / (s_P² + s_E² − 2 r_PE s_P s_E)", "Peter, Churchill, Brown: J. Consumer Research 19 (1993)"},
	"total":         {"satisfaction.item_total", "r(xᵢ, Σⱼ≠ᵢ xⱼ)", "Nunnally: Psychometric Theory (1978)"},
	"factorable":    {"satisfaction.factorability", "KMO = Σr² / (Σr² + Σq²); χ² = −(n − 1 − (2k + 5)/6) ln|R|", "Kaiser: Psychometrika 39 (1974); Bartlett (1950)"},
	"counts":        {"satisfaction.number_of_factors", "λᵢ > 1; λᵢ > q.95(λᵢ*)", "Kaiser (1960); Horn: Psychometrika 30 (1965)"},
	"factors":       {"satisfaction.loadings", "R = ΛΦΛ′ + Ψ", "Kaiser: Psychometrika 23 (1958)"},
	"sure":          {"satisfaction.sure", "", "docs/surveys.md"},
	"flags":         {"satisfaction.flagged", "", "Johnson: J. Research in Personality 39 (2005)"},
	"sample":        {"satisfaction.population", "n₀ = z² p(1 − p) / e²; n = n₀ / (1 + (n₀ − 1)/N)", "Cochran: Sampling Techniques (1977)"},
	"early":         {"satisfaction.early", "x̄_early − x̄_late", "Armstrong, Overton: J. Marketing Research 14 (1977)"},
	"corrected":     {"satisfaction.corrected", "w_h = (N_h / N) / (n_h / n), .3 ≤ w ≤ 3", "Holt, Smith: J. Royal Statistical Society A 142 (1979)"},
}
