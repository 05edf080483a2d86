package ui

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"shelter/internal/auth"
)

// SessionKey is where the server's middleware leaves the auth.Session of the request.
const SessionKey = "shelter.session"

const deviceAge = 365 * 24 * time.Hour

// Sessions is the browser's side of sessions: the cookies, and scs with the store of auth.
type Sessions struct {
	manager *scs.SessionManager
	device  string // name of the cookie by which a browser is known
	secure  bool
}

// NewSessions makes it; secure says whether people reach the site over HTTPS.
func NewSessions(a *auth.Service, secure bool) *Sessions {
	m := scs.New()
	m.Store, m.Codec = a.Store(), auth.Codec{}
	m.IdleTimeout = 0 // it would write the session at every request
	m.Cookie.Name, m.Cookie.Secure, m.Cookie.HttpOnly, m.Cookie.SameSite, m.Cookie.Path = "shelter_session", secure, true, http.SameSiteLaxMode, "/"
	m.Cookie.Persist = false // unless "stay signed in" was ticked
	s := &Sessions{manager: m, device: "shelter_device", secure: secure}
	if secure { // a name that browsers accept from this host alone, over HTTPS alone
		m.Cookie.Name, s.device = "__Host-"+m.Cookie.Name, "__Host-"+s.device
	}
	return s
}

// Read gives the live session of a request; the zero session when there is none.
func (s *Sessions) Read(ctx context.Context, r *http.Request) (auth.Session, error) {
	token := s.token(r)
	if token == "" {
		return auth.Session{}, nil
	}
	ctx, ses := auth.WithHolder(ctx)
	_, err := s.manager.Load(ctx, token)
	return *ses, err
}

func (s *Sessions) token(r *http.Request) string {
	c, err := r.Cookie(s.manager.Cookie.Name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Begin starts the session of a draft under a new token, in place of the present one, and keeps the browser's device token.
func (s *Sessions) Begin(ctx context.Context, w http.ResponseWriter, r *http.Request, d auth.Draft) error {
	ctx, err := s.manager.Load(auth.WithDraft(ctx, d), s.token(r))
	if err != nil {
		return err
	}
	if err := s.manager.RenewToken(ctx); err != nil {
		return err
	}
	s.manager.SetDeadline(ctx, d.Expires)
	s.manager.RememberMe(ctx, d.Stay && !d.Pending)
	token, end, err := s.manager.Commit(ctx)
	if err != nil {
		return err
	}
	s.manager.WriteSessionCookie(ctx, w, token, end)
	if d.Device != "" {
		http.SetCookie(w, &http.Cookie{Name: s.device, Value: d.Device, Path: "/", MaxAge: int(deviceAge.Seconds()), HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	}
	return nil
}

// End ends the session of the request and takes its cookie away.
func (s *Sessions) End(ctx context.Context, w http.ResponseWriter, r *http.Request) error {
	ctx, err := s.manager.Load(ctx, s.token(r))
	if err != nil {
		return err
	}
	if err := s.manager.Destroy(ctx); err != nil {
		return err
	}
	s.manager.WriteSessionCookie(ctx, w, "", time.Time{})
	return nil
}

// Session gives the session of the request; the zero session for a visitor.
func (x *Ctx) Session() auth.Session {
	v, _ := x.Get(SessionKey)
	ses, _ := v.(auth.Session)
	return ses
}

// browser says where the request comes from, as the throttling wants to know it.
func (x *Ctx) browser(stay bool) auth.Browser {
	device, _ := x.Cookie(x.UI.Sessions.device)
	return auth.Browser{Address: x.ClientIP(), Agent: x.GetHeader("User-Agent"), Device: device, Stay: stay}
}

// begin starts a session and goes on: to the second factor when it is missing, else to the page that was asked for.
func (x *Ctx) begin(d auth.Draft, next string) error {
	if err := x.UI.Sessions.Begin(x.Request.Context(), x.Writer, x.Request, d); err != nil {
		return err
	}
	if d.Pending {
		return x.SeeOther("/account/verify?next=" + url.QueryEscape(localPath(next)))
	}
	return x.SeeOther(localPath(next))
}
