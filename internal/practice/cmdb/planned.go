package cmdb

import (
	"context"
	"strings"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Sight is the topology as one person may see it, for those who compare work
// that is planned. What it is asked to show, it shows without what lies in
// zones that he is not cleared for.
type Sight struct{ view *view }

// Sight opens the current topology for somebody. It asks for no grant: whoever
// opens it shows nothing but what follows from his own deed.
func (a *Analyst) Sight(ctx context.Context, by people.Actor) (*Sight, error) {
	t, err := a.Atlas.Now(ctx)
	if err != nil {
		return nil, err
	}
	v, err := a.viewOf(t, by)
	if err != nil {
		return nil, err
	}
	return &Sight{v}, nil
}

// Graph is what depends on what, of all zones.
func (s *Sight) Graph() *graph.Graph { return s.view.Graph }

// Size is how many items there are.
func (s *Sight) Size() int { return len(s.view.nodes) }

// Behind is the item behind a node, whoever may see it.
func (s *Sight) Behind(n graph.Node) Node { return s.view.nodes[n] }

// Sees reports whether the person may see an item.
func (s *Sight) Sees(n graph.Node) bool { return s.view.sees(n) }

// Places are the nodes of items; what there is not is left out.
func (s *Sight) Places(items []record.ItemID) []graph.Node {
	var out []graph.Node
	for _, id := range items {
		if n, ok := s.view.at(id); ok {
			out = append(out, n)
		}
	}
	return out
}

// Coded is the item of a code, as far as the person may see it; 0 for none.
func (s *Sight) Coded(code string) record.ItemID {
	for i, n := range s.view.nodes {
		if strings.EqualFold(n.Code, code) && s.view.sees(graph.Node(i)) {
			return n.ID
		}
	}
	return 0
}

// Speaking are the nodes that stand for a service.
func (s *Sight) Speaking(service record.ServiceID) []graph.Node { return s.view.spoken[service] }

// Way leaves out of a path what the person may not see.
func (s *Sight) Way(path []graph.Hit) []Way { return s.view.way(path) }

// Joint tells of what two outages hurt together; nil when the person may see
// nothing of it.
func (s *Sight) Joint(j *graph.Joint, mine, theirs []graph.Node) *Joint {
	return s.view.joint(j, mine, theirs)
}
