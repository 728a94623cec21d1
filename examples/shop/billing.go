package shop

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

func (b billing) getInvoice(f *fields) (*xmlWriter, error) {
	id := f.long("orderId")
	if err := f.end(); err != nil {
		return nil, err
	}
	found, ok := b.store.invoice(int(id))
	if !ok {
		return nil, refusal(reasonNotFound, "order %d has no invoice", id)
	}
	w := openAnswer("GetInvoiceResponse")
	w.invoice(found)
	w.close("GetInvoiceResponse")
	return w, nil
}

func (b billing) getInvoices(f *fields) (*xmlWriter, error) {
	ids := f.longs("orderId")
	if err := f.end(); err != nil {
		return nil, err
	}
	w := openAnswer("GetInvoicesResponse")
	for _, id := range distinct(ids) {
		if found, ok := b.store.invoice(int(id)); ok {
			w.invoice(found)
		}
	}
	w.close("GetInvoicesResponse")
	return w, nil
}

func (b billing) payInvoice(f *fields) (*xmlWriter, error) {
	number := f.token("number", invoiceNumbers())
	amount, currency := f.money("amount")
	method := f.enum("method", []string{"CARD", "TRANSFER", "VOUCHER"})
	if err := f.end(); err != nil {
		return nil, err
	}
	paid, err := b.store.pay(number, amount, currency, b.now().UTC().Truncate(time.Second))
	if err != nil {
		return nil, refusedPayment(number, err)
	}
	w := openAnswer("PayInvoiceResponse")
	w.open("receipt")
	w.leaf("number", "RCP-"+strconv.Itoa(paid.order.ID))
	w.leaf("paidAt", dateTime(paid.order.paidAt))
	w.leaf("amount", amount.String(), "currency", currency)
	w.leaf("method", method)
	w.invoice(paid)
	w.close("receipt")
	w.close("PayInvoiceResponse")
	return w, nil
}

// refusedPayment makes the Fault of what the store said.
func refusedPayment(number string, err error) error {
	var wrong *wrongAmount
	switch {
	case errors.As(err, &wrong):
		return refusal(reasonWrongAmount, "%s", wrong)
	case errors.Is(err, errAlreadyPaid):
		return refusal(reasonAlreadyPaid, "the invoice %s is already paid", number)
	default:
		return refusal(reasonNotFound, "there is no invoice %s", number)
	}
}

// refusal is the Fault of a request that is valid and cannot be carried out.
func refusal(reason faultReason, text string, args ...any) error {
	return &soapFault{code: faultClient, text: fmt.Sprintf(text, args...), reason: reason}
}

// invalidRequest is the Fault of a request that the contract does not allow; element
// says where, if it is one place.
func invalidRequest(element, text string, args ...any) error {
	return &soapFault{code: faultClient, text: fmt.Sprintf(text, args...), reason: reasonInvalid, element: element}
}

func openAnswer(name string) *xmlWriter {
	w := &xmlWriter{}
	w.open(name, "xmlns", typesSpace)
	return w
}

// invoice writes an element of type Invoice.
func (w *xmlWriter) invoice(i invoice) {
	w.open("invoice")
	w.leaf("number", i.number)
	w.leaf("orderId", strconv.Itoa(i.order.ID))
	w.leaf("issued", i.issued.Format(time.DateOnly))
	w.leaf("due", i.due.Format(time.DateOnly))
	if i.isPaid() {
		w.leaf("status", "PAID")
	} else {
		w.leaf("status", "OPEN")
	}
	w.leaf("amount", i.order.Total.String(), "currency", i.order.Currency)
	if i.isPaid() {
		w.leaf("paidAt", dateTime(i.order.paidAt))
	} else {
		w.null("paidAt")
		w.leaf("note", "Please pay by "+i.due.Format(time.DateOnly)+".")
	}
	for n, line := range i.order.Lines {
		w.open("line", "sku", line.SKU)
		w.leaf("description", i.products[n])
		w.leaf("quantity", strconv.Itoa(line.Quantity))
		w.leaf("unitPrice", line.UnitPrice.String())
		w.close("line")
	}
	w.close("invoice")
}

// dateTime writes an xs:dateTime in UTC.
func dateTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
