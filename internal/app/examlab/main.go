// Command examlab prepares and measures tests under faults and load, beside a running server and in its data folder
// (SHELTER_DATA and the other settings are those of `shelter`):
//
//	examlab room            makes a workshop with an anonymous test that is open, and prints {"room", "event", "items"}
//	examlab read            answers one question about the database per line of JSON, for `make faults`
//	examlab load URL        lets many people take the test at once and prints what they met, for `make load`
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/config"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

type commands struct {
	config.Config

	Room roomCmd `cmd:"" help:"Make a workshop with an open anonymous test."`
	Read readCmd `cmd:"" help:"Answer questions about the database, one per line."`
	Load loadCmd `cmd:"" help:"Let many people take the test at once."`
}

func main() {
	var c commands
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	k := kong.Parse(&c, kong.Name("examlab"))
	if err := c.Validate(); err != nil {
		k.FatalIfErrorf(err)
	}
	k.BindTo(ctx, (*context.Context)(nil))
	k.FatalIfErrorf(k.Run(c.Config))
}

// with runs fn on the services of the site.
func with(ctx context.Context, c config.Config, fn func(a *app.Running) error) error {
	bundle, err := i18n.New()
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Config: c, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Bundle: bundle})
	if err != nil {
		return err
	}
	err = fn(a)
	if cerr := a.Close(context.WithoutCancel(ctx)); err == nil {
		err = cerr
	}
	return err
}

type room struct {
	Room  string    `json:"room"`
	Event uuid.UUID `json:"event"`
	Items int       `json:"items"`
}

type roomCmd struct{}

// Run makes the room and prints it.
func (roomCmd) Run(ctx context.Context, c config.Config) error {
	return with(ctx, c, func(a *app.Running) error {
		r, err := openRoom(ctx, a)
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(r)
	})
}

// openRoom makes a workshop whose pre-test, the shipped form detection-A, is open to personal codes.
func openRoom(ctx context.Context, a *app.Running) (room, error) {
	system := access.System("cli")
	if err := a.LoadCourses(ctx); err != nil {
		return room{}, err
	}
	ev, err := a.Workshop.Create(ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Essai"}, Start: time.Now(), Days: 1})
	if err != nil {
		return room{}, err
	}
	forms, err := a.Exam.Forms(ctx, system)
	if err != nil {
		return room{}, err
	}
	r, in := room{Event: ev.ID}, exam.PairingInput{Anonymous: true}
	for _, f := range forms {
		switch f.Code {
		case "detection-A":
			in.PreForm, r.Items = f.ID, f.Items
		case "detection-B":
			in.PostForm = f.ID
		}
	}
	if in.PreForm == uuid.Nil {
		return r, fmt.Errorf("examlab: the form detection-A is not loaded")
	}
	if err := a.Exam.Pair(ctx, system, ev.ID, in); err != nil {
		return r, err
	}
	if err := a.Exam.Open(ctx, system, ev.ID, exam.Pre); err != nil {
		return r, err
	}
	board, err := a.Exam.Board(ctx, system, ev.ID)
	if err != nil {
		return r, err
	}
	r.Room = board.Pairing.RoomCode
	return r, nil
}
