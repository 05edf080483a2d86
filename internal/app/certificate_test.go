package app_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/certificate"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/workshop"
)

// learned makes a trainee who has finished the small course, and can be written to when there is an address.
func (h *house) learned(family, email string) (org.Person, access.Actor) {
	h.t.Helper()
	p := h.person(family, access.Trainee)
	if email != "" {
		h.db.Exec(`UPDATE org.person SET email = $1 WHERE id = $2`, email, p.ID)
	}
	a := access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}
	h.finish(a, "01-un", 1)
	h.finish(a, "02-deux", 3)
	return p, a
}

// mailed gives the words of the messages of a kind that wait, oldest first, and sends them.
func (h *house) mailed(kind string) int {
	h.t.Helper()
	var ids []uuid.UUID
	h.must(h.db.Owner().NewRaw("SELECT id FROM jobs.message WHERE kind = ? AND sent_at IS NULL", kind).Scan(h.ctx, &ids))
	for _, id := range ids {
		h.must(h.Outbox.Deliver(h.ctx, h.DB, id))
	}
	return len(ids)
}

func (h *house) certificateOf(p org.Person) string {
	h.t.Helper()
	return h.one(`SELECT id::text FROM certificate.certificate WHERE revoked_at IS NULL AND person_id = '` + p.ID.String() + `' ORDER BY issued_at DESC, number DESC LIMIT 1`)
}

func TestCertificatesOfACourse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	const at = "/courses/essai/certificates"
	m := h.signedIn(h.person("Gérante", access.Manager))
	m.contains(m.get(at, 200), "Personne n&#39;a encore terminé ce cours", "Toutes les leçons du cours", "Vous délivrez les attestations vous-même")
	m.get("/courses/essai/print/certificates", 404)
	m.get("/courses/aucun/certificates", 404)
	m.post("/courses/aucun/certificates/rule", 404, "given", "on")

	jlassi, own := h.learned("Jlassi", "jlassi@exemple.tn")
	zribi, _ := h.learned("Zribi", "")
	half := h.person("Moitié", access.Trainee)
	h.finish(access.Actor{PersonID: half.ID, Grants: own.Grants}, "01-un", 1)
	for _, role := range []access.Role{access.Trainer, access.Trainee, access.Observer, access.Admin} {
		b := h.signedIn(h.person("Autre "+string(role), role))
		b.get(at, 404)
		b.post(at, 404)
		b.post(at+"/mail", 404)
		b.post(at+"/rule", 404, "given", "on")
		b.get("/courses/essai/print/certificates", 404)
	}
	learner := h.signedIn(jlassi)
	learner.contains(learner.get("/courses/essai", 200), "Votre attestation n&#39;est pas encore délivrée")
	board := m.get(at, 200)
	m.contains(board, "Jlassi", "Zribi", "Délivrer 2 attestations")
	m.lacks(board, "Moitié")
	m.post(at, 303)
	m.post(at, 303)
	h.mustCount(2, "SELECT count(*) FROM certificate.certificate WHERE course = 'essai' AND event_id IS NULL AND planned = 2 AND attended = 2 AND minutes = 18 AND valid_until IS NOT NULL")
	sheets := m.get("/courses/essai/print/certificates", 200)
	m.contains(sheets, "Attestation de fin de cours", "Jlassi", "Zribi", "Leçons terminées : 2 sur 2", "Compétence valable jusqu")
	m.lacks(sheets, "emi-journées", "Pour l&#39;équipe de formation", "Post-test")
	m.contains(m.get("/courses/essai/print/certificates?lang=ar&place="+jlassi.ID.String(), 200), "شهادة إتمام دورة", "تجربة")
	m.lacks(m.get("/courses/essai/print/certificates?place="+jlassi.ID.String(), 200), "Zribi")

	id := h.certificateOf(jlassi)
	learner.contains(learner.get("/certificates", 200), "Un essai", "/certificates/"+id+"/print")
	learner.contains(learner.get("/courses/essai", 200), "/certificates/"+id+"/print")
	learner.contains(learner.get("/certificates/"+id+"/print", 200), "Jlassi", "Attestation de fin de cours")
	learner.get("/certificates/"+h.certificateOf(zribi)+"/print", 404)
	learner.contains(learner.get("/certificates/"+id+"/badge.svg", 200), "Attestation de fin de cours")
	learner.contains(learner.get("/record", 200), "2 sur 2 leçons")
	h.signedIn(half).get("/certificates/"+id+"/print", 404)

	behind, err := h.Figures.Evidence(h.ctx, system, programme.Indicator{Query: "certificates"}, h.Now().AddDate(0, 0, -1), h.Now())
	h.must(err)
	if len(behind) != 2 || behind[0].Href != at {
		t.Errorf("behind the figure: %+v", behind)
	}
	code := h.one(`SELECT code FROM certificate.certificate WHERE id = '` + id + `'`)
	visitor := h.browser()
	check := visitor.get("/v/"+code, 200)
	visitor.contains(check, "Un essai", "Compétence valable jusqu", "Attestation valable")
	visitor.lacks(check, "Jlassi")
	h.turn(366 * 24 * time.Hour)
	visitor.contains(visitor.get("/v/"+code, 200), "compétence échue")
}

func TestCertificatesOfACourseByTheRule(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	const at = "/courses/essai/certificates"
	trainer := h.person("Ayari", access.Trainer)
	_, form, _ := h.paperRoom(trainer)
	m := h.signedIn(h.person("Gérante", access.Manager))
	m.contains(m.post(at+"/rule", 422, "given", "on", "pass_mark", "130"), "1 à 100", `value="130"`)
	m.post(at+"/rule", 303, "given", "on", "by_itself", "on", "pass_mark", "50")
	m.contains(m.get(at, 200), "aucun test n&#39;est préparé", "d&#39;elle-même", "Au moins 50\u202f% des points")

	post := exam.CourseID("essai")
	h.must(h.Exam.Pair(h.ctx, system, post, exam.PairingInput{PreForm: form, PostForm: form}))
	h.must(h.Exam.Open(h.ctx, system, post, exam.Post))
	good, goodActor := h.learned("Bonne", "bonne@exemple.tn")
	bad, badActor := h.learned("Faible", "faible@exemple.tn")
	h.learned("Absente", "")
	h.must(h.Certificate.Tick(h.ctx))
	h.mustCount(0, "SELECT count(*) FROM certificate.certificate")
	for _, c := range []struct {
		actor  access.Actor
		choice string
	}{{goodActor, "c"}, {badActor, "a"}} { // one of two points is exactly the half; none is not
		k, err := h.Exam.BeginCourse(h.ctx, c.actor, "essai", exam.Post, i18n.FR)
		h.must(err)
		_, err = h.Exam.Save(h.ctx, k.AttemptID, k.Token, []exam.Answer{{Key: uuid.New(), Position: 1, Response: exam.Response{Choice: []string{c.choice}}, ClientSeq: 1, ClientAt: h.Now()}})
		h.must(err)
		_, err = h.Exam.Submit(h.ctx, k.AttemptID, k.Token)
		h.must(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := h.Certificate.Tick(h.ctx); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	h.mustCount(1, "SELECT count(*) FROM certificate.certificate")
	h.mustCount(1, "SELECT last FROM certificate.counter")
	if n := h.mailed("certificate"); n != 1 {
		t.Errorf("%d messages", n)
	}
	board := m.get(at, 200)
	m.contains(board, "Bonne", "50\u202f%", "Faible", "0\u202f%", "Non remis")
	m.lacks(board, "Délivrer ")
	paper := m.get("/courses/essai/print/certificates", 200)
	m.contains(paper, "Post-test réussi : au moins 50\u202f% des points")

	// a paper opens by its address to whoever has it, and to nobody else
	id := h.certificateOf(good)
	address := strings.TrimPrefix(h.Certificate.PaperURL(uuid.MustParse(id)), h.Config.PublicURL)
	visitor := h.browser()
	visitor.contains(visitor.get(address, 200), "Bonne")
	visitor.contains(visitor.get(address+"?lang=ar", 200), "شهادة إتمام دورة")
	visitor.get(address[:len(address)-1]+"-", 404)
	visitor.get("/certificates/"+uuid.NewString()+"/paper/"+address[strings.LastIndex(address, "/")+1:], 404)
	if code := h.one(`SELECT code FROM certificate.certificate WHERE id = '` + id + `'`); strings.Contains(visitor.get("/v/"+code, 200).body, "/paper/") {
		t.Error("the public check leads to the paper")
	}
	// who has it decides what the public check shows, and takes the badge along
	choice := strings.Replace(address, "/paper/", "/holder/", 1)
	verify := "/v/" + h.one(`SELECT code FROM certificate.certificate WHERE id = '`+id+`'`)
	visitor.contains(visitor.get(choice, 200), address, choice+"/badge.svg", "Mon nom")
	visitor.lacks(visitor.get(verify, 200), "Bonne")
	visitor.post(choice[:len(choice)-1]+"-", 404, "disclosed", "name")
	visitor.contains(visitor.post(choice, 422, "disclosed", "everything"), "Mon nom")
	visitor.post(choice, 303, "disclosed", "name")
	visitor.contains(visitor.get(verify, 200), "Bonne")
	visitor.contains(visitor.get(choice+"/badge.svg", 200), "openbadges:credential")
	visitor.get(choice[:len(choice)-1]+"-/badge.jwt", 404)
	visitor.get("/certificates", 303) // and is not signed in by that
	h.mustCount(1, "SELECT count(*) FROM audit.entry WHERE action = 'badge.disclosure' AND actor_id = '"+good.ID.String()+"'")
	// what was revoked does not come back by itself, and its paper leads to the check
	m.post(at+"/"+id+"/revoke", 303, "reason", "essai")
	h.must(h.Certificate.Tick(h.ctx))
	h.mustCount(1, "SELECT count(*) FROM certificate.certificate")
	visitor.get(choice, 303)
	visitor.get(choice+"/badge.jwt", 404)
	if to := visitor.get(address, 303).to(); !strings.HasPrefix(to, "/v/") {
		t.Errorf("to %s", to)
	}
	// by hand it does; and a certificate with a mistake is replaced
	m.post(at, 303)
	h.db.Exec(`UPDATE org.person SET given_name = 'Amél' WHERE id = $1`, good.ID)
	second := h.certificateOf(good)
	m.post(at+"/"+second+"/reissue", 422, "reason", "")
	m.post(at+"/"+second+"/reissue", 303, "reason", "faute au prénom")
	m.post(at+"/"+second+"/reissue", 303, "reason", "faute au prénom")
	h.mustCount(3, "SELECT count(*) FROM certificate.certificate")
	h.mustCount(1, "SELECT count(*) FROM certificate.certificate WHERE holder LIKE 'Amél%' AND revoked_at IS NULL AND replaces = '"+second+"'")
	visitor.contains(visitor.get("/v/"+h.one(`SELECT code FROM certificate.certificate WHERE id = '`+second+`'`), 200), "révoquée", "la remplace")
	// who no longer fulfils the rule keeps what there is
	third := h.certificateOf(good)
	m.post(at+"/rule", 303, "given", "on", "pass_mark", "60")
	m.contains(m.post(at+"/"+third+"/reissue", 409, "reason", "encore"), "plus remplie")
	if h.certificateOf(good) != third {
		t.Error("a refused replacement revoked the certificate")
	}
	m.post(at+"/rule", 303)
	m.post(at, 409)
	m.contains(m.get(at, 200), "ne donne pas d&#39;attestation")
	h.signedIn(bad).lacks(h.signedIn(bad).get("/courses/essai", 200), "Votre attestation")
}

// TestACourseThatIsTakenAgainGivesAnotherCertificate: the earlier one stays valid, and is not printed with those of now.
func TestACourseThatIsTakenAgainGivesAnotherCertificate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	of := certificate.Subject{Course: "essai"}
	p, a := h.learned("Jlassi", "")
	_, err := h.Certificate.Issue(h.ctx, system, of, nil)
	h.must(err)
	h.turn(340 * 24 * time.Hour)
	h.must(h.Course.Renew(h.ctx, a, "essai"))
	b, err := h.Certificate.Board(h.ctx, system, of)
	h.must(err)
	if b.Issuable() != 0 || b.Issued() != 1 {
		t.Errorf("while the course is taken again: %d to issue, %d issued", b.Issuable(), b.Issued())
	}
	h.finish(a, "01-un", 1)
	h.finish(a, "02-deux", 3)
	made, err := h.Certificate.Issue(h.ctx, system, of, []uuid.UUID{p.ID})
	h.must(err)
	if len(made) != 1 {
		t.Fatalf("made %d", len(made))
	}
	h.mustCount(2, "SELECT count(*) FROM certificate.certificate WHERE revoked_at IS NULL")
	papers, err := h.Certificate.Print(h.ctx, system, of, certificate.Listing{})
	h.must(err)
	if len(papers.List) != 1 || papers.List[0].Number != made[0].Number {
		t.Errorf("printed: %+v", papers.List)
	}
}

var certificateAddress = regexp.MustCompile(`/certificates/[0-9a-f-]{36}/paper/[A-Za-z0-9_-]{22}`)

// TestAWorkshopMayAskForThePostTest: attendance alone no longer earns; mail goes once, and again when asked for.
func TestAWorkshopMayAskForThePostTest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Ayari", access.Trainer)
	base, _, people := h.paperRoom(trainer)
	event := uuid.MustParse(strings.TrimPrefix(base, "/workshops/"))
	v, err := h.Workshop.View(h.ctx, system, access.WorkshopView, event)
	h.must(err)
	for _, s := range []workshop.State{workshop.Confirmed, workshop.Running} {
		h.must(h.Workshop.SetState(h.ctx, system, event, s, ""))
	}
	batch := workshop.Batch{SentAt: h.Now()}
	for _, s := range v.Slots {
		for _, who := range people {
			batch.Marks = append(batch.Marks, workshop.MarkInput{Key: uuid.New(), SlotID: s.ID, EnrolmentID: who, Status: workshop.Present, ClientAt: h.Now()})
		}
	}
	_, err = h.Workshop.MarkBatch(h.ctx, system, event, batch)
	h.must(err)
	h.db.Exec(`UPDATE org.person SET email = 'dridi@exemple.tn' WHERE family_name = 'Dridi'`)
	b := h.signedIn(trainer)
	b.contains(b.get(base+"/certificates", 200), "Délivrer 2 attestations")
	h.db.Exec(`UPDATE workshop.event SET pass_mark = 0.5, version = version + 1 WHERE id = $1`, event)
	board := b.get(base+"/certificates", 200)
	b.contains(board, "Au moins 50\u202f% des points", "Non remis")
	b.lacks(board, "Délivrer ")
	b.contains(b.get(base, 200), "Au moins 50\u202f% des points")
	b.contains(b.get(base+"/edit", 200), `name="pass_mark"`, `value="50"`)
	path := base + "/paper/post"
	b.typePaper(path, uuid.MustParse(h.one(`SELECT form_id::text FROM exam.sitting WHERE phase = 'post'`)), people[0], 1, "c", "")
	b.typePaper(path, uuid.MustParse(h.one(`SELECT form_id::text FROM exam.sitting WHERE phase = 'post'`)), people[1], 1, "a", "")
	b.post(path+"/count", 303, "once", "yes")
	b.contains(b.get(base+"/certificates", 200), "Délivrer une attestation", "50\u202f%", "0\u202f%")
	b.post(base+"/certificates", 303)
	h.mustCount(1, "SELECT count(*) FROM certificate.certificate WHERE pass_mark = 0.5 AND score = 0.5 AND holder LIKE '%Dridi'")

	page := b.get(base+"/certificates", 200)
	b.contains(page, "Envoyer une attestation par courriel", "Pas encore", "/certificates/")
	address := certificateAddress.FindString(page.body)
	if address == "" {
		t.Fatal("no address to pass on")
	}
	h.browser().contains(h.browser().get(address, 200), "Dridi", "Attestation de participation")
	b.post(base+"/certificates/mail", 303)
	b.post(base+"/certificates/mail", 303)
	if n := h.mailed("certificate"); n != 1 {
		t.Errorf("%d messages for one press and a repeat", n)
	}
	id := h.one(`SELECT id::text FROM certificate.certificate`)
	b.post(base+"/certificates/"+id+"/mail", 303)
	if n := h.mailed("certificate"); n != 1 {
		t.Errorf("%d messages when asked for again", n)
	}
	b.lacks(b.get(base+"/certificates", 200), "Envoyer une attestation par courriel")
	b.post(base+"/certificates/"+uuid.NewString()+"/mail", 404)
	h.db.Exec(`UPDATE org.person SET email = '' WHERE family_name = 'Dridi'`)
	b.contains(b.post(base+"/certificates/"+id+"/mail", 409), "pas d&#39;adresse")
	h.signedIn(h.person("Autre", access.Trainer)).post(base+"/certificates/"+id+"/mail", 404)

	h.db.Exec(`UPDATE exam.pairing SET anonymous = true`)
	b.contains(b.get(base+"/certificates", 200), "codes personnels")
}
