package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the user that PostgreSQL runs as and that owns the cluster. PostgreSQL
// refuses to be root.
type owner struct {
	uid, gid int
	other    bool // not the user that we are
}

// firstUID begins a range that neither distributions, nor systemd, nor containers
// hand out (60578 to 61183 in systemd's table of user ids), so that the user
// shares nothing with anybody, nobody included.
const firstUID, lastUID = 60600, 61183

// chooseOwner keeps the owner that a cluster has. Root gives a new cluster to a user
// id without a name.
func chooseOwner(cluster string) (owner, error) {
	if os.Geteuid() != 0 {
		return owner{uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	info, err := os.Stat(cluster)
	if err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 {
			return owner{uid: int(stat.Uid), gid: int(stat.Gid), other: true}, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return owner{}, err
	}
	for uid := firstUID; uid <= lastUID; uid++ {
		if _, err := user.LookupId(strconv.Itoa(uid)); err != nil {
			return owner{uid: uid, gid: uid, other: true}, nil
		}
	}
	return owner{}, errors.New("no user id is free for PostgreSQL; do not run as root")
}

// give hands a file or folder, with all in it, to the owner.
func (o owner) give(root string) error {
	if !o.other {
		return nil
	}
	return filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(name, o.uid, o.gid)
	})
}

// attributes let a child run as the owner, in a process group of its own, so that a
// ^C at the terminal reaches us alone and we stop PostgreSQL in order.
func (o owner) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if o.other {
		attributes.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
	}
	return attributes
}

// named returns the user to run initdb as, and how: initdb wants its user to have a
// name. Root lends it the name of nobody; a user without a name gets it inside a user
// namespace, where the kernel allows one.
func (o owner) named() (owner, *syscall.SysProcAttr, error) {
	if !o.other {
		if _, err := user.LookupId(strconv.Itoa(o.uid)); err == nil {
			return o, o.attributes(), nil
		}
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return owner{}, nil, fmt.Errorf("initdb needs a user with a name, and there is no nobody: %w", err)
	}
	uid, err := strconv.Atoi(nobody.Uid)
	if err != nil {
		return owner{}, nil, fmt.Errorf("user id of nobody: %w", err)
	}
	gid, err := strconv.Atoi(nobody.Gid)
	if err != nil {
		return owner{}, nil, fmt.Errorf("group id of nobody: %w", err)
	}
	if o.other {
		lent := owner{uid: uid, gid: gid, other: true}
		return lent, lent.attributes(), nil
	}
	attributes := o.attributes()
	if err := mapUser(attributes, o, uid, gid); err != nil {
		return owner{}, nil, err
	}
	return o, attributes, nil
}
