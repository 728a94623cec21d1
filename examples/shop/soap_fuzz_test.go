package shop_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/weftgraph/weft/examples/shop"
)

// Whatever is sent, the answer is an envelope: a true one with 200, or a Fault with
// 500 that has a code.
func FuzzEveryRequestIsAnsweredWithAnEnvelope(f *testing.F) {
	for _, bad := range badBodies() {
		if len(bad.body) < 1000 {
			f.Add(bad.operation, wrap(bad.body))
		}
	}
	f.Add("GetInvoices", wrap(fmt.Sprintf(getInvoices, "<orderId>1002</orderId><orderId>1296</orderId>")))
	f.Add("PayInvoice", wrap(fmt.Sprintf(payInvoice, `<number>INV-1297</number><amount currency="EUR">271.25</amount><method>CARD</method>`)))
	f.Add("GetInvoice", "<a><![CDATA[]]><!-- --></a>")
	handler := shop.New(shop.Options{}).BillingHandler()
	f.Fuzz(func(t *testing.T, operation, text string) {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/billing", strings.NewReader(text))
		request.Header.Set("Content-Type", "text/xml")
		request.Header.Set("SOAPAction", "http://shop.example/billing/"+operation)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		var m message
		if err := xml.Unmarshal(recorder.Body.Bytes(), &m); err != nil {
			t.Fatalf("%v in %s", err, recorder.Body)
		}
		switch fault := m.Body.Fault; recorder.Code {
		case http.StatusOK:
			if fault != nil || m.Body.Invoice == nil && m.Body.Invoices == nil && m.Body.Payment == nil {
				t.Errorf("%s", recorder.Body)
			}
		case http.StatusInternalServerError:
			if fault == nil || !strings.HasPrefix(fault.Code, "soap:") || fault.Text == "" {
				t.Errorf("%s", recorder.Body)
			}
		default:
			t.Errorf("status %d: %s", recorder.Code, recorder.Body)
		}
	})
}
