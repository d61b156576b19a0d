//go:build cgo

package embed

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	ort "github.com/yalue/onnxruntime_go"
)

// session is the model, loaded. Its runs may overlap.
type session struct{ model *ort.DynamicAdvancedSession }

// newSession loads a model file. Each run computes on its caller's thread and
// on no other, so a machine of two cores keeps one for the conversation.
func newSession(library, model string) (s *session, err error) {
	if err := acquire(library); err != nil {
		return nil, err
	}
	defer func() {
		if s == nil {
			err = errors.Join(err, release())
		}
	}()
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, fmt.Errorf("set the model up: %w", err)
	}
	defer func() { err = errors.Join(err, options.Destroy()) }()
	err = errors.Join(
		options.SetIntraOpNumThreads(1),
		options.SetInterOpNumThreads(1),
	)
	if err != nil {
		return nil, fmt.Errorf("set the model up: %w", err)
	}
	loaded, err := ort.NewDynamicAdvancedSession(model,
		[]string{"input_ids", "attention_mask", "token_type_ids"}, []string{"last_hidden_state"}, options)
	if err != nil {
		return nil, fmt.Errorf("load the model: %w", err)
	}
	return &session{model: loaded}, nil
}

// run returns the hidden state of every token, one row after the other,
// len(ids) × dimension numbers. When ctx ends, the run stops at the next step
// of the model and the context's error is returned.
func (s *session) run(ctx context.Context, ids []int64) (hidden []float32, err error) {
	mask := make([]int64, len(ids))
	for i := range mask {
		mask[i] = 1
	}
	segments := make([]int64, len(ids))
	var pins runtime.Pinner // the tensors lend these slices to C until they are destroyed
	defer pins.Unpin()
	inputs := make([]ort.Value, 0, 3)
	for _, values := range [][]int64{ids, mask, segments} {
		pins.Pin(&values[0])
		tensor, err := ort.NewTensor(ort.NewShape(1, int64(len(values))), values)
		if err != nil {
			return nil, fmt.Errorf("make the input: %w", err)
		}
		defer tensor.Destroy() // frees memory; there is no way on from its failure
		inputs = append(inputs, tensor)
	}
	outputs := []ort.Value{nil}
	if err := s.runUntil(ctx, inputs, outputs); err != nil {
		return nil, err
	}
	defer outputs[0].Destroy()
	states, ok := outputs[0].(*ort.Tensor[float32])
	if !ok {
		return nil, fmt.Errorf("the model answered with %T", outputs[0])
	}
	return append([]float32(nil), states.GetData()...), nil // the data is C's and goes with the tensor
}

// runUntil runs the model and tells it to stop when ctx ends.
func (s *session) runUntil(ctx context.Context, inputs, outputs []ort.Value) (err error) {
	options, err := ort.NewRunOptions()
	if err != nil {
		return fmt.Errorf("set the run up: %w", err)
	}
	defer func() { err = errors.Join(err, options.Destroy()) }()
	told := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { told <- options.Terminate() })
	err = s.model.RunWithOptions(inputs, outputs, options)
	if !stop() {
		err = errors.Join(ctx.Err(), <-told) // waits: the options must outlive that call
		if outputs[0] != nil {
			err = errors.Join(err, outputs[0].Destroy())
		}
		return err
	}
	if err != nil {
		return fmt.Errorf("run the model: %w", err)
	}
	return nil
}

func (s *session) close() error {
	return errors.Join(s.model.Destroy(), release())
}
