package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

// The stream inside the encryption is a magic line, then parts: a line of JSON that says what comes, for tables and files the
// content in chunks that each begin with their length, and a line of JSON with count and checksum. The last part says that
// nothing is missing.
const magic = "SHELTER BACKUP 1\n"

// head says what a part is.
type head struct {
	Kind       string           `json:"kind"` // "start", "table", "file", "end"
	Table      *table           `json:"table,omitempty"`
	File       string           `json:"file,omitempty"`
	Migrations []string         `json:"migrations,omitempty"`
	Made       string           `json:"made,omitempty"`
	Parts      int              `json:"parts,omitempty"`
	Sequences  map[string]int64 `json:"sequences,omitempty"`
}

// tail closes a part that had content.
type tail struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ErrDamaged says that a backup ends early or was changed.
var ErrDamaged = errors.New("backup: the file is damaged or incomplete")

const chunk = 64 << 10

// chunks writes content of unknown length.
type chunks struct {
	w   io.Writer
	sum hash.Hash
	n   int64
}

func newChunks(w io.Writer) *chunks { return &chunks{w: w, sum: sha256.New()} }

// Write writes one chunk or several.
func (c *chunks) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		part := p[done:min(done+chunk, len(p))]
		if err := binary.Write(c.w, binary.BigEndian, uint32(len(part))); err != nil { //nolint:gosec // at most chunk
			return done, err
		}
		if _, err := c.w.Write(part); err != nil {
			return done, err
		}
		c.sum.Write(part)
		done += len(part)
		c.n += int64(len(part))
	}
	return len(p), nil
}

func (c *chunks) close() error {
	if err := binary.Write(c.w, binary.BigEndian, uint32(0)); err != nil {
		return err
	}
	return writeLine(c.w, tail{Bytes: c.n, SHA256: hex.EncodeToString(c.sum.Sum(nil))})
}

// content reads what chunks wrote and checks it at its end.
type content struct {
	r    *bufio.Reader
	left uint32
	over bool
	sum  hash.Hash
	n    int64
}

func newContent(r *bufio.Reader) *content { return &content{r: r, sum: sha256.New()} }

// Read gives io.EOF only after the checksum was right.
func (c *content) Read(p []byte) (int, error) {
	if c.over {
		return 0, io.EOF
	}
	if c.left == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
		if c.over {
			return 0, io.EOF
		}
	}
	n, err := c.r.Read(p[:min(len(p), int(c.left))])
	c.left -= uint32(n) //nolint:gosec // n is at most left
	c.n += int64(n)
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) {
		err = ErrDamaged
	}
	return n, err
}

func (c *content) next() error {
	if err := binary.Read(c.r, binary.BigEndian, &c.left); err != nil {
		return ErrDamaged
	}
	if c.left > chunk {
		return ErrDamaged
	}
	if c.left > 0 {
		return nil
	}
	c.over = true
	var t tail
	if err := readLine(c.r, &t); err != nil {
		return err
	}
	if t.Bytes != c.n || t.SHA256 != hex.EncodeToString(c.sum.Sum(nil)) {
		return fmt.Errorf("%w: a checksum differs", ErrDamaged)
	}
	return nil
}

func writeLine(w io.Writer, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// maxLine is the longest line of JSON that a backup holds.
const maxLine = 1 << 20

func readLine(r *bufio.Reader, v any) error {
	var line []byte
	for len(line) < maxLine {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if err == nil {
			if json.Unmarshal(line, v) != nil {
				return ErrDamaged
			}
			return nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return ErrDamaged
		}
	}
	return ErrDamaged
}
