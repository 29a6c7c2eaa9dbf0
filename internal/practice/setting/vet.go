package setting

import (
	"context"
	"encoding/json"
	"fmt"

	"kilter/internal/practice/people"
)

// vet is Vet where there is one.
func (d *Desk) vet(ctx context.Context, by people.Actor, t, was *Thing) error {
	if d.Vet == nil {
		return nil
	}
	return d.Vet(ctx, by, t, was)
}

func join(err, other error) error {
	if other != nil {
		return fmt.Errorf("%w; and the refusal could not be logged: %w", err, other)
	}
	return err
}

// Object is how the audit log names a thing: "team:network".
func Object(t *Thing) string { return string(t.Kind) + ":" + t.Code }

func detail(changes []Change) (string, error) {
	b, err := json.Marshal(map[string]any{"changes": changes})
	if err != nil {
		return "", fmt.Errorf("setting: audit: %w", err)
	}
	return string(b), nil
}
