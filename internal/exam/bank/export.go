package bank

import (
	"context"
	"io"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
)

// ExportOptions say what is written and how.
type ExportOptions struct {
	Format format.Format
	Filter Filter
	Lang   i18n.Lang // of the workbook's headings, and of formats that hold one language; empty is French
}

// Exported is what was written and what the format could not hold.
type Exported struct {
	Questions int
	Lost      []Note
}

// Export writes questions. What a format cannot hold is listed, never dropped in silence.
func (s *Service) Export(ctx context.Context, actor access.Actor, w io.Writer, o ExportOptions) (Exported, error) {
	rows, err := s.All(ctx, actor, o.Filter)
	if err != nil {
		return Exported{}, err
	}
	if o.Lang == "" {
		o.Lang = i18n.FR
	}
	if o.Format == XLSX {
		return Exported{Questions: len(rows)}, s.writeWorkbook(w, rows, o.Lang)
	}
	if !known(o.Format) {
		return Exported{}, errs.NewInvalid("examformat_unknown").With("format", string(o.Format))
	}
	done := Exported{}
	qs := make([]format.Question, len(rows))
	for i, r := range rows {
		var lost []Lost
		qs[i], lost = ToFormat(r.Question)
		for _, l := range lost {
			done.Lost = append(done.Lost, Note{Code: l.Code, Key: l.Key})
		}
	}
	problems, err := format.Write(o.Format, w, qs, format.Options{Lang: o.Lang})
	done.Lost = append(done.Lost, notes(problems)...)
	done.Questions = len(qs) - refused(problems)
	return done, err
}

// refused counts the questions that were not written at all.
func refused(problems []format.Problem) int {
	left := map[string]bool{}
	for _, p := range problems {
		switch p.Key {
		case "examformat_aiken_type", "examformat_aiken_stem", "examformat_aiken_language", "examformat_qti_type", "examformat_gift_arrow":
			left[p.Code] = true
		}
	}
	return len(left)
}

func known(f format.Format) bool {
	for _, x := range Formats() {
		if x == f {
			return true
		}
	}
	return false
}

// Ending is the ending of a file of a format.
func Ending(f format.Format) string {
	switch f {
	case XLSX:
		return ".xlsx"
	case format.MoodleXML:
		return ".xml"
	case format.QTI:
		return ".zip"
	case format.GIFT:
		return ".gift.txt"
	}
	return ".txt"
}
