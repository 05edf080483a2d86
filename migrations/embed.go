// Package migrations holds the database's schema as SQL files, applied in the order of their numbers and never changed once
// released, and grants.sql, which says what each login may do and is applied after them each time.
package migrations

import "embed"

// FS holds the files.
//
//go:embed *.sql
var FS embed.FS
