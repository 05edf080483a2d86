// Package mail writes messages in the reader's language and sends them: to files by default, through a mail server by
// configuration. A message is posted to the outbox in the transaction of the change that it tells about, and sent later by a
// job that holds its id alone.
//
// Invariants: no message leaves for a change that was rolled back; a message at rest is sealed, because it can hold a one-time
// link, and is erased once sent; one recipient per message.
package mail

import (
	"bytes"
	"html/template"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Message is what is to be said, before it is put into words. The catalogue holds mail_KIND_subject, mail_KIND_body
// (paragraphs between empty lines) and, when there is a link, mail_KIND_action.
type Message struct {
	Kind string
	To   string // one address
	Name string // of the recipient, for the greeting; may be empty
	Lang i18n.Lang
	Args errs.Args
	Link string   // address of the one thing to do; may be empty
	More []string // paragraphs after the catalogue's: what is true of this recipient alone, or a word of the sender's own

	Calendar     string // a file that calendar programs read; may be empty
	CalendarType string // its media type, with the method

	Files []File // go with the message
}

// File is a document that a message brings along.
type File struct {
	Name string // ASCII
	Type string // media type
	Data []byte
}

// Content is a message in words.
type Content struct {
	To      string
	Subject string
	Text    string
	HTML    string

	Calendar     string `json:",omitempty"`
	CalendarType string `json:",omitempty"`

	Files []File `json:",omitempty"`
}

// Words are the parts of a message as they are read, for whoever shows it otherwise than by mail: a preview, a letter.
type Words struct {
	Lang       i18n.Lang
	Subject    string
	Greeting   string
	Paragraphs []string
	Action     string // what the link is for
	Link       string
	Footer     string // of mail alone
}

// Compose puts a message into words: the same that are sent.
func Compose(b *i18n.Bundle, m Message) Words {
	loc := b.For(m.Lang)
	key := "mail_" + m.Kind
	w := Words{Lang: m.Lang, Subject: loc.Map(key+"_subject", m.Args), Link: m.Link, Greeting: loc.T("mail_greeting"), Footer: loc.T("mail_footer"),
		Paragraphs: append(strings.Split(loc.Map(key+"_body", m.Args), "\n\n"), m.More...)}
	if m.Name != "" {
		w.Greeting = loc.T("mail_greeting_name", "name", m.Name)
	}
	if m.Link != "" {
		w.Action = loc.T(key + "_action")
	}
	return w
}

// Text is the message as it is copied or shared: all but the line about mail.
func (w Words) Text() string {
	parts := append([]string{w.Greeting}, w.Paragraphs...)
	if w.Link != "" {
		parts = append(parts, w.Action+"\n"+w.Link)
	}
	return strings.Join(parts, "\n\n")
}

// Dir is the writing direction.
func (w Words) Dir() string { return w.Lang.Dir() }

// Align is the side at which lines begin, for mail programs that do not know it from the direction.
func (w Words) Align() string {
	if w.Dir() == "rtl" {
		return "right"
	}
	return "left"
}

// render puts a message into words as it travels.
func render(b *i18n.Bundle, m Message) (Content, error) {
	w := Compose(b, m)
	var buf bytes.Buffer
	if err := page.Execute(&buf, w); err != nil {
		return Content{}, errs.Wrap(err, "mail: render "+m.Kind)
	}
	return Content{To: m.To, Subject: w.Subject, Text: w.Text() + "\n\n-- \n" + w.Footer + "\n", HTML: buf.String(), Calendar: m.Calendar, CalendarType: m.CalendarType, Files: m.Files}, nil
}

// page is deliberately plain: mail programs know little CSS, and a plain message is read by all.
var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;background:#f5f7f7;color:#1a2426;font:16px/1.6 'IBM Plex Sans','IBM Plex Sans Arabic',Arial,sans-serif;text-align:{{.Align}}">
<div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #dbe3e3;border-radius:6px">
<p>{{.Greeting}}</p>
{{range .Paragraphs}}<p style="white-space:pre-line">{{.}}</p>
{{end}}{{if .Link}}<p><a href="{{.Link}}" style="display:inline-block;padding:12px 20px;background:#14545c;color:#ffffff;border-radius:4px;text-decoration:none">{{.Action}}</a></p>
<p style="font-size:14px;color:#4a5759" dir="ltr">{{.Link}}</p>
{{end}}<p style="font-size:14px;color:#4a5759;border-top:1px solid #dbe3e3;padding-top:12px">{{.Footer}}</p>
</div></body></html>
`))
