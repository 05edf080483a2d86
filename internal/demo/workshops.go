package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

// plan is one workshop to make: where it stands and how many days from today it begins.
type plan struct {
	title, ar   string
	kind        workshop.Kind
	state       workshop.State
	offset      int // days from today to the first day
	days        int
	people      int
	venue       string
	governorate string
	forms       string // spokenForms, or the course whose two parallel forms are its tests; empty: none
}

var plans = [...]plan{
	{"Détection et premier contact", "الرصد والاتصال الأول", workshop.Workshop, workshop.Closed, -150, 2, 24, "Hôtel fictif, Tunis", "TN-11", "detection"},
	{"Assistance et protection des victimes", "مساعدة الضحايا وحمايتهم", workshop.Workshop, workshop.Closed, -90, 3, 26, "Centre de formation fictif, Sfax", "TN-61", "assistance"},
	{"Formation de formateurs", "تكوين المكوّنين", workshop.TOT, workshop.Closed, -45, 2, 14, "Hôtel fictif, Sousse", "TN-51", spokenForms},
	{"Détection et orientation, région Sud", "الرصد والإحالة بجهة الجنوب", workshop.Workshop, workshop.Running, 0, 2, 25, "Maison de la culture fictive, Gabès", "TN-81", "detection"},
	{"Vie au centre d'hébergement", "الحياة في مركز الإيواء", workshop.Workshop, workshop.Confirmed, 14, 2, 22, "Centre Les Oliviers (fictif)", "TN-11", "assistance"},
	{"Entretien et soutien psychologique", "المقابلة والمساندة النفسية", workshop.Workshop, workshop.Open, 30, 2, 18, "Hôtel fictif, Béja", "TN-31", "detection"},
	{"Visite d'étude en Jordanie", "زيارة دراسية إلى الأردن", workshop.StudyVisit, workshop.Draft, 60, 4, 8, "Amman", "", ""},
	{"Réunion de coordination du MNO", "اجتماع تنسيق الآلية الوطنية للإحالة", workshop.Meeting, workshop.Cancelled, 21, 1, 10, "Tunis", "TN-11", ""},
}

// A large filling: 100,000 people make 5,000 workshops and about a million marks, over some years; tests, agenda, paper and self
// check-in, which take most of the time, are those of one workshop of ten.
const (
	peoplePerWorkshop = 20
	largePeople       = 40
	largeSpread       = 3 * 365 // days
	largeWhole        = 10
)

// more is the i-th workshop of a large filling, after those that are planned by name: one of the past ones again.
func more(i int) plan {
	p := plans[i%3]
	p.offset -= i % largeSpread
	p.title = fmt.Sprintf("%s, session %d", p.title, i/len(plans)+1)
	p.people = largePeople
	if p.forms == spokenForms { // two people would mark open answers for days
		p.forms = "detection"
	}
	if lean(i) {
		p.forms = ""
	}
	return p
}

// lean tells of the i-th workshop whether it is one of many in a large filling, with marks and certificates alone.
func lean(i int) bool { return i >= len(plans) && i%largeWhole != 0 }

func (f *filler) makeWorkshops(ctx context.Context) error {
	n := max(len(plans), f.o.People/peoplePerWorkshop)
	for i := range n {
		p := more(i)
		if i < len(plans) {
			p = plans[i]
		}
		if err := f.makeWorkshop(ctx, i, p); err != nil {
			return fmt.Errorf("demo: workshop %q: %w", p.title, err)
		}
	}
	f.Clock.Set(f.o.Now)
	return nil
}

func (f *filler) makeWorkshop(ctx context.Context, i int, p plan) error {
	start := f.o.Now.AddDate(0, 0, p.offset)
	f.Clock.Set(earlier(start.AddDate(0, 0, -28), f.o.Now.Add(-time.Hour)))
	trainer := f.trainer(i % 2)
	in := workshop.CreateInput{Details: workshop.Details{Kind: p.kind, Title: p.title, TitleAR: p.ar, Venue: p.venue, Governorate: p.governorate, Capacity: p.people + 4,
		Project: "Projet SHELTER", Topics: p.title}, Start: start, Days: p.days, Trainers: []uuid.UUID{trainer.PersonID}}
	if p.forms == spokenForms { // two people mark its open answers
		in.Trainers = append(in.Trainers, f.trainer((i+1)%2).PersonID)
	}
	if i == 0 { // its certificate asks for the post-test too
		in.PassMark = 0.5
	}
	if p.kind == workshop.StudyVisit {
		in.TimeZone = "Asia/Amman"
	}
	ev, err := f.Workshop.Create(ctx, system, in)
	if err != nil {
		return err
	}
	if _, err := f.Workshop.EnrolMany(ctx, trainer, ev.ID, f.pick(i, p.people), workshop.EnrolOptions{Source: "demo", Full: workshop.WaitFull}); err != nil {
		return err
	}
	if !lean(i) {
		if err := f.prepare(ctx, trainer, ev.ID, p); err != nil {
			return err
		}
	}
	if err := f.runWorkshop(ctx, ev.ID, p, i); err != nil {
		return err
	}
	if p.state == workshop.Confirmed {
		if err := f.invite(ctx, trainer, ev.ID); err != nil {
			return err
		}
	}
	if p.state == workshop.Open {
		if err := f.nominations(ctx, trainer, ev.ID, p.people); err != nil {
			return err
		}
		if err := f.askers(ctx, trainer, ev.ID); err != nil {
			return err
		}
	}
	f.done.Workshops = append(f.done.Workshops, Workshop{Code: ev.Code, Title: p.title, State: string(p.state)})
	return nil
}

// pick chooses people: the first trainees are on the list of each workshop that is planned by name, so that whoever signs in
// as one sees something.
func (f *filler) pick(i, n int) []uuid.UUID {
	n = min(n, len(f.people))
	list := make([]uuid.UUID, 0, n)
	if i < len(plans) {
		list = append(list, f.people[:min(trainees, n)]...)
	}
	from := (i * 37) % len(f.people)
	for k := 0; len(list) < n; k++ {
		if at := (from + k) % len(f.people); at >= trainees {
			list = append(list, f.people[at])
		}
	}
	return list
}

// path is how a workshop comes to its state.
var path = map[workshop.State][]workshop.State{
	workshop.Open:      {workshop.Open},
	workshop.Confirmed: {workshop.Open, workshop.Confirmed},
	workshop.Running:   {workshop.Open, workshop.Confirmed, workshop.Running},
	workshop.Closed:    {workshop.Open, workshop.Confirmed, workshop.Running, workshop.Closed},
	workshop.Cancelled: {workshop.Open, workshop.Cancelled},
}

func (f *filler) runWorkshop(ctx context.Context, id uuid.UUID, p plan, i int) error {
	trainer := f.trainer(i % 2)
	for _, s := range path[p.state] {
		reason := ""
		switch s {
		case workshop.Cancelled:
			reason = "Report à une date ultérieure"
		case workshop.Closed:
			if err := f.teach(ctx, id, p, i); err != nil {
				return err
			}
		case workshop.Draft, workshop.Open, workshop.Confirmed, workshop.Running:
		}
		if err := f.Workshop.SetState(ctx, trainer, id, s, reason); err != nil {
			return err
		}
	}
	switch {
	case p.state == workshop.Running:
		return f.teach(ctx, id, p, i)
	case p.state == workshop.Closed:
		if err := f.certify(ctx, trainer, id); err != nil || p.forms == "" {
			return err
		}
		return f.ask(ctx, id, p)
	case p.forms != "" && p.state != workshop.Draft:
		return f.pair(ctx, id, p, i)
	}
	return nil
}

// teach lets the half-days that are over happen: marks, and the two tests at the beginning and the end.
func (f *filler) teach(ctx context.Context, id uuid.UUID, p plan, i int) error {
	trainer := f.trainer(i % 2)
	v, err := f.Workshop.View(ctx, trainer, access.WorkshopView, id)
	if err != nil {
		return err
	}
	if p.forms != "" {
		if err := f.pair(ctx, id, p, i); err != nil {
			return err
		}
	}
	for k, slot := range v.Slots {
		if slot.EndsAt.After(f.o.Now) {
			break
		}
		f.Clock.Set(slot.StartsAt.Add(20 * time.Minute))
		if err := f.fillSlot(ctx, id, v, k, i); err != nil {
			return err
		}
		if err := f.signOnScreen(ctx, id, k, i); err != nil {
			return err
		}
		if k == 0 && p.forms != "" {
			err = f.sit(ctx, id, i, exam.Pre, v)
		}
		if k == len(v.Slots)-1 && p.forms != "" {
			f.Clock.Set(slot.EndsAt.Add(-30 * time.Minute))
			err = f.sit(ctx, id, i, exam.Post, v)
		}
		if err != nil {
			return err
		}
	}
	f.Clock.Set(earlier(v.Slots[len(v.Slots)-1].EndsAt.Add(time.Hour), f.o.Now))
	if p.forms == spokenForms {
		return f.markOpen(ctx, id, i)
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// fillSlot is one half-day's presence: some check in by themselves, the trainer marks the others, and the sheet is typed in.
func (f *filler) fillSlot(ctx context.Context, id uuid.UUID, v *workshop.View, k, i int) error {
	if lean(i) {
		return f.markSlot(ctx, id, v, k, i, nil)
	}
	self, err := f.checkIn(ctx, id, v, k, i)
	if err != nil {
		return err
	}
	if err := f.markSlot(ctx, id, v, k, i, self); err != nil {
		return err
	}
	return f.typePaper(ctx, id, k, i)
}

func (f *filler) markSlot(ctx context.Context, id uuid.UUID, v *workshop.View, k, i int, self map[uuid.UUID]bool) error {
	slot := v.Slots[k]
	b := workshop.Batch{Device: "demo", SentAt: f.Clock.Now()}
	for _, p := range v.Enrolled() {
		if self[p.EnrolmentID] {
			continue
		}
		m := workshop.MarkInput{Key: uuid.Must(uuid.NewV7()), SlotID: slot.ID, EnrolmentID: p.EnrolmentID, Status: workshop.Present, ClientAt: f.Clock.Now()}
		switch n := f.rnd.IntN(40); {
		case n < 3:
			m.Status, m.Arrived = workshop.Late, slot.StartsAt.Add(25*time.Minute).In(v.Event.Zone()).Format("15:04")
		case n < 5:
			m.Status, m.Left = workshop.LeftEarly, slot.EndsAt.Add(-40*time.Minute).In(v.Event.Zone()).Format("15:04")
		case n == 5:
			m.Status, m.Reason = workshop.Excused, "Urgence de service"
		case n < 8:
			m.Status = workshop.Absent
		}
		b.Marks = append(b.Marks, m)
	}
	answers, err := f.Workshop.MarkBatch(ctx, f.trainer(i%2), id, b)
	if err != nil {
		return err
	}
	for _, a := range answers {
		if a.Err != nil {
			return a.Err
		}
	}
	return nil
}

// pair sets the tests up with the two parallel forms of the course.
func (f *filler) pair(ctx context.Context, id uuid.UUID, p plan, i int) error {
	if p.forms == spokenForms {
		return f.Exam.Pair(ctx, f.trainer(i%2), id, exam.PairingInput{PreForm: f.spoken, PostForm: f.spoken})
	}
	in, err := f.parallel(ctx, p.forms)
	if err != nil {
		return err
	}
	return f.Exam.Pair(ctx, f.trainer(i%2), id, in)
}

// parallel are the two forms of a course.
func (f *filler) parallel(ctx context.Context, course string) (exam.PairingInput, error) {
	in := exam.PairingInput{}
	forms, err := f.Exam.Forms(ctx, system)
	if err != nil {
		return in, err
	}
	for _, form := range forms {
		switch form.Code {
		case course + "-A":
			in.PreForm = form.ID
		case course + "-B":
			in.PostForm = form.ID
		}
	}
	if in.PreForm == uuid.Nil || in.PostForm == uuid.Nil {
		return in, errs.NewConflict("demo_no_forms")
	}
	return in, nil
}

// sit lets the people take a test: before the workshop they know about half, afterwards more; some miss one of the two.
func (f *filler) sit(ctx context.Context, id uuid.UUID, i int, ph exam.Phase, v *workshop.View) error {
	trainer := f.trainer(i % 2)
	if err := f.Exam.Open(ctx, trainer, id, ph); err != nil {
		return err
	}
	board, err := f.Exam.Board(ctx, trainer, id)
	if err != nil {
		return err
	}
	for n, p := range v.Enrolled() {
		if n%11 == 10 && (ph == exam.Pre) == (n%2 == 0) {
			continue
		}
		if err := f.take(ctx, board.Pairing.RoomCode, p.EnrolmentID, ph, n); err != nil {
			return err
		}
	}
	return f.Exam.Close(ctx, trainer, id, ph)
}

func (f *filler) take(ctx context.Context, room string, enrolment uuid.UUID, ph exam.Phase, n int) error {
	lang := i18n.FR
	if n%4 == 0 {
		lang = i18n.AR
	}
	t, err := f.Exam.Join(ctx, exam.JoinInput{RoomCode: room, EnrolmentID: enrolment, Lang: lang})
	if err != nil {
		return err
	}
	return f.answer(ctx, t, ph, n)
}

// hardest is the objective that the invented people find hardest, so that there is something to teach again.
const hardest = "D5"

// answer answers a test and hands it in.
func (f *filler) answer(ctx context.Context, t exam.Ticket, ph exam.Phase, n int) error {
	taking, err := f.Exam.Taking(ctx, t.AttemptID, t.Token)
	if err != nil {
		return err
	}
	knows := 35 + (n*13)%35 // per cent
	if ph == exam.Post {
		knows += 15 + (n*7)%20
	}
	answers := make([]exam.Answer, 0, len(taking.Items))
	for k, it := range taking.Items {
		knows := knows
		if it.Objective == hardest {
			knows -= 30
		}
		answers = append(answers, exam.Answer{Key: uuid.Must(uuid.NewV7()), Position: it.Position, Response: f.choose(it, knows),
			ClientSeq: int64(k + 1), ClientAt: f.Clock.Now()})
	}
	if _, err := f.Exam.Save(ctx, t.AttemptID, t.Token, answers); err != nil {
		return err
	}
	_, err = f.Exam.Submit(ctx, t.AttemptID, t.Token)
	return err
}

// choose answers a choice question: rightly with the given chance, harder ones less often, otherwise any option.
func (f *filler) choose(it exam.Item, knows int) exam.Response {
	if it.Type == exam.OpenAnswer {
		return exam.Response{Text: spoken[f.rnd.IntN(len(spoken))]}
	}
	right := f.rnd.IntN(100) < knows-10*(it.Difficulty-2)
	for _, o := range it.Body.Options {
		if right && o.Correct {
			return exam.Response{Choice: []string{o.ID}}
		}
	}
	return exam.Response{Choice: []string{it.Body.Options[f.rnd.IntN(len(it.Body.Options))].ID}}
}
