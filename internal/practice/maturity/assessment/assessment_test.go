package assessment

import (
	"bytes"
	"testing"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// TestWhatIsSignedIsReadAsItWasWritten holds the frozen document to its hash, and
// every part of the result through it.
func TestWhatIsSignedIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	set := maturity.Current()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	a := &Assessment{Assessors: []people.ID{1, 2}, Day: now.AddDate(0, -1, 0), Targets: map[maturity.Process]Target{"SD": {Level: 4, Reason: "agreed"}}}
	var marks []Mark
	for _, q := range set.Part("SD").Questions {
		for _, who := range a.Assessors {
			if m := (Mark{Person: who, Question: q.ID, Answer: maturity.Yes}); q.Level < 3 || who == 1 {
				marks = append(marks, m)
			}
		}
	}
	f := Find(set, a, marks, now)
	text, hash, err := f.Write()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Read(text, hash)
	if err != nil {
		t.Fatal(err)
	}
	was, is := f.Outcome("SD"), back.Outcome("SD")
	if was.Level != maturity.Top || is.Level != was.Level || is.Steps[4].Level != was.Steps[4].Level || back.Consensus.Overall.Questions != f.Consensus.Overall.Questions || back.Targets["SD"] != a.Targets["SD"] {
		t.Errorf("read %+v, written %+v", is, was)
	}
	other := bytes.Replace(text, []byte("agreed"), []byte("wished"), 1) // as good a document, and not what was signed
	if _, err := Read(other, hash); err == nil || bytes.Equal(other, text) {
		t.Error("a document that was changed is read")
	}
}
