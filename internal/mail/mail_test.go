package mail

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

func content(t *testing.T, l i18n.Lang) Content {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	c, err := render(b, Message{Kind: "invite", To: "salma@example.tn", Name: "<b>Salma</b>", Lang: l, Link: "https://shelter.example/welcome/abc?x=1&y=2",
		Args: errs.Args{"code": "P-7K3Q9", "until": "demain"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryMessageInEveryLanguage(t *testing.T) {
	t.Parallel()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"invite", "reset", "password_changed", "totp_on", "totp_off", "recovery_used", "approval", "case_emergency", "case_volume", "case_handout"} {
		for _, l := range i18n.Langs() {
			m := Message{Kind: kind, To: "a@example.tn", Lang: l, Args: errs.Args{"code": "P-7K3Q9", "until": "X", "at": "X"}}
			if kind == "invite" || kind == "reset" {
				m.Link = "https://shelter.example/welcome/abc"
			}
			c, err := render(b, m)
			if err != nil || strings.Contains(c.Subject+c.Text+c.HTML, "⟦") || strings.Contains(c.Text, "<no value>") || c.Subject == "" {
				t.Errorf("%s in %s: %v\n%s", kind, l, err, c.Text)
			}
			if !strings.Contains(c.HTML, `dir="`+l.Dir()+`"`) || !strings.Contains(c.Text, m.Link) || !strings.Contains(c.HTML, m.Link) {
				t.Errorf("%s in %s lacks direction or link", kind, l)
			}
		}
	}
	if c := content(t, i18n.FR); strings.Contains(c.HTML, "<b>Salma") {
		t.Error("a name is written into the HTML as it is")
	}
}

func TestFileSenderWritesWholeMessages(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "mail")
	s, err := NewSender("", "shelter@example.tn", folder)
	if err != nil {
		t.Fatal(err)
	}
	want := content(t, i18n.AR)
	if err := s.Send(context.Background(), want); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	if len(files) != 1 || filepath.Ext(files[0]) != ".eml" {
		t.Fatalf("files %v", files)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, _ := f.Stat(); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	checkMessage(t, f, want)
}

// checkMessage reads a message as a mail program does and compares it.
func checkMessage(t *testing.T, r io.Reader, want Content) {
	t.Helper()
	m, err := netmail.ReadMessage(r)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != want.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != want.To {
		t.Errorf("to %v, %v", to, err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, text := range []string{want.Text, want.HTML} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")) != strings.TrimSpace(text) {
			t.Errorf("part %s: %v\n%s", p.Header.Get("Content-Type"), err, body)
		}
	}
}

// TestSMTPSender speaks to a server of the test's own on loopback.
func TestSMTPSender(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	got := make(chan string, 1)
	go receiveOne(ln, got)
	s, err := NewSender("smtp+plain://"+ln.Addr().String(), "shelter@example.tn", "")
	if err != nil {
		t.Fatal(err)
	}
	want := content(t, i18n.FR)
	if err := s.Send(context.Background(), want); err != nil {
		t.Fatal(err)
	}
	checkMessage(t, strings.NewReader(<-got), want)
}

// receiveOne answers one SMTP conversation and gives the message.
func receiveOne(ln net.Listener, got chan<- string) {
	c, err := ln.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	r := bufio.NewReader(c)
	say := func(s string) { _, _ = io.WriteString(c, s+"\r\n") }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "DATA":
			say("354 go on")
			got <- readData(r)
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func readData(r *bufio.Reader) string {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return b.String()
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}

func TestSenderRefusesBadSettings(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://mail.example", "smtp://", "smtp://host:port", "smtp://user:secret%zz@host", "://"} {
		_, err := NewSender(url, "shelter@example.tn", "")
		if err == nil || !strings.Contains(err.Error(), "SHELTER_SMTP_URL") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if err := (FileSender{Folder: t.TempDir(), From: "not an address"}).Send(context.Background(), Content{To: "a@example.tn"}); err == nil {
		t.Error("a sender without an address was accepted")
	}
}

func TestReasonsOfFailures(t *testing.T) {
	t.Parallel()
	for cause, want := range map[string]Reason{
		"mail: send x: dial failed: dial tcp 10.0.0.1:587: connect: connection refused":       Unreachable,
		"dial tcp: lookup mail.example: no such host":                                         Unreachable,
		"smtp auth failed: 535 5.7.8 Error: authentication failed":                            Refused,
		"client: sending SMTP RCPT TO command: 550 5.1.1 <a@example.tn>: Recipient not found": BadAddress,
		`failed to parse mail address "x": mail: missing '@' or angle-addr`:                   BadAddress,
		"client: sending SMTP DATA command: 452 4.3.1 Insufficient system storage":            Unclear,
	} {
		if got := reasonOf(cause); got != want {
			t.Errorf("%q is %s, want %s", cause, got, want)
		}
	}
}

// partsOf composes a message and opens it as the media type that it has to be.
func partsOf(t *testing.T, c Content, want string) *multipart.Reader {
	t.Helper()
	m, err := compose("shelter@example.tn", c)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	got, err := netmail.ReadMessage(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	top, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil || top != want {
		t.Fatalf("%s, %v", top, err)
	}
	return multipart.NewReader(got.Body, params["boundary"])
}

// TestACalendarTravelsAsTheLastAlternative: mail programs show the last part that they know, with its buttons.
func TestACalendarTravelsAsTheLastAlternative(t *testing.T) {
	t.Parallel()
	c := content(t, i18n.FR)
	c.Calendar, c.CalendarType = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Détection\r\nEND:VCALENDAR\r\n", "text/calendar; method=REQUEST; charset=utf-8"
	parts := partsOf(t, c, "multipart/alternative")
	var last *multipart.Part
	var body []byte
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			break
		}
		last = p
		body, _ = io.ReadAll(p)
	}
	kind, params, err := mime.ParseMediaType(last.Header.Get("Content-Type"))
	if err != nil || kind != "text/calendar" || params["method"] != "REQUEST" || !strings.EqualFold(params["charset"], "utf-8") {
		t.Errorf("%q: %v", last.Header.Get("Content-Type"), err)
	}
	plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(body)), ""))
	if err != nil || string(plain) != c.Calendar {
		t.Errorf("the calendar is %q, %v", plain, err)
	}
}

// TestFurtherAppointmentsAreFilesOfTheirOwn: each with the method in its media type, and the first one stays the last alternative.
func TestFurtherAppointmentsAreFilesOfTheirOwn(t *testing.T) {
	t.Parallel()
	c := content(t, i18n.AR)
	c.CalendarType = "text/calendar; method=REQUEST; charset=utf-8"
	c.Calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
	more := []string{"BEGIN:VCALENDAR\r\nSUMMARY:الرصد\r\nEND:VCALENDAR\r\n", "BEGIN:VCALENDAR\r\nSUMMARY:b\r\nEND:VCALENDAR\r\n"}
	for i, text := range more {
		c.Files = append(c.Files, File{Name: fmt.Sprintf("2026-12-1%d-0900.ics", i), Type: c.CalendarType, Data: []byte(text)})
	}
	parts, n := partsOf(t, c, "multipart/mixed"), 0
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			break
		}
		kind, params, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil || kind == "multipart/alternative" {
			continue
		}
		body, _ := io.ReadAll(p)
		plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(body)), ""))
		if kind != "text/calendar" || params["method"] != "REQUEST" || p.FileName() != c.Files[n].Name || string(plain) != more[n] || err != nil {
			t.Errorf("%q %q: %q, %v", p.Header.Get("Content-Type"), p.FileName(), plain, err)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d files", n)
	}
}
