package ingest

import (
	"slices"
	"strings"
)

// headerWords are the titles under which lists keep each field: French, Arabic and English. Accents, case, points, the Arabic
// article and vowel signs do not count.
var headerWords = map[Field][]string{
	FullName: {
		"nom et prénom", "nom prénom", "noms et prénoms", "nom et prénoms", "nom & prénom du participant", "nom et prénom du participant",
		"nom et prénom du participant e", "prénom et nom", "prénom nom", "nom complet", "nom du participant", "nom des participants",
		"participant", "participants", "participant e", "participante", "bénéficiaire", "identité", "full name", "name", "participant name", "name and surname",
		"الاسم واللقب", "الاسم اللقب", "اللقب والاسم", "الاسم الكامل", "الاسم الثلاثي", "اسم المشارك", "اسم ولقب المشارك", "المشارك", "المشاركون",
		"المشاركين", "أسماء المشاركين", "اسم المتكون", "المنتفع",
	},
	FamilyName: {"nom", "noms", "nom de famille", "nom patronymique", "family name", "last name", "surname", "اللقب", "لقب المشارك", "اللقب العائلي", "لقب العائلة"},
	GivenName:  {"prénom", "prénoms", "prénom s", "first name", "given name", "forename", "الاسم", "الاسم الشخصي", "الاسم الأول"},
	Sex:        {"sexe", "genre", "sx", "sexe f h", "sexe h f", "sexe m f", "f h", "h f", "m f", "civilité", "gender", "sex", "الجنس", "الجنس ذكر أنثى", "النوع الاجتماعي"},
	CIN: {
		"cin", "c i n", "n cin", "no cin", "num cin", "numéro cin", "numéro de cin", "carte d'identité", "carte identité", "n carte d'identité", "numéro carte d'identité",
		"carte d'identité nationale", "cin passeport", "n pièce d'identité", "pièce d'identité", "id card", "id number", "national id", "رقم بطاقة التعريف", "بطاقة التعريف",
		"بطاقة التعريف الوطنية", "رقم بطاقة التعريف الوطنية", "رقم ب ت و", "ب ت و", "عدد بطاقة التعريف", "عدد ب ت و", "رقم التعريف",
	},
	Birth: {
		"date de naissance", "date naissance", "date naiss", "date de naiss", "ddn", "d naissance", "né e le", "né le", "née le", "naissance", "année de naissance", "année naissance",
		"date et lieu de naissance", "date of birth", "birth date", "birthdate", "dob", "year of birth", "birth year", "تاريخ الولادة", "تاريخ الميلاد", "سنة الولادة",
		"الولادة", "تاريخ ومكان الولادة", "تاريخ و مكان الولادة", "تاريخ الازدياد",
	},
	Organisation: {
		"structure", "structure d'appartenance", "structure organisme", "organisme", "organisation", "organisation institution", "institution", "association", "établissement",
		"employeur", "nom de la structure", "nom de l'organisme", "nom de l'association", "nom de l'organisation", "lieu de travail", "affectation", "lieu d'affectation", "partenaire",
		"entité", "affiliation", "ong", "service", "direction", "organization", "institution name", "employer", "workplace", "agency",
		"الهيكل", "المؤسسة", "الجمعية", "المنظمة", "مكان العمل", "الإدارة", "المؤسسة أو الجمعية", "الهيكل أو الجمعية", "جهة العمل", "مقر العمل", "الهيكل الراجع إليه بالنظر",
	},
	Function: {
		"fonction", "fonction occupée", "poste", "poste occupé", "profession", "qualité", "grade", "spécialité", "métier", "emploi", "position", "job", "job title", "occupation", "function",
		"الخطة", "الوظيفة", "الصفة", "المهنة", "الرتبة", "الاختصاص", "الخطة الوظيفية",
	},
	Governorate: {"gouvernorat", "gvt", "gouv", "gouvernorat de travail", "gouvernorat de résidence", "région", "wilaya", "governorate", "region", "الولاية", "الجهة", "ولاية الإقامة"},
	Phone: {
		"tél", "tel", "téléphone", "n tél", "n téléphone", "num tél", "numéro tél", "numéro de téléphone", "numéro téléphone", "tél portable", "tél mobile", "téléphone portable", "gsm", "n gsm", "portable",
		"mobile", "contact", "contact téléphonique", "whatsapp", "phone", "phone number", "mobile number", "telephone", "cell", "الهاتف", "رقم الهاتف", "الهاتف الجوال", "رقم الهاتف الجوال",
		"رقم الجوال", "الجوال", "هاتف", "رقم النداء", "الهاتف المحمول",
	},
	Email: {
		"email", "e mail", "mail", "courriel", "adresse email", "adresse e mail", "adresse mail", "adresse électronique", "adresse courriel", "email address", "e mail address",
		"البريد الإلكتروني", "البريد", "بريد إلكتروني", "بريد الكتروني", "العنوان الإلكتروني", "الإيميل", "ايميل", "عنوان البريد الإلكتروني",
	},
}

// otherWords are titles of columns that hold none of the fields, though their words or contents may look like it.
var otherWords = []string{
	"n", "no", "num", "numéro", "numéro d'ordre", "n ordre", "ordre", "id", "code", "lieu de naissance", "adresse", "adresse postale", "age", "âge", "signature", "émargement",
	"emargement", "observation", "observations", "remarque", "remarques", "date", "matin", "après midi", "présence", "nationalité", "niveau", "niveau d'études", "diplôme", "rib",
	"situation", "jour 1", "jour 2", "jour 3", "transport", "hébergement", "fax", "remarks", "address", "place of birth", "notes", "ع ر", "عدد", "الرقم", "العدد الرتبي",
	"ر", "مكان الولادة", "العنوان", "العمر", "السن", "الإمضاء", "ملاحظات", "الملاحظات", "التاريخ", "الجنسية", "المستوى", "المستوى التعليمي", "الحضور",
}

// phrase is a title as its words.
type phrase struct {
	field  Field // empty for otherWords
	words  []string
	whole  string
	length int // of whole, in characters
}

var phrases = func() []phrase {
	var out []phrase
	add := func(f Field, text string) {
		w := words(text)
		whole := strings.Join(w, " ")
		out = append(out, phrase{f, w, whole, len([]rune(whole))})
	}
	for _, f := range Fields() {
		for _, t := range headerWords[f] {
			add(f, t)
		}
	}
	for _, t := range otherWords {
		add("", t)
	}
	return out
}()

// headerGuess is what a title may mean.
type headerGuess struct {
	field Field // empty with a score: a column that is none of ours
	score int   // 0 to 105
}

const (
	sureHeader  = 100
	goodHeader  = 60 // below it a title says nothing
	longestHead = 70 // characters; a longer text is no title
)

// guessHeader reads a title. Of a title in two languages ("Nom / اللقب") each part is read too; the whole counts for more.
func guessHeader(text string) headerGuess {
	if len([]rune(text)) > longestHead {
		return headerGuess{}
	}
	best := matchPhrase(words(text))
	if best.score > 0 {
		best.score += 5
	}
	split := strings.NewReplacer(" - ", "/", " – ", "/").Replace(text)
	parts := strings.FieldsFunc(split, func(r rune) bool { return strings.ContainsRune("/|\n\r()[]:*", r) })
	if len(parts) < 2 {
		return best
	}
	for _, p := range parts {
		if g := matchPhrase(words(p)); g.score > best.score {
			best = g
		}
	}
	return best
}

func matchPhrase(title []string) headerGuess {
	var best headerGuess
	whole := strings.Join(title, " ")
	length := len([]rune(whole))
	for _, p := range phrases {
		score := 0
		switch {
		case whole == "":
		case whole == p.whole:
			score = sureHeader
		case length >= 6 && max(length-p.length, p.length-length) <= 1 && distance(whole, p.whole) == 1:
			score = 85
		default:
			score = partialScore(title, p.words)
		}
		if score > best.score {
			best = headerGuess{p.field, score}
		}
	}
	return best
}

// partialScore rates a title that contains a phrase by the share of the title that the phrase is.
func partialScore(title, p []string) int {
	if len(p) > len(title) || !containsWords(title, p) {
		return 0
	}
	letters := func(ws []string) int {
		n := 0
		for _, w := range ws {
			if !fillers[w] {
				n += len([]rune(w))
			}
		}
		return n
	}
	all, part := letters(title), letters(p)
	if all == 0 || part < 3 {
		return 0
	}
	return 40 + 50*part/all
}

// fillers are words that do not weigh in a title.
var fillers = map[string]bool{
	"de": true, "du": true, "la": true, "le": true, "l": true, "d": true, "des": true, "les": true, "n": true, "et": true, "of": true, "the": true, "and": true, "en": true,
	"ou": true, "votre": true, "و": true, "او": true, "no": true,
}

func containsWords(title, p []string) bool {
	for i := 0; i+len(p) <= len(title); i++ {
		if slices.Equal(title[i:i+len(p)], p) {
			return true
		}
	}
	return false
}
