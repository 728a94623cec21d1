// Package value is the model of the data that mappings read and make: JSON
// with one extra state, MISSING, with numbers kept digit by digit, and with
// objects that remember the order of their properties.
//
// Values are small, immutable and safe to share between goroutines.
package value
