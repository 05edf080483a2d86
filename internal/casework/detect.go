package casework

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Element is one act, means or purpose: established, not established, or unknown, and from whom that is known. Means are not
// required for a child.
type Element struct {
	bun.BaseModel `bun:"table:cases.element,alias:l"`

	CaseID uuid.UUID `bun:",pk"`
	Kind   string    `bun:",pk"`
	Item   string    `bun:",pk"`
	Status string
	Source string
	At     time.Time
	ByID   uuid.UUID
}

// ElementItems gives the list of a kind of element.
func ElementItems(kind string) []string {
	switch kind {
	case "act":
		return Acts
	case "means":
		return Means
	case "purpose":
		return Purposes
	}
	return nil
}

// ElementKinds lists the three parts of the definition.
func ElementKinds() []string { return []string{"act", "means", "purpose"} }

// Indicator is a sign that somebody noticed. Indicators support a person's decision; nothing is computed from them.
type Indicator struct {
	bun.BaseModel `bun:"table:cases.indicator,alias:i"`

	CaseID uuid.UUID `bun:",pk"`
	Item   string    `bun:",pk"`
	Source string
	At     time.Time
	ByID   uuid.UUID
}

// SetElements writes what is known of act, means and purpose. An item that is not named stays as it was, and so does one whose
// status is the same as before, with the source, the day and the person it came from.
func (s *Service) SetElements(ctx context.Context, actor access.Actor, id uuid.UUID, list []Element) error {
	return s.onOpen(ctx, actor, id, "case.elements", func(ctx context.Context, o *open) error {
		var c checker
		for i := range list {
			e := &list[i]
			name := e.Kind + "-" + e.Item
			if !known(ElementItems(e.Kind), e.Item) || !known(Statuses, e.Status) {
				c.wrong(name, "error_choice")
			}
			if !known(Sources, e.Source) {
				c.wrong(name+"-source", "case_error_source")
			}
			e.CaseID, e.At, e.ByID = id, o.at, actor.PersonID
		}
		if err := c.err(); err != nil || len(list) == 0 {
			return err
		}
		o.detail["n"] = len(list)
		_, err := o.tx.NewInsert().Model(&list).On("CONFLICT (case_id, kind, item) DO UPDATE").Set("status = EXCLUDED.status, source = EXCLUDED.source, at = EXCLUDED.at, by_id = EXCLUDED.by_id").
			Where("l.status <> EXCLUDED.status").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return o.note(ctx, "elements", map[string]any{"n": len(list)}, "")
	})
}

// SetIndicators replaces the signs that were noticed.
func (s *Service) SetIndicators(ctx context.Context, actor access.Actor, id uuid.UUID, items []string, source string) error {
	return s.onOpen(ctx, actor, id, "case.indicators", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("source", Sources, source)
		for _, item := range items {
			if !known(Indicators, item) {
				c.wrong("items", "error_choice")
			}
		}
		if err := c.err(); err != nil {
			return err
		}
		q := o.tx.NewDelete().Table("cases.indicator").Where("case_id = ?", id)
		if len(items) > 0 {
			q = q.Where("item NOT IN (?)", bun.List(items))
		}
		if _, err := q.Exec(ctx); err != nil {
			return db.Translate(err)
		}
		list := make([]Indicator, len(items))
		for i, item := range items {
			list[i] = Indicator{CaseID: id, Item: item, Source: source, At: o.at, ByID: actor.PersonID}
		}
		if len(list) > 0 {
			if _, err := o.tx.NewInsert().Model(&list).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
				return db.Translate(err)
			}
		}
		o.detail["n"] = len(items)
		return o.note(ctx, "indicators", map[string]any{"n": len(items)}, "")
	})
}

// Notice keeps the date and the Instance's reference of the notice that was sent.
func (s *Service) Notice(ctx context.Context, actor access.Actor, id uuid.UUID, day time.Time, reference string) error {
	return s.onOpen(ctx, actor, id, "case.notice", func(ctx context.Context, o *open) error {
		var c checker
		c.past("day", day, s.today())
		if err := c.err(); err != nil {
			return err
		}
		refs, err := o.references()
		if err != nil {
			return err
		}
		refs.Notice, o.file.NoticeOn = strings.TrimSpace(reference), day
		if o.file.Status == "detected" {
			o.file.Status = "presumed"
		}
		if err := o.saveReferences(ctx, refs, "notice_on", "status"); err != nil {
			return err
		}
		return o.note(ctx, "notice", nil, "")
	})
}

// Identification is an authority's decision; staff write it down and cannot make it.
type Identification struct {
	Authority string
	On        time.Time
	Reference string
}

// Identified writes down that an authority identified the person: never without authority, date and reference.
func (s *Service) Identified(ctx context.Context, actor access.Actor, id uuid.UUID, in Identification) error {
	return s.onOpen(ctx, actor, id, "case.identified", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("authority", Authorities, in.Authority)
		c.past("on", in.On, s.today())
		c.needed("reference", in.Reference)
		if err := c.err(); err != nil {
			return err
		}
		refs, err := o.references()
		if err != nil {
			return err
		}
		refs.Identification = strings.TrimSpace(in.Reference)
		o.file.Status, o.file.IdentifiedBy, o.file.IdentifiedOn = "identified", in.Authority, in.On
		o.detail["authority"] = in.Authority
		if err := o.saveReferences(ctx, refs, "status", "identified_by", "identified_on"); err != nil {
			return err
		}
		return o.note(ctx, "identified", map[string]any{"authority": in.Authority}, "")
	})
}

func (o *open) references() (References, error) {
	var r References
	return r, o.unseal("references", o.file.ID, o.file.ReferencesSealed, &r)
}

func (o *open) saveReferences(ctx context.Context, r References, columns ...string) (err error) {
	if o.file.ReferencesSealed, err = o.seal("references", o.file.ID, r); err != nil {
		return err
	}
	return o.update(ctx, append(columns, "references_sealed")...)
}

// Assign gives the file to a worker of its keeper, or to nobody. Whoever followed it before has no way to it at the next
// request. The worker's training is asked for when the house asks for it; grounds stand in for it in an emergency.
func (s *Service) Assign(ctx context.Context, actor access.Actor, id, worker uuid.UUID, grounds string) error {
	return s.onCase(ctx, actor, id, access.CaseDecide, "case.assign", func(ctx context.Context, o *open) error {
		if o.file.WorkerID == worker {
			return nil
		}
		if err := s.checkTraining(ctx, worker, grounds); err != nil {
			return err
		}
		o.file.WorkerID = worker
		o.detail["worker"], o.detail["untrained"] = worker, grounds != ""
		if err := o.update(ctx, "worker_id"); err != nil {
			return err
		}
		return o.note(ctx, "assigned", map[string]any{"worker": worker}, grounds)
	})
}

func (s *Service) checkTraining(ctx context.Context, worker uuid.UUID, grounds string) error {
	if s.o.Training == nil || worker == uuid.Nil {
		return nil
	}
	ok, err := s.o.Training.Trained(ctx, worker)
	if err != nil || ok || strings.TrimSpace(grounds) != "" {
		return err
	}
	return errs.InvalidFields([]errs.Field{{Name: "grounds", Key: "case_error_untrained"}})
}

// SaveIdentity replaces the identity and the digests by which the file is found.
func (s *Service) SaveIdentity(ctx context.Context, actor access.Actor, id uuid.UUID, in Identity) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.identity.write", func(ctx context.Context, o *open) error {
		var err error
		if o.file.Identity, err = o.seal("identity", id, in); err != nil {
			return err
		}
		if err := o.update(ctx, "identity"); err != nil {
			return err
		}
		if err := o.index(ctx, in); err != nil {
			return err
		}
		return o.note(ctx, "identity", nil, "")
	})
}

// Reveal shows the identity; the entry says that it was asked for.
func (s *Service) Reveal(ctx context.Context, actor access.Actor, id uuid.UUID) (f File, who Identity, err error) {
	err = s.onCase(ctx, actor, id, access.CaseIdentity, "case.identity.read", func(_ context.Context, o *open) error {
		f = *o.file
		return o.unseal("identity", id, o.file.Identity, &who)
	})
	return f, who, err
}

// Suspect flags the guardian, which ends what the guardian signed and leaves the judge alone to decide, or takes the flag off.
func (s *Service) Suspect(ctx context.Context, actor access.Actor, id uuid.UUID, suspected bool) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.guardian", func(ctx context.Context, o *open) error {
		o.file.GuardianSuspected = suspected
		o.detail["suspected"] = suspected
		if err := o.update(ctx, "guardian_suspected"); err != nil {
			return err
		}
		return o.note(ctx, "guardian", map[string]any{"suspected": suspected}, "")
	})
}
