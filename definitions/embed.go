// Package definitions is practice as data: services, rights, forms, code
// sets, plans, calendars and nicknames, for people who do not write Go. Package internal/definition reads
// it; a folder of the same shape can replace any of its files.
package definitions

import "embed"

// FS holds the definitions that the program was built with.
//
//go:embed access calendars codesets files forms names people plans services words work
var FS embed.FS
