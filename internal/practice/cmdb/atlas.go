package cmdb

import (
	"context"
	"sync"
	"sync/atomic"
)

// Atlas holds the topology for everybody on this node and brings it up to date
// when it is asked for: the price of looking is one small read, of a change
// only what changed is read.
type Atlas struct {
	Graph Graph
	Model func() *Model

	held   atomic.Pointer[Topology]
	one    sync.Mutex // who reads anew
	cities cities
}

// Now is the topology as the database has it.
func (a *Atlas) Now(ctx context.Context) (*Topology, error) {
	m := a.Model()
	version, err := a.Graph.Version(ctx)
	if err != nil {
		return nil, err
	}
	if t := a.held.Load(); t.holds(version, m) {
		return t, nil
	}
	a.one.Lock()
	defer a.one.Unlock()
	if t := a.held.Load(); t.holds(version, m) { // another has read it meanwhile
		return t, nil
	}
	t, err := a.next(ctx, m)
	if err != nil {
		return nil, err
	}
	a.held.Store(t)
	return t, nil
}

// holds reports whether the topology is at least as new as a version.
func (t *Topology) holds(version int64, m *Model) bool {
	return t != nil && t.Version >= version && t.model.Version == m.Version
}

// next reads what changed since the topology that is held, or everything.
func (a *Atlas) next(ctx context.Context, m *Model) (*Topology, error) {
	held := a.held.Load()
	if held == nil {
		return readTopology(ctx, a.Graph, m)
	}
	d, err := a.Graph.Since(ctx, held.Version)
	if err != nil {
		return nil, err
	}
	if d.All || len(d.Items) > len(held.nodes)/4+1000 {
		return readTopology(ctx, a.Graph, m)
	}
	return held.changed(ctx, a.Graph, d, m)
}
