package bank

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/picture"
)

// Limits of a picture.
const (
	MaxPicture    = 8 << 20 // bytes of the file that is sent
	pictureSide   = 1280    // pixels of the longer side that is kept
	pictureJPEG   = 82      // quality
	pngWorthwhile = 200 << 10
)

// AddPicture keeps a picture: decoded, turned upright as the camera meant it, made smaller and written anew, so that neither
// the place where a photo was taken nor anything hidden in the file is left. The same picture is kept once.
func (s *Service) AddPicture(ctx context.Context, actor access.Actor, data []byte) (*exam.Picture, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	return s.addPictureTx(ctx, s.db, data)
}

func (s *Service) addPictureTx(ctx context.Context, idb bun.IDB, data []byte) (*exam.Picture, error) {
	img, err := readPicture(data)
	if err != nil {
		return nil, err
	}
	mime, out, err := writePicture(img)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(out)
	size := img.Bounds().Size()
	p := &exam.Picture{Width: size.X, Height: size.Y}
	_, err = idb.NewRaw(`INSERT INTO exam.media (id, digest, mime, width, height, data, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (digest) DO NOTHING`, uuid.New(), hex.EncodeToString(sum[:]), mime, size.X, size.Y, out, s.now()).Exec(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	err = idb.NewSelect().TableExpr("exam.media").Column("id").Where("digest = ?", hex.EncodeToString(sum[:])).Scan(ctx, &p.ID)
	return p, db.Translate(err)
}

func readPicture(data []byte) (image.Image, error) {
	if len(data) > MaxPicture {
		return nil, errs.NewInvalid("bank_error_picture_large").With("max", MaxPicture>>20)
	}
	img, err := picture.Read(data)
	if errors.Is(err, picture.ErrPixels) {
		return nil, errs.NewInvalid("bank_error_picture_pixels").With("max", picture.MaxPixels>>20)
	}
	if err != nil {
		return nil, errs.NewInvalid("bank_error_picture").Because(err)
	}
	return picture.Shrink(img, pictureSide), nil
}

// writePicture keeps drawings sharp (PNG) and photos small (JPEG).
func writePicture(img image.Image) (mime string, data []byte, err error) {
	var b bytes.Buffer
	if err = png.Encode(&b, img); err != nil {
		return "", nil, err
	}
	if b.Len() <= pngWorthwhile || !opaque(img) {
		return "image/png", b.Bytes(), nil
	}
	var j bytes.Buffer
	err = jpeg.Encode(&j, img, &jpeg.Options{Quality: pictureJPEG})
	return "image/jpeg", j.Bytes(), err
}

func opaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// Media is a picture as it is sent to a browser.
type Media struct {
	MIME string
	Data []byte
}

// Picture reads one.
// public: participants take tests without an account; the address is random and stands only on pages that they may see.
func (s *Service) Picture(ctx context.Context, id uuid.UUID) (Media, error) {
	var m Media
	err := s.db.NewSelect().TableExpr("exam.media").ColumnExpr("mime, data").Where("id = ?", id).Scan(ctx, &m.MIME, &m.Data)
	return m, db.Translate(err)
}
