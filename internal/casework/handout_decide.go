package casework

import (
	"bytes"
	"context"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// HandoutDecision is what a protection officer decides about another person's request.
type HandoutDecision struct {
	ID      uuid.UUID
	Approve bool
	Note    string
	Factor  string
}

// DecideHandout approves or refuses. The pass-phrase of an approved one is shown to the officer, once, who gives it to the recipient by
// another way than the file takes; whoever asked never sees it.
func (d *Desk) DecideHandout(ctx context.Context, actor access.Actor, in HandoutDecision) (phrase string, err error) {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return "", err
	}
	var c checker
	c.needed("note", in.Note)
	if strings.TrimSpace(in.Factor) == "" {
		c.wrong("code", "error_required")
	}
	if err := c.err(); err != nil {
		return "", err
	}
	if err := d.auth.ProveCode(ctx, actor, in.Factor); err != nil {
		return "", err
	}
	return d.work.decideHandout(ctx, actor, in)
}

func (s *Service) decideHandout(ctx context.Context, actor access.Actor, in HandoutDecision) (phrase string, err error) {
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var h Handout
		if err := tx.NewSelect().Model(&h).Where("h.id = ?", in.ID).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		switch {
		case h.AskedBy == actor.PersonID:
			return errs.NewConflict("approval_error_own")
		case h.Decision != "":
			return errs.NewConflict("case_error_handout_decided")
		}
		if err := tx.NewRaw("SELECT cases.clock()").Scan(ctx, &h.DecidedAt); err != nil {
			return db.Translate(err)
		}
		h.DecidedBy, h.Decision = actor.PersonID, "refused"
		if in.Approve {
			h.Decision, h.ExpiresAt = "approved", h.DecidedAt.Add(handoutLasts)
		}
		if phrase, err = s.sealDecision(&h, in.Note); err != nil {
			return err
		}
		res, err := tx.NewUpdate().Model(&h).Column("decided_by", "decided_at", "decision", "expires_at", "note", "secret").WherePK().Where("decided_at IS NULL").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NewConflict("case_error_handout_decided")
		}
		return s.recordHandout(ctx, tx, actor, &h, "case.handout."+h.Decision)
	})
	if err != nil {
		return "", err
	}
	return phrase, nil
}

func (s *Service) sealDecision(h *Handout, note string) (phrase string, err error) {
	key, err := s.handoutKey(h)
	if err != nil {
		return "", err
	}
	if h.Note, err = sealWith(key, "handoutnote", h.ID, note); err != nil || h.Decision != "approved" || h.Mode != "phrase" {
		return "", err
	}
	phrase = newPhrase()
	h.Secret, err = sealWith(key, "handoutsecret", h.ID, phrase)
	return phrase, err
}

// newPhrase gives 24 characters in six groups, 120 bits, of an alphabet without look-alikes.
func newPhrase() string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789A" // 32
	var b strings.Builder
	for i, r := range custody.Random(24) {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[r%32])
	}
	return b.String()
}

// recordHandout leaves an entry at each file of a handout.
func (s *Service) recordHandout(ctx context.Context, tx bun.Tx, actor access.Actor, h *Handout, action string) error {
	files, err := handoutCases(ctx, tx, h.ID)
	for _, f := range files {
		if err == nil {
			err = s.record(ctx, tx, actor, action, f.CaseID.String(), f.OwnerID, map[string]any{"handout": h.ID, "aim": h.Aim, "basis": h.Basis})
		}
	}
	return err
}

type handoutCase struct{ CaseID, OwnerID uuid.UUID }

func handoutCases(ctx context.Context, tx bun.Tx, id uuid.UUID) (list []handoutCase, err error) {
	err = tx.NewRaw("SELECT case_id, owner_id FROM cases.handout_file WHERE handout_id = ? ORDER BY case_id", id).Scan(ctx, &list)
	return list, db.Translate(err)
}

// FetchHandout gives whoever asked the approved workbook, encrypted, once. It is made in memory, and nothing of it is kept.
func (d *Desk) FetchHandout(ctx context.Context, actor access.Actor, id uuid.UUID, factor string, loc *i18n.Localizer) ([]byte, error) {
	if err := access.Can(actor, access.CaseHandOut, access.Resource{}); err != nil {
		return nil, err
	}
	var c checker
	if strings.TrimSpace(factor) == "" {
		c.wrong("code", "error_required")
		return nil, c.err()
	}
	if err := d.auth.ProveCode(ctx, actor, factor); err != nil {
		return nil, err
	}
	return d.work.fetchHandout(ctx, actor, id, loc)
}

func (s *Service) fetchHandout(ctx context.Context, actor access.Actor, id uuid.UUID, loc *i18n.Localizer) (out []byte, err error) {
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var h Handout
		if err := tx.NewSelect().Model(&h).Where("h.id = ? AND h.asked_by = ?", id, actor.PersonID).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if h.State(s.now()) != "approved" {
			return errs.NewConflict("case_error_handout_over")
		}
		to, err := s.recipient(&h)
		if err != nil {
			return err
		}
		people, err := s.handoutPeople(ctx, tx, actor, &h)
		if err != nil {
			return err
		}
		if out, err = sealedBook(people, to, loc); err != nil {
			return err
		}
		res, err := tx.NewRaw("UPDATE cases.handout SET fetched_at = cases.clock(), secret = NULL WHERE id = ? AND fetched_at IS NULL", h.ID).Exec(ctx)
		if err != nil {
			return handoutRefusal(err, "")
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NewConflict("case_error_handout_over")
		}
		return s.recordHandout(ctx, tx, actor, &h, "case.handout.fetched")
	})
	return out, err
}

// scryptWork is the work factor of a pass-phrase: 32 MB; the phrase itself has 120 bits.
const scryptWork = 15

func (s *Service) recipient(h *Handout) (age.Recipient, error) {
	key, err := s.handoutKey(h)
	if err != nil {
		return nil, err
	}
	if h.Mode == "age" {
		if err := unsealWith(key, "handout", h.ID, h.Body, &h.Text); err != nil {
			return nil, err
		}
		return age.ParseX25519Recipient(h.Text.AgeKey)
	}
	var phrase string
	if err := unsealWith(key, "handoutsecret", h.ID, h.Secret, &phrase); err != nil {
		return nil, err
	}
	r, err := age.NewScryptRecipient(phrase)
	if err == nil {
		r.SetWorkFactor(scryptWork)
	}
	return r, err
}

// person is a line of the workbook.
type person struct {
	File
	Identity         Identity
	Alias, Narrative string
}

// handoutPeople opens each file again in the actor's name: what is out of reach by now is not handed out.
func (s *Service) handoutPeople(ctx context.Context, tx bun.Tx, actor access.Actor, h *Handout) ([]person, error) {
	files, err := handoutCases(ctx, tx, h.ID)
	if err != nil {
		return nil, err
	}
	var list []person
	for _, f := range files {
		o, err := s.load(ctx, tx, actor, f.CaseID, access.CaseIdentity)
		if err != nil || o.retained || !mayHandOut(actor, o.file) {
			return nil, errs.NewConflict("case_error_handout_gone")
		}
		p := person{File: *o.file}
		for place, part := range map[string]struct {
			sealed []byte
			to     any
		}{"alias": {o.file.Alias, &p.Alias}, "identity": {o.file.Identity, &p.Identity}, "narrative": {o.file.Narrative, &p.Narrative}} {
			if err := o.unseal(place, o.file.ID, part.sealed, part.to); err != nil {
				return nil, err
			}
		}
		list = append(list, p)
	}
	return list, nil
}

// sealedBook writes the workbook and encrypts it, in memory.
func sealedBook(people []person, to age.Recipient, loc *i18n.Localizer) ([]byte, error) {
	w := sheet.NewWorkbook()
	defer func() { _ = w.Close() }()
	head, cell := w.Style(sheet.Style{Bold: true, Fill: "E4F0F0", Border: sheet.Box(1, "76827F"), Wrap: true}), w.Style(sheet.Style{Border: sheet.Box(1, "DDE2DF"), Wrap: true, VAlign: "top"})
	s := w.AddSheet(loc.T("case_handout_sheet"), sheet.SheetOptions{RightToLeft: loc.Lang() == i18n.AR, Widths: []float64{14, 20, 20, 14, 18, 24, 18, 28, 18, 28, 10, 14, 18, 22, 70}})
	row := func(style sheet.StyleID, texts ...string) {
		values := make([]sheet.Value, len(texts))
		for i, t := range texts {
			values[i] = sheet.V(t, style)
		}
		s.Row(values...)
	}
	var heads []string
	for _, k := range []string{"code", "family_name", "given_name", "birth", "country", "document", "phone", "address", "languages", "contact", "sex", "age_band", "nationality", "form", "narrative"} {
		heads = append(heads, loc.T("case_"+k))
	}
	row(head, heads...)
	for i := range people {
		p := &people[i]
		d := &p.Identity
		row(cell, p.Code, d.FamilyName, d.GivenName, d.BirthDate, d.Country, d.Document, d.Phone, d.Address, d.Languages, d.Contact,
			Word(loc, "sex", p.Sex), Word(loc, "age", p.AgeBand), Word(loc, "nationality", p.Nationality), Word(loc, "form", p.Form), p.Narrative)
	}
	plain, err := w.Bytes()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(enc, bytes.NewReader(plain)); err != nil {
		return nil, err
	}
	if err := enc.Close(); err != nil { // writes the last block
		return nil, err
	}
	return out.Bytes(), nil
}
