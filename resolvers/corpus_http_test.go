package resolvers_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// RoundTrip implements http.RoundTripper: it labels a request with the loader that its context names.
func (b *backend) RoundTrip(r *http.Request) (*http.Response, error) {
	labelled := r.Clone(r.Context())
	if labelled.Header == nil {
		labelled.Header = http.Header{}
	}
	if id, ok := r.Context().Value(loaderKey{}).(int); ok {
		labelled.Header.Set(loaderHeader, strconv.Itoa(id))
	}
	return b.transport.RoundTrip(labelled)
}

// serve answers an HTTP request. Those that no loader made are for the case's contracts.
func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	if text, ok := b.contracts.folder[strings.TrimPrefix(r.URL.Path, "/")]; ok && r.Header.Get(loaderHeader) == "" {
		_, _ = w.Write(text.Data) // a client that gives up is not our concern
		return
	}
	reply := b.note(readHTTP(r, string(body)))
	if reply == nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if reply.after != "" && !b.waitFor(r.Context(), reply.after) {
		return
	}
	switch {
	case reply.hang:
		<-r.Context().Done()
	case reply.close:
		hangUp(w, nil)
	case reply.cut >= 0:
		head := fmt.Sprintf("HTTP/1.1 %d OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
			reply.status, reply.header.Get("Content-Type"), len(reply.content))
		hangUp(w, append([]byte(head), reply.content[:reply.cut]...))
	default:
		maps.Copy(w.Header(), reply.header)
		w.WriteHeader(reply.status)
		_, _ = w.Write(reply.content) // as above
	}
}

// hangUp writes bytes as they are and closes the connection.
func hangUp(w http.ResponseWriter, text []byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = conn.Write(text) // a client that gives up is not our concern
	_ = conn.Close()
}

// readHTTP reads a request by REST or, if it has an action, by SOAP.
func readHTTP(r *http.Request, body string) *incoming {
	in := &incoming{header: r.Header, whole: "http://" + r.Host + r.RequestURI}
	in.loader, in.wrong = strconv.Atoi(r.Header.Get(loaderHeader))
	r.Header.Del(loaderHeader)
	if _, hasAction := r.Header["Soapaction"]; hasAction || strings.HasPrefix(r.Header.Get("Content-Type"), "application/soap+xml") {
		in.readEnvelope(body)
		return in
	}
	in.method, in.target, in.body = r.Method, r.RequestURI, body
	in.canonical = func(text string) (string, error) { return text, nil }
	in.text = r.Method + " " + in.whole + "\n" + headerText(r.Header, commonHeaders())
	if body != "" {
		in.text += "  " + body + "\n"
	}
	return in
}

// commonHeaders are what every request by HTTP has.
func commonHeaders() []string {
	return []string{"User-Agent", "Accept-Encoding", "Accept", "Content-Length"}
}

// headerText writes headers as calls.txt shows them, without those that every request has.
func headerText(h http.Header, common []string) string {
	var names []string
	for name := range h {
		if !slices.Contains(common, name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		for _, v := range h[name] {
			b.WriteString("  " + strings.TrimRight(strings.ToLower(name)+": "+v, " ") + "\n")
		}
	}
	return b.String()
}
