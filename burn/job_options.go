package burn

import (
	"context"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
)

// BlankOptions are the options of erasing a CD-RW (tao.Blank). The zero value and nil are valid.
type BlankOptions struct {
	Type  mmc.BlankType // zero is mmc.BlankDisc; mmc.BlankMinimal takes a minute or two
	Speed mmc.Speed     // as in Options
	Eject bool          // open the tray at the end

	// As in Options.
	ClientName string
	Force      bool
	OnEvent    func(Event)
	KeepAwake  func(ctx context.Context, reason string) (release func() error, err error)
	Hurry      <-chan struct{}
}

// CloseOptions are the options of tao.CloseDisc. The zero value and nil are valid.
type CloseOptions struct {
	MultiSession bool // leave room for another session

	// As in Options.
	Eject      bool
	ClientName string
	Force      bool
	OnEvent    func(Event)
	KeepAwake  func(ctx context.Context, reason string) (release func() error, err error)
	Hurry      <-chan struct{}
}

// VerifyOptions are the options of a verification (tao.Verify). The zero value and nil are valid.
type VerifyOptions struct {
	Level disc.VerifyLevel // VerifyFull for every sector; anything else is VerifyQuick

	// As in Options.
	Eject      bool
	ClientName string
	Force      bool
	OnEvent    func(Event)
	KeepAwake  func(ctx context.Context, reason string) (release func() error, err error)
	Hurry      <-chan struct{}
}
