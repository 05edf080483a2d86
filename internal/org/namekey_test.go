package org

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNameKeyMeetsAcrossSpellings(t *testing.T) {
	t.Parallel()
	groups := [][][2]string{
		{{"Hammami", "Imen"}, {"الهمامي", "إيمان"}, {"HAMAMI", "Imène"}, {"", "إيمان الهمامي"}},
		{{"Ben Salah", "Anis"}, {"Bensalah", "Anis"}, {"بن صالح", "أنيس"}, {"ben  saleh", "Anîs"}},
		{{"Ayari", "Mohamed Ali"}, {"العياري", "محمد علي"}, {"El Ayari", "Med Ali"}, {"Ayari", "Mohammed-Ali"}},
		{{"Jaziri", "Walid"}, {"الجزيري", "وليد"}, {"Djaziri", "Oualid"}, {"Al-Jaziri", "Walid"}},
		{{"Chaabane", "Wafa"}, {"شعبان", "وفاء"}, {"Chabane", "Ouafa"}},
		{{"Bouazizi", "Amel"}, {"البوعزيزي", "أمل"}, {"Bou Azizi", "Amal"}},
		{{"Ouertani", "Héla"}, {"الورتاني", "هالة"}, {"Wertani", "Hella"}},
		{{"Khelifi", "Ines"}, {"الخليفي", "إيناس"}, {"Khlifi", "Inès"}},
		{{"Guesmi", "Fathi"}, {"القاسمي", "فتحي"}, {"Kasmi", "Fethi"}},
		{{"Saïdi", "Noureddine"}, {"السعيدي", "نور الدين"}, {"Essaidi", "Nour Eddine"}},
		{{"Trabelsi", "Abdelkader"}, {"الطرابلسي", "عبد القادر"}, {"Trabelsi", "Abd El Kader"}, {"الطَّرَابُلسي", "عبدالقادر"}},
		{{"Mansouri", "Abderrahmen"}, {"المنصوري", "عبد الرحمان"}},
		{{"Gabsi", "Lassaad"}, {"الڨابسي", "الأسعد"}, {"القابسي", "الأسعد"}},
		{{"Dridi", "Elyes"}, {"الدريدي", "إلياس"}, {"الدريدي", "الياس"}},
		{{"Ben Ali ép. Trabelsi", "Salma"}, {"Ben Ali", "Mme Salma"}, {"بن علي حرم الطرابلسي", "سلمى"}},
	}
	seen := map[string]string{}
	for _, g := range groups {
		want := NameKey(g[0][0], g[0][1])
		for _, n := range g[1:] {
			if got := NameKey(n[0], n[1]); got != want {
				t.Errorf("%v: %q, %v: %q", g[0], want, n, got)
			}
			if !SameName(g[0][0], g[0][1], n[0], n[1]) {
				t.Errorf("%v and %v should be spellings of one name", g[0], n)
			}
		}
		if other, ok := seen[want]; ok {
			t.Errorf("%v and %s share the key %q", g[0], other, want)
		}
		seen[want] = g[0][0]
	}
}

func TestDifferentNamesStayApart(t *testing.T) {
	t.Parallel()
	for _, p := range [][4]string{
		{"Hammami", "Imen", "Hammami", "Ines"},
		{"Hammami", "Imen", "Hammami", "Amine"}, // one key, yet another writing
		{"Ayari", "Salma", "Ayari", "Sami"},
		{"Ben Salah", "Anis", "Ben Slimane", "Anis"},
		{"الهمامي", "إيمان", "الهمامي", "أيمن بشير"},
		{"Mejri", "Hatem", "Mejri", ""},
	} {
		if SameName(p[0], p[1], p[2], p[3]) {
			t.Errorf("%q: taken for one name", p)
		}
	}
}

func TestNameKeyProperties(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("abcdehiklmnoprstuwyzâéï'- بتجحخدرزسشصضطظعغفقكلمنهويأإةىءڨ")), 0, 14, -1)
	rapid.Check(t, func(t *rapid.T) {
		family, given := letters.Draw(t, "family"), letters.Draw(t, "given")
		key := NameKey(family, given)
		if !SameName(family, given, family, given) {
			t.Fatal("a name is not itself")
		}
		if NameKey(strings.ToUpper(family), "  "+given+" ") != key {
			t.Fatal("case and spaces change the key")
		}
		if strings.TrimSpace(foldName(family+given)) != "" && key == "" {
			t.Fatal("a name without a key")
		}
	})
}

func FuzzNameKey(f *testing.F) {
	f.Add("Ben Salah", "أنيس")
	f.Add("el", "")
	f.Add("\xff\u202e", "ﷺ")
	f.Fuzz(func(t *testing.T, family, given string) {
		if a, b := NameKey(family, given), NameKey(given, family); a != "" && b == "" {
			t.Fatal("the order of the names loses the key")
		}
	})
}
