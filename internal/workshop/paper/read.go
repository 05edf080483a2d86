package paper

import (
	"bytes"
	"context"
	"errors"
	"regexp"
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

var (
	rePage   = regexp.MustCompile(`/Type\s*/Page[^s\w]`)
	reDCT    = regexp.MustCompile(`/DCTDecode`)
	streamOf = []byte("stream")
	endOf    = []byte("endstream")
)

// readPDF counts the pages and reads the codes of the photographs in a PDF as office scanners make it: one JPEG a page, stored as
// it is. Nothing else of the file is looked into.
func (s *Service) readPDF(data []byte) (codes []string, pages int) {
	began := s.now()
	for _, photo := range photographs(data) {
		code := ""
		if s.now().Sub(began) < longest {
			if img, err := picture.Read(photo); err == nil {
				code = codeIn(img)
			}
		}
		codes = append(codes, code)
	}
	pages = min(max(len(rePage.FindAllIndex(data, maxPages)), 1), maxPages)
	if len(codes) != pages { // not one picture a page: which page a code stands on is for a person to say
		if len(codes) == 0 || len(rePage.FindAllIndex(data, 1)) > 0 {
			return nil, pages
		}
		pages = min(len(codes), maxPages)
	}
	return codes, pages
}

// photographs finds the JPEG streams of a PDF in the order in which they stand.
func photographs(data []byte) [][]byte {
	var list [][]byte
	for _, at := range reDCT.FindAllIndex(data, maxPages) {
		rest := data[at[1]:]
		from := bytes.Index(rest, streamOf)
		if from < 0 || from > 4096 { // the dictionary of an object is short
			continue
		}
		body := bytes.TrimLeft(rest[from+len(streamOf):], "\r\n")
		to := bytes.Index(body, endOf)
		if to > 0 && bytes.HasPrefix(body, []byte("\xff\xd8\xff")) {
			list = append(list, body[:to])
		}
	}
	return list
}
