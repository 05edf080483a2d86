package workshop

import (
	"context"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ical"
)

// AnswerCalendar gives the half-days of an event as one file, to whoever has the link by which a person with a place, or an invitation,
// answers. Calendar programs that read only the first appointment of a message (Outlook) take all of a file; the appointments have
// the same UIDs as in the message, so that no half-day is there twice.
//
// public: see Answering.
func (s *Service) AnswerCalendar(ctx context.Context, token string, lang i18n.Lang) ([]byte, error) {
	e, err := s.byAnswerToken(ctx, s.db, token)
	if err != nil {
		return nil, err
	}
	if e.State != Enrolled && e.State != Invited {
		return nil, errs.NewNotFound("workshop: calendar of an answer")
	}
	h, err := readHead(ctx, s.db, e.EventID)
	if err != nil {
		return nil, err
	}
	slots, err := calendarSlots(ctx, s.db, e.EventID, false)
	if err != nil {
		return nil, err
	}
	c := ical.Calendar{Method: ical.Publish, Name: h.Event.PrintTitle(lang)}
	for i := range slots {
		entry := slots[i].entry(&h.Event, lang, "")
		entry.Organizer = s.organizer()
		c.Events = append(c.Events, entry)
	}
	return c.Bytes(), nil
}
