package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/server/identity/apikey"
)

func newKeysRevoke(at *keyFlags) *cobra.Command {
	return newKeysChange(at, &cobra.Command{
		Use:   "revoke ID",
		Short: "Have a key hold no more, for good",
		Long: `Revoke has a key hold no more. It stays in the file, so that it can be looked up who had
it; there is no way back.`,
		Example: `  weft keys revoke --config weft.yaml 7rZk2Qw9XbN4`,
	}, "revoked", func(ctx context.Context, file, id string) (apikey.Key, error) {
		return apikey.Revoke(ctx, file, id, time.Now())
	})
}

func newKeysDisable(at *keyFlags) *cobra.Command {
	return newKeysChange(at, &cobra.Command{
		Use:     "disable ID",
		Short:   "Have a key not hold until it is enabled again",
		Example: `  weft keys disable --config weft.yaml 7rZk2Qw9XbN4`,
	}, "disabled", func(ctx context.Context, file, id string) (apikey.Key, error) {
		return apikey.Disable(ctx, file, id, true)
	})
}

func newKeysEnable(at *keyFlags) *cobra.Command {
	return newKeysChange(at, &cobra.Command{
		Use:     "enable ID",
		Short:   "Have a disabled key hold again",
		Example: `  weft keys enable --config weft.yaml 7rZk2Qw9XbN4`,
	}, "enabled", func(ctx context.Context, file, id string) (apikey.Key, error) {
		return apikey.Disable(ctx, file, id, false)
	})
}

// newKeysChange makes a command that changes one key. done says what has been done.
func newKeysChange(at *keyFlags, cmd *cobra.Command, done string, change func(ctx context.Context, file, id string) (apikey.Key, error)) *cobra.Command {
	cmd.Args = exactly("ID, the id of a key")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		settings, err := at.settings(cmd)
		if err != nil {
			return err
		}
		key, err := change(cmd.Context(), settings.File, args[0])
		if err != nil {
			return failed(cmd, settings.File, err)
		}
		if at.isJSON {
			return printJSON(cmd, describe(&key, time.Now()))
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s the key %s of %s\n", done, key.ID, key.Owner)
		return err
	}
	return cmd
}
