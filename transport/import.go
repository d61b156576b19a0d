package transport

import (
	"context"

	"innerwork/coach"
)

type importList struct {
	Imports []coach.Import `json:"imports"`
}

func (s *Server) listImports(ctx context.Context, _ *nothing) (*body[importList], error) {
	imports, err := s.imports.Imports(ctx, me(ctx))
	return answer(importList{list(imports)}, err)
}

func (s *Server) showImport(ctx context.Context, in *ByID) (*body[coach.Import], error) {
	return answer(s.imports.ImportPreview(ctx, me(ctx), in.ID))
}

type importZoneInput struct {
	ByID
	Body struct {
		Zone string `json:"zone" doc:"IANA time zone of the dates that have none of their own."`
	}
}

func (s *Server) setImportZone(ctx context.Context, in *importZoneInput) (*body[coach.Import], error) {
	return answer(s.imports.SetImportZone(ctx, me(ctx), in.ID, in.Body.Zone))
}

// storeImport takes the next entries in; it is asked for again until nothing
// waits.
func (s *Server) storeImport(ctx context.Context, in *ByID) (*body[coach.ImportCount], error) {
	return answer(s.imports.StoreImport(ctx, me(ctx), in.ID))
}

func (s *Server) takeBackImport(ctx context.Context, in *ByID) (*body[coach.ImportCount], error) {
	return answer(s.imports.TakeBackImport(ctx, me(ctx), in.ID))
}

func (s *Server) dropImport(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.imports.DropImport(ctx, me(ctx), in.ID)
}
