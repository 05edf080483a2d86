package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"

	"shelter/internal/errs"
)

func readCSV(data []byte, lim Limits) (*Book, error) {
	text, enc, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	text, comma := separatorLine(text)
	offset := 0
	if comma != 0 {
		offset = 1
	} else {
		comma = guessComma(text)
	}
	p := &csvParser{text: text, comma: byte(comma), lim: lim, row: offset}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return &Book{CSV: true, Encoding: enc, Comma: comma, Sheets: []Sheet{{Rows: p.rows}}}, nil
}

// decodeText gives the text of a file as UTF-8 and the name of the encoding it came in.
func decodeText(data []byte) (text, enc string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		text, enc = strings.ToValidUTF8(string(data[3:]), "\ufffd"), "utf-8"
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeWith(xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM), data, "utf-16le")
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeWith(xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM), data, "utf-16be")
	case zeros(data, 1):
		return decodeWith(xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM), data, "utf-16le")
	case zeros(data, 0):
		return decodeWith(xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM), data, "utf-16be")
	case utf8.Valid(data):
		text, enc = string(data), "utf-8"
	case arabicCodePage(data):
		return decodeWith(charmap.Windows1256, data, "windows-1256")
	default:
		return decodeWith(charmap.Windows1252, data, "windows-1252")
	}
	return text, enc, checkText(text)
}

func decodeWith(e encoding.Encoding, data []byte, name string) (string, string, error) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", "", errs.NewInvalid("sheet_not_a_workbook").Because(err)
	}
	text := strings.ToValidUTF8(string(out), "\ufffd")
	return text, name, checkText(text)
}

// zeros tells whether most bytes at even (0) or odd (1) places are zero, as in UTF-16 of a mostly Latin text.
func zeros(data []byte, parity int) bool {
	head := data[:min(len(data), 4096)]
	n, total := 0, 0
	for i := parity; i < len(head); i += 2 {
		total++
		if head[i] == 0 {
			n++
		}
	}
	return total >= 4 && 3*n > 2*total
}

// arabicCodePage tells Windows-1256 from Windows-1252. French puts its few accented letters between plain ones; Arabic
// words are runs of bytes above 127.
func arabicCodePage(data []byte) bool {
	inRuns, alone, run := 0, 0, 0
	flush := func() {
		if run >= 3 {
			inRuns += run
		} else {
			alone += run
		}
		run = 0
	}
	for _, b := range data {
		if b >= 0xc0 || b == 0x81 || b == 0x8d || b == 0x8e || b == 0x90 || b == 0x98 || b == 0x9a || b == 0x9f || b == 0xaa {
			run++
			continue
		}
		flush()
	}
	flush()
	return inRuns > alone
}

// checkText refuses what is no text: control characters by the hundred.
func checkText(text string) error {
	bad, n := 0, 0
	for _, r := range text {
		if n++; n > 64<<10 {
			break
		}
		if r == 0 || r == utf8.RuneError || (r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\v') {
			bad++
		}
	}
	if bad*50 > n {
		return errs.NewInvalid("sheet_not_a_workbook")
	}
	return nil
}

// separatorLine reads Excel's own first line "sep=;" and gives the text after it; 0 when there is none.
func separatorLine(text string) (rest string, comma rune) {
	if len(text) > 5 && strings.EqualFold(text[:4], "sep=") && (text[5] == '\n' || text[5] == '\r') {
		return strings.TrimPrefix(strings.TrimPrefix(text[5:], "\r"), "\n"), rune(text[4])
	}
	return text, 0
}

// guessComma picks the separator that cuts the first lines into the most equal number of fields, and more than one.
func guessComma(text string) rune {
	best, bestScore := ';', 0
	for _, c := range ";\t,|" {
		p := &csvParser{text: text, comma: byte(c), lim: Limits{Rows: 60, Columns: 1 << 20, Cells: 1 << 20, Strings: 1 << 40}, lenient: true}
		_ = p.parse() // stops at the 60 rows
		if s := evenness(p.rows); s > bestScore {
			best, bestScore = c, s
		}
	}
	return best
}

// evenness is, for the most frequent number of fields above one, that number times the rows that have it.
func evenness(rows []Row) int {
	count := map[int]int{}
	for _, r := range rows {
		count[r.Cells[len(r.Cells)-1].Col]++
	}
	best := 0
	for fields, n := range count {
		if fields > 1 {
			best = max(best, n*n*min(fields, 12))
		}
	}
	return best
}

// csvParser reads fields as spreadsheets do. encoding/csv is not used because it leaves blank lines uncounted, so that its
// row numbers are not those that the user sees, and refuses a quote inside a field.
type csvParser struct {
	text    string
	comma   byte
	lim     Limits
	lenient bool

	pos   int
	row   int
	cells int
	bytes int64
	rows  []Row
}

func (p *csvParser) parse() error {
	for p.pos < len(p.text) {
		row, err := p.record()
		if err != nil {
			return err
		}
		if len(row.Cells) == 0 {
			continue
		}
		if len(p.rows) >= p.lim.Rows {
			return errs.NewInvalid("sheet_too_many_rows").With("max", p.lim.Rows)
		}
		p.rows = append(p.rows, row)
	}
	return nil
}

// record reads one row, blank or not, with the end of its line.
func (p *csvParser) record() (Row, error) {
	p.row++
	row := Row{N: p.row}
	for col := 1; ; col++ {
		field, err := p.field()
		if err != nil {
			return row, err
		}
		if strings.TrimSpace(field) != "" {
			if err := p.spend(col, field); err != nil {
				return row, err
			}
			row.Cells = append(row.Cells, Cell{Col: col, Kind: Text, Text: field})
		}
		if p.pos >= len(p.text) {
			return row, nil
		}
		c := p.text[p.pos]
		p.pos++
		if c == p.comma {
			continue
		}
		if c == '\r' && p.pos < len(p.text) && p.text[p.pos] == '\n' {
			p.pos++
		}
		return row, nil
	}
}

func (p *csvParser) spend(col int, field string) error {
	p.cells++
	p.bytes += int64(len(field))
	switch {
	case col > p.lim.Columns:
		return errs.NewInvalid("sheet_too_many_columns").With("max", p.lim.Columns)
	case p.cells > p.lim.Cells || p.bytes > p.lim.Strings:
		return errs.NewInvalid("sheet_too_many_cells").With("max", p.lim.Cells)
	}
	return nil
}

// field reads up to the separator or the end of the line, which it leaves. A field that begins with a quote ends at the
// quote that closes it; anything between that and the separator is kept, as spreadsheets do.
func (p *csvParser) field() (string, error) {
	if p.pos < len(p.text) && p.text[p.pos] == '"' {
		quoted, err := p.quoted()
		if err != nil {
			return "", err
		}
		return quoted + p.plain(), nil
	}
	return p.plain(), nil
}

func (p *csvParser) plain() string {
	start := p.pos
	for p.pos < len(p.text) {
		if c := p.text[p.pos]; c == p.comma || c == '\n' || c == '\r' {
			break
		}
		p.pos++
	}
	return p.text[start:p.pos]
}

func (p *csvParser) quoted() (string, error) {
	var b strings.Builder
	for i := p.pos + 1; i < len(p.text); i++ {
		if p.text[i] != '"' {
			b.WriteByte(p.text[i])
			continue
		}
		if i+1 < len(p.text) && p.text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		p.pos = i + 1
		return b.String(), nil
	}
	if p.lenient {
		p.pos = len(p.text)
		return b.String(), nil
	}
	return "", errs.NewInvalid("sheet_open_quote").With("row", p.row)
}
