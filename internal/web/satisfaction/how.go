package satisfaction

// computed is what each explanation is about, as a word of the page.
var computed = map[string]string{
	"score": "satisfaction.gap", "perceived": "satisfaction.perceived", "index": "satisfaction.index", "change": "satisfaction.change", "change_family": "satisfaction.change",
	"weighted": "satisfaction.weighted", "response": "satisfaction.response", "beliefs": "satisfaction.beliefs", "topics": "satisfaction.topics", "outage": "satisfaction.measure.outage", "fit": "satisfaction.regression", "factorable": "satisfaction.factorability", "total": "satisfaction.item_total",
	"driver": "satisfaction.col.kd", "lmg": "satisfaction.col.derived", "focus": "satisfaction.focus", "grid": "satisfaction.grid", "gap": "satisfaction.gap", "item": "satisfaction.gap",
	"alpha": "satisfaction.alpha", "difference": "satisfaction.col.rel_diff", "factors": "satisfaction.loadings", "groups": "satisfaction.col.rest", "correlation": "satisfaction.correlation",
}

// formulas are those beside the figures; their words stand under
// satisfaction.how.NAME. docs/surveys.md has them all with their sources.
var formulas = map[string]string{
	"weighted":    "SQW = (1/n) Σᵣ Σ_d (wᵣ_d / 100) · Gᵣ_d",
	"response":    "r / N",
	"beliefs":     "G₁ = Ē_staff − Ē_users",
	"outage":      "Σ |⋃ [opened, resolved]|",
	"fit":         "b = (X′X)⁻¹X′y; R² = 1 − Σe² / Σ(y − ȳ)²",
	"factorable":  "KMO = Σr² / (Σr² + Σq²); χ² = −(n − 1 − (2k + 5)/6) ln|R|",
	"total":       "r(xᵢ, Σⱼ≠ᵢ xⱼ)",
	"correlation": "ρ = r(rank x, rank y)",
	"score":       "SQ = (1/n) Σᵣ (1/m) Σ_d (P̄ᵣ_d − Ēᵣ_d)",
	"perceived":   "SERVPERF = (1/n) Σᵣ (1/m) Σ_d P̄ᵣ_d",
	"index":       "100 · (P − 1) / (s − 1)",
	"change":      "t = (x̄₁ − x̄₂) / √(s₁²/n₁ + s₂²/n₂)",
	"driver":      "KD_d = LMG_d · max(0, −G_d) / (s − 1)",
	"lmg":         "LMG_j = Σ_S |S|! (m−1−|S|)! / m! · (R²(S∪j) − R²(S))",
	"gap":         "G = (1/n) Σᵣ (Pᵣ − Eᵣ)",
	"alpha":       "α = k/(k−1) · (1 − Σ sᵢ² / s²)",
	"difference":  "r_D = (s_P² r_PP + s_E² r_EE − 2 r_PE s_P s_E) / (s_P² + s_E² − 2 r_PE s_P s_E)",
	"factors":     "R = ΛΦΛ′ + Ψ",
	"groups":      "t = (x̄₁ − x̄₀) / √(s₁²/n₁ + s₀²/n₀)",
	"item":        "G_i = (1/n) Σᵣ (Pᵣᵢ − Eᵣᵢ)",
}
