package stats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"shelter/internal/errs"
)

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func utf16le(s string) string {
	var b bytes.Buffer
	b.WriteString("\xFF\xFE")
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// However the same marks are written, the analysis is the same.
func TestCSVTolerance(t *testing.T) {
	t.Parallel()
	plain := "attempt,é1,q2\nmax,2,1\na,1.5,1\nb,,0\nc,2,1\n"
	a, err := AnalyseCSV(strings.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	exp := string(mustJSON(t, a))
	semi := strings.NewReplacer(",", ";", ".", ",").Replace(plain)
	for name, in := range map[string]string{
		"bom, semicolons, decimal commas": "\ufeff" + semi,
		"crlf":                            strings.ReplaceAll(plain, "\n", "\r\n"),
		"no newline at the end":           strings.TrimSuffix(plain, "\n"),
		"tabs":                            strings.ReplaceAll(plain, ",", "\t"),
		"sep line":                        "sep=;\n" + semi,
		"windows-1252":                    strings.ReplaceAll(plain, "é", "\xE9"),
		"utf-16":                          utf16le(plain),
		"blank rows and cells":            "\n,,\n" + strings.ReplaceAll(plain, "\n", ",,\n\n"),
		"spaces, quotes":                  strings.ReplaceAll(plain, "1.5", `" 1.5 "`),
		"max last":                        "attempt,é1,q2\na,1.5,1\nb,,0\nc,2,1\nMAX,2,1\n",
		"arabic digits":                   strings.ReplaceAll(plain, "1.5", "١٫٥"),
	} {
		got, err := AnalyseCSV(strings.NewReader(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s := string(mustJSON(t, got)); s != exp {
			t.Errorf("%s:\n%s\nwant\n%s", name, s, exp)
		}
	}
	if a.N != 3 || a.Items[0].Omitted != 1 {
		t.Errorf("%+v", a)
	}
}

// Each wrong file is refused with the row and column where it is wrong.
func TestCSVRefusals(t *testing.T) {
	t.Parallel()
	head := "attempt,q1,q2\n"
	for _, c := range []struct {
		in, key, row, col string
	}{
		{"", "examcsv_empty", "1", ""},
		{head, "examcsv_empty", "1", ""},
		{head + "max,1,1\n", "examcsv_empty", "1", ""},
		{"name,q1\nA,1\n", "examcsv_header", "1", "name"},
		{"attempt\nA\n", "examcsv_no_items", "1", ""},
		{"attempt,q1,q1\nA,1,1\n", "examcsv_item_twice", "1", "q1"},
		{"attempt,,q1\nA,1,1\n", "examcsv_no_name", "1", "2"},
		{head + "A,1,oui\n", "examcsv_number", "2", "q2"},
		{head + "A,1,NaN\n", "examcsv_number", "2", "q2"},
		{head + "A,1,Inf\n", "examcsv_number", "2", "q2"},
		{head + "A,0x1,1\n", "examcsv_number", "2", "q1"},
		{head + "A,1e999,1\n", "examcsv_number", "2", "q1"},
		{head + "A,\"1,5\",1\n", "examcsv_number", "2", "q1"},
		{head + "A,1,1\n\nmax,1,0.5\n", "examcsv_above_max", "2", "q2"},
		{head + "max,-1,1\nA,-2,1\n", "examcsv_max_negative", "2", "q1"},
		{head + "A,1,1\nB,1,1\nA,0,0\n", "examcsv_twice", "4", "attempt"},
		{head + "max,1,1\nmax,1,1\nA,0,0\n", "examcsv_twice", "3", "attempt"},
		{head + "A,1,1,1\n", "examcsv_columns", "2", "1"},
		{head + "A,\"1,1\n", "examcsv_unreadable", "2", ""},
	} {
		_, err := AnalyseCSV(strings.NewReader(c.in))
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Invalid {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if e.Key != c.key || fmt.Sprint(e.Args["row"]) != c.row || fmt.Sprint(e.Args["column"]) != c.col {
			t.Errorf("%q: %s %v, want %s at %s, %s", c.in, e.Key, e.Args, c.key, c.row, c.col)
		}
	}
}

func TestCSVListsEveryWrongCell(t *testing.T) {
	t.Parallel()
	_, err := AnalyseCSV(strings.NewReader("attempt,q1,q2\nA,x,y\nB,1,z\n"))
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) != 3 || e.Fields[2].Args["row"] != 3 {
		t.Errorf("%v", err)
	}
}

func TestPrePostCSV(t *testing.T) {
	t.Parallel()
	p, err := PrePostCSV(strings.NewReader("code;post;pre;nom\r\nmax;20;20;\r\nA;15,5;10;x\r\nB;;12;y\r\nC;13\r\nD;;\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.NPaired != 1 || p.NPreOnly != 1 || p.NPostOnly != 1 || p.NNeither != 1 {
		t.Errorf("%+v", p)
	}
	want(t, "gain", p.ClassGain, 0.55, 1e-12)
	for _, c := range []struct{ in, key, row, col string }{
		{"code,pre\nA,1\n", "examcsv_header", "1", "post"},
		{"code,pre,post\nmax,10,10\nA,11,1\n", "examcsv_above_max", "3", "pre"},
		{"code,pre,post\nA,1,1\nA,2,2\n", "examcsv_twice", "3", "code"},
		{"code,pre,post\n,1,1\n", "examcsv_no_code", "2", "code"},
		{"code,pre,post\nA,1,b\n", "examcsv_number", "2", "post"},
	} {
		_, err := PrePostCSV(strings.NewReader(c.in))
		e := errs.As(err)
		if e == nil || e.Key != c.key || fmt.Sprint(e.Args["row"]) != c.row || e.Args["column"] != c.col {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}

func FuzzAnalyseCSV(f *testing.F) {
	f.Add([]byte("attempt,q1,q2\nmax,1,1\nA,1,0\nB,,1\n"))
	f.Add([]byte("\xef\xbb\xbfattempt;q1\nA;0,5\n"))
	f.Add([]byte("attempt,q1\nA,1e300\nB,-1e300\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := AnalyseCSV(bytes.NewReader(b))
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			return
		}
		mustJSON(t, a) // fails on NaN and infinities
	})
}

func FuzzPrePostCSV(f *testing.F) {
	f.Add([]byte("code,pre,post\nmax,10,10\nA,1,2\n"))
	f.Add([]byte("code,pre,post\nA,1e300,-1e300\nB,0,1\nC,1,2\nD,4,5\nE,1,1\nF,0,1e-300\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := PrePostCSV(bytes.NewReader(b))
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			return
		}
		mustJSON(t, p)
	})
}
