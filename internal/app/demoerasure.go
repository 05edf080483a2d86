package app

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/demo"
	"shelter/internal/i18n"
)

// erase makes one invented erasure with its minutes, one file that is locked, and one that was released; and an invented term.
func (d *caseDemo) erase(ctx context.Context, desk *casework.Desk, officer access.Actor, code func(access.Role) string) error {
	if err := d.work.SetTerms(ctx, officer, map[string]int{"file": 120}); err != nil {
		return fmt.Errorf("demo: terms: %w", err)
	}
	l, err := d.work.List(ctx, d.supervisor, casework.Filter{State: casework.Closed})
	if err != nil || len(l.Rows) < 3 {
		return err
	}
	if err := d.rights(ctx, desk, officer, code); err != nil {
		return fmt.Errorf("demo: rights: %w", err)
	}
	for i := range l.Rows[:3] {
		if err := d.end(ctx, desk, officer, code, l.Rows[i].ID, i); err != nil {
			return fmt.Errorf("demo: erasure: %w", err)
		}
	}
	return nil
}

func (d *caseDemo) end(ctx context.Context, desk *casework.Desk, officer access.Actor, code func(access.Role) string, file uuid.UUID, how int) error {
	if err := d.work.LockFile(ctx, d.supervisor, file, casework.LockInput{Key: uuid.New(), Scope: "file", Ground: "request"}); err != nil || how == 1 {
		return err
	}
	r, err := d.work.Retention(ctx, d.supervisor)
	if err != nil {
		return err
	}
	lock := r.Erasures[0].ID
	for i := range r.Erasures {
		if r.Erasures[i].CaseID == file {
			lock = r.Erasures[i].ID
		}
	}
	day := i18n.Day(d.clock.Now())
	if how == 2 {
		return d.work.Release(ctx, d.supervisor, lock, "Recours fictif en cours", day.AddDate(0, 6, 0))
	}
	in := casework.MinutesInput{On: day, Bailiff: "Huissier fictif", Number: "PV fictif 7/2026", Expert: "Expert fictif", Name: "proces-verbal.pdf", Data: demo.OnePage("Proces-verbal fictif.")}
	if err := d.work.KeepMinutes(ctx, d.supervisor, lock, in); err != nil {
		return err
	}
	return desk.Erase(ctx, officer, lock, code(access.ProtectionOfficer))
}

// rights makes invented requests, one of them nearly due, and a disclosure that was given and one that waits.
func (d *caseDemo) rights(ctx context.Context, desk *casework.Desk, officer access.Actor, code func(access.Role) string) error {
	l, err := d.work.List(ctx, d.supervisor, casework.Filter{State: casework.Assistance})
	if err != nil || len(l.Rows) < 2 {
		return err
	}
	day := i18n.Day(d.clock.Now())
	for i := range l.Rows[:2] {
		file := l.Rows[i].ID
		in := casework.RequestInput{Key: uuid.New(), Kind: casework.RequestKinds[i], MadeBy: "person", How: "written", ReceivedOn: day.AddDate(0, 0, -24+20*i), Text: "Demande fictive : une copie de ce qui est noté."}
		if err := d.work.AddRequest(ctx, d.supervisor, file, in); err != nil {
			return err
		}
		ask := casework.DisclosureInput{Key: uuid.New(), ToKind: "court", Basis: "judgement", Form: "copy", Categories: []string{"legal", "situation"},
			Text: casework.DisclosureText{Recipient: "Tribunal fictif", Law: "Ordonnance fictive 31/2026", Reason: "Audience fictive"}}
		if err := d.work.AskDisclosure(ctx, d.supervisor, file, ask); err != nil || i > 0 {
			return err
		}
		v, err := d.work.View(ctx, d.supervisor, file)
		if err != nil {
			return err
		}
		if err := desk.DecideDisclosure(ctx, officer, file, casework.HandoutDecision{ID: v.Disclosures[0].ID, Approve: true, Note: "Ordonnance fictive vue", Factor: code(access.ProtectionOfficer)}); err != nil {
			return err
		}
		if err := d.work.GiveDisclosure(ctx, d.supervisor, file, v.Disclosures[0].ID, day, "Copie fictive du signalement"); err != nil {
			return err
		}
	}
	return nil
}
