package ingest

import (
	"fmt"
	"strings"
	"testing"

	"shelter/internal/sheet"
)

// longList is a list of n invented people.
func longList(n int) []byte {
	var b strings.Builder
	b.WriteString("N°;Nom;Prénom;Sexe;CIN;Date de naissance;Structure;Fonction;Gouvernorat;Tél;Mail\n")
	for i := range n {
		fmt.Fprintf(&b, "%d;Ayari%c;Salma%c;F;%08d;%02d/10/19%02d;MAS - CDIS Sfax;Psychologue;Kef;2%07d;p%d@exemple.test\n",
			i+1, 'a'+i%26, 'a'+i/26%26, i+1, i%28+1, 50+i%40, i, i)
	}
	return []byte(b.String())
}

func BenchmarkImportOfTenThousand(b *testing.B) {
	data := longList(10_000)
	b.ReportAllocs()
	for b.Loop() {
		book, err := sheet.Read("a.csv", data, sheet.DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		p := Propose(book, today)
		c, err := Check(book, p.Mapping, today)
		if err != nil || len(c.People) != 10_000 {
			b.Fatal(err)
		}
	}
}
