package org

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Kind is the type of an organisation, as reports count it.
type Kind string

// The kinds of organisations.
const (
	KindMAS           Kind = "mas"    // Ministry of Social Affairs and its services
	KindPublic        Kind = "public" // other public bodies, the Instance included
	KindNGO           Kind = "ngo"
	KindInternational Kind = "international"
)

// Kinds lists the kinds in the order of reports.
func Kinds() []Kind { return []Kind{KindMAS, KindPublic, KindNGO, KindInternational} }

// Valid tells whether the kind exists.
func (k Kind) Valid() bool {
	return k == KindMAS || k == KindPublic || k == KindNGO || k == KindInternational
}

// Org is an organisation: a service of the Ministry, another public body, an NGO, an international organisation.
type Org struct {
	bun.BaseModel `bun:"table:org.organisation,alias:o"`

	ID          uuid.UUID `bun:",pk"`
	Name        string
	NameAR      string `bun:"name_ar"`
	NameKey     string
	NameARKey   string `bun:"name_ar_key"`
	Kind        Kind
	Shelter     bool
	Governorate string `bun:",nullzero"`
	CreatedAt   time.Time
	ArchivedAt  time.Time `bun:",nullzero"`
}

// NameIn gives the name in a language, or the only one there is.
func (o Org) NameIn(l i18n.Lang) string {
	if l == i18n.AR && o.NameAR != "" {
		return o.NameAR
	}
	return o.Name
}

// OrganisationInput is what a form or an import says of an organisation.
type OrganisationInput struct {
	ID          uuid.UUID // made by the form; zero: made here
	Name        string
	NameAR      string
	Kind        Kind // empty: guessed from the name
	Shelter     bool
	Governorate string
	Archived    bool
}

// OrganisationKey makes the spelling-insensitive key of a name: case, accents, dashes, points, quotes and Arabic letter
// variants do not count, so that "MAS – CDIS Sfax" and "mas cdis sfax" are one organisation.
func OrganisationKey(name string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(strings.ToLower(westernDigits(name))) {
		r = foldLetter(r)
		switch {
		case r < 0:
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		case r == '&':
			b.WriteString(" et")
			space = true
		default:
			space = true
		}
	}
	return b.String()
}

// foldLetter gives the letter that stands for all its variants; -1 for a mark that does not count at all.
func foldLetter(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ة':
		return 'ه'
	case 'ى':
		return 'ي'
	case 'ڨ':
		return 'ق'
	case 'œ':
		return 'o'
	case '.', '\'', '’', 'ʼ', '`', '"', '«', '»', '“', '”', 'ـ':
		return -1
	}
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}

// kindSigns are the words that tell an organisation's kind, read in this order in its key, as whole words. A sign after ^
// stands at the beginning of the name.
var kindSigns = []struct {
	kind  Kind
	words []string
}{
	{KindMAS, []string{"^mas", "^ministere des affaires sociales", "affaires sociales", "^وزاره الشوون الاجتماعيه", "الشوون الاجتماعيه"}},
	{KindInternational, []string{"oim", "iom", "unicef", "unhcr", "hcr", "onudc", "unodc", "pnud", "undp", "unfpa", "fnuap", "croix rouge internationale", "المنظمه الدوليه للهجره"}},
	{KindNGO, []string{"association", "associations", "ong", "ngo", "asso", "جمعيه", "الجمعيه", "منظمه غير حكوميه"}},
	{KindPublic, []string{
		"^instance", "^inltp", "^inlctp", "ministere", "direction", "delegation", "delegue", "hopital", "police", "garde nationale", "tribunal",
		"commissariat", "municipalite", "commune", "gouvernorat", "الهييه", "^هييه", "وزاره", "مستشفي", "بلديه", "محكمه", "ولايه",
		"مندوبيه", "مندوب", "الحرس الوطني", "الاداره", "اداره",
	}},
}

// GuessKind guesses the kind from a name; an NGO when nothing tells, as most unlisted partners are.
func GuessKind(name string) Kind {
	key := " " + OrganisationKey(name) + " "
	for _, s := range kindSigns {
		for _, w := range s.words {
			start, found := strings.CutPrefix(w, "^")
			if (found && strings.HasPrefix(key, " "+start+" ")) || (!found && strings.Contains(key, " "+w+" ")) {
				return s.kind
			}
		}
	}
	return KindNGO
}

// CreateOrganisation adds an organisation; Invalid beside the name when it is known already.
func (s *Service) CreateOrganisation(ctx context.Context, actor access.Actor, in OrganisationInput) (Org, error) {
	if err := access.Can(actor, access.OrganisationEdit, access.Resource{}); err != nil {
		return Org{}, err
	}
	var o Org
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if in.ID != uuid.Nil {
			if o, err = organisationByID(ctx, tx, in.ID); !errs.Is(err, errs.NotFound) {
				return err
			}
		}
		o, err = s.organisationFrom(ctx, tx, in)
		if err != nil {
			return err
		}
		return s.insertOrganisation(ctx, tx, actor, o)
	})
	return o, err
}

func (s *Service) insertOrganisation(ctx context.Context, idb bun.IDB, actor access.Actor, o Org) error {
	if _, err := idb.NewInsert().Model(&o).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, idb, actor, "organisation.create", "organisation", o.ID.String(), map[string]any{"kind": o.Kind})
}

// organisationFrom checks the input and makes the row.
func (s *Service) organisationFrom(ctx context.Context, idb bun.IDB, in OrganisationInput) (Org, error) {
	var c checker
	in.Name = c.text("name", in.Name, titleMax)
	in.NameAR = c.text("name_ar", in.NameAR, titleMax)
	if in.Name == "" {
		in.Name = in.NameAR
	}
	o := Org{ID: in.ID, Name: in.Name, NameAR: in.NameAR, NameKey: OrganisationKey(in.Name), NameARKey: OrganisationKey(in.NameAR),
		Kind: in.Kind, Shelter: in.Shelter, Governorate: in.Governorate, CreatedAt: s.now().UTC()}
	if o.ID == uuid.Nil {
		o.ID = uuid.Must(uuid.NewV7())
	}
	if o.NameKey == "" {
		c.wrong("name", "error_required", nil)
	}
	if o.Kind == "" {
		o.Kind = GuessKind(o.Name)
	}
	if !o.Kind.Valid() {
		c.wrong("kind", "error_choice", nil)
	}
	if o.Governorate != "" && !reGovernorate.MatchString(o.Governorate) {
		c.wrong("governorate", "error_choice", nil)
	}
	if err := errs.InvalidFields(c.fields); err != nil {
		return Org{}, err
	}
	return o, checkOrganisationName(ctx, idb, o)
}

// checkOrganisationName refuses a name, in either script, that another organisation has.
func checkOrganisationName(ctx context.Context, idb bun.IDB, o Org) error {
	var fields []errs.Field
	for _, f := range []struct{ name, key string }{{"name", o.NameKey}, {"name_ar", o.NameARKey}} {
		other, err := organisationByKey(ctx, idb, f.key)
		if errs.Is(err, errs.NotFound) || (err == nil && other.ID == o.ID) {
			continue
		}
		if err != nil {
			return err
		}
		fields = append(fields, errs.Field{Name: f.name, Key: "people_error_organisation_known", Args: errs.Args{"name": other.Name}})
	}
	return errs.InvalidFields(fields)
}

func organisationByKey(ctx context.Context, idb bun.IDB, key string) (Org, error) {
	if key == "" {
		return Org{}, errs.NewNotFound("organisation")
	}
	var o Org
	err := idb.NewSelect().Model(&o).Where("o.name_key = ? OR o.name_ar_key = ?", key, key).Order("o.created_at").Limit(1).Scan(ctx)
	return o, db.Translate(err)
}

func organisationByID(ctx context.Context, idb bun.IDB, id uuid.UUID) (Org, error) {
	var o Org
	err := idb.NewSelect().Model(&o).Where("o.id = ?", id).Scan(ctx)
	return o, db.Translate(err)
}

// FindOrganisationTx gives the organisation of a name, however it is spelled; NotFound when it is new.
func (s *Service) FindOrganisationTx(ctx context.Context, idb bun.IDB, actor access.Actor, name string) (Org, error) {
	if err := access.Can(actor, access.PersonCreate, access.Resource{}); err != nil {
		return Org{}, err
	}
	return organisationByKey(ctx, idb, OrganisationKey(name))
}

// EnsureOrganisationTx gives the organisation of a name met on a list, and makes it when it is new, its kind guessed. Two
// imports at once make one.
func (s *Service) EnsureOrganisationTx(ctx context.Context, idb bun.IDB, actor access.Actor, in OrganisationInput) (o Org, created bool, err error) {
	o, err = s.FindOrganisationTx(ctx, idb, actor, in.Name)
	if !errs.Is(err, errs.NotFound) {
		return o, false, err
	}
	if o, err = s.organisationFrom(ctx, idb, in); err != nil {
		if made, again := s.FindOrganisationTx(ctx, idb, actor, in.Name); again == nil { // made since we looked
			return made, false, nil
		}
		return Org{}, false, err
	}
	res, err := idb.NewInsert().Model(&o).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return Org{}, false, db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 { // made meanwhile, and waited for
		o, err = organisationByKey(ctx, idb, o.NameKey)
		return o, false, err
	}
	return o, true, s.record(ctx, idb, actor, "organisation.create", "organisation", o.ID.String(), map[string]any{"kind": o.Kind})
}

// UpdateOrganisation changes an organisation or puts it in the archive.
func (s *Service) UpdateOrganisation(ctx context.Context, actor access.Actor, id uuid.UUID, in OrganisationInput) (Org, error) {
	if err := access.Can(actor, access.OrganisationEdit, access.Resource{OrganisationID: id}); err != nil {
		return Org{}, err
	}
	var o Org
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		old, err := organisationByID(ctx, tx, id)
		if err != nil {
			return err
		}
		in.ID = id
		if o, err = s.organisationFrom(ctx, tx, in); err != nil {
			return err
		}
		o.CreatedAt, o.ArchivedAt = old.CreatedAt, archivedAt(old, in, s.now().UTC())
		if _, err := tx.NewUpdate().Model(&o).ExcludeColumn("id", "created_at").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "organisation.update", "organisation", id.String(), map[string]any{"archived": in.Archived})
	})
	return o, err
}

func archivedAt(old Org, in OrganisationInput, now time.Time) time.Time {
	switch {
	case !in.Archived:
		return time.Time{}
	case !old.ArchivedAt.IsZero():
		return old.ArchivedAt
	}
	return now
}

// Organisation gives one organisation.
func (s *Service) Organisation(ctx context.Context, actor access.Actor, id uuid.UUID) (Org, error) {
	if err := access.Can(actor, access.OrganisationView, access.Resource{OrganisationID: id}); err != nil {
		return Org{}, err
	}
	return organisationByID(ctx, s.db, id)
}

// OrganisationRow is a line of the list, with how many people it has.
type OrganisationRow struct {
	Org `bun:",extend"`

	People int
}

// Organisations lists the organisations by kind and name; archived ones last.
func (s *Service) Organisations(ctx context.Context, actor access.Actor) ([]OrganisationRow, error) {
	if err := access.Can(actor, access.OrganisationView, access.Resource{}); err != nil {
		return nil, err
	}
	var rows []OrganisationRow
	err := s.db.NewSelect().TableExpr("org.organisation AS o").ColumnExpr("o.*").
		ColumnExpr("(SELECT count(*) FROM org.person p WHERE p.organisation_id = o.id) AS people").
		OrderExpr("o.archived_at IS NOT NULL, array_position(ARRAY['mas','public','ngo','international'], o.kind), lower(o.name), o.id").
		Scan(ctx, &rows)
	return rows, db.Translate(err)
}

// OrganisationChoices lists the organisations in use, by name, for a form's choice.
// public: names of organisations are no secret; forms of several capabilities offer them.
func (s *Service) OrganisationChoices(ctx context.Context) ([]Org, error) {
	var list []Org
	err := s.db.NewSelect().Model(&list).Where("o.archived_at IS NULL").OrderExpr("lower(o.name), o.id").Scan(ctx)
	return list, db.Translate(err)
}
