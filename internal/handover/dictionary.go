package handover

import (
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

// field is a column in the dictionary, in the words of Frictionless Table Schema.
type field struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`

	hidden bool
}

func typeOf(oid uint32) string {
	switch oid {
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return "integer"
	case pgtype.NumericOID, pgtype.Float4OID, pgtype.Float8OID:
		return "number"
	case pgtype.BoolOID:
		return "boolean"
	case pgtype.DateOID:
		return "date"
	case pgtype.TimeOID:
		return "time"
	case pgtype.TimestamptzOID:
		return "datetime"
	}
	return "string"
}

// text is a value as the file has it.
func (f field) text(raw []byte) string {
	s := string(raw)
	switch {
	case f.hidden || raw == nil:
		return ""
	case f.Type == "boolean":
		return map[string]string{"t": "true", "f": "false"}[s]
	case f.Type == "datetime":
		return strings.Replace(strings.TrimSuffix(s, "+00"), " ", "T", 1) + "Z"
	case f.Type == "string" && s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])):
		return "'" + s
	}
	return s
}

// pack is a Frictionless data package.
type pack struct {
	Name      string            `json:"name"`
	Title     string            `json:"title"`
	Created   string            `json:"created"`
	Resources []resource        `json:"resources"`
	LeftOut   map[string]string `json:"left_out"`
}

type resource struct {
	Name          string `json:"name"`
	Path          string `json:"path"`
	Description   string `json:"description"`
	DescriptionAR string `json:"description_ar"`
	Format        string `json:"format"`
	Encoding      string `json:"encoding"`
	Schema        schema `json:"schema"`
}

type schema struct {
	Fields        []field  `json:"fields"`
	MissingValues []string `json:"missingValues"`
}

func (p *pack) add(t *Table, fields []field) {
	p.Resources = append(p.Resources, resource{Name: t.File, Path: "data/" + t.File + ".csv", Description: t.FR, DescriptionAR: t.AR, Format: "csv", Encoding: "utf-8",
		Schema: schema{Fields: fields, MissingValues: []string{""}}})
}
