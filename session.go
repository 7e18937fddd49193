package rapporteur

import "time"

// Session is what a browser's cookie stands for, on the server's side.
type Session struct {
	Token   string // SHA-256 of the cookie's value, in hexadecimals: nobody signs in by reading the record
	Person  string // who is signed in; empty for nobody
	Data    []byte // sealed at rest
	Expires time.Time
}
