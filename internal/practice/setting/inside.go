package setting

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Named are the ids that a table, written as JSON, holds at the path. What is
// quoted and no number is what somebody typed.
func (in Inside) Named(table string) ([]string, error) {
	dec := json.NewDecoder(strings.NewReader(table))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("setting: a table: %w", err)
	}
	return leaves(tree, strings.Split(in.Path, ".")), nil
}

func leaves(at any, path []string) (out []string) {
	if len(path) == 0 {
		id := fmt.Sprint(at)
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && n != 0 {
			out = append(out, id)
		}
		return out
	}
	switch node := at.(type) {
	case []any:
		if path[0] == "*" {
			for _, one := range node {
				out = append(out, leaves(one, path[1:])...)
			}
		}
	case map[string]any:
		for name, one := range node {
			if path[0] == "*" || path[0] == name {
				out = append(out, leaves(one, path[1:])...)
			}
		}
	}
	return out
}
