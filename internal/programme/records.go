package programme

import (
	"context"
	"database/sql"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Record is one line of a register; Values are by the column's name, empty for what is not known.
type Record struct {
	ID     uuid.UUID
	Values map[string]string
}

// viewing is the action that reading a register asks for: one of persons is for those who may see details. Of the others everybody
// else who sees the programme reads the columns that are not details.
func (r Register) viewing() access.Action {
	if r.Names {
		return access.ProgrammeDetail
	}
	return access.ProgrammeView
}

// For is the register as somebody may read it.
func (r Register) For(actor access.Actor) Register {
	if may(actor, access.ProgrammeDetail) != nil {
		return r.Public()
	}
	return r
}

// Records gives the lines of a register in the order of their making.
func (s *Service) Records(ctx context.Context, actor access.Actor, r Register) ([]Record, error) {
	if err := may(actor, r.viewing()); err != nil {
		return nil, err
	}
	return s.records(ctx, s.db, r.For(actor), uuid.Nil)
}

// Record gives one line.
func (s *Service) Record(ctx context.Context, actor access.Actor, r Register, id uuid.UUID) (Record, error) {
	if err := may(actor, r.viewing()); err != nil {
		return Record{}, err
	}
	list, err := s.records(ctx, s.db, r.For(actor), id)
	if err == nil && len(list) == 0 {
		err = errs.NewNotFound("programme " + r.Name)
	}
	if err != nil {
		return Record{}, err
	}
	return list[0], nil
}

func (s *Service) records(ctx context.Context, idb bun.IDB, r Register, id uuid.UUID) ([]Record, error) {
	cols := []string{"id::text"}
	for _, c := range r.Columns { // names are constants of this package
		cols = append(cols, `"`+c.Name+`"::text`)
	}
	q := "SELECT " + strings.Join(cols, ", ") + " FROM " + r.Table + " WHERE removed_at IS NULL"
	var args []any
	if id != uuid.Nil {
		q += " AND id = ?"
		args = append(args, id)
	}
	rows, err := idb.QueryContext(ctx, q+" ORDER BY position", args...)
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Record
	for rows.Next() {
		rec, err := scanRecord(rows, r)
		if err != nil {
			return nil, err
		}
		list = append(list, rec)
	}
	return list, db.Translate(rows.Err())
}

func scanRecord(rows *sql.Rows, r Register) (Record, error) {
	values := make([]sql.NullString, len(r.Columns)+1)
	to := make([]any, len(values))
	for i := range values {
		to[i] = &values[i]
	}
	if err := rows.Scan(to...); err != nil {
		return Record{}, db.Translate(err)
	}
	rec := Record{Values: make(map[string]string, len(r.Columns))}
	rec.ID, _ = uuid.Parse(values[0].String)
	for i, c := range r.Columns {
		rec.Values[c.Name] = values[i+1].String
	}
	return rec, nil
}

// Add keeps a new line. Its id is made by the form: sending it twice adds one.
func (s *Service) Add(ctx context.Context, actor access.Actor, r Register, rec Record) error {
	return s.write(ctx, actor, r, rec, true)
}

// Change changes a line.
func (s *Service) Change(ctx context.Context, actor access.Actor, r Register, rec Record) error {
	return s.write(ctx, actor, r, rec, false)
}

func (s *Service) write(ctx context.Context, actor access.Actor, r Register, rec Record, fresh bool) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	v := make(map[string]string, len(r.Columns))
	for _, c := range r.Columns {
		v[c.Name] = c.tidy(rec.Values[c.Name])
	}
	if err := r.wrong(v); err != nil {
		return err
	}
	var err error
	if rec.ID, err = newID(rec.ID); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		put, action := s.update, "programme.change"
		if fresh {
			put, action = s.insert, "programme.add"
		}
		n, err := put(ctx, tx, r, rec.ID, v)
		switch {
		case err != nil:
			return r.explain(err)
		case n == 0 && !fresh:
			return errs.NewNotFound("programme " + r.Name)
		case n == 0:
			return nil
		}
		return s.record(ctx, tx, actor, action, "programme_"+r.Name, rec.ID.String(), nil)
	})
}

func (s *Service) insert(ctx context.Context, tx bun.IDB, r Register, id uuid.UUID, v map[string]string) (int64, error) {
	cols, marks, args := []string{"id", "updated_at"}, []string{"?", "?"}, []any{id, s.now().UTC()}
	for _, c := range r.Columns {
		cols, marks, args = append(cols, `"`+c.Name+`"`), append(marks, "?"), append(args, c.stored(v[c.Name]))
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO "+r.Table+" ("+strings.Join(cols, ", ")+") VALUES ("+strings.Join(marks, ", ")+") ON CONFLICT (id) DO NOTHING", args...)
	return affected(res, err)
}

func (s *Service) update(ctx context.Context, tx bun.IDB, r Register, id uuid.UUID, v map[string]string) (int64, error) {
	sets, args := []string{"updated_at = ?"}, []any{s.now().UTC()}
	for _, c := range r.Columns {
		sets, args = append(sets, `"`+c.Name+`" = ?`), append(args, c.stored(v[c.Name]))
	}
	res, err := tx.ExecContext(ctx, "UPDATE "+r.Table+" SET "+strings.Join(sets, ", ")+" WHERE id = ? AND removed_at IS NULL", append(args, id)...)
	return affected(res, err)
}

func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, db.Translate(err)
	}
	return res.RowsAffected()
}

// stored is the value as the database takes it: an empty text is a text, an empty day or figure is unknown.
func (c Column) stored(s string) any {
	switch {
	case s == "" && c.Zero:
		return "0"
	case s == "" && c.Kind != Line && c.Kind != Long && c.Kind != Choice && c.Kind != Code:
		return nil
	}
	return s
}

// explain points to the column that the database refused: a thing that it does not know, or a code that is taken.
func (r Register) explain(err error) error {
	name := db.Constraint(err)
	for _, c := range r.Columns {
		if !strings.Contains(name, "_"+c.Name+"_") {
			continue
		}
		key := "programme_error_unknown"
		if errs.Is(err, errs.Conflict) {
			key = "programme_error_taken"
		}
		return errs.InvalidFields([]errs.Field{{Name: c.Name, Key: key}})
	}
	return err
}

// Remove takes a line out of its list; it stays in the database.
func (s *Service) Remove(ctx context.Context, actor access.Actor, r Register, id uuid.UUID) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := affected(tx.ExecContext(ctx, "UPDATE "+r.Table+" SET removed_at = ? WHERE id = ? AND removed_at IS NULL", s.now().UTC(), id))
		if err != nil || n == 0 { // removed before
			return err
		}
		return s.record(ctx, tx, actor, "programme.remove", "programme_"+r.Name, id.String(), nil)
	})
}
