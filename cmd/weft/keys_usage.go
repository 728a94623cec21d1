package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
)

func newKeysUsage(at *keyFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "usage [ID]",
		Short: "Show how much keys have used",
		Long: `Usage shows what keys have used today and this month (of UTC), and what of. A server that
is running is asked at its admin listener, that of --admin or of admin.listen in the
configuration. Without one the figures are those of the file, which is up to 5 seconds
behind a server.`,
		Example: `  weft keys usage --config weft.yaml
  weft keys usage --config weft.yaml --admin 127.0.0.1:4001 7rZk2Qw9XbN4`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			keys, settings, err := at.load(cmd)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				key, err := apikey.Find(keys, args[0])
				if err != nil {
					return failure{err}
				}
				keys = []apikey.Key{*key}
			}
			usages, err := at.usages(cmd, settings, time.Now())
			if err != nil {
				return err
			}
			if at.isJSON {
				return printJSON(cmd, describeUsages(keys, usages))
			}
			return printTable(cmd, func(w io.Writer) { showUsages(w, keys, usages) })
		},
	}
	at.addAdmin(cmd)
	return cmd
}

func describeUsages(keys []apikey.Key, usages map[string]quota.Usage) value.Value {
	all := make([]value.Value, len(keys))
	for i, k := range keys {
		fields := append([]value.Field{{Name: "id", Value: value.String(k.ID)}, {Name: "owner", Value: value.String(k.Owner)}},
			describeUsage(usages[k.ID]).Fields()...)
		all[i] = value.Object(fields)
	}
	return value.Array(all)
}

func showUsages(w io.Writer, keys []apikey.Key, usages map[string]quota.Usage) {
	fmt.Fprintln(w, "ID\tOWNER\tTODAY\tTHIS MONTH\tIN ALL\tLAST USED")
	for _, k := range keys {
		u := usages[k.ID]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Owner, shownUsage(u.Day, k.Quota.Day), shownUsage(u.Month, k.Quota.Month),
			shownUsage(u.Total, quota.Amount{}), shownTime(u.Last))
	}
}

// addAdmin adds the flag for the server that is asked.
func (f *keyFlags) addAdmin(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.admin, "admin", "", "ask the server with the admin listener at `HOST:PORT` (default that of the configuration)")
}

// usages returns what keys have used: as a server says that is running, and else as the file does, which is said on standard error.
func (f *keyFlags) usages(cmd *cobra.Command, settings apikey.Settings, now time.Time) (map[string]quota.Usage, error) {
	usages, err := quota.Read(settings.Usage(), now)
	if err != nil {
		return nil, failure{fmt.Errorf("%s: %w", settings.Usage(), err)}
	}
	if f.admin == "" {
		_, err := fmt.Fprintf(cmd.ErrOrStderr(), "from %s, which is up to 5 s behind a server that is running; --admin HOST:PORT asks the server\n", settings.Usage())
		return usages, err
	}
	told, err := askUsages(cmd.Context(), f.admin)
	if err != nil {
		_, err := fmt.Fprintf(cmd.ErrOrStderr(), "no server at %s tells its figures (%v); those of %s are up to 5 s behind one that is running\n",
			f.admin, err, settings.Usage())
		return usages, err
	}
	maps.Copy(usages, told)
	return usages, nil
}

// Bounds of asking a server.
const (
	usagesTimeout  = 2 * time.Second
	maxUsagesBytes = 4 << 20
)

// usagesQuery asks for as many keys as there is an answer for: those that were used last, of which alone the file may be behind.
const usagesQuery = `{ apiKeys(first: 1000) { id lastUsedAt today { ...U } thisMonth { ...U } total { ...U } } }
fragment U on KeyUsage { requests { used } cost { used } }`

// toldUsage is what a server says that was used.
type toldUsage struct {
	Requests struct {
		Used int64 `json:"used"`
	} `json:"requests"`
	Cost struct {
		Used int64 `json:"used"`
	} `json:"cost"`
}

func (t *toldUsage) amount() quota.Amount {
	return quota.Amount{Requests: t.Requests.Used, Cost: t.Cost.Used}
}

var errNoAdmin = errors.New("it is no admin listener of this version of Weft")

// askUsages asks the system schema of a server what keys have used.
func askUsages(ctx context.Context, address string) (map[string]quota.Usage, error) {
	ctx, cancel := context.WithTimeout(ctx, usagesTimeout)
	defer cancel()
	body := value.Object([]value.Field{{Name: "query", Value: value.String(usagesQuery)}}).AppendJSON(nil)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+server.AdminPath, bytes.NewReader(body))
	if err != nil {
		return nil, plainError(err)
	}
	r.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{} // without a proxy: the address is that of a machine nearby
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return nil, plainError(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Data struct {
			Keys []struct {
				ID         string    `json:"id"`
				LastUsedAt time.Time `json:"lastUsedAt"`
				Today      toldUsage `json:"today"`
				ThisMonth  toldUsage `json:"thisMonth"`
				Total      toldUsage `json:"total"`
			} `json:"apiKeys"`
		} `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxUsagesBytes)).Decode(&answer); err != nil || answer.Data.Keys == nil {
		return nil, errNoAdmin
	}
	told := make(map[string]quota.Usage, len(answer.Data.Keys))
	for i := range answer.Data.Keys {
		k := &answer.Data.Keys[i]
		told[k.ID] = quota.Usage{Day: k.Today.amount(), Month: k.ThisMonth.amount(), Total: k.Total.amount(), Last: k.LastUsedAt}
	}
	return told, nil
}

// plainError is an error of HTTP without the address, which is said beside it.
func plainError(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
