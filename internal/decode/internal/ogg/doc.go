// Package ogg reads Ogg files (RFC 3533): pages, and the packets of one logical
// stream in them. Every page's checksum and number is looked at; a page that is
// damaged or missing is an error with its place.
package ogg
