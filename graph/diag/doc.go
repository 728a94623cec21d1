// Package diag holds positioned diagnostics: what a stage found wrong with a text, where exactly, and how to show it to
// a person. Every stage that reads documents or configuration reports with it, collects all that it finds, and leaves
// the showing to the command line. It imports nothing of this module.
package diag
