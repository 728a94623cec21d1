package datasources

import "testing"

func TestGRPCAddressesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"grpc://a":                    "grpc://a:80",
		"grpcs://a":                   "grpcs://a:443",
		"grpc://a:1/":                 "grpc://a:1",
		"grpcs://a, b:2 ,[::1]:3":     "grpcs://a:443,b:2,[::1]:3",
		"dns:///a:1":                  "grpc://a:1",
		"dns:///a:1,b":                "grpc://a:1,b:80",
		"dns://8.8.8.8/a:1":           errGRPCNameServer.Error(),
		"dns:a:1":                     errGRPCAddress.Error(),
		"grpc://a,":                   errGRPCHost.Error(),
		"grpc://a:500000":             errGRPCPort.Error(),
		"grpc://a:0":                  errGRPCPort.Error(),
		"grpc://a,grpc://b":           errGRPCAddress.Error(),
		"grpc://a,user:secret@b":      errGRPCPath.Error(),
		"grpc://a:1/b,c":              errGRPCPath.Error(),
		"grpc://a?x":                  errGRPCPath.Error(),
		"https://a":                   errGRPCAddress.Error(),
		"grpc://127.0.0.1:1,10.0.0.1": "grpc://127.0.0.1:1,10.0.0.1:80",
	} {
		a, err := ParseGRPCAddress(text)
		got := a.String()
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
