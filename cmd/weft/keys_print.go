package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
)

// printSecret prints a key itself on standard output, alone, so that scripts can take it from there; and what was done on standard error.
func (f *keyFlags) printSecret(cmd *cobra.Command, k *apikey.Key, text, told string) error {
	if f.isJSON {
		return printJSON(cmd, value.Object(append([]value.Field{{Name: "key", Value: value.String(text)}}, describe(k, time.Now()).Fields()...)))
	}
	if _, err := fmt.Fprintf(cmd.ErrOrStderr(), "%s\nThe key is shown this once: the file has its hash alone.\n", told); err != nil {
		return err
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), text)
	return err
}

func printJSON(cmd *cobra.Command, v value.Value) error {
	_, err := cmd.OutOrStdout().Write(append(v.AppendIndented(nil), '\n'))
	return err
}

func printTable(cmd *cobra.Command, fill func(io.Writer)) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fill(w)
	return w.Flush()
}

// describe is what is known of a key, without what it is known by.
func describe(k *apikey.Key, now time.Time) value.Value {
	scopes := make([]value.Value, len(k.Scopes))
	for i, s := range k.Scopes {
		scopes[i] = value.String(s)
	}
	secrets := make([]value.Value, len(k.Secrets))
	for i, s := range k.Secrets {
		secrets[i] = value.Object([]value.Field{{Name: "created", Value: timeValue(s.Created)}, {Name: "until", Value: timeValue(s.Until)}})
	}
	return value.Object([]value.Field{
		{Name: "id", Value: value.String(k.ID)},
		{Name: "state", Value: value.String(string(k.State(now)))},
		{Name: "owner", Value: value.String(k.Owner)},
		{Name: "label", Value: value.String(k.Label)},
		{Name: "scopes", Value: value.Array(scopes)},
		{Name: "created", Value: timeValue(k.Created)},
		{Name: "notBefore", Value: timeValue(k.NotBefore)},
		{Name: "expires", Value: timeValue(k.Expires)},
		{Name: "revoked", Value: timeValue(k.Revoked)},
		{Name: "quota", Value: value.Object([]value.Field{
			{Name: "day", Value: amountValue(k.Quota.Day, value.Null())}, {Name: "month", Value: amountValue(k.Quota.Month, value.Null())},
		})},
		{Name: "secrets", Value: value.Array(secrets)},
	})
}

func describeUsage(u quota.Usage) value.Value {
	return value.Object([]value.Field{
		{Name: "today", Value: amountValue(u.Day, value.Int(0))},
		{Name: "thisMonth", Value: amountValue(u.Month, value.Int(0))},
		{Name: "total", Value: amountValue(u.Total, value.Int(0))},
		{Name: "lastUsed", Value: timeValue(u.Last)},
	})
}

// amountValue is an amount, with something else for nothing.
func amountValue(a quota.Amount, nothing value.Value) value.Value {
	part := func(n int64) value.Value {
		if n == 0 {
			return nothing
		}
		return value.Int(n)
	}
	return value.Object([]value.Field{{Name: "requests", Value: part(a.Requests)}, {Name: "cost", Value: part(a.Cost)}})
}

func timeValue(at time.Time) value.Value {
	if at.IsZero() {
		return value.Null()
	}
	return value.String(at.UTC().Format(time.RFC3339))
}

// shownUsage is what was used, of how much there is.
func shownUsage(used, limit quota.Amount) string {
	text := strconv.FormatInt(used.Requests, 10)
	if limit.Requests > 0 {
		text += " of " + strconv.FormatInt(limit.Requests, 10)
	}
	switch {
	case limit.Cost > 0:
		text += fmt.Sprintf(", cost %d of %d", used.Cost, limit.Cost)
	case used.Cost > 0:
		text += fmt.Sprintf(", cost %d", used.Cost)
	}
	return text
}

func shownTime(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.UTC().Format(time.RFC3339)
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
