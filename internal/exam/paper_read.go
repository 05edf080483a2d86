package exam

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// PaperEntry is a sheet as one pass left it.
type PaperEntry struct {
	EnrolmentID uuid.UUID
	FormID      uuid.UUID
	Cells       Cells
	By          string
	At          time.Time

	n int64
}

// whole tells whether every question of the sheet was typed.
func (e *PaperEntry) whole(items map[uuid.UUID][]Item) bool {
	if e == nil {
		return false
	}
	for _, it := range items[e.FormID] {
		if _, ok := e.Cells[it.Position]; !ok {
			return false
		}
	}
	return true
}

// PaperSheet is the sheet of one person.
type PaperSheet struct {
	Participant        // without a name when the test is anonymous
	Subject     string // "" while an enrolled person has no sheet
	Number      int    // of an anonymous sheet, from 1, in the order of the first typing
	State       PaperState
	First       *PaperEntry
	Second      *PaperEntry
	Word        *PaperEntry // what was settled; nil when nothing was, or something was typed again since
	OtherForm   bool        // the two typings say that the sheet is of different forms
	Differences []PaperDifference
}

// PaperDifference is a question for which the two typings differ.
type PaperDifference struct {
	Item          Item
	Position      int
	First, Second string
}

// final is what counts.
func (sh *PaperSheet) final() *PaperEntry {
	if sh.Word != nil {
		return sh.Word
	}
	return sh.First
}

// PaperTest is the paper sheets of one test.
type PaperTest struct {
	Workshop  Workshop
	Pairing   *Pairing
	Phase     Phase
	Forms     []PaperForm // one, or two in a crossed pair
	Sheets    []PaperSheet
	Anonymous bool
}

// PaperForm is a form that sheets are of.
type PaperForm struct {
	ID    uuid.UUID
	Code  string
	Title Text `bun:"type:jsonb"`
	Items []Item
}

// Form gives the form with an id, or the first.
func (p *PaperTest) Form(id uuid.UUID) PaperForm {
	for _, f := range p.Forms {
		if f.ID == id {
			return f
		}
	}
	return p.Forms[0]
}

// Count tells how many sheets are in a state.
func (p *PaperTest) Count(states ...PaperState) int {
	n := 0
	for _, sh := range p.Sheets {
		if slices.Contains(states, sh.State) {
			n++
		}
	}
	return n
}

// Paper reads the sheets of a test with where each stands.
func (s *Service) Paper(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase Phase) (PaperTest, error) {
	w, err := s.mayRoom(ctx, s.db, actor, access.TestRun, eventID)
	if err != nil {
		return PaperTest{}, err
	}
	pair, err := pairingOf(ctx, s.db, eventID)
	if err != nil {
		return PaperTest{}, err
	}
	st := pair.Sitting(phase)
	if st == nil {
		return PaperTest{}, errs.NewNotFound("exam sitting " + string(phase))
	}
	p := PaperTest{Workshop: w, Pairing: pair, Phase: phase, Anonymous: pair.Anonymous}
	for _, id := range pair.forms(st) {
		f := PaperForm{ID: id}
		if err := s.db.NewSelect().TableExpr("exam.form").Column("code", "title").Where("id = ?", id).Scan(ctx, &f); err != nil {
			return p, db.Translate(err)
		}
		if f.Items, err = items(ctx, s.db, id); err != nil {
			return p, err
		}
		p.Forms = append(p.Forms, f)
	}
	p.Sheets, err = s.paperSheets(ctx, s.db, pair, st)
	return p, err
}

// paperSheets puts together what was typed from each sheet; of a test with names everybody on the list has one.
func (s *Service) paperSheets(ctx context.Context, idb bun.IDB, p *Pairing, st *Sitting) ([]PaperSheet, error) {
	sheets, err := typedSheets(ctx, idb, st.ID)
	if err != nil {
		return nil, err
	}
	if !p.Anonymous {
		people, err := s.roster.ExamParticipants(ctx, idb, p.EventID)
		if err != nil {
			return nil, err
		}
		sheets = withPeople(people, sheets)
	}
	forms := map[uuid.UUID][]Item{}
	for _, id := range p.forms(st) {
		if forms[id], err = items(ctx, idb, id); err != nil {
			return nil, err
		}
	}
	closed, err := closedSubjects(ctx, idb, st.ID)
	for i := range sheets {
		sheets[i].judge(forms, closed)
	}
	return sheets, err
}

// begunRow is a row with the place of the sheet's first one.
type begunRow struct {
	paperRow
	Begun int64
}

// typedSheets reads the last row of each pass.
func typedSheets(ctx context.Context, idb bun.IDB, sitting uuid.UUID) ([]PaperSheet, error) {
	var rows []begunRow
	err := idb.NewSelect().TableExpr("exam.paper_entry AS e").DistinctOn("e.subject, e.pass").
		ColumnExpr("e.subject, e.pass, e.n, e.enrolment_id, e.form_id, e.cells, e.person_name, e.at, (SELECT min(n) FROM exam.paper_entry b WHERE b.sitting_id = e.sitting_id AND b.subject = e.subject) AS begun").
		Where("e.sitting_id = ?", sitting).OrderExpr("e.subject, e.pass, e.n DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("exam: paper sheets: %w", db.Translate(err))
	}
	slices.SortStableFunc(rows, func(a, b begunRow) int {
		return cmp.Or(cmp.Compare(a.Begun, b.Begun), cmp.Compare(a.Pass, b.Pass))
	})
	var list []PaperSheet
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].Subject != r.Subject {
			list = append(list, PaperSheet{Subject: r.Subject, Number: len(list) + 1})
		}
		sh := &list[len(list)-1]
		e := &PaperEntry{EnrolmentID: r.EnrolmentID, FormID: r.FormID, Cells: r.Cells, By: r.PersonName, At: r.At, n: r.N}
		switch r.Pass {
		case First:
			sh.First = e
		case Second:
			sh.Second = e
		case Settled:
			sh.Word = e
		}
	}
	return list, nil
}

// withPeople gives each person of a list their sheet; sheets of people who left the list stay at the end.
func withPeople(people []Participant, typed []PaperSheet) []PaperSheet {
	list, at := make([]PaperSheet, 0, len(people)), map[string]int{}
	for _, who := range people {
		subject := "e:" + who.EnrolmentID.String()
		at[subject] = len(list)
		list = append(list, PaperSheet{Participant: who, Subject: subject})
	}
	for _, sh := range typed {
		i, ok := at[sh.Subject]
		if !ok {
			list = append(list, sh)
			continue
		}
		sh.Participant, sh.Number = list[i].Participant, 0
		list[i] = sh
	}
	return list
}

// judge finds out where a sheet stands.
func (sh *PaperSheet) judge(forms map[uuid.UUID][]Item, closed map[string]PaperState) {
	if w := sh.Word; w != nil && (sh.First == nil || sh.Second == nil || w.n < sh.First.n || w.n < sh.Second.n) {
		sh.Word = nil // typed again since
	}
	switch {
	case closed[sh.Subject] != "":
		sh.State = closed[sh.Subject]
	case sh.First == nil && sh.Second == nil:
		sh.State = PaperNone
	case !sh.First.whole(forms):
		sh.State = PaperBegun
	case sh.Second == nil:
		sh.State = PaperOnce
	case !sh.Second.whole(forms):
		sh.State = PaperAgain
	default:
		sh.compare(forms)
	}
}

// compare lists what differs between the two typings.
func (sh *PaperSheet) compare(forms map[uuid.UUID][]Item) {
	sh.State = PaperChecked
	if sh.Word != nil {
		return
	}
	if sh.First.FormID != sh.Second.FormID {
		sh.State, sh.OtherForm = PaperDiffers, true
		return
	}
	for _, it := range forms[sh.First.FormID] {
		if a, b := sh.First.Cells[it.Position], sh.Second.Cells[it.Position]; a != b {
			sh.State = PaperDiffers
			sh.Differences = append(sh.Differences, PaperDifference{Item: it, Position: it.Position, First: a, Second: b})
		}
	}
}

// closedSubjects tells whose test is in the results.
func closedSubjects(ctx context.Context, idb bun.IDB, sitting uuid.UUID) (map[string]PaperState, error) {
	var rows []struct{ Subject, Source string }
	err := idb.NewSelect().TableExpr("exam.attempt").Column("subject", "source").Where("sitting_id = ? AND voided_at IS NULL", sitting).Scan(ctx, &rows)
	m := map[string]PaperState{}
	for _, r := range rows {
		m[r.Subject] = PaperScreen
		if r.Source == sourcePaper {
			m[r.Subject] = PaperCounted
		}
	}
	return m, db.Translate(err)
}

func jsonOf(r Response) string {
	b, err := json.Marshal(r)
	if err != nil { // texts always marshal
		return "{}"
	}
	return string(b)
}
