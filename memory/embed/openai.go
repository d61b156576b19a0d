package embed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/sashabaranov/go-openai"
)

// OpenAIConfig names a service that speaks OpenAI's protocol.
type OpenAIConfig struct {
	BaseURL string // with the version, "http://localhost:11434/v1"; "" is OpenAI itself
	Key     string // "" where the service asks for none
	Model   string
	// Dimension is asked for and required of every vector. With 0 the model
	// decides, and Open asks the service once what it decides.
	Dimension int
	Timeout   time.Duration // of one embedding; 0 means 10 seconds
}

// ServiceError says that the service answered, and not with an embedding. It
// leaves the service's own words out: they may repeat the text.
type ServiceError struct {
	Status int // of HTTP; 200 when the answer itself was unusable
	Reason string
}

func (e *ServiceError) Error() string {
	return fmt.Sprintf("embedding service: %s (%d)", e.Reason, e.Status)
}

var errRedirect = errors.New("it points to another address, and words go only where they were told to")

type openAI struct {
	client    *openai.Client
	model     string
	asked     int // the dimension to ask for; 0: none
	dimension int
	timeout   time.Duration
	idle      func()
}

func openOpenAI(ctx context.Context, c OpenAIConfig) (EmbedCloser, error) {
	if c.Model == "" {
		return nil, errors.New("the embedding service needs the name of a model")
	}
	if c.Dimension < 0 || c.Timeout < 0 {
		return nil, errors.New("the embedding service's dimension and timeout cannot be negative")
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	config := openai.DefaultConfig(c.Key)
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return nil, errors.New("the embedding service's address must start with http:// or https://")
		}
		config.BaseURL = c.BaseURL
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	config.HTTPClient = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}
	e := &openAI{
		client:    openai.NewClientWithConfig(config),
		model:     c.Model,
		asked:     c.Dimension,
		dimension: c.Dimension,
		timeout:   c.Timeout,
		idle:      transport.CloseIdleConnections,
	}
	if c.Dimension == 0 {
		v, err := e.ask(ctx, "dimension")
		if err != nil {
			e.idle()
			return nil, &None{Reason: "the embedding service cannot be used", Mend: "check its address, key and model, then start again", Err: err}
		}
		e.dimension = len(v)
	}
	return e, nil
}

func (e *openAI) Model() string { return e.model }

func (e *openAI) Dimension() int { return e.dimension }

func (e *openAI) Passage(ctx context.Context, text string) ([]float32, error) {
	return e.embed(ctx, text)
}

func (e *openAI) Query(ctx context.Context, text string) ([]float32, error) {
	return e.embed(ctx, text)
}

func (e *openAI) Close() error {
	e.idle()
	return nil
}

func (e *openAI) embed(ctx context.Context, text string) ([]float32, error) {
	if empty(text) {
		return nil, ErrEmpty
	}
	v, err := e.ask(ctx, text)
	if err != nil {
		return nil, err
	}
	if len(v) != e.dimension {
		return nil, &ServiceError{http.StatusOK, fmt.Sprintf("it answered with %d numbers instead of %d", len(v), e.dimension)}
	}
	return v, nil
}

// ask returns the unit vector of text, of whatever dimension.
func (e *openAI) ask(ctx context.Context, text string) ([]float32, error) {
	timed, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	answer, err := e.client.CreateEmbeddings(timed, openai.EmbeddingRequestStrings{
		Input:          []string{text},
		Model:          openai.EmbeddingModel(e.model),
		EncodingFormat: openai.EmbeddingEncodingFormatFloat,
		Dimensions:     e.asked,
	})
	if err != nil {
		return nil, e.translate(ctx, timed, err)
	}
	if len(answer.Data) != 1 || len(answer.Data[0].Embedding) == 0 {
		return nil, &ServiceError{http.StatusOK, "it answered without a vector"}
	}
	v := answer.Data[0].Embedding
	if err := unit(v); err != nil {
		return nil, &ServiceError{http.StatusOK, err.Error()}
	}
	return v, nil
}

// translate keeps what a person can act on and drops the body of the answer.
func (e *openAI) translate(caller, timed context.Context, err error) error {
	if err := caller.Err(); err != nil {
		return err
	}
	if timed.Err() != nil {
		return fmt.Errorf("embedding service: no answer within %v: %w", e.timeout, context.DeadlineExceeded)
	}
	var api *openai.APIError
	if errors.As(err, &api) {
		return failed(api.HTTPStatusCode, e.model)
	}
	var request *openai.RequestError
	if errors.As(err, &request) {
		return failed(request.HTTPStatusCode, e.model)
	}
	var dial *url.Error
	if errors.As(err, &dial) {
		return fmt.Errorf("embedding service: %w", dial.Err)
	}
	return &ServiceError{http.StatusOK, "its answer is not an embedding"}
}

func failed(status int, model string) error {
	reason := "it failed"
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		reason = "it refused the key"
	case status == http.StatusNotFound:
		reason = fmt.Sprintf("it knows no model %q, or its address is another", model)
	case status == http.StatusTooManyRequests:
		reason = "it asks to wait"
	case status >= 400 && status < 500:
		reason = "it refused the text, or the dimension that was asked for"
	}
	return &ServiceError{status, reason}
}
