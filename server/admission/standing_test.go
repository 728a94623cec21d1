package admission_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/server/admission"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSecondsAreNeverTooFew(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]int64{
		0: 0, -time.Hour: 0, 1: 1, time.Second - 1: 1, time.Second: 1, time.Second + 1: 2, time.Minute: 60, math.MaxInt64: 9223372037,
	} {
		if got := admission.Seconds(d); got != want {
			t.Errorf("%s: %d, want %d", d, got, want)
		}
	}
}

// What is told of limits can be read by whoever reads header fields by the letter, and has what the draft demands: whatever the numbers are.
func TestFieldsAreThoseOfTheDraft(t *testing.T) {
	t.Parallel()
	const most = 999_999_999_999_999 // the largest Integer (RFC 9651, section 3.3.1)
	number := func(random *rand.Rand) int64 { return random.Int64N(math.MaxInt64) >> random.IntN(63) }
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1))
		var s admission.Standings
		var policies, limits []item
		for i := range 1 + random.IntN(admission.MaxStandings) {
			name, unit := fmt.Sprintf("rule-%d.x_Y", i), []string{"", "cost", "fields", "failures"}[random.IntN(4)]
			quota, window := 1+number(random), 1+time.Duration(number(random))
			remaining, reset := number(random)-5, time.Duration(number(random))
			s.Add(admission.Standing{
				Rule: name, Policy: admission.PolicyItem(name, unit, quota, window), Remaining: remaining, Reset: reset, IsRefusing: random.IntN(3) == 0,
			})
			policy := item{name, map[string]any{"q": min(quota, most), "w": admission.Seconds(window)}}
			if unit != "" {
				policy.params["qu"] = unit
			}
			policies = append(policies, policy)
			limits = append(limits, item{name, map[string]any{"r": min(max(remaining, 0), most), "t": admission.Seconds(reset)}})
		}
		for _, field := range []struct {
			text string
			want []item
		}{{s.Policies(), policies}, {s.Limits(), limits}} {
			got, err := parseList(field.text)
			if err != nil {
				t.Fatalf("seed %d: %s: %v", seed, field.text, err)
			}
			if diff := cmp.Diff(field.want, got, cmp.AllowUnexported(item{})); diff != "" {
				t.Fatalf("seed %d: %s: %s", seed, field.text, diff)
			}
		}
		for _, p := range policies {
			if p.params["w"] == int64(0) {
				t.Errorf("seed %d: a window without a length", seed)
			}
		}
	}
}

// The parser of these tests would see a mistake.
func TestParserTakesNoOtherFields(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `,`, `"a";q=1,`, `"a";q=1 "b";q=1`, `a;q=1`, `"a`, `"a";q`, `"a";q=`, `"a";q=1000000000000000`, `"a";q=1;q=2`, `"a"b`, `"a\";q=1`, `"ä";q=1`, `"a";Q=1`,
	} {
		if got, err := parseList(text); err == nil {
			t.Errorf("%s is read as %v", text, got)
		}
	}
}

// obvious are Standings that remember everything, and sort it out when they are asked.
type obvious []admission.Standing

func (o *obvious) add(added admission.Standing) {
	at := slices.IndexFunc(*o, func(s admission.Standing) bool { return s.Rule == added.Rule })
	switch {
	case at < 0:
		*o = append(*o, added)
	case rank(added) <= rank((*o)[at]):
		(*o)[at] = added
	}
}

// rank is smaller for what clients have to heed more.
func rank(s admission.Standing) int64 {
	if s.IsRefusing {
		return s.Remaining - 1<<62
	}
	return s.Remaining
}

// told are the limits that are told, by their names.
func told(s *admission.Standings) []string {
	if s.IsEmpty() {
		return nil
	}
	return strings.Split(s.Limits(), ", ")
}

func text(s admission.Standing) string {
	return fmt.Sprintf(`%q;r=%d;t=%d`, s.Rule, s.Remaining, admission.Seconds(s.Reset))
}

// check adds standings that bytes describe, and holds what is told against what has been added.
func check(t *testing.T, script []byte) {
	t.Helper()
	var s, first, second admission.Standings
	var all obvious
	for i, b := range script {
		added := admission.Standing{
			Rule: string('a' + rune(b&15)), Policy: "p", Remaining: int64(b >> 4), Reset: time.Duration(i) * time.Second, IsRefusing: b&0x50 == 0x50,
		}
		s.Add(added)
		all.add(added)
		half := &first
		if i%2 == 1 {
			half = &second
		}
		half.Add(added)
	}
	got := told(&s)
	want := []string{}
	for _, one := range all {
		want = append(want, text(one))
	}
	if len(all) <= admission.MaxStandings {
		if !slices.Equal(want, got) {
			t.Errorf("%x: told is\n%v, want\n%v", script, got, want)
		}
	} else if len(got) != admission.MaxStandings {
		t.Errorf("%x: %d limits are told", script, len(got))
	}
	// What was said last of the tightest limit is told, however many there are.
	if len(all) > 0 {
		tightest := slices.MinFunc(all, func(a, b admission.Standing) int { return int(rank(a) - rank(b)) })
		if best := rank(tightest); !slices.ContainsFunc(all, func(o admission.Standing) bool { return rank(o) == best && slices.Contains(got, text(o)) }) {
			t.Errorf("%x: %s is not told, but\n%v", script, text(tightest), got)
		}
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(names(got))))); n != len(got) {
		t.Errorf("%x: a limit is told twice: %v", script, got)
	}
	first.AddAll(&second)
	if len(all) <= admission.MaxStandings && len(told(&first)) != len(all) {
		t.Errorf("%x: together they tell %v", script, told(&first))
	}
}

func names(items []string) []string {
	out := make([]string, len(items))
	for i, text := range items {
		out[i], _, _ = strings.Cut(text, ";")
	}
	return out
}

func TestStandingsTellWhatIsTightest(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5000) {
		random := rand.New(rand.NewPCG(seed, 2))
		script := make([]byte, random.IntN(40))
		for i := range script {
			script[i] = byte(random.IntN(256))
		}
		check(t, script)
	}
}

func FuzzStandings(f *testing.F) {
	f.Add([]byte("abcdefghijklmnop"))
	f.Add([]byte{0xf0, 0x50, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0x58})
	f.Fuzz(func(t *testing.T, script []byte) { check(t, script) })
}

// A limit that refuses is told whatever else there is, since that is the one to wait for.
func TestWhatRefusesIsTold(t *testing.T) {
	t.Parallel()
	var s admission.Standings
	for i := range 20 {
		s.Add(admission.Standing{Rule: fmt.Sprintf("r%d", i), Remaining: 0})
	}
	s.Add(admission.Standing{Rule: "refusing", Remaining: 7, Reset: time.Second, IsRefusing: true})
	s.Add(admission.Standing{Rule: "refusing", Remaining: 0, Reset: time.Minute})
	got := told(&s)
	if len(got) != admission.MaxStandings || got[len(got)-1] != `"refusing";r=7;t=1` {
		t.Error(got)
	}
}

func TestNoStandingsCollectNothing(t *testing.T) {
	t.Parallel()
	var none *admission.Standings
	none.Add(admission.Standing{Rule: "r"})
	var empty admission.Standings
	if !empty.IsEmpty() || empty.Limits() != "" || empty.Policies() != "" {
		t.Error("there is something to tell")
	}
}
