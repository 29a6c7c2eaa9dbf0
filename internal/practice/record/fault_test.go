package record_test

import "kilter/internal/base/fault"

// allOf are the fields and keys at fault.
func allOf(err error) []string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return out
}
