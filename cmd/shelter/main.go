// Command shelter is the whole system in one program: the server, the migrations, and the commands that scripts use.
//
// Exit status: 0 done, 1 refused or failed, 2 wrong usage. Results go to standard output, messages to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"shelter/internal/config"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// version is set by the build.
var version = "dev"

// CLI is the command line.
type CLI struct {
	config.Config

	Lang    string           `name:"messages" env:"SHELTER_LANG" default:"fr" enum:"fr,ar,en" help:"Language of messages."`
	Version kong.VersionFlag `help:"Print the version."`

	Serve    serveCmd    `cmd:"" help:"Start the server."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database up to date."`
	User     userCmd     `cmd:"" help:"Accounts."`
	Workshop workshopCmd `cmd:"" help:"Workshops."`
	Import   importCmd   `cmd:"" help:"Import files."`
	Export   exportCmd   `cmd:"" help:"Write Excel files."`
	Demo     demoCmd     `cmd:"" help:"Fill an empty database with invented data."`
	Cases    casesCmd    `cmd:"" help:"Keys of the case side."`
	Audit    auditCmd    `cmd:"" help:"The log of the case side."`
	Badge    badgeCmd    `cmd:"" help:"Digital badges of certificates."`
	Backup   backupCmd   `cmd:"" help:"Write an encrypted copy of everything."`
	Restore  restoreCmd  `cmd:"" help:"Fill an empty folder or database from a backup."`
	Exam     examCmd     `cmd:"" help:"Analyse test results kept in files."`
	Content  contentCmd  `cmd:"" help:"Check courses, and bring them out and in."`
	Handover handoverCmd `cmd:"" help:"Write everything that the ministry takes over, in open formats."`
}

// run is what every command gets.
type run struct {
	ctx    context.Context
	cfg    config.Config
	loc    *i18n.Localizer
	bundle *i18n.Bundle
	log    *slog.Logger
	out    io.Writer
	errOut io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// execute runs one command line and gives the exit status; it is main without the process, for tests.
func execute(ctx context.Context, args []string, out, errOut io.Writer) int {
	var cli CLI
	exit := -1
	parser, err := kong.New(&cli, kong.Name("shelter"), kong.Description("Training and capacity-building for Projet SHELTER."),
		kong.Writers(out, errOut), kong.Exit(func(c int) { exit = c }), kong.Vars{"version": version}, kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(errOut, "shelter:", err)
		return 1
	}
	kctx, err := parser.Parse(args)
	if exit >= 0 { // --help and --version have answered
		return exit
	}
	if err != nil {
		fmt.Fprintln(errOut, "shelter:", err)
		return 2
	}
	if err := cli.Validate(); err != nil {
		fmt.Fprintln(errOut, "shelter:", err)
		return 2
	}
	return dispatch(ctx, kctx, &cli, out, errOut)
}

func dispatch(ctx context.Context, kctx *kong.Context, cli *CLI, out, errOut io.Writer) int {
	bundle, err := i18n.New()
	if err != nil {
		fmt.Fprintln(errOut, "shelter:", err)
		return 1
	}
	lang, _ := i18n.Parse(cli.Lang)
	level := slog.LevelWarn // a command's messages are for its reader
	if strings.HasPrefix(kctx.Command(), "serve") {
		level = slog.LevelInfo
	}
	r := &run{ctx: ctx, cfg: cli.Config, loc: bundle.For(lang), bundle: bundle, out: out, errOut: errOut,
		log: slog.New(slog.NewJSONHandler(errOut, &slog.HandlerOptions{Level: level}))}
	if err := kctx.Run(r); err != nil {
		r.report(err)
		return exitCode(err)
	}
	return 0
}

// usageError is a wrong use that only the command itself can see.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

// errRefused ends a command whose result, already printed, says that nothing was done.
var errRefused = errors.New("refused")

func exitCode(err error) int {
	var u usageError
	if errors.As(err, &u) {
		return 2
	}
	return 1
}

// report says on standard error what went wrong, in the reader's language.
func (r *run) report(err error) {
	if errors.Is(err, errRefused) {
		return
	}
	var e *errs.Error
	if errors.As(err, &e) && e.Key != "" {
		key := e.Key
		if key == errs.NewNotFound("").Key {
			key = "error_not_found_command" // the other one speaks of a page
		}
		fmt.Fprintln(r.errOut, "shelter:", r.loc.Map(key, e.Args))
		for _, f := range e.Fields {
			fmt.Fprintf(r.errOut, "  %s: %s\n", f.Name, r.loc.Map(f.Key, f.Args))
		}
		if e.Kind != errs.Internal && e.Kind != errs.Unavailable {
			return
		}
	}
	fmt.Fprintln(r.errOut, "shelter:", err)
}
