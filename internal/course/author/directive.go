package author

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
)

// Show is a file to show in a lesson, sent or there already, with what the format asks for beside it.
type Show struct {
	Kind          string // image, audio, video, download
	File          Upload // empty: There
	There         string
	Captions      Upload // audio, video; empty: CaptionsThere
	CaptionsThere string
	Words         string // what the picture shows, or the title
}

// endings are the files that a kind shows.
var endings = map[string][]string{
	"image": {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"}, "audio": {".mp3", ".ogg"}, "video": {".mp4", ".webm"}, "download": {".pdf"},
}

// Directive keeps the file and gives the directive that shows it. A picture without a text for those who do not see it, a sound or
// film without captions is refused.
func (s *Service) Directive(ctx context.Context, actor access.Actor, id uuid.UUID, in Show) (string, error) {
	if err := may(actor); err != nil {
		return "", err
	}
	if err := in.check(); err != nil {
		return "", err
	}
	file, err := s.keep(ctx, actor, id, "file", in.File, in.There)
	if err != nil {
		return "", err
	}
	word := "title"
	if in.Kind == "image" {
		word = "alt"
	}
	d := ":::" + in.Kind + `{file="` + file + `"`
	if in.captioned() {
		captions, err := s.keep(ctx, actor, id, "captions", in.Captions, in.CaptionsThere)
		if err != nil {
			return "", err
		}
		d += ` captions="` + captions + `"`
	}
	words := strings.Join(strings.Fields(strings.ReplaceAll(in.Words, `"`, "'")), " ")
	return d + " " + word + `="` + words + "\"}\n:::", nil
}

func (in Show) captioned() bool { return in.Kind == "audio" || in.Kind == "video" }

func (in Show) check() error {
	var fields []errs.Field
	wrong := func(name, key string, args errs.Args) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	kinds := endings[in.Kind]
	name := in.File.Name
	if len(in.File.Data) == 0 {
		name = in.There
	}
	switch {
	case kinds == nil:
		return errs.NewInvalid("error_bad_request")
	case name == "":
		wrong("file", "author_error_file_missing", nil)
	case !slices.Contains(kinds, strings.ToLower(path.Ext(name))):
		wrong("file", "author_error_file_kind", errs.Args{"kind": path.Ext(name)})
	}
	if in.captioned() && len(in.Captions.Data) == 0 && in.CaptionsThere == "" {
		wrong("captions", "author_error_captions", nil)
	}
	if strings.TrimSpace(in.Words) == "" {
		key := "error_required"
		if in.Kind == "image" {
			key = "author_error_alt"
		}
		wrong("words", key, nil)
	}
	return errs.InvalidFields(fields)
}

// keep gives the path of a file that is sent, or of one that is there; what is wrong with it stands beside its field.
func (s *Service) keep(ctx context.Context, actor access.Actor, id uuid.UUID, field string, sent Upload, there string) (string, error) {
	if len(sent.Data) == 0 {
		if _, err := s.Media(ctx, actor, id, there); err != nil {
			return "", err
		}
		return path.Join(mediaFolder, path.Base(there)), nil
	}
	if ext := strings.ToLower(path.Ext(sent.Name)); field == "captions" && ext != ".vtt" {
		return "", fieldError(field, errs.NewInvalid("author_error_file_kind").With("kind", ext))
	}
	name, err := s.AddMedia(ctx, actor, id, sent)
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
		return "", fieldError(field, e)
	}
	return name, err
}

func fieldError(field string, e *errs.Error) error {
	return errs.InvalidFields([]errs.Field{{Name: field, Key: e.Key, Args: e.Args}})
}
