package smtpsink

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one connection's mails.
type session struct {
	server *Server
	conn   *smtp.Conn
	known  bool // authenticated
	from   string
	to     []string
}

var _ smtp.AuthSession = (*session)(nil)

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	s.connections.Add(1)
	s.conns.Store(c, nil)
	return &session{server: s, conn: c, known: s.config.User == ""}, nil
}

// AuthMechanisms lists PLAIN where a password is asked for.
func (s *session) AuthMechanisms() []string {
	if s.server.config.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth checks user and password.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		same := subtle.ConstantTimeCompare([]byte(user), []byte(s.server.config.User)) &
			subtle.ConstantTimeCompare([]byte(password), []byte(s.server.config.Password))
		if same != 1 {
			return &smtp.SMTPError{
				Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8},
				Message: "no such user: " + user,
			}
		}
		s.known = true
		return nil
	}), nil
}

// Reset forgets the mail that was begun.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the session; nothing is kept of it.
func (s *session) Logout() error {
	s.server.conns.Delete(s.conn)
	return nil
}

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return nil
}

// Rcpt takes a recipient, or does not, by the mode.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	mode := Mode(s.server.mode.Load())
	if s.server.config.Recipient != nil {
		if own := s.server.config.Recipient(to); own != Accept {
			mode = own
		}
	}
	switch mode {
	case Refuse:
		return &smtp.SMTPError{
			Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1},
			Message: fmt.Sprintf("<%s>: there is no such mailbox", to),
		}
	case Defer:
		return &smtp.SMTPError{
			Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1},
			Message: fmt.Sprintf("<%s>: greylisted, try again", to),
		}
	case Accept, Hang, Forget:
	}
	s.to = append(s.to, to)
	return nil
}

// Data takes the mail and keeps it, by the mode.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	mode := Mode(s.server.mode.Load())
	if mode == Hang {
		<-s.server.closed
		return smtp.ErrDataReset
	}
	if err := s.server.keep(Message{From: s.from, To: slices.Clone(s.to), Raw: raw}); err != nil {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "cannot keep the mail"}
	}
	if mode == Forget {
		_ = s.conn.Conn().Close()
	}
	return nil
}

// keep numbers a mail, passes it on and tells whoever waits.
func (s *Server) keep(m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Number = len(s.messages) + 1
	if s.config.Keep != nil {
		if err := s.config.Keep(m); err != nil {
			return err
		}
	}
	if s.config.Directory != "" {
		m.File = filepath.Join(s.config.Directory, fileName(m))
		if err := os.WriteFile(m.File, m.Raw, 0o600); err != nil {
			return err
		}
		m.Raw = nil
	}
	s.messages = append(s.messages, m)
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

// fileName sorts mails by their own date, which in a demonstration is not the
// day they were sent, and then by turn.
func fileName(m Message) string {
	date, id := "undated", "without-id"
	if parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw)); err == nil {
		if t, err := parsed.Header.Date(); err == nil {
			date = t.UTC().Format("20060102T150405Z")
		}
		if header := parsed.Header.Get("Message-ID"); header != "" {
			id = strings.Map(plain, strings.Trim(header, "<> "))
		}
	}
	return fmt.Sprintf("%s-%05d-%.80s.eml", date, m.Number, id)
}

// plain keeps what a file name may hold on every system.
func plain(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("@.-_", r):
		return r
	}
	return '_'
}

// Parse reads a kept mail, from memory or from its file.
func (m Message) Parse() (*mail.Message, error) {
	raw := m.Raw
	if m.File != "" {
		var err error
		if raw, err = os.ReadFile(m.File); err != nil {
			return nil, fmt.Errorf("cannot read kept mail: %w", err)
		}
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("cannot read kept mail: %w", err)
	}
	return parsed, nil
}
