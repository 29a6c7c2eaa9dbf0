package record

import (
	"context"
	"time"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
)

// Search asks the full-text index.
type Search struct {
	Text  string     // what was typed: words, a number, a name, a phone
	Kind  Kind       // "" for all
	Kinds []Kind     // with Kind "": those that the reader may read; nil is all there are
	Where query.Node // a resolved filter besides, of fields every record has when Kind is ""
	Skip  int        // hits on the pages before
	Limit int        // hits on this page, at most 100
	Now   time.Time
	Inner bool // look into internal notes too: the reader is staff
	Timed bool // the hits come with their clocks
}

// Within narrows a search that names no kind down to those of all kinds that
// its asker may read, and reports whether there are any.
func (s *Search) Within(all []Kind, may func(Kind) bool) bool {
	var own []Kind
	for _, k := range all {
		if may(k) {
			own = append(own, k)
		}
	}
	switch len(own) {
	case len(all):
	case 1:
		s.Kind = own[0]
	default:
		s.Kinds = own
	}
	return len(own) > 0
}

// Found is what a search found.
type Found struct {
	Hits   []Hit
	Ranked bool // by relevance; else there are too many, and the newest come first
	Total  int  // how many there are that the reader may see
	More   bool // there are more than Total
}

// Hit is a record that was found.
type Hit struct {
	Row
	Exact    bool // it was asked for by its number
	Excerpts []Excerpt
}

// Excerpt shows where the words stand: in the title, the record's own text, a
// reply or a note.
type Excerpt struct {
	Where string // "title", "text", "reply", "note"
	Parts []words.Part
}

// MostRanked is how many records are still ranked by relevance.
const MostRanked = 10_000

// Finder searches all records under a scope.
type Finder interface {
	Search(ctx context.Context, scope people.Scope, s Search) (Found, error)
}
