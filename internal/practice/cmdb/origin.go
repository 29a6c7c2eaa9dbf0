package cmdb

import (
	"cmp"
	"maps"
)

// RelationField is the name under which Precedence orders the sources of
// relations and of their redundancies.
const RelationField = "relation"

// OriginOf says where a part of what is said of the relation came from: its
// share, gate or group.
func (r *Relation) OriginOf(field string) string {
	return cmp.Or(r.Origins[field], r.Origin, Hand)
}

// from notes where a part came from.
func (r *Relation) from(field, source string) {
	r.Origins = originsWith(r.Origins, field, source, cmp.Or(r.Origin, Hand))
}

// OriginOf says where the need or the least of the redundancy came from.
func (g *Group) OriginOf(field string) string {
	return cmp.Or(g.Origins[field], g.Origin, Hand)
}

func (g *Group) from(field, source string) {
	g.Origins = originsWith(g.Origins, field, source, cmp.Or(g.Origin, Hand))
}

// originsWith notes a source, unless it is that of the whole.
func originsWith(origins map[string]string, field, source, whole string) map[string]string {
	out := maps.Clone(origins)
	delete(out, field)
	if source == whole {
		return out
	}
	if out == nil {
		out = map[string]string{}
	}
	out[field] = source
	return out
}
