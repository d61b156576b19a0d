package practices

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// With returns the built-in practices with those of an operator's folder: a
// file whose name leads to the key of a built-in one takes its place, any other
// comes after them. What is wrong with the folder is said as Load says it.
func With(own fs.FS) ([]Practice, error) {
	if err := apart(own); err != nil {
		return nil, err
	}
	added, err := Load(own)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(Built())
	for _, p := range added {
		if i := slices.IndexFunc(all, func(b Practice) bool { return b.Key == p.Key }); i >= 0 {
			all[i] = p
		} else {
			all = append(all, p)
		}
	}
	return all, nil
}

// apart names what lies in the folder and would be passed over in silence,
// though its author may wait for it: text files of another ending, and folders.
func apart(own fs.FS) error {
	entries, err := fs.ReadDir(own, ".")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such folder")
	case err != nil && strings.Contains(err.Error(), "not a directory"):
		return errors.New("that is a file; name the folder that it lies in")
	case err != nil:
		return fmt.Errorf("practices: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name := e.Name()
		lower := strings.ToLower(name)
		switch {
		case strings.HasPrefix(name, "."), strings.HasSuffix(name, "~"):
		case e.IsDir():
			errs = append(errs, fmt.Errorf("%s: a folder in the folder is not read; its files belong beside the others", name))
		case !strings.HasSuffix(name, ".md") && (strings.HasSuffix(lower, ".md") || strings.HasSuffix(lower, ".txt") || strings.HasSuffix(lower, ".markdown")):
			errs = append(errs, fmt.Errorf("%s: only files that end in .md are read; rename it", name))
		}
	}
	return errors.Join(errs...)
}
