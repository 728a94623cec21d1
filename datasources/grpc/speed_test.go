package grpc

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/examples/shop/shippingpb"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
	"github.com/weftgraph/weft/graph/value"
)

// parcels is a reply of the shop's shipping service with n shipments of three events each.
func parcels(tb testing.TB, n int) []byte {
	tb.Helper()
	reply := &shippingpb.BatchGetShipmentsResponse{}
	day := time.Date(2025, 3, 1, 8, 30, 0, 0, time.UTC)
	for i := range n {
		reply.Shipments = append(reply.Shipments, &shippingpb.OrderShipment{
			OrderId: int64(100000 + i),
			Shipment: &shippingpb.Shipment{
				Sscc:           340123450000000000 + uint64(i),
				Status:         shippingpb.Shipment_IN_TRANSIT,
				Carrier:        new("Parcel Post International"),
				TrackingNumber: new(fmt.Sprintf("PPI%010d", i)),
				Eta:            timestamppb.New(day.AddDate(0, 0, i%30)),
				WeightGrams:    int32(500 + i%5000),
				Destination:    &shippingpb.Shipment_Address{Address: &shippingpb.Address{City: "Gwenborough", Country: "DE"}},
				Events: []*shippingpb.ShipmentEvent{
					{At: timestamppb.New(day), Place: "Leipzig", Text: "The parcel was picked up."},
					{At: timestamppb.New(day.Add(5 * time.Hour)), Place: "Halle", Text: "The parcel is in the depot."},
					{At: timestamppb.New(day.Add(29 * time.Hour)), Place: "Gwenborough", Text: `Handed over to "Sam".`},
				},
			},
		})
	}
	data, err := proto.Marshal(reply)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

const parcelSelection = `$.shipments { id: orderId shipment {
	sscc status carrier trackingNumber eta weightGrams address { city country } events { at place text } } }`

func parcelShape() *table.Shape {
	leaf := func(name string, kind table.LeafKind) table.Member {
		return table.Member{Path: []string{name}, Type: &table.Type{Leaf: kind, Values: []string{"DELIVERED", "IN_TRANSIT", "PREPARING"}}}
	}
	return &table.Shape{List: true, Keys: []int{0}, Levels: []table.Level{
		{Types: []string{"Order"}, Members: []table.Member{{Path: []string{"id"}}, {Path: []string{"shipment"}, Child: 1}}},
		{Types: []string{"Shipment"}, Members: []table.Member{
			leaf("sscc", table.ID), leaf("status", table.Enum), leaf("carrier", table.String), leaf("trackingNumber", table.String),
			leaf("eta", table.Any), leaf("weightGrams", table.Int),
			{Path: []string{"address"}, Child: 2},
			{Path: []string{"events"}, Child: 3, List: true},
		}},
		{Types: []string{"Address"}, Members: []table.Member{leaf("city", table.String), leaf("country", table.String)}},
		{Types: []string{"Event"}, Members: []table.Member{leaf("at", table.Any), leaf("place", table.String), leaf("text", table.String)}},
	}}
}

// parcelFetcher decodes replies of the shop's shipping service.
func parcelFetcher(tb testing.TB, mode response.Mode) *fetcher {
	tb.Helper()
	files, err := registry([]protoreflect.FileDescriptor{shippingpb.File_shop_proto})
	if err != nil {
		tb.Fatal(err)
	}
	s := &source{
		settings: datasources.Settings{Kind: datasources.GRPC, GRPC: &datasources.GRPCSource{}}, contract: newContract(files, false), mode: mode,
	}
	return prepare(tb, s, datasources.Connector{
		Batch:     true,
		GRPC:      &datasources.GRPCConnector{Method: "shipping.v1.Shipping/BatchGetShipments"},
		Selection: parse(tb, parcelSelection),
	}, parcelShape()).(*fetcher)
}

// appendParcels is JSON as one writes it by hand for the generated types: the same properties that the selection picks.
func appendParcels(dst []byte, reply *shippingpb.BatchGetShipmentsResponse) []byte {
	text := func(name, v string) {
		dst = append(append(dst, name...), ':')
		dst = append(value.AppendString(dst, v), ',')
	}
	number := func(name string, v int64) {
		dst = append(append(dst, name...), ':')
		dst = append(strconv.AppendInt(dst, v, 10), ',')
	}
	at := func(name string, v *timestamppb.Timestamp) {
		dst = append(append(dst, name...), ':', '"')
		dst = append(v.AsTime().AppendFormat(dst, time.RFC3339Nano), '"', ',')
	}
	dst = append(dst, '[')
	for _, row := range reply.GetShipments() {
		dst = append(dst, '{')
		number(`"id"`, row.GetOrderId())
		dst = append(dst, `"shipment":{`...)
		s := row.GetShipment()
		number(`"sscc"`, int64(s.GetSscc()))
		text(`"status"`, s.GetStatus().String())
		text(`"carrier"`, s.GetCarrier())
		text(`"trackingNumber"`, s.GetTrackingNumber())
		at(`"eta"`, s.GetEta())
		number(`"weightGrams"`, int64(s.GetWeightGrams()))
		dst = append(dst, `"address":{`...)
		text(`"city"`, s.GetAddress().GetCity())
		text(`"country"`, s.GetAddress().GetCountry())
		dst = append(dst[:len(dst)-1], `},"events":[`...)
		for _, e := range s.GetEvents() {
			dst = append(dst, '{')
			at(`"at"`, e.GetAt())
			text(`"place"`, e.GetPlace())
			text(`"text"`, e.GetText())
			dst = append(dst[:len(dst)-1], '}', ',')
		}
		dst = append(dst[:len(dst)-1], "]}},"...)
	}
	return append(dst[:len(dst)-1], ']')
}

// BenchmarkReply compares ways from the wire to a table, or to the JSON of the same properties: our scan, decoding and evaluating,
// the library's dynamic messages with protojson and what parses or scans that, and generated code that writes JSON by hand.
func BenchmarkReply(b *testing.B) {
	scanned, evaluated := parcelFetcher(b, response.Auto), parcelFetcher(b, response.EvaluateOnly)
	shape := parcelShape()
	picks, _, _ := scanned.selection.Picks()
	program, ok := tablejson.Compile(picks, shape)
	if !ok {
		b.Fatal("not scannable")
	}
	d := (&shippingpb.BatchGetShipmentsResponse{}).ProtoReflect().Descriptor()
	for _, n := range []int{1, 100, 1000} {
		data := parcels(b, n)
		builder := table.NewBuilder(shape, data)
		run := func(name string, decode func() error) {
			b.Run(fmt.Sprintf("rows=%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if err := decode(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		fill := func(f *fetcher) func() error {
			r, env := &datasources.Reply{Body: data}, &mapping.Env{}
			return func() error {
				builder.Recycle(data)
				_, err := f.Decode(r, env, builder)
				return err
			}
		}
		text := func() ([]byte, error) {
			m := dynamicpb.NewMessage(d)
			if err := proto.Unmarshal(data, m); err != nil {
				return nil, err
			}
			return protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(m)
		}
		run("table", fill(scanned))
		run("evaluate", fill(evaluated))
		run("protojson", func() error {
			data, err := text()
			if err == nil {
				_, err = value.Parse(data)
			}
			return err
		})
		run("protojson+scan", func() error {
			data, err := text()
			if err == nil {
				builder.Recycle(data)
				err = program.Scan(builder)
			}
			return err
		})
		var buf []byte
		run("generated", func() error {
			var m shippingpb.BatchGetShipmentsResponse
			err := proto.Unmarshal(data, &m)
			buf = appendParcels(buf[:0], &m)
			return err
		})
	}
}

// TestParcelsAreTheSameInAllWays keeps the benchmark honest.
func TestParcelsAreTheSameInAllWays(t *testing.T) {
	t.Parallel()
	data, shape := parcels(t, 3), parcelShape()
	b := &bothWays{shape: shape, scan: parcelFetcher(t, response.Auto), evaluated: parcelFetcher(t, response.EvaluateOnly)}
	b.check(t, data)
	if !b.scans(data) {
		t.Error("the reply is not scanned")
	}
	var m shippingpb.BatchGetShipmentsResponse
	if err := proto.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	v, err := b.evaluated.source.contract.decodeMessage(b.evaluated.reader, data)
	if err != nil {
		t.Fatal(err)
	}
	if got := parse(t, parcelSelection).Eval(v, nil); !value.Equal(got, parseValue(t, string(appendParcels(nil, &m)))) {
		t.Errorf("by hand it is not %s", got)
	}
}
