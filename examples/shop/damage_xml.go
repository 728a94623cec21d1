package shop

import (
	"bytes"
	"fmt"
	"regexp"
)

// xmlFormat is how the billing service writes.
type xmlFormat struct{}

var _ format = xmlFormat{}

func (xmlFormat) failed(status int) reply {
	answered := faultReply(&soapFault{code: faultServer, text: fmt.Sprintf("the service was told to answer %d", status)})
	answered.status = status
	return answered
}

func (xmlFormat) spoil(d Damage, body []byte) []byte {
	texts := regexp.MustCompile(`>([^<]+)<`)
	switch d {
	case Garbage:
		return []byte("<<< this is \x00 not XML >")
	case HalfDocument:
		return body[:len(body)/2]
	case WrongType:
		return texts.ReplaceAll(body, []byte(">?<"))
	case WrongCount:
		return dropLastInvoice(body)
	case InvalidUTF8:
		return texts.ReplaceAll(body, []byte(">\xff${1}<"))
	case Empty:
		return nil
	default:
		return body
	}
}

func dropLastInvoice(body []byte) []byte {
	const opening, ending = "<invoice>", "</invoice>"
	start, end := bytes.LastIndex(body, []byte(opening)), bytes.LastIndex(body, []byte(ending))
	if start < 0 || end < start {
		return body
	}
	return append(bytes.Clone(body[:start]), body[end+len(ending):]...)
}
