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
	Link string // address of the one thing to do; may be empty
}

// Content is a message in words.
type Content struct {
	To      string
	Subject string
	Text    string
	HTML    string
}

type htmlData struct {
	Lang, Dir, Align        string
	Subject, Greeting, Link string
	Action, Footer          string
	Paragraphs              []string
}

// render puts a message into words.
func render(b *i18n.Bundle, m Message) (Content, error) {
	loc := b.For(m.Lang)
	key := "mail_" + m.Kind
	d := htmlData{Lang: string(m.Lang), Dir: m.Lang.Dir(), Align: "left", Subject: loc.Map(key+"_subject", m.Args), Link: m.Link,
		Greeting: loc.T("mail_greeting"), Footer: loc.T("mail_footer"), Paragraphs: strings.Split(loc.Map(key+"_body", m.Args), "\n\n")}
	if d.Dir == "rtl" {
		d.Align = "right"
	}
	if m.Name != "" {
		d.Greeting = loc.T("mail_greeting_name", "name", m.Name)
	}
	if m.Link != "" {
		d.Action = loc.T(key + "_action")
	}
	var buf bytes.Buffer
	if err := page.Execute(&buf, d); err != nil {
		return Content{}, errs.Wrap(err, "mail: render "+m.Kind)
	}
	return Content{To: m.To, Subject: d.Subject, Text: text(d), HTML: buf.String()}, nil
}

func text(d htmlData) string {
	parts := append([]string{d.Greeting}, d.Paragraphs...)
	if d.Link != "" {
		parts = append(parts, d.Action+"\n"+d.Link)
	}
	return strings.Join(append(parts, "-- \n"+d.Footer), "\n\n") + "\n"
}

// page is deliberately plain: mail programs know little CSS, and a plain message is read by all.
var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;background:#f5f7f7;color:#1a2426;font:16px/1.6 'IBM Plex Sans','IBM Plex Sans Arabic',Arial,sans-serif;text-align:{{.Align}}">
<div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #dbe3e3;border-radius:6px">
<p>{{.Greeting}}</p>
{{range .Paragraphs}}<p>{{.}}</p>
{{end}}{{if .Link}}<p><a href="{{.Link}}" style="display:inline-block;padding:12px 20px;background:#14545c;color:#ffffff;border-radius:4px;text-decoration:none">{{.Action}}</a></p>
<p style="font-size:14px;color:#4a5759" dir="ltr">{{.Link}}</p>
{{end}}<p style="font-size:14px;color:#4a5759;border-top:1px solid #dbe3e3;padding-top:12px">{{.Footer}}</p>
</div></body></html>
`))
