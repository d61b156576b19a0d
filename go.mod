module innerwork

go 1.26.0

require (
	github.com/sashabaranov/go-openai v1.43.0
	github.com/yalue/onnxruntime_go v1.27.0
	golang.org/x/text v0.43.0
)

require go.uber.org/goleak v1.3.0
