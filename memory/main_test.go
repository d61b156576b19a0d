package memory_test

import (
	"testing"

	"innerwork/memory/memorytest"
)

func TestMain(m *testing.M) { memorytest.Main(m) }
