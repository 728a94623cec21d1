package admission_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// item is an Item of a List (RFC 9651) whose value is a String, with parameters that are Integers (int64) or Strings.
type item struct {
	name   string
	params map[string]any
}

// parseList reads a header field that is a List of such items, as strictly as the RFC has it (section 4.2): whoever reads less than all of
// it has to leave the field unread.
func parseList(text string) ([]item, error) {
	p := parser{strings.Trim(text, " ")}
	var items []item
	for {
		one, err := p.item()
		if err != nil {
			return nil, fmt.Errorf("before %q: %w", p.rest, err)
		}
		items = append(items, one)
		p.rest = strings.TrimLeft(p.rest, " \t")
		if p.rest == "" {
			return items, nil
		}
		if !p.takes(',') {
			return nil, fmt.Errorf("no comma before %q", p.rest)
		}
		p.rest = strings.TrimLeft(p.rest, " \t")
	}
}

type parser struct{ rest string }

func (p *parser) takes(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) item() (one item, err error) {
	if one.name, err = p.text(); err != nil {
		return one, err
	}
	one.params = map[string]any{}
	for p.takes(';') {
		p.rest = strings.TrimLeft(p.rest, " ")
		key := p.while(func(c byte) bool { return c >= 'a' && c <= 'z' || c == '*' })
		if key == "" || !p.takes('=') {
			return one, errors.New("a parameter without a name or a value")
		}
		if _, isThere := one.params[key]; isThere {
			return one, errors.New("a parameter twice")
		}
		if strings.HasPrefix(p.rest, `"`) {
			one.params[key], err = p.text()
		} else {
			one.params[key], err = p.integer()
		}
		if err != nil {
			return one, err
		}
	}
	return one, nil
}

func (p *parser) while(is func(c byte) bool) string {
	n := 0
	for n < len(p.rest) && is(p.rest[n]) {
		n++
	}
	taken := p.rest[:n]
	p.rest = p.rest[n:]
	return taken
}

func (p *parser) text() (string, error) {
	if !p.takes('"') {
		return "", errors.New("no String")
	}
	text := p.while(func(c byte) bool { return c >= ' ' && c <= '~' && c != '"' && c != '\\' })
	if !p.takes('"') {
		return "", errors.New("a String with what it must not have, or without an end")
	}
	return text, nil
}

func (p *parser) integer() (int64, error) {
	sign := ""
	if p.takes('-') {
		sign = "-"
	}
	digits := p.while(func(c byte) bool { return c >= '0' && c <= '9' })
	if digits == "" || len(digits) > 15 {
		return 0, fmt.Errorf("an Integer of %d digits", len(digits))
	}
	return strconv.ParseInt(sign+digits, 10, 64)
}
