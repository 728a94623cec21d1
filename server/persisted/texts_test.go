package persisted_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/server/persisted"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newTexts(tb testing.TB, number int, bytes int64) *persisted.Texts {
	tb.Helper()
	texts, err := persisted.NewTexts(number, bytes)
	if err != nil {
		tb.Fatal(err)
	}
	return texts
}

func put(texts *persisted.Texts, text string) string {
	hash := persisted.HashOf(text)
	texts.Put(hash, text)
	return hash
}

func TestTextsAreFoundByTheirHash(t *testing.T) {
	t.Parallel()
	texts := newTexts(t, 0, 0)
	request := `{"query":"{ a }"}`
	hash := put(texts, request[10:15])
	got, ok := texts.Get("bae4af59d2ba14e2b8b1e9d0a6aeaf2a4b8f6e9d7d6aab8a9f2b8b6b1d8e2a10")
	if ok {
		t.Errorf("an unknown hash gives %q", got)
	}
	got, ok = texts.Get(hash)
	if !ok || got != "{ a }" {
		t.Errorf("got %q %t", got, ok)
	}
	if unsafe.StringData(got) == unsafe.StringData(request[10:15]) {
		t.Error("the text keeps the request that it came with")
	}
	if want := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; persisted.HashOf("") != want {
		t.Errorf("the hash of nothing is %s", persisted.HashOf(""))
	}
}

func TestTextsAreBoundedByNumberAndByBytes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		number      int
		bytes       int64
		length, max int
	}{
		{"many short ones", 100, 1 << 20, 10, 100},
		{"long ones", 100, 1 << 20, 1 << 15, 32},
		{"more than there are bytes", 1 << 30, 1000, 10, 14},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			texts := newTexts(t, tt.number, tt.bytes)
			for i := range 1000 {
				put(texts, fmt.Sprintf("%0*d", tt.length, i))
			}
			texts.CleanUp()
			if got := texts.Len(); got > tt.max {
				t.Errorf("%d are kept, want at most %d", got, tt.max)
			}
		})
	}
}

func TestATextThatWouldReplaceMuchIsNotKept(t *testing.T) {
	t.Parallel()
	texts := newTexts(t, 100, 1<<20)
	if _, ok := texts.Get(put(texts, strings.Repeat("x", 1<<16))); ok {
		t.Error("a text of 1/16 of all bytes is kept")
	}
	if _, ok := texts.Get(put(texts, strings.Repeat("x", 1<<15))); !ok {
		t.Error("a shorter one is not kept")
	}
}

// One client that sends new texts without end does not take what others use.
func TestNewTextsDoNotReplaceThoseThatAreUsed(t *testing.T) {
	t.Parallel()
	texts := newTexts(t, 512, 0)
	var used []string
	for i := range 300 {
		used = append(used, put(texts, fmt.Sprintf("used %d", i)))
	}
	// For each request of the others there are ten new texts. Others send again what is not there, as clients do.
	missed := 0
	for i := range 20_000 {
		put(texts, fmt.Sprintf("flood %d", i))
		if i%10 == 0 {
			at := i / 10 % len(used)
			if _, ok := texts.Get(used[at]); !ok {
				missed++
				put(texts, fmt.Sprintf("used %d", at))
			}
		}
		if i%100 == 0 {
			texts.CleanUp()
		}
	}
	texts.CleanUp()
	if missed > 100 {
		t.Errorf("of 2000 requests %d are not known", missed)
	}
	if got := texts.Len(); got > 512 {
		t.Errorf("%d texts are kept", got)
	}
}

func TestTextsMayBeUsedByManyAtOnce(t *testing.T) {
	t.Parallel()
	texts := newTexts(t, 50, 1<<16)
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for i := range 500 {
				text := fmt.Sprintf("text %d", (i*7+client)%200)
				hash := put(texts, text)
				if got, ok := texts.Get(hash); ok && got != text {
					t.Errorf("%q is %q", text, got)
				}
			}
		})
	}
	wg.Wait()
}
