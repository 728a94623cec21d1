package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/apikey"
)

func newKeys() *cobra.Command {
	at := &keyFlags{}
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Manage API keys: create, list, show, rotate, revoke, usage",
		Long: `Keys manages the file of API keys that 'weft serve' knows callers by. The file has a
hash of each key: a key itself is printed once, when it is made.

The file is the one that authentication.api_keys.file of --config names, or that of
--file. A server that is running finds out by itself within a second.`,
		Example: `  weft keys create --config weft.yaml --owner billing --scope orders:read --expires 90d
  weft keys rotate --config weft.yaml 7rZk2Qw9XbN4 --overlap 24h
  weft keys revoke --config weft.yaml 7rZk2Qw9XbN4`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&at.config, "config", "", "the settings, a weft.yaml `FILE`, which name the file of keys")
	cmd.PersistentFlags().StringVar(&at.file, "file", "", "the `FILE` of keys")
	cmd.PersistentFlags().BoolVar(&at.isJSON, "json", false, "write JSON")
	cmd.MarkFlagsMutuallyExclusive("config", "file")
	cmd.AddCommand(newKeysCreate(at), newKeysList(at), newKeysShow(at), newKeysRotate(at), newKeysRevoke(at),
		newKeysDisable(at), newKeysEnable(at), newKeysUsage(at))
	return cmd
}

// keyFlags say where keys are.
type keyFlags struct {
	config, file string
	isJSON       bool
	// admin is where a server is asked, if it is known. The settings say it unless a flag does.
	admin string
}

var errNoKeyFile = errors.New("where are the keys? Give --config weft.yaml or --file keys.jsonl")

// settings returns where the keys are.
func (f *keyFlags) settings(cmd *cobra.Command) (apikey.Settings, error) {
	if f.config == "" {
		if f.file == "" {
			return apikey.Settings{}, errNoKeyFile
		}
		return apikey.Settings{File: f.file}, nil
	}
	loaded, diags := config.Load(f.config, os.LookupEnv)
	if err := report(cmd, diags, map[string]string{f.config: loaded.Text}); err != nil {
		return apikey.Settings{}, err
	}
	if loaded.Config.APIKeys.IsZero() {
		return apikey.Settings{}, failure{fmt.Errorf("%s has no authentication.api_keys", f.config)}
	}
	f.admin = cmp.Or(f.admin, loaded.Config.Admin.Listen)
	return loaded.Config.APIKeys, nil
}

// load reads the keys.
func (f *keyFlags) load(cmd *cobra.Command) ([]apikey.Key, apikey.Settings, error) {
	settings, err := f.settings(cmd)
	if err != nil {
		return nil, settings, err
	}
	keys, diags := apikey.Load(settings.File)
	return keys, settings, reportKeys(cmd, settings.File, diags)
}

// reportKeys prints what is wrong with a file of keys.
func reportKeys(cmd *cobra.Command, file string, diags diag.List) error {
	if len(diags) == 0 {
		return nil
	}
	text, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		text = nil // diagnostics are shown without it
	}
	return report(cmd, diags, map[string]string{file: string(text)})
}

// failed is the error of a command that has changed a file of keys, or has not.
func failed(cmd *cobra.Command, file string, err error) error {
	var diags diag.List
	switch {
	case err == nil:
		return nil
	case errors.As(err, &diags):
		return reportKeys(cmd, file, diags)
	default:
		return failure{err}
	}
}

// draftFlags are what a new key is made from.
type draftFlags struct {
	draft              apikey.Draft
	notBefore, expires string
}

func newKeysCreate(at *keyFlags) *cobra.Command {
	var flags draftFlags
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make a key and print it, once",
		Long: `Create makes a key and prints it on standard output, and what it is on standard error.
Nobody can find the key out later: the file has its hash. The file is created if it
is not there.`,
		Example: `  weft keys create --file keys.jsonl --owner billing --scope orders:read --scope orders:write
  weft keys create --config weft.yaml --owner billing --expires 90d --quota-day 1000 --quota-month 20000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := at.settings(cmd)
			if err != nil {
				return err
			}
			draft, err := flags.read(time.Now())
			if err != nil {
				return err
			}
			key, text, err := apikey.Create(cmd.Context(), settings.File, draft, time.Now())
			if err != nil {
				return failed(cmd, settings.File, err)
			}
			return at.printSecret(cmd, &key, text, fmt.Sprintf("created the key %s for %s", key.ID, key.Owner))
		},
	}
	flags.add(cmd)
	return cmd
}

func (f *draftFlags) add(cmd *cobra.Command) {
	d, flags := &f.draft, cmd.Flags()
	flags.StringVar(&d.Owner, "owner", "", "whom the key is for")
	flags.StringVar(&d.Label, "label", "", "what it is for")
	flags.StringArrayVar(&d.Scopes, "scope", nil, "what it may do; may be repeated")
	flags.StringVar(&f.notBefore, "not-before", "", "from when on it holds: a `TIME` such as 2026-12-01T00:00:00Z, or in so long, such as 2d")
	flags.StringVar(&f.expires, "expires", "", "until when it holds: a `TIME` such as 2027-01-01T00:00:00Z, or for so long, such as 90d (default for ever)")
	flags.Int64Var(&d.Quota.Day.Requests, "quota-day", 0, "how many operations it may ask for in a day of UTC (default any)")
	flags.Int64Var(&d.Quota.Month.Requests, "quota-month", 0, "how many in a month")
	flags.Int64Var(&d.Quota.Day.Cost, "quota-day-cost", 0, "what they may cost together in a day (default any)")
	flags.Int64Var(&d.Quota.Month.Cost, "quota-month-cost", 0, "what they may cost in a month")
	_ = cmd.MarkFlagRequired("owner") // it is there
}

var errNegativeQuota = errors.New("a quota must not be negative; without the flag there is none")

// read completes the draft by what is written as text.
func (f *draftFlags) read(now time.Time) (d apikey.Draft, err error) {
	d = f.draft
	if min(d.Quota.Day.Requests, d.Quota.Day.Cost, d.Quota.Month.Requests, d.Quota.Month.Cost) < 0 {
		return d, errNegativeQuota
	}
	if d.NotBefore, err = readTime("not-before", f.notBefore, now); err != nil {
		return d, err
	}
	if d.Expires, err = readTime("expires", f.expires, now); err != nil {
		return d, err
	}
	if !d.Expires.IsZero() && !d.Expires.After(now) {
		return d, fmt.Errorf("--expires: %s is over", f.expires)
	}
	return d, nil
}

// readTime reads a time, or how far it is from now.
func readTime(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, ok := config.ParseDuration(text); ok {
		return now.Add(d).UTC().Truncate(time.Second), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("--%s: expected a time such as 2027-01-01T00:00:00Z, or a duration such as 90d, but got %q", flag, text)
}

func newKeysRotate(at *keyFlags) *cobra.Command {
	var overlap string
	cmd := &cobra.Command{
		Use:   "rotate ID",
		Short: "Give a key a new secret and print the new key, once",
		Long: `Rotate gives a key a new secret and prints the new key on standard output. The old one
works on until the overlap is over, so that everybody who has it can be given the
new one. Id, owner, scopes, quota and figures stay.`,
		Example: `  weft keys rotate --config weft.yaml 7rZk2Qw9XbN4
  weft keys rotate --config weft.yaml 7rZk2Qw9XbN4 --overlap 0s`,
		Args: exactly("ID, the id of a key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, err := at.settings(cmd)
			if err != nil {
				return err
			}
			length, err := readOverlap(overlap)
			if err != nil {
				return err
			}
			key, text, err := apikey.Rotate(cmd.Context(), settings.File, args[0], length, time.Now())
			if err != nil {
				return failed(cmd, settings.File, err)
			}
			told := fmt.Sprintf("rotated the key %s of %s: the old one works until %s", key.ID, key.Owner,
				time.Now().Add(length).UTC().Format(time.RFC3339))
			if length == 0 {
				told = fmt.Sprintf("rotated the key %s of %s: the old one does not work any more", key.ID, key.Owner)
			}
			return at.printSecret(cmd, &key, text, told)
		},
	}
	cmd.Flags().StringVar(&overlap, "overlap", "24h", "for how long the old key works on")
	return cmd
}

func readOverlap(text string) (time.Duration, error) {
	if d, ok := config.ParseDuration(text); ok {
		return d, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d == 0 {
		return 0, nil
	}
	return 0, fmt.Errorf("--overlap: expected a duration such as 24h but got %q", text)
}

// exactly demands one argument; what says which.
func exactly(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s needs %s", cmd.Name(), what)
		}
		return nil
	}
}
