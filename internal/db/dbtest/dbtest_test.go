package dbtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"shelter/internal/errs"
	"shelter/internal/pgserver"
)

// TestMain lets this binary play a test process that is killed.
func TestMain(m *testing.M) {
	if os.Getenv("DBTEST_PROCESS") != "" {
		server, folder, err := StartCluster(context.Background())
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println("ready", server.PID(), folder)
		time.Sleep(5 * time.Minute)
	}
	os.Exit(m.Run())
}

func TestDatabasesAreMigratedAndApart(t *testing.T) {
	t.Parallel()
	a, b := New(t), New(t)
	if a.Name == b.Name || a.URLs == b.URLs {
		t.Fatal("two tests share a database")
	}
	ctx := context.Background()
	a.Exec("CREATE TABLE org.only_here (x int)")
	var n int
	if err := b.App().NewRaw("SELECT count(*) FROM org.governorate").Scan(ctx, &n); err != nil || n != 24 {
		t.Errorf("%d governorates, %v", n, err)
	}
	if err := b.Owner().NewRaw("SELECT count(*) FROM pg_class WHERE relname = 'only_here'").Scan(ctx, &n); err != nil || n != 0 {
		t.Errorf("a table of the other test is here: %d, %v", n, err)
	}
}

func TestLoginsAreTheRealOnes(t *testing.T) {
	t.Parallel()
	d := New(t)
	ctx := context.Background()
	for want, pool := range map[string]interface {
		Ping(ctx context.Context) error
	}{pgserver.AppLogin: d.App().Pool(), pgserver.CasesLogin: d.Cases().Pool(), pgserver.OwnerLogin: d.Owner().Pool()} {
		if err := pool.Ping(ctx); err != nil {
			t.Errorf("%s: %v", want, err)
		}
	}
	var who string
	if err := d.App().NewRaw("SELECT current_user").Scan(ctx, &who); err != nil || who != pgserver.AppLogin {
		t.Errorf("app is %q, %v", who, err)
	}
	if _, err := d.Cases().Pool().Exec(ctx, "SELECT * FROM org.person"); err == nil {
		t.Error("the cases login reads the training side's people")
	}
	if _, err := d.App().Pool().Exec(ctx, "CREATE TABLE org.t (x int)"); err == nil {
		t.Error("the training login makes tables")
	}
}

func TestNewEmptyHasNoSchema(t *testing.T) {
	t.Parallel()
	var n int
	d := NewEmpty(t)
	if err := d.Owner().NewRaw("SELECT count(*) FROM pg_namespace WHERE nspname = 'org'").Scan(context.Background(), &n); err != nil || n != 0 {
		t.Errorf("%d schemas, %v", n, err)
	}
	if behind, err := d.Owner().Behind(context.Background()); err == nil && !behind {
		t.Errorf("an empty database counts as up to date (%v)", err)
	} else if err != nil && errs.KindOf(err) == errs.Unavailable {
		t.Error(err)
	}
}

func TestDatabaseIsDropped(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("inner", func(t *testing.T) {
		d := New(t)
		name = d.Name
		d.App() // an open pool must not be in the way
	})
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := c.admin.QueryRow(context.Background(), "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&n); err != nil || n != 0 {
		t.Errorf("the database of a finished test is still there: %d, %v", n, err)
	}
}

func TestTemplateNameFollowsTheMigrations(t *testing.T) {
	t.Parallel()
	one, err1 := templateName()
	two, err2 := templateName()
	if err1 != nil || err2 != nil || one != two || !strings.HasPrefix(one, "tpl_") {
		t.Errorf("%q %q %v %v", one, two, err1, err2)
	}
}

func TestClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DBTEST_PROCESS=1", clusterEnv+"=")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	var pid int
	var folder string
	if n, err := fmt.Sscanf(line, "ready %d %s", &pid, &folder); n != 2 {
		t.Fatalf("the process said %q: %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		_, err := os.Stat(filepath.Dir(folder))
		if os.IsNotExist(err) && !alive(pid) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("PostgreSQL %d or its folder %s outlived the killed test process", pid, folder)
}

// alive tells whether a process runs; a dead one that its parent has not buried does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(b), ") Z ")
}
