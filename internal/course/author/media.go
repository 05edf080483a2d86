package author

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"path"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/picture"
)

// What is kept of a picture.
const (
	pictureSide   = 1280 // pixels of the longer side
	jpegQuality   = 82
	pngWorthwhile = 200 << 10 // bytes from which a photo is smaller as JPEG
)

// Upload is a file that an author adds to the media of a draft.
type Upload struct {
	Name string
	Data []byte
}

// AddMedia keeps a file in the draft's media folder and gives its path under the course's folder. A picture is turned upright, made
// smaller and written anew, so that nothing hidden in it is left. The same content under the same name is kept once.
func (s *Service) AddMedia(ctx context.Context, actor access.Actor, id uuid.UUID, u Upload) (string, error) {
	if err := may(actor); err != nil {
		return "", err
	}
	name, body, err := u.clean()
	if err != nil {
		return "", err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		name, err = s.place(ctx, tx, actor, d, name, body)
		return err
	})
	return path.Join(mediaFolder, name), db.Translate(err)
}

// place finds a name that is free, or holds the same.
func (s *Service) place(ctx context.Context, tx bun.Tx, actor access.Actor, d *Draft, name string, body []byte) (string, error) {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		_, err := s.write(ctx, tx, actor, d, path.Join(d.Course, mediaFolder, name), 0, func([]byte) []byte { return body })
		if !errs.Is(err, errs.Conflict) {
			return name, err
		}
	}
}

// clean gives the name and content to keep.
func (u Upload) clean() (string, []byte, error) {
	ext := strings.ToLower(path.Ext(u.Name))
	if ext == ".jpeg" {
		ext = ".jpg"
	}
	stem := Slug(strings.TrimSuffix(path.Base(strings.ReplaceAll(u.Name, `\`, "/")), path.Ext(u.Name)))
	if stem == "" {
		stem = "media"
	}
	stem = stem[:min(len(stem), 60)]
	switch {
	case len(u.Data) == 0:
		return "", nil, errs.NewInvalid("author_error_file_missing")
	case len(u.Data) > course.MaxFile:
		return "", nil, errs.NewInvalid("author_error_file_large").With("max", course.MaxFile>>20)
	case ext == ".png", ext == ".jpg", ext == ".gif":
		return u.picture(stem)
	case kinds[ext] == nil:
		return "", nil, errs.NewInvalid("author_error_file_kind").With("kind", ext)
	case !kinds[ext](u.Data):
		return "", nil, errs.NewInvalid("author_error_file_content").With("kind", ext)
	}
	return stem + ext, u.Data, nil
}

// kinds tell by the first bytes whether a file is what its name says.
var kinds = map[string]func(data []byte) bool{
	".svg":  course.PlainDrawing,
	".pdf":  begins("%PDF-"),
	".ogg":  begins("OggS"),
	".webm": begins("\x1a\x45\xdf\xa3"),
	".vtt":  func(d []byte) bool { return bytes.HasPrefix(bytes.TrimPrefix(d, []byte("\ufeff")), []byte("WEBVTT")) },
	".mp4":  func(d []byte) bool { return len(d) > 12 && string(d[4:8]) == "ftyp" },
	".mp3": func(d []byte) bool {
		return bytes.HasPrefix(d, []byte("ID3")) || len(d) > 2 && d[0] == 0xFF && d[1]&0xE0 == 0xE0
	},
}

func begins(magic string) func([]byte) bool {
	return func(d []byte) bool { return bytes.HasPrefix(d, []byte(magic)) }
}

func (u Upload) picture(stem string) (string, []byte, error) {
	img, err := picture.Read(u.Data)
	if errors.Is(err, picture.ErrPixels) {
		return "", nil, errs.NewInvalid("bank_error_picture_pixels").With("max", picture.MaxPixels>>20)
	}
	if err != nil {
		return "", nil, errs.NewInvalid("bank_error_picture").Because(err)
	}
	small := picture.Shrink(img, pictureSide)
	var b bytes.Buffer
	if err := png.Encode(&b, small); err != nil {
		return "", nil, fmt.Errorf("author: picture: %w", err)
	}
	if b.Len() <= pngWorthwhile || !small.Opaque() {
		return stem + ".png", b.Bytes(), nil
	}
	return asJPEG(stem, small)
}

func asJPEG(stem string, img image.Image) (string, []byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return "", nil, fmt.Errorf("author: picture: %w", err)
	}
	return stem + ".jpg", b.Bytes(), nil
}

// RemoveMedia takes a file out of the draft; one that a lesson still shows stays.
func (s *Service) RemoveMedia(ctx context.Context, actor access.Actor, id uuid.UUID, name string) error {
	if err := may(actor); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		w, err := s.load(ctx, tx, id)
		if err != nil {
			return err
		}
		file := path.Join(mediaFolder, path.Base(name))
		if used := w.Uses(file); len(used) > 0 {
			return errs.NewConflict("author_error_media_used").With("file", path.Base(used[0]))
		}
		if _, err := tx.NewDelete().Model((*fileRow)(nil)).Where("draft_id = ? AND path = ?", id, path.Join(d.Course, file)).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return record(ctx, tx, s.now(), actor, d, "removed", map[string]any{"file": file})
	})
}

// Uses lists the texts that name a file of the media folder.
func (w *Work) Uses(file string) []string {
	var list []string
	for _, f := range w.Files {
		if !isMedia(f.Path) && bytes.Contains(w.bodies[f.Path], []byte(file)) {
			list = append(list, f.Path)
		}
	}
	return list
}
