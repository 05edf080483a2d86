package workshop

import (
	"context"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// AttendanceRow is one person and one half-day, flat. The pointers lead into the Report.
type AttendanceRow struct {
	Slot   *Slot
	Person *Participant
	Cell   Cell
}

// Report is everything that the attendance exports need, people by family name.
type Report struct {
	*View

	Rows []AttendanceRow // people x half-days: those enrolled, and those who left but had attendance marked
}

// AttendanceRows gives the attendance of an event for exports and printed sheets. The caller records what it exported.
func (s *Service) AttendanceRows(ctx context.Context, actor access.Actor, event uuid.UUID) (*Report, error) {
	v, err := s.View(ctx, actor, access.AttendanceExport, event)
	if err != nil {
		return nil, err
	}
	r := &Report{View: v, Rows: make([]AttendanceRow, 0, len(v.People)*len(v.Slots))}
	for i := range v.People {
		if p := &v.People[i]; p.Counts() {
			for j := range v.Slots {
				r.Rows = append(r.Rows, AttendanceRow{Slot: &v.Slots[j], Person: p, Cell: p.Cells[j]})
			}
		}
	}
	return r, nil
}

// Counts tells whether a person belongs into attendance figures: enrolled, or gone but marked while there.
func (p *Participant) Counts() bool { return p.State == Enrolled || p.Marked() }
