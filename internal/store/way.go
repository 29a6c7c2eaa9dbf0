package store

import (
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kilter/internal/base/fault"
)

// unreached says why PostgreSQL cannot be worked with.
func unreached(cfg *pgx.ConnConfig, err error) error {
	where := net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port))
	at := func(key string) *fault.Fault { return fault.At("db", key).With("address", where) }
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch said.Code {
		case "28P01", "28000": // invalid_password, invalid_authorization_specification
			return at("store.no_entry").With("user", cfg.User)
		case "3D000": // invalid_catalog_name
			return at("store.no_such_database").With("name", cfg.Database)
		}
		return at("store.not_postgres").With("why", said.Message)
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return at("store.no_server")
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return at("store.no_server")
	}
	return fmt.Errorf("store: connect to %s/%s: %w", where, cfg.Database, err)
}
