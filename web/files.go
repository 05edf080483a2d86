package web

import "io/fs"

// File is a built file as a device keeps it.
type File struct {
	Path  string // its address
	Bytes int    // its size when it is not compressed
}

// Files gives the built files of logical names with every script that the scripts among them load, each once, in the order in
// which they are met. Names without a built file are left out.
func Files(names ...string) []File { return filesOf(dist, manifest(), names) }

func filesOf(files fs.FS, m Manifest, names []string) []File {
	var list []File
	seen := map[string]bool{}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		e, ok := m.Entries[name]
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		names = append(names, e.Needs...)
		if info, err := fs.Stat(files, "dist/"+e.File); err == nil {
			list = append(list, File{Path: Prefix + e.File, Bytes: int(info.Size())})
		}
	}
	return list
}
