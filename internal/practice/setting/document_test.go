package setting

import (
	"encoding/json"
	"testing"

	"kilter/internal/practice/people"
)

// TestADocumentOfTheCentre: what holds is built in until it is kept, what a kept
// document leaves out is as there, and the sheet shows and keeps the same.
func TestADocumentOfTheCentre(t *testing.T) {
	t.Parallel()
	type doc struct {
		Days   int  `json:"days"`
		Strict bool `json:"strict,omitempty"`
	}
	d := Document[doc]{Code: "rest", Usual: func() doc { return doc{Days: 5} }, Whole: func(x *doc) {
		if x.Days == 0 {
			x.Days = 5
		}
	}}
	sheet := d.Sheet(nil, IntOf("days", 1, 60, func(x *doc) *int { return &x.Days }))
	if all := (Sheets{sheet}); !all.Single("rest") || all.Single("") || all.Single("department") {
		t.Error("which codes are those of documents")
	}
	for name, c := range map[string]struct {
		kept string
		want doc
	}{
		"nothing kept":   {"", doc{Days: 5}},
		"all kept":       {`{"days":7,"strict":true}`, doc{7, true}},
		"kept of old":    {`{"strict":true}`, doc{5, true}},
		"zero is not it": {`{"days":0}`, doc{Days: 5}},
	} {
		thing := &Thing{ID: 1, Kind: Centre, Code: "rest", Name: people.Text{En: "Rest"}, Doc: json.RawMessage(c.kept)}
		if got, err := d.Of(NewAll(1, []Thing{*thing})); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		f, err := sheet.Open(thing)
		if err != nil || *f.Doc.(*doc) != c.want || sheet.Close(f) != nil {
			t.Errorf("%s: the sheet has %+v, %v", name, f, err)
		}
		if got, err := d.Of(NewAll(2, []Thing{*thing})); err != nil || got != c.want {
			t.Errorf("%s: saved as it was shown it is %+v, %v", name, got, err)
		}
	}
	if got, err := d.Of(nil); err != nil || got.Days != 5 {
		t.Errorf("without settings: %+v, %v", got, err)
	}
	broken := &Thing{ID: 1, Kind: Centre, Code: "rest", Doc: json.RawMessage(`{"days":"many"}`)}
	if got, err := d.Of(NewAll(1, []Thing{*broken})); err == nil || got.Days != 5 {
		t.Errorf("what cannot be read: %+v, %v", got, err)
	}
	if _, err := sheet.Open(broken); err == nil {
		t.Error("what cannot be read is shown")
	}
}
