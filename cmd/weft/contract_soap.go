package main

import (
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap"
)

var (
	errNoWSDL  = errors.New("--operation is for WSDLs: a gRPC server's methods are listed with their messages")
	errNotKept = errors.New("--write keeps the contracts of gRPC servers: save a WSDL and the files that it imports as they are, next to the graph")
)

// isWSDL tells the file or the URL of a WSDL from addresses and sources.
func isWSDL(source string) bool {
	return strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://") || strings.EqualFold(filepath.Ext(source), ".wsdl")
}

// settingsOfWSDL are those of a source that has a WSDL and nothing else.
func settingsOfWSDL(location string) datasources.Settings {
	s := datasources.Settings{Kind: datasources.SOAP, Name: location, SOAP: &datasources.SOAPSource{WSDL: location}}
	if folder := filepath.Dir(location); !strings.Contains(location, "://") {
		s.SOAP.Files, s.SOAP.WSDL = datasources.Folder(folder), filepath.Base(location)
	} else {
		s.SOAP.Files = datasources.Folder(".")
	}
	return s
}

// runSOAP shows what a WSDL offers.
func (f *contractFlags) runSOAP(cmd *cobra.Command, settings datasources.Settings) error {
	if f.write != "" {
		return errNotKept
	}
	offer, err := soap.ReadOffer(cmd.Context(), settings)
	if wrong := (*datasources.ContractError)(nil); errors.As(err, &wrong) {
		return report(cmd, wrong.Diagnostics, nil)
	}
	if err != nil {
		return failure{err}
	}
	text := offer.Ports()
	if f.operation != "" {
		if text, err = offer.Operation(f.operation); err != nil {
			return failure{err}
		}
	}
	_, err = io.WriteString(cmd.OutOrStdout(), text)
	return err
}
