package workshop

import (
	"slices"
	"strings"

	"shelter/internal/i18n"
	"shelter/web/form"
)

// zones are the time zones that the form offers: Tunisia first, then where study visits and meetings are likely to lead.
var zones = []string{"Africa/Tunis", "Asia/Amman", "Africa/Algiers", "Africa/Cairo", "Africa/Casablanca", "Africa/Tripoli", "America/New_York", "Asia/Beirut",
	"Asia/Qatar", "Asia/Riyadh", "Asia/Tokyo", "Europe/Brussels", "Europe/Istanbul", "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Rome", "Europe/Zurich"}

// zoneOptions are the zones by country; one that an event has already is among them.
func zoneOptions(loc *i18n.Localizer, has string) []form.Option {
	list := make([]form.Option, 0, len(zones)+1)
	for _, z := range zones {
		list = append(list, form.Option{Value: z, Label: loc.T("workshop_zone_"+strings.ReplaceAll(z, "/", "_")) + " (" + z + ")"})
	}
	if has != "" && !slices.Contains(zones, has) {
		list = append(list, form.Option{Value: has, Label: has})
	}
	return list
}
