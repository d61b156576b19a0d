package transport

import (
	"context"

	"innerwork/coach"
)

func (s *Server) showMe(ctx context.Context, _ *nothing) (*body[coach.Person], error) {
	return answer(who(ctx).person, nil)
}

type zoneInput struct {
	Body struct {
		Zone string `json:"zone" doc:"IANA time zone."`
	}
}

func (s *Server) setZone(ctx context.Context, in *zoneInput) (*nothing, error) {
	return nil, s.accounts.SetZone(ctx, me(ctx), in.Body.Zone)
}

type passwordInput struct {
	Body struct {
		Old string `json:"old"`
		New string `json:"new"`
	}
}

func (s *Server) changePassword(ctx context.Context, in *passwordInput) (*nothing, error) {
	return nil, s.accounts.ChangePassword(ctx, me(ctx), who(ctx).session.ID, in.Body.Old, in.Body.New)
}

type recoveryCodesInput struct {
	Body struct {
		Password string `json:"password"`
	}
}

type recoveryCodes struct {
	Codes []string `json:"codes" doc:"Each works once; those before them no longer do."`
}

func (s *Server) newRecoveryCodes(ctx context.Context, in *recoveryCodesInput) (*body[recoveryCodes], error) {
	codes, err := s.accounts.NewRecoveryCodes(ctx, me(ctx), in.Body.Password)
	return answer(recoveryCodes{list(codes)}, err)
}

type consentInput struct {
	Body struct {
		Version string `json:"version" doc:"The version of the text that she has read."`
	}
}

func (s *Server) giveConsent(ctx context.Context, in *consentInput) (*nothing, error) {
	if in.Body.Version != s.consent.Version {
		return nil, refuse(coach.CodeConflict, "That text has changed in the meantime. Please load the page again and read it.")
	}
	return nil, s.accounts.Consent(ctx, me(ctx), in.Body.Version)
}

type auditInput struct {
	Before int64 `query:"before" doc:"Acts with a lower seq than this; the newest without it."`
}

type acts struct {
	Acts []coach.Act `json:"acts"`
}

func (s *Server) audit(ctx context.Context, in *auditInput) (*body[acts], error) {
	found, err := s.accounts.Audit(ctx, me(ctx), in.Before)
	return answer(acts{list(found)}, err)
}

type toldInput struct {
	Body struct {
		Seq int64 `json:"seq" doc:"She has been told of every act up to this one."`
	}
}

func (s *Server) told(ctx context.Context, in *toldInput) (*nothing, error) {
	return nil, s.accounts.ToldOf(ctx, me(ctx), in.Body.Seq)
}

type sessionList struct {
	Sessions []coach.Session `json:"sessions"`
}

func (s *Server) sessions(ctx context.Context, _ *nothing) (*body[sessionList], error) {
	found, err := s.accounts.Sessions(ctx, me(ctx), who(ctx).session.ID)
	return answer(sessionList{list(found)}, err)
}

func (s *Server) endSession(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.accounts.EndSession(ctx, me(ctx), in.ID)
}
