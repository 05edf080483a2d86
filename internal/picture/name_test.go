package picture_test

import (
	"testing"

	"shelter/internal/picture"
)

func TestFileName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"../../etc/passwd": "passwd", `C:\scans\feuille 1.pdf`: "feuille 1.pdf", "a\u202egnp.exe\r\n": "agnp.exe", "": "scan", "ورقة.jpg": "ورقة.jpg"} {
		if got := picture.FileName(name, "scan"); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
