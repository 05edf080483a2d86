package ingest

import (
	"strings"
	"unicode"
)

// honorifics are what lists put before a name, folded, with the sex that they tell; empty where they tell none.
var honorifics = map[string]string{
	"m": "m", "mr": "m", "monsieur": "m", "sieur": "m", "السيد": "m", "mme": "f", "mlle": "f", "madame": "f", "mademoiselle": "f", "mrs": "f", "ms": "f",
	"السيده": "f", "الانسه": "f", "dr": "", "docteur": "", "pr": "", "prof": "", "me": "", "maitre": "", "الدكتور": "m", "الدكتوره": "f", "د": "", "الاستاذ": "m",
	"الاستاذه": "f",
}

// withoutHonorific cuts "Mme", "Dr", "السيدة" from before a name and gives the sex they tell. A name of one word is left alone.
func withoutHonorific(name string) (rest, sex string) {
	for {
		first, after, ok := strings.Cut(name, " ")
		s, known := honorifics[fold(first)]
		if !ok || !known || (len([]rune(first)) == 1 && !strings.HasSuffix(first, ".") && first != "M" && first != "د") {
			return name, sex
		}
		if s != "" {
			sex = s
		}
		name = after
	}
}

// nameParticles stand before the word that they belong to, folded.
var nameParticles = map[string]bool{
	"ben": true, "bin": true, "bel": true, "bou": true, "el": true, "al": true, "ibn": true, "abou": true, "haj": true, "hadj": true, "sidi": true, "ould": true, "de": true, "la": true, "le": true,
	"بن": true, "ابن": true, "بنت": true, "بو": true, "ابو": true, "بل": true, "ال": true, "الحاج": true, "حاج": true, "ولد": true, "سيدي": true,
}

// splitName cuts a full name into family and given name. Latin family names in capitals beside given names that are not
// are taken whatever the order; else the order decides, and particles stay with the word after them. A name of one word is
// a family name.
func splitName(full string, order NameOrder) (family, given string) {
	ws := strings.Fields(full)
	if len(ws) < 2 {
		return full, ""
	}
	if family, given, ok := byCapitals(ws); ok {
		return family, given
	}
	if order == GivenFirst {
		at := len(ws) - 1
		for at > 1 && nameParticles[fold(ws[at-1])] {
			at--
		}
		return strings.Join(ws[at:], " "), strings.Join(ws[:at], " ")
	}
	end := 1
	for end < len(ws)-1 && nameParticles[fold(ws[end-1])] {
		end++
	}
	return strings.Join(ws[:end], " "), strings.Join(ws[end:], " ")
}

// byCapitals reads "BEN SALAH Anis" and "Anis BEN SALAH".
func byCapitals(ws []string) (family, given string, ok bool) {
	var upper, other []string
	changes := 0
	last := false
	for i, w := range ws {
		u := isUpper(w)
		if i > 0 && u != last {
			changes++
		}
		last = u
		if u {
			upper = append(upper, w)
		} else {
			other = append(other, w)
		}
	}
	if changes != 1 {
		return "", "", false
	}
	return strings.Join(upper, " "), strings.Join(other, " "), true
}

// isUpper tells a word of at least two letters in capitals; initials say nothing.
func isUpper(w string) bool {
	letters := 0
	for _, r := range w {
		if unicode.IsLower(r) || unicode.Is(unicode.Arabic, r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 2
}
