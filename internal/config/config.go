// Package config reads the settings of the process once, from flags and environment, and checks them. The result is passed
// by value.
package config

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
)

// Config is every setting of a process. The tags are read by the command line (kong).
type Config struct {
	Data             string `name:"data" env:"SHELTER_DATA" default:"./data" help:"Folder of the private database, keys and files."`
	Addr             string `name:"addr" env:"SHELTER_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	PublicURL        string `name:"public-url" env:"SHELTER_PUBLIC_URL" help:"Address that people type, used in links and QR codes. Default: made of the listening address."`
	DatabaseURL      string `name:"database-url" env:"SHELTER_DATABASE_URL" help:"Training login of an external PostgreSQL, instead of the private one."`
	CasesDatabaseURL string `name:"cases-database-url" env:"SHELTER_CASES_DATABASE_URL" help:"Cases login of an external PostgreSQL."`
	OwnerDatabaseURL string `name:"owner-database-url" env:"SHELTER_OWNER_DATABASE_URL" help:"Owner of an external database; used by migrate only."`
	CaseTraining     string `name:"case-training" env:"SHELTER_CASE_TRAINING" help:"Code of the competency that a worker must hold to be given a file. Default: none is asked for."`
	PGBin            string `name:"pg-bin" env:"SHELTER_PG_BIN" help:"Folder of the PostgreSQL programs for the private database."`
	TLSCert          string `name:"tls-cert" env:"SHELTER_TLS_CERT" help:"Certificate file for HTTPS."`
	TLSKey           string `name:"tls-key" env:"SHELTER_TLS_KEY" help:"Key file for HTTPS."`
	TLSDomain        string `name:"tls-domain" env:"SHELTER_TLS_DOMAIN" help:"Public name for which a certificate is fetched by ACME."`
	TrustedProxy     string `name:"trusted-proxy" env:"SHELTER_TRUSTED_PROXY" help:"Address or network of the proxy in front, whose X-Forwarded-* headers are believed."`
	SMTPURL          string `name:"smtp-url" env:"SHELTER_SMTP_URL" help:"Mail server, as smtp://user:password@host:587. Without it messages are written to files under the data folder."`
	MailFrom         string `name:"mail-from" env:"SHELTER_MAIL_FROM" default:"shelter@localhost" help:"Sender of the messages."`
	HotlineNumber    string `name:"hotline" env:"SHELTER_HOTLINE" default:"80 104 748" help:"Free number shown on public pages."`
	ExitURL          string `name:"exit-url" env:"SHELTER_EXIT_URL" default:"https://www.meteo.tn" help:"Where the quick-exit button of public pages leads: a page that tells nothing."`
	KeepAnswers      int    `name:"keep-answers" env:"SHELTER_KEEP_ANSWERS" default:"24" help:"Months for which answers to the questions of lessons are kept after the course was finished. 0: as long as the record."`
	KeepMessages     int    `name:"keep-messages" env:"SHELTER_KEEP_MESSAGES" default:"30" help:"Days for which messages that were sent are remembered."`
	Dev              bool   `name:"dev" env:"SHELTER_DEV" help:"Development: style guide at /_styleguide."`
}

// External tells whether an external PostgreSQL is used.
func (c Config) External() bool { return c.DatabaseURL != "" }

// TLS tells whether the process serves HTTPS itself.
func (c Config) TLS() bool { return c.TLSCert != "" || c.TLSDomain != "" }

// Validate checks the settings together and makes the data folder's path absolute; the error names the setting.
func (c *Config) Validate() error {
	abs, err := filepath.Abs(c.Data)
	if err != nil {
		return fmt.Errorf("SHELTER_DATA: %w", err)
	}
	c.Data = abs
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return fmt.Errorf("SHELTER_ADDR: %w", err)
	}
	if c.KeepAnswers < 0 || c.KeepMessages < 7 { // a message may wait for days for its mail server
		return fmt.Errorf("SHELTER_KEEP_ANSWERS is no less than 0, SHELTER_KEEP_MESSAGES no less than 7")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("SHELTER_TLS_CERT and SHELTER_TLS_KEY go together")
	}
	if err := c.validateDatabases(); err != nil {
		return err
	}
	return c.validatePublicURL()
}

func (c *Config) validateDatabases() error {
	if c.DatabaseURL == "" && (c.CasesDatabaseURL != "" || c.OwnerDatabaseURL != "") {
		return fmt.Errorf("SHELTER_DATABASE_URL is missing although another database address is given")
	}
	if c.DatabaseURL != "" && (c.DatabaseURL == c.CasesDatabaseURL || c.DatabaseURL == c.OwnerDatabaseURL) {
		return fmt.Errorf("SHELTER_DATABASE_URL, SHELTER_CASES_DATABASE_URL and SHELTER_OWNER_DATABASE_URL are three different logins")
	}
	return nil
}

func (c *Config) validatePublicURL() error {
	if c.PublicURL == "" {
		c.PublicURL = c.defaultPublicURL()
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("SHELTER_PUBLIC_URL: %q is no http(s) address", c.PublicURL)
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return nil
}

func (c *Config) defaultPublicURL() string {
	scheme := "http"
	if c.TLS() {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(c.Addr)
	if c.TLSDomain != "" {
		host = c.TLSDomain
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	if (scheme == "https" && port == "443") || (scheme == "http" && port == "80") {
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
