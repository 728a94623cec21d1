package scenario

import (
	"context"
	"encoding/json"
	"fmt"
)

// Answer is the right data of one request.
type Answer struct{ data any }

// Expected returns the right answers to the scenario's bodies.
func (s Scenario) Expected(ctx context.Context, o *Oracle) ([]Answer, error) {
	var out []Answer
	for id := 1; id <= max(s.IDs, 1); id++ {
		made := s.answer(ctx, o, id)
		if o.err != nil {
			return nil, fmt.Errorf("making the right answer to %s: %w", s.Name, o.err)
		}
		data, err := decoded(made)
		if err != nil {
			return nil, fmt.Errorf("making the right answer to %s: %w", s.Name, err)
		}
		out = append(out, Answer{data})
	}
	return out, nil
}

// decoded turns a value into what decoding its JSON gives.
func decoded(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(text, &out)
	return out, err
}

// Differs says what is wrong in a response of a gateway; nil if nothing is. The order of
// members and the spelling of numbers do not count.
func (a Answer) Differs(response []byte) error {
	const shown = 300
	var got struct {
		Data   any `json:"data"`
		Errors any `json:"errors"`
	}
	if err := json.Unmarshal(response, &got); err != nil {
		return fmt.Errorf("the response is no JSON: %w: %.*s", err, shown, response)
	}
	if got.Errors != nil {
		return fmt.Errorf("the response has errors: %.*s", shown, response)
	}
	if d := difference("data", a.data, got.Data); d != "" {
		return fmt.Errorf("the data is not what the upstream has: %s", d)
	}
	return nil
}
