package cmdb

import (
	"context"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Node is an item as the graph needs it.
type Node struct {
	ID         record.ItemID
	Code       string
	Name       people.Text
	Class      Class
	State      State
	Zone       people.ZoneID
	Service    record.ServiceID
	Department people.DepartmentID
}

// Link is a live relation as the graph needs it; the Model says what its Type
// means for failure.
type Link struct {
	ID     RelationID
	Source record.ItemID
	Target record.ItemID
	Type   string
	Group  GroupID
	Share  int
	Gate   Gate
}

// Graph reads items and relations in bulk. A reader notes the Version first,
// reads everything, and from then on asks what changed Since; what is told
// twice has the same outcome. It is for the graph in memory: whoever shows
// something of it to a person must look at the zones that he may see.
type Graph interface {
	// Version grows with every transaction that changes an item or a relation.
	Version(ctx context.Context) (int64, error)
	// Nodes walks all items, retired ones too, by id.
	Nodes(ctx context.Context, each func(Node) error) error
	// Links walks all live relations, by id.
	Links(ctx context.Context, each func(Link) error) error
	// Groups lists the redundancy groups in force.
	Groups(ctx context.Context) ([]Group, error)
	// Since lists what changed after a version.
	Since(ctx context.Context, version int64) (Delta, error)
	// Around reads the nodes named, all live relations that touch them, and the
	// groups in force of those nodes.
	Around(ctx context.Context, ids []record.ItemID) ([]Node, []Link, []Group, error)
}

// Delta is what changed in the graph up to Version. Items are the ids of the
// nodes touched, whose relations and groups may be others now. All says that
// too much changed to list: read everything anew.
type Delta struct {
	Version int64
	All     bool
	Items   []record.ItemID
}
