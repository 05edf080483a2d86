package author

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"shelter/internal/course"
	"shelter/internal/errs"
)

// The limits of a zip file that is brought in. The sizes that its directory tells are not believed: what is unpacked is counted.
const (
	MaxZip     = 32 << 20 // bytes of the file
	maxPacked  = 64 << 20 // bytes unpacked in all
	maxEntries = 500
)

// packedAt is the time of every entry: the same files make the same zip.
var packedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // never changed

// Pack writes the files of a course as a zip in the format of courses/: the same files make the same bytes.
func Pack(w io.Writer, files map[string][]byte) error {
	z := zip.NewWriter(w)
	for _, name := range sortedNames(files) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packedAt})
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			return fmt.Errorf("author: pack %s: %w", name, err)
		}
	}
	return z.Close()
}

// Zip is Pack in memory.
func Zip(files map[string][]byte) ([]byte, error) {
	var b bytes.Buffer
	err := Pack(&b, files)
	return b.Bytes(), err
}

func sortedNames(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Unpack reads a zip of one course. Nothing of it is written anywhere; what is not a course's file refuses the whole.
func Unpack(data []byte) (code string, files map[string][]byte, err error) {
	if len(data) > MaxZip {
		return "", nil, errs.NewInvalid("author_zip_large").With("max", MaxZip>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return "", nil, errs.NewInvalid("author_zip_unreadable").Because(err)
	}
	if len(z.File) > maxEntries {
		return "", nil, errs.NewInvalid("author_zip_many").With("max", maxEntries)
	}
	u := &unpacker{files: map[string][]byte{}}
	for _, f := range z.File {
		if err := u.take(f); err != nil {
			return "", nil, err
		}
	}
	code, err = u.code()
	return code, u.files, err
}

type unpacker struct {
	files map[string][]byte
	size  int
}

func (u *unpacker) take(f *zip.File) error {
	name := f.Name
	if strings.HasSuffix(name, "/") || beside(name) {
		return nil
	}
	name = strings.TrimPrefix(name, "courses/") // a folder of courses that was packed as a whole
	if !f.Mode().IsRegular() || !fs.ValidPath(name) || !fits(name) {
		return errs.NewInvalid("author_zip_name").With("file", short(f.Name))
	}
	if _, twice := u.files[name]; twice {
		return errs.NewInvalid("author_zip_twice").With("file", short(name))
	}
	r, err := f.Open()
	if err != nil {
		return errs.NewInvalid("author_zip_unreadable").Because(err)
	}
	body, err := io.ReadAll(io.LimitReader(r, course.MaxFile+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return errs.NewInvalid("author_zip_unreadable").Because(err)
	}
	if u.size += len(body); len(body) > course.MaxFile || u.size > maxPacked {
		return errs.NewInvalid("author_zip_unpacked").With("file", short(name)).With("max", course.MaxFile>>20).With("all", maxPacked>>20)
	}
	u.files[name] = body
	return nil
}

// beside tells what file managers add to a zip by themselves.
func beside(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
}

var reFile = regexp.MustCompile(`^(?:glossary\.yaml|[a-z0-9-]{1,40}/(?:course\.yaml|[a-z0-9-]{1,80}\.(?:fr|ar|en)\.md|questions/[a-z0-9-]{1,80}\.yaml|media/[A-Za-z0-9][A-Za-z0-9._-]{0,99}))$`)

// fits tells whether a course has files of such a name.
func fits(name string) bool {
	return reFile.MatchString(name) && (!isMedia(name) || course.MediaType(name) != "")
}

func isMedia(name string) bool { return path.Base(path.Dir(name)) == mediaFolder }

// short keeps a hostile name from filling the page.
func short(name string) string {
	const most = 120
	name = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' {
			return '?'
		}
		return r
	}, name), "?")
	if r := []rune(name); len(r) > most {
		return string(r[:most]) + "…"
	}
	return name
}

// code gives the one course of the files.
func (u *unpacker) code() (string, error) {
	code := ""
	for name := range u.files {
		folder, _, nested := strings.Cut(name, "/")
		switch {
		case !nested:
		case code == "":
			code = folder
		case code != folder:
			return "", errs.NewInvalid("author_zip_courses")
		}
	}
	if _, ok := u.files[path.Join(code, courseFile)]; !ok || code == "" {
		return "", errs.NewInvalid("author_zip_no_course")
	}
	return code, nil
}
