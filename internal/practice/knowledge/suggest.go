package knowledge

import (
	"cmp"
	"context"
	"slices"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Trouble is what is known of the trouble that an article is sought for.
type Trouble struct {
	Item     record.ItemID
	Service  record.ServiceID
	Category record.CategoryID
	Text     string // in the words of whoever has it
}

// Because says what speaks for a suggestion.
type Because string

// The reasons, the strongest first.
const (
	SameItem Because = "item"  // it is about the same configuration item
	SameKind Because = "kind"  // about the same service and category
	SameWord Because = "words" // what was said has the words of its title or of a keyword
)

// Suggestion is an article that may help.
type Suggestion struct {
	Article
	Because Because
}

const (
	mostSuggested = 3
	mostSaid      = 80 // tokens of a report that are looked at
	// A title or keyword is recognised when this share of it was said, rare
	// words weighing more, and at least so many of its words, or all of them
	// (product policy, see TestSuggestions).
	enoughOf   = 0.4
	enoughSaid = 2
	// What a match of the facts adds to the score of the words, which is about
	// 3 for each rare word that a title has.
	worthItem, worthKind, worthCategory, worthService = 8, 4, 2, 1
)

// Suggest finds articles for a trouble: of its item, of its service and
// category, or with its words in their title or keywords, the best first. No
// more than a few, and none that is only a little like it: whoever types is not
// to be disturbed for nothing.
func (d *Desk) Suggest(ctx context.Context, by people.Actor, t Trouble) ([]Suggestion, error) {
	if err := by.May("knowledge.read"); err != nil {
		return nil, err
	}
	if err := d.library.fresh(ctx, d.Shelf); err != nil {
		return nil, err
	}
	return d.library.suggest(by.Scope, t), nil
}

func (l *library) suggest(scope people.Scope, t Trouble) []Suggestion {
	l.mu.RLock()
	defer l.mu.RUnlock()
	said := tokens(t.Text)
	said = said[:min(len(said), mostSaid)]
	heard := make(map[string]bool, len(said))
	for _, token := range said {
		heard[token] = true
	}
	type candidate struct {
		*doc
		rank float64
	}
	var all []candidate
	for place, f := range l.scores(said) {
		if one := l.places[place]; one != nil && (f.hits > 0 || t.fact(one) != "") {
			all = append(all, candidate{one, f.score + t.worth(one)})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.ID, a.ID)) })
	var out []Suggestion
	for _, c := range all {
		because := t.fact(c.doc)
		if because == "" && slices.ContainsFunc(c.surfaces, func(s []string) bool { return l.recognised(s, heard) }) {
			because = SameWord
		}
		if because == "" || scope.Sees(c.Seen()) == people.Unseen {
			continue
		}
		if out = append(out, Suggestion{c.Article, because}); len(out) == mostSuggested {
			break
		}
	}
	return out
}

// fact is what speaks for an article without a word; "" when nothing does.
func (t Trouble) fact(one *doc) Because {
	switch {
	case t.Item != 0 && t.Item == one.Item:
		return SameItem
	case t.Service != 0 && t.Category != 0 && t.Service == one.Service && t.Category == one.Category:
		return SameKind
	}
	return ""
}

// recognised reports whether enough of a title or keyword was said.
func (l *library) recognised(surface []string, heard map[string]bool) bool {
	n, had, all := 0, 0.0, 0.0
	for _, token := range surface {
		rare := l.rare(token)
		all += rare
		if heard[token] {
			n++
			had += rare
		}
	}
	return n == len(surface) || n >= enoughSaid && had >= enoughOf*all
}

// worth is what the facts add to the words.
func (t Trouble) worth(one *doc) (n float64) {
	if t.Item != 0 && t.Item == one.Item {
		n += worthItem
	}
	same, kin := t.Service != 0 && t.Service == one.Service, t.Category != 0 && t.Category == one.Category
	switch {
	case same && kin:
		n += worthKind
	case kin:
		n += worthCategory
	case same:
		n += worthService
	}
	return n
}

// Excerpt is the beginning of a text, as a list shows it.
func Excerpt(text string, width int) string {
	out := ""
	for _, p := range words.Excerpt(text, nil, width) {
		out += p.Text
	}
	return out
}
