package directory

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// The catalogue of requests that a centre begins with: what public centres
// publish (domain/city-centre, section 5), each with its form, consents and
// plan.
//
//go:embed offerings.json
var offeringsText []byte

// SeedOffering is one item of the starter catalogue. Its service is named by
// code, for a new centre has services of its own or those of the starter.
type SeedOffering struct {
	Code    string             `json:"code"`
	Name    people.Text        `json:"name"`
	Service string             `json:"service"`
	Doc     catalogue.Offering `json:"doc"`
}

// SeedOfferings reads the starter catalogue.
func SeedOfferings() ([]SeedOffering, error) {
	var out []SeedOffering
	d := json.NewDecoder(strings.NewReader(string(offeringsText)))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("directory: starter catalogue: %w", err)
	}
	return out, nil
}

// starterOfferings are drafts, tied to the services of the centre that have the
// starter's codes.
func starterOfferings(all *setting.All) ([]*setting.Thing, error) {
	seeds, err := SeedOfferings()
	if err != nil {
		return nil, err
	}
	var out []*setting.Thing
	for _, s := range seeds {
		if all.Coded(setting.Offering, s.Code) != nil {
			continue
		}
		s.Doc.State = catalogue.Draft
		if t := all.Coded(setting.Service, s.Service); t != nil {
			s.Doc.Service = t.ID
		}
		t := &setting.Thing{Kind: setting.Offering, Code: s.Code, Name: s.Name}
		if err := setting.Write(t, s.Doc); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}
