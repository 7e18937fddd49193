// Package notify writes to people: requests, reminders and decisions to a
// contributor's focal points, drafts to clearance officers, as electronic mail
// over SMTP.
//
// A mail is composed from a rapporteur.Letter alone, so the same letter is the
// same mail, byte for byte, on every attempt; its Message-ID is known before it
// is sent. The words are in templates/, one file a notice and language.
//
// Names and addresses are in the mail and nowhere else: not in an error, not in
// a log line, whatever a server answers.
package notify
