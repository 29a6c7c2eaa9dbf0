package cmdb

import (
	"context"
	"time"

	"kilter/internal/practice/people"
)

// Mapping says what the columns of a source's tables mean. It is kept when
// somebody drafts an import, and offered for the next table of that source.
type Mapping struct {
	Source   string                       `json:"source"`
	Class    Class                        `json:"class,omitempty"`    // of every item; or the field "class" is a column
	Complete []Class                      `json:"complete,omitempty"` // the table has all items of these classes
	Columns  map[string]string            `json:"columns"`            // field or attribute -> heading
	Set      map[string]string            `json:"set,omitempty"`      // field or attribute -> the value of every row
	Values   map[string]map[string]string `json:"values,omitempty"`   // field -> value of the table -> of Kilter
}

// TieFields are what the columns of a table of relations can mean.
var TieFields = []string{"source", "target", "type", "group", "need", "least", "share", "gate", "note"}

// Mappings keeps them: one for each source's tables of items, and one for its
// tables of relations.
type Mappings interface {
	SaveMapping(ctx context.Context, ties bool, m Mapping, by people.ID, at time.Time) error
	// Mappings lists those for tables of one sort, by source.
	Mappings(ctx context.Context, ties bool) ([]Mapping, error)
}
