package certificate

import (
	"context"
	"time"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

// Check is what the public check of a certificate shows.
type Check struct {
	Holder     string // empty: the holder did not agree to be named
	Number     string
	Title      string
	TitleAR    string `bun:"title_ar"`
	TitleEN    string `bun:"title_en"`
	Kind       workshop.Kind
	StartsOn   time.Time
	EndsOn     time.Time
	ValidUntil time.Time // zero: for ever
	IssuedAt   time.Time
	RevokedAt  time.Time
	Replaced   bool // revoked for a mistake, and issued anew under another number
}

// Valid tells whether the certificate stands.
func (c *Check) Valid() bool { return c.RevokedAt.IsZero() }

// Expired tells whether what it certifies has ended on a day.
func (c *Check) Expired(at time.Time) bool {
	return !c.ValidUntil.IsZero() && !i18n.Day(at).Before(c.ValidUntil)
}

// TitleIn is the title for a reader.
func (c *Check) TitleIn(l i18n.Lang) string { return titleIn(l, c.Title, c.TitleAR, c.TitleEN) }

// Verify gives what the check page shows for a code, NotFound when no certificate has it.
// public: whoever holds the paper may check it; the code is random, and the answer names only who agreed to it.
func (s *Service) Verify(ctx context.Context, typed string) (*Check, error) {
	code, ok := ParseCode(typed)
	if !ok {
		return nil, errs.NewNotFound("certificate: code")
	}
	c := new(Check)
	err := s.db.NewSelect().TableExpr("certificate.certificate AS c").Join("LEFT JOIN certificate.badge AS b ON b.certificate_id = c.id").
		ColumnExpr("c.number, c.title, c.title_ar, c.title_en, c.kind, c.starts_on, c.ends_on, c.valid_until, c.issued_at, c.revoked_at").
		ColumnExpr("EXISTS (SELECT 1 FROM certificate.certificate n WHERE n.replaces = c.id) AS replaced").
		ColumnExpr("CASE WHEN b.disclosed = 'name' THEN c.holder ELSE '' END AS holder").Where("c.code = ?", code).Scan(ctx, c)
	return c, errs.Wrap(db.Translate(err), "certificate: check")
}
