package casework

import (
	"bytes"
	"context"
	"errors"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"shelter/internal/errs"
	"shelter/internal/picture"
)

// Limits of a document that is sent, and how a picture is kept: fine enough to read small print.
const (
	MaxPaper     = 10 << 20 // bytes
	paperSide    = 2600     // pixels of the longer side
	paperQuality = 82
	maxPaperName = 120 // characters
)

// paper is a document as it is kept: what its content says it is, whatever its name says.
type paper struct {
	name, mime string
	data       []byte
}

// readPaper looks at what was sent, in memory alone. A picture is unfolded by one at a time, since it takes much of it.
func (s *Service) readPaper(ctx context.Context, name string, data []byte, cut bool) (*paper, error) {
	switch {
	case cut, len(data) > MaxPaper:
		return nil, errs.NewInvalid("case_error_file_large").With("max", MaxPaper>>20)
	case len(data) == 0:
		return nil, errs.NewInvalid("case_error_file_missing")
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return &paper{paperName(name, ".pdf"), "application/pdf", data}, nil
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		select {
		case s.unfolding <- struct{}{}:
			defer func() { <-s.unfolding }()
		case <-ctx.Done():
			return nil, errs.New(errs.Unavailable, "error_unavailable").Because(ctx.Err())
		}
		anew, err := photograph(data)
		if err != nil {
			return nil, err
		}
		return &paper{paperName(name, ".jpg"), "image/jpeg", anew}, nil
	}
	return nil, errs.NewInvalid("case_error_file_kind")
}

// photograph writes a picture anew, without anything that was hidden in the file.
func photograph(data []byte) ([]byte, error) {
	img, err := picture.Read(data)
	if errors.Is(err, picture.ErrPixels) {
		return nil, errs.NewInvalid("case_error_file_pixels").With("max", picture.MaxPixels>>20)
	}
	if err != nil {
		return nil, errs.NewInvalid("case_error_file_broken").Because(err)
	}
	anew, err := picture.JPEG(img, paperSide, paperQuality)
	return anew, errs.Wrap(err, "casework: write the picture anew")
}

// paperName keeps what a name says and nothing that a system could take for a path or an order, with the ending of the content.
func paperName(name, ending string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`/<>:"|?*`, r) {
			return -1
		}
		return r
	}, strings.TrimSuffix(name, path.Ext(name)))
	name = strings.Trim(name, " .")
	if name == "" {
		name = "document"
	}
	for utf8.RuneCountInString(name) > maxPaperName {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return name + ending
}
