package grpc

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
)

// TestClientsLearnWhatDoesNotFitInWordsOfTheContract: the values of a request may come from the configuration, and so may the keys of a map and
// the names of fields.
func TestClientsLearnWhatDoesNotFitInWordsOfTheContract(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, datasources.GRPCSource{
		Address: template(t, "grpc://parcels.test:1"),
		Proto:   []string{"parcels.proto"},
		Files: contractFiles(map[string]string{"parcels.proto": `
syntax = "proto2";
package parcels;
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
service Parcels { rpc Send(Parcel) returns (Parcel); }
message Parcel {
  optional int64 id = 1;
  repeated Line lines = 2;
  map<string, int32> weights = 3;
  map<int32, Line> slots = 4;
  optional google.protobuf.Timestamp at = 5;
  optional Size size = 6;
  oneof to { string door = 7; string box = 8; }
  optional google.protobuf.Any extra = 9;
  optional google.protobuf.Struct notes = 10;
  optional string text = 11;
}
message Line { required int32 quantity = 1; }
enum Size { SMALL = 0; }
`}),
	}, Options{})
	c := s.contract
	for given, want := range map[string]string{
		`"secret"`:        `the message expects an object (parcels.Parcel)`,
		`{"id":"secret"}`: `field "id" expects a 64-bit integer`,
		`{"secret":1}`:    `the message is given a field that it does not have`,
		`{"lines":[{"quantity":1},{"secret":1}]}`: `field "lines[1]" is given a field that it does not have`,
		`{"lines":[{}]}`:                        `field "lines[0].quantity" is required and not set`,
		`{"lines":[null]}`:                      `field "lines[0]" cannot be null`,
		`{"lines":{"secret":1}}`:                `field "lines" expects a list`,
		`{"weights":{"secret":"secret"}}`:       `field "weights[…]" expects a 32-bit integer`,
		`{"weights":{"secret":null}}`:           `field "weights[…]" cannot be null`,
		`{"slots":{"secret":{"quantity":1}}}`:   `field "slots[…]" expects a 32-bit integer`,
		`{"slots":{"7":{"quantity":"secret"}}}`: `field "slots[…].quantity" expects a 32-bit integer`,
		`{"at":"secret"}`:                       `field "at" expects a timestamp such as "2025-03-01T12:00:00Z"`,
		`{"size":"secret"}`:                     `field "size" expects a value of enum parcels.Size`,
		`{"door":"secret","box":"secret"}`:      `field "box" cannot be set together with "door"`,
		`{"extra":{"@type":"x/secret"}}`:        `field "extra.@type" names a message that the contract does not have`,
		`{"notes":{"secret":1e999}}`:            `field "notes[…]" expects a number in the range of double`,
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			_, err := c.encodeMessage(c.messageNamed("parcels.Parcel"), parseValue(t, given))
			e := cannotBuild(err)
			if d := cmp.Diff("Request cannot be built: "+want, e.Message); d != "" || strings.Contains(e.Message, "secret") {
				t.Error(d)
			}
			if !errors.Is(e, err) {
				t.Errorf("the log does not have %v", err)
			}
		})
	}
}
