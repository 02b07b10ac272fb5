// Package ogg reads Ogg files (RFC 3533): pages, and the packets of one logical stream. It
// checks the checksum and the number of every page. A damaged or missing page is an error
// with its position.
package ogg
