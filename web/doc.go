// Package web holds the pages for people: HTML that the server renders, with
// templates and assets carried in the program, and no script.
//
// Every page is one action in one file: its address, what it reads, what it
// shows. Most need no key and show only what is public of a resolution. The page
// behind a link in a mail has the link for a key: it shows what one contributor
// is asked, and its one button answers.
package web
