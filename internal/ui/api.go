package ui

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/programme"
)

//go:embed openapi.json
var openAPI []byte

// apiPage is a page of a list. Next is the code to ask on after; null at the end.
type apiPage struct {
	Items any     `json:"items"`
	Next  *string `json:"next"`
}

// The length of a page.
const (
	apiLimit = 50
	apiMost  = 200
)

// APIDocument is the OpenAPI document. public: it tells only what can be asked for.
func (u *UI) APIDocument(x *Ctx) error {
	x.apiSend(openAPI)
	return nil
}

// APIIndicators gives the indicators with their figures. public: the token is the key.
func (u *UI) APIIndicators(x *Ctx) error {
	return x.api(programme.ScopeIndicators, func(ctx context.Context, reader access.Actor) (any, error) {
		list, err := u.Figures.OpenIndicators(ctx, reader)
		return apiPage{Items: list}, err
	})
}

// APIIndicator gives one. public: the token is the key.
func (u *UI) APIIndicator(x *Ctx) error {
	return x.api(programme.ScopeIndicators, func(ctx context.Context, reader access.Actor) (any, error) {
		list, err := u.Figures.OpenIndicators(ctx, reader)
		for i := range list {
			if list[i].Code == x.Param("code") {
				return list[i], err
			}
		}
		if err == nil {
			err = errs.NewNotFound("indicator " + x.Param("code"))
		}
		return nil, err
	})
}

// APIWorkshops gives workshops page by page: ?after=CODE&limit=N. public: the token is the key.
func (u *UI) APIWorkshops(x *Ctx) error {
	return x.api(programme.ScopeWorkshops, func(ctx context.Context, reader access.Actor) (any, error) {
		limit, err := apiLimitOf(x.Query("limit"))
		if err != nil {
			return nil, err
		}
		list, err := u.Figures.OpenWorkshops(ctx, reader, x.Query("after"), limit+1)
		if err != nil || len(list) <= limit {
			return apiPage{Items: list}, err
		}
		list = list[:limit]
		next := list[limit-1].Code
		q := url.Values{"after": {next}, "limit": {strconv.Itoa(limit)}}
		x.Header("Link", "<"+u.Config.PublicURL+"/api/v1/workshops?"+q.Encode()+`>; rel="next"`)
		return apiPage{Items: list, Next: &next}, nil
	})
}

// APIAggregates gives every documented query by period; ?query=NAME only that one. public: the token is the key.
func (u *UI) APIAggregates(x *Ctx) error {
	return x.api(programme.ScopeAggregates, func(ctx context.Context, reader access.Actor) (any, error) {
		list, err := u.Figures.OpenAggregates(ctx, reader, x.Query("query"))
		return apiPage{Items: list}, err
	})
}

func apiLimitOf(typed string) (int, error) {
	if typed == "" {
		return apiLimit, nil
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 || n > apiMost {
		return 0, errs.NewInvalid("limit: 1 to " + strconv.Itoa(apiMost))
	}
	return n, nil
}

// api checks the token and its scope, and answers in JSON, also what is wrong.
func (x *Ctx) api(scope programme.Scope, read func(context.Context, access.Actor) (any, error)) error {
	ctx := x.Request.Context()
	secret, ok := strings.CutPrefix(x.GetHeader("Authorization"), "Bearer ")
	if !ok {
		x.Header("WWW-Authenticate", `Bearer realm="shelter"`)
		x.problem(http.StatusUnauthorized, "A token is needed: Authorization: Bearer …")
		return nil
	}
	t, err := x.UI.Programme.UseToken(ctx, strings.TrimSpace(secret))
	switch {
	case errs.Is(err, errs.NotFound):
		x.Header("WWW-Authenticate", `Bearer realm="shelter", error="invalid_token"`)
		x.problem(http.StatusUnauthorized, "The token is unknown, has expired or was revoked.")
		return nil
	case err == nil && !t.Has(scope):
		x.problem(http.StatusForbidden, "The token does not open "+string(scope)+".")
		return nil
	}
	var what any
	if err == nil {
		what, err = read(ctx, t.Reader())
	}
	if err != nil {
		x.apiFailed(err)
		return nil
	}
	body, err := json.Marshal(what)
	if err != nil {
		x.apiFailed(err)
		return nil
	}
	x.apiSend(body)
	return nil
}

func (x *Ctx) apiFailed(err error) {
	e := errs.As(err)
	switch e.Kind {
	case errs.NotFound:
		x.problem(http.StatusNotFound, "There is nothing under this address.")
	case errs.Invalid:
		x.problem(http.StatusBadRequest, e.Key)
	default:
		x.UI.Log.ErrorContext(x.Request.Context(), "api", slog.Any("error", err))
		x.problem(statusOf(e.Kind), "The server could not answer. Try again later.")
	}
}

// problem answers as RFC 9457 says.
func (x *Ctx) problem(status int, detail string) {
	body, _ := json.Marshal(map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail})
	x.Header("Cache-Control", "no-store")
	x.Data(status, "application/problem+json", body)
}

// apiSend sends a document with its ETag, or 304 to who has it.
func (x *Ctx) apiSend(body []byte) {
	x.Header("Vary", "Authorization")
	x.sendTagged("application/json", body)
}

// sendTagged sends what programs ask for again and again: with its ETag, and not at all to who has it.
func (x *Ctx) sendTagged(mediaType string, body []byte) {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	x.Header("ETag", tag)
	x.Header("Cache-Control", "private, no-cache") // kept by the asker, and asked for again with its ETag
	for held := range strings.SplitSeq(x.GetHeader("If-None-Match"), ",") {
		if held = strings.TrimPrefix(strings.TrimSpace(held), "W/"); held == tag || held == "*" || strings.TrimSuffix(held, `-gzip"`)+`"` == tag {
			x.Status(http.StatusNotModified)
			return
		}
	}
	x.Data(http.StatusOK, mediaType, body)
}
