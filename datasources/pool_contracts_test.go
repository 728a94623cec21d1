package datasources

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// contractOpener opens sources that read a file and, if it is there, another one.
func contractOpener(opened *int) Open {
	return func(_ context.Context, s Settings) (Source, error) {
		*opened++
		_, _ = s.GRPC.Files.Read("extra.proto")
		data, err := s.GRPC.Files.Read("shop.proto")
		if err == nil && string(data) == "broken" {
			err = errors.New("broken")
		}
		return &fakeSource{}, err
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSourceIsOpenedAnewWhenAFileOfItsContractHasChanged(t *testing.T) {
	t.Parallel()
	opened, dir := 0, t.TempDir()
	write(t, dir, "shop.proto", "one")
	p := NewPool(map[Kind]Open{GRPC: contractOpener(&opened)})
	defer p.Close()
	s := Settings{Kind: GRPC, GRPC: &GRPCSource{Proto: []string{"shop.proto"}, Files: Folder(dir)}}
	first := acquire(t, p, s)
	same := acquire(t, p, s)
	if first.Source() != same.Source() || p.HaveContractsChanged() {
		t.Fatal("an unchanged contract was read again")
	}
	if want := []string{filepath.Join(dir, "extra.proto"), filepath.Join(dir, "shop.proto")}; !slices.Equal(p.Contracts(), want) {
		t.Fatalf("contracts are %q, want %q", p.Contracts(), want)
	}

	write(t, dir, "shop.proto", "two")
	if !p.HaveContractsChanged() {
		t.Fatal("the change of a contract is not seen")
	}
	second := acquire(t, p, s)
	if second.Source() == first.Source() || p.HaveContractsChanged() {
		t.Fatal("a changed contract was not read again")
	}

	write(t, dir, "shop.proto", "broken")
	if _, err := p.Acquire(t.Context(), s); err == nil {
		t.Fatal("a broken contract was accepted")
	}
	write(t, dir, "shop.proto", "two")
	third := acquire(t, p, s)
	if third.Source() != second.Source() {
		t.Fatal("a contract that is as it was again costs a source its connections")
	}

	write(t, dir, "shop.proto", "one")
	fourth := acquire(t, p, s)
	if fourth.Source() != first.Source() || p.HaveContractsChanged() {
		t.Fatal("the source that has this contract was not found")
	}
	write(t, dir, "extra.proto", "now there")
	if !p.HaveContractsChanged() {
		t.Fatal("a file that was looked for in vain, and is there now, is no change")
	}
	if opened != 3 {
		t.Errorf("%d sources were opened, want 3", opened)
	}
	for _, l := range []*Lease{first, same, second, third, fourth} {
		l.Release()
	}
}

func TestContractThatCannotBeFetchedAgainServesOn(t *testing.T) {
	t.Parallel()
	var fail error
	opened := 0
	p := NewPool(map[Kind]Open{GRPC: func(context.Context, Settings) (Source, error) {
		opened++
		return &fakeSource{}, fail
	}})
	defer p.Close()
	s := Settings{Kind: GRPC, GRPC: &GRPCSource{Files: Folder(".")}} // by reflection
	first := acquire(t, p, s)
	fail = errors.New("unreachable")
	if same := acquire(t, p, s); same.Source() != first.Source() || same.Outdated() != nil {
		t.Fatal("a contract was fetched again without being asked for")
	}
	p.Refetch()
	kept := acquire(t, p, s)
	if kept.Source() != first.Source() || !errors.Is(kept.Outdated(), fail) {
		t.Fatalf("the last good contract does not serve on: %v", kept.Outdated())
	}
	fail = nil
	if fresh := acquire(t, p, s); fresh.Source() == first.Source() || fresh.Outdated() != nil {
		t.Fatal("the contract was not fetched again")
	}
	if opened != 3 {
		t.Errorf("opened %d times, want 3", opened)
	}
}

// Whoever waits for a change of what is wrong has to look at the files that were read in vain, and at those that were not there.
func TestFilesOfSourcesThatAreNotUsedAreLookedAtUntilOthersAre(t *testing.T) {
	t.Parallel()
	opened, dir, other := 0, t.TempDir(), t.TempDir()
	write(t, dir, "shop.proto", "good")
	write(t, other, "shop.proto", "broken")
	p := NewPool(map[Kind]Open{GRPC: contractOpener(&opened)})
	defer p.Close()
	settings := func(dir string) Settings {
		return Settings{Kind: GRPC, Name: dir, GRPC: &GRPCSource{Proto: []string{"shop.proto"}, Files: Folder(dir)}}
	}
	live := acquire(t, p, settings(dir))
	defer live.Release()
	p.Settled()
	used := []string{filepath.Join(dir, "extra.proto"), filepath.Join(dir, "shop.proto")}
	for range 3 {
		if _, err := p.Acquire(t.Context(), settings(other)); err == nil {
			t.Fatal("a broken contract was accepted")
		}
		want := slices.Concat(used, []string{filepath.Join(other, "extra.proto"), filepath.Join(other, "shop.proto")})
		if slices.Sort(want); !slices.Equal(p.Contracts(), want) {
			t.Fatalf("contracts are %q, want %q", p.Contracts(), want)
		}
	}
	write(t, other, "shop.proto", "good")
	acquire(t, p, settings(other)).Release() // something else was wrong
	if len(p.Contracts()) != 4 {
		t.Errorf("contracts are %q", p.Contracts())
	}
	if p.Settled(); !slices.Equal(p.Contracts(), used) {
		t.Errorf("contracts are %q, want %q", p.Contracts(), used)
	}
}
