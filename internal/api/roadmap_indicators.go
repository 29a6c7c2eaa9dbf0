package api

import "kilter/internal/practice/roadmap/programme"

// roadmapShare is a part of a whole; null when there is no whole.
type roadmapShare struct {
	N     int      `json:"n"`
	Of    int      `json:"of"`
	Share *float64 `json:"share"`
}

// roadmapMean is a mean over processes, at the baseline and now.
type roadmapMean struct {
	Began float64 `json:"began"`
	Now   float64 `json:"now"`
}

type roadmapWaveGap struct {
	Wave   roadmapOrigin `json:"wave"`
	Gap    float64       `json:"gap"`
	Change float64       `json:"change"`
}

type roadmapIndicators struct {
	Verified  roadmapShare     `json:"verified"`
	OnTime    roadmapShare     `json:"on_time" doc:"api.doc.roadmap_on_time"`
	Late      int              `json:"late"`
	Regressed int              `json:"regressed"`
	Points    roadmapShare     `json:"points"`
	Level     roadmapMean      `json:"level"`
	Readiness roadmapMean      `json:"readiness"`
	Automatic roadmapShare     `json:"automatic" doc:"api.doc.roadmap_automatic"`
	Gaps      []roadmapWaveGap `json:"gaps" doc:"api.doc.roadmap_gaps"`
}

func ofIndicators(i programme.Indicators) roadmapIndicators {
	share := func(n, of int) roadmapShare {
		out := roadmapShare{N: n, Of: of}
		if of > 0 {
			x := float64(n) / float64(of)
			out.Share = &x
		}
		return out
	}
	out := roadmapIndicators{
		Verified: share(i.Verified, i.Steps), OnTime: share(i.OnTime, i.Owed), Late: i.Late, Regressed: i.Regressed, Points: share(i.PointsVerified, i.Points),
		Level: roadmapMean{i.LevelBegan, i.Level}, Readiness: roadmapMean{i.ReadyBegan, i.Readiness}, Automatic: share(i.ByMeasures, i.Statements), Gaps: []roadmapWaveGap{},
	}
	for _, w := range i.Waves {
		out.Gaps = append(out.Gaps, roadmapWaveGap{ofOrigin(w.Wave), w.Gap, w.Change})
	}
	return out
}
