package memory

import (
	"encoding/binary"
	"errors"
	"math"
)

// A search reads tens of thousands of places at once. Scanning them one by one
// costs more than all the rest, so they are read here as they come: arrays of
// PostgreSQL's binary format, one dimension, no nulls.
const (
	arrayHeader = 20 // dimensions, flags, type, length, lower bound: four bytes each
	lengthBytes = 4  // before each element
)

var errArray = errors.New("an array that is not as it was asked for")

// array reads the elements of size bytes each; NULL has none.
func array[T any](raw []byte, size int, element func([]byte) T) ([]T, error) {
	if len(raw) == 0 || len(raw) == arrayHeader-8 { // NULL, or no dimension
		return nil, nil
	}
	if len(raw) < arrayHeader || binary.BigEndian.Uint32(raw) != 1 {
		return nil, errArray
	}
	n := int(binary.BigEndian.Uint32(raw[12:]))
	raw = raw[arrayHeader:]
	if len(raw) != n*(lengthBytes+size) {
		return nil, errArray
	}
	all := make([]T, n)
	for i := range all {
		all[i] = element(raw[i*(lengthBytes+size)+lengthBytes:])
	}
	return all, nil
}

func spotsOf(raw []byte) ([]spot, error) {
	return array(raw, 8, func(b []byte) spot { return spot(binary.BigEndian.Uint64(b)) })
}

func countsOf(raw []byte) ([]int16, error) {
	return array(raw, 2, func(b []byte) int16 { return int16(binary.BigEndian.Uint16(b)) })
}

func realsOf(raw []byte) ([]float32, error) {
	return array(raw, 4, func(b []byte) float32 { return math.Float32frombits(binary.BigEndian.Uint32(b)) })
}
