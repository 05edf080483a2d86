package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// entry is one line of the audit. Detail is the JSON text itself, so that the code is made over what is stored.
type entry struct {
	bun.BaseModel `bun:"table:cases.audit,alias:a"`

	ID      int64 `bun:",pk,autoincrement"`
	Nonce   uuid.UUID
	At      time.Time
	ActorID uuid.UUID `bun:",nullzero"`
	Actor   string
	Action  string
	CaseID  string
	OwnerID uuid.UUID `bun:",nullzero"`
	Detail  string
	MAC     []byte `bun:"mac"`
}

// canonical is the text that the code of an entry is made over: ids of one length, the time in sixteen digits, then every text with
// its length before it, so that no two entries have the same text. The time counts in microseconds, as PostgreSQL keeps it.
func (e *entry) canonical(to []byte) []byte {
	to = append(to, e.Nonce[:]...)
	to = strconv.AppendInt(to, e.At.UnixMicro(), 10)
	to = append(to, e.ActorID[:]...)
	to = append(to, e.OwnerID[:]...)
	for _, f := range [...]string{e.Actor, e.Action, e.CaseID, e.Detail} {
		to = strconv.AppendInt(to, int64(len(f)), 10)
		to = append(to, ':')
		to = append(to, f...)
	}
	return to
}

// record writes an entry of the audit through the transaction of the act. caseID is the file's id, or what was asked for.
func (s *Service) record(ctx context.Context, tx bun.Tx, actor access.Actor, action, caseID string, owner uuid.UUID, detail map[string]any) error {
	text := "{}"
	if len(detail) > 0 {
		data, err := json.Marshal(detail)
		if err != nil {
			return err
		}
		text = string(data)
	}
	name := "person"
	if actor.System != "" {
		name = actor.System
	}
	e := entry{Nonce: uuid.Must(uuid.NewV7()), At: s.now().Truncate(time.Microsecond), ActorID: actor.PersonID, Actor: name, Action: action, CaseID: caseID, OwnerID: owner, Detail: text}
	e.MAC = s.o.Keys.Coder().Code(nil, e.canonical(nil))
	if _, err := tx.NewInsert().Model(&e).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("casework: audit %s: %w", action, db.Translate(err))
	}
	return nil
}
