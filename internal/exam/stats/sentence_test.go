package stats

import (
	"strings"
	"testing"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// sentences fails unless an error has a whole sentence in each language.
func sentences(t *testing.T, err error) {
	t.Helper()
	b, lerr := i18n.New()
	if lerr != nil {
		t.Fatal(lerr)
	}
	e := errs.As(err)
	for _, l := range i18n.Langs() {
		if s := b.For(l).Map(e.Key, e.Args); s == "" || strings.Contains(s, "no value") || strings.Contains(s, "⟦") {
			t.Errorf("%s in %s: %q", e.Key, l, s)
		}
	}
}

func TestEveryRefusalHasASentence(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "attempt,q\n", "x,y\n1,2\n", "attempt\nA\n", "attempt,q,q\nA,1,1\n", "attempt,,q\nA,1,1\n", "attempt,q\nA,x\n",
		"attempt,q\nmax,1\nA,2\n", "attempt,q\nmax,-1\nA,1\n", "attempt,q\nA,1\nA,1\n", "attempt,q\nA,1,1\n", "attempt,q\nA,\"1\n",
		"attempt,q\n" + strings.Repeat("A,1\n", maxCSVBytes/4)} {
		_, err := AnalyseCSV(strings.NewReader(in))
		if err == nil {
			t.Fatalf("%.20q was read", in)
		}
		sentences(t, err)
	}
	for _, in := range []string{"code,pre\nA,1\n", "code,pre,post\n,1,2\n"} {
		_, err := PrePostCSV(strings.NewReader(in))
		sentences(t, err)
	}
}
