package exam

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam/stats"
)

// Marking is where the marking of a workshop's open answers stands.
type Marking struct {
	Workshop  Workshop
	Questions []MarkingQuestion
}

// MarkingQuestion is one open question of the two tests, with both tests' answers together.
type MarkingQuestion struct {
	ReportItem

	Answers   int // given and submitted
	Marked    int // nothing more is needed
	Mine      int // that the actor can mark now
	Differing int // two marks differ, and a third person has to look
	Agreement []CriterionAgreement
}

// Waiting is how many answers need something from somebody.
func (q MarkingQuestion) Waiting() int { return q.Answers - q.Marked }

// CriterionAgreement is how far two people's marks on one criterion agree.
type CriterionAgreement struct {
	Criterion Criterion
	stats.Agreement
	Least int // the number of answers below which kappa is not shown, see LeastAgreement
}

// Told tells whether kappa says something.
func (a CriterionAgreement) Told() bool { return a.N >= a.Least && a.Kappa.OK }

// LeastAgreement is the number of answers marked twice from which Cohen's kappa on k levels is shown: 2 k^2. It is a rule of thumb
// of this house, two answers for each cell of the table of k by k on average; below it the share of equal marks is all that is
// shown.
func LeastAgreement(k int) int { return 2 * k * k }

// sheetOf is one open answer with its marks.
type sheetOf struct {
	AttemptID uuid.UUID
	Item      ReportItem
	Response  Response
	Marks     []Mark
}

func (s sheetOf) decision() Decision { return Decide(s.Item.Question, s.Marks) }

// sheets reads every open answer of the submitted attempts of a pair, in an order that says nothing about who came when.
func sheets(ctx context.Context, idb bun.IDB, p *Pairing) ([]sheetOf, []ReportItem, error) {
	d, err := readMarks(ctx, idb, p)
	if err != nil {
		return nil, nil, err
	}
	for _, st := range p.Sittings { // a form that nobody has submitted yet has its questions too
		if d.forms[st.FormID] == nil {
			if d.forms[st.FormID], err = inForce(ctx, idb, p.ID, st.FormID); err != nil {
				return nil, nil, err
			}
		}
	}
	marks, err := pairMarks(ctx, idb, p.ID)
	if err != nil {
		return nil, nil, err
	}
	var list []sheetOf
	for _, a := range d.attempts {
		for _, it := range d.forms[a.FormID] {
			if r := d.answers[a.ID][it.Position]; it.open() && !r.Empty() {
				list = append(list, sheetOf{AttemptID: a.ID, Item: it, Response: r, Marks: marks[markPlace{a.ID, it.Position}]})
			}
		}
	}
	slices.SortFunc(list, func(a, b sheetOf) int {
		return cmp.Compare(rank(a.AttemptID, a.Item.VersionID.String()), rank(b.AttemptID, b.Item.VersionID.String()))
	})
	return list, openQuestions(d), nil
}

// open tells whether people mark the question; one that was taken out needs no marks.
func (it ReportItem) open() bool { return it.Type == OpenAnswer && !it.Full }

func openQuestions(d *marks) []ReportItem {
	var list []ReportItem
	seen := map[uuid.UUID]bool{}
	for _, items := range d.forms {
		for _, it := range items {
			if it.open() && !seen[it.VersionID] {
				seen[it.VersionID] = true
				list = append(list, it)
			}
		}
	}
	slices.SortFunc(list, func(a, b ReportItem) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), bytes.Compare(a.VersionID[:], b.VersionID[:]))
	})
	return list
}

type markPlace struct {
	Attempt  uuid.UUID
	Position int
}

func pairMarks(ctx context.Context, idb bun.IDB, pairing uuid.UUID) (map[markPlace][]Mark, error) {
	var rows []Mark
	err := idb.NewSelect().Model(&rows).Join("JOIN exam.attempt AS a ON a.id = mark.attempt_id").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		Where("s.pairing_id = ?", pairing).OrderExpr("mark.seq").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	m := map[markPlace][]Mark{}
	for _, r := range rows {
		at := markPlace{r.AttemptID, r.Position}
		m[at] = append(m[at], r)
	}
	return m, nil
}

// Marking lists the open questions of a workshop's tests with what there is to mark.
func (s *Service) Marking(ctx context.Context, actor access.Actor, eventID uuid.UUID) (Marking, error) {
	w, err := s.may(ctx, s.db, actor, access.TestMark, eventID)
	if err != nil {
		return Marking{}, err
	}
	m := Marking{Workshop: w}
	p, err := pairingOf(ctx, s.db, eventID)
	if errs.Is(err, errs.NotFound) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	list, questions, err := sheets(ctx, s.db, p)
	for _, it := range questions {
		m.Questions = append(m.Questions, markingQuestion(it, list, actor.PersonID))
	}
	return m, err
}

func markingQuestion(it ReportItem, list []sheetOf, me uuid.UUID) MarkingQuestion {
	q := MarkingQuestion{ReportItem: it}
	var decisions []Decision
	for _, sh := range list {
		if sh.Item.VersionID != it.VersionID {
			continue
		}
		d := sh.decision()
		decisions = append(decisions, d)
		q.Answers++
		q.Marked += int(one(d.Need == NeedNone))
		q.Mine += int(one(d.mayMark(me)))
		q.Differing += int(one(d.Need == NeedThird))
	}
	if it.Body.Double {
		q.Agreement = agreements(it.Question, decisions)
	}
	return q
}

// agreements measures on each criterion how the first two people's marks agree (stats.CohenKappa, unweighted). Of each two the
// one whose id is smaller is the first marker throughout, so that with two markers the table is theirs; with more it is pooled.
func agreements(q Question, decisions []Decision) []CriterionAgreement {
	var pairs [][2]Mark
	for _, d := range decisions {
		first := slices.DeleteFunc(slices.Clone(d.Marks), func(m Mark) bool { return m.Settles })
		if len(first) < 2 {
			continue
		}
		a, b := first[0], first[1]
		if bytes.Compare(a.MarkerID[:], b.MarkerID[:]) > 0 {
			a, b = b, a
		}
		if q.valid(a.Levels) && q.valid(b.Levels) {
			pairs = append(pairs, [2]Mark{a, b})
		}
	}
	list := make([]CriterionAgreement, 0, len(q.Criteria()))
	for i, c := range q.Criteria() {
		var a, b []int
		for _, p := range pairs {
			a, b = append(a, p[0].Levels[i]), append(b, p[1].Levels[i])
		}
		list = append(list, CriterionAgreement{Criterion: c, Agreement: stats.CohenKappa(a, b, len(c.Levels), stats.Unweighted), Least: LeastAgreement(len(c.Levels))})
	}
	return list
}

// MarkSheet is one answer to be marked: without a name, and without the test that it comes from.
type MarkSheet struct {
	Workshop Workshop
	Question MarkingQuestion
	Answer   string
	Attempt  uuid.UUID // zero: the actor has nothing to mark here
	Own      *Mark     // the actor's mark, when it is to be corrected
	Others   []Mark    // the two that differ, for the third person
	Marked   []Marked  // what the actor has marked, to be looked at again
}

// Marked is an answer that the actor has marked.
type Marked struct {
	Attempt uuid.UUID
	Answer  string
	Share   float64 // what the actor's mark alone would earn, 0 to 1
}

// MarkNext gives the next answer to a question that the actor can mark, or the one of an attempt, which the actor has marked.
func (s *Service) MarkNext(ctx context.Context, actor access.Actor, eventID, version, attempt uuid.UUID) (MarkSheet, error) {
	w, err := s.may(ctx, s.db, actor, access.TestMark, eventID)
	if err != nil {
		return MarkSheet{}, err
	}
	p, err := pairingOf(ctx, s.db, eventID)
	if err != nil {
		return MarkSheet{}, err
	}
	list, questions, err := sheets(ctx, s.db, p)
	if err != nil {
		return MarkSheet{}, err
	}
	i := slices.IndexFunc(questions, func(it ReportItem) bool { return it.VersionID == version })
	if i < 0 {
		return MarkSheet{}, errs.NewNotFound("exam open question " + version.String())
	}
	m := MarkSheet{Workshop: w, Question: markingQuestion(questions[i], list, actor.PersonID)}
	for _, sh := range list {
		if sh.Item.VersionID == version {
			m.take(sh, actor.PersonID, attempt)
		}
	}
	if attempt != uuid.Nil && m.Attempt != attempt {
		return MarkSheet{}, errs.NewNotFound("exam answer marked by the actor")
	}
	return m, nil
}

// take looks at one answer: the one that is asked for, or the first that the person can mark.
func (m *MarkSheet) take(sh sheetOf, me, wanted uuid.UUID) {
	d := sh.decision()
	own := d.by(me)
	if own != nil {
		m.Marked = append(m.Marked, Marked{Attempt: sh.AttemptID, Answer: sh.Response.Text, Share: sh.Item.ShareOf(own.Levels)})
	}
	switch {
	case wanted != uuid.Nil && (sh.AttemptID != wanted || own == nil):
		return
	case wanted == uuid.Nil && (m.Attempt != uuid.Nil || !d.mayMark(me)):
		return
	}
	m.Attempt, m.Answer, m.Own = sh.AttemptID, sh.Response.Text, own
	if d.Need == NeedThird && own == nil || own != nil && own.Settles {
		m.Others = slices.DeleteFunc(slices.Clone(d.Marks), func(o Mark) bool { return o.Settles })
	}
}

// MarkInput is a mark as a page sends it.
type MarkInput struct {
	Key     uuid.UUID // made by the browser; a repeat changes nothing
	Attempt uuid.UUID
	Version uuid.UUID // the question as asked
	Levels  []int     // for each criterion the place of the level, -1 for none chosen
	Note    string
}

// maxNote is how many letters a note on a mark may have.
const maxNote = 1000

// SaveMark keeps the actor's mark of one open answer and brings the attempt's points up to date. A second mark of the same person
// is a correction: both stay, the later one counts. errs.Conflict "mark_not_yours" when the answer needs nothing from the actor.
func (s *Service) SaveMark(ctx context.Context, actor access.Actor, eventID uuid.UUID, in MarkInput) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.may(ctx, tx, actor, access.TestMark, eventID); err != nil {
			return err
		}
		a, it, err := openAnswerOf(ctx, tx, eventID, in)
		if err != nil {
			return err
		}
		if err := in.check(it); err != nil {
			return err
		}
		return s.saveMark(ctx, tx, actor, a, it, in)
	})
}

// check names what was not chosen.
func (in MarkInput) check(it ReportItem) error {
	var wrong []errs.Field
	for i, c := range it.Criteria() {
		if i >= len(in.Levels) || in.Levels[i] < 0 || in.Levels[i] >= len(c.Levels) {
			wrong = append(wrong, errs.Field{Name: LevelField(i), Key: "mark_choose_level"})
		}
	}
	if len([]rune(in.Note)) > maxNote {
		wrong = append(wrong, errs.Field{Name: "note", Key: "error_too_long", Args: errs.Args{"max": maxNote}})
	}
	return errs.InvalidFields(wrong)
}

// openAnswerOf locks the attempt of a mark and finds the question in its form.
func openAnswerOf(ctx context.Context, tx bun.Tx, eventID uuid.UUID, in MarkInput) (*Attempt, ReportItem, error) {
	a := new(Attempt)
	err := tx.NewSelect().Model(a).Join("JOIN exam.sitting AS s ON s.id = attempt.sitting_id").Join("JOIN exam.pairing AS p ON p.id = s.pairing_id").
		Where("attempt.id = ? AND p.event_id = ? AND attempt.submitted_at IS NOT NULL AND attempt.voided_at IS NULL", in.Attempt, eventID).For("UPDATE OF attempt").Scan(ctx)
	if err != nil {
		return nil, ReportItem{}, db.Translate(err)
	}
	st, err := sittingOf(ctx, tx, a)
	if err != nil {
		return nil, ReportItem{}, err
	}
	list, err := inForce(ctx, tx, st.PairingID, a.formOf(st))
	if err != nil {
		return nil, ReportItem{}, err
	}
	i := slices.IndexFunc(list, func(it ReportItem) bool { return it.VersionID == in.Version && it.open() })
	if i < 0 {
		return nil, ReportItem{}, errs.NewNotFound("exam open question " + in.Version.String())
	}
	return a, list[i], nil
}

func (s *Service) saveMark(ctx context.Context, tx bun.Tx, actor access.Actor, a *Attempt, it ReportItem, in MarkInput) error {
	all, err := marksOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	before := all[it.Position]
	if slices.ContainsFunc(before, func(m Mark) bool { return m.ID == in.Key }) {
		return nil
	}
	d := Decide(it.Question, before)
	own := d.by(actor.PersonID)
	if own == nil && !d.mayMark(actor.PersonID) {
		return errs.NewConflict("mark_not_yours")
	}
	if actor.Name, err = nameOf(ctx, tx, actor); err != nil {
		return err
	}
	m := &Mark{ID: in.Key, AttemptID: a.ID, Position: it.Position, VersionID: it.VersionID, MarkerID: actor.PersonID, MarkerName: actor.Name,
		Levels: in.Levels[:len(it.Criteria())], Settles: own == nil && d.Need == NeedThird || own != nil && own.Settles, Note: in.Note, At: s.now()}
	if m.ID == uuid.Nil {
		m.ID = newID()
	}
	if _, err := tx.NewInsert().Model(m).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if err := rescore(ctx, tx, a); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{At: m.At, Actor: actor, Action: string(access.TestMark), Kind: "attempt", ID: a.ID.String(),
		Detail: map[string]any{"question": it.Code, "correction": own != nil, "settles": m.Settles}})
}
