package transition

import (
	"kilter/internal/practice/change"
	"kilter/internal/practice/release"
	"kilter/internal/report/desk"
)

// changeFigures counts some changes.
func changeFigures(all []ChangeCase) ChangeFigures {
	f := ChangeFigures{Ended: len(all)}
	leads := make([]int64, 0, len(all))
	for i := range all {
		c := &all[i]
		leads = append(leads, c.Ended.Sub(c.Opened).Milliseconds())
		if c.Type == change.Emergency {
			f.Emergencies++
		}
		if f.Caused += c.Incidents; c.Incidents > 0 {
			f.Causing++
		}
		f.result(c.Result)
		if c.Starts.IsZero() || c.Ends.IsZero() {
			continue
		}
		f.Planned++
		if !c.Begun.Before(c.Starts) && !c.Ended.After(c.Ends) {
			f.InWindow++
		}
		if c.Moved {
			f.Moved++
		}
	}
	f.Success, f.Emergency, f.Accuracy = desk.ShareOf(f.Succeeded, f.Reviewed), desk.ShareOf(f.Emergencies, f.Ended), desk.ShareOf(f.InWindow, f.Planned)
	f.LeadTime = desk.SpreadOf(leads)
	return f
}

func (f *ChangeFigures) result(r change.Result) {
	switch r {
	case change.Success:
		f.Succeeded++
	case change.Incidents:
		f.WithIncidents++
	case change.Overran:
		f.Overran++
	case change.TakenBack:
		f.TakenBack++
	case change.Failed:
		f.Failed++
	default:
		return
	}
	f.Reviewed++
}

// releaseFigures counts some releases.
func releaseFigures(all []ReleaseCase) ReleaseFigures {
	var f ReleaseFigures
	var leads []int64
	builds, verified := 0, 0
	for i := range all {
		c := &all[i]
		f.Refusals += c.Refusals
		f.TakenBack += c.TakenBack
		if c.Outcome != "" && c.Outcome != release.Cancelled {
			f.Targets += c.Targets
			verified += c.Verified
			if c.Weight == release.Emergency {
				f.Emergencies++
			}
		}
		switch c.Outcome {
		case release.PartlyDeployed:
			f.Partly++
		case release.BackedOut:
			f.BackedOut++
		case release.Cancelled:
			f.Cancelled++
		}
		if c.Outcome != release.Deployed {
			continue
		}
		f.Deployed++
		builds += c.Builds
		leads = append(leads, c.At.Sub(c.Opened).Milliseconds())
		if !c.Ends.IsZero() {
			if f.Planned++; !c.At.After(c.Ends) {
				f.InWindow++
			}
		}
		if c.Measured {
			f.Measured++
			f.Incidents += c.Incidents
		}
	}
	f.Ended = f.Deployed + f.Partly + f.BackedOut + f.Cancelled
	f.RolledOut = f.Deployed + f.Partly + f.BackedOut
	f.Success, f.Accuracy, f.Builds = desk.ShareOf(f.Deployed, f.RolledOut), desk.ShareOf(f.InWindow, f.Planned), desk.ShareOf(builds, f.Deployed)
	f.Emergency, f.Verified = desk.ShareOf(f.Emergencies, f.RolledOut), desk.ShareOf(verified, f.Targets)
	f.LeadTime = desk.SpreadOf(leads)
	return f
}
