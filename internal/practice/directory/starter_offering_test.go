package directory_test

import (
	"testing"

	"kilter/internal/practice/directory"
)

// Every item of the starter catalogue can be ordered as it stands: its form,
// consents and plan are sound, and both languages are written.
func TestTheStarterCatalogueIsSound(t *testing.T) {
	t.Parallel()
	seeds, err := directory.SeedOfferings()
	if err != nil || len(seeds) < 20 {
		t.Fatalf("%d items, %v", len(seeds), err)
	}
	codes := map[string]bool{}
	for _, s := range seeds {
		if codes[s.Code] {
			t.Errorf("%s stands there twice", s.Code)
		}
		codes[s.Code] = true
		if err := s.Doc.Check(); err != nil {
			t.Errorf("%s: %v", s.Code, err)
		}
		if s.Name.En == "" || s.Name.Zh == "" || s.Doc.Summary.En == "" || s.Doc.Summary.Zh == "" || s.Doc.Next.En == "" || s.Doc.Next.Zh == "" || s.Doc.Hours == 0 || len(s.Doc.Plan) == 0 {
			t.Errorf("%s is not whole", s.Code)
		}
		for _, q := range s.Doc.Questions {
			if q.Label.En == "" || q.Label.Zh == "" {
				t.Errorf("%s: %s is asked in one language", s.Code, q.Name)
			}
		}
	}
}
