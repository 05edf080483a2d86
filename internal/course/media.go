package course

import (
	"path"

	"shelter/internal/errs"
)

// mediaFolder holds a course's pictures, sounds, films, captions and downloads.
const mediaFolder = "media/"

// mediaTypes are the kinds of files that the site serves.
var mediaTypes = map[string]string{
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".mp3": "audio/mpeg",
	".ogg": "audio/ogg", ".mp4": "video/mp4", ".webm": "video/webm", ".vtt": "text/vtt; charset=utf-8", ".pdf": "application/pdf",
}

// media gives a file of the media folder by its name in it.
func (c *Course) media(name string) (File, error) {
	body, ok := c.Files[path.Join(c.Code, mediaFolder, path.Clean("/"+name))]
	media := mediaTypes[path.Ext(name)]
	if !ok || media == "" {
		return File{}, errs.NewNotFound("media " + c.Code + "/" + name)
	}
	return File{Type: media, Body: body}, nil
}

// MediaType is the type under which the site serves a file of the media folder; empty for a kind that it does not serve.
func MediaType(name string) string { return mediaTypes[path.Ext(name)] }
