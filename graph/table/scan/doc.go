// Package scan says what a scanner makes of the values of a reply: a mapping that only picks, renames and flattens (a mapping.Pick)
// and a table.Shape, compiled to one tree. A node is an object of the reply that is entered; its entries say, for each key that
// anybody asked for, what becomes of its value: a leaf cell, rows of a child level, or another object to look into on the way to
// a deeper key.
//
// The tree knows no wire format. A scanner (of JSON, of protobuf's wire format) follows it while it goes over the bytes once, and
// fills the table through a Filler, which does what is the same for all formats.
package scan
