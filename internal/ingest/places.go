package ingest

import (
	"strings"

	"shelter/internal/errs"
	"shelter/internal/sheet"
)

// places gives for each governorate, by its ISO 3166-2 code, the spellings met in lists. The first of each language is the
// official one; articles, accents and the variants of Arabic letters need no entry.
var places = map[string][]string{
	"TN-11": {"Tunis", "تونس", "تونس العاصمة"},
	"TN-12": {"Ariana", "أريانة", "Aryana"},
	"TN-13": {"Ben Arous", "بن عروس", "Benarous", "Ben Arrous"},
	"TN-14": {"La Manouba", "منوبة", "Mannouba", "Manuba"},
	"TN-21": {"Nabeul", "نابل", "Nabel"},
	"TN-22": {"Zaghouan", "زغوان", "Zaghwan"},
	"TN-23": {"Bizerte", "بنزرت", "Bizerta", "Banzart"},
	"TN-31": {"Béja", "باجة", "Baja"},
	"TN-32": {"Jendouba", "جندوبة", "Djendouba", "Jandouba"},
	"TN-33": {"Le Kef", "الكاف", "El Kaf"},
	"TN-34": {"Siliana", "سليانة", "Seliana"},
	"TN-41": {"Kairouan", "القيروان", "Kairaouan", "Kerouan"},
	"TN-42": {"Kasserine", "القصرين", "Gasserine", "Kassrine", "Qasrin"},
	"TN-43": {"Sidi Bouzid", "سيدي بوزيد", "Sidi Bou Zid", "سيدي بو زيد"},
	"TN-51": {"Sousse", "سوسة", "Soussa"},
	"TN-52": {"Monastir", "المنستير", "Mestir"},
	"TN-53": {"Mahdia", "المهدية", "Mehdia"},
	"TN-61": {"Sfax", "صفاقس", "سفاقس"},
	"TN-71": {"Gafsa", "قفصة", "Kafsa"},
	"TN-72": {"Tozeur", "توزر", "Touzeur"},
	"TN-73": {"Kébili", "قبلي", "Guebili", "Kibili"},
	"TN-81": {"Gabès", "قابس"},
	"TN-82": {"Médenine", "مدنين", "Mednine", "Madanine"},
	"TN-83": {"Tataouine", "تطاوين", "Tatawin"},
}

// placeKeys finds a governorate by the key of a spelling.
var placeKeys = func() map[string]string {
	m := map[string]string{}
	for code, names := range places {
		m[placeKey(code)] = code
		for _, n := range names {
			m[placeKey(n)] = code
		}
	}
	return m
}()

// placeKey writes a place without articles, blanks and the words "gouvernorat de", "ولاية".
func placeKey(s string) string {
	var b strings.Builder
	for _, w := range words(s) {
		switch w {
		case "le", "la", "el", "al", "l", "de", "du", "d", "des", "gouvernorat", "gouv", "gvt", "governorate", "of", "wilaya", "region", "ville", "ولايه":
			continue
		}
		if rest, ok := strings.CutPrefix(w, "l"); ok && strings.HasPrefix(rest, "ariana") {
			w = rest
		}
		b.WriteString(w)
	}
	return b.String()
}

// readPlace gives the code of a governorate. A spelling that is near one governorate only is taken with a doubt; anything
// else is left out with a doubt.
func readPlace(c sheet.Cell) (string, verdict) {
	text := clean(c.Text)
	if absent(text) {
		return "", verdict{}
	}
	key := placeKey(text)
	if code, ok := placeKeys[key]; ok {
		return code, verdict{}
	}
	if code := nearPlace(key); code != "" {
		name := places[code][0]
		return code, verdict{LevelWarning, "ingest_place_guessed", errs.Args{"place": name, "place_ar": places[code][1]}}
	}
	return "", doubtful("ingest_place_unknown")
}

// nearPlace finds the one governorate whose spelling differs by a letter, or two in a long word.
func nearPlace(key string) string {
	allowed := 1
	switch n := len([]rune(key)); {
	case n < 4 || n > 20:
		return ""
	case n >= 8:
		allowed = 2
	}
	found := ""
	for k, code := range placeKeys {
		if distance(k, key) > allowed {
			continue
		}
		if found != "" && found != code {
			return ""
		}
		found = code
	}
	return found
}
