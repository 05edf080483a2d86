package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	"shelter/internal/report"
)

type contentExportCmd struct {
	Course string `arg:"" help:"Code of the course."`
	Output string `short:"o" required:"" help:"File to write."`
	Number int    `help:"Number of the published version; the newest when left out."`
	JSON   bool   `name:"json" help:"One JSON document on standard output."`
}

// Run writes the zip whole or not at all.
func (c contentExportCmd) Run(r *run) error {
	return r.with(func(a *app.Running) error {
		number := c.Number
		if number == 0 {
			list, err := a.Course.Versions(r.ctx, access.System("cli"), c.Course)
			if err != nil {
				return err
			}
			if len(list) > 0 {
				number = list[0].Number
			}
		}
		v, files, err := a.Course.VersionFiles(r.ctx, access.System("cli"), c.Course, number)
		if err != nil {
			return err
		}
		if err := report.WriteWhole(c.Output, func(w io.Writer) error { return author.Pack(w, files) }); err != nil {
			return err
		}
		return r.result(c.JSON, map[string]any{"course": v.Course, "version": v.Number, "files": len(files)},
			r.loc.T("author_cli_exported", "course", v.Course, "number", strconv.Itoa(v.Number), "file", c.Output))
	})
}

type contentImportCmd struct {
	File   string `arg:"" help:"Zip file of one course."`
	DryRun bool   `help:"Only say what the check finds."`
	JSON   bool   `name:"json" help:"One JSON document on standard output."`
}

// brought is what scripts read.
type brought struct {
	Course   string           `json:"course"`
	Files    int              `json:"files"`
	Draft    string           `json:"draft"` // empty after a dry run
	Problems []contentProblem `json:"problems"`
}

// Run keeps the course as a draft; with problems too, for they are mended there. A dry run with a problem ends with status 1.
func (c contentImportCmd) Run(r *run) error {
	data, err := zipFile(c.File)
	if err != nil {
		return err
	}
	code, files, err := author.Unpack(data)
	if err != nil {
		return err
	}
	return r.with(func(a *app.Running) error {
		others, err := a.Course.Newest(r.ctx, access.System("cli"))
		if err != nil {
			return err
		}
		_, found := course.Inspect(code, files, others)
		out := brought{Course: code, Files: len(files), Problems: []contentProblem{}}
		for _, p := range found {
			out.Problems = append(out.Problems, contentProblem{File: p.File, Line: p.Line, Key: p.Key, Message: r.loc.Map(p.Key, p.Args)})
		}
		if !c.DryRun {
			if out.Draft, err = c.keep(r, a, data); err != nil {
				return err
			}
		}
		if err := r.result(c.JSON, out, c.text(r, out)); err != nil {
			return err
		}
		if c.DryRun && len(out.Problems) > 0 {
			return errRefused
		}
		return nil
	})
}

func (c contentImportCmd) keep(r *run, a *app.Running, data []byte) (string, error) {
	who := access.System("cli")
	id, err := a.Author.Import(r.ctx, who, uuid.Must(uuid.NewV7()), data)
	if err != nil {
		return "", err
	}
	if err := a.Author.Accept(r.ctx, who, id); err != nil {
		return "", errors.Join(err, a.Author.Drop(r.ctx, who, id))
	}
	return id.String(), nil
}

// zipFile reads a file, and of one that is too large only as much as shows that it is.
func zipFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the reader of the command names the file
	if err != nil {
		return nil, errs.NewInvalid("cli_no_file").With("name", path).Because(err)
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, author.MaxZip+1))
}

func (c contentImportCmd) text(r *run, out brought) string {
	var b strings.Builder
	for _, p := range out.Problems {
		fmt.Fprintf(&b, "%s:%d: %s\n", p.File, p.Line, p.Message)
	}
	key := "author_cli_imported"
	if c.DryRun {
		key = "author_cli_dry"
	}
	b.WriteString(r.loc.T(key, "course", out.Course, "files", strconv.Itoa(out.Files)) + "\n" + r.loc.N("course_check_problems", len(out.Problems)))
	return b.String()
}
