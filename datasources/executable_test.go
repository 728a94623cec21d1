package datasources

import "testing"

func TestCallsOfGoCodeAreDescribedByTheirFields(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]GoConnector{
		"Go loyalty: User":              {Executable: "loyalty", On: "User"},
		"Go loyalty: Query.leaderboard": {Executable: "loyalty", Root: "query", On: "Query", Field: "leaderboard"},
		"Go loyalty: User.history(year: $args.year last: $args.last)": {
			Executable: "loyalty", On: "User", Field: "history", Args: []string{"year", "last"},
		},
	} {
		if got := c.Describe(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
