package quota

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/weftgraph/weft/graph/value"
)

// line is what the file says of a key. Of several lines for a key the last one holds.
type line struct {
	Key   string    `json:"key"`
	Last  time.Time `json:"last,omitzero"`
	Day   period    `json:"day"`
	Month period    `json:"month"`
	Total Amount    `json:"total"`
}

// period is one day or month of a key.
type period struct {
	// Begins is the first day, such as "2026-11-30".
	Begins string `json:"begins"`
	Used   Amount `json:"used"`
	// Granted is what may have been used when the process has ended without a word.
	Granted Amount `json:"granted"`
}

// appendLine appends what the file is to say of an account.
func (a *account) appendLine(text []byte) []byte {
	fields := []value.Field{{Name: "key", Value: value.String(a.key)}}
	if !a.last.IsZero() {
		fields = append(fields, value.Field{Name: "last", Value: value.String(a.last.UTC().Format(time.RFC3339))})
	}
	fields = append(fields,
		value.Field{Name: "day", Value: a.day.value(days())},
		value.Field{Name: "month", Value: a.month.value(months())},
		value.Field{Name: "total", Value: a.total.value()},
	)
	return append(value.Object(fields).AppendJSON(text), '\n')
}

func (c *count) value(cal calendar) value.Value {
	return value.Object([]value.Field{
		{Name: "begins", Value: value.String(cal.begins(c.number).Format(time.DateOnly))},
		{Name: "used", Value: c.used.value()},
		{Name: "granted", Value: c.used.atLeast(c.promised).value()},
	})
}

func (a Amount) value() value.Value {
	var fields []value.Field
	if a.Requests != 0 {
		fields = append(fields, value.Field{Name: "requests", Value: value.Int(a.Requests)})
	}
	if a.Cost != 0 {
		fields = append(fields, value.Field{Name: "cost", Value: value.Int(a.Cost)})
	}
	return value.Object(fields)
}

// problem is a line that cannot be read.
type problem struct {
	line int
	err  error
}

// maxLineBytes bounds a line. A key's has some hundred.
const maxLineBytes = 4096

// readFile reads the figures in a file, none if it is not there. A last line without an end was being written when the process ended:
// nothing was granted by it, so that it is left out without a word.
func readFile(file string) (map[string]*account, []problem, error) {
	f, err := os.Open(file) //nolint:gosec // the operator names it
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]*account{}, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return read(f)
}

func read(from io.Reader) (map[string]*account, []problem, error) {
	accounts := map[string]*account{}
	var problems []problem
	lines := bufio.NewReaderSize(from, maxLineBytes)
	for number := 1; ; number++ {
		text, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return accounts, problems, nil
		case errors.Is(err, bufio.ErrBufferFull):
			skipLine(lines)
			err = fmt.Errorf("more than %d bytes", maxLineBytes)
		case err != nil:
			return nil, nil, err
		default:
			var a *account
			if a, err = parse(text); err == nil {
				accounts[a.key] = a
			}
		}
		if err != nil {
			problems = append(problems, problem{number, err})
		}
	}
}

// skipLine reads up to the end of a line. Whoever reads on gets its error again.
func skipLine(lines *bufio.Reader) {
	for {
		if _, err := lines.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

var errNoKey = errors.New("no key")

func parse(text []byte) (*account, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&l); err != nil {
		return nil, err
	}
	if l.Key == "" {
		return nil, errNoKey
	}
	day, err := l.Day.count(days())
	if err != nil {
		return nil, err
	}
	month, err := l.Month.count(months())
	if err != nil {
		return nil, err
	}
	return &account{key: l.Key, day: day, month: month, total: l.Total.atLeast(Amount{}), last: l.Last}, nil
}

func (p period) count(cal calendar) (count, error) {
	begins, err := time.Parse(time.DateOnly, p.Begins)
	if err != nil {
		return count{}, err
	}
	c := count{number: cal.number(begins), used: p.Used.atLeast(Amount{}), granted: p.Granted.atLeast(p.Used).atLeast(Amount{})}
	c.promised = c.granted
	return c, nil
}

// Read returns what the figures in a file say at a time: those of a ledger that has it open are up to flushPeriod old. A file that is not there
// has none.
func Read(file string, now time.Time) (map[string]Usage, error) {
	accounts, problems, err := readFile(file)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("line %d cannot be read: %w", problems[0].line, problems[0].err)
	}
	usages := make(map[string]Usage, len(accounts))
	for key, a := range accounts {
		usages[key] = a.usage(now)
	}
	return usages, nil
}
