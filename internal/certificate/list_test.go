package certificate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"shelter/internal/certificate"
)

// TestAListingLosesNobody: the pages of a board together are its people, once and in order; a standing is one of three.
func TestAListingLosesNobody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := &certificate.Board{}
		for i := range rapid.IntRange(0, 350).Draw(t, "people") {
			c := certificate.Candidate{PersonID: uuid.New(), FamilyName: fmt.Sprint("Personne", i), Present: rapid.Bool().Draw(t, "present"), Passed: true}
			if rapid.Bool().Draw(t, "given") {
				c.Current = &certificate.Certificate{Number: fmt.Sprintf("A-2026-%04d", i)}
				if rapid.Bool().Draw(t, "revoked") {
					c.Current.RevokedAt = time.Now()
				}
			}
			b.Candidates = append(b.Candidates, c)
		}
		n, first := 0, b.List(certificate.Listing{})
		for page := 1; page <= first.Pages; page++ {
			for _, c := range b.List(certificate.Listing{Page: page}).Rows {
				if c.PersonID != b.Candidates[n].PersonID {
					t.Fatalf("person %d is another", n)
				}
				n++
			}
		}
		sum := 0
		for _, st := range certificate.Standings() {
			sum += b.List(certificate.Listing{Standing: st}).Total
		}
		if n != len(b.Candidates) || first.Total != n || sum != n {
			t.Fatalf("%d people, %d on pages, %d by standing", len(b.Candidates), n, sum)
		}
		if beyond := b.List(certificate.Listing{Page: 99}); beyond.Page != first.Pages {
			t.Fatalf("page 99 is page %d of %d", beyond.Page, first.Pages)
		}
	})
}

func TestAListingFindsNamesInAnySpelling(t *testing.T) {
	t.Parallel()
	one := certificate.Candidate{PersonID: uuid.New(), EnrolmentID: uuid.New(), FamilyName: "Chaabane", GivenName: "Olfa", Current: &certificate.Certificate{Number: "A-2026-0126"}}
	b := &certificate.Board{Candidates: []certificate.Candidate{one, {PersonID: uuid.New(), FamilyName: "Mejri", GivenName: "Sami"}}}
	for query, want := range map[string]int{"chabane": 1, "شعبان": 1, "olfa chaabane": 1, "0126": 1, "a-2026": 1, "Sami": 1, "personne": 0, "": 2, "mejri olfa": 0} {
		if got := b.List(certificate.Listing{Query: query}).Total; got != want {
			t.Errorf("%q finds %d, want %d", query, got, want)
		}
	}
	for place, want := range map[uuid.UUID]int{one.EnrolmentID: 1, one.PersonID: 0, uuid.New(): 0} {
		if got := b.List(certificate.Listing{Place: place}).Total; got != want {
			t.Errorf("%s finds %d, want %d", place, got, want)
		}
	}
}
