package api_test

import (
	"testing"

	"kilter/internal/testkit/storetest"
)

// One's own choices are changed by what is sent; the rest stays, and what
// cannot be is refused with its field.
func TestChoicesOfMyOwn(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	s.ask("agent", "PATCH", "/api/v1/me", `{"theme":"dark","time_zone":"Asia/Urumqi"}`).want(200)
	s.ask("agent", "PATCH", "/api/v1/me", `{"lang":"zh"}`).want(200, `"time_zone":"Asia/Urumqi"`, `"theme":"dark"`, `"lang":"zh"`)
	s.ask("agent", "PATCH", "/api/v1/me", `{"time_zone":"Moon/Crater"}`).want(422)
	s.ask("agent", "PATCH", "/api/v1/me", `{"roles":[1]}`).want(422)
}
