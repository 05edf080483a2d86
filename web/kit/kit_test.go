package kit

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPagesAroundThePresentOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		page, pages int
		want        []int
	}{
		{1, 1, []int{1}},
		{1, 2, []int{1, 2}},
		{1, 9, []int{1, 2, 0, 9}},
		{2, 4, []int{1, 2, 3, 4}},
		{5, 20, []int{1, 0, 4, 5, 6, 0, 20}},
		{20, 20, []int{1, 0, 19, 20}},
	} {
		if got := (Pager{Page: c.page, Pages: c.pages}).near(); !slices.Equal(got, c.want) {
			t.Errorf("page %d of %d: %v, want %v", c.page, c.pages, got, c.want)
		}
	}
}

func TestPageURLKeepsTheFilters(t *testing.T) {
	t.Parallel()
	query := url.Values{"q": {"ben salah"}, "page": {"2"}}
	if got := PageURL("/people", query)(7); got != "/people?page=7&q=ben+salah" {
		t.Error(got)
	}
	if query.Get("page") != "2" {
		t.Error("the page's own query was changed")
	}
}

func TestToneHasAnIconOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]Tone{}
	for _, tone := range []Tone{Good, Warn, Bad, Info, Off} {
		if other, twice := seen[tone.Icon()]; twice {
			t.Errorf("%q and %q have the same icon: colour alone would tell them apart", tone, other)
		}
		seen[tone.Icon()] = tone
	}
}

func TestButtonIsALinkOnlyWithAnAddress(t *testing.T) {
	t.Parallel()
	link := render(t, Button(Action{Label: "Go", Href: "/x?a=1&b=2", Weight: Main}))
	if !strings.Contains(link, `<a class="button button-main" href="/x?a=1&amp;b=2"`) {
		t.Error(link)
	}
	button := render(t, Button(Action{Label: "Go", Name: "do", Value: "it"}))
	if !strings.Contains(button, `<button class="button" type="submit" name="do" value="it"`) {
		t.Error(button)
	}
	bad := render(t, Button(Action{Label: "Go", Href: "/x\" onclick=\"alert(1)"}))
	if strings.Contains(bad, `onclick="`) {
		t.Error("an attribute broke out: " + bad)
	}
}

func TestPostCarriesAKey(t *testing.T) {
	t.Parallel()
	html := render(t, Post("/w/1/open", Action{Label: "Open"}, Pair{"phase", "pre"}))
	for _, part := range []string{`method="post"`, `action="/w/1/open"`, `name="key"`, `data-key`, `name="phase" value="pre"`} {
		if !strings.Contains(html, part) {
			t.Errorf("%q is missing in %s", part, html)
		}
	}
}

func TestRowsKeepTheirRolesAsCards(t *testing.T) {
	t.Parallel()
	grid := Grid(Table{Caption: "People", Cols: []Col{{Label: "Name", Sort: "/?s=n", Sorted: "ascending"}, {Label: "Minutes", Number: true}}, Keys: true})
	html := render(t, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return grid.Render(templ.WithChildren(ctx, Num("Minutes", "270")), w)
	}))
	for _, part := range []string{`role="table"`, `data-table`, `role="columnheader"`, `aria-sort="ascending"`, `role="cell" class="number" data-label="Minutes"`} {
		if !strings.Contains(html, part) {
			t.Errorf("%q is missing in %s", part, html)
		}
	}
}

func TestRollLineMarksOneStateOrNone(t *testing.T) {
	t.Parallel()
	states := []RollState{{Value: "present", Label: "P", Icon: "check"}, {Value: "absent", Label: "A", Icon: "x"}}
	for state, want := range map[string]int{"present": 1, "absent": 1, "": 0} {
		html := render(t, RollLine(RollRow{ID: "7", Name: "Amira", State: state}, states))
		if got := strings.Count(html, " checked"); got != want {
			t.Errorf("state %q: %d checked, want %d", state, got, want)
		}
	}
}
