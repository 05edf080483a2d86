package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// person is one phone with a connection of its own, over a bare HTTP/1.1 client that costs little.
type person struct {
	host, name string
	room       room
	conn       net.Conn
	r          *bufio.Reader
	at, cookie string // the attempt's path and secret
	seq        int
}

// limit is how long a phone waits for an answer.
const limit = 30 * time.Second

func (p *person) close() {
	if p.conn != nil {
		_ = p.conn.Close()
	}
}

// do sends a request and reads the answer to its end; a broken connection is made anew for the next one.
func (p *person) do(method, path, media, body string, l *latency) (*http.Response, string) {
	began := time.Now()
	res, text, err := p.exchange(method, path, media, body)
	status := 0
	if err != nil {
		p.close()
		p.conn = nil
	} else {
		status = res.StatusCode
	}
	l.add(time.Since(began), status, err)
	return res, text
}

func (p *person) exchange(method, path, media, body string) (*http.Response, string, error) {
	if p.conn == nil {
		conn, err := net.DialTimeout("tcp", p.host, limit)
		if err != nil {
			return nil, "", err
		}
		p.conn, p.r = conn, bufio.NewReader(conn)
	}
	_ = p.conn.SetDeadline(time.Now().Add(limit))
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: %s\r\nCookie: shelter_test=%s\r\nContent-Length: %d\r\n\r\n", method, path, p.host, media, p.cookie, len(body))
	if _, err := io.WriteString(p.conn, head+body); err != nil {
		return nil, "", err
	}
	res, err := http.ReadResponse(p.r, nil)
	if err != nil {
		return nil, "", err
	}
	text, err := io.ReadAll(res.Body)
	return res, string(text), err
}

// join begins the person's attempt with a personal code.
func (p *person) join(l *latency) error {
	form := url.Values{"personal_code": {p.name}}.Encode()
	res, _ := p.do(http.MethodPost, "/r/"+p.room.Room, "application/x-www-form-urlencoded", form, l) //nolint:bodyclose // do has read it to its end
	if res == nil || res.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("examlab: %s could not join", p.name)
	}
	p.at = res.Header.Get("Location")
	for _, c := range res.Cookies() {
		if c.Name == "shelter_test" {
			p.cookie = c.Value
		}
	}
	return nil
}

// save answers the next question.
func (p *person) save(l *latency) {
	p.seq++
	body := fmt.Sprintf(`{"key":%q,"position":%d,"response":{"c":["a"]},"seq":%d,"at":%q}`, uuid.NewString(), p.seq%p.room.Items+1, p.seq, time.Now().UTC().Format(time.RFC3339Nano))
	p.do(http.MethodPost, p.at+"/answers", "application/json", body, l) //nolint:bodyclose // do has read it to its end
}

func (p *person) submit(l *latency) {
	p.do(http.MethodPost, p.at+"/submit", "application/json", "{}", l) //nolint:bodyclose // do has read it to its end
}

// watchMemory reads the server's own figure of its memory, in MB, until stop.
func watchMemory(host string, stop <-chan struct{}) <-chan []float64 {
	out := make(chan []float64, 1)
	go func() {
		var seen []float64
		tick := time.NewTicker(10 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				out <- seen
				return
			case <-tick.C:
				if mb := memory(host); mb > 0 {
					seen = append(seen, mb)
				}
			}
		}
	}()
	return out
}

func memory(host string) float64 {
	patient := http.Client{Timeout: 10 * time.Second}
	res, err := patient.Get("http://" + host + "/metrics") //nolint:noctx // a figure beside the run
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(res.Body)
	for line := range strings.SplitSeq(string(text), "\n") {
		if v, ok := strings.CutPrefix(line, "process_resident_memory_bytes "); ok {
			f, _ := strconv.ParseFloat(v, 64)
			return float64(int(f/1e5)) / 10
		}
	}
	return 0
}
