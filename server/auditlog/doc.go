// Package auditlog keeps a record of who has asked what: one line of JSON for each operation, appended to a file that survives crashes, full
// disks and rotation.
//
//	settings.go   what operators decide
//	line.go       what a line says (the schema of docs/audit.md), and its JSON
//	log.go        the queue between those who ask and the one goroutine that writes
//	commit.go     waiting until a line is kept
//	hang.go       a file that takes nothing, and does not say so
//	writer.go     that goroutine: retries, gaps, syncing
//	file.go       the file: opened, repaired, reopened when somebody has moved it
//	rotate.go     files that are full or old: renamed, compressed, deleted
//
// Libraries that rotate files (lumberjack and its like) hide what matters here: whether a line is on the disk, that a line could not be
// written, and that the file ends in half a line after a crash.
package auditlog
