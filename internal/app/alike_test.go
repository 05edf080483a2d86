package app_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
)

// TestSomebodyKnownIsNotRegisteredTwice: whoever is typed with the name of a known person is asked about; nothing typed is lost, and
// another person of that name can be registered all the same.
func TestSomebodyKnownIsNotRegisteredTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(h.atTen())
	known, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Chaâbane", GivenName: "Olfa", BirthYear: 1984, Phone: "22 333 444"})
	h.must(err)
	people := func(want int) {
		t.Helper()
		h.mustCount(want, "SELECT count(*) FROM org.person WHERE name_key = (SELECT name_key FROM org.person WHERE id = '"+known.ID.String()+"')")
	}
	key := uuid.NewString()
	for _, typed := range map[string][]string{
		"the same name in other letters": {"family_name", "شعبان", "given_name", "ألفة"},
		"spelt otherwise":                {"family_name", "Chabane", "given_name", "Olfa", "job_title", "Juriste au port"},
		"with her number":                {"family_name", "Inconnue", "phone", "+216 22333444"},
	} {
		r := b.post(at+"/participants/new", 409, append(typed, "ask", "on", "key", key, "walk_in", "on")...)
		b.contains(r, "Est-ce une de ces personnes", known.Code, `value="`+typed[1]+`"`, `name="sure"`)
		people(1)
	}
	b.contains(b.post(at+"/participants/new", 409, "ask", "on", "family_name", "Chabane", "given_name", "Olfa", "job_title", "Juriste au port"), "Juriste au port")
	b.post(at+"/participants/new", 303, "ask", "on", "key", uuid.NewString(), "family_name", "Chabane", "given_name", "Olfa", "birth_year", "1999") // another birth: another person
	people(2)
	b.post(at+"/participants/new", 303, "ask", "on", "key", key, "family_name", "Chabane", "given_name", "Olfa", "sure", "on")
	people(3)
	b.post(at+"/participants/new", 409, "ask", "on", "key", uuid.NewString(), "family_name", "Chabane", "given_name", "Olfa")
	b.post(at+"/participants", 303, "person", known.ID.String(), "walk_in", "on")
	h.mustCount(1, "SELECT count(*) FROM workshop.enrolment WHERE walk_in AND person_id = '"+known.ID.String()+"'")
	r := b.post(at+"/participants/new", 409, "ask", "on", "family_name", "Chabane", "given_name", "Olfa")
	b.contains(r, "Déjà sur la liste")
	if _, err := h.Org.AlikePersons(h.ctx, access.Actor{PersonID: known.ID, Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}, org.PersonInput{FamilyName: "Chabane"}); err == nil {
		t.Error("a trainee learns who is known")
	}
}
