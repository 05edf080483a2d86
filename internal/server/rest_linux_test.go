package server

import (
	"os"
	"slices"
	"testing"
)

// smaps has the shape of the kernel's file: code, constants, a part that the loader wrote to and then locked, writable data,
// somebody else's library, and memory without a file.
const smaps = `00400000-0243b000 r-xp 00000000 fd:00 1234                               /opt/shelter/bin/shelter
Size:              33004 kB
Rss:               20000 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
0243b000-04347000 r--p 0203b000 fd:00 1234                               /opt/shelter/bin/shelter
Anonymous:             0 kB
04347000-04350000 r--p 03f47000 fd:00 1234                               /opt/shelter/bin/shelter
Anonymous:            12 kB
04350000-044ea000 rw-p 03f50000 fd:00 1234                               /opt/shelter/bin/shelter
Anonymous:             0 kB
7f0000000000-7f0000010000 r-xp 00000000 fd:00 99                         /usr/lib/libc.so.6
Anonymous:             0 kB
7f0000020000-7f0000030000 r--s 00000000 fd:00 98                         /opt/shelter/bin/shelter
Anonymous:             0 kB
c000000000-c000400000 r--p 00000000 00:00 0
Anonymous:             0 kB
`

func TestOnlyUnwrittenPagesOfTheProgramAreGivenBack(t *testing.T) {
	got := cleanMappings([]byte(smaps), "/opt/shelter/bin/shelter")
	want := []mapping{{0x400000, 0x243b000}, {0x243b000, 0x4347000}}
	if !slices.Equal(got, want) {
		t.Errorf("mappings %x, want %x", got, want)
	}
}

func TestTheProgramRunsOnAfterGivingItsPagesBack(t *testing.T) {
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Skip("no /proc here:", err)
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	if len(cleanMappings(maps, exe)) == 0 {
		t.Fatal("this program has no mapping of its own code")
	}
	for range 20 {
		releaseMemory()
	}
}
