package exam

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// ReviewRule says when people see what was right.
type ReviewRule string

// The rules.
const (
	ReviewNever  ReviewRule = "never"
	ReviewSubmit ReviewRule = "submit" // as soon as they have submitted
	ReviewClose  ReviewRule = "close"  // when the trainer has closed the test
)

// ReviewRules lists the rules.
func ReviewRules() []ReviewRule { return []ReviewRule{ReviewNever, ReviewSubmit, ReviewClose} }

// Settings say how a form is given.
type Settings struct {
	ShuffleQuestions bool       `json:"shuffle_questions,omitempty"` // another order for each person; questions of one situation stay together
	ShuffleOptions   bool       `json:"shuffle_options,omitempty"`   // of single and multiple choice
	Minutes          int        `json:"minutes,omitempty"`           // from each person's start; 0 for no limit
	Review           ReviewRule `json:"review,omitempty"`            // empty is never
}

// Grace is how long after the end of the time an answer still counts: it may be on its way.
const Grace = 60 * time.Second

// Due is when a person's time ends; zero for no limit. extra are minutes beyond the form's.
func (s Settings) Due(started time.Time, extra int) time.Time {
	if s.Minutes <= 0 {
		return time.Time{}
	}
	return started.Add(time.Duration(s.Minutes+extra) * time.Minute)
}

// Shows tells whether a person may see what was right.
func (s Settings) Shows(a *Attempt, st State) bool {
	switch s.Review {
	case ReviewSubmit:
		return a.Submitted()
	case ReviewClose:
		return a.Submitted() && st == Closed
	case ReviewNever:
	}
	return false
}

// Arrange puts the questions and options of a form into the order of one attempt, which is the same on each of its devices.
// Positions stay those of the form.
func (s Settings) Arrange(list []Item, attempt uuid.UUID) []Item {
	out := slices.Clone(list)
	if s.ShuffleQuestions {
		slices.SortStableFunc(out, func(a, b Item) int {
			return cmp.Compare(rank(attempt, a.group()), rank(attempt, b.group()))
		})
	}
	if s.ShuffleOptions {
		for i := range out {
			out[i].shuffle(attempt)
		}
	}
	return out
}

// group is what stays together: the questions of one situation.
func (it Item) group() string {
	if v := it.Body.Vignette; v != nil {
		return v.Code
	}
	return "p" + strconv.Itoa(it.Position)
}

func (it *Item) shuffle(attempt uuid.UUID) {
	if it.Type != Single && it.Type != Multiple {
		return
	}
	it.Body.Options = slices.Clone(it.Body.Options)
	slices.SortStableFunc(it.Body.Options, func(a, b Option) int {
		return cmp.Compare(rank(attempt, strconv.Itoa(it.Position)+"/"+a.ID), rank(attempt, strconv.Itoa(it.Position)+"/"+b.ID))
	})
}

func rank(attempt uuid.UUID, what string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(attempt[:])
	_, _ = h.Write([]byte(what))
	v := h.Sum64() // fnv leaves like texts near one another: mixed as splitmix64 does
	v ^= v >> 30
	v *= 0xbf58476d1ce4e5b9
	v ^= v >> 27
	v *= 0x94d049bb133111eb
	return v ^ v>>31
}

// settingsOf reads how a form is given.
func settingsOf(ctx context.Context, idb bun.IDB, form uuid.UUID) (Settings, error) {
	var row struct {
		Settings Settings `bun:"type:jsonb"`
	}
	err := idb.NewSelect().TableExpr("exam.form").Column("settings").Where("id = ?", form).Scan(ctx, &row)
	return row.Settings, db.Translate(err)
}

// formFor gives the form that a person takes: the sitting's, or in a crossed pair the form that balances the halves; whoever has
// taken one form before takes the other one now.
func formFor(ctx context.Context, tx bun.Tx, p *Pairing, st *Sitting, subject string) (uuid.UUID, error) {
	pre, post := p.Sitting(Pre), p.Sitting(Post)
	if !p.Crossed || pre == nil || post == nil || pre.FormID == post.FormID {
		return st.FormID, nil
	}
	// one at a time, or two who begin together would both fill the same half
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 7))", p.ID.String()).Exec(ctx); err != nil {
		return uuid.Nil, db.Translate(err)
	}
	var rows []struct {
		FormID uuid.UUID
		Same   bool // this person's, on the other test
		N      int
	}
	err := tx.NewSelect().TableExpr("exam.attempt AS a").ColumnExpr("a.form_id, (a.subject = ? AND a.sitting_id <> ?) AS same, count(*) FILTER (WHERE a.sitting_id = ?) AS n", subject, st.ID, st.ID).
		Where("a.sitting_id IN (?, ?) AND a.voided_at IS NULL AND a.form_id IS NOT NULL", pre.ID, post.ID).GroupExpr("1, 2").Scan(ctx, &rows)
	if err != nil {
		return uuid.Nil, db.Translate(err)
	}
	own, other := st.FormID, pre.FormID
	if own == pre.FormID {
		other = post.FormID
	}
	taken := map[uuid.UUID]int{}
	for _, r := range rows {
		if r.Same { // the form not seen yet
			if r.FormID == own {
				return other, nil
			}
			return own, nil
		}
		taken[r.FormID] += r.N
	}
	if taken[other] < taken[own] {
		return other, nil
	}
	return own, nil
}

// begin fills in what the form says about an attempt.
func (a *Attempt) begin(ctx context.Context, tx bun.Tx, p *Pairing, st *Sitting) error {
	form, err := formFor(ctx, tx, p, st, a.Subject)
	if err != nil {
		return err
	}
	a.FormID = form
	n, err := tx.NewSelect().TableExpr("exam.form_item").Where("form_id = ?", form).Count(ctx)
	if err != nil {
		return db.Translate(err)
	}
	a.Items = int(n)
	s, err := settingsOf(ctx, tx, form)
	if err != nil || s.Minutes == 0 {
		return err
	}
	extra := 0
	err = tx.NewSelect().TableExpr("exam.sitting AS s").ColumnExpr(givenToAll+" + (SELECT coalesce(max(e.minutes), 0) FROM exam.extra_time e WHERE e.pairing_id = s.pairing_id AND e.enrolment_id = ?)", a.EnrolmentID).
		Where("s.id = ?", st.ID).Scan(ctx, &extra)
	a.DueAt = s.Due(a.StartedAt, extra)
	return db.Translate(err)
}

// formOf is the form of an attempt: its own, or the sitting's of attempts that were made before forms could be crossed.
func (a *Attempt) formOf(st *Sitting) uuid.UUID {
	if a.FormID != uuid.Nil {
		return a.FormID
	}
	return st.FormID
}

// Extra is the extra time of one person.
type Extra struct {
	Participant
	Minutes int
}

// ExtraTime lists the people of a workshop with the minutes that each has beyond the time limit.
func (s *Service) ExtraTime(ctx context.Context, actor access.Actor, eventID uuid.UUID) (Workshop, []Extra, error) {
	w, err := s.mayRoom(ctx, s.db, actor, access.TestRun, eventID)
	if err != nil {
		return w, nil, err
	}
	p, err := pairingOf(ctx, s.db, eventID)
	if err != nil {
		return w, nil, err
	}
	if p.Anonymous {
		return w, nil, nil
	}
	people, err := s.roster.ExamParticipants(ctx, s.db, eventID)
	if err != nil {
		return w, nil, err
	}
	var rows []struct {
		EnrolmentID uuid.UUID
		Minutes     int
	}
	err = s.db.NewSelect().TableExpr("exam.extra_time").ColumnExpr("enrolment_id, minutes").Where("pairing_id = ?", p.ID).Scan(ctx, &rows)
	if err != nil {
		return w, nil, db.Translate(err)
	}
	minutes := map[uuid.UUID]int{}
	for _, r := range rows {
		minutes[r.EnrolmentID] = r.Minutes
	}
	list := make([]Extra, len(people))
	for i, person := range people {
		list[i] = Extra{Participant: person, Minutes: minutes[person.EnrolmentID]}
	}
	return w, list, nil
}

// maxExtra is the most that a person can have, in minutes.
const maxExtra = 600

// SetExtraTime gives people of a workshop their minutes beyond the time limit, on both tests; who has begun gets them at once.
func (s *Service) SetExtraTime(ctx context.Context, actor access.Actor, eventID uuid.UUID, minutes map[uuid.UUID]int) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.mayRoom(ctx, tx, actor, access.TestRun, eventID); err != nil {
			return err
		}
		p, err := lockPairing(ctx, tx, eventID)
		if err != nil {
			return err
		}
		now := s.now()
		for enrolment, m := range minutes {
			if err := s.setExtra(ctx, tx, p, enrolment, m, now); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "test.extra_time", Kind: "workshop", ID: eventID.String(),
			Detail: map[string]any{"people": len(minutes)}})
	})
}

func (s *Service) setExtra(ctx context.Context, tx bun.Tx, p *Pairing, enrolment uuid.UUID, m int, now time.Time) error {
	if m < 0 || m > maxExtra {
		return errs.InvalidFields([]errs.Field{{Name: "m_" + enrolment.String(), Key: "error_max", Args: errs.Args{"max": maxExtra}}})
	}
	if ok, err := s.roster.ExamEnrolled(ctx, tx, p.EventID, enrolment); err != nil || !ok {
		if err == nil {
			err = errs.NewNotFound("exam enrolment")
		}
		return err
	}
	_, err := tx.NewRaw(`INSERT INTO exam.extra_time (pairing_id, enrolment_id, minutes, changed_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (pairing_id, enrolment_id) DO UPDATE SET minutes = EXCLUDED.minutes, changed_at = EXCLUDED.changed_at`, p.ID, enrolment, m, now).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	_, err = tx.NewRaw(`UPDATE exam.attempt a SET due_at = a.started_at + make_interval(mins => (f.settings ->> 'minutes')::int + `+givenToAll+`::int + ?)
		FROM exam.form f, exam.sitting s WHERE s.id = a.sitting_id AND s.pairing_id = ? AND f.id = coalesce(a.form_id, s.form_id) AND a.enrolment_id = ?
		AND a.submitted_at IS NULL AND coalesce((f.settings ->> 'minutes')::int, 0) > 0`, m, p.ID, enrolment).Exec(ctx)
	return db.Translate(err)
}
