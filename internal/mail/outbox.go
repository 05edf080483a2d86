package mail

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/vault"
)

// Queue makes the job that sends a message, in the transaction of the message itself.
type Queue interface {
	EnqueueMail(ctx context.Context, tx *sql.Tx, messageID uuid.UUID) error
}

// Sender brings one message on its way.
type Sender interface {
	Send(ctx context.Context, c Content) error
}

// Outbox keeps messages until they are sent.
type Outbox struct {
	Bundle *i18n.Bundle
	Vault  *vault.Vault
	Queue  Queue
	Sender Sender
	Now    func() time.Time
	From   string // the mailbox that messages come from; calendars answer to it
}

type row struct {
	bun.BaseModel `bun:"table:jobs.message,alias:m"`

	ID        uuid.UUID `bun:",pk"`
	Kind      string
	Recipient string
	Body      []byte
	CreatedAt time.Time
	SentAt    time.Time `bun:",nullzero"`
	Failures  int
	LastError string
}

// Post puts a message into words, keeps it sealed, and asks for a job that sends it: all in the caller's transaction.
func (o *Outbox) Post(ctx context.Context, tx bun.Tx, m Message) error {
	_, err := o.PostAs(ctx, tx, m)
	return err
}

// PostAs is Post that gives the message's id, by which States finds it again.
func (o *Outbox) PostAs(ctx context.Context, tx bun.Tx, m Message) (uuid.UUID, error) {
	c, err := render(o.Bundle, m)
	if err != nil {
		return uuid.Nil, err
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return uuid.Nil, err
	}
	r := row{ID: uuid.Must(uuid.NewV7()), Kind: m.Kind, Recipient: m.To, CreatedAt: o.Now().UTC()}
	r.Body = o.Vault.Seal(plain, aad(r.ID))
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return uuid.Nil, fmt.Errorf("mail: post %s: %w", m.Kind, err)
	}
	return r.ID, o.Queue.EnqueueMail(ctx, tx.Tx, r.ID)
}

func aad(id uuid.UUID) string { return "message:" + id.String() }

// Deliver sends one message and erases it. A message that is gone or was sent already is no error: a job may run twice.
func (o *Outbox) Deliver(ctx context.Context, idb bun.IDB, id uuid.UUID) error {
	var r row
	err := idb.NewSelect().Model(&r).Where("m.id = ? AND m.sent_at IS NULL", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("mail: read message %s: %w", id, err)
	}
	if err := o.send(ctx, r); err != nil {
		o.noteFailure(ctx, idb, id, err)
		return err
	}
	_, err = idb.NewRaw("UPDATE jobs.message SET sent_at = ?, body = NULL, last_error = '' WHERE id = ?", o.Now().UTC(), id).Exec(ctx)
	return err
}

func (o *Outbox) send(ctx context.Context, r row) error {
	plain, err := o.Vault.Open(r.Body, aad(r.ID))
	if err != nil {
		return fmt.Errorf("mail: message %s: %w", r.ID, err)
	}
	var c Content
	if err := json.Unmarshal(plain, &c); err != nil {
		return fmt.Errorf("mail: message %s: %w", r.ID, err)
	}
	if err := o.Sender.Send(ctx, c); err != nil {
		return errs.Wrap(err, "mail: send "+r.Kind+" "+r.ID.String())
	}
	return nil
}

// noteFailure keeps why a message did not leave, for the person who looks after the server.
func (o *Outbox) noteFailure(ctx context.Context, idb bun.IDB, id uuid.UUID, cause error) {
	text := []rune(cause.Error())
	_, _ = idb.NewRaw("UPDATE jobs.message SET failures = failures + 1, last_error = ? WHERE id = ?", string(text[:min(len(text), 500)]), id).Exec(ctx)
}

// Purge erases what was sent, or could not be sent, before a day: addresses are not kept for ever.
func (o *Outbox) Purge(ctx context.Context, idb bun.IDB, before time.Time) error {
	_, err := idb.NewRaw("DELETE FROM jobs.message WHERE created_at < ?", before).Exec(ctx)
	return err
}
