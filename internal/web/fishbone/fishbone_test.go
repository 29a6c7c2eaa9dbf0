package fishbone

import (
	"testing"

	"kilter/internal/practice/problem"
)

// Every cause hangs on its bone, inside the picture, and none on another.
func TestFishbone(t *testing.T) {
	t.Parallel()
	lines := problem.ReadOutline("People\n  tired\n  new\n    not trained\nTools\n  blunt\nPlace\nMethod\n  none written\n  skipped\n  changed\n  unknown")
	f := Draw(lines, "It stops")
	if len(f.Bones) != 4 || f.Effect != "It stops" {
		t.Fatalf("%+v", f)
	}
	causes := 0
	for i, b := range f.Bones {
		above := i%2 == 0
		if (b.Y < f.Spine) != above || b.ToY != f.Spine {
			t.Errorf("bone %d is on the wrong side: %+v", i, b)
		}
		last := b.Y
		for _, r := range b.Ribs {
			causes++
			on := b.ToX - abs(f.Spine-r.Y)/boneSlant
			if r.ToX != on || r.X < 0 || r.X >= r.ToX || r.Y == f.Spine || (r.Y < f.Spine) != above || abs(r.Y-last) < ribHigh/2 {
				t.Errorf("%q does not hang on its bone: %+v, bone %+v", r.Text, r, b)
			}
			last = r.Y
		}
		if b.NameY < 0 || b.NameY > f.Height {
			t.Errorf("%q lies outside: %d of %d", b.Name, b.NameY, f.Height)
		}
	}
	if causes != 8 {
		t.Errorf("%d causes", causes)
	}
}
