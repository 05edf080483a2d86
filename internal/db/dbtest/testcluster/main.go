// Command testcluster starts one throw-away PostgreSQL, runs a command beside it with SHELTER_TEST_CLUSTER set, and ends with
// the command's exit status: `make test` runs all packages on one cluster and one migrated template this way.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"shelter/internal/db/dbtest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "testcluster: usage: testcluster COMMAND [ARGUMENT...]")
		return 2
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	starting, done := context.WithTimeout(ctx, 2*time.Minute)
	defer done()
	server, folder, err := dbtest.StartCluster(starting)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcluster:", err)
		return 1
	}
	defer func() { _ = server.Stop(context.Background()) }()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env = append(os.Environ(), "SHELTER_TEST_CLUSTER="+folder)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var status *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status) && status.ExitCode() > 0:
		return status.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "testcluster:", err)
	return 1
}
