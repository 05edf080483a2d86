package pgserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// prepareDatabase makes the logins and the database when they are missing. After a start it also sets the passwords anew, so
// that a lost password file heals itself, and rebuilds indexes whose sort order belongs to another ICU.
func (s *Server) prepareDatabase(ctx context.Context, started bool) error {
	conn, err := pgx.Connect(ctx, s.AdminURL("postgres"))
	if err != nil {
		return fmt.Errorf("pgserver: connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var ready bool
	err = conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM pg_roles WHERE rolname IN ($1, $2, $3)) = 3
		AND EXISTS (SELECT 1 FROM pg_database WHERE datname = $4)`, OwnerLogin, AppLogin, CasesLogin, Database).Scan(&ready)
	if err != nil {
		return fmt.Errorf("pgserver: logins: %w", err)
	}
	if ready && !started {
		return nil
	}
	if err := s.makeLogins(ctx, conn); err != nil {
		return err
	}
	if err := CreateDatabase(ctx, conn, Database, ""); err != nil {
		return err
	}
	return s.refreshCollations(ctx)
}

func (s *Server) makeLogins(ctx context.Context, conn *pgx.Conn) error {
	for login, password := range map[string]string{OwnerLogin: s.keys.Owner, AppLogin: s.keys.App, CasesLogin: s.keys.Cases} {
		name := pgx.Identifier{login}.Sanitize()
		_, err := conn.Exec(ctx, "CREATE ROLE "+name)
		if err != nil && !hasCode(err, "42710") { // it exists
			return fmt.Errorf("pgserver: login %s: %w", login, err)
		}
		// A password cannot be a parameter here; ours has letters and digits only.
		_, err = conn.Exec(ctx, "ALTER ROLE "+name+" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '"+password+"'")
		if err != nil {
			return fmt.Errorf("pgserver: login %s: %w", login, err)
		}
	}
	return nil
}

// CreateDatabase makes a database of the owner, unless it exists, and lets only the three logins enter it. It is a copy of a
// template when one is named, made file by file, which is four times faster than through the log and right for the
// throw-away databases of tests. It wants a connection of the superuser.
func CreateDatabase(ctx context.Context, conn *pgx.Conn, name, template string) error {
	id := pgx.Identifier{name}.Sanitize()
	create := "CREATE DATABASE " + id + " OWNER " + OwnerLogin
	if template != "" {
		create += " TEMPLATE " + pgx.Identifier{template}.Sanitize() + " STRATEGY file_copy"
	}
	if _, err := conn.Exec(ctx, create); err != nil && !hasCode(err, "42P04") { // it exists
		return fmt.Errorf("pgserver: database %s: %w", name, err)
	}
	for _, sql := range []string{
		"REVOKE ALL ON DATABASE " + id + " FROM PUBLIC",
		"GRANT CONNECT ON DATABASE " + id + " TO " + AppLogin + ", " + CasesLogin,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("pgserver: database %s: %w", name, err)
		}
	}
	return nil
}

// refreshCollations rebuilds the indexes when PostgreSQL's programs came with another ICU than the one that sorted them.
func (s *Server) refreshCollations(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.AdminURL(Database))
	if err != nil {
		return fmt.Errorf("pgserver: connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var differs bool
	err = conn.QueryRow(ctx, `SELECT coalesce(datcollversion <> pg_database_collation_actual_version(oid), false)
		FROM pg_database WHERE datname = current_database()`).Scan(&differs)
	if err != nil || !differs {
		return err
	}
	s.log.Warn("the sort order of this PostgreSQL differs from the last one's; indexes are rebuilt")
	for _, sql := range []string{"REINDEX DATABASE " + Database, "ALTER DATABASE " + Database + " REFRESH COLLATION VERSION"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("pgserver: sort order: %w", err)
		}
	}
	return nil
}

func hasCode(err error, code string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == code
}
