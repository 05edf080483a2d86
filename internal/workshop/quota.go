package workshop

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// QuotaKind is what a quota counts by.
type QuotaKind string

// The kinds of quotas.
const (
	ByOrganisationKind QuotaKind = "organisation_kind" // mas, public, ngo, international
	ByGovernorate      QuotaKind = "governorate"       // ISO 3166-2:TN
	BySex              QuotaKind = "sex"               // f, m
)

// Quota is the most places that people of one kind of organisation, of one governorate or of one sex can take.
type Quota struct {
	bun.BaseModel `bun:"table:workshop.quota,alias:quota"`

	EventID uuid.UUID `bun:",pk"`
	Kind    QuotaKind `bun:",pk"`
	Value   string    `bun:",pk"`
	Places  int
}

// maxQuotas is the most quotas that an event can have: four kinds of organisations, 24 governorates and two sexes.
const maxQuotas = 40

// Quotas gives the quotas of an event, organisations first.
func (s *Service) Quotas(ctx context.Context, actor access.Actor, event uuid.UUID) ([]Quota, error) {
	if _, err := s.Head(ctx, actor, access.WorkshopView, event); err != nil {
		return nil, err
	}
	return readQuotas(ctx, s.db, event)
}

func readQuotas(ctx context.Context, idb bun.IDB, event uuid.UUID) ([]Quota, error) {
	var list []Quota
	err := idb.NewSelect().Model(&list).Where("event_id = ?", event).OrderExpr("kind DESC, value").Scan(ctx)
	return list, db.Translate(err)
}

// SetQuotas replaces the quotas of an event. was is what the form showed: where somebody else has changed them since, the fields that
// differ from theirs are named. People who have a place already keep it, even beyond a quota.
func (s *Service) SetQuotas(ctx context.Context, actor access.Actor, event uuid.UUID, was Seen, list []Quota) error {
	return s.planning(ctx, actor, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if err := checkQuotas(list); err != nil {
			return err
		}
		now, err := readQuotas(ctx, tx, event)
		if err != nil {
			return err
		}
		if was.stale(SeenQuotas(now), SeenQuotas(list)) {
			return errs.InvalidFields(quotasDiffer(now, list))
		}
		if _, err := tx.NewDelete().Model((*Quota)(nil)).Where("event_id = ?", event).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		for i := range list {
			list[i].EventID = event
		}
		if len(list) > 0 {
			if _, err := tx.NewInsert().Model(&list).Exec(ctx); err != nil {
				return db.Translate(err)
			}
		}
		return s.record(ctx, tx, actor, ev, "workshop.quotas", map[string]any{"quotas": len(list)})
	})
}

// quotasDiffer names the fields in which a form differs from what is kept, with what is kept.
func quotasDiffer(now, wanted []Quota) []errs.Field {
	kept, asked := quotaMap(now), quotaMap(wanted)
	var fields []errs.Field
	for name := range asked {
		if _, ok := kept[name]; !ok {
			fields = append(fields, errs.Field{Name: name, Key: QuotaEmptied})
		}
	}
	for name, n := range kept {
		if m, ok := asked[name]; !ok || m != n {
			fields = append(fields, errs.Field{Name: name, Key: QuotaChanged, Args: errs.Args{"kept": n}})
		}
	}
	slices.SortFunc(fields, func(a, b errs.Field) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

// QuotaField is the name of a quota's field in a form, and in what is said of it.
func QuotaField(k QuotaKind, value string) string { return string(k) + "_" + value }

// quotaMap gives the places by the name of the field.
func quotaMap(list []Quota) map[string]int {
	places := make(map[string]int, len(list))
	for _, q := range list {
		places[QuotaField(q.Kind, q.Value)] = q.Places
	}
	return places
}

func checkQuotas(list []Quota) error {
	if len(list) > maxQuotas {
		return errs.NewInvalid("error_bad_request")
	}
	for i, q := range list {
		twice := slices.ContainsFunc(list[:i], func(o Quota) bool { return o.Kind == q.Kind && o.Value == q.Value })
		if twice || q.Value == "" || (q.Kind != ByOrganisationKind && q.Kind != ByGovernorate && q.Kind != BySex) {
			return errs.NewInvalid("error_bad_request")
		}
		if q.Places < 0 || q.Places > 100_000 {
			return errs.InvalidFields([]errs.Field{{Name: QuotaField(q.Kind, q.Value), Key: "error_number"}})
		}
	}
	return nil
}
