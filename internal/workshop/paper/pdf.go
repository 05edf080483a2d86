package paper

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"
	"regexp"
	"strconv"

	"golang.org/x/image/ccitt"

	"shelter/internal/picture"
)

// The few things of a PDF that are looked at, as they stand in its bytes.
var (
	rePage      = regexp.MustCompile(`/Type\s*/Page[^s\w]`)
	reImage     = regexp.MustCompile(`/Subtype\s*/Image\b`)
	reFilter    = regexp.MustCompile(`/Filter\s*\[?\s*/(\w+)\s*([\]/>])`)
	reMore      = regexp.MustCompile(`/Filter\s*\[\s*/\w+\s*/`)
	reLength    = regexp.MustCompile(`/Length\s+(\d+)\s*[/>]`)
	reAlign     = regexp.MustCompile(`/EncodedByteAlign\s+true`)
	rePredictor = regexp.MustCompile(`/Predictor\s+1\d\b`)
	streamOf    = []byte("stream")
	endOf       = []byte("endstream")
	objOf       = []byte("obj")
)

// How a scanner packs a page, in the order in which they are tried.
var filters = [...]string{"DCTDecode", "CCITTFaxDecode", "FlateDecode"}

const (
	dictionary = 4096     // bytes that the dictionary of a picture may have
	widest     = 20_000   // pixels of a line
	unfolded   = 64 << 20 // bytes of a page without packing
)

// pdfImage is a picture in a PDF: its dictionary and what is packed.
type pdfImage struct {
	dict   []byte
	filter string
	body   []byte
}

// readPDF counts the pages and reads the codes of the pictures in a PDF as office scanners make it: one picture a page, as a JPEG, as a
// fax packs it (black and white), or as PNG does. Nothing else of the file is looked into.
func (s *Service) readPDF(data []byte) (codes []string, pages int) {
	began := s.now()
	all := imagesOf(data)
	known := len(rePage.FindAllIndex(data, maxPages))
	pages = min(max(known, 1), maxPages)
	for _, f := range filters {
		var list []pdfImage
		for _, img := range all {
			if img.filter == f {
				list = append(list, img)
			}
		}
		if len(list) == 0 || known > 0 && len(list) != pages { // not one picture a page: which page a code stands on is for a person to say
			continue
		}
		for i := range list {
			code := ""
			if s.now().Sub(began) < longest {
				if img := list[i].decode(); img != nil {
					code = codeIn(img)
				}
			}
			codes = append(codes, code)
		}
		return codes, len(list)
	}
	return nil, pages
}

// imagesOf finds the pictures of a PDF in the order in which they stand.
func imagesOf(data []byte) []pdfImage {
	var list []pdfImage
	for at := 0; len(list) < maxPages; {
		i := bytes.Index(data[at:], streamOf)
		if i < 0 {
			break
		}
		from := at + i
		at = from + len(streamOf)
		if from >= 3 && string(data[from-3:from]) == "end" {
			continue
		}
		head := data[max(0, from-dictionary):from]
		if k := bytes.LastIndex(head, objOf); k >= 0 {
			head = head[k:]
		}
		m := reFilter.FindSubmatch(head)
		if m == nil || reMore.Match(head) || !reImage.Match(head) {
			continue
		}
		body := bodyOf(data[at:], head)
		if len(body) == 0 {
			continue
		}
		list = append(list, pdfImage{dict: head, filter: string(m[1]), body: body})
		at += len(body)
	}
	return list
}

// bodyOf is what stands between stream and endstream: as long as the dictionary says, or up to the word.
func bodyOf(rest, dict []byte) []byte {
	rest = bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("\r")), []byte("\n"))
	if m := reLength.FindSubmatch(dict); m != nil {
		n, err := strconv.Atoi(string(m[1]))
		if err == nil && n > 0 && n <= len(rest) && bytes.HasPrefix(bytes.TrimLeft(rest[n:min(len(rest), n+16)], "\r\n "), endOf) {
			return rest[:n]
		}
	}
	if n := bytes.Index(rest, endOf); n > 0 {
		return rest[:n]
	}
	return nil
}

// number reads a number of the dictionary; 0 where there is none.
func (p *pdfImage) number(name string) int {
	_, rest, found := bytes.Cut(p.dict, []byte("/"+name+" "))
	if !found {
		return 0
	}
	rest = bytes.TrimLeft(rest, " ")
	n := 0
	for n < len(rest) && n < 9 && (rest[n] >= '0' && rest[n] <= '9' || n == 0 && rest[n] == '-') {
		n++
	}
	v, _ := strconv.Atoi(string(rest[:n])) // anything else is no number
	return v
}

// decode gives the picture; nil when it is none that can be read.
func (p *pdfImage) decode() image.Image {
	if p.filter == filters[0] {
		img, err := picture.Read(p.body)
		if err != nil {
			return nil
		}
		return img
	}
	w, h := p.number("Width"), p.number("Height")
	if w <= 0 || h <= 0 || w > widest || w > picture.MaxPixels/h {
		return nil
	}
	if p.filter == filters[1] {
		return p.fax(w, h)
	}
	return p.flat(w, h)
}

// fax unpacks a page of black and white; what is missing of it stays white.
func (p *pdfImage) fax(w, h int) image.Image {
	kind := ccitt.Group4
	switch k := p.number("K"); {
	case k > 0: // lines of two kinds: no scanner of today writes them
		return nil
	case k == 0:
		kind = ccitt.Group3
	}
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	_ = ccitt.DecodeIntoGray(img, bytes.NewReader(p.body), ccitt.MSB, kind, &ccitt.Options{Align: reAlign.Match(p.dict)})
	return img
}

// flat unpacks a page of greys or colours.
func (p *pdfImage) flat(w, h int) image.Image {
	bits := p.number("BitsPerComponent")
	if bits != 8 && bits != 1 {
		return nil
	}
	r, err := zlib.NewReader(bytes.NewReader(p.body))
	if err != nil {
		return nil
	}
	raw, _ := io.ReadAll(io.LimitReader(r, unfolded)) // what is cut off stays unread
	for _, channels := range []int{1, 3} {
		line := (w*channels*bits + 7) / 8
		if rePredictor.Match(p.dict) {
			if len(raw) == (line+1)*h {
				return asPNG(p.body, w, h, bits, channels)
			}
		} else if len(raw) == line*h && (bits == 8 || channels == 1) {
			return grey(raw, w, h, bits, channels, line)
		}
	}
	return nil
}

// asPNG reads lines that are packed as PNG packs them, by making a PNG of them.
func asPNG(body []byte, w, h, bits, channels int) image.Image {
	b := bytes.NewBufferString("\x89PNG\r\n\x1a\n")
	chunk := func(name string, data []byte) {
		_ = binary.Write(b, binary.BigEndian, uint32(len(data))) //nolint:gosec // of at most 20 MB
		part := append([]byte(name), data...)
		b.Write(part)
		_ = binary.Write(b, binary.BigEndian, crc32.ChecksumIEEE(part))
	}
	kind := byte(0)
	if channels == 3 {
		kind = 2
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h)) //nolint:gosec // bounded above
	chunk("IHDR", append(head, byte(bits), kind, 0, 0, 0))                                          //nolint:gosec // 1 or 8
	chunk("IDAT", body)
	chunk("IEND", nil)
	img, err := picture.Read(b.Bytes())
	if err != nil {
		return nil
	}
	return img
}

// grey takes of each pixel the one channel, or the green of three.
func grey(raw []byte, w, h, bits, channels, line int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		row := raw[y*line : (y+1)*line]
		for x := range w {
			if bits == 8 {
				img.Pix[y*img.Stride+x] = row[x*channels+channels/2]
			} else if row[x/8]>>(7-x%8)&1 == 1 {
				img.Pix[y*img.Stride+x] = 0xff
			}
		}
	}
	return img
}
