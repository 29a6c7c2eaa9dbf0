package access

import (
	"slices"
	"strings"
	"testing"
)

// What a role lacks of its starter is told once: until somebody saves the role,
// with the deeds or without.
func TestNewer(t *testing.T) {
	t.Parallel()
	old := NewCatalogue(Records("incident", []string{"resolve"}), Records("contact"))
	now := NewCatalogue(Records("incident", []string{"resolve", "declare"}), Records("contact"), Records("problem", []string{"publish"}), Practice{Kind: "item", Deeds: []string{"read", "build"}})
	grants := slices.DeleteFunc(slices.Clone(starterGrants(DeskAgent)), func(g string) bool {
		return g == "incident.resolve" || strings.HasPrefix(g, "problem.") || strings.HasPrefix(g, "item.") || strings.HasPrefix(g, "knowledge.") || g == "incident.declare"
	})
	for name, c := range map[string]struct {
		code string
		role Role
		want []string
	}{
		"saved with an older version":   {DeskAgent, old.remembered(DeskAgent, grants), []string{"incident.declare", "item.read", "problem.note", "problem.open", "problem.read", "problem.watch"}},
		"saved as it is":                {DeskAgent, now.remembered(DeskAgent, grants), nil},
		"saved before roles remembered": {DeskAgent, Role{Grants: grants}, []string{"item.read", "problem.note", "problem.open", "problem.read", "problem.watch"}},
		"decided in a later room":       {DeskAgent, Role{Grants: append([]string{"problem.read"}, grants...)}, []string{"item.read"}},
		"no starter":                    {"caretaker", Role{Grants: grants}, nil},
		"as it was delivered":           {DeskAgent, Role{Grants: starterGrants(DeskAgent), Asked: true}, nil},
		"by a whole room":               {DeskAgent, Role{Grants: append([]string{"problem.*", "item.*"}, grants...)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := now.Newer(c.code, c.role); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			after := now.widened(c.code, c.role.Grants, c.want)
			if left := now.Newer(c.code, now.remembered(c.code, after)); len(left) != 0 {
				t.Errorf("given them it has %v and lacks %v", after, left)
			}
		})
	}
	keeper := Role{Asked: true, Grants: []string{"incident.read"}}
	if got := now.widened("configuration_manager", keeper.Grants, now.Newer("configuration_manager", keeper)); !slices.Contains(got, "item.*") || slices.Contains(got, "item.build") {
		t.Errorf("a room that is new as a whole is given as a whole: %v", got)
	}
}
