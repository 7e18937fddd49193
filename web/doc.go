// Package web holds the pages for people: HTML that the server renders, with
// templates and assets carried in the program.
//
// Every page is one action in one file: its address, what it reads, what it
// shows. Package frame below is what they all stand in: who asks and whether they
// may, language, layout, headers, problems; answer has the pages of contributors.
// This package puts them together.
package web
