package pgserver

import (
	"errors"
	"os"
	"syscall"
)

// The private cluster needs unix sockets, signals and accounts as Unix has them. On Windows an external PostgreSQL is used.
var errWindows = errors.New("pgserver: the private PostgreSQL does not run on Windows: give an external one in SHELTER_DATABASE_URL, or use WSL")

type account struct {
	name     string
	uid, gid int
}

type fileLock struct{}

func isRoot() bool                            { return false }
func self() account                           { return account{} }
func accountFor(place) (account, error)       { return account{}, errWindows }
func (account) attr() *syscall.SysProcAttr    { return nil }
func (account) reaches(string) bool           { return true }
func (account) runs(string) bool              { return true }
func (account) own(string) error              { return nil }
func ownerOf(os.FileInfo) int                 { return 0 }
func tryLock(string, bool) (*fileLock, error) { return nil, errWindows }
func (*fileLock) release()                    {}
func processExists(int) bool                  { return false }
func isPostmaster(int, string) bool           { return false }
func busy(string) bool                        { return true }
func sendSignal(int, signalKind) error        { return errWindows }
