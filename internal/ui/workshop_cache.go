package ui

import (
	"sync"

	"github.com/google/uuid"

	"shelter/internal/i18n"
)

// fragmentKey names a rendered part of an event's page: nothing else goes into it than what the event's version, the
// language, the reader's rights and the half-day that matters now decide; into a whole page, its reader's frame (Ctx.frame) too.
type fragmentKey struct {
	id      uuid.UUID
	version int64
	lang    i18n.Lang
	class   string
	current int
	frame   string
}

// maxFragments bounds the bytes of rendered parts that are kept.
const maxFragments = 8 << 20

// fragments keeps rendered parts of pages, as bytes: a text would be copied on its way out. The zero value is ready; it is safe for concurrent use.
type fragments struct {
	mu    sync.RWMutex
	by    map[fragmentKey][]byte
	bytes int
}

func (f *fragments) get(k fragmentKey) ([]byte, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	s, ok := f.by[k]
	return s, ok
}

// put keeps a part; when there is no room, others go, older versions of the same event first.
func (f *fragments) put(k fragmentKey, s []byte) {
	if len(s) > maxFragments/8 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil {
		f.by = map[fragmentKey][]byte{}
	}
	for old, text := range f.by {
		if old.id == k.id && old.version < k.version {
			f.drop(old, text)
		}
	}
	for old, text := range f.by {
		if f.bytes+len(s) <= maxFragments {
			break
		}
		f.drop(old, text)
	}
	if _, there := f.by[k]; !there {
		f.by[k] = s
		f.bytes += len(s)
	}
}

func (f *fragments) drop(k fragmentKey, text []byte) {
	delete(f.by, k)
	f.bytes -= len(text)
}
