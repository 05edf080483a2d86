package certificate

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// Papers are certificates to be printed.
type Papers struct {
	Head *workshop.Head // of the event; nil for a course
	Of   *course.Course // the newest version; nil for an event
	List []Certificate  // valid ones, by number
}

// Print gives the valid certificates of the people whom a listing chooses, a page of them, for paper. Of a course that somebody finished
// more than once it is that of the last time.
func (s *Service) Print(ctx context.Context, actor access.Actor, of Subject, l Listing) (*Papers, error) {
	b, err := s.Board(ctx, actor, of)
	if err != nil {
		return nil, err
	}
	p := &Papers{Head: b.Head, Of: b.Of}
	for _, c := range b.List(l).Rows {
		if c.Issued() {
			p.List = append(p.List, *c.Current)
		}
	}
	if len(p.List) == 0 {
		return nil, errs.NewNotFound("certificate: none to print")
	}
	slices.SortFunc(p.List, func(a, b Certificate) int {
		return cmp.Or(cmp.Compare(len(a.Number), len(b.Number)), cmp.Compare(a.Number, b.Number))
	})
	return p, nil
}

// OwnPaper gives a valid certificate to its holder for paper.
func (s *Service) OwnPaper(ctx context.Context, actor access.Actor, id uuid.UUID) (*Papers, error) {
	p, err := s.paper(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: p.List[0].PersonID}); err != nil {
		return nil, err
	}
	if !p.List[0].Valid() {
		return nil, errs.NewNotFound("certificate: revoked")
	}
	return p, nil
}

// PaperByKey gives a certificate for paper to whoever has the address that was sent to its holder. It may be revoked since: then
// there is nothing to print.
//
// public: most holders have no account; the key is made with the key file and nobody can guess it.
func (s *Service) PaperByKey(ctx context.Context, id uuid.UUID, key string) (*Papers, error) {
	if s.vault == nil || subtle.ConstantTimeCompare([]byte(key), []byte(s.key(id))) != 1 {
		return nil, errs.NewNotFound("certificate: paper")
	}
	return s.paper(ctx, id)
}

// HolderByKey gives the actor who decides about a certificate, with its paper, to whoever has the address that was sent to its holder,
// for what concerns this certificate alone. It may be revoked since.
//
// public: see PaperByKey.
func (s *Service) HolderByKey(ctx context.Context, id uuid.UUID, key string) (access.Actor, *Papers, error) {
	p, err := s.PaperByKey(ctx, id, key)
	if err != nil {
		return access.Actor{}, nil, err
	}
	return access.Actor{PersonID: p.List[0].PersonID}, p, nil
}

func (s *Service) paper(ctx context.Context, id uuid.UUID) (*Papers, error) {
	var c Certificate
	if err := s.db.NewSelect().Model(&c).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, errs.Wrap(db.Translate(err), "certificate: paper "+id.String())
	}
	p := &Papers{List: []Certificate{c}}
	if c.Course != "" {
		return p, nil
	}
	var err error
	p.Head, err = s.Workshops.HeadTx(ctx, s.db, c.EventID)
	return p, err
}

// key opens the paper of a certificate: 128 bits that cannot be had from anything printed on it.
func (s *Service) key(id uuid.UUID) string {
	const size = 16
	return base64.RawURLEncoding.EncodeToString(s.vault.MAC("certificate paper", id.String())[:size])
}

// PaperURL is the address at which a holder without an account opens and prints the own certificate; empty without a key file.
func (s *Service) PaperURL(id uuid.UUID) string {
	if s.vault == nil {
		return ""
	}
	return s.publicURL + "/certificates/" + id.String() + "/paper/" + s.key(id)
}

// PaperURLsTx gives the addresses of the papers of an event's valid certificates by enrolment.
//
// public: another service's transaction asks, after its own check.
func (s *Service) PaperURLsTx(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[uuid.UUID]string, error) {
	list, err := currentOf(ctx, idb, Subject{Event: event})
	urls := make(map[uuid.UUID]string, len(list))
	for place, c := range list {
		if c.Valid() {
			urls[place] = s.PaperURL(c.ID)
		}
	}
	return urls, err
}
