package exam

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam/match"
	"shelter/internal/i18n"
)

// Room is what somebody with the room code sees before beginning.
type Room struct {
	Code      string
	EventID   uuid.UUID
	Workshop  Workshop
	Anonymous bool
	Phase     Phase // empty when no test is open
	People    []Participant
}

// Room finds the workshop of a room code.
// public: participants have no account; the code on the projector is the key, and names are shown only while a test is open.
func (s *Service) Room(ctx context.Context, code string) (Room, error) {
	p, err := pairingByCode(ctx, s.db, code)
	if err != nil {
		return Room{}, err
	}
	w, err := s.roster.ExamWorkshop(ctx, s.db, p.EventID)
	if err != nil {
		return Room{}, err
	}
	r := Room{Code: p.RoomCode, EventID: p.EventID, Workshop: w, Anonymous: p.Anonymous}
	open := p.OpenSitting()
	if open == nil {
		return r, nil
	}
	r.Phase = open.Phase
	if !p.Anonymous {
		r.People, err = s.roster.ExamParticipants(ctx, s.db, p.EventID)
	}
	return r, err
}

func pairingByCode(ctx context.Context, idb bun.IDB, code string) (*Pairing, error) {
	p := new(Pairing)
	err := idb.NewSelect().Model(p).Relation("Sittings").Where("pairing.room_code = ? AND pairing.course IS NULL", cleanCode(code)).Scan(ctx)
	if err != nil {
		err = db.Translate(err)
		if errs.Is(err, errs.NotFound) {
			return nil, errs.InvalidFields([]errs.Field{{Name: "code", Key: "exam_room_unknown"}})
		}
		return nil, err
	}
	return p, nil
}

// cleanCode keeps the digits of a code, typed with blanks, dashes or Arabic-Indic digits.
func cleanCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, westernDigits(code))
}

// JoinInput is who begins, or goes on with, a test.
type JoinInput struct {
	RoomCode     string
	EnrolmentID  uuid.UUID // when names are used
	PersonalCode string    // when the test is anonymous
	ResumeCode   string    // shown on the first device; opens the same attempt on another one
	Key          uuid.UUID // made by the browser; a repeat with it, after a lost answer, goes on with what it began
	Lang         i18n.Lang

	person uuid.UUID // who takes a test of a course
}

// Ticket opens one attempt on a device.
type Ticket struct {
	AttemptID uuid.UUID
	Token     string // the secret of the attempt, the same on each of its devices
	Resumed   bool
}

// maxResumeTries is how many wrong resume codes an attempt bears; afterwards only the trainer's list shows the code.
const maxResumeTries = 8

// Join begins an attempt in the test that is open, or goes on with it when the resume code is right. The same person who
// begins twice gets errs.Conflict "exam_already_started".
// public: see Room.
func (s *Service) Join(ctx context.Context, in JoinInput) (Ticket, error) {
	var t Ticket
	var wrong *errs.Error
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, st, err := openSitting(ctx, tx, in.RoomCode)
		if err != nil {
			return err
		}
		subject, err := s.subject(ctx, tx, p, in)
		if err != nil {
			return err
		}
		a, fresh, err := beginOrFind(ctx, tx, p, st, subject, in, s.now())
		if err != nil {
			return err
		}
		if !fresh && !a.begunWith(in.Key) {
			wrong, err = checkResume(ctx, tx, a, in.ResumeCode)
			if err != nil || wrong != nil {
				return err // a wrong try is counted, so the transaction commits
			}
		}
		t = Ticket{AttemptID: a.ID, Token: token(p.CodeKey, a.ID), Resumed: !fresh}
		return nil
	})
	if err == nil && wrong != nil {
		err = wrong
	}
	return t, err
}

func openSitting(ctx context.Context, tx bun.Tx, code string) (*Pairing, *Sitting, error) {
	p, err := pairingByCode(ctx, tx, code)
	if err != nil {
		return nil, nil, err
	}
	st := p.OpenSitting()
	if st == nil {
		return nil, nil, errs.NewConflict("exam_not_open")
	}
	return p, st, staysOpen(ctx, tx, st)
}

// staysOpen locks the sitting's row in share mode: it cannot close while somebody begins.
func staysOpen(ctx context.Context, tx bun.Tx, st *Sitting) error {
	var id uuid.UUID
	err := db.Translate(tx.NewSelect().TableExpr("exam.sitting").Column("id").Where("id = ? AND state = ?", st.ID, Open).For("SHARE").Scan(ctx, &id))
	if errs.Is(err, errs.NotFound) {
		err = errs.NewConflict("exam_not_open")
	}
	return err
}

// subject is what pairs a person's two tests: the enrolment, or a digest of the personal code that nobody can turn back
// into the code without the pairing's key.
func (s *Service) subject(ctx context.Context, tx bun.Tx, p *Pairing, in JoinInput) (string, error) {
	if p.Anonymous {
		return personalSubject(p.CodeKey, in.PersonalCode)
	}
	enrolled, err := s.roster.ExamEnrolled(ctx, tx, p.EventID, in.EnrolmentID)
	if err != nil {
		return "", err
	}
	if enrolled {
		return "e:" + in.EnrolmentID.String(), nil
	}
	return "", errs.InvalidFields([]errs.Field{{Name: "enrolment", Key: "exam_choose_name"}})
}

// minPersonalCode is the least number of letters and digits in a personal code: shorter ones collide in a room of thirty.
const minPersonalCode = 4

func personalSubject(key []byte, code string) (string, error) {
	folded := strings.ReplaceAll(match.Fold(code, match.Default), " ", "")
	if len([]rune(folded)) < minPersonalCode {
		return "", errs.InvalidFields([]errs.Field{{Name: "personal_code", Key: "exam_personal_code_short", Args: errs.Args{"min": minPersonalCode}}})
	}
	return "c:" + hex.EncodeToString(mac(key, "code:"+folded)), nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func token(key []byte, attemptID uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(mac(key, "token:"+attemptID.String()))
}

func hashToken(t string) []byte {
	sum := sha256.Sum256([]byte(t))
	return sum[:]
}

func beginOrFind(ctx context.Context, tx bun.Tx, p *Pairing, st *Sitting, subject string, in JoinInput, now time.Time) (*Attempt, bool, error) {
	a := &Attempt{ID: newID(), SittingID: st.ID, Subject: subject, ResumeCode: digits(4), Lang: in.Lang, Source: "phone", StartedAt: now, JoinKey: in.Key}
	a.TokenHash = hashToken(token(p.CodeKey, a.ID))
	if !p.Anonymous {
		a.EnrolmentID, a.PersonID = in.EnrolmentID, in.person
	}
	if err := a.begin(ctx, tx, p, st); err != nil {
		return nil, false, err
	}
	res, err := tx.NewInsert().Model(a).On("CONFLICT (sitting_id, subject) WHERE voided_at IS NULL DO NOTHING").Exec(ctx)
	if err != nil {
		return nil, false, db.Translate(err)
	}
	if made, _ := res.RowsAffected(); made == 1 {
		return a, true, nil
	}
	found := new(Attempt)
	err = tx.NewSelect().Model(found).Where("sitting_id = ? AND subject = ? AND voided_at IS NULL", st.ID, subject).For("UPDATE").Scan(ctx)
	return found, false, db.Translate(err)
}

// begunWith tells whether the attempt was begun by the same page of the same browser.
func (a *Attempt) begunWith(key uuid.UUID) bool {
	return key != uuid.Nil && a.JoinKey == key && !a.Submitted()
}

// checkResume compares the resume code and counts a wrong one.
func checkResume(ctx context.Context, tx bun.Tx, a *Attempt, code string) (*errs.Error, error) {
	if code == "" {
		return errs.NewConflict("exam_already_started"), nil
	}
	if a.ResumeTries >= maxResumeTries {
		return errs.NewConflict("exam_resume_blocked"), nil
	}
	if subtle.ConstantTimeCompare([]byte(cleanCode(code)), []byte(a.ResumeCode)) == 1 {
		_, err := tx.NewUpdate().Model(a).Set("resume_tries = 0").WherePK().Exec(ctx)
		return nil, err
	}
	_, err := tx.NewUpdate().Model(a).Set("resume_tries = resume_tries + 1").WherePK().Exec(ctx)
	return &errs.Error{Kind: errs.Invalid, Key: "error_form", Args: errs.Args{"n": 1},
		Fields: []errs.Field{{Name: "resume_code", Key: "exam_resume_wrong"}}}, err
}
