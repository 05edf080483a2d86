package mail

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// NewSender gives the sender of the settings: a mail server when there is an address (smtp:// with STARTTLS, smtps:// with TLS
// from the start, smtp+plain:// without, for a relay on the same machine), otherwise a folder of .eml files.
func NewSender(smtpURL, from, folder string) (Sender, error) {
	if smtpURL == "" {
		return FileSender{Folder: folder, From: from}, nil
	}
	u, err := url.Parse(smtpURL)
	if err != nil {
		return nil, fmt.Errorf("SHELTER_SMTP_URL: the address cannot be read") // the cause would show the password
	}
	opts, err := smtpOptions(u)
	if err != nil {
		return nil, err
	}
	client, err := gomail.NewClient(u.Hostname(), opts...)
	if err != nil {
		return nil, fmt.Errorf("SHELTER_SMTP_URL: %w", err)
	}
	return &smtpSender{client: client, from: from}, nil
}

func smtpOptions(u *url.URL) ([]gomail.Option, error) {
	opts := []gomail.Option{gomail.WithTimeout(30 * time.Second)}
	switch u.Scheme {
	case "smtp":
		opts = append(opts, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	case "smtps":
		opts = append(opts, gomail.WithSSLPort(false))
	case "smtp+plain":
		opts = append(opts, gomail.WithTLSPortPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("SHELTER_SMTP_URL begins with smtp://, smtps:// or smtp+plain://")
	}
	if u.Hostname() == "" {
		return nil, fmt.Errorf("SHELTER_SMTP_URL names no host")
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("SHELTER_SMTP_URL: port %q", p)
		}
		opts = append(opts, gomail.WithPort(n))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return opts, nil
}

// compose makes the message as it travels: text first, HTML as the alternative.
func compose(from string, c Content) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.FromFormat("Shelter", from); err != nil {
		return nil, fmt.Errorf("SHELTER_MAIL_FROM: %w", err)
	}
	if err := m.To(c.To); err != nil {
		return nil, err
	}
	m.Subject(c.Subject)
	m.SetDate()
	m.SetMessageID()
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, c.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, c.HTML)
	if c.Calendar != "" { // the method stands in the media type too, or Outlook shows no buttons
		kind, _, _ := strings.Cut(c.CalendarType, "; charset") // which the library adds itself
		m.AddAlternativeString(gomail.ContentType(kind), c.Calendar, gomail.WithPartEncoding(gomail.EncodingB64))
	}
	for _, f := range c.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return nil, err
		}
	}
	return m, nil
}

type smtpSender struct {
	client *gomail.Client
	from   string
}

func (s *smtpSender) Send(ctx context.Context, c Content) error {
	m, err := compose(s.from, c)
	if err != nil {
		return err
	}
	return s.client.DialAndSendWithContext(ctx, m)
}

// FileSender writes each message as an .eml file, which any mail program opens.
type FileSender struct {
	Folder string
	From   string
}

// Send writes the file under its final name only when it is whole.
func (f FileSender) Send(_ context.Context, c Content) error {
	m, err := compose(f.From, c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.Folder, 0o700); err != nil {
		return err
	}
	name := filepath.Join(f.Folder, uuid.Must(uuid.NewV7()).String()+".eml") // version 7: files stand in the order of sending
	if err := m.WriteToFile(name + ".part"); err != nil {
		return err
	}
	if err := os.Chmod(name+".part", 0o600); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}
