package abuse_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const (
	tooLarge    = http.StatusRequestEntityTooLarge
	unsupported = http.StatusUnsupportedMediaType
)

// packed posts a body that is compressed.
func packed(encoding, body string) sending {
	return request("POST /graphql", body, contentJSON, acceptGraphQL, "Content-Encoding: "+encoding)
}

// brotliOf and zstdOf compress a body.
func brotliOf(body string) string {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestSpeed)
	_, _ = io.WriteString(w, body) // it goes to memory
	_ = w.Close()
	return b.String()
}

func zstdOf(body string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err) // it has no options that could be wrong
	}
	return string(w.EncodeAll([]byte(body), nil))
}

// compressedAbuses are bodies that become more than they are.
func compressedAbuses() []abuse {
	const (
		// skippable is a frame of zstd that stands for nothing.
		skippable = "\x50\x2a\x4d\x18\x00\x00\x00\x00"
		// wide is a frame of zstd that says that it looks back 3.75 TB.
		wide = "\x28\xb5\x2f\xfd\x00\xff"
	)
	spaces := strings.Repeat(" ", 50<<20)
	return []abuse{
		{name: "50 megabytes of br", send: packed("br", brotliOf(spaces)), status: tooLarge, code: exceeded, limit: "body_bytes"},
		{name: "50 megabytes of zstd", send: packed("zstd", zstdOf(spaces)), status: tooLarge, code: exceeded, limit: "body_bytes"},
		{name: "40,000 empty members of gzip", send: packed("gzip", strings.Repeat(zipped(""), 40_000)+zipped(plain)), status: ok},
		{name: "a member of gzip, and garbage", send: packed("gzip", zipped(plain)+"garbage"), status: bad, code: malformed},
		{name: "gzip with a name that never ends", send: packed("gzip", "\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"+strings.Repeat("x", 900_000)), status: bad, code: malformed},
		{name: "gzip with a checksum that is wrong", send: packed("gzip", zipped(plain)[:len(zipped(plain))-8]+"\x00\x00\x00\x00\x00\x00\x00\x00"), status: bad, code: malformed},
		{name: "100,000 frames of zstd for nothing", send: packed("zstd", strings.Repeat(skippable, 100_000)+zstdOf(plain)), status: ok},
		{name: "50,000 empty frames of zstd", send: packed("zstd", strings.Repeat(zstdOf(" ")[:4]+"\x20\x00\x01\x00\x00", 50_000)+zstdOf(plain)), status: ok},
		{name: "a frame of zstd that looks back terabytes", send: packed("zstd", wide+"\x01\x00\x00"), status: tooLarge, code: exceeded, limit: "body_bytes"},
		{name: "zstd that is cut off", send: packed("zstd", zstdOf(plain)[:10]), status: bad, code: malformed},
		{name: "br that looks back 16 megabytes, for one letter", send: packed("br", farBrotli), status: tooLarge, code: exceeded, limit: "body_bytes", allocated: 6},
		{name: "br of a window that only some know", send: packed("br", "\x11\x3e\x00"), status: bad, code: malformed},
		{name: "br that is cut off", send: packed("br", brotliOf(plain)[:10]), status: bad, code: malformed},
		{name: "one coding in another", send: packed("gzip", zipped(zipped(plain))), status: bad, code: malformed},
		{name: "a coding said twice", send: request("POST /graphql", zipped(plain), contentJSON, "Content-Encoding: gzip", "Content-Encoding: gzip"), status: unsupported, code: malformed},
		{name: "a form of 200,000 fields", send: request("POST /graphql", strings.Repeat("a=b&", 200_000)+"query={__typename}", form...), status: bad, code: malformed},
		{name: "a form with one field twice", send: request("POST /graphql", "query={__typename}&query={__typename}", form...), status: bad, code: malformed},
		{name: "a form that is not UTF-8", send: request("POST /graphql", "query=%ff", form...), status: bad, code: malformed},
		{name: "a form with deep variables", send: request("POST /graphql", "query={__typename}&variables="+strings.Repeat("[", deep), form...), status: bad, code: exceeded, limit: "json_nesting"},
	}
}

var form = []string{"Content-Type: application/x-www-form-urlencoded", "Apollo-Require-Preflight: 1"}

// farBrotli says that it has a window of 16 MiB, and that 16 MiB come.
const farBrotli = "\xcf\xff\xff\xffx"

// attached posts parts, of which each has a name and a content.
func attached(parts ...[2]string) sending {
	return request("POST /graphql", partsOf(parts...)+"--b--\r\n", multipart)
}

const multipart = "Content-Type: multipart/form-data; boundary=b\r\nApollo-Require-Preflight: 1"

func partsOf(parts ...[2]string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString("--b\r\nContent-Disposition: form-data; name=\"" + part[0] + "\"\r\n\r\n" + part[1] + "\r\n")
	}
	return b.String()
}

// multipartAbuses attack requests with files.
func multipartAbuses() []abuse {
	const takes = `{"query":"mutation($f: Upload) { attach(file: $f) }","variables":{"f":null}}`
	asked, mapped := [2]string{"operations", takes}, [2]string{"map", `{"0":["variables.f"]}`}
	manyAsked := [2]string{"operations", `{"query":"mutation($f: [Upload!]) { attach(files: $f) }","variables":{"f":[` + strings.Repeat("null,", 100) + `null]}}`}
	mapOf := func(text string) [2]string { return [2]string{"map", text} }
	file := [2]string{"0\"; filename=\"a", "content"}
	named := func(name string) sending {
		return attached(asked, mapped, [2]string{`0"; filename="` + name, "content"})
	}
	return []abuse{
		{name: "what a form of another site sends", send: request("POST /graphql", partsOf(asked, mapped, file)+"--b--\r\n", strings.Split(multipart, "\r\n")[0]), status: bad, code: "CSRF_PREVENTED"},
		{name: "no parts", send: attached(), status: bad, code: malformed},
		{name: "no end", send: request("POST /graphql", partsOf(asked, mapped, file), multipart), status: bad, code: malformed},
		{name: "a boundary of 1000 bytes", send: request("POST /graphql", "x", strings.Replace(multipart, "=b", "="+strings.Repeat("b", 1000), 1)), status: bad, code: malformed},
		{name: "no boundary", send: request("POST /graphql", "x", strings.Replace(multipart, "; boundary=b", "", 1)), status: bad, code: malformed},
		{name: "a boundary within", send: attached([2]string{"operations", "--b\r\n\r\n" + takes}, mapped, file), status: bad, code: malformed},
		{name: "the map first", send: attached(mapped, asked, file), status: bad, code: malformed},
		{name: "operations twice", send: attached(asked, asked, mapped, file), status: bad, code: malformed},
		{name: "operations of two megabytes", send: attached([2]string{"operations", strings.Repeat(" ", 2<<20)}, mapped), status: tooLarge, code: exceeded, limit: "body_bytes"},
		{name: "1000 parts", send: attached(append([][2]string{asked, mapped}, many(1000, file)...)...), status: bad, code: malformed},
		{name: "1000 files in the map", send: attached(asked, mapOf(`{`+each(1000, `"%d":["variables.f"],`)+`"x":["variables.f"]}`)), status: tooLarge, code: exceeded, limit: "files"},
		{name: "100,000 places for one file", send: attached(asked, mapOf(`{"0":[`+strings.Repeat(`"variables.f",`, 60_000)+`"variables.f"]}`), file), status: bad, code: malformed},
		{name: "a file of a megabyte at 101 places", send: attached(manyAsked, mapOf(`{"0":[`+each(100, `"variables.f.%d",`)+`"variables.f.100"]}`), [2]string{file[0], strings.Repeat("x", 1<<20)}), status: tooLarge, code: exceeded, limit: "file_bytes"},
		{name: "a name of 100 KB, where no file may be", send: attached([2]string{"operations", `{"query":"query($t: String) { echo(text: $t) }","variables":{"t":null}}`}, mapOf(`{"0":["variables.t"]}`), [2]string{`0"; filename="` + strings.Repeat("x", 100_000), "content"}), status: ok, code: misused},
		{name: "a path of a million steps", send: attached(asked, mapOf(`{"0":["`+strings.Repeat(".", 1_000_000)+`"]}`), file), status: tooLarge, code: exceeded, limit: "files"},
		{name: "1000 paths of 1000 steps", send: attached(asked, mapOf(`{"0":[`+strings.TrimSuffix(each(1000, `"%d`+strings.Repeat(".", 1000)+`",`), ",")+`]}`), file), status: tooLarge, code: exceeded, limit: "files"},
		{name: "a path of 900 KB", send: attached(asked, mapOf(`{"0":["variables.`+strings.Repeat("x", 900_000)+`"]}`), file), status: bad, code: malformed},
		{name: "a path into a text", send: attached(asked, mapOf(`{"0":["query.0"]}`), file), status: bad, code: malformed},
		{name: "a path of a prototype", send: attached(asked, mapOf(`{"0":["__proto__.f"]}`), file), status: bad, code: malformed},
		{name: "a file with a name of a megabyte", send: attached(asked, mapped, [2]string{strings.Repeat("x", 1_000_000), "content"}), status: bad, code: malformed},
		{name: "a file in the map with a name of 900 KB", send: attached(asked, mapOf(`{"`+strings.Repeat("x", 900_000)+`":["variables.f"]}`)), status: bad, code: malformed},
		{name: "a name out of the folder", send: named("../../../../etc/passwd"), status: ok},
		{name: "a name with a NUL and a line end", send: named("a\\\"\x00%0d%0a"), status: bad, code: malformed},
		{name: "a name of 100 KB", send: named(strings.Repeat("x", 100_000)), status: ok},
		{name: "a part's header of 11 megabytes", send: attached(asked, mapped, [2]string{"0\"\r\nX: " + strings.Repeat("x", 11<<20) + "\r\nY: \"", "content"}), status: bad, code: malformed},
		{name: "20,000 headers of a part", send: attached(asked, mapped, [2]string{"0\"\r\n" + each(20_000, "X-%d: 1\r\n") + "Y: \"", "content"}), status: bad, code: malformed},
		{name: "a file beyond the limit", send: attached(asked, mapped, [2]string{file[0], strings.Repeat("x", 10_000_001)}), status: tooLarge, code: exceeded, limit: "file_bytes"},
		{name: "a file that is cut off", send: cutOff("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n" + multipart + "\r\n\r\n" + partsOf(asked, mapped, file) + strings.Repeat("x", 200_000)), status: bad, code: malformed},
		{name: "a compressed body", send: request("POST /graphql", zipped("x"), multipart, "Content-Encoding: gzip"), status: unsupported, code: malformed},
	}
}

func many(n int, part [2]string) [][2]string {
	out := make([][2]string, n)
	for i := range out {
		out[i] = part
	}
	return out
}
