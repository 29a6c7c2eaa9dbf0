package cmdb

import (
	"cmp"
	"sync"

	"kilter/internal/base/graph"
)

// fringe finds the relations of an item. All that a walk asks of one stands
// together, for memory is what a walk past an item with many relations waits for.
type fringe struct {
	once sync.Once
	from []int32 // by node: where its rays begin
	rays []ray
}

// ray is a relation as seen from one of its ends.
type ray struct {
	other graph.Node
	tie   int32 // place in ties
	is    uint8
}

// What a ray says.
const (
	hereSuffers  uint8 = 1 << iota // this end suffers when the other fails
	otherSuffers                   // the other end suffers when this one fails
	fromSource                     // this end is the source
)

// of lists the rays of a node, in the order of the relations.
func (f *fringe) of(n graph.Node) []ray { return f.rays[f.from[n]:f.from[n+1]] }

// around is laid when somebody first asks for a drawing of a version.
func (t *Topology) around() *fringe {
	t.fringe.once.Do(func() { t.fringe.lay(t) })
	return t.fringe
}

func (f *fringe) lay(t *Topology) {
	f.from, f.rays = make([]int32, len(t.nodes)+2), make([]ray, 2*len(t.ties))
	for i := range t.ties {
		f.from[t.ties[i].source+2]++
		f.from[t.ties[i].target+2]++
	}
	for i := range t.nodes {
		f.from[i+2] += f.from[i+1]
	}
	for i := range t.ties {
		one := &t.ties[i]
		there, back := fromSource, uint8(0)
		switch suffers, _ := t.meaning(one); suffers {
		case Source:
			there, back = there|hereSuffers, back|otherSuffers
		case Target:
			there, back = there|otherSuffers, back|hereSuffers
		case Both:
			there, back = there|hereSuffers|otherSuffers, back|hereSuffers|otherSuffers
		}
		f.put(one.source, ray{graph.Node(one.target), int32(i), there})
		f.put(one.target, ray{graph.Node(one.source), int32(i), back})
	}
	f.from = f.from[:len(t.nodes)+1]
}

func (f *fringe) put(n int32, r ray) {
	f.rays[f.from[n+1]] = r
	f.from[n+1]++
}

// meaning is which end of a tie suffers, and how much. Where an end takes no
// part in what happens (it is planned, say), neither does.
func (t *Topology) meaning(one *bond) (End, Effect) {
	kind := t.means[one.kind]
	if kind == nil || kind.Suffers == Neither || kind.Suffers == "" || !Serves(t.nodes[one.source].State) || !Serves(t.nodes[one.target].State) {
		return Neither, ""
	}
	return kind.Suffers, cmp.Or(kind.Effect, Hard)
}
