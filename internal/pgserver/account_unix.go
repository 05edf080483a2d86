//go:build unix

package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"time"
)

// accountName is the system user that PostgreSQL runs as when Shelter is root.
const accountName = "shelter-pg"

// account is who runs PostgreSQL.
type account struct {
	name     string
	uid, gid int
	switches bool // this process is root and has to become the account
}

func isRoot() bool { return os.Geteuid() == 0 }

// self is the account of this process.
func self() account {
	return account{name: strconv.Itoa(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}
}

// accountFor gives the owner of the cluster when there is one, otherwise the system user of our own, made when missing.
func accountFor(p place) (account, error) {
	if info, err := os.Stat(p.cluster()); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return account{name: nameOf(st.Uid), uid: int(st.Uid), gid: int(st.Gid), switches: true}, nil
		}
	}
	u, err := user.Lookup(accountName)
	if err != nil {
		if err := makeAccount(); err != nil {
			return account{}, err
		}
		if u, err = user.Lookup(accountName); err != nil {
			return account{}, fmt.Errorf("pgserver: account %s: %w", accountName, err)
		}
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2); err != nil {
		return account{}, fmt.Errorf("pgserver: account %s: %w", accountName, err)
	}
	if uid == 0 {
		return account{}, fmt.Errorf("pgserver: account %s has user id 0, which PostgreSQL refuses", accountName)
	}
	return account{name: accountName, uid: uid, gid: gid, switches: true}, nil
}

func nameOf(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}

// makeAccount makes the system user, with the command that the system has; it cannot sign in and has no home.
func makeAccount() error {
	commands := [][]string{
		{"useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", accountName},
		{"adduser", "--system", "--group", "--no-create-home", accountName},
		{"adduser", "-S", "-D", "-H", accountName},
	}
	var said []error
	for _, c := range commands {
		path, err := exec.LookPath(c[0])
		if err != nil {
			said = append(said, err)
			continue
		}
		out, err := exec.Command(path, c[1:]...).CombinedOutput() // the table above
		if _, lookupErr := user.Lookup(accountName); err == nil || lookupErr == nil {
			return nil // made, here or by another process at the same moment
		}
		said = append(said, fmt.Errorf("%s: %w: %s", c[0], err, out))
	}
	return fmt.Errorf("pgserver: PostgreSQL refuses to run as root and the account %s could not be made; make it by hand, or start Shelter as an ordinary user: %w", accountName, errors.Join(said...))
}

// attr makes a command run as the account, in a session of its own, so that a Ctrl-C meant for Shelter does not reach it.
func (a account) attr() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a.switches {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} // ids of the system
	}
	return attr
}

// reaches tries whether the account can enter a folder: access lists and mount options count too, which mode bits hide.
func (a account) reaches(dir string) bool {
	path, err := exec.LookPath("true")
	if err != nil {
		return false
	}
	cmd := exec.Command(path) // the system's own
	cmd.Dir = dir
	cmd.SysProcAttr = a.attr()
	return cmd.Run() == nil
}

// own gives a file or folder to the account.
func (a account) own(path string) error {
	if !a.switches {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// ownerOf gives the user id of a file's owner.
func ownerOf(info os.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

// runs tries whether the account can run a program. A program that was just copied may be busy for a moment, when another
// part of this process started a child while the copy was being written.
func (a account) runs(program string) bool {
	for range 20 {
		cmd := exec.Command(program, "--version") // PostgreSQL's own
		cmd.Dir = "/"
		cmd.SysProcAttr = a.attr()
		err := cmd.Run()
		if !errors.Is(err, syscall.ETXTBSY) {
			return err == nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// sendSignal stops a postmaster in one of the ways it knows.
func sendSignal(pid int, how signalKind) error {
	return syscall.Kill(pid, map[signalKind]syscall.Signal{
		signalFast: syscall.SIGINT, signalAtOnce: syscall.SIGQUIT, signalKill: syscall.SIGKILL,
	}[how])
}
