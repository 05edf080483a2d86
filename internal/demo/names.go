package demo

// Invented people are put together from names that are common in Tunisia. Each entry gives a name in both scripts; nobody in
// particular is meant, and every organisation says that it is fictitious.
var families = [...][2]string{
	{"Ayari", "العياري"}, {"Gharbi", "الغربي"}, {"Hammami", "الهمامي"}, {"Mejri", "الماجري"}, {"Trabelsi", "الطرابلسي"},
	{"Jaziri", "الجزيري"}, {"Chaabane", "شعبان"}, {"Bouazizi", "البوعزيزي"}, {"Ben Salah", "بن صالح"}, {"Dridi", "الدريدي"},
	{"Zouari", "الزواري"}, {"Mansouri", "المنصوري"}, {"Khelifi", "الخليفي"}, {"Saïdi", "السعيدي"}, {"Ouertani", "الورتاني"},
	{"Ferchichi", "الفرشيشي"}, {"Belhadj", "بلحاج"}, {"Karoui", "القروي"}, {"Nasri", "النصري"}, {"Rezgui", "الرزقي"},
	{"Slimani", "السليماني"}, {"Toumi", "التومي"}, {"Yahyaoui", "اليحياوي"}, {"Abidi", "العبيدي"}, {"Brahmi", "البراهمي"},
	{"Cherif", "الشريف"}, {"Haddad", "الحداد"}, {"Jebali", "الجبالي"}, {"Louati", "اللواتي"}, {"Makni", "المكني"},
}

type given struct{ fr, ar, sex string }

var givens = [...]given{
	{"Salma", "سلمى", "f"}, {"Nesrine", "نسرين", "f"}, {"Imen", "إيمان", "f"}, {"Ines", "إيناس", "f"}, {"Amel", "أمل", "f"},
	{"Wafa", "وفاء", "f"}, {"Héla", "هالة", "f"}, {"Rim", "ريم", "f"}, {"Sonia", "سنية", "f"}, {"Leïla", "ليلى", "f"},
	{"Mouna", "منى", "f"}, {"Olfa", "ألفة", "f"}, {"Asma", "أسماء", "f"}, {"Najet", "نجاة", "f"}, {"Khadija", "خديجة", "f"},
	{"Sami", "سامي", "m"}, {"Slim", "سليم", "m"}, {"Walid", "وليد", "m"}, {"Hatem", "حاتم", "m"}, {"Anis", "أنيس", "m"},
	{"Nizar", "نزار", "m"}, {"Karim", "كريم", "m"}, {"Mohamed Ali", "محمد علي", "m"}, {"Youssef", "يوسف", "m"}, {"Fathi", "فتحي", "m"},
}

// organisation is an invented place of work.
type organisation struct {
	name, ar, kind, governorate string
	shelter                     bool
}

var organisations = [...]organisation{
	{"MAS – Centre d'hébergement Les Oliviers (fictif)", "مركز إيواء الزيتون (وهمي)", "mas", "TN-11", true},
	{"MAS – Centre d'hébergement La Palmeraie (fictif)", "مركز إيواء الواحة (وهمي)", "mas", "TN-61", true},
	{"MAS – Direction régionale Tunis (fictive)", "الإدارة الجهوية بتونس (وهمية)", "mas", "TN-11", false},
	{"MAS – Direction régionale Sfax (fictive)", "الإدارة الجهوية بصفاقس (وهمية)", "mas", "TN-61", false},
	{"MAS – Direction régionale Sousse (fictive)", "الإدارة الجهوية بسوسة (وهمية)", "mas", "TN-51", false},
	{"MAS – CDIS Gabès (fictif)", "مركز الدفاع والإدماج بقابس (وهمي)", "mas", "TN-81", false},
	{"MAS – CDIS Kasserine (fictif)", "مركز الدفاع والإدماج بالقصرين (وهمي)", "mas", "TN-42", false},
	{"MAS – Direction régionale Médenine (fictive)", "الإدارة الجهوية بمدنين (وهمية)", "mas", "TN-82", false},
	{"Délégation à la protection de l'enfance Béja (fictive)", "مندوبية حماية الطفولة بباجة (وهمية)", "public", "TN-31", false},
	{"Hôpital régional Jendouba (fictif)", "المستشفى الجهوي بجندوبة (وهمي)", "public", "TN-32", false},
	{"Association Amal (fictive)", "جمعية الأمل (وهمية)", "ngo", "TN-51", false},
	{"Association Voix libres (fictive)", "جمعية أصوات حرة (وهمية)", "ngo", "TN-11", false},
	{"ONG Dignité Sud (fictive)", "منظمة كرامة الجنوب (وهمية)", "ngo", "TN-82", false},
	{"Association Terre d'accueil (fictive)", "جمعية أرض الترحاب (وهمية)", "ngo", "TN-61", false},
	{"Association Horizons Kef (fictive)", "جمعية آفاق الكاف (وهمية)", "ngo", "TN-33", false},
	{"Organisation internationale partenaire (fictive)", "منظمة دولية شريكة (وهمية)", "international", "TN-11", false},
}

var jobs = [...][2]string{
	{"Assistante sociale", "أخصائي اجتماعي"}, {"Psychologue", "أخصائي نفسي"}, {"Éducateur", "مربّ"}, {"Infirmière", "ممرض"},
	{"Juriste", "مستشار قانوني"}, {"Chef de service", "رئيس مصلحة"}, {"Animatrice", "منشط"}, {"Coordinatrice", "منسق"},
}
