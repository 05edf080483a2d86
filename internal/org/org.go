// Package org knows the people and the organisations of the programme: who they are, how to reach them, where they work, and
// which roles they hold.
//
// Invariants: an organisation is one row however its name is typed; a person has one code for life; a case role is never
// given here; at least one administrator remains. An exported method whose name ends in Tx works inside the caller's
// transaction, with the same access check and the same audit entry.
package org

import (
	"context"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Service is the people and organisations of the house.
type Service struct {
	db  *db.DB
	now func() time.Time

	governorates struct {
		sync.Mutex
		list []Governorate
	}
}

// New makes the service.
func New(d *db.DB, now func() time.Time) *Service { return &Service{db: d, now: now} }

func (s *Service) record(ctx context.Context, idb bun.IDB, actor access.Actor, action, kind, id string, detail map[string]any) error {
	return audit.Record(ctx, idb, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: kind, ID: id, Detail: detail})
}

// Governorate is one of the 24 governorates of Tunisia.
type Governorate struct {
	Code   string // ISO 3166-2:TN, as TN-61
	NameFR string `bun:"name_fr"`
	NameAR string `bun:"name_ar"`
}

// Name gives the name in a language; English uses the French one.
func (g Governorate) Name(l i18n.Lang) string {
	if l == i18n.AR {
		return g.NameAR
	}
	return g.NameFR
}

// Governorates lists the governorates by code. They never change, so they are read once.
// public: they are geography.
func (s *Service) Governorates(ctx context.Context) ([]Governorate, error) {
	s.governorates.Lock()
	defer s.governorates.Unlock()
	if s.governorates.list != nil {
		return s.governorates.list, nil
	}
	var list []Governorate
	if err := s.db.NewSelect().Table("org.governorate").Column("code", "name_fr", "name_ar").Order("code").Scan(ctx, &list); err != nil {
		return nil, db.Translate(err)
	}
	s.governorates.list = list
	return list, nil
}
