package bank

import (
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

func langOptions() []form.Option {
	var list []form.Option
	for _, l := range i18n.Langs() {
		list = append(list, form.Option{Value: string(l), Label: l.Name()})
	}
	return list
}

func typeTiles(l *i18n.Localizer) []kit.Tile {
	icons := map[exam.Type]kit.Tile{
		exam.Single: {Icon: "circle-dot"}, exam.Multiple: {Icon: "list-checks"}, exam.TrueFalse: {Icon: "check-check"}, exam.Matching: {Icon: "arrow-left-right"},
		exam.Ordering: {Icon: "list-ordered"}, exam.ShortText: {Icon: "text-cursor-input"}, exam.Numeric: {Icon: "hash"}, exam.OpenAnswer: {Icon: "text"}, exam.Likert: {Icon: "smile"},
	}
	var list []kit.Tile
	for _, t := range exam.Types() {
		tile := icons[t]
		tile.Label, tile.Text, tile.Href = l.T("bank_type_"+string(t)), l.T("bank_type_"+string(t)+"_hint"), "/bank/new?type="+string(t)
		list = append(list, tile)
	}
	return list
}
