package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/weftgraph/weft/graph/diag"
)

// finding is a diagnostic as `weft check --format json` writes it. Line and column count from 1, columns in characters; they are 0
// where a finding has no place, and file is empty where it concerns no file.
type finding struct {
	Code     string `json:"code"`
	Message  string `json:"message"`
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
}

// writeFindings writes diagnostics as one JSON list, which is empty when there are none.
func writeFindings(w io.Writer, diags diag.List) error {
	findings := make([]finding, len(diags))
	for i, d := range diags {
		findings[i] = finding{
			Code: d.Code, Message: d.Message, Severity: d.Severity.String(),
			File: d.Span.File, Line: d.Span.Line, Column: d.Span.Column,
		}
		if d.Nearest != "" {
			findings[i].Message += fmt.Sprintf("; did you mean %q?", d.Nearest)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(findings); err != nil {
		return fmt.Errorf("print diagnostics: %w", err)
	}
	return nil
}
