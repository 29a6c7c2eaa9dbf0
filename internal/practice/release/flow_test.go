package release_test

import (
	"testing"

	"kilter/internal/practice/release"
	"kilter/internal/testkit/lifecycle"
)

func TestTheFlowIsSound(t *testing.T) {
	t.Parallel()
	lifecycle.Sound(t, release.Flow, release.Sheet())
}

// The arrows between states are those that were agreed on, no more, no less.
func TestTheFlowIsTheAgreedOne(t *testing.T) {
	t.Parallel()
	lifecycle.Agreed(t, release.Flow, "release")
}

// Everything a page names has its words in both languages.
func TestEveryNameHasItsWords(t *testing.T) {
	t.Parallel()
	lifecycle.Spoken(t, release.Flow, release.Sheet(), "release", release.Deeds()[len(release.Flow.Names()):]...)
	var keys []string
	for _, c := range release.Clusters {
		keys = append(keys, "release.cluster."+string(c), "release.field.cluster."+string(c))
	}
	for _, p := range release.Points {
		keys = append(keys, "release.point."+string(p), "release.field.point."+string(p))
	}
	for _, x := range release.Testings {
		keys = append(keys, "release.test."+string(x))
	}
	for _, p := range release.Places {
		keys = append(keys, "release.place."+p, "release.field.target."+p)
	}
	for _, s := range release.Standards {
		keys = append(keys, "release.standard."+string(s))
	}
	for _, f := range []release.Fate{release.Pending, release.Done, release.Failed, release.RolledBack} {
		keys = append(keys, "release.fate."+string(f))
	}
	for _, d := range []release.Decision{release.Go, release.NoGo, release.Conditional} {
		keys = append(keys, "release.decision."+string(d))
	}
	lifecycle.Words(t, keys...)
}
