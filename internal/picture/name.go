package picture

import (
	"path/filepath"
	"strings"
	"unicode"
)

// longestName is the most letters of a file's name that are kept: its end, which says of what kind the file is.
const longestName = 120

// FileName keeps of the name of a file that somebody sent what can be shown and saved again; a name of which nothing is left becomes
// the usual one.
func FileName(name, usual string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, filepath.Base(strings.ReplaceAll(name, `\`, "/")))
	if r := []rune(name); len(r) > longestName {
		name = string(r[len(r)-longestName:])
	}
	if name == "" || name == "." || name == "/" {
		return usual
	}
	return name
}
