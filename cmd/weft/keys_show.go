package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
)

func newKeysList(at *keyFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the keys",
		Example: `  weft keys list --config weft.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			keys, _, err := at.load(cmd)
			if err != nil {
				return err
			}
			now := time.Now()
			if at.isJSON {
				all := make([]value.Value, len(keys))
				for i := range keys {
					all[i] = describe(&keys[i], now)
				}
				return printJSON(cmd, value.Array(all))
			}
			return printTable(cmd, func(w io.Writer) {
				fmt.Fprintln(w, "ID\tSTATE\tOWNER\tLABEL\tSCOPES\tCREATED\tEXPIRES")
				for i := range keys {
					k := &keys[i]
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.State(now), k.Owner, dash(k.Label), dash(strings.Join(k.Scopes, " ")),
						k.Created.Format(time.DateOnly), shownTime(k.Expires))
				}
			})
		},
	}
}

func newKeysShow(at *keyFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show a key, its quota and its usage",
		Example: `  weft keys show --config weft.yaml 7rZk2Qw9XbN4`,
		Args:    exactly("ID, the id of a key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			keys, settings, err := at.load(cmd)
			if err != nil {
				return err
			}
			key, err := apikey.Find(keys, args[0])
			if err != nil {
				return failure{err}
			}
			now := time.Now()
			usages, err := at.usages(cmd, settings, now)
			if err != nil {
				return err
			}
			if at.isJSON {
				return printJSON(cmd, value.Object(append(describe(key, now).Fields(), value.Field{Name: "usage", Value: describeUsage(usages[key.ID])})))
			}
			return printTable(cmd, func(w io.Writer) { showKey(w, key, usages[key.ID], now) })
		},
	}
	at.addAdmin(cmd)
	return cmd
}

func showKey(w io.Writer, k *apikey.Key, u quota.Usage, now time.Time) {
	fmt.Fprintf(w, "id\t%s\nstate\t%s\nowner\t%s\nlabel\t%s\nscopes\t%s\n", k.ID, k.State(now), k.Owner, dash(k.Label), dash(strings.Join(k.Scopes, " ")))
	fmt.Fprintf(w, "created\t%s\nnot before\t%s\nexpires\t%s\n", shownTime(k.Created), shownTime(k.NotBefore), shownTime(k.Expires))
	if !k.Revoked.IsZero() {
		fmt.Fprintf(w, "revoked\t%s\n", shownTime(k.Revoked))
	}
	for _, s := range k.Secrets {
		until := "works on"
		if !s.Until.IsZero() {
			until = "works until " + shownTime(s.Until)
		}
		fmt.Fprintf(w, "secret\tof %s, %s\n", shownTime(s.Created), until)
	}
	fmt.Fprintf(w, "today\t%s\nthis month\t%s\n", shownUsage(u.Day, k.Quota.Day), shownUsage(u.Month, k.Quota.Month))
	fmt.Fprintf(w, "in all\t%s\nlast used\t%s\n", shownUsage(u.Total, quota.Amount{}), shownTime(u.Last))
}
