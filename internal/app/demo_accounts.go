package app

import (
	"context"

	"kilter/internal/app/demo"
	"kilter/internal/practice/setting"
)

func (h *house) starterRoles() (out []setting.Thing, err error) {
	for _, c := range []string{"engineer", "desk_agent", "desk_manager", "incident_manager", "director", "process_manager", "service_owner", "system_administrator", "security_administrator", "audit_administrator", "requester"} {
		out = append(out, setting.Thing{Kind: setting.Role, Code: c})
	}
	return out, nil
}

func (h *house) keepAccounts(ctx context.Context, accounts []demo.Account) error { return nil }

func (h *house) demoAccounts(ctx context.Context) error { return nil }
