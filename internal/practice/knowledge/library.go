package knowledge

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
)

// library holds what is in force for everybody on this node, with the words by
// which it is found, and is brought up to date when it is asked: the price of
// looking is one small read, of a change only what has moved is read.
type library struct {
	mu     sync.RWMutex
	latest time.Time
	docs   map[int64]*doc
	places []*doc            // the docs by their places; nil where one was taken out
	free   []int32           // the places where there is none
	posts  map[string][]post // by token
	length float64           // of all docs, in tokens
}

// doc is one article with the tokens of its text and of its surfaces: what
// people may call the trouble, a title or a keyword.
type doc struct {
	Article
	place    int32
	length   float64
	tokens   []string
	surfaces [][]string
}

// post says that a doc has a token: at a place among the docs, with a weight,
// and on a surface or in the text alone.
type post struct {
	place   int32
	weight  float32
	surface bool
}

// A token of a title or keyword counts as often as so many in the text.
const surfaceWeight = 3

// overlap is how far back what has moved is read again: a change that was
// written a moment ago may become visible after a later one.
const overlap = time.Minute

// fresh brings the library up to date.
func (l *library) fresh(ctx context.Context, shelf Shelf) error {
	latest, err := shelf.Latest(ctx)
	if err != nil {
		return err
	}
	l.mu.RLock()
	same := l.docs != nil && l.latest.Equal(latest)
	l.mu.RUnlock()
	if same {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	since := l.latest.Add(-overlap)
	if l.docs == nil || latest.Before(l.latest) { // the second: another database was put in its place
		l.docs, l.places, l.free, l.posts, l.length, since = map[int64]*doc{}, nil, nil, map[string][]post{}, 0, time.Time{}
	}
	moved, err := shelf.Moved(ctx, since)
	if err != nil {
		return err
	}
	for _, a := range moved {
		l.drop(a.ID)
		if a.InForce() {
			l.add(a)
		}
	}
	l.latest = latest
	return nil
}

func (l *library) drop(id int64) {
	d := l.docs[id]
	if d == nil {
		return
	}
	for _, token := range d.tokens {
		l.posts[token] = slices.DeleteFunc(l.posts[token], func(p post) bool { return p.place == d.place })
		if len(l.posts[token]) == 0 {
			delete(l.posts, token)
		}
	}
	l.length -= d.length
	l.places[d.place], l.free = nil, append(l.free, d.place)
	delete(l.docs, id)
}

func (l *library) add(a Article) {
	d := &doc{Article: a}
	if n := len(l.free); n > 0 {
		d.place, l.free = l.free[n-1], l.free[:n-1]
	} else {
		d.place, l.places = int32(len(l.places)), append(l.places, nil) // there are not so many articles
	}
	l.places[d.place] = d
	weights, surfaces := map[string]float64{}, map[string]bool{}
	for _, token := range tokens(a.Shown.En.Text + "\n" + a.Shown.Zh.Text) {
		weights[token]++
	}
	names := []string{a.Shown.En.Title, a.Shown.Zh.Title}
	for _, name := range append(names, strings.FieldsFunc(a.Keywords, func(r rune) bool { return strings.ContainsRune(",;，；、", r) })...) {
		if surface := tokens(name); len(surface) > 0 {
			d.surfaces = append(d.surfaces, surface)
			for _, token := range surface {
				weights[token], surfaces[token] = max(weights[token], surfaceWeight), true
			}
		}
	}
	for token, w := range weights {
		d.tokens = append(d.tokens, token)
		d.length += w
		l.posts[token] = append(l.posts[token], post{d.place, float32(w), surfaces[token]})
	}
	l.length += d.length
	l.docs[a.ID] = d
}

// tokens are those of a text that mean something alone: a single Chinese
// character does not.
func tokens(text string) []string {
	return slices.DeleteFunc(words.Tokens(text), func(t string) bool {
		r := []rune(t)
		return len(r) == 1 && r[0] >= 0x80
	})
}

// Contents lists what is in force and read by somebody, in no order.
func (d *Desk) Contents(ctx context.Context, by people.Actor) ([]Article, error) {
	if err := by.May("knowledge.read"); err != nil {
		return nil, err
	}
	if err := d.library.fresh(ctx, d.Shelf); err != nil {
		return nil, err
	}
	d.library.mu.RLock()
	defer d.library.mu.RUnlock()
	var out []Article
	for _, one := range d.library.docs {
		if by.Scope.Sees(one.Seen()) != people.Unseen {
			out = append(out, one.Article)
		}
	}
	return out, nil
}

// The parameters of BM25 (Robertson and Zaragoza 2009, section 3.2, their usual
// values).
const (
	bm25K = 1.2
	bm25B = 0.75
)

// found is how much of what was said a doc has.
type found struct {
	score float64 // by BM25
	hits  int     // tokens on its surfaces
}

// scores ranks every doc by BM25, in the order of their places.
func (l *library) scores(said []string) []found {
	out := make([]found, len(l.places))
	usual := l.length / max(float64(len(l.docs)), 1)
	for _, token := range said {
		rare := l.rare(token)
		for _, p := range l.posts[token] {
			w, f := float64(p.weight), &out[p.place]
			f.score += rare * w * (bm25K + 1) / (w + bm25K*(1-bm25B+bm25B*l.places[p.place].length/usual))
			if p.surface {
				f.hits++
			}
		}
	}
	return out
}

// rare is the weight of a token by how few docs have it.
func (l *library) rare(token string) float64 {
	n, has := float64(len(l.docs)), float64(len(l.posts[token]))
	return math.Log(1 + (n-has+0.5)/(has+0.5))
}
