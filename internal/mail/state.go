package mail

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// State is how far a message is.
type State string

// The states. A message that failed is tried again by its job until that gives up.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	Failed  State = "failed"
)

// Reason is why a message did not leave, as far as it can be said to somebody who did not set the server up.
type Reason string

// The reasons.
const (
	BadAddress  Reason = "address"     // the server does not take the recipient's address
	Unreachable Reason = "unreachable" // no connection to the server
	Refused     Reason = "refused"     // the server does not let Shelter in
	Unclear     Reason = "unclear"     // the cause stands in the server's log
)

// Status is what is known of a message.
type Status struct {
	State  State
	Reason Reason // of a failure
}

// States tells how far messages are. One that is not in the answer was forgotten (see Purge).
func (o *Outbox) States(ctx context.Context, idb bun.IDB, ids []uuid.UUID) (map[uuid.UUID]Status, error) {
	by := make(map[uuid.UUID]Status, len(ids))
	if len(ids) == 0 {
		return by, nil
	}
	var list []row
	err := idb.NewSelect().Model(&list).Column("id", "sent_at", "failures", "last_error").Where("m.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("mail: states: %w", err)
	}
	for i := range list {
		by[list[i].ID] = list[i].status()
	}
	return by, nil
}

func (r *row) status() Status {
	switch {
	case !r.SentAt.IsZero():
		return Status{State: Sent}
	case r.Failures > 0:
		return Status{State: Failed, Reason: reasonOf(r.LastError)}
	}
	return Status{State: Waiting}
}

// reasonOf reads what the sender said. The order counts: a server that cannot be reached says nothing about the address.
func reasonOf(cause string) Reason {
	text := strings.ToLower(cause)
	for _, r := range []struct {
		reason Reason
		signs  []string
	}{
		{Unreachable, []string{"dial", "connection refused", "no such host", "timeout", "deadline", "unreachable", "eof"}},
		{Refused, []string{"auth", "535", "530", "starttls", "certificate", "x509"}},
		{BadAddress, []string{"rcpt to", "550", "553", "mailbox", "parse mail address", "parsing mail address", "failed to parse"}},
	} {
		for _, sign := range r.signs {
			if strings.Contains(text, sign) {
				return r.reason
			}
		}
	}
	return Unclear
}
