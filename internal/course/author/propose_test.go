package author_test

import (
	"maps"
	"testing"

	"github.com/google/uuid"

	"shelter/courses"
	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/course/author"
)

// shipped is the course as a later program would bring it.
func (w *world) shipped(sentence string) *course.Course {
	w.t.Helper()
	c, _, err := course.Read(courses.FS, "detection")
	w.must(err)
	files := maps.Clone(c.Files)
	files[lessonFR] = append([]byte(string(files[lessonFR])), []byte("\n"+sentence+"\n")...)
	next, _ := course.Inspect("detection", files, nil)
	return next
}

func TestAShippedTextIsProposedAboveOneWrittenHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, system := t.Context(), access.System("content")
	if done, err := w.svc.Propose(ctx, system, w.shipped("Un.")); done || err != nil {
		t.Fatalf("the newest version is the program's own: %v %v", done, err)
	}
	id := w.begin()
	w.edit(id, w.one, "Une phrase écrite ici.")
	w.must(w.svc.Send(ctx, w.one, id))
	_, err := w.svc.Publish(ctx, w.two, id)
	w.must(err)
	propose := func(sentence string) {
		t.Helper()
		if done, err := w.svc.Propose(ctx, system, w.shipped(sentence)); !done || err != nil {
			t.Fatalf("%v %v", done, err)
		}
	}
	propose("Un.")
	propose("Un.")
	trials := func() []author.Draft {
		t.Helper()
		list, err := w.svc.List(ctx, w.one)
		w.must(err)
		return list[0].Trials
	}
	first := trials()
	if len(first) != 1 || first[0].Shipped == "" || w.count("SELECT count(*) FROM course.version") != 2 {
		t.Fatalf("%+v", first)
	}
	if work := w.look(first[0].ID, w.one); work.Base != 2 || work.State != author.Trial {
		t.Errorf("%+v", work.Draft)
	}
	propose("Deux.") // the first, on which nobody decided, goes
	second := trials()
	if len(second) != 1 || second[0].ID == first[0].ID {
		t.Fatalf("%+v", second)
	}
	w.must(w.svc.Drop(ctx, w.two, second[0].ID))
	propose("Deux.")
	if got := trials(); len(got) != 0 {
		t.Errorf("set aside and proposed again: %+v", got)
	}
	propose("Trois.")
	w.must(w.svc.Accept(ctx, w.two, trials()[0].ID))
	if done, err := w.svc.Propose(ctx, access.Actor{PersonID: uuid.New()}, w.shipped("x")); done || err == nil {
		t.Error("anybody may propose")
	}
}
