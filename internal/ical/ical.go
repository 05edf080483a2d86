// Package ical writes iCalendar files (RFC 5545) as calendar programs want them: invitations and cancellations (RFC 5546) and
// subscription feeds.
//
// Invariants: lines end with CR LF and hold at most 75 octets, never cutting a character; times are in UTC, so that no zone
// definition can be wrong; an invitation names exactly one attendee, so that no address reaches another person.
package ical

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Method is what a file asks for; it belongs into the media type too.
type Method string

// The methods.
const (
	Request Method = "REQUEST" // an invitation, or its change
	Cancel  Method = "CANCEL"
	Publish Method = "PUBLISH" // a feed: nobody is asked for an answer
)

// MIME is the media type of a file of the method.
func MIME(m Method) string { return "text/calendar; method=" + string(m) + "; charset=utf-8" }

// Party is the organiser or the attendee. Address is an e-mail address, or a URI such as urn:uuid:… for who has none.
type Party struct {
	Name    string
	Address string
}

// Event is one appointment.
type Event struct {
	UID         string // stable over all changes
	Sequence    int    // goes up with every change of time, place or state
	Stamp       time.Time
	Start, End  time.Time
	Summary     string
	Description string
	Location    string
	Cancelled   bool
	Tentative   bool
	Organizer   *Party // with Request and Cancel
	Attendee    *Party // the one person whom the file is for
}

// Calendar is a file.
type Calendar struct {
	Method Method
	Name   string // of a feed
	Events []Event
}

// Each gives the appointments as calendars of one appointment, for messages: an invitation and a cancellation are about one UID (RFC 5546,
// 3.2.2 and 3.2.5), and Outlook reads the first appointment of a file alone.
func (c Calendar) Each() []Calendar {
	list := make([]Calendar, len(c.Events))
	for i := range c.Events {
		list[i] = Calendar{Method: c.Method, Name: c.Name, Events: c.Events[i : i+1]}
	}
	return list
}

// product names the maker, as RFC 5545 wants it.
const product = "-//Projet SHELTER//Shelter//FR"

// Bytes writes the file.
func (c Calendar) Bytes() []byte {
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", product)
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", string(c.Method))
	if c.Name != "" {
		w.line("X-WR-CALNAME", escape(c.Name))
		w.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H")
		w.line("X-PUBLISHED-TTL", "PT6H")
	}
	for i := range c.Events {
		w.event(c.Method, &c.Events[i])
	}
	w.line("END", "VCALENDAR")
	return []byte(w.String())
}

type writer struct{ strings.Builder }

func (w *writer) event(m Method, e *Event) {
	w.line("BEGIN", "VEVENT")
	w.line("UID", escape(e.UID))
	w.line("SEQUENCE", fmt.Sprint(e.Sequence))
	w.line("DTSTAMP", utc(e.Stamp))
	w.line("DTSTART", utc(e.Start))
	w.line("DTEND", utc(e.End))
	w.line("SUMMARY", escape(e.Summary))
	w.optional("LOCATION", e.Location)
	w.optional("DESCRIPTION", e.Description)
	w.line("STATUS", e.status(m))
	if e.Organizer != nil {
		w.line("ORGANIZER;CN="+param(e.Organizer.Name), uri(e.Organizer.Address))
	}
	if e.Attendee != nil {
		rest := ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
		if m == Cancel {
			rest = ";ROLE=REQ-PARTICIPANT"
		}
		w.line("ATTENDEE;CN="+param(e.Attendee.Name)+rest, uri(e.Attendee.Address))
	}
	w.line("TRANSP", "OPAQUE")
	w.line("CLASS", "PRIVATE")
	w.line("END", "VEVENT")
}

func (e *Event) status(m Method) string {
	switch {
	case m == Cancel || e.Cancelled:
		return "CANCELLED"
	case e.Tentative:
		return "TENTATIVE"
	}
	return "CONFIRMED"
}

func (w *writer) optional(name, text string) {
	if text != "" {
		w.line(name, escape(text))
	}
}

// maxOctets is the longest line, without its end.
const maxOctets = 75

// line writes a content line, folded.
func (w *writer) line(name, value string) {
	rest, room := name+":"+value, maxOctets
	for len(rest) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.WriteString(rest[:cut] + "\r\n ")
		rest, room = rest[cut:], maxOctets-1 // the blank that begins a folded line counts
	}
	w.WriteString(rest + "\r\n")
}

func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escaper = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n")

// escape writes a text value; control characters, which no reader wants, are left out.
func escape(s string) string {
	return strings.Map(printable, escaper.Replace(strings.ToValidUTF8(s, "")))
}

func printable(r rune) rune {
	if (r < ' ' && r != '\t') || r == 0x7f {
		return -1
	}
	return r
}

// param writes a parameter's value in quotation marks, which it cannot hold itself.
func param(s string) string {
	s = strings.NewReplacer(`"`, "'", "\r", " ", "\n", " ").Replace(strings.ToValidUTF8(s, ""))
	return `"` + strings.Map(printable, s) + `"`
}

// uri makes an address a URI; characters that would end the line's value have no place in one.
func uri(address string) string {
	address = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, address)
	if strings.HasPrefix(address, "urn:") {
		return address
	}
	return "mailto:" + address
}
