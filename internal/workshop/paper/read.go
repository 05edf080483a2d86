package paper

import (
	"bytes"
	"context"
	"errors"
	"time"

	"shelter/internal/errs"
	"shelter/internal/picture"
)

// What is kept of a picture: fine enough to read a signature.
const (
	keptSide    = 2400 // pixels of the longer side
	keptQuality = 80

	longest = 45 * time.Second // for the pages of one PDF; those after it are matched by hand
)

// read looks at what a file holds, fills in how it is kept, and gives the codes of its pages, empty where none can be read.
func (s *Service) read(ctx context.Context, sc *Scan, data []byte) ([]string, error) {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return nil, errs.New(errs.Unavailable, "error_unavailable").Because(ctx.Err())
	}
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		codes, pages := s.readPDF(data)
		sc.MIME, sc.Data, sc.Size, sc.Pages = "application/pdf", data, len(data), pages
		return codes, nil
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		img, err := picture.Read(data)
		if errors.Is(err, picture.ErrPixels) {
			return nil, errs.NewInvalid("sheets_error_pixels").With("max", picture.MaxPixels>>20)
		}
		if err != nil {
			return nil, errs.NewInvalid("sheets_error_broken").Because(err)
		}
		code := codeIn(img)
		if sc.Data, err = picture.JPEG(img, keptSide, keptQuality); err != nil {
			return nil, errs.Wrap(err, "paper: write the picture anew")
		}
		sc.MIME, sc.Size, sc.Pages = "image/jpeg", len(sc.Data), 1
		return []string{code}, nil
	}
	return nil, errs.NewInvalid("sheets_error_kind")
}
