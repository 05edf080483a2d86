package casework

import (
	"slices"
	"strings"

	"shelter/internal/i18n"
)

// The lists of the forms. Each word is a stable id that the database and files keep; pages show the catalogue's text for
// "case_LIST_WORD". DOMAIN.md says which of them follow the law and which are a working list.
var (
	// Sexes, age bands and groups of nationality are coarse on purpose: with some fifty files, fine ones name people.
	Sexes         = []string{"f", "m", "unknown"}
	AgeBands      = []string{"0-11", "12-17", "18-25", "26-40", "41+", "unknown"}
	Nationalities = []string{"tn", "africa", "arab", "other", "unknown"}
	// Forms of exploitation: a working list after Organic Law 2016-61 art. 2.
	Forms = []string{"domestic_servitude", "forced_labour", "sexual", "begging", "debt_bondage", "child_economic", "forced_marriage", "criminality", "organs", "other", "unknown"}
	// Sources of what is written down (art. 44 of Law 2004-63: data come from the person; others are named as the source).
	Sources = []string{"person", "family", "ngo", "police", "health", "social_services", "child_protection", "instance", "hotline", "international", "observed", "other"}
	// Acts and Means are those of Organic Law 2016-61 art. 2; Purposes the forms of exploitation named there.
	Acts     = []string{"attract", "recruit", "transport", "transfer", "divert", "repatriate", "harbour", "receive"}
	Means    = []string{"force", "weapon", "coercion", "abduction", "fraud", "deception", "authority", "vulnerability", "payment"}
	Purposes = []string{"prostitution", "forced_labour", "slavery", "servitude", "begging", "organs", "child_exploitation", "crime"}
	Statuses = []string{"established", "not_established", "unknown"}
	// Indicators are our own plain wording, grouped; they open a conversation and decide nothing.
	Indicators = []string{"movement_watched", "movement_confined", "documents_kept", "documents_false", "work_unpaid", "work_hours", "work_debt", "living_workplace", "living_bad",
		"threats_self", "threats_family", "injuries", "neglect", "exhaustion", "child_alone", "child_school", "child_works", "says_fear", "says_script", "says_deceived"}
	Risks       = []string{"low", "medium", "high", "extreme"}
	Domains     = []string{"safety", "medical", "psychological", "social", "legal", "shelter", "return", "reintegration"}
	GoalStates  = []string{"open", "met", "not_met", "not_applicable"}
	Authorities = []string{"instance", "interior_unit"}
	// ServiceTypes are a working list, by domain.
	ServiceTypes = []string{
		"medical.emergency", "medical.consultation", "medical.checkup", "medical.medicines", "medical.reproductive", "medical.hospital", "medical.dental", "medical.forensic",
		"psychological.first_aid", "psychological.assessment", "psychological.individual", "psychological.group", "psychological.psychiatric",
		"social.listening", "social.mediation", "social.material", "social.schooling", "social.civil_documents", "social.interpreting",
		"legal.rights", "legal.aid", "legal.complaint", "legal.accompaniment", "legal.residence",
		"shelter.emergency", "shelter.hostel", "shelter.autonomy", "shelter.outside",
		"return.counselling", "return.documents", "return.risk", "return.ticket", "return.escort", "return.reception",
		"reintegration.business", "reintegration.training", "reintegration.job", "reintegration.housing", "reintegration.psychosocial", "reintegration.follow_up",
	}
	ServiceStates  = []string{"requested", "planned", "provided", "unavailable", "cancelled"}
	Outcomes       = []string{"helped", "partly", "no_change", "refused"}
	Lacks          = []string{"no_provider", "no_place", "cost", "distance", "language", "eligibility", "waiting"}
	TaskKinds      = []string{"appointment", "call", "document", "visit", "review", "other"}
	ClosureReasons = []string{"goals_met", "voluntary_return", "reintegrated", "transferred", "withdrew", "lost_contact", "left_shelter", "not_trafficking", "came_of_age", "died", "duplicate", "other"}
)

// known tells whether a word stands in a list.
func known(list []string, word string) bool { return slices.Contains(list, word) }

// DomainOf gives the domain of a type of service.
func DomainOf(serviceType string) string {
	domain, _, _ := strings.Cut(serviceType, ".")
	return domain
}

// Minor tells whether an age band is a child's.
func Minor(band string) bool { return band == "0-11" || band == "12-17" }

// Word gives the catalogue's text of a word of a list.
func Word(l *i18n.Localizer, list, word string) string {
	if word == "" {
		return "–"
	}
	return l.T(WordKey(list, word))
}

// WordKey is the catalogue's key of a word of a list.
func WordKey(list, word string) string {
	return "case_" + list + "_" + strings.NewReplacer(".", "_", "+", "_up", "-", "_").Replace(word)
}
