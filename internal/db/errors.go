package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shelter/internal/errs"
)

// Translate turns an error of PostgreSQL into an errs kind and leaves our own errors alone: no row is NotFound, a duplicate
// is Conflict, a broken check or foreign key is Invalid, a lost connection or a full server is Unavailable.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	var own *errs.Error
	if errors.As(err, &own) {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, pgx.ErrNoRows) {
		return errs.NewNotFound("db").Because(err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translateCode(pg)
	}
	var netErr *pgconn.ConnectError
	if errors.As(err, &netErr) || errors.Is(err, context.DeadlineExceeded) || pgconn.SafeToRetry(err) {
		return errs.New(errs.Unavailable, "error_unavailable").Because(err)
	}
	return err
}

func translateCode(pg *pgconn.PgError) error {
	switch pg.Code {
	case "23505", "23P01": // unique, exclusion
		return errs.NewConflict("error_duplicate").Because(pg)
	case "23502", "23503", "23514", "22001", "22P02", "22003", "22007", "22008":
		return errs.NewInvalid("error_bad_request").Because(pg)
	case "40001", "40P01", "55P03":
		return errs.New(errs.Unavailable, "error_unavailable").Because(pg)
	case "42501":
		return errs.NewForbidden("db").Because(pg)
	}
	if len(pg.Code) == 5 && (pg.Code[:2] == "08" || pg.Code[:2] == "53" || pg.Code[:2] == "57") {
		return errs.New(errs.Unavailable, "error_unavailable").Because(pg)
	}
	return pg
}

// Constraint gives the name of the constraint that an error broke, or "".
func Constraint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	return ""
}
