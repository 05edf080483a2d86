package exam

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Pass is one of the two typings of a paper sheet.
type Pass int

// The passes. Settled is a third person's, or the same one's, word on what differs.
const (
	First   Pass = 1
	Second  Pass = 2
	Settled Pass = 3
)

// Cells are what was typed from a sheet by position. A position that is missing was not typed yet; an empty text is a question
// that was left blank on the paper.
type Cells map[int]string

// paperRow is one state of a sheet. Rows never change; the last of a pass counts.
type paperRow struct {
	bun.BaseModel `bun:"table:exam.paper_entry,alias:e"`

	ID          uuid.UUID `bun:",pk"`
	N           int64     `bun:",scanonly"`
	SittingID   uuid.UUID
	Subject     string
	EnrolmentID uuid.UUID `bun:",nullzero"`
	FormID      uuid.UUID
	Pass        Pass
	Cells       Cells     `bun:"type:jsonb"`
	PersonID    uuid.UUID `bun:",nullzero"`
	PersonName  string
	At          time.Time
}

// PaperInput is one sheet as the grid sends it, whole each time.
type PaperInput struct {
	Key          uuid.UUID // made by the browser; a repeat changes nothing
	Pass         Pass
	Form         uuid.UUID
	EnrolmentID  uuid.UUID // when names are used
	PersonalCode string    // when the test is anonymous: as it stands on the sheet
	Subject      string    // of an anonymous sheet that was begun before: see PaperSheet.Subject
	Cells        Cells
	Device       uuid.UUID // the browser's own name; none for what no browser sent
	Turn         int64     // rises with each state that the device made
}

// PaperState says where the sheet of a person is.
type PaperState string

// The states of a sheet.
const (
	PaperNone    PaperState = "none"    // nothing typed
	PaperBegun   PaperState = "begun"   // the first typing has gaps
	PaperOnce    PaperState = "once"    // typed once
	PaperAgain   PaperState = "again"   // the second typing has gaps
	PaperDiffers PaperState = "differs" // the two typings differ
	PaperChecked PaperState = "checked" // the two typings say the same, or what differed was settled
	PaperCounted PaperState = "counted" // in the results
	PaperScreen  PaperState = "screen"  // the person took the test on a screen: paper does not count
)

// PaperAck is the server's word on one sheet: it is in the database, unless the state says that the sheet is closed.
type PaperAck struct {
	Key     uuid.UUID  `json:"key"`
	State   PaperState `json:"state"` // "none" for a sheet that was kept
	Subject string     `json:"subject"`
	Number  int        `json:"number"` // of an anonymous sheet
}

// SavePaper keeps the state of one sheet. A state that comes after a later one of the same device is acknowledged and changes nothing. Whoever took the test on a screen keeps that one, and a sheet in the results stays as it
// is: the answer says so, and nothing is kept.
func (s *Service) SavePaper(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase, in PaperInput) (PaperAck, error) {
	ack := PaperAck{Key: in.Key, State: PaperNone}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, st, err := s.paperSitting(ctx, tx, actor, eventID, phase)
		if err != nil {
			return err
		}
		row, err := s.paperRow(ctx, tx, actor, p, st, in)
		if err != nil {
			return err
		}
		ack.Subject = row.Subject
		if ack.State, err = paperClosed(ctx, tx, st.ID, row.Subject); err != nil || ack.State != PaperNone {
			return err
		}
		newest, err := newestPaper(ctx, tx, row, in)
		if err != nil {
			return err
		}
		if newest {
			if _, err := tx.NewInsert().Model(row).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
				return db.Translate(err)
			}
		}
		if p.Anonymous {
			ack.Number, err = paperNumber(ctx, tx, st.ID, row.Subject)
		}
		return err
	})
	return ack, err
}

// newestPaper tells whether the state of a sheet is later than all that came from its device, and keeps how far the device has come.
func newestPaper(ctx context.Context, tx bun.Tx, row *paperRow, in PaperInput) (bool, error) {
	if in.Device == uuid.Nil {
		return true, nil
	}
	res, err := tx.NewRaw(`INSERT INTO exam.paper_turn AS t (sitting_id, subject, pass, device, turn) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (sitting_id, subject, pass, device) DO UPDATE SET turn = EXCLUDED.turn WHERE t.turn < EXCLUDED.turn`,
		row.SittingID, row.Subject, row.Pass, in.Device, in.Turn).Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// paperSitting reads the test and makes sure that it does not begin, close or change its forms meanwhile.
func (s *Service) paperSitting(ctx context.Context, tx bun.Tx, actor access.Actor, eventID uuid.UUID, phase Phase) (*Pairing, *Sitting, error) {
	if _, err := s.mayRoom(ctx, tx, actor, access.TestRun, eventID); err != nil {
		return nil, nil, err
	}
	if _, err := tx.NewSelect().TableExpr("exam.pairing").Column("id").Where("event_id = ?", eventID).For("SHARE").Exec(ctx); err != nil {
		return nil, nil, db.Translate(err)
	}
	p, err := pairingOf(ctx, tx, eventID)
	if err != nil {
		return nil, nil, err
	}
	st := p.Sitting(phase)
	if st == nil {
		return nil, nil, errs.NewNotFound("exam sitting " + string(phase))
	}
	return p, st, nil
}

func (s *Service) paperRow(ctx context.Context, tx bun.Tx, actor access.Actor, p *Pairing, st *Sitting, in PaperInput) (*paperRow, error) {
	if in.Pass != First && in.Pass != Second || in.Key == uuid.Nil {
		return nil, errs.NewInvalid("error_bad_request")
	}
	subject, err := s.paperSubject(ctx, tx, p, st, in)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(p.forms(st), in.Form) {
		return nil, errs.NewInvalid("error_bad_request")
	}
	list, err := items(ctx, tx, in.Form)
	if err != nil {
		return nil, err
	}
	cells, wrong := cleanCells(list, in.Cells)
	if len(wrong) > 0 {
		return nil, errs.InvalidFields(wrong)
	}
	row := &paperRow{ID: in.Key, SittingID: st.ID, Subject: subject, FormID: in.Form, Pass: in.Pass, Cells: cells, PersonID: actor.PersonID, At: s.now()}
	if !p.Anonymous {
		row.EnrolmentID = in.EnrolmentID
	}
	row.PersonName, err = nameOf(ctx, tx, actor)
	return row, err
}

func (s *Service) paperSubject(ctx context.Context, tx bun.Tx, p *Pairing, st *Sitting, in PaperInput) (string, error) {
	if !p.Anonymous || in.Subject == "" {
		return s.subject(ctx, tx, p, JoinInput{EnrolmentID: in.EnrolmentID, PersonalCode: in.PersonalCode})
	}
	known, err := tx.NewSelect().Model((*paperRow)(nil)).Where("sitting_id = ? AND subject = ?", st.ID, in.Subject).Exists(ctx)
	if err == nil && !known {
		err = errs.NewNotFound("exam paper sheet")
	}
	return in.Subject, db.Translate(err)
}

// forms are the forms that a test can be given with: its own, and in a crossed pair the other one too.
func (p *Pairing) forms(st *Sitting) []uuid.UUID {
	list := []uuid.UUID{st.FormID}
	for _, other := range p.Sittings {
		if p.Crossed && other.FormID != st.FormID {
			list = append(list, other.FormID)
		}
	}
	return list
}

// cleanCells writes cells as they are kept, and names those that are no answer to their question.
func cleanCells(list []Item, typed Cells) (Cells, []errs.Field) {
	cells, wrong := Cells{}, []errs.Field(nil)
	for _, at := range slices.Sorted(maps.Keys(typed)) {
		i := slices.IndexFunc(list, func(it Item) bool { return it.Position == at })
		if i < 0 {
			wrong = append(wrong, errs.Field{Name: CellField(at), Key: "paper_no_question", Args: errs.Args{"question": at}})
			continue
		}
		cells[at] = list[i].PaperClean(typed[at])
		if _, ok := list[i].PaperResponse(cells[at]); !ok {
			wrong = append(wrong, errs.Field{Name: CellField(at), Key: "paper_no_answer", Args: errs.Args{"question": at}})
		}
	}
	return cells, wrong
}

// CellField names the input of a question.
func CellField(position int) string { return "p" + strconv.Itoa(position) }

// paperClosed tells whether a person's test is in the results already, from a screen or from paper.
func paperClosed(ctx context.Context, idb bun.IDB, sitting uuid.UUID, subject string) (PaperState, error) {
	var sources []string
	err := idb.NewSelect().TableExpr("exam.attempt").Column("source").Where("sitting_id = ? AND subject = ? AND voided_at IS NULL", sitting, subject).Scan(ctx, &sources)
	switch {
	case err != nil:
		return PaperNone, db.Translate(err)
	case len(sources) == 0:
		return PaperNone, nil
	case sources[0] == sourcePaper:
		return PaperCounted, nil
	}
	return PaperScreen, nil
}

const sourcePaper = "paper"

// paperNumber is the place of an anonymous sheet in the order in which sheets were first typed.
func paperNumber(ctx context.Context, idb bun.IDB, sitting uuid.UUID, subject string) (int, error) {
	var n int
	err := idb.NewRaw(`SELECT count(*) FROM (SELECT min(n) AS first FROM exam.paper_entry WHERE sitting_id = ?0 GROUP BY subject) x
		WHERE first <= (SELECT min(n) FROM exam.paper_entry WHERE sitting_id = ?0 AND subject = ?1)`, sitting, subject).Scan(ctx, &n)
	return n, db.Translate(err)
}

// SettleInput says what stands on a sheet where the two typings differ.
type SettleInput struct {
	Key     uuid.UUID
	Subject string
	Cells   Cells // of the positions that differ
}

// SettlePaper keeps the word on what differs; the rest is as both typed it.
func (s *Service) SettlePaper(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase, in SettleInput) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, st, err := s.paperSitting(ctx, tx, actor, eventID, phase)
		if err != nil {
			return err
		}
		sheets, err := s.paperSheets(ctx, tx, p, st)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sheets, func(sh PaperSheet) bool { return sh.Subject == in.Subject })
		if i < 0 || len(sheets[i].Differences) == 0 {
			return errs.NewConflict("paper_nothing_to_settle")
		}
		sh := sheets[i]
		cells := maps.Clone(sh.First.Cells)
		for _, d := range sh.Differences {
			if _, ok := in.Cells[d.Position]; !ok {
				return errs.InvalidFields([]errs.Field{{Name: CellField(d.Position), Key: "paper_choose"}})
			}
			cells[d.Position] = in.Cells[d.Position]
		}
		list, err := items(ctx, tx, sh.First.FormID)
		if err != nil {
			return err
		}
		clean, wrong := cleanCells(list, cells)
		if len(wrong) > 0 {
			return errs.InvalidFields(wrong)
		}
		row := &paperRow{ID: in.Key, SittingID: st.ID, Subject: sh.Subject, EnrolmentID: sh.First.EnrolmentID, FormID: sh.First.FormID, Pass: Settled, Cells: clean, PersonID: actor.PersonID, At: s.now()}
		if row.ID == uuid.Nil {
			row.ID = newID()
		}
		if row.PersonName, err = nameOf(ctx, tx, actor); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		return db.Translate(err)
	})
}

// CountPaper takes sheets into the results: those whose two typings agree, and with once those that were typed once too. Each
// becomes a test that was handed in now, on paper. Counting again takes what was not taken yet.
func (s *Service) CountPaper(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase, once bool, lang i18n.Lang) (int, error) {
	n := 0
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.mayRoom(ctx, tx, actor, access.TestRun, eventID); err != nil {
			return err
		}
		p, err := lockTests(ctx, tx, eventID)
		if err != nil {
			return err
		}
		st := p.Sitting(phase)
		if st == nil {
			return errs.NewNotFound("exam sitting " + string(phase))
		}
		sheets, err := s.paperSheets(ctx, tx, p, st)
		if err != nil {
			return err
		}
		now := s.now()
		for _, sh := range sheets {
			if sh.State == PaperChecked || once && sh.State == PaperOnce {
				if err := s.countSheet(ctx, tx, p, st, sh, lang, now); err != nil {
					return err
				}
				n++
			}
		}
		if n == 0 {
			return nil
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "test.paper", Kind: "workshop", ID: eventID.String(),
			Detail: map[string]any{"phase": phase, "sheets": n, "once": once}})
	})
	return n, err
}

// countSheet makes the test of one sheet.
func (s *Service) countSheet(ctx context.Context, tx bun.Tx, p *Pairing, st *Sitting, sh PaperSheet, lang i18n.Lang, now time.Time) error {
	e := sh.final()
	list, err := items(ctx, tx, e.FormID)
	if err != nil {
		return err
	}
	a := &Attempt{ID: newID(), SittingID: st.ID, FormID: e.FormID, Subject: sh.Subject, EnrolmentID: e.EnrolmentID, ResumeCode: digits(4), Items: len(list), Lang: lang,
		Source: sourcePaper, StartedAt: now}
	a.TokenHash = hashToken(token(p.CodeKey, a.ID))
	if _, err := tx.NewInsert().Model(a).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	for _, it := range list {
		r, ok := it.PaperResponse(e.Cells[it.Position])
		if !ok || r.Empty() {
			continue
		}
		_, err := tx.NewRaw(`INSERT INTO exam.answer (id, attempt_id, position, response, client_seq, client_at, server_at, late) VALUES (?, ?, ?, ?::jsonb, 1, ?, ?, false)`,
			newID(), a.ID, it.Position, jsonOf(r), e.At, now).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
	}
	return gradeAttempt(ctx, tx, a, now)
}

// TakeBackPaper takes a sheet out of the results, to be typed again; the test of before stays in the database.
func (s *Service) TakeBackPaper(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase, subject string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.mayRoom(ctx, tx, actor, access.TestRun, eventID); err != nil {
			return err
		}
		p, err := lockTests(ctx, tx, eventID)
		if err != nil {
			return err
		}
		a, st := new(Attempt), p.Sitting(phase)
		if st == nil {
			return errs.NewNotFound("exam sitting " + string(phase))
		}
		err = tx.NewSelect().Model(a).Where("sitting_id = ? AND subject = ? AND source = ? AND voided_at IS NULL", st.ID, subject, sourcePaper).Scan(ctx)
		if err = db.Translate(err); errs.Is(err, errs.NotFound) {
			return errs.NewConflict("paper_not_counted")
		}
		if err != nil {
			return err
		}
		now := s.now()
		if _, err := tx.NewUpdate().Model((*Attempt)(nil)).Set("voided_at = ?", now).Where("id = ?", a.ID).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "test.paper_back", Kind: "attempt", ID: a.ID.String()})
	})
}
