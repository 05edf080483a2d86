package app_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// TestCasesAskAgainAfterAPause: a page of the training side, read after the pause, does not open the case side again; and a
// locked case side stays locked.
func TestCasesAskAgainAfterAPause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := &estate{house: h}
	p := e.member("Moi", access.CaseWorker)
	b := e.entered(p, access.CaseWorker)
	b.get("/cases", 200)
	h.turn(14 * time.Minute)
	b.get("/account", 200)
	h.turn(14 * time.Minute)
	b.get("/cases", 200)
	h.turn(16 * time.Minute)
	b.get("/account", 200)
	for range 2 {
		if to := b.get("/cases", 303).to(); to != "/account/verify?next=%2Fcases" {
			t.Errorf("after a pause the way goes to %s", to)
		}
	}
}

func TestLockedCasesStayLocked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := &estate{house: h}
	b := e.entered(e.member("Moi", access.CaseWorker), access.CaseWorker)
	if to := b.post("/cases/lock", 303).to(); to != "/account/verify?next=/cases" {
		t.Errorf("the lock leads to %s", to)
	}
	b.get("/account", 200)
	b.get("/cases", 303)
}

// TestASearchStandsInNoAddress: a name is looked for by POST and found on the page itself; one in an address is not looked at.
func TestASearchStandsInNoAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := &estate{house: h}
	p := e.member("Moi", access.CaseWorker)
	b := e.entered(p, access.CaseWorker)
	file := b.newFile("Zgolli", "Khadija")
	if r := b.post("/cases/search", 200, "q", "khadija zgolli"); !strings.Contains(r.body, file) {
		t.Error("the name is not found")
	}
	if r := b.post("/cases/search", 200, "q", "autre personne"); strings.Contains(r.body, file) {
		t.Error("another name finds the file")
	}
	if r := b.get("/cases?q=autre+personne", 200); !strings.Contains(r.body, file) || strings.Contains(r.body, "autre personne") {
		t.Error("a name in an address is looked for")
	}
}

// TestASecondSaveKeepsWhatWasWritten: the form of a service shows what it held, and a save of it as it stands changes nothing.
func TestASecondSaveKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := &estate{house: h}
	p := e.member("Moi", access.CaseWorker)
	b := e.entered(p, access.CaseWorker)
	file := b.newFile("Zgolli", "Khadija")
	b.post(file+"/services", 303, "type", "medical.dental", "text", "soins")
	today := h.day(0)
	form := regexp.MustCompile(`action="(` + file + `/services/[^"]+)"`).FindStringSubmatch(b.get(file+"/plan", 200).body)
	if form == nil {
		t.Fatal("no form for the service")
	}
	b.post(form[1], 303, "state", "provided", "provided_on", today, "outcome", "helped", "cost", "45,5", "due_on", today)
	page := b.get(file+"/plan", 200).body
	for _, value := range []string{`value="45.5"`, `value="helped" selected`} {
		if !strings.Contains(page, value) {
			t.Errorf("the form does not hold %s", value)
		}
	}
	if n := strings.Count(page, `value="`+today+`"`); n < 2 {
		t.Errorf("the day stands in %d fields", n)
	}
}

// TestTheRefusedFormIsTheOneShownAgain: of the two forms that make a referral.
func TestTheRefusedFormIsTheOneShownAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := &estate{house: h}
	b := e.entered(e.member("Moi", access.CaseWorker), access.CaseWorker)
	file := b.newFile("Zgolli", "Khadija")
	today := h.day(0)
	b.post(file+"/consents", 303, "purpose", "referral", "recipient", uuid.NewString(), "categories", "health", "given_by", "person", "form", "written", "lang", "fr", "given_on", today, "expires_on", today, "document", "x")
	shown := func(id string, pairs ...string) {
		if page := b.post(file+"/referrals", 422, pairs...).body; !strings.Contains(page, `id="`+id+`-error"`) {
			t.Errorf("%s is not marked", id)
		}
	}
	shown("f-referral-none-lack", "none", "on", "type", "medical.dental")
	shown("f-referral-consent", "type", "medical.dental", "text", "soins")
}

// newFile opens a file and gives its path.
func (b *browser) newFile(family, given string) string {
	b.h.t.Helper()
	owner := regexp.MustCompile(`name="owner"[\s\S]*?value="([0-9a-f-]{36})"`).FindStringSubmatch(b.get("/cases/new", 200).body)
	if owner == nil {
		b.h.t.Fatal("no keeper to choose")
	}
	return b.post("/cases", 303, "owner", owner[1], "alias", "Jasmin", "sex", "f", "age_band", "26-40", "nationality", "tn", "form", "begging", "source", "ngo", "reported_on", b.h.day(0),
		"narrative", "x", "mine", "on", "family_name", family, "given_name", given).to()
}

// turn turns the clock forward.
func (h *house) turn(d time.Duration) { h.shift.Add(int64(d.Seconds())) }
