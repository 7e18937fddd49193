// Package web holds the pages for people: HTML that the server renders, with
// templates and assets carried in the program, and no script.
//
// Every page is one action in one file: its address, what it reads, what it
// shows. A page that needs no key shows only what is public of a resolution.
package web
