package config

import (
	"cmp"
	"path/filepath"
	"time"

	"github.com/weftgraph/weft/server/auditlog"
)

// audit is the audit log.
func audit() form[draft] {
	return at(config, at(func(c *Config) *auditlog.Settings { return &c.Audit }, auditForm{object[auditlog.Settings]{keys: []key[auditlog.Settings]{
		{
			name: "enabled", form: at(func(a *auditlog.Settings) *bool { return &a.Enabled }, flag{}), standard: "false", example: "true",
			doc: "whether each operation is recorded; see [the audit log](audit.md)",
		},
		{
			name: "file", form: at(func(a *auditlog.Settings) *string { return &a.File }, text{
				wanted: `a path such as "/var/log/weft/audit.jsonl"`, all: []string{`[^/]$`},
			}), standard: auditlog.DefaultFile, example: "/var/log/weft/audit.jsonl",
			doc: "the file that lines are appended to, from the folder of `weft.yaml`; it gets the mode 0600. `/dev/stdout` is possible, too",
		},
		{
			name: "on_failure", form: at(func(a *auditlog.Settings) *bool { return &a.LossAllowed }, choice[bool]{
				{name: "refuse", value: false}, {name: "continue", value: true},
			}), standard: "refuse", example: "continue",
			doc: "what happens while the file cannot be written: `refuse` answers no operation, with status 503, and nothing before its line is in " +
				"the file; `continue` loses lines, and then tells how many",
		},
		{
			name: "sync", form: at(func(a *auditlog.Settings) *bool { return &a.Synced }, flag{}), standard: "false", example: "true",
			doc: "whether an answer also waits until its line is [on the disk](audit.md#what-is-never-lost-and-what-may-be), " +
				"and so safe from a crash of the machine; with `on_failure: refuse`",
		},
		{
			name: "write_timeout", form: at(func(a *auditlog.Settings) *time.Duration { return &a.WriteTimeout }, duration()),
			standard: "5s", example: "2s", doc: "how long a call to write to the file may take before it counts as one that fails",
		},
		{
			name: "queue", form: at(func(a *auditlog.Settings) *int { return &a.QueueBytes }, byteSize()), standard: "16mb", example: "64mb",
			doc: "bytes of lines that may wait for the disk",
		},
		{
			name: "sync_interval", form: at(func(a *auditlog.Settings) *time.Duration { return &a.SyncInterval }, duration()),
			standard: "1s", example: "100ms", doc: "how long a line that is written may wait until it is safe from a crash of the machine",
		},
		{
			name: "arguments", form: at(func(a *auditlog.Settings) *bool { return &a.Arguments }, flag{}), standard: "false", example: "true",
			doc: "whether lines have the values of arguments, but for [those that are tagged](audit.md#what-is-redacted)",
		},
		{name: "rotation", doc: "When a new file begins.", form: at(func(a *auditlog.Settings) *auditlog.Rotation { return &a.Rotation }, rotation())},
	}}}))
}

// redactionSection says which values are not for logs.
func redactionSection() form[draft] {
	return object[draft]{keys: []key[draft]{{
		name: "tags", form: at(config, at(func(c *Config) *[]string { return &c.PersonalTags }, list[string]{text{
			wanted: `the name of a tag such as "pii"`, all: []string{"."},
		}, "a list of names of tags"})),
		standard: "[pii]", example: "[pii, secret]",
		doc: "values of elements with `@tag` of one of these names are [redacted](audit.md#what-is-redacted) in logs and messages",
	}}}
}

func rotation() form[auditlog.Rotation] {
	return object[auditlog.Rotation]{keys: []key[auditlog.Rotation]{
		{
			name: "max_size", form: at(func(r *auditlog.Rotation) *int { return &r.MaxSize }, byteSize()), standard: "100mb", example: "1000mb",
			doc: "bytes of a file",
		},
		{
			name: "max_age", form: at(func(r *auditlog.Rotation) *time.Duration { return &r.MaxAge }, duration()), example: "24h",
			doc: "how old its first line may be when the next comes; without it, any age",
		},
		{
			name: "max_files", form: at(func(r *auditlog.Rotation) *int { return &r.MaxFiles }, integer[int]{}), standard: "10", example: "90",
			doc: "how many files are kept besides the one that is written; the oldest are deleted",
		},
		{
			name: "compress", form: at(func(r *auditlog.Rotation) *bool { return &r.Compressed }, flag{}), standard: "false", example: "true",
			doc: "whether they are packed by gzip",
		},
	}}
}

// auditForm gives an audit log its file, whose path counts from the folder of the configuration.
type auditForm struct{ object[auditlog.Settings] }

// Read implements form.
func (a auditForm) Read(r *reader, n *node, into *auditlog.Settings) {
	a.object.Read(r, n, into)
	into.File = cmp.Or(into.File, auditlog.DefaultFile)
	if !filepath.IsAbs(into.File) {
		into.File = filepath.Join(filepath.Dir(r.file), into.File)
	}
}
